"""A release of the definitions, in Markdown."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from gnomon.render.changes import by_cause, difference, says_all, subject_of, telling, unjudged
from gnomon.render.diff_markdown import TITLES, words
from gnomon.render.markdown import code, escape, prose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.changes import Change, Comparison

    Decisions = dict[tuple[str, str], list[tuple[str, str]]]  # reasons and decisions, by rule and name of a change


def lines(comparison: Comparison) -> Iterator[str]:
    """Yield the section of a release: by impact, then by package, with reasons and decisions."""
    yield f"## {escape(comparison.head.label)}"
    yield ""
    yield f"Definitions from {code(comparison.base.label)} to {code(comparison.head.label)}."
    decisions = _decisions_on_the_way(comparison)
    told: set[int] = set()
    for impact, title in TITLES.items():
        own = [change for change in comparison.changes if impact in change.impacts and id(change) not in told]
        told.update(id(change) for change in own)
        if own:
            yield f"\n### {title}"
            yield from _packages(own, decisions)
    if not comparison.changes and not comparison.not_comparable:
        yield "\nNo definition changed its meaning."
    if comparison.not_comparable:
        yield "\n### Not judged\n"
        for text, _ in unjudged(comparison):
            yield f"- {escape(text)}"


def _decisions_on_the_way(comparison: Comparison) -> Decisions:
    """Find what people said of changes that a later one went beyond: 5 to 6 mmag, where the release goes to 7."""
    found: Decisions = defaultdict(list)
    for entry in comparison.stale:
        if entry.is_complete:
            found[entry.rule, entry.name].append((entry.reason, entry.decision))
    return found


def _packages(changes: list[Change], decisions: Decisions) -> Iterator[str]:
    groups: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        groups[change.name.partition(".")[0]].append(change)
    for package, own in sorted(groups.items()):
        yield f"\n#### {code(package)}\n"
        for group in by_cause(own):
            yield _line(group, decisions)


def _line(group: list[Change], decisions: Decisions) -> str:
    first = telling(group)
    text = f"- {subject_of(group, code)}: {prose(first.message)}"
    if first.rule == "metric-description-changed":
        text += f": {words(first)}"
    elif first.kind == "changed" and not says_all(first):
        before, after = difference(first)
        text += f" ({code(before)} → {code(after)})"
    said = dict.fromkeys(pair for change in group for pair in _said(change, decisions))
    reasons = "; ".join(f"{escape(reason)} ({escape(decision)})" for reason, decision in said)
    return f"{text}. {reasons}" if reasons else text


def _said(change: Change, decisions: Decisions) -> list[tuple[str, str]]:
    """Give the reasons and decisions of a change, or else those of its steps."""
    if change.acknowledged is not None:
        return [(change.acknowledged.reason, change.acknowledged.decision)]
    return decisions.get((change.rule, change.name), [])
