"""Findings with the lines that they are about, as compilers show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gnomon.render.summary import summary
from gnomon.render.terminal import COLOURS, clean, expand, folded, width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.diagnostics import Diagnostic, Finding, Place, Related
    from gnomon.rules import Result
    from gnomon.text import Text

_BEFORE, _AFTER = 2, 1  # lines of context
_TALLEST = 4  # lines of a place that are shown
_WIDEST, _NARROWEST = 160, 40  # characters of a line that are shown
_MOST_RELATED = 5
_MANY = 50  # findings: more than somebody reads who meets a repository's old faults


def render(result: Result, columns: int | None = None) -> Iterator[str]:
    """Yield blocks of text, the summary last.

    Parameters
    ----------
    columns
        As for `blocks`.
    """
    yield from blocks(result, columns)
    yield summary(result)
    if len(result.findings) > _MANY:
        yield "`--statistics` counts them by rule, and `--since REV` shows only what is new since a Git revision."
    base = result.registry.configuration.site.get("base-url")
    if result.findings and base is not None:
        yield f"Each rule has a page: {clean(base.rstrip('/'))}/reference/rules.html (or `gnomon rule NAME`)."


def blocks(result: Result, columns: int | None = None) -> Iterator[str]:
    """Yield a block of text a finding.

    Parameters
    ----------
    columns
        Of the terminal, where there is one: texts are folded, and a line of a file that it would wrap, with its marks
        in the wrong place, is cut.
    """
    for finding in result.findings:
        yield "\n".join([*_block(finding, result.registry.texts, columns), ""])


def _block(finding: Finding, texts: dict[str, Text], columns: int | None) -> Iterator[str]:
    diagnostic, colour = finding.diagnostic, COLOURS[finding.severity]
    head = click.style(f"{finding.severity.label}[{diagnostic.rule}]", fg=colour, bold=True)
    yield folded(f"{head}{click.style(': ' + clean(diagnostic.message), bold=True)}", columns, "    ")
    gutter = len(str(diagnostic.place.end_line + _AFTER))
    widest = _WIDEST if columns is None else max(columns - gutter - len(" | "), _NARROWEST)
    yield from _frame(diagnostic.place, texts.get(diagnostic.place.path), gutter, colour, widest)
    yield from (folded(line, columns, " " * (gutter + 5)) for line in _notes(diagnostic, gutter))


def _frame(place: Place, text: Text | None, gutter: int, colour: str, widest: int) -> Iterator[str]:
    margin, bar = " " * gutter, click.style("|", fg="blue", bold=True)
    yield f"{margin}{click.style('-->', fg='blue', bold=True)} {clean(str(place))}"
    if text is None or not text.content or place.line > text.line_count:
        return
    last = min(place.end_line, place.line + _TALLEST - 1)
    yield f"{margin} {bar}"
    after = _AFTER if place.end_line == last else 0
    for number in range(max(place.line - _BEFORE, 1), min(last + after, text.line_count) + 1):
        line = text.line(number)
        inside = place.line <= number <= last
        if not inside and not line.strip():
            continue
        shown, shift = _window(line, place.column if number == place.line else 1, widest)
        label = click.style(str(number).rjust(gutter), fg="blue", bold=True)
        yield f"{label} {bar} {expand(shown)}".rstrip()
        if inside and (line.strip() or place.line == place.end_line):
            start = place.column - 1 if number == place.line else len(line) - len(line.lstrip())
            end = place.end_column - 1 if number == place.end_line else len(line.rstrip())
            indent = width(expand(shown[: max(start - shift, 0)]))
            marks = max(width(expand(shown[max(start - shift, 0) : max(end - shift, 0)])), 1)
            yield f"{margin} {bar} {' ' * indent}{click.style('^' * marks, fg=colour, bold=True)}"
    if place.end_line > last:
        yield f"{margin} {bar} {click.style('...', fg=colour, bold=True)}"
    yield f"{margin} {bar}"


def _window(line: str, column: int, widest: int) -> tuple[str, int]:
    """Cut a very long line around a column; give what is left and where it begins."""
    if len(line) <= widest:
        return line, 0
    start = max(min(column - widest // 4, len(line) - widest), 0)
    return line[start : start + widest], start


def _notes(diagnostic: Diagnostic, gutter: int) -> Iterator[str]:
    margin, equals = " " * gutter, click.style("=", fg="blue", bold=True)
    if diagnostic.hint:
        yield f"{margin} {equals} {click.style('help', bold=True)}: {clean(diagnostic.hint)}"
    for related in diagnostic.related[:_MOST_RELATED]:
        yield f"{margin} {equals} {click.style('note', bold=True)}: {_related(related)}"
    if len(diagnostic.related) > _MOST_RELATED:
        rest = len(diagnostic.related) - _MOST_RELATED
        yield f"{margin} {equals} {click.style('note', bold=True)}: and {rest:,} more"


def _related(related: Related) -> str:
    return f"{clean(related.message)} ({clean(str(related.place))})"
