"""Changes as Markdown, for job summaries and comments on pull requests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gnomon.changes import Change, Impact
from gnomon.render.changes import by_cause, difference, telling, witness_of
from gnomon.render.terminal import clean, plural
from gnomon.render.words import word_diff

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.changes import Comparison

TITLES = {
    Impact.BREAKING: "Breaking: stored numbers or names are no longer valid",
    Impact.WEAKENING: "Weakening: what was caught may pass",
    Impact.TIGHTENING: "Tightening: what passed may fail",
    Impact.COMPATIBLE: "Compatible",
    Impact.EDITORIAL: "Editorial",
}
_MOST_NAMES = 20
_LONGEST = 60_000  # GitHub refuses comments of more than 65,536 characters


def render(comparison: Comparison) -> Iterator[str]:
    """Yield the whole text."""
    text = "\n".join(_lines(comparison))
    if len(text) > _LONGEST:
        text = text[: text.rindex("\n", 0, _LONGEST)] + "\n\n… and more: see `gnomon diff`."
    yield text


def _lines(comparison: Comparison) -> Iterator[str]:
    if not comparison.changes and not comparison.not_comparable:
        yield "**Metric definitions:** no change of meaning."
    else:
        yield f"**Metric definitions:** {plural(len(comparison.changes), 'change')} ({_counts(comparison)})"
    told: set[int] = set()
    for impact, title in TITLES.items():
        own = [change for change in comparison.changes if impact in change.impacts and id(change) not in told]
        told.update(id(change) for change in own)
        if own:
            yield f"\n### {title}\n"
            for group in by_cause(own):
                yield from _item(group, impact)
    if comparison.not_comparable:
        yield "\n### Not judged\n"
        for item in comparison.not_comparable:
            yield f"- {code(item.name or item.path or '')} at the {item.side}: {escape(item.reason)}"
    for entry in comparison.stale:
        yield f"\nThe acknowledgement of {code(entry.name)} in {code(entry.path)} fits no change."


def _counts(comparison: Comparison) -> str:
    counts = [f"{comparison.count(impact)} {impact.value}" for impact in TITLES if comparison.count(impact)]
    return ", ".join(counts) or "without impact"


def _item(group: list[Change], heading: Impact) -> Iterator[str]:
    first = telling(group)
    subject = code(first.name)
    if len(group) > 1 and first.caused_by is not None:
        subject = f"{len(group)} specifications that inherit from {code(first.caused_by.name)}"
    others = ", ".join(impact.value for impact in first.impacts if impact is not heading)
    yield f"- {subject}: {escape(first.message)}" + (f" (also {others})" if others else "")
    if first.rule == "metric-description-changed":
        yield f"  - {_words(str(first.before), str(first.after))}"
    elif first.kind == "changed":
        before, after = difference(first)
        yield f"  - {code(before)} → {code(after)}"
    if first.witness is not None:
        yield f"  - witness: {escape(witness_of(first.witness))}"
    if first.hint:
        yield f"  - **{escape(first.hint)}**"
    if first.acknowledged is not None:
        yield f"  - acknowledged: {escape(first.acknowledged.reason)} ({escape(first.acknowledged.decision)})"
    if len(group) > 1:
        names = [code(change.name) for change in group]
        rest = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
        yield f"  - {', '.join(names[:_MOST_NAMES])}{rest}"


def _words(before: str, after: str) -> str:
    marks = {"-": "~~", "+": "**", " ": ""}
    return " ".join(f"{marks[kind]}{escape(words)}{marks[kind]}" for kind, words in word_diff(before, after))


def escape(text: str) -> str:
    """Make a text of definitions harmless in Markdown: no markup, links, HTML, mentions or line breaks."""
    flat = clean(" ".join(text.split()))
    escaped = re.sub(r"([\\`*_{}\[\]()#+!|~<>-])", r"\\\1", flat)
    # A zero-width space would be invisible; a character reference keeps @name and #1 from being links.
    return escaped.replace("@", "&#64;").replace("://", "&#58;//").replace("www.", "www&#46;")


def code(text: str) -> str:
    """Write a text as code, whatever it holds."""
    flat = clean(" ".join(text.split()))
    ticks = "`" * (max((len(run) for run in re.findall(r"`+", flat)), default=0) + 1)
    pad = " " if flat.startswith("`") or flat.endswith("`") else ""
    return f"{ticks}{pad}{flat}{pad}{ticks}" if flat else "` `"
