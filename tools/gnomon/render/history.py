"""The history of a definition as text and as JSON (``gnomon/log/1``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gnomon.render.changes import difference, styled_impacts, words_of
from gnomon.render.diff_json import change_json
from gnomon.render.findings_json import dump
from gnomon.render.terminal import clean, folded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.changes.history import Step

_INDENT = " " * 8  # of what a terminal has no room for


def as_json(name: str, steps: list[Step]) -> str:
    """Write it for programs, oldest first."""
    rows = [
        {
            "commit": step.commit,
            "author": step.author,
            "date": step.date,
            "subject": step.subject,
            "broken": step.broken,
            "changes": [change_json(change) for change in step.changes],
        }
        for step in steps
    ]
    return dump({"schema": "gnomon/log/1", "name": name, "steps": rows})


def as_text(name: str, steps: list[Step], columns: int | None = None) -> Iterator[str]:
    """Yield lines for a person, newest first.

    Parameters
    ----------
    columns
        Of the terminal, where there is one.
    """
    yield from (folded(line, columns, _INDENT) for step in reversed(steps) for line in _lines(name, step))


def _lines(name: str, step: Step) -> Iterator[str]:
    said = clean(f"{step.date[:10]} {step.author}: {step.subject}")
    yield f"{click.style(step.commit[:10], fg='yellow')} {said}"
    if step.broken is not None:
        yield f"    {click.style('could not be read', fg='red')}: {clean(step.broken)}"
    for change in step.changes:
        subject = "" if change.name == name else f"{clean(change.name)}: "
        yield f"    {styled_impacts(change)}: {subject}{clean(change.message)}"
        if change.rule == "metric-description-changed":
            yield f"      ~ {clean(words_of(change))}"
        elif change.kind == "changed":
            before, after = difference(change)
            yield f"      {click.style('- ' + clean(before), fg='red')}"
            yield f"      {click.style('+ ' + clean(after), fg='green')}"
    yield ""
