"""YAML as nodes that know where they stand."""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from gnomon.text import Text

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from gnomon.diagnostics import Place
    from gnomon.scalars import Trap


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One YAML document of a file; its identity tells which definition a node came from."""

    text: Text
    index: int
    start: int


class Node:
    """A piece of YAML between two offsets of its document's text."""

    __slots__ = ("document", "end", "start")

    def __init__(self, document: Document, start: int, end: int) -> None:
        self.document = document
        self.start = start
        self.end = end

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.document.text.place(self.start, self.end)

    @property
    def data(self) -> Any:
        """The plain Python value, with text for what JSON has no type for (dates, binary)."""
        raise NotImplementedError

    @property
    def kind(self) -> str:
        """What an author would call it."""
        raise NotImplementedError

    @property
    def weight(self) -> int:
        """How much it counts against limits, since aliases and heirs repeat it."""
        raise NotImplementedError


class Scalar(Node):
    """A single value.

    Attributes
    ----------
    value
        As YAML 1.1 reads it: str, int, float, bool, None, date, datetime or bytes.
    text
        As it is written, without quotes and escapes.
    plain
        Whether it is written without quotes, so that YAML chose its type.
    trap
        The YAML 1.1 surprise that it fell into, if any.
    """

    __slots__ = ("plain", "text", "trap", "value")

    def __init__(
        self, document: Document, start: int, end: int, value: Any, text: str, *, plain: bool, trap: Trap | None = None
    ) -> None:
        self.document = document
        self.start = start
        self.end = end
        self.value = value
        self.text = text
        self.plain = plain
        self.trap = trap

    @property
    def data(self) -> Any:
        """The plain Python value."""
        value = self.value
        if isinstance(value, dt.date):
            return value.isoformat()
        if isinstance(value, bytes):
            return base64.b64encode(value).decode("ascii")
        return value

    @property
    def kind(self) -> str:
        """What an author would call it."""
        return _KINDS.get(type(self.value), "text")

    @property
    def weight(self) -> int:
        """How much it counts against limits: one, and more for a long text."""
        return 1 + len(self.text) // _TEXT_OF_ONE


_TEXT_OF_ONE = 100  # characters that count as much as a value
_KINDS: dict[type, str] = {
    str: "text",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    type(None): "nothing",
    bytes: "binary data",
    dt.date: "a date",
    dt.datetime: "a date",
}


class Sequence(Node):
    """A list, or a ``!!set``, whose order means nothing."""

    __slots__ = ("is_set", "items", "size")

    def __init__(self, document: Document, start: int, end: int, items: list[Node], *, is_set: bool = False) -> None:
        super().__init__(document, start, end)
        self.items = items
        self.is_set = is_set
        self.size = 1

    @property
    def data(self) -> list[Any]:
        """The plain Python value."""
        return [item.data for item in self.items]

    @property
    def kind(self) -> str:
        """What an author would call it."""
        return "a set" if self.is_set else "a list"

    @property
    def weight(self) -> int:
        """How much it counts against limits."""
        return self.size


class Entry(NamedTuple):
    """A key of a mapping with its value."""

    key: Scalar
    value: Node


class Mapping(Node):
    """A mapping from keys, as YAML reads them, to entries."""

    __slots__ = ("entries", "size")

    def __init__(self, document: Document, start: int, end: int, entries: dict[Hashable, Entry]) -> None:
        super().__init__(document, start, end)
        self.entries = entries
        self.size = 1

    def get(self, key: str) -> Node | None:
        """Give the value of a key, or None."""
        entry = self.entries.get(key)
        return entry.value if entry is not None else None

    def scalar(self, key: str) -> Scalar | None:
        """Give the value of a key where it is a single value that is not null."""
        node = self.get(key)
        return node if isinstance(node, Scalar) and node.value is not None else None

    def key_of(self, key: str) -> Scalar:
        """Give the node of a key that is there."""
        return self.entries[key].key

    @property
    def data(self) -> dict[str, Any]:
        """The plain Python value."""
        return {str(entry.key.data): entry.value.data for entry in self.entries.values()}

    @property
    def kind(self) -> str:
        """What an author would call it."""
        return "a mapping"

    @property
    def weight(self) -> int:
        """How much it counts against limits."""
        return self.size

    @property
    def head(self) -> Node:
        """Its first key, or itself when it is empty: where to point when all of it is meant."""
        first = next(iter(self.entries.values()), None)
        return first.key if first is not None and first.key.document is self.document else self


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all below it, keys before their values."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        if isinstance(current, Mapping):
            for entry in reversed(current.entries.values()):
                stack.extend((entry.value, entry.key))
        elif isinstance(current, Sequence):
            stack.extend(reversed(current.items))


def node_of(data: Any) -> Node:
    """Make nodes of plain data, such as JSON, for what reads definitions from nodes; all stand at one place."""
    return _node_of(data, Document(Text("data", ""), 0, 0))


def _node_of(data: Any, document: Document) -> Node:
    if isinstance(data, dict):
        entries: dict[Hashable, Entry] = {
            key: Entry(Scalar(document, 0, 0, key, str(key), plain=False), _node_of(value, document))
            for key, value in data.items()
        }
        mapping = Mapping(document, 0, 0, entries)
        mapping.size = 1 + sum(getattr(entry.value, "size", 1) for entry in entries.values())
        return mapping
    if isinstance(data, list | tuple | set | frozenset):
        items = [_node_of(item, document) for item in data]
        sequence = Sequence(document, 0, 0, items)
        sequence.size = 1 + sum(getattr(item, "size", 1) for item in items)
        return sequence
    return Scalar(document, 0, 0, data, str(data), plain=not isinstance(data, str))
