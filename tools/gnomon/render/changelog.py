"""A release of the definitions, in Markdown."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from gnomon.render.changes import by_cause, difference, says_all, subject_of, telling, unjudged
from gnomon.render.diff_markdown import TITLES, code, escape, prose, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.changes import Change, Comparison


def lines(comparison: Comparison) -> Iterator[str]:
    """Yield the section of a release: by impact, then by package, with reasons and decisions."""
    yield f"## {escape(comparison.head.label)}"
    yield ""
    yield f"Definitions from {code(comparison.base.label)} to {code(comparison.head.label)}."
    told: set[int] = set()
    for impact, title in TITLES.items():
        own = [change for change in comparison.changes if impact in change.impacts and id(change) not in told]
        told.update(id(change) for change in own)
        if own:
            yield f"\n### {title}"
            yield from _packages(own)
    if not comparison.changes and not comparison.not_comparable:
        yield "\nNo definition changed its meaning."
    if comparison.not_comparable:
        yield "\n### Not judged\n"
        for text, _ in unjudged(comparison):
            yield f"- {escape(text)}"


def _packages(changes: list[Change]) -> Iterator[str]:
    groups: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        groups[change.name.partition(".")[0]].append(change)
    for package, own in sorted(groups.items()):
        yield f"\n#### {code(package)}\n"
        for group in by_cause(own):
            yield _line(group)


def _line(group: list[Change]) -> str:
    first = telling(group)
    text = f"- {subject_of(group, code)}: {prose(first.message)}"
    if first.rule == "metric-description-changed":
        text += f": {words(first)}"
    elif first.kind == "changed" and not says_all(first):
        before, after = difference(first)
        text += f" ({code(before)} → {code(after)})"
    if first.acknowledged is not None:
        text += f". {escape(first.acknowledged.reason)} ({escape(first.acknowledged.decision)})"
    return text
