"""The last line of a check, and its statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gnomon.diagnostics import Severity
from gnomon.render.terminal import COLOURS, plural, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.rules import Result


def summary(result: Result) -> str:
    """Say how many findings there are, and in how many definitions."""
    registry = result.registry
    checked = (
        f"{plural(len(registry.metrics), 'metric')}, {plural(len(registry.specifications), 'specification')} and "
        f"{plural(len(registry.partials), 'partial')} in {plural(len(registry.packages), 'package')}"
    )
    counts = [(severity, result.count(severity)) for severity in sorted(Severity, reverse=True)]
    found = [
        click.style(plural(count, severity.label), fg=COLOURS[severity], bold=True)
        for severity, count in counts
        if count
    ]
    if not found:
        return f"{click.style('No findings', fg='green', bold=True)} in {checked}."
    return f"Found {', '.join(found)} in {checked}.{_mends(result)}"


def _mends(result: Result) -> str:
    """Say how many of the findings a program can mend."""
    safe, all_of_them = (
        sum(finding.diagnostic.is_fixable(with_unsafe=with_unsafe) for finding in result.findings)
        for with_unsafe in (False, True)
    )
    guesses = all_of_them - safe
    if safe and guesses:
        return f"\n--fix mends {safe} of them, and --fix --unsafe-fixes {guesses} more."
    if safe or guesses:
        return f"\n--fix{' --unsafe-fixes' * (not safe)} mends {all_of_them} of them."
    return ""


def statistics(result: Result, columns: int | None = None) -> Iterator[str]:
    """Yield a table of the rules that found something, most frequent first.

    Parameters
    ----------
    columns
        Of the terminal.
    """
    rows = [(f"{count:,}", severity.label, rule.name, rule.summary) for rule, severity, count in result.statistics()]
    if rows:
        yield from table(rows, ("count", "severity", "rule", "what it finds"), columns)
    yield summary(result)
