"""How a file of definitions is laid out, so that what is added looks like the rest of it."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from gnomon.nodes import Mapping, walk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gnomon.nodes import Node
    from gnomon.text import Text

_LINE_END = re.compile(r"\r\n|\r|\n")
_ABSOLUTE = re.compile(r"/|[A-Za-z][A-Za-z0-9+.-]*:")
_HEADER = re.compile(r"#[ \t]*yaml-language-server:[ \t]*\$schema=(\S+)[ \t]*")
_STEP = 2
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Conventions:
    """How a file is laid out.

    Attributes
    ----------
    newline
        What ends its lines.
    ends
        Whether it ends its last line.
    margin
        Columns before its outermost keys.
    step
        Columns by which it indents what is nested.
    spaced
        Whether there are empty lines between its definitions; None where it has not two.
    """

    newline: str = "\n"
    ends: bool = True
    margin: int = 0
    step: int = _STEP
    spaced: bool | None = None


def conventions_of(text: Text, roots: list[Node]) -> Conventions:
    """Find out how a file is laid out.

    Parameters
    ----------
    text
        Of the file.
    roots
        Its documents.
    """
    mappings = [root for root in roots if isinstance(root, Mapping)]
    if len(roots) > 1:
        starts = [root.document.start for root in roots]
    else:
        starts = sorted({entry.key.start for root in mappings for entry in root.entries.values()})
    return Conventions(
        newline=_most_common(_LINE_END.findall(text.content), "\n"),
        ends=not text.content or text.content[-1] in "\r\n",
        margin=mappings[-1].place.column - 1 if mappings else 0,
        step=_most_common((step for root in roots for node in walk(root) for step in _steps(node)), _STEP),
        spaced=_most_common((_is_spaced(text, text.position(start)[0]) for start in starts[1:]), None),
    )


def ends_spaced(text: Text) -> bool:
    """Tell whether nothing, or an empty line, comes last in a file."""
    last = text.line_count - text.content.endswith(("\r", "\n"))
    return not text.content or not text.line(last).strip()


def header_of(path: str, texts: Iterable[Text]) -> str | None:
    """Give the first line that names the schema for editors, where most of some files have one.

    Parameters
    ----------
    path
        Of the file that it is for.
    texts
        Of files of its kind; where they name a file, the line names it from where the new one is.
    """
    found: Counter[str | None] = Counter()
    for text in texts:
        match = _HEADER.fullmatch(text.line(1))
        target = match[1] if match is not None else None
        if target is not None and not _ABSOLUTE.match(target):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(text.path), target))
        found[target] += 1
    target, count = max(found.items(), key=lambda item: item[1], default=(None, 0))
    if target is None or count * 2 <= found.total():
        return None
    if not _ABSOLUTE.match(target):
        target = posixpath.relpath(target, posixpath.dirname(path) or ".")
    return f"# yaml-language-server: $schema={target}"


def _is_spaced(text: Text, number: int) -> bool:
    """Tell whether an empty line stands before a line, perhaps with comments between."""
    above = (text.line(index).strip() for index in range(number - 1, 0, -1))
    return next((not line for line in above if not line.startswith("#")), False)


def _steps(node: Node) -> Iterable[int]:
    """Yield by how much the mappings in a mapping are indented, where they begin on a line of their own."""
    if not isinstance(node, Mapping):
        return
    column = node.place.column
    for key, value in node.entries.values():
        if isinstance(value, Mapping) and value.document is node.document and value.start > key.end:
            place = value.place
            if place.line > key.place.line and place.column > column:
                yield place.column - column


def _most_common(items: Iterable[_T], default: _T) -> _T:
    counts = Counter(items)
    return max(counts, key=lambda item: counts[item], default=default)
