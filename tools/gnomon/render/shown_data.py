"""One definition, explained for programs: ``gnomon/show/1``, as JSON or YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gnomon.render import yaml_text
from gnomon.render.findings_json import dump

if TYPE_CHECKING:
    from gnomon.explaining import Explanation, Link


def as_json(explanation: Explanation) -> str:
    """Write everything for programs."""
    return dump(_document(explanation))


def as_yaml(explanation: Explanation) -> str:
    """Write everything as YAML."""
    return yaml_text.dump(_document(explanation))


def _document(explanation: Explanation) -> dict[str, Any]:
    return {
        "schema": "gnomon/show/1",
        "kind": explanation.kind,
        "name": explanation.name,
        **explanation.place.json,
        "metric": explanation.metric,
        "resolved": explanation.resolved,
        "origins": {
            pointer: {**origin.place.json, "from": origin.source} for pointer, origin in explanation.origins.items()
        },
        "chain": [_link(link) for link in explanation.chain],
        "heirs": [_link(link) for link in explanation.heirs],
        "causes": [{"rule": cause.rule, "message": cause.message, **cause.place.json} for cause in explanation.causes],
    }


def _link(link: Link) -> dict[str, Any]:
    return {"name": link.name, "kind": link.kind, **link.place.json, "depth": link.depth}
