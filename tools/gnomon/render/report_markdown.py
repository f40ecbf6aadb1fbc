"""A report as Markdown, for job summaries and comments on pull requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gnomon.jobs.evaluation import Outcome, Status
from gnomon.jobs.matrix import matrix, requirements
from gnomon.jobs.report import MARKS
from gnomon.render import report_words as words
from gnomon.render.markdown import code, escape, fitting, prose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.jobs.evaluation import RequirementVerdict, Verdict
    from gnomon.jobs.reporting import FullReport, JobReport

_MOST_MISSING = 20
_MARKS = {
    Status.PASS: f"{MARKS[Status.PASS]} pass",
    Status.FAIL: f"{MARKS[Status.FAIL]} fail",
    Status.MISSING: f"{MARKS[Status.MISSING]} not measured",
    Status.INCOMPLETE: f"{MARKS[Status.MISSING]} incomplete",
}
_OUTCOMES = {
    Outcome.PASS: _MARKS[Status.PASS],
    Outcome.FAIL: _MARKS[Status.FAIL],
    Outcome.UNMATCHED: f"{MARKS[Status.FAIL]} unmatched",
    Outcome.UNTESTED: f"{MARKS[Status.FAIL]} nothing tested",
}


def render(report: FullReport) -> Iterator[str]:
    """Yield the whole text, or what GitHub takes of it and how much is left out."""
    lines = list(_lines(report))
    shown = fitting(lines)
    text = "\n".join(lines[:shown]).rstrip("\n")
    if shown < len(lines):
        left = sum(bool(line) for line in lines[shown:])
        text += f"\n\n… and {left:,} more lines, which are left out here: `gnomon report` tells all."
    yield text


def _lines(report: FullReport) -> Iterator[str]:
    yield f"**{escape(words.total(report))}**"
    yield ""
    for found in report.definitions:
        told = words.unresolved(found)
        if told is not None:
            names = ", ".join(code(name) for name, _ in found.unresolved[:_MOST_MISSING])
            more = ", …" if len(found.unresolved) > _MOST_MISSING else ""
            yield f"⚠️ {prose(told)}: {names}{more}"
            yield ""
    if len(report.jobs) > 1:
        yield from _matrix(report)
        together = requirements(report)
        rest = words.rest(together, "these jobs")
        yield from _requirements(words.telling(together), rest, "Requirement, over all jobs")
    for job in report.jobs:
        yield from _job(job)


def _cell(text: str) -> str:
    """Write a name as code in a cell, where a bar would end the cell even in code."""
    return code(text).replace("|", "\\|")


def _table(*titles: str) -> Iterator[str]:
    yield f"| {' | '.join(titles)} |"
    yield f"|{' --- |' * len(titles)}"


def _job(job: JobReport) -> Iterator[str]:
    yield from _head(job)
    yield from _verdicts(job)
    required = job.result.requirements
    yield from _requirements(words.telling(required), words.rest(required), "Requirement")
    yield from _untested(job)


def _head(job: JobReport) -> Iterator[str]:
    """Say what a job is, comes to and is judged by, and what is odd in it."""
    result = job.result
    yield f"### {code(job.label)}: {_OUTCOMES[result.outcome]}"
    yield ""
    yield f"- {escape(words.outcome(job))}"
    yield f"- definitions: {escape(words.definitions(job.definitions))}"
    told = words.remembered(job)
    if told is not None:
        yield f"- {prose(told)}"
    metadata = ", ".join(f"{escape(term)} = {escape(value)}" for term, value in words.terms(job))
    if metadata:
        yield f"- metadata: {metadata}"
    for warning in result.warnings:
        yield f"- ⚠️ {prose(warning)}"
    yield ""


def _verdicts(job: JobReport) -> Iterator[str]:
    measured, groups = job.result.measurements, job.by_metric()
    listed = [item for name, verdicts in groups.items() if name in measured for item in verdicts]
    # What failed stands first: a reader need not look for it, and a limit does not cut it off.
    rows = sorted(listed, key=lambda verdict: verdict.status is not Status.FAIL)
    if rows:
        yield from _table("", "Specification", "Measured", "Test", "Margin")
        yield from (_row(verdict, job) for verdict in rows)
        yield ""
    missing = [(str(name), len(groups[name])) for name in groups if name not in measured]
    if missing:
        names = ", ".join(f"{code(name)} ({count})" for name, count in missing[:_MOST_MISSING])
        more = f" and {len(missing) - _MOST_MISSING:,} more" if len(missing) > _MOST_MISSING else ""
        yield f"Not measured, with the number of their specifications: {names}{more}"
        yield ""


def _untested(job: JobReport) -> Iterator[str]:
    if job.result.untested:
        yield "No specification applies to"
        yield ""
        for item in job.result.untested:
            name = item.measurement.metric_name
            yield f"- {code(str(name))}: {escape(words.quantity(job.measured(name)))}; {words.nothing_applied(item)}"
            yield from (f"  - nearest: {prose(miss)}" for miss in words.near_misses(item))
        yield ""


def _row(verdict: Verdict, job: JobReport) -> str:
    specification = verdict.specification
    cells = [
        _MARKS[verdict.status],
        _cell(str(specification.name)),
        escape(words.quantity(job.measured(specification.metric_name))),
        escape(str(specification)),
        escape(words.margin(verdict)),
    ]
    return f"| {' | '.join(cells)} |"


def _requirements(told: list[RequirementVerdict], rest: str, title: str) -> Iterator[str]:
    if told:
        yield from _table("", title, "Its specifications")
        for item in told:
            yield f"| {_MARKS[item.status]} | {_cell(str(item.specification.name))} | {words.heirs(item)} |"
        yield ""
    if rest:
        yield f"{'Other requirements' if told else 'Requirements'}: {rest}"
        yield ""


def _matrix(report: FullReport) -> Iterator[str]:
    yield from _table("", *(_cell(job.label) for job in report.jobs))
    outcomes = [_OUTCOMES[job.result.outcome] for job in report.jobs]
    yield f"| | {' | '.join(outcomes)} |"
    for row in matrix(report):
        if not row.is_measured:
            continue
        values = [
            "" if found is None else words.quantity(found) + ("" if row.applies(index) else " (nothing applies)")
            for index, found in enumerate(row.measured)
        ]
        yield f"| **{_cell(str(row.metric))}** | {' | '.join(map(escape, values))} |"
        for line in row.lines:
            statuses = [line.status(index) for index in range(len(row.measured))]
            marks = [_MARKS[status] if status is not None else "" for status in statuses]
            yield f"| {_cell(line.label)} | {' | '.join(marks)} |"
    yield ""
