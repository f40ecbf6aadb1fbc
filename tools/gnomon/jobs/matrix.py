"""What several jobs say together: metrics set against jobs, and requirements by the jobs of all their heirs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gnomon.jobs.evaluation import RequirementVerdict, Status, rolled_up

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gnomon.jobs.evaluation import Verdict
    from gnomon.jobs.reporting import FullReport
    from gnomon.names import Name
    from gnomon.specifications import Specification

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


@dataclass
class _Tested:
    """A specification that applies to some of the jobs.

    Attributes
    ----------
    rank
        Its place among others of its metric, in the first of the jobs.
    level
        Its level there.
    verdicts
        By the indices of jobs.
    """

    name: Name
    rank: tuple[int, Name]
    level: str | None
    verdicts: dict[int, Verdict] = field(default_factory=dict)


def matrix(report: FullReport) -> list[MatrixRow]:
    """Set metrics against jobs: those that some job measures or should have measured, by name."""
    tested: dict[Name, dict[Name, _Tested]] = {}
    for index, job in enumerate(report.jobs):
        for metric in job.result.measurements:
            if report.selection.has_metric(metric):
                tested.setdefault(metric, {})  # a metric of which nothing was tested has a row as well
        for verdict in job.result.verdicts:
            specification = verdict.specification
            name, of_metric = specification.name, tested.setdefault(specification.metric_name, {})
            if name not in of_metric:
                of_metric[name] = _Tested(name, job.definitions.rung(specification), job.level(specification))
            of_metric[name].verdicts[index] = verdict
    rows = []
    for metric, found in sorted(tested.items()):
        measured = tuple(job.measured(metric) for job in report.jobs)
        lines = _lines(sorted(found.values(), key=lambda item: item.rank), len(report.jobs))
        rows.append(MatrixRow(metric, measured, tuple(lines), len(found)))
    return rows


def _lines(tested: Sequence[_Tested], jobs: int) -> Iterator[MatrixLine]:
    """Put together what is of one level: with a specification for each band, each job has another one of them."""
    groups: dict[str | None, list[_Tested]] = defaultdict(list)
    for item in tested:
        groups[item.level].append(item)
    for level, group in groups.items():
        if level is None and not _is_shared_out(group):
            yield from (_line(str(item.name.spec), [item], jobs) for item in group)
        elif len(group) == 1:
            yield _line(str(group[0].name.spec), group, jobs)
        else:
            yield _line(level or f"{len(group):,} specifications", group, jobs)


def _is_shared_out(tested: Sequence[_Tested]) -> bool:
    """Tell whether of several specifications no job has two."""
    indices = [index for item in tested for index in item.verdicts]
    return len(tested) > 1 and len(indices) == len(set(indices))


def _line(label: str, tested: Sequence[_Tested], jobs: int) -> MatrixLine:
    verdicts = (tuple(item.verdicts[index] for item in tested if index in item.verdicts) for index in range(jobs))
    return MatrixLine(label, tuple(verdicts))


@dataclass
class _Required:
    """A requirement in several jobs.

    Attributes
    ----------
    rank
        Its place among others, in the first of the jobs.
    heirs
        What became of each in the jobs to which it applies.
    """

    specification: Specification
    rank: tuple[Name, tuple[int, Name]]
    heirs: dict[Name, set[Status]] = field(default_factory=dict)

    @property
    def verdict(self) -> RequirementVerdict:
        """What all jobs say of it together."""
        told = tuple(
            (heir, next((status for status in _DECISIVE if status in self.heirs[heir]), Status.NOT_APPLICABLE))
            for heir in sorted(self.heirs)
        )
        return RequirementVerdict(self.specification, rolled_up(status for _, status in told), told)


def requirements(report: FullReport) -> list[RequirementVerdict]:
    """Judge requirements by all jobs together.

    Returns
    -------
    list of RequirementVerdict
        By metric and level. An heir fails where one job fails it, passes where none does and one passes it, and is not
        applicable where it applies to none of the jobs.
    """
    found: dict[Name, _Required] = {}
    for job in report.jobs:
        for item in job.result.requirements:
            specification = item.specification
            name, rank = specification.name, (specification.metric_name, job.definitions.rung(specification))
            required = found.setdefault(name, _Required(specification, rank))
            for heir in job.definitions.specifications.heirs.get(name, ()):
                required.heirs.setdefault(heir, set())
            for heir, status in item.heirs:
                required.heirs.setdefault(heir, set()).add(status)
    return [required.verdict for required in sorted(found.values(), key=lambda required: required.rank)]
