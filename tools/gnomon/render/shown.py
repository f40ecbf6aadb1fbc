"""One definition, explained for a person."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING, Any

import click

from gnomon import pointers
from gnomon.names import Name
from gnomon.render import yaml_text
from gnomon.render.terminal import clean, pad, plural, width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gnomon.explaining import Explanation, Link, Origin
    from gnomon.registry import Registry

_WIDTH = 80
_MOST_HEIRS = 20
_DEEPEST = 20  # steps that are indented; a chain of thousands would be all space
_MOST_VALUES = 60
_WIDEST_VALUE = 40  # beyond which a value moves only its own origin to the right


def render(explanation: Explanation, registry: Registry, columns: int | None = None) -> str:
    """Write it for a person.

    Parameters
    ----------
    columns
        Of the terminal; without one each value keeps its line, however long, so that a search finds all of it.
    """
    return "\n".join(_lines(explanation, registry, columns or sys.maxsize))


def _lines(explanation: Explanation, registry: Registry, columns: int) -> Iterator[str]:
    yield f"{click.style(clean(explanation.name), bold=True)} ({_kind(explanation)})"
    yield f"  {clean(str(explanation.place))}"
    for cause in explanation.causes:
        yield ""
        label = click.style("cannot be resolved", fg="red", bold=True)
        yield f"  {label}: {clean(cause.message)} ({clean(str(cause.place))})"
    yield from _meaning(explanation, registry)
    yield from _values(explanation, columns)
    yield from _chain(explanation, columns)
    yield from _heirs(explanation, registry, columns)


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
        yield from _wrapped(
            "no job: it is judged by its heirs" if specification.abstract else scope, "  applies to   ", " " * 15
        )
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
        yield from _wrapped(paragraph, "  ", "  ")


def _wrapped(text: str, first: str, others: str) -> list[str]:
    return textwrap.wrap(
        clean(text),
        _WIDTH - 4,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _values(explanation: Explanation, columns: int) -> Iterator[str]:
    rows = []
    for pointer, origin in explanation.origins.items():
        if pointer not in {"/name", "/id", "/description"}:
            rows.append((clean(".".join(pointers.parts(pointer))), clean(_value_at(explanation, pointer)), origin))
    if not rows:
        return
    yield ""
    yield click.style("Values", bold=True)
    shown = rows[:_MOST_VALUES]
    names = max(width(name) for name, _, _ in rows)
    values = min(max(width(value) for _, value, _ in rows), _WIDEST_VALUE)
    lines = [
        f"  {pad(name, names)}  {pad(value, values)}  {_origin(origin, explanation)}" for name, value, origin in shown
    ]
    yield from lines if _fit(lines, columns) else _by_origin(shown, explanation, names)
    if len(rows) > _MOST_VALUES:
        yield f"  and {len(rows) - _MOST_VALUES:,} more (see `--format json`)"


def _fit(lines: list[str], columns: int) -> bool:
    return all(width(click.unstyle(line)) <= columns for line in lines)


def _by_origin(rows: list[tuple[str, str, Origin]], explanation: Explanation, names: int) -> Iterator[str]:
    """Name each origin once, where a terminal is too narrow to name it beside every value."""
    groups: dict[tuple[str, str], list[tuple[str, str, int]]] = {}
    for name, value, origin in rows:
        groups.setdefault((origin.place.path, origin.source), []).append((name, value, origin.place.line))
    lines = max(len(str(origin.place.line)) for _, _, origin in rows)
    for (path, source), group in groups.items():
        yield "  " + click.style(clean(path if source == explanation.name else f"{path}  {source}"), dim=True)
        for name, value, line in group:
            yield f"    {click.style(str(line).rjust(lines), dim=True)}  {pad(name, names)}  {value}"


def _origin(origin: Origin, explanation: Explanation) -> str:
    source = "" if origin.source == explanation.name else f"  {origin.source}"
    return click.style(clean(f"{origin.place.path}:{origin.place.line}{source}"), dim=True)


def _value_at(explanation: Explanation, pointer: str) -> str:
    if pointer == "/metric":  # which a specification's JSON holds in its name
        return explanation.metric or ""
    return _value(pointers.find(explanation.resolved, pointer))


def _value(value: Any) -> str:
    return yaml_text.inline(value)


def _chain(explanation: Explanation, columns: int) -> Iterator[str]:
    if explanation.chain:
        yield ""
        yield click.style("Inherits from, in order", bold=True)
        indents = ["  " * min(link.depth - 1, _DEEPEST) for link in explanation.chain]
        yield from _links(explanation.chain, indents, columns)


def _heirs(explanation: Explanation, registry: Registry, columns: int) -> Iterator[str]:
    heirs, is_metric = explanation.heirs, explanation.kind == "metric"
    title = click.style("Tested by" if is_metric else "Heirs", bold=True)
    if heirs:
        shown = heirs[:_MOST_HEIRS]
        yield ""
        yield f"{title} ({plural(len(heirs), 'specification' if is_metric else 'definition')})"
        tests = [_limit(link.name, registry) for link in shown] if is_metric else []
        yield from _links(shown, [""] * len(shown), columns, tests)
    elif is_metric:
        yield ""
        yield f"{title}: no specification"
    if len(heirs) > _MOST_HEIRS:
        yield f"  and {len(heirs) - _MOST_HEIRS:,} more (`gnomon show {clean(explanation.name)} --format json`)"


def _limit(name: str, registry: Registry) -> str:
    """Write the test of a specification, if it can be resolved."""
    found = registry.specifications.get(name)
    return clean(str(found.specification.test)) if found is not None and found.specification is not None else ""


def _links(links: Sequence[Link], indents: list[str], columns: int, tests: Sequence[str] = ()) -> list[str]:
    places = [click.style(clean(f"{link.place.path}:{link.place.line}"), dim=True) for link in links]
    labels = [indent + clean(link.name) for indent, link in zip(indents, links, strict=True)]
    if tests:
        names = max(map(width, labels))
        labels = [f"{pad(label, names)}  {test}" for label, test in zip(labels, tests, strict=True)]
    widest = max(map(width, labels))
    lines = [f"  {pad(label, widest)}  {place}" for label, place in zip(labels, places, strict=True)]
    if _fit(lines, columns):
        return lines
    rows = zip(indents, labels, places, strict=True)
    return [f"  {label.rstrip()}\n  {indent}    at {place}" for indent, label, place in rows]
