"""Which requirements a specification counts for: their verdicts roll up from those of their heirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gnomon.changes.causes import find_cause_of_bases, lineage
from gnomon.changes.change import Change, Witness
from gnomon.changes.impacts import Direction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.documents import SpecificationDocument
    from gnomon.registry import Registry

_REASON = "its own verdict stays; only that of the requirement differs"


def compare_requirements(
    base: Registry, head: Registry, one: SpecificationDocument, two: SpecificationDocument
) -> Iterator[Change]:
    """Yield that a specification became an heir of a requirement, or is none any more.

    What came or went as a whole is told by itself, so both sides must have the requirement.
    """
    old, new = _requirements(one), _requirements(two)
    lost = [label for label in sorted(old - new) if _is_requirement(head, label)]
    gained = [label for label in sorted(new - old) if _is_requirement(base, label)]
    if not lost and not gained:
        return
    direction = Direction.BOTH if lost and gained else Direction.LOOSENED if lost else Direction.TIGHTENED
    parts = [("no longer counts for", lost), ("now counts for", gained)]
    told = " and ".join(f"{what} {', '.join(f'`{label}`' for label in labels)}" for what, labels in parts if labels)
    yield Change(
        "specification-requirement-changed",
        "specification",
        two.label,
        "changed",
        None,
        sorted(old),
        sorted(new),
        direction.impacts,
        f"its verdict {told}",
        direction=direction,
        before_at=(one.root.get("base") or one.name_node).place,
        after_at=(two.root.get("base") or two.name_node).place,
        caused_by=find_cause_of_bases(base, one, two),
        witness=Witness(reason=_REASON),
    )


def _requirements(document: SpecificationDocument) -> set[str]:
    """Give the requirements that a specification inherits from, at whatever distance."""
    return {found.label for found in lineage(document) if found is not document and _is_abstract(found)}


def _is_requirement(registry: Registry, label: str) -> bool:
    found = registry.specifications.get(label)
    return found is not None and _is_abstract(found)


def _is_abstract(document: SpecificationDocument) -> bool:
    return document.specification is not None and document.specification.abstract
