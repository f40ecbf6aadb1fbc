"""What the formats of a diff share: lines of one change, groups by cause, the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gnomon.changes import Change, Impact
from gnomon.render.terminal import clean, plural
from gnomon.render.yaml_text import inline

if TYPE_CHECKING:
    from gnomon.changes import Comparison, Witness
    from gnomon.changes.comparing import NotComparable

COLOURS = {
    Impact.BREAKING: "red",
    Impact.TIGHTENING: "yellow",
    Impact.WEAKENING: "magenta",
    Impact.COMPATIBLE: "green",
    Impact.EDITORIAL: "cyan",
}


def impacts_of(change: Change) -> str:
    """Write the impacts of a change."""
    return ", ".join(impact.value for impact in change.impacts) or "no impact"


def styled_impacts(change: Change) -> str:
    """Write the impacts of a change in their colours."""
    return (
        ", ".join(click.style(impact.value, fg=COLOURS[impact], bold=True) for impact in change.impacts) or "no impact"
    )


def witness_of(witness: Witness) -> str:
    """Tell the job and value whose verdict differs, or why there is none."""
    if witness.reason is not None or witness.metadata is None:
        return witness.reason or "none"
    job = ", ".join(f"{term}={inline(value)}" for term, value in sorted(witness.metadata.items()))
    measured = f"{witness.value} {witness.unit}".rstrip()
    return f"{measured} in a job with {job or 'any metadata'}: {witness.base} before, {witness.head} now"


def value_of(value: Any) -> str:
    """Write a value before or after a change in one line."""
    return inline(value) if value is not None else "nothing"


def difference(change: Change) -> tuple[str, str]:
    """Write what a change replaced and by what; of mappings only the parts that differ."""
    before, after = change.before, change.after
    if isinstance(before, dict) and isinstance(after, dict) and change.field == "/metadata_query":
        keys = [key for key in {**before, **after} if before.get(key, _ABSENT) != after.get(key, _ABSENT)]
        before, after = ({key: side[key] for key in keys if key in side} for side in (before, after))
    return value_of(before), value_of(after)


_ABSENT = object()
_TELLING = ("-test-", "-dimension-", "-unit-", "-revision-", "-made-")


def says_all(change: Change) -> bool:
    """Tell whether the message of a change holds both values already."""
    return any(part in change.rule for part in _TELLING) or change.rule.startswith("specification-tags")


def words_of(change: Change) -> str:
    """Write a changed text with the words that went and came, as Git does."""
    from gnomon.render.words import word_diff  # noqa: PLC0415  # only where a description changed

    marks = {"-": ("[-", "-]"), "+": ("{+", "+}"), " ": ("", "")}
    runs = word_diff(str(change.before), str(change.after))
    return " ".join(f"{marks[kind][0]}{words}{marks[kind][1]}" for kind, words in runs)


def telling(group: list[Change]) -> Change:
    """Choose the change of a group that tells most: one with a witness."""
    return next((change for change in group if change.witness is not None and change.witness.reason is None), group[0])


def by_cause(changes: list[Change]) -> list[list[Change]]:
    """Group what comes from one edit; everything else stands alone, in order."""
    groups: dict[object, list[Change]] = {}
    for change in changes:
        key: object = id(change)
        if change.caused_by is not None:
            key = (change.caused_by, change.rule, change.field, change.impacts, change.acknowledged is not None)
        groups.setdefault(key, []).append(change)
    return list(groups.values())


def not_judged(item: NotComparable) -> str:
    """Tell what could not be judged and why, beginning with its place where it has no name."""
    if item.name is not None:
        return f"{item.name}: {item.reason}"
    path = item.path or ""
    return item.reason if item.reason.startswith(path) else f"{path}: {item.reason}"


def summary(comparison: Comparison) -> str:
    """Say how many changes of each impact there are."""
    if not comparison.changes and not comparison.not_comparable:
        return f"{click.style('No change of meaning', fg='green', bold=True)}."
    counts = [
        f"{comparison.count(impact)} {click.style(impact.value, fg=COLOURS[impact], bold=True)}"
        for impact in Impact
        if comparison.count(impact)
    ]
    text = plural(len(comparison.changes), "change") if comparison.changes else "No change in what could be judged"
    if counts:
        text += f": {', '.join(counts)}"
    acknowledged = sum(change.acknowledged is not None for change in comparison.changes)
    if acknowledged:
        text += f" ({acknowledged} acknowledged)"
    if comparison.not_comparable:
        count = len(comparison.not_comparable)
        what = "1 definition or file was" if count == 1 else f"{count:,} definitions or files were"
        text += f"; {what} {click.style('not judged', fg='red', bold=True)}"
    return f"{text}."


def label_of(comparison: Comparison) -> str:
    """Name the two states."""
    return clean(f"{comparison.base.label}..{comparison.head.label}")
