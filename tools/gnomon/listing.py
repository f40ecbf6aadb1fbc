"""Rows of what a repository holds: metrics, specifications, partials, packages, tags."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gnomon import queries
from gnomon.loader import tags_of
from gnomon.names import Name
from gnomon.nodes import Mapping as MappingNode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gnomon.registry import Registry


@dataclass(frozen=True)
class Filter:
    """Which definitions are wanted; every condition that is given must hold.

    Attributes
    ----------
    package, metric
        The metric bare or with its package.
    tags
        All of them.
    metadata
        Of a job that the specification must apply to; None for any.
    """

    package: str | None = None
    metric: str | None = None
    tags: frozenset[str] = frozenset()
    metadata: Mapping[str, Any] | None = field(default=None)

    def wants(self, package: str, metric: str | None, tags: frozenset[str]) -> bool:
        """Tell whether a definition is wanted, its metadata query aside."""
        if self.package is not None and package != self.package:
            return False
        if self.metric is not None and self.metric not in {metric, f"{package}.{metric}"}:
            return False
        return self.tags <= tags


def rows(registry: Registry, kind: str, wanted: Filter) -> list[dict[str, Any]]:
    """Give what there is of a kind, as rows of JSON."""
    listers = {
        "metrics": _metrics,
        "specs": _specifications,
        "partials": _partials,
        "packages": _packages,
        "tags": _tags,
    }
    return listers[kind](registry, wanted)


def _metrics(registry: Registry, wanted: Filter) -> list[dict[str, Any]]:
    tested = Counter(document.metric_label for document in registry.specifications.values())
    return [
        {
            "name": document.label,
            "unit": metric.unit_str,
            "tags": sorted(metric.tags),
            "specifications": tested[document.label],
            "deprecated": metric.deprecated is not None,
            "description": metric.description,
            **document.key.place.json,
        }
        for document, metric in registry.resolved_metrics()
        if wanted.wants(metric.name.package or "", metric.name.metric, metric.tags)
    ]


def _specifications(registry: Registry, wanted: Filter) -> list[dict[str, Any]]:
    result = []
    for document, found in registry.resolved_specifications():
        if not wanted.wants(document.package, document.metric, found.tags):
            continue
        if wanted.metadata is not None and not found.applies_to(wanted.metadata):
            continue
        listed = {"name": document.label, "type": found.type, "test": str(found.test), "abstract": found.abstract}
        listed |= {"metadata_query": found.json["metadata_query"], "tags": sorted(found.tags)}
        result.append(listed | document.name_node.place.json)
    return result


def _partials(registry: Registry, wanted: Filter) -> list[dict[str, Any]]:
    children = registry.children()
    result = []
    for label, document in sorted(registry.partials.items()):
        content = document.content or document.root
        if not wanted.wants(document.package, document.metric, tags_of(content.get("tags"))):
            continue
        if wanted.metadata is not None:
            query = content.get("metadata_query")
            terms = query.data if isinstance(query, MappingNode) else {}
            if not queries.applies(terms, wanted.metadata):
                continue
        gives = sorted(str(key) for key in content.entries)
        result.append(
            {"name": label, "heirs": len(children.get(label, ())), "gives": gives, **document.name_node.place.json}
        )
    return result


def _packages(registry: Registry, wanted: Filter) -> list[dict[str, Any]]:
    metrics = Counter(name.package for name in registry.metrics)
    specs = Counter(document.package for document in registry.specifications.values())
    partials = Counter(document.package for document in registry.partials.values())
    return [
        {"name": name, "metrics": metrics[name], "specifications": specs[name], "partials": partials[name]}
        for name in registry.packages
        if wanted.package in {None, name}
    ]


def _tags(registry: Registry, wanted: Filter) -> list[dict[str, Any]]:
    metrics: Counter[str] = Counter()
    specs: Counter[str] = Counter()
    for document, metric in registry.resolved_metrics():
        if wanted.wants(document.name.package or "", document.name.metric, metric.tags):
            metrics.update(metric.tags)
    for found, specification in registry.resolved_specifications():
        if wanted.wants(found.package, found.metric, specification.tags):
            specs.update(specification.tags)
    return [{"name": tag, "metrics": metrics[tag], "specifications": specs[tag]} for tag in sorted(metrics | specs)]


_LISTERS = {
    "metrics": _metrics,
    "specs": _specifications,
    "partials": _partials,
    "packages": _packages,
    "tags": _tags,
}


def names_of(registry: Registry, kind: str) -> set[str]:
    """Give the names by which a package, metric or tag may be asked for."""
    if kind == "package":
        return set(registry.packages)
    if kind == "tag":
        partials = [tags_of((document.content or document.root).get("tags")) for document in registry.partials.values()]
        return {row["name"] for row in _tags(registry, Filter())}.union(*partials)
    tested = (Name.of(found.package, found.metric) for found in registry.specifications.values())
    return {text for name in (*registry.metrics, *tested) for text in (name.metric or "", str(name))}
