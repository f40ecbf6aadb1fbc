"""What changed in a metric."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gnomon import units
from gnomon.changes.catalogue import DIFF_CATALOGUE
from gnomon.changes.change import Change
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
        "metric",
        head.label,
        "changed",
        f"/{field}",
        before,
        after,
        DIFF_CATALOGUE[rule].impacts,
        message,
        before_at=_place(base, field),
        after_at=_place(head, field),
        hint=hint,
    )


def _place(document: MetricDocument, field: str) -> Place:
    node = document.body.get(field)
    return (node if node is not None else document.key).place
