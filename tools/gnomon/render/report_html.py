"""A report as one page that needs nothing else: no script, no font, no request."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from gnomon.jobs.evaluation import Outcome, Status
from gnomon.jobs.matrix import matrix, requirements
from gnomon.render import report_words as words
from gnomon.render.report_ladder import draw
from gnomon.render.terminal import clean, plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gnomon.jobs.evaluation import RequirementVerdict, Verdict
    from gnomon.jobs.matrix import MatrixLine, MatrixRow
    from gnomon.jobs.reporting import FullReport, JobReport
    from gnomon.names import Name

_STYLE = """
:root { color-scheme: light dark; --text: #1b1f24; --quiet: #59636e; --page: #fff; --surface: #f5f7f9;
  --line: #cfd6dd; --pass: #1a7f37; --fail: #c2252f; --missing: #8a5a00; --value: #0550ae; }
@media (prefers-color-scheme: dark) { :root { --text: #e4e9ee; --quiet: #9aa5b1; --page: #14181d; --surface: #1d232a;
  --line: #3a444f; --pass: #4ac26b; --fail: #ff7b72; --missing: #d9a441; --value: #79b8ff; } }
* { box-sizing: border-box; }
body { background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; margin: 0 auto;
  max-width: 62rem; overflow-wrap: anywhere; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; margin: 0; } h2 { border-top: 1px solid var(--line); font-size: 1.3rem; margin: 2.5rem 0 .5rem;
  padding-top: 1.2rem; } h3 { font-size: 1.05rem; margin: 1.8rem 0 .4rem; } p, ul { margin: .4rem 0; }
.quiet { color: var(--quiet); } .scroll { overflow-x: auto; } code, .name { font-family: ui-monospace, monospace;
  font-size: .92em; }
.mark { border: 1px solid currentColor; border-radius: .8rem; display: inline-block; font-size: .8em; font-weight: 600;
  line-height: 1.4; padding: 0 .6rem; white-space: nowrap; }
.pass { color: var(--pass); } .fail, .unmatched, .untested { color: var(--fail); }
.missing, .incomplete, .unverified { color: var(--missing); }
table { border-collapse: collapse; margin: .4rem 0 .8rem; min-width: 34rem; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .6rem; text-align: left; vertical-align: top; }
thead th { color: var(--quiet); font-size: .85em; font-weight: 500; } tbody th { font-weight: 500; }
.matrix { min-width: 0; width: auto; }
.matrix th:first-child { background: var(--page); left: 0; min-width: 15rem; position: sticky; }
.matrix tr.metric > :is(th, td) { background: var(--surface); }
.matrix tbody th.name { padding-left: 1.6rem; } .matrix tbody tr.metric th { padding-left: .6rem; }
.matrix thead th { min-width: 9rem; } a { color: var(--value); } tbody th.name { min-width: 12rem; }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.warning { border-left: 3px solid var(--missing); padding-left: .7rem; } summary { cursor: pointer; }
figure { margin: .3rem 0; } .metric { content-visibility: auto; contain-intrinsic-size: auto 14rem; }
tr.metric { content-visibility: visible; }
svg.ladder { display: block; font: 12px system-ui, sans-serif; height: auto; max-width: none; min-width: 34rem;
  width: 100%; }
svg text { fill: var(--text); } svg text.tick { fill: var(--quiet); } svg text.pass { fill: var(--pass); }
svg text.fail { fill: var(--fail); } svg text.measured { fill: var(--value); font-weight: 700; }
svg rect.lane { fill: var(--surface); stroke: var(--line); } svg rect.passes { fill: var(--pass); fill-opacity: .22; }
svg line.limit { stroke: var(--text); stroke-width: 2.5; } svg line.open { stroke-dasharray: 4 3; }
svg line.axis { stroke: var(--quiet); } svg path.leader { fill: none; stroke: var(--quiet); stroke-width: .8; }
svg line.value { stroke: var(--value); stroke-width: 2; } svg path.value { fill: var(--value); }
@media print { body { max-width: none; } details > * { display: block; } }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render(report: FullReport) -> Iterator[str]:
    """Yield the parts of the page."""
    title = "Report" if len(report.jobs) > 1 else f"Report on {_text(report.jobs[0].label)}"
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>"
    )
    yield f"<p>{_text(words.total(report))}</p>"
    for found in report.definitions:
        told = words.unresolved(found)
        if told is not None:
            listed = _list(f"<code>{_text(name)}</code>: {_text(reason)}" for name, reason in found.unresolved)
            yield f'<div class="warning"><p>{_prose(told)}:</p>{listed}</div>'
    if len(report.jobs) > 1:
        yield from _matrix(report)
        together = requirements(report)
        rest = words.rest(together, "these jobs")
        yield from _requirements(words.telling(together), rest, "Requirements, over all jobs")
    for index, job in enumerate(report.jobs, 1):
        yield from _job(job, index)
    yield "</main>\n</body>\n</html>"


def _text(text: str) -> str:
    """Make a text of others one of HTML."""
    return escape(clean(text))


def _prose(text: str) -> str:
    """Write a message, in which what stands in backticks is code."""
    parts = re.split(r"`([^`]*)`", text)
    return "".join(f"<code>{_text(part)}</code>" if index % 2 else _text(part) for index, part in enumerate(parts))


def _mark(status: Status | Outcome) -> str:
    word = "nothing tested" if status is Outcome.UNTESTED else status.value
    return f'<span class="mark {status.value.replace(" ", "-")}">{word}</span>'


def _list(items: Iterable[str]) -> str:
    listed = "".join(f"<li>{item}</li>" for item in items)
    return f"<ul>{listed}</ul>" if listed else ""


def _table(titles: Iterable[str], rows: Iterable[str], kind: str = "") -> str:
    head = "".join(f'<th scope="col">{title}</th>' for title in titles)
    opening = (f'<table class="{kind}">' if kind else "<table>") + f"<thead><tr>{head}</tr></thead>"
    return f'<div class="scroll" tabindex="0">{opening}<tbody>{"".join(rows)}</tbody></table></div>'


def _job(job: JobReport, index: int) -> Iterator[str]:
    result = job.result
    yield f'<section id="job-{index}">\n<h2><span class="name">{_text(job.label)}</span> {_mark(result.outcome)}</h2>'
    told = [words.outcome(job), f"definitions: {words.definitions(job.definitions)}"]
    made = words.remembered(job)
    told += [made] if made is not None else []
    metadata = ", ".join(f"{term} = {value}" for term, value in words.terms(job))
    told += [f"metadata: {metadata}"] if metadata else []
    yield _list(map(_prose, told))
    yield from (f'<p class="warning">{_prose(warning)}</p>' for warning in result.warnings)
    groups = job.by_metric()
    anchors = {name: f"job-{index}-metric-{number}" for number, name in enumerate(groups, 1)}
    failed = [item for items in groups.values() for item in items if item.status is Status.FAIL]
    yield from _failed(failed, anchors)
    for name, verdicts in groups.items():
        if name in result.measurements:
            yield from _metric(job, name, verdicts, anchors[name])
    yield from _missing([item for name, items in groups.items() if name not in result.measurements for item in items])
    yield from _requirements(words.telling(result.requirements), words.rest(result.requirements), "Requirements")
    if result.untested:
        yield "<h3>No specification applies to</h3>"
        yield _list(
            f'<span class="name">{_text(str(item.measurement.metric_name))}</span>: '
            f"{_text(words.quantity(job.measured(item.measurement.metric_name)))}; {words.nothing_applied(item)}"
            + _list(map(_prose, words.near_misses(item)))
            for item in result.untested
        )
    yield "</section>"


def _failed(verdicts: list[Verdict], anchors: Mapping[Name, str]) -> Iterator[str]:
    """List what failed before everything else; a page may have hundreds of metrics."""
    if not verdicts:
        return
    yield f"<h3>Not met</h3>\n<details open><summary>{plural(len(verdicts), 'specification')}</summary>"
    yield _list(
        f'<a class="name" href="#{anchors[specification.metric_name]}">{_text(str(specification.name))}</a> '
        f"{_text(str(specification))}: {_text(words.margin(verdict))}"
        for verdict in verdicts
        for specification in (verdict.specification,)
    )
    yield "</details>"


def _metric(job: JobReport, name: Name, verdicts: list[Verdict], anchor: str) -> Iterator[str]:
    metric, measured = job.metric(name), job.measured(name)
    heading = f'<span class="name">{_text(str(name))}</span>: {_text(words.quantity(measured))}'
    yield f'<section class="metric" id="{anchor}">\n<h3>{heading}</h3>'
    if metric is not None and metric.description:
        yield f'<p class="quiet">{_text(" ".join(metric.description.split()))}</p>'
    drawing = draw(verdicts, measured)
    if drawing is not None:
        yield f'<figure class="scroll" tabindex="0">{drawing}</figure>'
    yield _table(("", "Specification", "Test", "Margin", "Level"), (_row(verdict, job) for verdict in verdicts))
    yield "</section>"


def _row(verdict: Verdict, job: JobReport) -> str:
    specification = verdict.specification
    return (
        f'<tr><td>{_mark(verdict.status)}</td><th scope="row" class="name">{_text(str(specification.name.spec))}</th>'
        f'<td class="number">{_text(str(specification))}</td><td class="number">{_text(words.margin(verdict))}</td>'
        f"<td>{_text(job.level(specification) or '')}</td></tr>"
    )


def _missing(verdicts: list[Verdict]) -> Iterator[str]:
    if not verdicts:
        return
    yield f"<h3>Not measured</h3>\n<details><summary>{plural(len(verdicts), 'specification')}</summary>"
    yield _list(
        f'<span class="name">{_text(str(verdict.specification.name))}</span> {_text(str(verdict.specification))}'
        for verdict in verdicts
    )
    yield "</details>"


def _requirements(told: list[RequirementVerdict], rest: str, title: str) -> Iterator[str]:
    if told or rest:
        yield f"<h3>{title}</h3>"
    if told:
        yield _table(
            ("", "Requirement", "Its specifications"),
            (
                f'<tr><td>{_mark(item.status)}</td><th scope="row" class="name">{_text(str(item.specification.name))}'
                f"</th><td>{words.heirs(item)}</td></tr>"
                for item in told
            ),
        )
    if rest:
        yield f'<p class="quiet">{"Others" if told else "All"}: {rest}</p>'


def _matrix(report: FullReport) -> Iterator[str]:
    yield "<h2>All jobs</h2>"
    heads = [f'<a href="#job-{index}">{_text(job.label)}</a>' for index, job in enumerate(report.jobs, 1)]
    marks = "".join(f"<td>{_mark(job.result.outcome)}</td>" for job in report.jobs)
    rows = [f'<tr><th scope="row">outcome</th>{marks}</tr>']
    for row in matrix(report):
        if not row.is_measured:
            continue
        values = "".join(_measured(row, index) for index in range(len(row.measured)))
        rows.append(f'<tr class="metric"><th scope="row" class="name">{_text(str(row.metric))}</th>{values}</tr>')
        for line in row.lines:
            cells = "".join(_verdicts(line, index) for index in range(len(row.measured)))
            rows.append(f'<tr><th scope="row" class="name">{_text(line.label)}</th>{cells}</tr>')
    yield _table(["", *heads], rows, "matrix")


def _verdicts(line: MatrixLine, index: int) -> str:
    status = line.status(index)
    names = ", ".join(str(verdict.specification.name.spec) for verdict in line.verdicts[index])
    return "<td></td>" if status is None else f'<td title="{_text(names)}">{_mark(status)}</td>'


def _measured(row: MatrixRow, index: int) -> str:
    """Write the cell of a measured value, and whether nothing tested it."""
    found = row.measured[index]
    if found is None:
        return "<td></td>"
    told = "" if row.applies(index) else '<br><span class="quiet">no specification applies</span>'
    return f'<td class="number">{_text(words.quantity(found))}{told}</td>'
