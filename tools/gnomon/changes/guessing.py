"""Guesses of what was renamed: a definition that is gone and a new one that are the same but for the name."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterator

    from gnomon.changes.change import Change


def with_guesses(changes: Collection[Change]) -> Iterator[Change]:
    """Add to what was added and to what was removed that the two may be one definition, and that this is a guess."""
    metrics = [change for change in changes if change.subject == "metric"]
    specifications = [change for change in changes if change.subject == "specification"]
    # In another package only where there is none in its own.
    partners = _partners(metrics, lambda change: (_parent(change.name), _body(change)), _body)
    renamed = {str(change.before): change.name for change in metrics if change.kind == "renamed"} | partners
    # The specifications of what is deprecated may have gone ahead to what replaces it.
    deprecated = [change for change in metrics if change.rule == "metric-deprecated" and "replaced_by" in change.after]
    renamed |= {change.name: replacement(change.name, change.after["replaced_by"]) for change in deprecated}

    def metric(change: Change) -> str:
        return renamed.get(_parent(change.name), _parent(change.name))

    partners |= _partners(
        specifications,
        lambda change: (metric(change), change.name.rpartition(".")[2], _body(change)),
        lambda change: (metric(change), _body(change)),
    )
    guesses = {old: f"perhaps it is `{new}` now" for old, new in partners.items()}
    guesses |= {new: f"perhaps it was `{old}`" for old, new in partners.items()}
    for change in changes:
        guess = guesses.get(change.name) if change.kind in {"added", "removed"} else None
        yield replace(change, hint=f"{guess}: the two are the same but for the name") if guess else change


def replacement(label: str, replaced_by: str) -> str:
    """Give the full name of what replaces a metric; without a package it is in the same one."""
    return replaced_by if "." in replaced_by else f"{_parent(label)}.{replaced_by}"


def _partners(changes: Collection[Change], *keys: Callable[[Change], Hashable]) -> dict[str, str]:
    """Map the names of what was removed to what was added and is the same by the first key by which something is."""
    result: dict[str, str] = {}
    for key in keys:
        added: dict[Hashable, list[str]] = defaultdict(list)
        taken = set(result.values())
        for change in changes:
            if change.kind == "added" and change.name not in taken:
                added[key(change)].append(change.name)
        for change in changes:
            if change.kind == "removed" and change.name not in result and added.get(key(change)):
                result[change.name] = added[key(change)].pop(0)
    return result


def _parent(name: str) -> str:
    """Give the package of a metric, or the metric of a specification."""
    return name.rpartition(".")[0]


def _body(change: Change) -> str:
    value = change.after if change.kind == "added" else change.before
    return repr(sorted((key, item) for key, item in value.items() if key != "name"))
