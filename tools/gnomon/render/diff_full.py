"""Changes for a person, gravest first, what comes from one edit together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gnomon.render.changes import (
    by_cause,
    difference,
    listed,
    styled_impacts,
    subject_of,
    summary,
    telling,
    unjudged,
    witness_of,
)
from gnomon.render.terminal import clean, folded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.changes import Change, Comparison

_MOST_NAMES = 10
_INDENT = "      "  # of what a terminal has no room for


def render(comparison: Comparison, columns: int | None = None) -> Iterator[str]:
    """Yield blocks of text, the summary last.

    Parameters
    ----------
    columns
        Of the terminal, where there is one.
    """
    for group in by_cause(comparison.changes):
        yield "\n".join([*(folded(line, columns, _INDENT) for line in _block(group)), ""])
    for text, _ in unjudged(comparison):
        yield folded(f"{click.style('not judged', fg='red', bold=True)} {clean(text)}", columns, _INDENT) + "\n"
    for entry in comparison.stale:
        label = click.style("note", fg="cyan", bold=True)
        told = f"{label}: the acknowledgement of `{clean(entry.name)}` fits no change ({clean(str(entry.place))})"
        yield folded(told, columns, _INDENT) + "\n"
    yield folded(summary(comparison), columns, _INDENT)


def _block(group: list[Change]) -> Iterator[str]:
    first = telling(group)
    before, after = difference(first)
    name = subject_of(group, clean)
    rule = click.style(f"[{first.rule}]", bold=True)
    yield f"{styled_impacts(first)}{rule}: {click.style(name, bold=True)}: {clean(first.message)}"
    place = first.caused_by.place if first.caused_by is not None else first.place
    if place is not None:
        yield f"  {click.style('-->', fg='blue', bold=True)} {clean(str(place))}"
    if first.kind == "changed" and first.rule != "metric-description-changed":
        yield f"    {click.style('- ' + clean(before), fg='red')}"
        yield f"    {click.style('+ ' + clean(after), fg='green')}"
    elif first.kind == "changed":
        yield from _words(str(first.before), str(first.after))
    if first.caused_by is not None and len(group) == 1:
        yield f"  = cause: `{clean(first.caused_by.name)}`, which it inherits from"
    if first.witness is not None:
        yield f"  = witness: {clean(witness_of(first.witness))}"
    if first.hint:
        yield f"  = {click.style('help', bold=True)}: {clean(first.hint)}"
    if first.acknowledged is not None:
        said = f"{first.acknowledged.reason} ({first.acknowledged.decision})"
        yield f"  = {click.style('acknowledged', fg='green')}: {clean(said)}"
    if len(group) > 1:
        yield f"  = these are {listed([clean(change.name) for change in group], _MOST_NAMES)}"


def _words(before: str, after: str) -> Iterator[str]:
    """Show which words of a description changed."""
    from gnomon.render.words import word_diff  # noqa: PLC0415  # only where a description changed

    parts = []
    for kind, words in word_diff(before, after):
        text = clean(words)
        styles = {"-": ("red", "[-", "-]"), "+": ("green", "{+", "+}"), " ": (None, "", "")}
        colour, opening, closing = styles[kind]
        parts.append(click.style(f"{opening}{text}{closing}", fg=colour) if colour else text)
    # A mark of ours comes first, lest the text begins a line as a workflow command does.
    yield f"    ~ {' '.join(parts)}"
