"""The text of a file cut into slices, one for each definition, so that of a long history each text is read once.

A specification file is cut where documents begin, since document markers cannot stand inside a value; a metric file
where a line begins at column 1 with a key. What is cut is parsed by the same parser as ever; where a file does not come
out as one definition a slice, all of it is one slice.
"""

from __future__ import annotations

import itertools
import posixpath
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from gnomon import limits, vocabulary
from gnomon.documents import NAMELESS, read_metrics, read_specification
from gnomon.loader import is_wanted, misplaced, package_of
from gnomon.nodes import Mapping
from gnomon.parser import Parsed, parse
from gnomon.reading import read_text
from gnomon.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gnomon.documents import SpecificationDocument
    from gnomon.sources import Source, SourceFile

Key = tuple[str, str]  # the kind of a definition and its label
_MARKER = re.compile(r"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)
# A bracket that closes at column 1 belongs to the entry that opened it.
_ENTRY = re.compile(r"^[^ \t\r\n#}\])]", re.MULTILINE)
# What makes places or documents of a file hang on more than the slice they are in: other line ends than LF and CRLF, a
# byte order mark inside, directives and ends of documents.
_ODD_CHARACTERS, _ODD_LINES = ("\x85", "\u2028", "\u2029", "\ufeff"), ("%", "...")
_LONE_RETURN = re.compile(r"\r(?!\n)")
_HEAD = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*(?:---[ \t]*(?:[ \t]#[^\n]*)?\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*)?")


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """What the text of a definition says of its name and its bases.

    Attributes
    ----------
    last
        The last part of its name, or its id.
    metric
        Bare name of the metric, where it says it.
    bases
        What it inherits from, each with the metric that the name of a base specification says.
    counts
        Whether it is found by its label; what has no name or no sound form is not.
    """

    kind: Literal["metric", "specification", "partial"]
    package: str
    path: str
    last: str
    metric: str | None = None
    bases: tuple[tuple[Key, str | None], ...] = ()
    counts: bool = True

    def key(self, metric: str | None) -> Key:
        """Give the key under which others find it, once its metric is known."""
        if self.kind == "metric":
            return "metric", f"{self.package}.{self.last}"
        if self.kind == "partial":
            return "partial", f"{self.package}:{self.path}#{self.last}"
        return "specification", f"{self.package}.{metric or NAMELESS}.{self.last}"


def sure_part(key: Key) -> Key:
    """Give what is known of a key without the metric, which a specification may inherit."""
    kind, label = key
    return (kind, label.rpartition(".")[2]) if kind == "specification" else key


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """A piece of a file's text with what it defines.

    Attributes
    ----------
    anchors, expanded
        Of the YAML: names of its anchors, and how many values aliases and merge keys add.
    """

    text: str
    definitions: tuple[Definition, ...]
    anchors: frozenset[str] = frozenset()
    expanded: int = 0


@dataclass(frozen=True, eq=False)
class SlicedFile:
    """A file, cut.

    Attributes
    ----------
    head
        What stands before the first slice and is kept with each.
    whole
        Whether it could not be cut, so that its one slice stands for all of it.
    lossy
        Whether some of it cannot be read, so that nobody knows what it defines.
    references
        Packages that it may name in bases.
    """

    file: SourceFile
    slices: tuple[Slice, ...] = ()
    head: str = ""
    whole: bool = False
    lossy: bool = False
    by_text: dict[str, Slice] = field(default_factory=dict)
    references: frozenset[str] = frozenset()

    @cached_property
    def targets(self) -> frozenset[Key]:
        """All that something in it inherits from."""
        return frozenset(target for _, found in self.definitions() for target, _ in found.bases)

    @cached_property
    def parts(self) -> frozenset[str]:
        """The last parts of the names of its specifications."""
        return frozenset(found.last for _, found in self.definitions() if found.kind == "specification")

    @cached_property
    def found_by(self) -> dict[Key, list[tuple[int, Definition]]]:
        """Its definitions and the indices of their slices, by what is sure of their keys, see `sure_part`."""
        result: dict[Key, list[tuple[int, Definition]]] = {}
        for index, found in self.definitions():
            result.setdefault(sure_part(found.key(None)), []).append((index, found))
        return result

    def definitions(self) -> Iterator[tuple[int, Definition]]:
        """Yield its definitions in order, each with the index of its slice."""
        for index, piece in enumerate(self.slices):
            for found in piece.definitions:
                yield index, found

    @cached_property
    def _lines(self) -> list[int]:
        """In which line each slice begins, and the last one ends."""
        return list(itertools.accumulate((piece.text.count("\n") for piece in self.slices), initial=0))

    def excerpt(self, chosen: set[int]) -> str:
        """Give the text with some slices only; what is left out leaves its lines, so that places stay the same."""
        result, next_one = [self.head], 0
        for index in [*sorted(chosen), len(self.slices)]:
            if index > next_one:
                # A comment at column 1 ends a block of text above it, as the key or marker did that stood there.
                result.append("#" + "\n" * (self._lines[index] - self._lines[next_one]))
            if index < len(self.slices):
                result.append(self.slices[index].text)
            next_one = index + 1
        return "".join(result)


def cut(source: Source, file: SourceFile, known: dict[str, Slice]) -> SlicedFile:
    """Cut a file that may hold definitions.

    Parameters
    ----------
    known
        Slices of another state of this file: what is there is not parsed again.
    """
    parts = file.path.split("/")
    if not is_wanted(file) or (file.irregular is None and misplaced(parts) is not None):
        return SlicedFile(file)
    read = read_text(source, file)
    if read.text is None or not read.usable:
        return SlicedFile(file, (Slice("", ()),), whole=True, lossy=True)
    place = _Place(parts)
    sliced = None if read.fault is not None or place.is_vocabulary else _cut(file, read.text.content, place, known)
    return sliced if sliced is not None else _uncut(file, read.text, place)


class _Place:
    """What the path of a file says of its definitions."""

    def __init__(self, parts: list[str]) -> None:
        path = "/".join(parts)
        self.is_vocabulary = path == vocabulary.PATH
        self.of_metrics = parts[0] == "metrics"
        self.package = package_of(path)
        self.path = posixpath.splitext("/".join(parts[2:]))[0]

    def parse(self, content: str) -> Parsed:
        return parse(Text("", content), names_metrics=self.of_metrics)

    def specification(self, root: Mapping) -> Definition:
        return _definition(read_specification(self.package, self.path, root)[0])

    def metrics(self, root: Mapping) -> Iterator[Definition]:
        names = {id(document.key): document.name.metric or "" for document in read_metrics(self.package, root)}
        for entry in root.entries.values():
            name = names.get(id(entry.key))
            last = entry.key.text if name is None else name
            yield Definition("metric", self.package, "", last, counts=name is not None)


def _definition(document: SpecificationDocument) -> Definition:
    bases = tuple(
        (("partial" if base.metric is None else "specification", base.target), base.metric) for base in document.bases
    )
    counts = document.spec != NAMELESS
    return Definition(
        document.kind, document.package, document.path, document.spec, document.metric, bases, counts=counts
    )


def _uncut(file: SourceFile, text: Text, place: _Place) -> SlicedFile:
    parsed = place.parse(text.content)
    if place.is_vocabulary:
        return SlicedFile(file, (Slice("", ()),), whole=True, lossy=not parsed.complete)
    roots = [root for root in parsed.roots if isinstance(root, Mapping)]
    found: list[Definition] = []
    for root in roots:
        found.extend(place.metrics(root) if place.of_metrics else [place.specification(root)])
    lossy = not parsed.complete or len(roots) < len(parsed.roots)
    return SlicedFile(file, (Slice("", tuple(found)),), whole=True, lossy=lossy)


def _cut(file: SourceFile, content: str, place: _Place, known: dict[str, Slice]) -> SlicedFile | None:
    """Cut a text; None where it does not come out as one definition a slice."""
    if _is_odd(content):
        return None
    head, texts = _entries(content) if place.of_metrics else ("", _documents(content))
    if head is None or len(texts) > limits.MAX_DOCUMENTS:
        return None
    new = list(dict.fromkeys(text for text in texts if text not in known))
    read = _read_together(new, place) or _read_one_by_one(new, place)
    if read is None:
        return None
    slices = tuple(read.get(text) or known[text] for text in texts)
    if sum(piece.expanded for piece in slices) > limits.MAX_EXPANSION:
        return None  # the limit is that of a file
    if place.of_metrics and sum(len(piece.anchors) for piece in slices) > len(
        frozenset[str]().union(*(piece.anchors for piece in slices))
    ):
        return None  # an anchor that stands twice is a fault, which neither slice knows
    return SlicedFile(file, slices, head, by_text={piece.text: piece for piece in slices})


def _is_odd(content: str) -> bool:
    # Looking for each alone is many times faster than one expression for all.
    return (
        any(char in content for char in _ODD_CHARACTERS)
        or content.startswith(_ODD_LINES)
        or any(f"\n{line}" in content for line in _ODD_LINES)
        or ("\r" in content and _LONE_RETURN.search(content) is not None)
    )


def _documents(content: str) -> list[str]:
    starts = [match.start() for match in _MARKER.finditer(content)]
    return _between(content, starts if starts[:1] == [0] else [0, *starts])


def _entries(content: str) -> tuple[str | None, list[str]]:
    """Cut the text of a metric file into what stands before its first entry, None where it is odd, and its entries."""
    match = _HEAD.match(content)
    head = match.group() if match else ""
    starts = [match.start() for match in _ENTRY.finditer(content, len(head))]
    if starts[:1] != [len(head)]:
        return (None if content[len(head) :].strip() else content), []
    return head, _between(content, starts)


def _between(content: str, starts: Sequence[int]) -> list[str]:
    return [content[start:end] for start, end in zip(starts, [*starts[1:], len(content)], strict=True)]


def _read_together(texts: list[str], place: _Place) -> dict[str, Slice] | None:
    """Parse many slices at once, which is faster; None where that leaves open what belongs to which."""
    ended = all(text.endswith("\n") for text in texts[:-1])
    parsed = place.parse("".join(texts))
    if not ended or not parsed.complete or parsed.expanded or parsed.anchors:
        return None
    if place.of_metrics:
        found = _entries_of(parsed, texts, place)
        return dict(zip(texts, found, strict=True)) if found is not None else None
    roots = iter(parsed.roots)
    root = next(roots, None)
    result, end = {}, 0
    for text in texts:
        end += len(text)
        definitions: tuple[Definition, ...] = ()
        if root is not None and root.document.start < end:
            if not isinstance(root, Mapping):
                return None
            definitions = (place.specification(root),)
            root = next(roots, None)
        result[text] = Slice(text, definitions)
    return result if root is None else None


def _read_one_by_one(texts: list[str], place: _Place) -> dict[str, Slice] | None:
    result = {}
    for text in texts:
        parsed = place.parse(text)
        if not parsed.complete or len(parsed.roots) > 1 or not all(isinstance(root, Mapping) for root in parsed.roots):
            return None
        if place.of_metrics:
            found = _entries_of(parsed, [text], place)
            if found is None:
                return None
            definitions = found[0].definitions
        else:
            definitions = tuple(place.specification(root) for root in parsed.roots if isinstance(root, Mapping))
        result[text] = Slice(text, definitions, frozenset(parsed.anchors), parsed.expanded)
    return result


def _entries_of(parsed: Parsed, texts: list[str], place: _Place) -> list[Slice] | None:
    """Give a slice for each text where each is one metric, with its key at the beginning."""
    if not texts:
        return []
    if parsed.broken or len(parsed.roots) != 1 or not isinstance(parsed.roots[0], Mapping):
        return None
    root = parsed.roots[0]
    result, start = [], 0
    entries = list(root.entries.values())
    if len(entries) != len(texts):
        return None
    for text, entry, found in zip(texts, entries, place.metrics(root), strict=True):
        if entry.key.start != start or not isinstance(entry.key.value, str) or not found.counts:
            return None
        result.append(Slice(text, (found,)))
        start += len(text)
    return result
