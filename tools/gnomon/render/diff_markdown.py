"""Changes as Markdown, for job summaries and comments on pull requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gnomon.changes import Change, Impact
from gnomon.render.changes import by_cause, difference, listed, says_all, subject_of, telling, unjudged, witness_of
from gnomon.render.markdown import code, escape, fitting, prose
from gnomon.render.terminal import plural
from gnomon.render.words import word_diff

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.changes import Comparison

TITLES = {
    Impact.BREAKING: "Breaking: stored numbers or names are no longer valid",
    Impact.TIGHTENING: "Tightening: what passed may fail",
    Impact.WEAKENING: "Weakening: what was caught may pass",
    Impact.COMPATIBLE: "Compatible",
    Impact.EDITORIAL: "Editorial",
}
_MOST_NAMES = 20


def render(comparison: Comparison) -> Iterator[str]:
    """Yield the whole text, or what GitHub takes of it and how much is left out."""
    blocks = list(_blocks(comparison))
    shown = fitting(block for block, _ in blocks)
    text = "\n".join(block for block, _ in blocks[:shown])
    left = sum(count for _, count in blocks[shown:])
    if shown < len(blocks):
        text += f"\n\n… and {left:,} more, which are left out here: `gnomon diff` tells all."
    yield text


def _blocks(comparison: Comparison) -> Iterator[tuple[str, int]]:
    """Yield parts of the text with the number of changes, or of other things told, in them."""
    if not comparison.changes and not comparison.not_comparable:
        yield "**Metric definitions:** no change of meaning.", 0
    elif not comparison.changes:
        yield "**Metric definitions:** no change in what could be judged", 0
    else:
        yield f"**Metric definitions:** {plural(len(comparison.changes), 'change')} ({_counts(comparison)})", 0
    seen: set[int] = set()
    for impact, title in TITLES.items():
        own = [change for change in comparison.changes if impact in change.impacts and id(change) not in seen]
        seen.update(id(change) for change in own)
        heading = f"\n### {title}\n\n"
        for group in by_cause(own):
            yield heading + "\n".join(_item(group, impact)), len(group)
            heading = ""
    heading = "\n### Not judged\n\n"
    for told, count in unjudged(comparison):
        yield f"{heading}- {escape(told)}", count
        heading = ""
    for entry in comparison.stale:
        yield f"\nThe acknowledgement of {code(entry.name)} in {code(entry.path)} fits no change.", 1


def _counts(comparison: Comparison) -> str:
    counts = [f"{comparison.count(impact)} {impact.value}" for impact in TITLES if comparison.count(impact)]
    return ", ".join(counts) or "without impact"


def _item(group: list[Change], heading: Impact) -> Iterator[str]:
    first = telling(group)
    others = ", ".join(impact.value for impact in first.impacts if impact is not heading)
    yield f"- {subject_of(group, code)}: {prose(first.message)}" + (f" (also {others})" if others else "")
    if first.rule == "metric-description-changed":
        yield f"  - {words(first)}"
    elif first.kind == "changed" and not says_all(first):
        before, after = difference(first)
        yield f"  - {code(before)} → {code(after)}"
    if first.witness is not None:
        yield f"  - witness: {escape(witness_of(first.witness))}"
    if first.hint:
        yield f"  - **{prose(first.hint)}**"
    if first.acknowledged is not None:
        yield f"  - acknowledged: {escape(first.acknowledged.reason)} ({escape(first.acknowledged.decision)})"
    if len(group) > 1:
        yield f"  - {listed([code(change.name) for change in group], _MOST_NAMES)}"


def words(change: Change) -> str:
    """Write a changed text with the words that went struck through, and those that came in bold."""
    marks = {"-": "~~", "+": "**", " ": ""}
    runs = word_diff(str(change.before), str(change.after))
    return " ".join(f"{marks[kind]}{escape(text)}{marks[kind]}" for kind, text in runs)
