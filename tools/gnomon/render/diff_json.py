"""Changes as JSON, for programs: schema ``gnomon/diff/1``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gnomon.changes import Impact
from gnomon.render.findings_json import dump
from gnomon.specifications.base import finite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.changes import Change, Comparison
    from gnomon.diagnostics import Place


def render(comparison: Comparison) -> Iterator[str]:
    """Yield the whole document."""
    yield dump(document(comparison))


def document(comparison: Comparison) -> dict[str, Any]:
    """Make the JSON of a diff."""
    return {
        "schema": "gnomon/diff/1",
        "base": {"rev": comparison.base.label, "commit": comparison.base.commit},
        "head": {"rev": comparison.head.label, "commit": comparison.head.commit},
        "summary": {impact.value: comparison.count(impact) for impact in Impact},
        "changes": [change_json(change) for change in comparison.changes],
        "not_comparable": [
            {"side": item.side, "path": item.path, "name": item.name, "reason": item.reason}
            for item in comparison.not_comparable
        ],
    }


def change_json(change: Change) -> dict[str, Any]:
    """Make the JSON of one change."""
    witness, cause, said = change.witness, change.caused_by, change.acknowledged
    return {
        "rule": change.rule,
        "subject": change.subject,
        "name": change.name,
        "kind": change.kind,
        "field": change.field,
        "before": finite(change.before),
        "after": finite(change.after),
        "impacts": [impact.value for impact in change.impacts],
        "direction": change.direction.value if change.direction is not None else None,
        "message": change.message,
        "hint": change.hint,
        "before_at": _place(change.before_at),
        "after_at": _place(change.after_at),
        "caused_by": {"name": cause.name, **(_place(cause.place) or {})} if cause is not None else None,
        "witness": {key: getattr(witness, key) for key in _WITNESS} if witness is not None else None,
        "fingerprint": change.fingerprint,
        "acknowledged": {"path": said.path, "reason": said.reason, "decision": said.decision}
        if said is not None
        else None,
    }


_WITNESS = ("metadata", "value", "unit", "base", "head", "reason")


def _place(place: Place | None) -> dict[str, Any] | None:
    return place.json if place is not None else None
