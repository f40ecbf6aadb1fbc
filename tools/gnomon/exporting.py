"""All definitions, resolved: everything, or what the original library can read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gnomon.queries import is_condition
from gnomon.specifications.base import finite

if TYPE_CHECKING:
    from gnomon.registry import Registry


@dataclass
class Export:
    """The entries to write.

    Attributes
    ----------
    metrics, specs
        Sorted by name.
    left_out
        What the format cannot hold, with the names of the definitions of which it is.
    """

    metrics: list[dict[str, Any]] = field(default_factory=list)
    specs: list[dict[str, Any]] = field(default_factory=list)
    left_out: dict[str, list[str]] = field(default_factory=dict)

    def leave_out(self, what: str, name: str) -> None:
        """Note what is left out of a definition."""
        self.left_out.setdefault(what, []).append(name)


def export(registry: Registry) -> Export:
    """Give everything that resolves."""
    return Export(
        [finite(metric.json) for _, metric in registry.resolved_metrics()],
        [specification.json for _, specification in registry.resolved_specifications()],
    )


def export_lsst(registry: Registry) -> Export:
    """Give what the original library reads and evaluates as it is meant."""
    result = Export()
    for entry in export(registry).metrics:
        kept = {key: entry[key] for key in ("name", "description", "unit", "tags")}
        references = entry["reference"] if isinstance(entry["reference"], list) else [entry["reference"]]
        kept["reference"] = {key: references[0][key] for key in ("doc", "page", "url")}
        result.metrics.append(kept)
        for what in _lost_of_metric(entry, references):
            result.leave_out(what, entry["name"])
    for entry in export(registry).specs:
        reason = _unreadable(entry)
        if reason is None:
            result.specs.append(entry)
        else:
            result.leave_out(reason, entry["name"])
    return result


def _lost_of_metric(entry: dict[str, Any], references: list[dict[str, Any]]) -> list[str]:
    lost: list[str] = [key for key in ("label", "owner", "deprecated", "revision") if key in entry]
    if len(references) > 1:
        lost.append(f"all references but the first of {len(references)}")
    elif lost_parts := [key for key in ("section", "version") if key in references[0]]:
        lost.extend(f"reference.{key}" for key in lost_parts)
    return lost


def _unreadable(entry: dict[str, Any]) -> str | None:
    if entry.get("abstract"):
        return "a requirement (abstract), which it would evaluate for every job"
    if entry["type"] != "threshold":
        return f"a test of the type {entry['type']}"
    if entry["threshold"]["value"] is None:
        return "a limit that is no finite number"
    conditions = [term for term, value in entry["metadata_query"].items() if is_condition(value)]
    return f"a query with conditions ({', '.join(conditions)})" if conditions else None
