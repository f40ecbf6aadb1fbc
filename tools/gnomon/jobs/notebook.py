"""Tables of HTML for notebooks."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from gnomon import units

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gnomon.jobs.job import Job
    from gnomon.jobs.measurements import Measurement
    from gnomon.jobs.untested import Untested


def html_table(titles: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Write a table of cells that are HTML already."""
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def typeset_unit(unit: str) -> str:
    """Typeset a unit with its dollars; empty for a dimensionless one."""
    return f"${units.latex_unit(unit).lstrip('~')}$" if unit else ""


def typeset_value(measurement: Measurement) -> str:
    """Typeset a measured value with its dollars; empty where there is none."""
    quantity = measurement.quantity
    return "" if quantity is None else f"${units.latex(*units.number_and_unit(quantity))}$"


def job_html(job: Job) -> str:
    """Show what a job says of its specifications, and which measurements nothing tested."""
    from gnomon.jobs.evaluation import evaluate  # noqa: PLC0415  # a notebook alone asks for it

    result = evaluate("", job.measurements, job.meta, job.specs, job.metrics)
    parts = [f"<p>{escape(repr(job))}</p>", job.report()._repr_html_()]  # what notebooks call
    if result.untested:
        items = "".join(f"<li>{escape(text)}</li>" for text in map(_untested, result.untested))
        parts.append(f"<p>No specification applies to</p><ul>{items}</ul>")
    return "".join(parts)


def _untested(item: Untested) -> str:
    return "; ".join([str(item.measurement), *_reasons(item)])


def _reasons(item: Untested) -> Iterator[str]:
    if not item.specifications:
        yield "no specification tests this metric"
    for miss in item.nearest[:1]:
        yield f"the nearest, {miss.name.spec}, {', and '.join(miss.reasons)}"
