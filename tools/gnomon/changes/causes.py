"""Which edit a change of a specification comes from: one of its own, or one of what it inherits from."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from gnomon.changes.change import Cause
from gnomon.nodes import Mapping

if TYPE_CHECKING:
    from collections.abc import Callable

    from gnomon.documents import SpecificationDocument
    from gnomon.nodes import Node
    from gnomon.registry import Registry

T = TypeVar("T")
# Of a test whose number changed as well, the number is what people look for.
_MANNER = frozenset({"operator", "unit", "inclusive"})
_Part = tuple[str, str]  # a field, and a key in it; an empty one where it is no mapping


def inherited(
    document: SpecificationDocument,
    known: dict[SpecificationDocument, T],
    find: Callable[[SpecificationDocument], T],
) -> T:
    """Find something of a document that hangs on what is known of its bases, which are looked at first.

    Parameters
    ----------
    known
        What was found before, and is filled in: thousands may inherit from one, or one from the other in a row.
    """
    waiting = [document]
    while waiting:
        current = waiting[-1]
        unknown = [parent for parent in current.parents if parent not in known]
        if current in known or not unknown:
            waiting.pop()
            if current not in known:
                known[current] = find(current)
        else:
            waiting.extend(unknown)
    return known[document]


class Causes:
    """Finds the edits that changes come from.

    Parameters
    ----------
    base, head
        The snapshots that are compared.
    """

    def __init__(self, base: Registry, head: Registry) -> None:
        self._base = base
        self._head = head
        self._known: dict[_Part | None, dict[SpecificationDocument, Cause | None]] = {}

    def of_field(self, one: SpecificationDocument, two: SpecificationDocument, field: str) -> Cause | None:
        """Find the partial or base whose edit changed a field; None where the specification itself was edited."""
        old, new = _parts(one.content, field), _parts(two.content, field)
        edited = [key for key in [*new, *old] if _data(new.get(key)) != _data(old.get(key))]
        if not edited:
            return None
        key = min(edited, key=lambda name: name in _MANNER)
        # An edit gave the new value, or took away the old one.
        for registry, other, node in ((self._head, self._base, new.get(key)), (self._base, self._head, old.get(key))):
            owner = registry.owner(node) if node is not None else None
            if node is None or owner is None:
                continue
            twin = _twin(owner, other, one, two)
            if twin is None or _written(twin, field, key) != _written(owner, field, key):
                return None if owner in {one, two} else Cause(owner.label, node.place)
        # A list is made of many, and what was not edited came because somebody inherits from something else.
        return self._inherited(one, two, (field, key))

    def of_bases(self, one: SpecificationDocument, two: SpecificationDocument) -> Cause | None:
        """Find the partial or base that inherits from something else; None where the specification itself does."""
        return self._inherited(one, two, None)

    def _inherited(self, one: SpecificationDocument, two: SpecificationDocument, part: _Part | None) -> Cause | None:
        """Find the nearest of what a specification inherits from in which a part, or what that inherits from, differs.

        Parameters
        ----------
        part
            None for bases alone.
        """
        if _edited(one, two, part) is not None:
            return None
        known = self._known.setdefault(part, {})

        def find(document: SpecificationDocument) -> Cause | None:
            twin = _twin(document, self._base, one, two)
            node = _edited(twin, document, part) if twin is not None else None
            if node is not None:
                return Cause(document.label, node.place)
            # Of two bases the later one counts.
            return next((found for parent in reversed(document.parents) if (found := known[parent]) is not None), None)

        return inherited(two, known, find)


def _parts(content: Mapping | None, field: str) -> dict[str, Node]:
    """Map the parts of a field to their nodes."""
    node = content.get(field) if content is not None else None
    if isinstance(node, Mapping):
        return {str(key): entry.value for key, entry in node.entries.items()}
    return {"": node} if node is not None else {}


def _edited(one: SpecificationDocument, two: SpecificationDocument, part: _Part | None) -> Node | None:
    """Find what of a document itself was edited: a part of a field, where one is asked about, or its bases."""
    if part is not None and _written(one, *part) != _written(two, *part):
        field, key = part
        return _parts(two.root, field).get(key) or _parts(one.root, field).get(key)
    if [base.target for base in one.bases] != [base.target for base in two.bases]:
        return two.root.get("base") or one.root.get("base")
    return None


def _written(document: SpecificationDocument, field: str, key: str) -> object:
    """Give what a document itself says of a part of a field, whatever it inherits."""
    return _data(_parts(document.root, field).get(key))


def _data(node: Node | None) -> object:
    return node.data if node is not None else None


def _twin(
    document: SpecificationDocument, other: Registry, one: SpecificationDocument, two: SpecificationDocument
) -> SpecificationDocument | None:
    """Find a document on the other side; the specification itself may have another name there."""
    if document in {one, two}:
        return two if document is one else one
    found = other.partials if document.kind == "partial" else other.specifications
    return found.get(document.label)
