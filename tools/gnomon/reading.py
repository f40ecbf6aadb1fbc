"""One file of a source as text, or the diagnostic that says why it cannot be read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gnomon import limits
from gnomon.diagnostics import Diagnostic, Place
from gnomon.text import Text

if TYPE_CHECKING:
    from gnomon.sources import Source, SourceFile

# How a file begins that is not UTF-8: with its mark, or with ASCII (YAML 1.2, section 5.2). UTF-32 first, whose mark
# begins like that of UTF-16.
_WIDE = (
    ("UTF-32-BE", re.compile(rb"\x00\x00\xfe\xff|\x00\x00\x00[^\x00]")),
    ("UTF-32-LE", re.compile(rb"\xff\xfe\x00\x00|[^\x00]\x00\x00\x00")),
    ("UTF-16-BE", re.compile(rb"\xfe\xff|(?:\x00[^\x00]){2}")),
    ("UTF-16-LE", re.compile(rb"\xff\xfe|(?:[^\x00]\x00){2}")),
)


@dataclass(frozen=True, slots=True)
class Read:
    """What became of a file.

    Attributes
    ----------
    text
        None where nothing of it can be shown; otherwise it may be for showing only.
    fault
        What is wrong with it.
    usable
        Whether the text is the file's, so that it can be parsed.
    """

    text: Text | None
    fault: Diagnostic | None = None
    usable: bool = True


def read_text(source: Source, file: SourceFile) -> Read:
    """Read a file that people wrote; what is no file, too large or not UTF-8 is told."""
    shown = source.prefix + file.path
    start = Place(shown, 1, 1, 1, 1)
    if file.irregular is not None:
        message = f"this is not read: {file.irregular}"
        return Read(None, Diagnostic("irregular-file", message, start, "put the file itself here"), usable=False)
    if file.size > limits.MAX_FILE_BYTES:
        message = f"the file has more than {limits.MAX_FILE_BYTES // 1024**2} MiB and is not read"
        return Read(None, Diagnostic("too-large", message, start, "split it"), usable=False)
    return _decode(shown, source.read(file.path) or b"")


def _decode(shown: str, content: bytes) -> Read:
    for encoding, beginning in _WIDE:
        if beginning.match(content):
            message = f"this file is {encoding[:6]}"
            fault = Diagnostic("not-utf8", message, Place(shown, 1, 1, 1, 1), "save it as UTF-8")
            return Read(Text(shown, content.decode(encoding, "replace").removeprefix("\ufeff")), fault)
    try:
        return Read(Text(shown, content.decode("utf-8").removeprefix("\ufeff")))
    except UnicodeDecodeError as error:
        before = Text(shown, content[: error.start].decode("utf-8").removeprefix("\ufeff"))
        line, column = before.position(len(before.content))
        message = f"the byte 0x{content[error.start]:02X} is not UTF-8, and the file is not read"
        fault = Diagnostic(
            "not-utf8",
            message,
            Place(shown, line, column, line, column),
            "save it as UTF-8 (Latin-1 is a common origin)",
        )
        return Read(Text(shown, content.decode("utf-8", "replace").removeprefix("\ufeff")), fault, usable=False)
