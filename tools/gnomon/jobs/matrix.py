"""What several jobs say together: metrics set against jobs, and requirements by the jobs of all their heirs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gnomon.jobs.evaluation import RequirementVerdict, Status, rolled_up

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gnomon.jobs.evaluation import Verdict
    from gnomon.jobs.reporting import FullReport
    from gnomon.names import Name

_WORST = (Status.FAIL, Status.MISSING, Status.PASS)
_DECISIVE = (Status.FAIL, Status.PASS, Status.MISSING)


@dataclass(frozen=True)
class MatrixLine:
    """Specifications of one metric that are one line of a matrix: of one level, or one alone.

    Attributes
    ----------
    label
        The level; the name of the specification where there is one only.
    verdicts
        For each job those of the specifications that apply to it.
    """

    label: str
    verdicts: tuple[tuple[Verdict, ...], ...]

    def status(self, index: int) -> Status | None:
        """Give the worst status in a job; None where nothing applies to that."""
        found = {verdict.status for verdict in self.verdicts[index]}
        return next((status for status in _WORST if status in found), None)


@dataclass(frozen=True)
class MatrixRow:
    """A metric in several jobs.

    Attributes
    ----------
    measured
        For each job what `JobReport.measured` gives.
    lines
        What became of its specifications: by level, the loosest first.
    specifications
        How many of them apply to some job.
    """

    metric: Name
    measured: tuple[tuple[float | None, str] | None, ...]
    lines: tuple[MatrixLine, ...]
    specifications: int

    @property
    def is_measured(self) -> bool:
        """Whether some job has a measurement of it."""
        return any(cell is not None for cell in self.measured)

    def applies(self, index: int) -> bool:
        """Tell whether some specification of it applies to a job."""
        return any(line.verdicts[index] for line in self.lines)


def matrix(report: FullReport) -> list[MatrixRow]:
    """Set metrics against jobs: those that some job measures or should have measured, by name."""
    found: dict[Name, dict[Name, dict[int, Verdict]]] = defaultdict(dict)
    order: dict[Name, tuple[int, Name]] = {}
    levels: dict[Name, str | None] = {}
    for index, job in enumerate(report.jobs):
        for metric in job.result.measurements:
            if report.selection.has_metric(metric):
                found[metric]  # a metric of which nothing was tested has a row as well
        for verdict in job.result.verdicts:
            specification = verdict.specification
            order.setdefault(specification.name, job.definitions.rung(specification))
            levels.setdefault(specification.name, job.level(specification))
            found[specification.metric_name].setdefault(specification.name, {})[index] = verdict
    rows = []
    for metric in sorted(found):
        verdicts = {name: found[metric][name] for name in sorted(found[metric], key=order.__getitem__)}
        measured = tuple(job.measured(metric) for job in report.jobs)
        rows.append(MatrixRow(metric, measured, tuple(_lines(verdicts, levels, len(report.jobs))), len(verdicts)))
    return rows


def _lines(
    verdicts: Mapping[Name, Mapping[int, Verdict]], levels: Mapping[Name, str | None], jobs: int
) -> Iterator[MatrixLine]:
    """Put together what is of one level: with a specification for each band, each job has another one of them."""
    groups: dict[str | None, list[Name]] = defaultdict(list)
    for name in verdicts:
        groups[levels[name]].append(name)
    for level, names in groups.items():
        if level is None and not _is_shared_out([verdicts[name] for name in names]):
            yield from (_line(str(name.spec), [verdicts[name]], jobs) for name in names)
        elif len(names) == 1:
            yield _line(str(names[0].spec), [verdicts[names[0]]], jobs)
        else:
            yield _line(level or f"{len(names):,} specifications", [verdicts[name] for name in names], jobs)


def _is_shared_out(verdicts: list[Mapping[int, Verdict]]) -> bool:
    """Tell whether of several specifications no job has two."""
    indices = [index for found in verdicts for index in found]
    return len(verdicts) > 1 and len(indices) == len(set(indices))


def _line(label: str, verdicts: list[Mapping[int, Verdict]], jobs: int) -> MatrixLine:
    return MatrixLine(
        label, tuple(tuple(found[index] for found in verdicts if index in found) for index in range(jobs))
    )


def requirements(report: FullReport) -> list[RequirementVerdict]:
    """Judge requirements by all jobs together.

    Returns
    -------
    list of RequirementVerdict
        By metric and level. An heir fails where one job fails it, passes where none does and one passes it, and is not
        applicable where it applies to none of the jobs.
    """
    found: dict[Name, dict[Name, set[Status]]] = {}
    order: dict[Name, tuple[Name, tuple[int, Name], RequirementVerdict]] = {}
    for job in report.jobs:
        for item in job.result.requirements:
            specification = item.specification
            order.setdefault(specification.name, (specification.metric_name, job.definitions.rung(specification), item))
            statuses = found.setdefault(specification.name, {})
            for heir in job.definitions.specifications.heirs.get(specification.name, ()):
                statuses.setdefault(heir, set())
            for heir, status in item.heirs:
                statuses.setdefault(heir, set()).add(status)
    return [
        _together(order[name][2], found[name]) for name in sorted(found, key=lambda name: order[name][:2])
    ]  # fmt: skip


def _together(item: RequirementVerdict, heirs: Mapping[Name, set[Status]]) -> RequirementVerdict:
    told = tuple(
        (heir, next((status for status in _DECISIVE if status in heirs[heir]), Status.NOT_APPLICABLE))
        for heir in sorted(heirs)
    )
    return RequirementVerdict(item.specification, rolled_up(status for _, status in told), told)
