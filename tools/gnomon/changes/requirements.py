"""Which requirements a specification counts for: their verdicts roll up from those of their heirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gnomon.changes.causes import Causes, inherited
from gnomon.changes.change import Change, Witness
from gnomon.changes.impacts import Direction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.documents import SpecificationDocument
    from gnomon.registry import Registry

_REASON = "its own verdict stays; only that of the requirement differs"
Labels = frozenset[str]


class RequirementComparison:
    """Compares for which requirements specifications count.

    Parameters
    ----------
    base, head
        The snapshots that they are of.
    """

    def __init__(self, base: Registry, head: Registry, causes: Causes) -> None:
        self._base, self._head = _Requirements(base), _Requirements(head)
        self._causes = causes

    def compare(self, one: SpecificationDocument, two: SpecificationDocument) -> Iterator[Change]:
        """Yield that a specification, or a requirement with its heirs, became an heir of a requirement, or is none now.

        What came or went as a whole is told by itself, so both sides must have the requirement.
        """
        old, new = self._base.nearest(one), self._head.nearest(two)
        if old == new:
            return
        lost = sorted(label for label in old - self._head.all_above(new) if self._head.has(label))
        gained = sorted(label for label in new - self._base.all_above(old) if self._base.has(label))
        if not lost and not gained:
            return
        direction = Direction.BOTH if lost and gained else Direction.LOOSENED if lost else Direction.TIGHTENED
        parts = [("no longer counts for", lost), ("now counts for", gained)]
        told = " and ".join(f"{what} {', '.join(f'`{label}`' for label in labels)}" for what, labels in parts if labels)
        yield Change(
            "specification-requirement-changed",
            two.label,
            "changed",
            f"its verdict {told}",
            before=sorted(old),
            after=sorted(new),
            direction=direction,
            before_at=(one.root.get("base") or one.name_node).place,
            after_at=(two.root.get("base") or two.name_node).place,
            caused_by=self._causes.of_bases(one, two),
            witness=Witness(reason=_REASON),
        )


class _Requirements:
    """The requirements of a snapshot."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._nearest: dict[SpecificationDocument, Labels] = {}
        self._above: dict[Labels, Labels] = {}

    def has(self, label: str) -> bool:
        """Tell whether a name is that of a requirement."""
        found = self._registry.specifications.get(label)
        return found is not None and _is_abstract(found)

    def nearest(self, document: SpecificationDocument) -> Labels:
        """Give the requirements that a document inherits from with no other one between."""
        return inherited(document, self._nearest, self._find)

    def _find(self, document: SpecificationDocument) -> Labels:
        found = [
            frozenset({parent.label}) if _is_abstract(parent) else self._nearest[parent] for parent in document.parents
        ]
        return found[0] if len(found) == 1 else frozenset().union(*found)

    def all_above(self, labels: Labels) -> Labels:
        """Give some requirements and all that they inherit from."""
        if labels not in self._above:
            above = set(labels)
            waiting = list(labels)
            while waiting:
                new = self.nearest(self._registry.specifications[waiting.pop()]) - above
                above |= new
                waiting.extend(new)
            self._above[labels] = frozenset(above)
        return self._above[labels]


def _is_abstract(document: SpecificationDocument) -> bool:
    return document.specification is not None and document.specification.abstract
