"""Parse YAML into nodes with places, in one pass over the parser's events.

Nothing in a file can make it raise: faults are diagnostics, and a broken document does not hide the ones after it.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from gnomon import limits, scalars
from gnomon.diagnostics import Diagnostic, Related
from gnomon.nodes import Document, Entry, Mapping, Node, Scalar, Sequence
from gnomon.syntax import explain

if TYPE_CHECKING:
    from collections.abc import Hashable

    from gnomon.diagnostics import Place
    from gnomon.text import Text

_SHOWN_PLACES = 12

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MARKER = re.compile(r"(?:\A|(?<=[\r\n]))(?:%[^\r\n]*(?:\r\n|\r|\n))*---(?=[ \t\r\n]|\Z)")
_SET, _PAIRS = "tag:yaml.org,2002:set", ("tag:yaml.org,2002:omap", "tag:yaml.org,2002:pairs")
_OWN_COLLECTIONS = frozenset({None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"})


@dataclass
class Parsed:
    """What a file holds.

    Attributes
    ----------
    roots
        The documents that could be read, in order, empty ones left out.
    diagnostics
        The faults of the YAML itself.
    broken
        Faults within documents that could be read, but that no other reader of YAML would load.
    complete
        Whether every document could be read.
    anchors
        Names of all anchors.
    expanded
        How many values aliases and merge keys add.
    trapped
        Documents with a scalar that YAML 1.1 does not read as it looks.
    """

    roots: list[Node] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    broken: list[Diagnostic] = field(default_factory=list)
    complete: bool = True
    anchors: set[str] = field(default_factory=set)
    expanded: int = 0
    trapped: set[Document] = field(default_factory=set)


class _Abandoned(Exception):  # noqa: N818  # not an error: the rest of a document is not worth reading
    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def parse(text: Text, *, names_metrics: bool = False) -> Parsed:
    """Parse all documents of a file.

    Parameters
    ----------
    names_metrics
        Whether the keys of the outermost mapping are metrics, so that a duplicate is one of a metric.
    """
    builder = _Builder(text, names_metrics=names_metrics)
    try:
        builder.run(text.content, 0)
    except (yaml.YAMLError, _Abandoned) as error:
        _recover(builder, error)
    return builder.parsed


def _recover(builder: _Builder, error: yaml.YAMLError | _Abandoned) -> None:
    # Document markers cannot stand inside a value, so each piece between them can be parsed alone.
    content = builder.text.content
    starts = [0, *(match.start() for match in _MARKER.finditer(content) if match.start() > 0)]
    builder.restart(complete=False)
    if len(starts) == 1:
        _report(builder, error, 0)
        return
    for count, (start, end) in enumerate(itertools.pairwise([*starts, len(content)])):
        if count > limits.MAX_DOCUMENTS:
            builder.parsed.diagnostics.append(_too_many(builder.text.place(start, start + 1)))
            return
        if start == 0 and not _has_content(content[:end]):
            continue  # comments before the first marker are no document
        sound = len(builder.parsed.roots)
        try:
            builder.run(content[start:end], start)
        except (yaml.YAMLError, _Abandoned) as fault:
            del builder.parsed.roots[sound:]
            _report(builder, fault, start)
            if builder.count > limits.MAX_DOCUMENTS:
                return


def _too_many(place: Place) -> Diagnostic:
    return Diagnostic("too-large", f"more than {limits.MAX_DOCUMENTS:,} documents in one file", place, "split the file")


def _has_content(piece: str) -> bool:
    return any(line.strip() and not line.lstrip().startswith("#") for line in piece.splitlines())


def _report(builder: _Builder, error: yaml.YAMLError | _Abandoned, shift: int) -> None:
    found = error.diagnostic if isinstance(error, _Abandoned) else explain(error, builder.text, shift)
    builder.parsed.diagnostics.append(found)


class _Frame:
    """A collection that is being read."""

    __slots__ = ("anchor", "doubled", "end", "entries", "items", "key", "merges", "size", "start", "tag")

    def __init__(self, start: int, tag: str | None, anchor: str | None, *, mapping: bool) -> None:
        self.start = start
        self.tag = tag
        self.anchor = anchor
        self.entries: dict[Hashable, Entry] | None = {} if mapping else None
        self.items: list[Node] = []
        self.merges: list[Node] = []
        self.doubled: dict[Hashable, list[Scalar]] = {}
        self.key: Node | None = None
        self.size = 1
        self.end = start


class _Builder:
    def __init__(self, text: Text, *, names_metrics: bool) -> None:
        self.text = text
        self.names_metrics = names_metrics
        self.restart(complete=True)

    def restart(self, *, complete: bool) -> None:
        self.parsed = Parsed(complete=complete)
        self.expanded = 0
        self.allowance = limits.MAX_EXPANSION + len(self.text.content)
        self.count = 0

    def run(self, content: str, shift: int) -> None:
        """Read the documents of a piece of the file that begins at the offset `shift`."""
        self.shift = shift
        event: Any
        for event in yaml.parse(content, Loader=_LOADER):
            kind = type(event)
            if kind is yaml.ScalarEvent:
                scalar = self.scalar(event)
                self.add(scalar, event.anchor, scalar.weight)
            elif kind is yaml.MappingStartEvent:
                self.open(event, mapping=True)
            elif kind is yaml.SequenceStartEvent:
                self.open(event, mapping=False)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self.close(event)
            elif kind is yaml.AliasEvent:
                self.alias(event)
            elif kind is yaml.DocumentStartEvent:
                self.begin(event)
            elif kind is yaml.DocumentEndEvent:
                self.finish()

    # Documents

    def begin(self, event: Any) -> None:
        self.document = Document(self.text, self.count, event.start_mark.index + self.shift)
        self.count += 1
        if self.count > limits.MAX_DOCUMENTS:
            start = event.start_mark.index + self.shift
            raise _Abandoned(_too_many(self.text.place(start, start + 1)))
        self.frames: list[_Frame] = []
        self.anchors: dict[str, Node | None] = {}
        self.root: Node | None = None
        self.complaints: list[Diagnostic] = []

    def finish(self) -> None:
        root = self.root
        self.parsed.anchors.update(self.anchors)
        self.parsed.expanded = self.expanded
        self.parsed.diagnostics.extend(self.complaints)
        self.parsed.broken.extend(fault for fault in self.complaints if fault.rule == "yaml-syntax")
        if isinstance(root, Scalar) and root.value is None:
            start = self.document.start
            place = self.text.place(start, start + 3)
            self.parsed.diagnostics.append(
                Diagnostic(
                    "empty-document", "an empty document", place, "remove the `---` that begins it, or fill it in"
                )
            )
        elif root is not None:
            self.parsed.roots.append(root)

    # Values

    def add(self, node: Node, anchor: str | None = None, size: int = 1, end: int | None = None) -> None:
        if anchor is not None:
            if isinstance(node, Scalar):
                self.check_anchor(anchor, node.start)
            self.anchors[anchor] = node
        if not self.frames:
            self.root = node
            return
        frame = self.frames[-1]
        frame.size += size
        frame.end = node.end if end is None else end
        if frame.entries is None:
            frame.items.append(node)
        elif frame.key is None:
            frame.key = node
        else:
            key, frame.key = frame.key, None
            self.enter(frame, key, node)

    def enter(self, frame: _Frame, key: Node, value: Node) -> None:
        assert frame.entries is not None  # noqa: S101  # only mappings have keys
        if not isinstance(key, Scalar):
            self.complain(
                "yaml-syntax",
                f"{key.kind} as a key",
                key,
                "a key is a single word; quote it if it begins with `[` or `{`",
            )
            return
        if key.plain and key.text == "<<":
            frame.merges.append(value)
            return
        known = frame.entries.get(key.value)
        if known is not None:
            frame.doubled.setdefault(key.value, [known.key]).append(key)
        frame.entries[key.value] = Entry(key, value)

    def duplicates(self, keys: list[Scalar]) -> None:
        times = "twice" if len(keys) == 2 else f"{len(keys)} times"  # noqa: PLR2004  # as people say it
        if self.names_metrics and not self.frames:
            for key in keys:
                others = tuple(
                    Related("another definition", other.place)
                    for other in itertools.islice((other for other in keys if other is not key), _SHOWN_PLACES)
                )
                message = f"the metric `{key.text}` is defined {times}; the last definition counts"
                hint = "remove what is too much, or give it another name"
                self.complaints.append(Diagnostic("duplicate-metric", message, key.place, hint, related=others))
            return
        first, *rest = keys
        related = (Related(f"`{first.text}` stands here first", first.place),)
        for key in rest:
            message = f"the key `{key.text}` stands {times} in this mapping; only the last value counts"
            self.complaints.append(Diagnostic("duplicate-key", message, key.place, "keep one of them", related=related))

    def scalar(self, event: Any) -> Scalar:
        start, end, text = event.start_mark.index + self.shift, event.end_mark.index + self.shift, event.value
        tag = event.tag
        if tag in {None, "!"} and event.implicit[0]:
            value, trap = scalars.resolve(text)
            if trap is not None:
                self.parsed.trapped.add(self.document)
            return Scalar(self.document, start, end, value, text, plain=True, trap=trap)
        if tag is None or tag == "!":
            return Scalar(self.document, start, end, text, text, plain=False)
        node = Scalar(self.document, start, end, text, text, plain=False)
        try:
            node.value = scalars.construct(tag, text)
        except ValueError as error:
            self.complain("yaml-syntax", str(error), node, "remove the tag, or quote the value if it begins with `!`")
        return node

    def alias(self, event: Any) -> None:
        name, start, end = event.anchor, event.start_mark.index + self.shift, event.end_mark.index + self.shift
        here = Scalar(self.document, start, end, None, f"*{name}", plain=False)
        if name not in self.anchors:
            self.complain(
                "yaml-syntax", f"the alias `*{name}` has no anchor", here, f"define `&{name}` earlier in this document"
            )
            self.add(here)
            return
        target = self.anchors[name]
        if target is None:
            raise _Abandoned(Diagnostic("alias-bomb", f"`*{name}` contains itself", here.place, "write the value out"))
        self.expand(target.weight, here)
        self.add(target, size=target.weight, end=end)

    def expand(self, size: int, here: Node) -> None:
        self.expanded += size
        if self.expanded > self.allowance:
            message = f"aliases expand this file to more than {self.allowance:,} values"
            raise _Abandoned(
                Diagnostic("alias-bomb", message, here.place, "write the values out, or use fewer aliases")
            )

    # Collections

    def open(self, event: Any, *, mapping: bool) -> None:
        if len(self.frames) >= limits.MAX_DEPTH:
            raise self.abandon(
                "too-deep", f"more than {limits.MAX_DEPTH} levels of nesting", event, "definitions need five"
            )
        self.frames.append(_Frame(event.start_mark.index + self.shift, event.tag, event.anchor, mapping=mapping))
        if event.anchor is not None:
            self.check_anchor(event.anchor, self.frames[-1].start)
            self.anchors[event.anchor] = None

    def check_anchor(self, anchor: str, start: int) -> None:
        if anchor in self.anchors:
            place = self.text.place(start, start + len(anchor) + 1)
            message = f"the anchor `&{anchor}` stands twice in this document"
            self.complaints.append(Diagnostic("yaml-syntax", message, place, "give one of them another name"))

    def close(self, event: Any) -> None:
        frame = self.frames.pop()
        for keys in frame.doubled.values():
            self.duplicates(keys)
        # A block ends with its last value; the parser would also count the comments after it.
        is_flow = event.end_mark.index > event.start_mark.index
        end = event.end_mark.index + self.shift if is_flow else frame.end
        node: Mapping | Sequence
        if frame.entries is None:
            node = Sequence(self.document, frame.start, end, frame.items)
        else:
            entries = self.merged(frame) if frame.merges else frame.entries
            node = Mapping(self.document, frame.start, end, entries)
        node.size = frame.size
        if frame.tag not in _OWN_COLLECTIONS:
            node = self.tagged(frame, node)
        self.add(node, frame.anchor, node.size)

    def tagged(self, frame: _Frame, node: Mapping | Sequence) -> Mapping | Sequence:
        if frame.tag == _SET and isinstance(node, Mapping):
            items: list[Node] = [entry.key for entry in node.entries.values()]
            result = Sequence(node.document, node.start, node.end, items, is_set=True)
            result.size = node.size
            return result
        if not (frame.tag in _PAIRS and isinstance(node, Sequence)):
            self.complain("yaml-syntax", f"the tag `{frame.tag}` does not fit {node.kind}", node, "remove the tag")
        return node

    def merged(self, frame: _Frame) -> dict[Hashable, Entry]:
        """Give the entries of a mapping with merge keys: its own win, and of a list the earlier ones."""
        result: dict[Hashable, Entry] = {}
        for merge in frame.merges:
            sources = merge.items[::-1] if isinstance(merge, Sequence) and not merge.is_set else [merge]
            for source in sources:
                if isinstance(source, Mapping):
                    entries = source.entries
                elif isinstance(source, Sequence) and source.is_set:
                    entries = {
                        item.value: Entry(item, _nothing(item)) for item in source.items if isinstance(item, Scalar)
                    }
                else:
                    self.complain(
                        "yaml-syntax", f"`<<` merges mappings, not {source.kind}", source, "give it a `*name` of one"
                    )
                    continue
                self.expand(len(entries), source)
                result.update(entries)
        result.update(frame.entries or {})
        return result

    # Faults

    def complain(self, rule: str, message: str, node: Node, hint: str) -> None:
        self.complaints.append(Diagnostic(rule, message, node.place, hint))

    def abandon(self, rule: str, message: str, event: Any, hint: str) -> _Abandoned:
        start = event.start_mark.index + self.shift
        return _Abandoned(Diagnostic(rule, message, self.text.place(start, start + 1), hint))


def _nothing(key: Scalar) -> Scalar:
    """Give the value of a key of a set."""
    return Scalar(key.document, key.end, key.end, None, "", plain=True)
