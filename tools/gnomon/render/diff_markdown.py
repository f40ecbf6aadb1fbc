"""Changes as Markdown, for job summaries and comments on pull requests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gnomon.changes import Change, Impact
from gnomon.render.changes import by_cause, difference, listed, says_all, subject_of, telling, unjudged, witness_of
from gnomon.render.terminal import clean, plural
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
_LONGEST = 60_000  # GitHub refuses comments of more than 65,536 characters
_LONGEST_TEXT = 1_000  # of one name, message or value


def render(comparison: Comparison) -> Iterator[str]:
    """Yield the whole text, or what GitHub takes of it and how much is left out."""
    blocks = list(_blocks(comparison))
    size, shown = 0, 0
    for block, _ in blocks:
        size += len(block) + 1
        if size > _LONGEST:
            break
        shown += 1
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


# What GitHub makes links, mentions and images of, even where Markdown has it escaped: a space without width breaks it.
_LINKING = re.compile(r"@|#(?=\w)|GH-(?=\d)|:(?=//)|:(?=[a-z+-][\w+-]*:)|www(?=\.)", re.IGNORECASE)
_HASH = re.compile(r"(?<![0-9a-z])[0-9a-f]{7,40}(?![0-9a-z])", re.IGNORECASE)
_BREAK = "\u200b"  # no text of others holds it, since `clean` replaces it


def _flat(text: str) -> str:
    flat = " ".join(text.split())
    return clean(flat if len(flat) <= _LONGEST_TEXT else flat[:_LONGEST_TEXT] + "…")


def escape(text: str) -> str:
    """Make a text of others harmless in Markdown: no markup, formulas, links, HTML, mentions, line breaks or end."""
    broken = _HASH.sub(_in_pieces, _LINKING.sub(rf"\g<0>{_BREAK}", _flat(text)))
    escaped = re.sub(r"([\\`*_{}\[\]()#+!|~<>&-])", r"\\\1", broken)
    # Of two dollars GitHub makes a formula, also of escaped ones; a span around each is what its documentation advises.
    return escaped.replace("$", "<span>$</span>").replace(_BREAK, "&#8203;")


def _in_pieces(match: re.Match[str]) -> str:
    """Break what may be the hash of a commit, of which GitHub takes seven digits for a link."""
    return _BREAK.join(re.findall(".{1,6}", match[0]))


def prose(text: str) -> str:
    """Write a message, in which what stands in backticks is code."""
    parts = re.split(r"`([^`]*)`", text)
    return "".join(code(part) if index % 2 else _kept(part) for index, part in enumerate(parts))


def _kept(text: str) -> str:
    """Escape a part of a text, whose ends may be spaces."""
    inner = escape(text)
    return f"{' ' * text[:1].isspace()}{inner}{' ' * text[-1:].isspace()}" if inner else " " * bool(text)


def code(text: str) -> str:
    """Write a text as code, whatever it holds."""
    flat = _flat(text)
    ticks = "`" * (max((len(run) for run in re.findall(r"`+", flat)), default=0) + 1)
    pad = " " if flat.startswith("`") or flat.endswith("`") else ""
    return f"{ticks}{pad}{flat}{pad}{ticks}" if flat else "` `"
