"""Which changes people have said are right, and which of their acknowledgements fit no change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gnomon.changes.change import Acknowledgement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gnomon.acknowledgements import Entry
    from gnomon.changes.change import Change
    from gnomon.registry import Registry


def new_acknowledgements(base: Registry, head: Registry) -> list[Entry]:
    """Give the acknowledgements that came with the change.

    One that the base has already excused an earlier change; the same change made again is to be decided again.
    """
    old = {entry.said for entry in base.acknowledgements}
    return [entry for entry in head.acknowledgements if entry.said not in old]


def acknowledged(changes: Iterable[Change], base: Registry, head: Registry) -> list[Change]:
    """Note which changes people have said are right; a draft says nothing, and is pointed at."""
    earlier = {entry.fingerprint: entry for entry in base.acknowledgements if entry.is_complete}
    added = new_acknowledgements(base, head)
    if not earlier and not added:
        return list(changes)  # fingerprints of thousands cost more than all else
    complete = {entry.fingerprint: entry for entry in added if entry.is_complete}
    drafts = {entry.fingerprint: entry for entry in added if not entry.is_complete}

    def noted(change: Change) -> Change:
        fingerprint = change.fingerprint
        entry = complete.get(fingerprint)
        if entry is not None and entry.key == change.key:
            return replace(change, acknowledged=Acknowledgement(entry.path, entry.reason, entry.decision))
        if change.hint is not None:
            return change
        if fingerprint in drafts:
            hint = f"it is drafted in {drafts[fingerprint].path}: fill in the reason and the decision"
            return replace(change, hint=hint)
        if fingerprint in earlier:
            hint = f"{earlier[fingerprint].path} acknowledges the same change made earlier; decide again"
            return replace(change, hint=hint)
        return change

    return [noted(change) for change in changes]


def stale(changes: Iterable[Change], base: Registry, head: Registry) -> list[Entry]:
    """Give the acknowledgements that came with the change and fit nothing in it."""
    added = new_acknowledgements(base, head)
    current = {change.key for change in changes} if added else set()
    return [entry for entry in added if entry.key not in current]
