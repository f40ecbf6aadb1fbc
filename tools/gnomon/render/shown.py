"""One definition, explained: as text, as JSON (``gnomon/show/1``) and as YAML."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import click

from gnomon.names import Name
from gnomon.render import yaml_text
from gnomon.render.findings_json import dump
from gnomon.render.terminal import clean, pad, plural, width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.explaining import Explanation, Link, Origin
    from gnomon.registry import Registry

_WIDTH = 80
_MOST_HEIRS = 20
_DEEPEST = 20  # steps that are indented; a chain of thousands would be all space
_MOST_VALUES = 60


def as_json(explanation: Explanation, registry: Registry) -> str:  # noqa: ARG001  # renderers are called alike
    """Write everything for programs."""
    return dump(_document(explanation))


def as_yaml(explanation: Explanation, registry: Registry) -> str:  # noqa: ARG001  # renderers are called alike
    """Write everything as YAML."""
    return yaml_text.dump(_document(explanation))


def _document(explanation: Explanation) -> dict[str, Any]:
    origins = {
        pointer: {
            "path": origin.place.path,
            "line": origin.place.line,
            "column": origin.place.column,
            "from": origin.source,
        }
        for pointer, origin in explanation.origins.items()
    }
    return {
        "schema": "gnomon/show/1",
        "kind": explanation.kind,
        "name": explanation.name,
        "path": explanation.place.path,
        "line": explanation.place.line,
        "column": explanation.place.column,
        "metric": explanation.metric,
        "resolved": explanation.resolved,
        "origins": origins,
        "chain": [_link(link) for link in explanation.chain],
        "heirs": [_link(link) for link in explanation.heirs],
        "causes": [
            {
                "rule": cause.rule,
                "message": cause.message,
                "path": cause.place.path,
                "line": cause.place.line,
                "column": cause.place.column,
            }
            for cause in explanation.causes
        ],
    }


def _link(link: Link) -> dict[str, Any]:
    place = link.place
    return {
        "name": link.name,
        "kind": link.kind,
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "depth": link.depth,
    }


def as_text(explanation: Explanation, registry: Registry) -> str:
    """Write it for a person."""
    return "\n".join(_lines(explanation, registry))


def _lines(explanation: Explanation, registry: Registry) -> Iterator[str]:
    yield f"{click.style(clean(explanation.name), bold=True)} ({_kind(explanation)})"
    yield f"  {clean(str(explanation.place))}"
    for cause in explanation.causes:
        yield ""
        label = click.style("cannot be resolved", fg="red", bold=True)
        yield f"  {label}: {clean(cause.message)} ({clean(str(cause.place))})"
    yield from _meaning(explanation, registry)
    yield from _values(explanation)
    yield from _links("Inherits from, in order", list(explanation.chain), explanation, tree=True)
    title = "Tested by" if explanation.kind == "metric" else "Heirs"
    yield from _links(title, explanation.heirs, explanation, tree=False)


def _kind(explanation: Explanation) -> str:
    if explanation.resolved is not None and explanation.resolved.get("abstract"):
        return "requirement: an abstract specification, judged by its heirs"
    return explanation.kind


def _meaning(explanation: Explanation, registry: Registry) -> Iterator[str]:
    """Say in words what is measured, tested and when."""
    resolved = explanation.resolved or {}
    if explanation.kind == "metric" and resolved:
        yield from _paragraph(resolved["description"])
        return
    found = registry.specifications.get(explanation.name)
    if found is not None and found.specification is not None:
        yield ""
        specification = found.specification
        yield f"  passes when  {clean(explanation.metric or '')} {_test(str(specification.test), specification.type)}"
        terms = [f"{term} = {_value(value)}" for term, value in resolved["metadata_query"].items()]
        scope = " and ".join(terms) if terms else "every job"
        yield f"  applies to   {'no job: it is judged by its heirs' if specification.abstract else clean(scope)}"
    if explanation.metric is None:
        return
    package, _, metric = explanation.metric.partition(".")
    defined = registry.metrics.get(Name.of(package, metric))
    if defined is not None and defined.metric is not None:
        yield ""
        unit = f" in {defined.metric.unit_str}" if defined.metric.unit_str else ""
        yield f"  {click.style(clean(explanation.metric), bold=True)}{clean(unit)} ({clean(str(defined.key.place))})"
        yield from _paragraph(defined.metric.description, blank=False)


def _test(text: str, kind: str) -> str:
    return clean(text if kind == "threshold" else f"in {text}" if kind == "range" else f"= {text}")


def _paragraph(text: str, *, blank: bool = True) -> Iterator[str]:
    if blank:
        yield ""
    for paragraph in text.splitlines():
        yield from textwrap.wrap(clean(paragraph), _WIDTH - 4, initial_indent="  ", subsequent_indent="  ")


def _values(explanation: Explanation) -> Iterator[str]:
    rows = []
    for pointer, origin in explanation.origins.items():
        value = _at(explanation, pointer)
        if pointer not in {"/name", "/id", "/description"}:
            name = pointer[1:].replace("/", ".").replace("~1", "/").replace("~0", "~")
            rows.append((name, value, origin))
    if not rows:
        return
    yield ""
    yield click.style("Values", bold=True)
    names = max(width(clean(name)) for name, _, _ in rows)
    values = min(max(width(clean(value)) for _, value, _ in rows), 40)
    for name, value, origin in rows[:_MOST_VALUES]:
        yield f"  {pad(clean(name), names)}  {pad(clean(value), values)}  {_origin(origin, explanation)}"
    if len(rows) > _MOST_VALUES:
        yield f"  and {len(rows) - _MOST_VALUES:,} more (see `--format json`)"


def _origin(origin: Origin, explanation: Explanation) -> str:
    source = "" if origin.source == explanation.name else f"  {origin.source}"
    return click.style(clean(f"{origin.place.path}:{origin.place.line}{source}"), dim=True)


def _at(explanation: Explanation, pointer: str) -> str:
    if pointer == "/metric":
        return explanation.metric or ""
    value: Any = explanation.resolved
    for part in pointer[1:].split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list):
            value = value[int(key)] if key.isdigit() and int(key) < len(value) else None
        else:
            value = value.get(key) if isinstance(value, dict) else value
    return _value(value)


def _value(value: Any) -> str:
    return yaml_text.inline(value)


def _links(title: str, links: list[Link], explanation: Explanation, *, tree: bool) -> Iterator[str]:
    if not links:
        if title == "Tested by":
            yield ""
            yield f"{click.style(title, bold=True)}: no specification"
        return
    yield ""
    count = "" if tree else f" ({plural(len(links), 'definition')})"
    yield f"{click.style(title, bold=True)}{count}"
    shown = links if tree else links[:_MOST_HEIRS]
    labels = ["  " * min(link.depth - 1, _DEEPEST) * tree + clean(link.name) for link in shown]
    names = max(width(label) for label in labels)
    for label, link in zip(labels, shown, strict=True):
        yield f"  {pad(label, names)}  {click.style(clean(f'{link.place.path}:{link.place.line}'), dim=True)}"
    if len(links) > len(shown):
        option = f"`gnomon show {explanation.name} --format json`"
        yield f"  and {len(links) - len(shown):,} more ({option})"
