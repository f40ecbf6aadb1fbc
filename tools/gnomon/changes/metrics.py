"""What changed in a metric, and that one came, went or has another name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gnomon import units
from gnomon.changes.change import Change
from gnomon.changes.impacts import Impact
from gnomon.specifications.passing import close

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.diagnostics import Place
    from gnomon.documents import MetricDocument
    from gnomon.metrics import Metric

_DETAILS = ("tags", "reference", "label", "owner")


def compare_metrics(base: MetricDocument, head: MetricDocument) -> Iterator[Change]:
    """Yield the changes between two states of a metric, both of which are resolved; how a text is wrapped is none."""
    before, after = base.metric, head.metric
    assert before is not None  # noqa: S101  # the caller chose resolved ones
    assert after is not None  # noqa: S101
    if before == after:
        return
    yield from _unit(base, head, before, after)
    if before.revision != after.revision:
        message = f"the revision is {after.revision} instead of {before.revision}: a new series of measurements begins"
        yield _change("metric-revision-changed", base, head, "revision", before.revision, after.revision, message)
    yield from _deprecation(base, head, before, after)
    if before.description.split() != after.description.split():
        hint = None if before.revision != after.revision else "same measured quantity? If not, raise `revision`"
        message = "the description says something else"
        yield _change(
            "metric-description-changed",
            base,
            head,
            "description",
            before.description,
            after.description,
            message,
            hint,
        )
    old, new = before.json, after.json
    for field in _DETAILS:
        if old.get(field) != new.get(field):
            message = f"`{field}` changed"
            yield _change("metric-detail-changed", base, head, field, old.get(field), new.get(field), message)


def compare_renamed_metrics(base: MetricDocument, head: MetricDocument) -> Iterator[Change]:
    """Yield that a metric has another name, and what breaks stored numbers; that its deprecation is gone is no news."""
    yield Change(
        "metric-renamed",
        head.label,
        "renamed",
        f"`{base.label}` is now `{head.label}`, as its deprecation said",
        before=base.label,
        after=head.label,
        before_at=base.key.place,
        after_at=head.key.place,
    )
    yield from (change for change in compare_metrics(base, head) if Impact.BREAKING in change.impacts)


def metric_added(document: MetricDocument) -> Change:
    """Make the change that adds a metric."""
    assert document.metric is not None  # noqa: S101  # the caller chose resolved ones
    return Change(
        "metric-added",
        document.label,
        "added",
        f"a new metric in {document.metric.unit_str or 'dimensionless numbers'}",
        after=document.metric.json,
        after_at=document.key.place,
    )


def metric_removed(document: MetricDocument) -> Change:
    """Make the change that removes a metric."""
    assert document.metric is not None  # noqa: S101  # the caller chose resolved ones
    rule, message = "metric-removed", "the metric is gone"
    hint: str | None = "deprecate it first, so that those who measure it are told"
    if document.metric.deprecated is not None:
        rule, message, hint = "deprecated-metric-removed", "the metric, which was deprecated, is gone", None
    before, at = document.metric.json, document.key.place
    return Change(rule, document.label, "removed", message, before=before, before_at=at, hint=hint)


def _unit(base: MetricDocument, head: MetricDocument, before: Metric, after: Metric) -> Iterator[Change]:
    if before.unit_str == after.unit_str:
        return
    one, two = before.unit_str or "dimensionless", after.unit_str or "dimensionless"
    if not units.facts(before.unit_str).converts_to(units.facts(after.unit_str)):
        rule, message = "metric-dimension-changed", f"the unit is {two} instead of {one}, which does not convert"
    elif _have_one_scale(before.unit_str, after.unit_str):
        rule, message = "metric-unit-rewritten", f"the unit is {two} instead of {one}: stored numbers stay the same"
    else:
        rule, message = "metric-unit-changed", f"the unit is {two} instead of {one}: stored numbers have another scale"
    yield _change(rule, base, head, "unit", before.unit_str, after.unit_str, message)


def _have_one_scale(one: str, other: str) -> bool:
    """Tell whether numbers are the same in two units that convert, but for rounding: mas and marcsec."""
    return all(close(number, units.convert(number, one, other)) for number in (1.0, 2.0))


def _deprecation(base: MetricDocument, head: MetricDocument, before: Metric, after: Metric) -> Iterator[Change]:
    old = before.deprecated.json if before.deprecated is not None else None
    new = after.deprecated.json if after.deprecated is not None else None
    if old == new:
        return
    if old is None:
        yield _change("metric-deprecated", base, head, "deprecated", old, new, "the metric is deprecated")
    elif new is None:
        yield _change("metric-undeprecated", base, head, "deprecated", old, new, "the metric is no longer deprecated")
    else:
        message = "the deprecation says something else"
        yield _change("metric-detail-changed", base, head, "deprecated", old, new, message)


def _change(
    rule: str,
    base: MetricDocument,
    head: MetricDocument,
    field: str,
    before: Any,
    after: Any,
    message: str,
    hint: str | None = None,
) -> Change:
    return Change(
        rule,
        head.label,
        "changed",
        message,
        field=f"/{field}",
        before=before,
        after=after,
        before_at=_place(base, field),
        after_at=_place(head, field),
        hint=hint,
    )


def _place(document: MetricDocument, field: str) -> Place:
    node = document.body.get(field)
    return (node if node is not None else document.key).place
