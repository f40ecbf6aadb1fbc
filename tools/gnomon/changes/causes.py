"""Which edit a change of a specification comes from: one of its own, or one of what it inherits from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gnomon.changes.change import Cause
from gnomon.nodes import Mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.documents import SpecificationDocument
    from gnomon.nodes import Node
    from gnomon.registry import Registry


def find_cause(
    base: Registry, head: Registry, one: SpecificationDocument, two: SpecificationDocument, field: str
) -> Cause | None:
    """Find the partial or base whose edit changed a field; None where the specification itself was edited.

    Parameters
    ----------
    base, head
        The snapshots.
    one, two
        The specification in each.
    """
    old, new = _parts(one.content, field), _parts(two.content, field)
    key = next((key for key in [*new, *old] if _data(new.get(key)) != _data(old.get(key))), None)
    if key is None:
        return None
    # An edit gave the new value, or took away the old one.
    for registry, other, node in ((head, base, new.get(key)), (base, head, old.get(key))):
        owner = registry.owner(node) if node is not None else None
        if node is None or owner is None:
            continue
        twin = _twin(owner, other, one, two)
        if twin is None or _written(twin, field, key) != _written(owner, field, key):
            return None if owner in {one, two} else Cause(owner.label, node.place)
    # A list is made of many, and what was not edited came because somebody inherits from something else.
    for document in lineage(two):
        twin = _twin(document, base, one, two)
        node = _edited(twin, document, field, key) if twin is not None else None
        if node is not None:
            return None if document is two else Cause(document.label, node.place)
    return None


def find_cause_of_bases(base: Registry, one: SpecificationDocument, two: SpecificationDocument) -> Cause | None:
    """Find the partial or base that inherits from something else; None where the specification itself does."""
    for document in lineage(two):
        twin = _twin(document, base, one, two)
        node = _other_bases(twin, document) if twin is not None else None
        if node is not None:
            return None if document is two else Cause(document.label, node.place)
    return None


def _edited(one: SpecificationDocument, two: SpecificationDocument, field: str, key: str) -> Node | None:
    """Find what of a document itself was edited: a part of a field, or its bases."""
    if _written(one, field, key) != _written(two, field, key):
        return _parts(two.root, field).get(key) or _parts(one.root, field).get(key)
    return _other_bases(one, two)


def _other_bases(one: SpecificationDocument, two: SpecificationDocument) -> Node | None:
    if [base.target for base in one.bases] == [base.target for base in two.bases]:
        return None
    return two.root.get("base") or one.root.get("base")


def _parts(content: Mapping | None, field: str) -> dict[str, Node]:
    """Map the parts of a field to their nodes."""
    node = content.get(field) if content is not None else None
    if isinstance(node, Mapping):
        return {str(key): entry.value for key, entry in node.entries.items()}
    return {"": node} if node is not None else {}


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


def lineage(document: SpecificationDocument) -> Iterator[SpecificationDocument]:
    """Yield a document and all that it inherits from, the nearest first."""
    seen, found = {document}, [document]
    for item in found:
        yield item
        # Of two bases the later one counts.
        new = [parent for parent in dict.fromkeys(reversed(item.parents)) if parent not in seen]
        seen.update(new)
        found.extend(new)
