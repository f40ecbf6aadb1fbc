"""Compare two snapshots by identity and meaning: what was added, removed, renamed or changed.

Nothing here knows of Git or of printing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from gnomon.changes.acknowledging import acknowledged, stale
from gnomon.changes.guessing import replacement, with_guesses
from gnomon.changes.metrics import compare_metrics, compare_renamed_metrics, metric_added, metric_removed
from gnomon.changes.settings import configuration_changes, with_chosen_impacts
from gnomon.changes.specifications import SpecificationComparison
from gnomon.names import Name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from gnomon.acknowledgements import Entry
    from gnomon.changes.change import Change
    from gnomon.changes.impacts import Impact
    from gnomon.diagnostics import Place
    from gnomon.documents import SpecificationDocument
    from gnomon.registry import Registry


Side = Literal["base", "head"]


@dataclass(frozen=True, slots=True)
class NotComparable:
    """A definition or file that could not be judged, and why.

    Attributes
    ----------
    path
        Of the file that could not be read; None where it is known which definition cannot be resolved.
    name
        Of the definition, which is missing on this side where `path` may hold it; None for the file itself.
    """

    side: Side
    path: str | None
    name: str | None
    reason: str


@dataclass
class Comparison:
    """What differs between two snapshots.

    Attributes
    ----------
    changes
        Gravest first.
    not_comparable
        What could not be judged: never told as removed.
    stale
        Acknowledgements that the head added, and that fit no change.
    """

    base: Registry
    head: Registry
    changes: list[Change] = field(default_factory=list)
    not_comparable: list[NotComparable] = field(default_factory=list)
    stale: list[Entry] = field(default_factory=list)

    def fails(self, impacts: Collection[Impact] | None) -> bool:
        """Tell whether there is a change with one of some impacts that nobody acknowledged, or something not judged.

        Parameters
        ----------
        impacts
            None for a diff that never fails.
        """
        return impacts is not None and bool(self.not_comparable or self.undecided(impacts))

    def undecided(self, impacts: Collection[Impact]) -> list[Change]:
        """Give the changes with one of some impacts that nobody acknowledged."""
        chosen = set(impacts)
        return [change for change in self.changes if change.acknowledged is None and chosen & set(change.impacts)]

    def count(self, impact: Impact) -> int:
        """Count the changes with an impact."""
        return sum(impact in change.impacts for change in self.changes)


def compare(base: Registry, head: Registry) -> Comparison:
    """Compare two snapshots; impacts can be overridden in the configuration of the base."""
    result = Comparison(base, head)
    pairs = _Pairs(base, head, result)
    found = [*_metric_changes(pairs), *_specification_changes(pairs), *configuration_changes(base, head)]
    found = acknowledged(with_guesses(with_chosen_impacts(found, base.configuration)), base, head)
    result.changes = sorted(found, key=lambda change: change.sort_key)
    result.stale = stale(result.changes, base, head)
    result.not_comparable.sort(key=lambda item: (item.side, item.path or "", item.name or ""))
    return result


class _Pairs:
    """Finds which definitions can be compared."""

    def __init__(self, base: Registry, head: Registry, result: Comparison) -> None:
        self.base = base
        self.head = head
        self.result = result
        self.comparison = SpecificationComparison(base, head)
        self.renamed = _renamed_metrics(base, head)
        for label in base.unresolved:
            result.not_comparable.append(_unresolved("base", base, label))
        for label in head.unresolved:
            result.not_comparable.append(_unresolved("head", head, label))

    def is_lost(self, side: Side, label: str, folder: str, place: Place) -> bool:
        """Tell whether a name that is missing on a side may be in what could not be read there, and note it.

        Parameters
        ----------
        place
            Of the definition on the other side: where that file could not be read, it most likely is in it.
        """
        registry = self.base if side == "base" else self.head
        holders = registry.may_be_in(label, folder)
        if holders and label not in registry.unresolved:
            likely = [place.path] if place.path in holders else holders
            self.result.not_comparable.append(_hidden(side, registry, label, likely))
        return bool(holders)


def _unresolved(side: Side, registry: Registry, label: str) -> NotComparable:
    is_file = label in registry.texts or any(cause.place.path == label for cause in registry.unresolved[label])
    path, name = (label, None) if is_file else (None, label)
    return NotComparable(side, path, name, registry.why_unresolved(label))


def _hidden(side: Side, registry: Registry, label: str, holders: Sequence[str]) -> NotComparable:
    if len(holders) == 1:
        return replace(_unresolved(side, registry, holders[0]), name=label)
    return NotComparable(side, None, label, f"it may be in {' or in '.join(holders)}, which could not be read")


def _metric_changes(pairs: _Pairs) -> Iterator[Change]:
    base = {document.label: document for document, _ in pairs.base.resolved_metrics()}
    head = {document.label: document for document, _ in pairs.head.resolved_metrics()}
    for label in sorted(base.keys() | head.keys()):
        before, after = base.get(label), head.get(label)
        if before is not None and after is not None:
            yield from compare_metrics(before, after)
        elif after is not None:
            if label not in pairs.renamed.values() and not pairs.is_lost("base", label, "metrics", after.key.place):
                yield metric_added(after)
        elif before is not None:
            target = pairs.renamed.get(label)
            if target in head:
                yield from compare_renamed_metrics(before, head[target])
            elif not pairs.is_lost("head", label, "metrics", before.key.place) and target is None:
                yield metric_removed(before)


def _renamed_metrics(base: Registry, head: Registry) -> dict[str, str]:
    """Map the old to the new names of metrics: gone, and replaced by one that the base did not have yet.

    The new one may be among what could not be read: then the old one is not removed, but nobody knows what it became.
    """
    before = {document.label: metric for document, metric in base.resolved_metrics()}
    after = {document.label for document, _ in head.resolved_metrics()}
    result: dict[str, str] = {}
    for label, metric in before.items():
        target = metric.deprecated.replaced_by if metric.deprecated is not None else None
        if target is None or label in after:
            continue
        target = replacement(label, target)
        is_there = target in after or bool(head.may_be_in(target, "metrics"))
        if is_there and target not in before and target not in result.values():
            result[label] = target
    return result


def _specification_changes(pairs: _Pairs) -> Iterator[Change]:
    base = {document.label: document for document, _ in pairs.base.resolved_specifications()}
    head = {document.label: document for document, _ in pairs.head.resolved_specifications()}
    moved = _moved_specifications(pairs, base, head)
    for label in sorted(base.keys() | head.keys()):
        before, after = base.get(label), head.get(label)
        if before is not None and after is not None:
            yield from pairs.comparison.compare(before, after)
        elif after is not None:
            if label not in moved.values() and not pairs.is_lost("base", label, "specs", after.name_node.place):
                yield pairs.comparison.added(after, metric_is_new=_is_new(pairs, after))
        elif before is not None:
            target = moved.get(label)
            if target in head:
                yield pairs.comparison.renamed(before, head[target])
                yield from pairs.comparison.compare(before, head[target])
            elif not pairs.is_lost("head", label, "specs", before.name_node.place) and target is None:
                yield pairs.comparison.removed(before)


def _moved_specifications(
    pairs: _Pairs, base: Mapping[str, SpecificationDocument], head: Mapping[str, SpecificationDocument]
) -> dict[str, str]:
    """Map the old to the new names of specifications that moved with their metric, see `_renamed_metrics`."""
    result = {}
    for label, document in base.items():
        metric = pairs.renamed.get(document.metric_label)
        target = f"{metric}.{document.spec}"
        is_free = metric is not None and label not in head and target not in base
        if is_free and (target in head or pairs.head.may_be_in(target, "specs")):
            result[label] = target
    return result


def _is_new(pairs: _Pairs, document: SpecificationDocument) -> bool:
    """Tell whether the base did not have the metric of a specification."""
    name = Name.of(document.package, document.metric)
    return name not in pairs.base.metrics and not pairs.base.is_unreadable("metrics", document.package)
