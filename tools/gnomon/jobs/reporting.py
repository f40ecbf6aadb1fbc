"""Reports of job files: by which definitions each is judged, what it says of them, and whether that is good enough."""

from __future__ import annotations

import functools
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from gnomon import units
from gnomon.configuration import Configuration
from gnomon.jobs.evaluation import Outcome, Selection, Status, evaluate
from gnomon.jobs.metric_set import MetricSet
from gnomon.jobs.specification_set import SpecificationSet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from gnomon.jobs.definitions import Provenance
    from gnomon.jobs.evaluation import JobResult, Verdict
    from gnomon.jobs.job import Job
    from gnomon.metrics import Metric
    from gnomon.names import Name
    from gnomon.registry import Registry
    from gnomon.specifications import Specification

Origin = Literal["option", "job", "repository", "bundled"]


@dataclass(frozen=True)
class Definitions:
    """Definitions to judge a job by.

    Attributes
    ----------
    origin
        Who chose them: ``--definitions``, the job file that holds them, the repository of ``-C``, or nobody.
    provenance
        Where they come from; None where a job file holds them and does not say.
    ladders
        Tags that are levels, loosest first.
    unresolved
        Names of definitions that could not be resolved, with the reason: nothing was tested by them.
    """

    origin: Origin
    provenance: Provenance | None
    metrics: MetricSet
    specifications: SpecificationSet
    ladders: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: Configuration().ladders)
    unresolved: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_registry(cls, origin: Origin, registry: Registry, provenance: Provenance) -> Definitions:
        """Take what resolves of a snapshot, and say what does not."""
        unresolved = tuple((name, registry.why_unresolved(name)) for name in sorted(registry.unresolved))
        return cls(
            origin,
            provenance,
            MetricSet.from_registry(registry, strict=False),
            SpecificationSet.from_registry(registry, strict=False),
            registry.configuration.ladders,
            unresolved,
        )

    @classmethod
    def of_job(cls, job: Job) -> Definitions:
        """Take those that a job file holds."""
        return cls("job", job.provenance, job.metrics, job.specs)

    @functools.cached_property
    def levels(self) -> dict[str, int]:
        """The tags that are levels, with their rung."""
        return {tag: rung for tags in self.ladders.values() for rung, tag in enumerate(tags)}

    def rung(self, specification: Specification) -> tuple[int, Name]:
        """Give the place of a specification among others of its metric: by level, loosest first, then by name."""
        levels = self.levels
        rungs = [levels[tag] for tag in specification.tags if tag in levels]
        return min(rungs, default=len(levels)), specification.name


@dataclass(frozen=True)
class JobReport:
    """What one job says of the definitions it is judged by.

    Attributes
    ----------
    remembered
        Which definitions the job was made with, where it says so.
    """

    result: JobResult
    definitions: Definitions
    remembered: Provenance | None

    @property
    def label(self) -> str:
        """What the job is called."""
        return self.result.label

    def metric(self, name: Name) -> Metric | None:
        """Give the definition of a metric: that of the definitions, or else of the job."""
        found = self.definitions.metrics.get(name)
        measurement = self.result.measurements.get(name)
        return found or (measurement.metric if measurement is not None else None)

    def measured(self, name: Name) -> tuple[float | None, str] | None:
        """Give the measured value of a metric, in the metric's unit where it converts to that.

        Returns
        -------
        tuple or None
            The number, None where it is none, and its unit; None where the metric is not measured.
        """
        measurement, metric = self.result.measurements.get(name), self.metric(name)
        if measurement is None:
            return None
        if measurement.quantity is None or not measurement.is_measured:
            return None, metric.unit_str if metric is not None else ""
        if metric is not None and metric.check_unit(measurement.quantity):
            return units.value_in(measurement.quantity, metric.unit_str), metric.unit_str
        return units.number_and_unit(measurement.quantity)

    def by_metric(self) -> dict[Name, list[Verdict]]:
        """Give the verdicts by metric, those of a metric by level."""
        found: dict[Name, list[Verdict]] = defaultdict(list)
        for verdict in self.result.verdicts:
            found[verdict.specification.metric_name].append(verdict)
        return {
            name: sorted(found[name], key=lambda verdict: self.definitions.rung(verdict.specification))
            for name in sorted(found)
        }

    def level(self, specification: Specification) -> str | None:
        """Give the level of a specification: its tag that is one."""
        levels = self.definitions.levels
        found = sorted(tag for tag in specification.tags if tag in levels)
        return min(found, key=levels.__getitem__) if found else None


@dataclass(frozen=True)
class FullReport:
    """What several jobs say."""

    jobs: tuple[JobReport, ...]
    selection: Selection

    def count(self, status: Status) -> int:
        """Count the verdicts of all jobs with a status."""
        return sum(job.result.count(status) for job in self.jobs)

    def outcomes(self, outcome: Outcome) -> int:
        """Count the jobs with an outcome."""
        return sum(job.result.outcome is outcome for job in self.jobs)

    @property
    def definitions(self) -> list[Definitions]:
        """All definitions that were used, once each."""
        return list({id(job.definitions): job.definitions for job in self.jobs}.values())

    def fails(self, wanted: Collection[str]) -> bool:
        """Tell whether the report is not good enough.

        Parameters
        ----------
        wanted
            What is not: ``fail``; ``missing``; ``unmatched``, which is also a job of which nothing was tested. Empty,
            nothing is; otherwise definitions that could not be resolved are never good enough.
        """
        results = [job.result for job in self.jobs]
        nothing = {Outcome.UNMATCHED, Outcome.UNTESTED}
        return (
            ("fail" in wanted and any(result.outcome is Outcome.FAIL for result in results))
            or ("missing" in wanted and any(result.count(Status.MISSING) for result in results))
            or ("unmatched" in wanted and any(result.unmatched or result.outcome in nothing for result in results))
            or (bool(wanted) and any(definitions.unresolved for definitions in self.definitions))
        )


def report(jobs: Iterable[tuple[str, Job, Definitions]], selection: Selection) -> FullReport:
    """Judge jobs, each by its definitions."""
    return FullReport(tuple(_judged(*job, selection) for job in jobs), selection)


def _judged(label: str, job: Job, definitions: Definitions, selection: Selection) -> JobReport:
    result = evaluate(
        label,
        job.measurements,
        job.meta,
        definitions.specifications,
        definitions.metrics,
        selection,
        job.warnings,
    )
    return JobReport(result, definitions, job.provenance)


def known_names(jobs: Iterable[tuple[str, Job, Definitions]]) -> dict[str, set[str]]:
    """Give the names that a selection can be made of: packages, metrics, tags and levels."""
    known: dict[str, set[str]] = {"package": set(), "metric": set(), "tag": set(), "level": set()}
    seen: set[int] = set()
    for _, job, definitions in jobs:
        names = set(job.measurements)
        if id(definitions) not in seen:
            seen.add(id(definitions))
            names.update(definitions.metrics)
            names.update(spec.metric_name for spec in definitions.specifications.values())
            known["tag"].update(tag for spec in definitions.specifications.values() for tag in spec.tags)
            known["level"].update(definitions.levels)
        known["package"].update(name.package for name in names if name.package)
        known["metric"].update(part for name in names for part in (str(name), name.metric or ""))
    return known
