"""Lay out the files of a metrics repository."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gnomon.acknowledgements import FOLDER
from gnomon.editing.layout import LayoutError, lay_out
from gnomon.loader import is_wanted
from gnomon.parser import parse
from gnomon.reading import read_text
from gnomon.sources import FOLDERS

if TYPE_CHECKING:
    from gnomon.diagnostics import Diagnostic
    from gnomon.sources import Source, SourceFile


@dataclass(frozen=True, slots=True)
class LaidOut:
    """What became of a file.

    Attributes
    ----------
    path
        Relative to Git's top level, or outside Git to the metrics repository.
    before, after
        The file as it is, byte order mark and all, and as it should be; the same where it is or must be left as it is.
    faults
        What keeps the file from being read.
    refusal
        Why it is left as it is although it can be read.
    """

    path: str
    before: bytes
    after: bytes
    faults: tuple[Diagnostic, ...] = ()
    refusal: str | None = None

    @property
    def is_changed(self) -> bool:
        """Whether the file is not laid out yet."""
        return self.before != self.after

    @property
    def is_refused(self) -> bool:
        """Whether nobody can say how it should be."""
        return bool(self.faults) or self.refusal is not None


def definition_files(source: Source) -> list[SourceFile]:
    """List the files that are laid out: definitions, the vocabulary and acknowledgements, wherever they stand."""
    files = (file for folder in (*FOLDERS, FOLDER) for file in source.files(folder))
    return sorted((file for file in files if is_wanted(file)), key=lambda file: file.path)


def lay_out_file(source: Source, file: SourceFile) -> LaidOut:
    """Lay a file of a source out, or say why that cannot be."""
    path, before = source.prefix + file.path, source.read(file.path) or b""
    found = read_text(source, file)
    if found.text is None or found.fault is not None:
        return LaidOut(path, before, before, (found.fault,) if found.fault is not None else ())
    parsed = parse(found.text)
    if not parsed.complete:
        return LaidOut(path, before, before, tuple(parsed.diagnostics))
    try:
        return LaidOut(path, before, lay_out(found.text.content).encode())
    except LayoutError as error:
        return LaidOut(path, before, before, refusal=str(error))
