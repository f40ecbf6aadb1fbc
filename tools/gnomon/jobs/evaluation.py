"""What a job says of the specifications: which apply, which pass and by how much, and what was not tested at all."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from gnomon import units
from gnomon.jobs.untested import Untested, shown, untested
from gnomon.names import Guesses
from gnomon.queries import MISSING, ORDERINGS, is_condition, is_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gnomon.jobs.measurements import Measurement, MeasurementSet
    from gnomon.jobs.metric_set import MetricSet
    from gnomon.jobs.specification_set import SpecificationSet
    from gnomon.metrics import Metric
    from gnomon.names import Name
    from gnomon.specifications import Specification
    from gnomon.specifications.passing import Interval, PassingSet

_TELLING = 10_000.0  # percent


class Status(Enum):
    """What became of a specification."""

    PASS = "pass"  # noqa: S105  # no password
    FAIL = "fail"
    MISSING = "missing"
    INCOMPLETE = "incomplete"
    UNVERIFIED = "unverified"
    NOT_APPLICABLE = "not applicable"


class Outcome(Enum):
    """What a job comes to."""

    PASS = "pass"  # noqa: S105  # no password
    FAIL = "fail"
    UNMATCHED = "unmatched"
    UNTESTED = "untested"


@dataclass(frozen=True, slots=True)
class Margin:
    """How far a measured value is from the nearest limit: above zero when it passes.

    Attributes
    ----------
    value, unit
        The distance, in the unit of a difference of the metric's values.
    percent
        Of the limit; None where that has no meaning: a limit of zero, a magnitude such as ``mag(AB)``, an arbitrary
        zero. Of a limit in plain mag it is given, since a scatter is measured in it as often as a brightness.
    """

    value: float
    unit: str
    percent: float | None

    @property
    def telling_percent(self) -> float | None:
        """The percentage, but for a limit that is so near to zero that it says nothing."""
        return self.percent if self.percent is not None and abs(self.percent) < _TELLING else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one specification that applies.

    Attributes
    ----------
    value, unit
        The measured value in the metric's unit; None where there is none.
    reason
        Why it is missing, or cannot be compared.
    """

    specification: Specification
    status: Status
    value: float | None = None
    unit: str = ""
    margin: Margin | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RequirementVerdict:
    """What the specifications that inherit from a requirement say of it, together.

    Attributes
    ----------
    heirs
        Those that apply to the job, with what became of each.
    """

    specification: Specification
    status: Status
    heirs: tuple[tuple[Name, Status], ...]


@dataclass(frozen=True, slots=True)
class JobResult:
    """What one job says of the specifications.

    Attributes
    ----------
    label
        What the job is called: its file.
    metadata
        By which specifications applied.
    verdicts
        By the names of the specifications.
    unmatched
        Whether no specification of a measured metric applies although there are some: then nothing was tested.
    queried
        The terms of metadata that specifications ask for.
    """

    label: str
    metadata: Mapping[str, Any]
    measurements: MeasurementSet
    verdicts: tuple[Verdict, ...]
    requirements: tuple[RequirementVerdict, ...]
    untested: tuple[Untested, ...]
    unmatched: bool
    warnings: tuple[str, ...] = ()
    queried: frozenset[str] = frozenset()

    def count(self, status: Status) -> int:
        """Count the specifications with a status."""
        return sum(verdict.status is status for verdict in self.verdicts)

    @property
    def is_tested(self) -> bool:
        """Whether any measurement was compared with a specification that is wanted."""
        return any(verdict.status is not Status.MISSING for verdict in self.verdicts)

    @property
    def outcome(self) -> Outcome:
        """What the job comes to: a job of which nothing was tested did not pass."""
        statuses = {verdict.status for verdict in self.verdicts} | {item.status for item in self.requirements}
        if Status.FAIL in statuses:
            return Outcome.FAIL
        if self.unmatched:
            return Outcome.UNMATCHED
        return Outcome.PASS if self.is_tested else Outcome.UNTESTED

    def terms(self) -> dict[str, Any]:
        """Give the metadata that some specification asks for, by term."""
        return {term: self.metadata[term] for term in sorted(self.queried) if term in self.metadata}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which specifications are wanted.

    Attributes
    ----------
    packages, metrics
        Names; metrics fully qualified or bare.
    tags
        That a specification must all have.
    levels
        Of which it must have one.
    """

    packages: frozenset[str] = frozenset()
    metrics: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()

    def has_metric(self, name: Name) -> bool:
        """Tell whether a metric is wanted."""
        in_package = not self.packages or name.package in self.packages
        return in_package and (not self.metrics or bool({str(name), str(name.metric)} & self.metrics))

    def has(self, specification: Specification) -> bool:
        """Tell whether a specification is wanted."""
        tagged = self.tags <= specification.tags and (not self.levels or bool(self.levels & specification.tags))
        return tagged and self.has_metric(specification.metric_name)


def evaluate(
    label: str,
    measurements: MeasurementSet,
    metadata: Mapping[str, Any],
    specifications: SpecificationSet,
    metrics: MetricSet,
    selection: Selection | None = None,
    warnings: Iterable[str] = (),
) -> JobResult:
    """Judge the measurements of a job by all specifications that apply to it.

    Parameters
    ----------
    label
        What to call the job.
    metadata
        Of the job, notes among it.
    selection
        What is wanted; None for everything. What is left out by its tags still counts as a test of its metric.
    warnings
        What was already found odd in the job.
    """
    chosen = selection or Selection()
    terms = dict(metadata)
    by_metric: dict[Name, list[Specification]] = defaultdict(list)
    for specification in specifications.values():
        if not specification.abstract:
            by_metric[specification.metric_name].append(specification)
    applying = {name: [spec for spec in specs if spec.applies_to(terms)] for name, specs in by_metric.items()}
    # All are judged, since the heirs of a requirement may be left out by their own metric or tags.
    verdicts = {
        spec.name: judge(spec, measurements.get(name), metrics.get(name))
        for name, specs in applying.items()
        for spec in specs
    }
    measured = {name: measurement for name, measurement in measurements.items() if chosen.has_metric(name)}
    guesses = Guesses(map(str, metrics))
    left = [
        untested(measurement, by_metric.get(name, []), terms, known=name in metrics)
        if name in metrics or name in by_metric
        else Untested(measurement, 0, (), known=False, meant=guesses.closest(str(name)))
        for name, measurement in sorted(measured.items())
        if not applying.get(name)
    ]
    wanted = [spec for name, specs in by_metric.items() if chosen.has_metric(name) for spec in specs]
    return JobResult(
        label,
        terms,
        measurements,
        tuple(verdict for _, verdict in sorted(verdicts.items()) if chosen.has(verdict.specification)),
        tuple(_requirements(specifications, chosen, verdicts)),
        tuple(left),
        unmatched=any(item.specifications for item in left) and len(left) == len(measured),
        warnings=(*warnings, *_unlike_units(measured, metrics), *_odd_orderings(wanted, terms)),
        queried=frozenset(term for spec in wanted for term in spec.metadata_query),
    )


def judge(specification: Specification, measurement: Measurement | None, metric: Metric | None) -> Verdict:
    """Judge a measurement by a specification that applies."""
    if measurement is None or measurement.quantity is None:
        return Verdict(specification, Status.MISSING, reason="not measured")
    if not measurement.is_measured:
        return Verdict(specification, Status.MISSING, reason="the measured value is not a number")
    test = specification.test
    known = metric or measurement.metric
    unit = known.unit_str if known is not None else test.unit
    try:
        value = units.value_in(measurement.quantity, unit)
        passes = specification.check(measurement.quantity)
    except TypeError as error:
        # A value that cannot be compared was not shown to be good.
        return Verdict(specification, Status.FAIL, reason=f"cannot be compared: {error}")
    margin = _margin(value, unit, test.passing, passes=passes)
    return Verdict(specification, Status.PASS if passes else Status.FAIL, value, unit, margin)


def _margin(value: float, unit: str, passing: PassingSet, *, passes: bool) -> Margin | None:
    intervals = [interval for interval in passing.to(unit).intervals if not interval.is_empty]
    if not intervals or not math.isfinite(value):
        return None
    distance, limit = max((_distance(value, interval) for interval in intervals), key=lambda found: found[0])
    if limit is None or not math.isfinite(distance):
        return None
    # Within rounding a value is on its limit, on whichever side of it the last digit is; 0.0 is no -0.0.
    distance = (max(distance, 0.0) if passes else min(distance, 0.0)) + 0.0
    known = units.facts(unit)
    percent = math.inf if limit == 0 or known.function or known.offset else distance / abs(limit) * 100
    return Margin(distance, units.difference_unit(unit), percent if math.isfinite(percent) else None)


def _distance(value: float, interval: Interval) -> tuple[float, float | None]:
    """Give how far inside an interval a value is, below zero for outside, and the limit that is nearest."""
    limits = [(value - interval.lower, interval.lower), (interval.upper - value, interval.upper)]
    finite = [found for found in limits if math.isfinite(found[1])]
    return min(finite, default=(math.inf, None))


def _requirements(
    specifications: SpecificationSet, selection: Selection, verdicts: Mapping[Name, Verdict]
) -> Iterator[RequirementVerdict]:
    for name, specification in sorted(specifications.items()):
        if not specification.abstract or not selection.has(specification):
            continue
        heirs = specifications.heirs.get(name, ())
        statuses = {heir: verdicts[heir].status if heir in verdicts else Status.NOT_APPLICABLE for heir in heirs}
        found = tuple((heir, status) for heir, status in statuses.items() if status is not Status.NOT_APPLICABLE)
        yield RequirementVerdict(specification, rolled_up(statuses.values()), found)


def rolled_up(heirs: Iterable[Status]) -> Status:
    """Give the status of a requirement by those of its heirs."""
    statuses = set(heirs)
    if not statuses:
        return Status.UNVERIFIED
    if statuses == {Status.NOT_APPLICABLE}:
        return Status.NOT_APPLICABLE
    if Status.FAIL in statuses:
        return Status.FAIL
    return Status.INCOMPLETE if Status.MISSING in statuses else Status.PASS


def _unlike_units(measured: Mapping[Name, Measurement], metrics: MetricSet) -> Iterator[str]:
    for name, measurement in sorted(measured.items()):
        metric = metrics.get(name)
        if metric is None or measurement.quantity is None or metric.check_unit(measurement.quantity):
            continue
        found = units.number_and_unit(measurement.quantity)[1] or "no dimension"
        wanted = metric.unit_str or "no dimension"
        yield f"{name} is measured in {found} and its metric in {wanted}, to which that does not convert"


def _odd_orderings(specifications: Iterable[Specification], metadata: Mapping[str, Any]) -> Iterator[str]:
    """Say which specifications compare a term with a number that is none in the job."""
    odd: dict[str, list[Name]] = defaultdict(list)
    for specification in specifications:
        for term, wanted in specification.metadata_query.items():
            value = metadata.get(term, MISSING)
            if is_condition(wanted) and set(wanted) & ORDERINGS and value is not MISSING and not is_number(value):
                odd[term].append(specification.name)
    for term, names in sorted(odd.items()):
        first, *others = sorted(names)
        subject = f"{first} and {len(others)} more compare" if others else f"{first} compares"
        verb = "they do not apply" if others else "it does not apply"
        yield f"{subject} `{term}` with a number, and the job has {shown(metadata[term])}, so {verb}"
