"""Compare two snapshots by identity and meaning: what was added, removed, renamed or changed.

Nothing here knows of Git or of printing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from gnomon.changes.catalogue import DIFF_CATALOGUE
from gnomon.changes.change import Acknowledgement, Change
from gnomon.changes.impacts import Impact
from gnomon.changes.metrics import compare_metrics
from gnomon.changes.specifications import SpecificationComparison
from gnomon.names import Name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from gnomon.acknowledgements import Entry
    from gnomon.configuration import Configuration
    from gnomon.documents import MetricDocument, SpecificationDocument
    from gnomon.registry import Registry


@dataclass(frozen=True, slots=True)
class NotComparable:
    """A definition or file that could not be judged, and why."""

    side: Literal["base", "head"]
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
        if impacts is None:
            return False
        chosen = set(impacts)
        open_changes = (change for change in self.changes if change.acknowledged is None)
        return bool(self.not_comparable) or any(chosen & set(change.impacts) for change in open_changes)

    def count(self, impact: Impact) -> int:
        """Count the changes with an impact."""
        return sum(impact in change.impacts for change in self.changes)


def compare(base: Registry, head: Registry) -> Comparison:
    """Compare two snapshots; impacts can be overridden in the configuration of the base."""
    result = Comparison(base, head)
    pairs = _Pairs(base, head, result)
    found = [*_metric_changes(pairs), *_specification_changes(pairs), *_configuration_changes(base, head)]
    found = [_overridden(change, base.configuration) for change in found]
    found = _acknowledged(_guessed(found), base, head)
    result.changes = sorted(found, key=lambda change: change.sort_key)
    result.stale = _stale(result.changes, base, head)
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
        for side, registry in (("base", base), ("head", head)):
            for label, causes in registry.unresolved.items():
                is_file = label in registry.texts or any(cause.place.path == label for cause in causes)
                path = label if is_file else None
                where = f"{causes[0].place}: {causes[0].message}" if causes else "see `gnomon check`"
                name = None if path else label
                result.not_comparable.append(NotComparable(side, path, name, where))  # type: ignore[arg-type]  # the two literals


def _metric_changes(pairs: _Pairs) -> Iterator[Change]:
    base = {document.label: document for document, _ in pairs.base.resolved_metrics()}
    head = {document.label: document for document, _ in pairs.head.resolved_metrics()}
    for label in sorted(base.keys() | head.keys()):
        before, after = base.get(label), head.get(label)
        if before is not None and after is not None:
            yield from compare_metrics(before, after)
        elif after is not None and label not in pairs.renamed.values():
            if not pairs.base.may_hold(label, "metrics"):
                yield _metric_added(after)
        elif before is not None and label in pairs.renamed:
            after = head[pairs.renamed[label]]
            yield _metric_renamed(before, after)
            # What breaks stored numbers is told of a renamed metric too; that its deprecation is gone is no news.
            yield from (change for change in compare_metrics(before, after) if Impact.BREAKING in change.impacts)
        elif before is not None and not pairs.head.may_hold(label, "metrics"):
            yield _metric_removed(before)


def _renamed_metrics(base: Registry, head: Registry) -> dict[str, str]:
    """Map the old to the new names of metrics: gone, and replaced by one that the base did not have yet."""
    before = {document.label: metric for document, metric in base.resolved_metrics()}
    after = {document.label for document, _ in head.resolved_metrics()}
    result: dict[str, str] = {}
    for label, metric in before.items():
        target = metric.deprecated.replaced_by if metric.deprecated is not None else None
        if target is None or label in after:
            continue
        target = target if "." in target else f"{metric.name.package}.{target}"
        if target in after and target not in before and target not in result.values():
            result[label] = target
    return result


def _metric_added(document: MetricDocument) -> Change:
    assert document.metric is not None  # noqa: S101  # only resolved ones are compared
    message = f"a new metric in {document.metric.unit_str or 'dimensionless numbers'}"
    impacts = DIFF_CATALOGUE["metric-added"].impacts
    place = document.key.place
    return Change(
        "metric-added",
        "metric",
        document.label,
        "added",
        None,
        None,
        document.metric.json,
        impacts,
        message,
        after_at=place,
    )


def _metric_removed(document: MetricDocument) -> Change:
    assert document.metric is not None  # noqa: S101  # only resolved ones are compared
    rule, message = "metric-removed", "the metric is gone"
    hint: str | None = "deprecate it first, so that those who measure it are told"
    if document.metric.deprecated is not None:
        rule, message, hint = "deprecated-metric-removed", "the metric, which was deprecated, is gone", None
    impacts = DIFF_CATALOGUE[rule].impacts
    place = document.key.place
    before = document.metric.json
    return Change(
        rule, "metric", document.label, "removed", None, before, None, impacts, message, before_at=place, hint=hint
    )


def _metric_renamed(before: MetricDocument, after: MetricDocument) -> Change:
    return Change(
        "metric-renamed",
        "metric",
        after.label,
        "renamed",
        None,
        before.label,
        after.label,
        DIFF_CATALOGUE["metric-renamed"].impacts,
        f"`{before.label}` is now `{after.label}`, as its deprecation said",
        before_at=before.key.place,
        after_at=after.key.place,
    )


def _specification_changes(pairs: _Pairs) -> Iterator[Change]:
    base = {document.label: document for document, _ in pairs.base.resolved_specifications()}
    head = {document.label: document for document, _ in pairs.head.resolved_specifications()}
    moved = {}
    for label, document in base.items():
        metric = pairs.renamed.get(f"{document.package}.{document.metric}")
        target = f"{metric}.{document.spec}" if metric is not None else None
        if target in head and target not in base and label not in head:
            moved[label] = target
    for label in sorted(base.keys() | head.keys()):
        before, after = base.get(label), head.get(label)
        if before is not None and after is not None:
            yield from pairs.comparison.compare(before, after)
        elif before is not None and label in moved:
            yield _specification_renamed(before, head[moved[label]])
            yield from pairs.comparison.compare(before, head[moved[label]])
        elif after is not None and label not in moved.values():
            if not pairs.base.may_hold(label, "specs"):
                yield pairs.comparison.added(after, metric_is_new=_is_new(pairs, after))
        elif before is not None and label not in moved and not pairs.head.may_hold(label, "specs"):
            yield pairs.comparison.removed(before)


def _is_new(pairs: _Pairs, document: SpecificationDocument) -> bool:
    """Tell whether the base did not have the metric of a specification."""
    name = Name.of(document.package, document.metric)
    return name not in pairs.base.metrics and not pairs.base.is_unreadable("metrics", document.package)


def _specification_renamed(before: SpecificationDocument, after: SpecificationDocument) -> Change:
    return Change(
        "specification-renamed",
        "specification",
        after.label,
        "renamed",
        None,
        before.label,
        after.label,
        DIFF_CATALOGUE["specification-renamed"].impacts,
        f"`{before.label}` is now `{after.label}`, with its metric",
        before_at=before.name_node.place,
        after_at=after.name_node.place,
    )


def _guessed(changes: list[Change]) -> Iterator[Change]:
    """Add to an added and a removed definition that are the same but for the name that this may be a rename."""
    removed: dict[str, list[Change]] = defaultdict(list)
    added: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        if change.kind == "removed":
            removed[_body(change.subject, change.before)].append(change)
        elif change.kind == "added":
            added[_body(change.subject, change.after)].append(change)
    partners: dict[int, str] = {}
    for body, gone in removed.items():
        for old, new in zip(gone, added.get(body, ()), strict=False):
            partners[id(old)], partners[id(new)] = f"perhaps it is `{new.name}` now", f"perhaps it was `{old.name}`"
    for change in changes:
        guess = partners.get(id(change))
        yield replace(change, hint=f"{guess}: the two are the same but for the name") if guess else change


def _body(subject: str, value: dict[str, object]) -> str:
    parts = {key: item for key, item in value.items() if key != "name"}
    metric = (
        str(value["name"]).rpartition(".")[0] if subject == "specification" else str(value["name"]).partition(".")[0]
    )
    return repr((subject, metric, sorted(parts.items())))


def new_acknowledgements(base: Registry, head: Registry) -> list[Entry]:
    """Give the acknowledgements that came with the change.

    One that the base has already excused an earlier change; the same change made again is to be decided again.
    """
    old = {entry.said for entry in base.acknowledgements}
    return [entry for entry in head.acknowledgements if entry.said not in old]


def _acknowledged(changes: Iterable[Change], base: Registry, head: Registry) -> list[Change]:
    """Note which changes people have said are right; a draft says nothing, and is pointed at."""
    earlier = {entry.fingerprint: entry for entry in base.acknowledgements if entry.is_complete}
    added = new_acknowledgements(base, head)
    entries = {entry.fingerprint: entry for entry in added if entry.is_complete}
    drafts = {entry.fingerprint: entry for entry in added if not entry.is_complete}
    if not earlier and not added:
        return list(changes)  # fingerprints of thousands cost more than all else
    result = []
    for change in changes:
        entry = entries.get(change.fingerprint)
        if entry is not None and (entry.rule, entry.name) == (change.rule, change.name):
            said = Acknowledgement(entry.path, entry.reason, entry.decision)
            change = replace(change, acknowledged=said)  # noqa: PLW2901  # the same change, acknowledged
        elif change.fingerprint in drafts and change.hint is None:
            hint = f"it is drafted in {drafts[change.fingerprint].path}: fill in the reason and the decision"
            change = replace(change, hint=hint)  # noqa: PLW2901  # the same change, with advice
        elif change.fingerprint in earlier and change.hint is None:
            hint = f"{earlier[change.fingerprint].path} acknowledges the same change made earlier; decide again"
            change = replace(change, hint=hint)  # noqa: PLW2901  # the same change, with advice
        result.append(change)
    return result


def _stale(changes: list[Change], base: Registry, head: Registry) -> list[Entry]:
    added = new_acknowledgements(base, head)
    current = {change.key for change in changes} if added else set()
    return [entry for entry in added if entry.key not in current]


def _configuration_changes(base: Registry, head: Registry) -> Iterator[Change]:
    """Tell that settings which decide about findings or impacts are others."""
    one, two = _settings(base.configuration), _settings(head.configuration)
    for key in sorted(one.keys() | two.keys()):
        if one.get(key) != two.get(key):
            message = f"the setting `{key}` changed; the base's still judges this change"
            yield Change(
                "configuration-changed",
                "configuration",
                head.configuration.path or base.configuration.path or "configuration",
                "changed",
                f"/{key}",
                one.get(key),
                two.get(key),
                DIFF_CATALOGUE["configuration-changed"].impacts,
                message,
            )


def _settings(configuration: Configuration) -> dict[str, object]:
    severities = {
        name: severity.label if severity is not None else "off" for name, severity in configuration.severities.items()
    }
    found: dict[str, object] = {
        "rules": severities,
        "impacts": {name: [impact.value for impact in impacts] for name, impacts in _impacts(configuration).items()},
        "ladders": {name: list(tags) for name, tags in configuration.ladders.items()},
        "select": list(configuration.select),
        "ignore": list(configuration.ignore),
        "fail-on": configuration.fail_on,
    }
    return found


def _impacts(configuration: Configuration) -> dict[str, tuple[Impact, ...]]:
    return {name: tuple(Impact(value) for value in values) for name, values in configuration.impacts.items()}


def _overridden(change: Change, configuration: Configuration) -> Change:
    chosen = _impacts(configuration).get(change.rule)
    return replace(change, impacts=chosen) if chosen is not None else change
