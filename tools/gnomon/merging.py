"""Merge the content of documents as nodes, so that every value keeps the place that gave it.

Mapping onto mapping recurses, list onto list appends, anything else replaces; a test of another type replaces the
inherited one whole, and so does a condition of a query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gnomon import queries
from gnomon.diagnostics import Diagnostic, Related
from gnomon.nodes import Entry, Mapping, Node, Scalar, Sequence
from gnomon.specifications.kinds import TYPES

if TYPE_CHECKING:
    from collections.abc import Hashable

TESTS = tuple(TYPES)


def contribution(content: Mapping) -> Mapping:
    """Give what a specification passes on: its resolved content, its tags as a list."""
    entries = dict(content.entries)
    tags = entries.get("tags")
    if tags is not None and not (isinstance(tags.value, Scalar) and tags.value.value is None):
        items = tags.value.items if isinstance(tags.value, Sequence) else [tags.value]
        unique = {item.text if isinstance(item, Scalar) else id(item): item for item in reversed(items)}
        listed = Sequence(tags.value.document, tags.value.start, tags.value.end, list(reversed(unique.values())))
        listed.size = 1 + sum(item.weight for item in listed.items)
        entries["tags"] = Entry(tags.key, listed)
    query = entries.get("metadata_query")
    if query is not None and isinstance(query.value, Mapping):
        entries["metadata_query"] = Entry(query.key, without_dropped(query.value))
    result = Mapping(content.document, content.start, content.end, entries)
    result.size = content.size
    return result


def without_dropped(query: Mapping) -> Mapping:
    """Remove the terms of a query that ``{any: true}`` drops."""
    kept = {
        key: entry
        for key, entry in query.entries.items()
        if not (isinstance(entry.value, Mapping) and entry.value.data == {"any": True})
    }
    result = Mapping(query.document, query.start, query.end, kept)
    result.size = query.size
    return result


def is_condition_node(node: Node) -> bool:
    """Tell whether the value of a query's term is a condition."""
    return isinstance(node, Mapping) and bool(node.entries) and all(key in queries.OPERATORS for key in node.entries)


class Merger:
    """Merges mappings, and notes where a value changes its kind on the way.

    Attributes
    ----------
    faults
        What it noted.
    subject
        The definition that is being made.
    """

    def __init__(self) -> None:
        self.faults: list[Diagnostic] = []
        self.subject: str | None = None

    def top(self, below: Mapping, above: Mapping) -> Mapping:
        """Merge the content of two documents: a test of another type replaces the inherited one whole."""
        types = {name for name in TESTS if isinstance(above.get(name), Mapping)}
        if types:
            kept = {key: entry for key, entry in below.entries.items() if key not in TESTS or key in types}
            below = resized(Mapping(below.document, below.start, below.end, kept))
        return self._mappings(below, above, "")

    def _mappings(self, below: Mapping, above: Mapping, field_name: str) -> Mapping:
        entries: dict[Hashable, Entry] = dict(below.entries)
        for key, entry in above.entries.items():
            old = entries.get(key)
            if old is not None:
                merged = self._values(old, entry, in_query=field_name == "metadata_query")
                entry = Entry(entry.key, merged)  # noqa: PLW2901  # the merged value takes its place
            entries[key] = entry
        return resized(Mapping(above.document, above.start, above.end, entries))

    def _values(self, old: Entry, new: Entry, *, in_query: bool) -> Node:
        below, above = old.value, new.value
        if in_query and (is_condition_node(below) or is_condition_node(above)):
            return above
        if isinstance(below, Mapping) and isinstance(above, Mapping):
            return self._mappings(below, above, new.key.text)
        lists = isinstance(below, Sequence) and isinstance(above, Sequence) and not (below.is_set or above.is_set)
        if lists:
            assert isinstance(below, Sequence)  # noqa: S101  # for the type checker
            assert isinstance(above, Sequence)  # noqa: S101
            joined = Sequence(above.document, above.start, above.end, below.items + above.items)
            joined.size = below.size + above.size
            return joined
        if new.key.text not in TESTS and _shape(below) not in {_shape(above), None} and _shape(above) is not None:
            self._overwritten(old, new)
        return above

    def _overwritten(self, old: Entry, new: Entry) -> None:
        name, wanted = new.key.text, _shape(old.value) or ""
        message = f"`{name}` is {_described(new.value)} here and replaces {_inherited(old.value)}"
        if wanted == "a single value":
            hint = "write it as a list in the base" if isinstance(new.value, Sequence) else "keep one form of it"
        else:
            hint = f"write it as {wanted}, like the base"
        related = (Related("what is replaced", old.value.place),)
        self.faults.append(Diagnostic("overwritten-tags", message, new.value.place, hint, self.subject, related))


def _shape(node: Node) -> str | None:
    """Name the kinds that merging tells apart; None where nothing would be lost."""
    if isinstance(node, Mapping):
        return "a mapping" if node.entries else None
    if isinstance(node, Sequence):
        return node.kind if node.items else None
    return "a single value" if isinstance(node, Scalar) and node.value is not None else None


def _inherited(node: Node) -> str:
    return f"the inherited {_described(node).removeprefix('a ')} instead of adding to it"


def _described(node: Node) -> str:
    if isinstance(node, Sequence):
        return f"{node.kind} of {len(node.items)}"
    return _shape(node) or "nothing"


def resized(mapping: Mapping) -> Mapping:
    """Count the values of a mapping anew, and give it back."""
    mapping.size = 1 + sum(entry.value.weight for entry in mapping.entries.values())
    return mapping
