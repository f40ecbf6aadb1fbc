"""Write acknowledgements with everything but the reasons, which their author fills in."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from gnomon.acknowledgements import FOLDER
from gnomon.changes.comparing import new_acknowledgements

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from gnomon.changes.change import Change
    from gnomon.changes.comparing import Comparison
    from gnomon.changes.impacts import Impact

_HEAD = "# yaml-language-server: $schema=https://raw.githubusercontent.com/gnomon-metrics/gnomon/main/tools/gnomon/schemas/acknowledgements.schema.json\n"


def draft(root: Path, comparison: Comparison, impacts: Collection[Impact]) -> Path | None:
    """Write a file for the changes that nobody acknowledged yet.

    Parameters
    ----------
    root
        The metrics repository on disk.

    Returns
    -------
    Path or None
        None where there is nothing to acknowledge; drafts that are there already are left as they are.
    """
    drafted = {entry.fingerprint for entry in new_acknowledgements(comparison.base, comparison.head)}
    wanted = [
        change
        for change in comparison.changes
        if change.acknowledged is None and set(change.impacts) & set(impacts) and change.fingerprint not in drafted
    ]
    if not wanted:
        return None
    first = wanted[0]
    slug = re.sub(r"[^a-z0-9]+", "-", first.name.lower()).strip("-")
    path = root / FOLDER / f"{slug}-{first.fingerprint[:8]}.yaml"
    path.parent.mkdir(exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(_HEAD + "\n".join(_entries(wanted)))
    Path(temporary).replace(path)
    return path


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
        f"  name: {change.name}\n"
        f"  reason: {reason}\n"
        f"  decision: {decision}\n"
    )
