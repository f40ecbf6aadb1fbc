"""What the formats of a diff share: lines of one change, groups by cause, the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gnomon.changes import Change, Impact
from gnomon.render.terminal import clean, plural
from gnomon.render.yaml_text import inline

if TYPE_CHECKING:
    from collections.abc import Callable

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
_MOST_NAMES = 10
_TELLING = ("-test-", "-dimension-", "-unit-", "-revision-", "-made-", "-requirement-")


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
    """Group what comes from one edit, the edited definition with its heirs; everything else stands alone, in order."""
    edited = {(change.caused_by.name, change.rule, change.field) for change in changes if change.caused_by is not None}
    groups: dict[object, list[Change]] = {}
    for change in changes:
        origin = change.caused_by.name if change.caused_by is not None else change.name
        key: object = (origin, change.rule, change.field)
        key = (key, change.impacts, change.acknowledged is not None) if key in edited else id(change)
        groups.setdefault(key, []).append(change)
    return list(groups.values())


def subject_of(group: list[Change], mark: Callable[[str], str] = str) -> str:
    """Name what changed by one edit.

    Parameters
    ----------
    mark
        Sets a name off from the text around it.
    """
    first, heirs = telling(group), [change for change in group if change.caused_by is not None]
    if len(group) == 1 or not heirs or heirs[0].caused_by is None:
        return mark(first.name)
    origin = mark(heirs[0].caused_by.name)
    text = f"{plural(len(heirs), 'specification')} that inherit{'s' * (len(heirs) == 1)} from "
    text = f"{origin} and {text}it" if len(heirs) < len(group) else text + origin
    # The message of one is not that of all where they had other values before, or have now.
    is_alike = len({change.message for change in group}) == 1
    return text if is_alike else f"{text}, such as {mark(first.name)}"


def unjudged(comparison: Comparison) -> list[tuple[str, int]]:
    """Tell what could not be judged and why, with the number of definitions and files that this is."""
    groups: dict[tuple[str, str], list[NotComparable]] = {}
    for item in comparison.not_comparable:
        groups.setdefault((item.side, item.reason), []).append(item)
    return [(f"at the {side}: {_unjudged(reason, group)}", len(group)) for (side, reason), group in groups.items()]


def _unjudged(reason: str, group: list[NotComparable]) -> str:
    names = sorted(item.name for item in group if item.name is not None)
    paths = [item.path for item in group if item.path is not None]
    if len(group) == len(names) == 1 and not paths:
        return f"{names[0]}: {reason}"
    place = paths[0] if paths and not reason.startswith(paths[0]) else ""
    known = f": nothing is known of {listed(names, _MOST_NAMES)}" if names else ""
    return f"{place}{': ' if place else ''}{reason}{known}"


def listed(names: list[str], most: int) -> str:
    """List names, and of many the first."""
    left = len(names) - most
    return ", ".join(names[:most]) + (f" and {left:,} more" if left > 0 else "")


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
        text += f"; {_count_unjudged(comparison)} {click.style('not judged', fg='red', bold=True)}"
    return f"{text}."


def _count_unjudged(comparison: Comparison) -> str:
    """Count the definitions, and the files of which not even that is known."""
    named = {(item.side, item.reason) for item in comparison.not_comparable if item.name is not None}
    names = sum(item.name is not None for item in comparison.not_comparable)
    files = sum(item.name is None and (item.side, item.reason) not in named for item in comparison.not_comparable)
    told = [plural(count, noun) for count, noun in ((names, "definition"), (files, "file")) if count]
    return f"{' and '.join(told)} {'was' if names + files == 1 else 'were'}"


def label_of(comparison: Comparison) -> str:
    """Name the two states."""
    return clean(f"{comparison.base.label}..{comparison.head.label}")
