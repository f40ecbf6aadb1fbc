"""Changes as GitHub workflow commands, which become annotations at their lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gnomon.changes import Impact
from gnomon.render.changes import by_cause, impacts_of, subject_of, telling, unjudged, witness_of, words_of
from gnomon.render.github import workflow_command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.changes import Change, Comparison


def render(comparison: Comparison) -> Iterator[str]:
    """Yield a command for each edit."""
    for group in by_cause(comparison.changes):
        first = telling(group)
        place = first.caused_by.place if first.caused_by is not None else first.place
        lines = [f"{subject_of(group)}: {first.message}"]
        if first.rule == "metric-description-changed":
            lines.append(words_of(first))
        if first.witness is not None:
            lines.append(f"Witness: {witness_of(first.witness)}")
        if first.hint:
            lines.append(first.hint)
        if first.acknowledged is not None:
            lines.append(f"Acknowledged: {first.acknowledged.reason} ({first.acknowledged.decision})")
        yield workflow_command(_level(first), f"gnomon: {impacts_of(first)}", "\n".join(lines), place)
    for text, _ in unjudged(comparison):
        yield workflow_command("error", "gnomon: not judged", f"not judged {text}", None)
    for entry in comparison.stale:
        message = f"the acknowledgement of `{entry.name}` fits no change: remove it, or write it anew"
        yield workflow_command("warning", "gnomon: stale acknowledgement", message, entry.place)


def _level(change: Change) -> str:
    if change.acknowledged is not None:
        return "notice"
    if {Impact.BREAKING, Impact.WEAKENING} & set(change.impacts):
        return "error"
    return "warning" if Impact.TIGHTENING in change.impacts else "notice"
