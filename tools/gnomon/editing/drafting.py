"""Write acknowledgements with everything but the reasons, which their author fills in."""

from __future__ import annotations

import itertools
import json
import os
import re
from typing import TYPE_CHECKING

from gnomon.acknowledgements import FOLDER
from gnomon.changes.acknowledging import new_acknowledgements
from gnomon.editing.places import obstacle, put
from gnomon.errors import RepositoryError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from gnomon.changes.change import Change
    from gnomon.changes.comparing import Comparison
    from gnomon.changes.impacts import Impact

_HEAD = "# yaml-language-server: $schema=https://raw.githubusercontent.com/gnomon-metrics/gnomon/main/tools/gnomon/schemas/acknowledgements.schema.json\n"
_PLAIN = re.compile(r"[A-Za-z][\w+-]*(\.[A-Za-z][\w+-]*)+", re.ASCII)  # needs no quotes in YAML
_LONGEST_SLUG = 60


def draft(root: Path, comparison: Comparison, impacts: Collection[Impact]) -> str | None:
    """Write a file for the changes that nobody acknowledged yet.

    Parameters
    ----------
    root
        The metrics repository on disk.

    Returns
    -------
    str or None
        Its path in the repository; None where there is nothing to acknowledge. Drafts that are there already are left
        as they are.

    Raises
    ------
    RepositoryError
        The file cannot be written.
    """
    drafted = {entry.key for entry in new_acknowledgements(comparison.base, comparison.head)}
    wanted = [change for change in comparison.undecided(impacts) if change.key not in drafted]
    if not wanted:
        return None
    path = _free(root, wanted[0])
    blocked = obstacle(root, path)
    if blocked is not None:
        raise RepositoryError(f"cannot write {path}: {blocked}")
    put(root, path, (_HEAD + "\n".join(_entries(wanted))).encode())
    return path


def _free(root: Path, change: Change) -> str:
    """Name a file after a change; one that is there may hold what people said of the same change made earlier."""
    slug = re.sub(r"[^a-z0-9]+", "-", change.name.lower())[:_LONGEST_SLUG].strip("-") or "change"
    name = f"{slug}-{change.fingerprint[:8]}"
    suffixes = itertools.chain([""], (f"-{number}" for number in itertools.count(2)))
    paths = (f"{FOLDER}/{name}{suffix}.yaml" for suffix in suffixes)
    return next(path for path in paths if not os.path.lexists(root / path))


def _entries(changes: list[Change]) -> Iterator[str]:
    """Write entries; what comes from one edit shares its reason, which then is written once."""
    reasons: dict[object, str] = {}
    for number, change in enumerate(changes, start=1):
        # A requirement that was edited and its heirs are one decision.
        origin = change.caused_by.name if change.caused_by is not None else change.name
        key = (origin, change.rule, change.field)
        known = reasons.get(key)
        if known is None:
            reasons[key] = str(number)
            reason, decision = f"&reason{number} ''", f"&decision{number} ''"
        else:
            reason, decision = f"*reason{known}", f"*decision{known}"
        yield _entry(change, reason, decision)


def _entry(change: Change, reason: str, decision: str) -> str:
    impacts = ", ".join(impact.value for impact in change.impacts)
    message = " ".join("".join(char if char.isprintable() else " " for char in change.message).split())
    return (
        f"# {impacts}: {message}\n"
        f"- fingerprint: '{change.fingerprint}'\n"
        f"  rule: {change.rule}\n"
        f"  name: {change.name if _PLAIN.fullmatch(change.name) else json.dumps(change.name)}\n"
        f"  reason: {reason}\n"
        f"  decision: {decision}\n"
    )
