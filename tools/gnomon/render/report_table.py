"""A report for a terminal."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from typing import TYPE_CHECKING

import click

from gnomon.jobs.evaluation import Status
from gnomon.jobs.matrix import matrix, requirements
from gnomon.render import report_words as words
from gnomon.render.terminal import clean, pad, plural, width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.jobs.evaluation import RequirementVerdict, Verdict
    from gnomon.jobs.matrix import MatrixRow
    from gnomon.jobs.reporting import Definitions, FullReport, JobReport
    from gnomon.jobs.untested import Untested

_WIDTH = 80
_MOST = 10
_COLOURS = {
    "pass": "green",
    "FAIL": "red",
    "UNMATCHED": "red",
    "NOTHING TESTED": "red",
    "missing": "yellow",
    "incomplete": "yellow",
    "unverified": "yellow",
}
_LEGEND = "(- does not apply, ? no specification applies to it)"


def render(report: FullReport, *, everything: bool = False, columns: int | None = None) -> Iterator[str]:
    """Yield the lines; what was not measured is summed up unless everything is wanted.

    Parameters
    ----------
    columns
        Of the terminal, for a matrix; text is never wider than one reads with ease.
    """
    for line in _lines(report, everything=everything, columns=max(columns or _WIDTH, _WIDTH)):
        # The runner of GitHub's workflows obeys what begins a line with two colons, and names are others' texts.
        yield line.replace("::", "\\::", 1) if click.unstyle(line).lstrip().startswith("::") else line


def _lines(report: FullReport, *, everything: bool, columns: int) -> Iterator[str]:
    for found in report.definitions:
        yield from _unresolved(found, everything=everything)
    for job in report.jobs:
        yield from _job(job, everything=everything, alone=len(report.jobs) == 1)
    if len(report.jobs) > 1:
        yield from _matrix(report, everything=everything, columns=columns)
        together = requirements(report)
        rest = words.rest(together, "these jobs")
        yield from _requirements(words.telling(together), rest, "Requirements, over all jobs")
    yield from (click.style(line, bold=True) for line in _wrapped(words.total(report), ""))


def _unresolved(found: Definitions, *, everything: bool) -> Iterator[str]:
    told = words.unresolved(found)
    if told is None:
        return
    yield from _wrapped(f"{told}:", f"{click.style('warning', fg='yellow', bold=True)}: ")
    shown = found.unresolved if everything else found.unresolved[:_MOST]
    yield from (f"  {clean(name)}: {clean(reason)}" for name, reason in shown)
    if len(shown) < len(found.unresolved):
        yield f"  and {len(found.unresolved) - len(shown):,} more"
    yield ""


def _styled(word: str, columns: int = 0) -> str:
    text = pad(word, columns)
    return click.style(text, fg=_COLOURS[word], bold=word.isupper() or None) if word in _COLOURS else text


def _job(job: JobReport, *, everything: bool, alone: bool) -> Iterator[str]:
    yield from _head(job)
    # Of many jobs, what passes would bury what does not; the matrix shows it.
    yield from _verdicts(job, everything=everything, with_passes=everything or alone)
    if not everything:
        yield from _missing(job)
    required = job.result.requirements
    yield from _requirements(words.telling(required), words.rest(required), "Requirements")
    yield from _untested(job.result.untested, job, everything=everything)


def _head(job: JobReport) -> Iterator[str]:
    """Say what a job is, comes to and is judged by, and what is odd in it."""
    result = job.result
    yield f"{click.style(clean(job.label), bold=True)}: {_styled(words.OUTCOMES[result.outcome])}"
    yield from _wrapped(words.outcome(job), "  ")
    yield from _wrapped(f"definitions: {words.definitions(job.definitions)}", "  ")
    told = words.remembered(job)
    if told is not None:
        yield from _wrapped(told, "  ")
    metadata = ", ".join(f"{term}={value}" for term, value in words.terms(job))
    if metadata:
        yield from _wrapped(f"metadata: {metadata}", "  ")
    for warning in result.warnings:
        yield from _wrapped(warning, f"  {click.style('warning', fg='yellow', bold=True)}: ")
    yield ""


def _verdicts(job: JobReport, *, everything: bool, with_passes: bool) -> Iterator[str]:
    """List metrics with their verdicts; what was not measured only where everything is wanted."""
    measured = job.result.measurements
    groups = {name: verdicts for name, verdicts in job.by_metric().items() if everything or name in measured}
    sound = [name for name in groups if not with_passes and _passes(groups[name])]
    listed = {name: verdicts for name, verdicts in groups.items() if name not in sound}
    widths = _widths([verdict for verdicts in listed.values() for verdict in verdicts])
    for name, verdicts in listed.items():
        yield f"  {click.style(clean(str(name)), bold=True)}: {clean(words.quantity(job.measured(name)))}"
        yield from (_verdict(verdict, widths) for verdict in verdicts)
        yield ""
    if sound:
        told = plural(len(sound), "other metric" if listed else "metric")
        yield f"  {told} {'passes' if len(sound) == 1 else 'pass'} every specification (--all lists them)"
        yield ""


def _passes(verdicts: list[Verdict]) -> bool:
    return all(verdict.status is Status.PASS for verdict in verdicts)


def _widths(verdicts: list[Verdict]) -> tuple[int, int, int]:
    status = max((len(words.WORDS[verdict.status]) for verdict in verdicts), default=0)
    test = max((width(clean(str(verdict.specification))) for verdict in verdicts), default=0)
    margin = max((width(clean(words.margin(verdict))) for verdict in verdicts), default=0)
    name = max((width(clean(str(verdict.specification.name.spec))) for verdict in verdicts), default=0)
    # A long name pushes its own line only, rather than all of them beyond the terminal.
    return status, min(name, max(_WIDTH - 4 - status - test - margin - 6, 12)), test


def _verdict(verdict: Verdict, widths: tuple[int, int, int]) -> str:
    status, name, test = widths
    parts = [
        _styled(words.WORDS[verdict.status], status),
        pad(clean(str(verdict.specification.name.spec)), name),
        pad(clean(str(verdict.specification)), test),
        clean(words.margin(verdict)),
    ]
    return ("    " + "  ".join(parts)).rstrip()


def _missing(job: JobReport) -> Iterator[str]:
    """Sum up the specifications whose metrics the job has no measurement of."""
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for name, verdicts in job.by_metric().items():
        if name not in job.result.measurements:
            counts[str(name.package)][str(name.metric)] = len(verdicts)
    if not counts:
        return
    total = sum(count for metrics in counts.values() for count in metrics.values())
    metrics = plural(sum(map(len, counts.values())), "metric")
    yield f"  Not measured: {plural(total, 'specification')} of {metrics} (--all lists them)"
    for package, found in counts.items():
        listed = ", ".join(f"{metric} ({count})" for metric, count in found.items())
        yield from _wrapped(f"{package}: {listed}", "    ")
    yield ""


def _requirements(told: list[RequirementVerdict], rest: str, title: str) -> Iterator[str]:
    if not told and not rest:
        return
    yield f"  {title}" + ("" if told else f": {rest}")
    columns = max((len(words.WORDS[item.status]) for item in told), default=0)
    for item in told:
        status = _styled(words.WORDS[item.status], columns)
        yield f"    {status}  {clean(str(item.specification.name))} ({words.heirs(item)})"
    if told and rest:
        yield f"    others: {rest}"
    yield ""


def _untested(untested: tuple[Untested, ...], job: JobReport, *, everything: bool) -> Iterator[str]:
    if not untested:
        return
    yield "  No specification applies to"
    shown = untested if everything else untested[:_MOST]
    for item in shown:
        name = item.measurement.metric_name
        value = words.quantity(job.measured(name))
        yield from _wrapped(f"{name}: {value}; {words.nothing_applied(item)}", "    ")
        for miss in words.near_misses(item):
            yield from _wrapped(miss, "      ")
    if len(shown) < len(untested):
        names = ", ".join(str(item.measurement.metric_name) for item in untested[len(shown) :])
        yield from _wrapped(f"and {len(untested) - len(shown):,} more (--all tells why): {names}", "    ")
    yield ""


def _wrapped(text: str, indent: str) -> Iterator[str]:
    """Break a text into lines of the terminal's width, by its words."""
    columns = len(click.unstyle(indent))
    # Not by its hyphens and not within words: names and commands are copied.
    lines = textwrap.wrap(clean(text), max(_WIDTH - columns, 20), break_long_words=False, break_on_hyphens=False)
    later = " " * (columns if columns == len(indent) else 4)
    for index, line in enumerate(lines):
        yield f"{later if index else indent}{line}"


def _matrix(report: FullReport, *, everything: bool, columns: int) -> Iterator[str]:
    yield click.style("All jobs", bold=True)
    heads = [f"[{index}]" for index in range(1, len(report.jobs) + 1)]
    for head, job in zip(heads, report.jobs, strict=True):
        yield f"  {head} {clean(job.label)}: {_styled(words.OUTCOMES[job.result.outcome])}"
    yield ""
    rows = matrix(report)
    shown = [row for row in rows if everything or row.is_measured]
    lines = [line for row in shown for line in _cells(row)]
    if not lines:
        return
    first = max(width(label) for label, _ in lines)
    widths = [max(len(head), *(width(cells[index]) for _, cells in lines)) for index, head in enumerate(heads)]
    for chosen in _chunks(widths, columns - first - 2):
        yield (" " * (first + 2) + "".join("  " + pad(heads[index], widths[index]) for index in chosen)).rstrip()
        for label, cells in lines:
            # The last column is not filled up: spaces at the end of a line are nobody's.
            parts = ["  " + _styled(cells[index], widths[index] * (index != chosen[-1])) for index in chosen]
            yield "  " + pad(label, first) + "".join(parts)
        yield ""
    left = sum(row.specifications for row in rows) - sum(row.specifications for row in shown)
    yield f"  {_LEGEND}"
    if left:
        yield f"  Not measured by any job: {plural(left, 'specification')} (--all lists them)"
    yield ""


def _cells(row: MatrixRow) -> Iterator[tuple[str, list[str]]]:
    unit = next((found[1] for found in row.measured if found is not None), "")
    values = []
    for index, found in enumerate(row.measured):
        if found is None:
            values.append("-")
            continue
        value = clean(words.quantity((found[0], "" if found[1] == unit else found[1])))
        values.append(value if row.applies(index) else f"{value} ?")
    yield clean(f"{row.metric} ({unit})" if unit else str(row.metric)), values
    for line in row.lines:
        statuses = [line.status(index) for index in range(len(row.measured))]
        yield f"  {clean(line.label)}", [words.WORDS[status] if status is not None else "-" for status in statuses]


def _chunks(widths: list[int], room: int) -> Iterator[list[int]]:
    """Group columns so that each group fits beside the names."""
    chunk: list[int] = []
    used = 0
    for index, columns in enumerate(widths):
        if chunk and used + columns + 2 > room:
            yield chunk
            chunk, used = [], 0
        chunk.append(index)
        used += columns + 2
    if chunk:
        yield chunk
