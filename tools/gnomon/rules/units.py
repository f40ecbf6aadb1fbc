"""Rules about units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gnomon import units
from gnomon.diagnostics import Diagnostic, Edit, Fix, Related, Severity
from gnomon.merging import TESTS
from gnomon.nodes import Mapping, Scalar
from gnomon.rules.rule import Rule
from gnomon.specifications.reading import judge_unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.nodes import Node
    from gnomon.registry import Registry

_METRICS = "metrics/p.yaml"

ROWS = (
    Rule(
        "unknown-unit",
        "units",
        Severity.ERROR,
        "A text is not a unit that astropy knows.",
        "Measurements are converted between units; what is no unit cannot be compared with anything.",
        "Correct the spelling; the units that exist are those of astropy.units, and `''` stands for a dimensionless quantity.",
        bad="A: {unit: mmagg, description: Scatter of magnitudes.}\n",
        good="A: {unit: mmag, description: Scatter of magnitudes.}\n",
        path=_METRICS,
    ),
    Rule(
        "incompatible-unit",
        "units",
        Severity.ERROR,
        "The unit of a specification does not convert to that of its metric.",
        "No measurement of the metric could be compared with the limit.",
        "Use a unit of the same dimension as the metric's; often the unit of one of the two is wrong.",
        bad="name: s\nmetric: A\nthreshold: {operator: '<=', value: 5, unit: marcsec}\n",
        good="name: s\nmetric: A\nthreshold: {operator: '<=', value: 0.005, unit: mag}\n",
    ),
    Rule(
        "unit-spelling",
        "units",
        Severity.NOTE,
        "A unit is not spelled as astropy writes it.",
        "Resolved definitions and job files carry the canonical spelling; one spelling in the sources makes them easy to search.",
        "Write the canonical spelling.",
        bad="A: {unit: milliarcsecond, description: Scatter of magnitudes.}\n",
        good="A: {unit: marcsec, description: Scatter of magnitudes.}\n",
        path=_METRICS,
    ),
)


def _unit_nodes(registry: Registry) -> Iterator[tuple[str, str, Node]]:
    """Yield package, name of the definition and unit of everything that has one, as written."""
    for metric in registry.metrics.values():
        node = metric.body.get("unit")
        if node is not None:
            yield metric.name.package or "", metric.label, node
    for document in registry.documents:
        for name in TESTS:
            body = document.root.get(name)
            node = body.get("unit") if isinstance(body, Mapping) else None
            if node is not None:
                yield document.package, document.label, node


def unknown_units(registry: Registry) -> Iterator[Diagnostic]:
    """Yield units that are none, also where no resolved definition uses them."""
    for _, label, node in _unit_nodes(registry):
        fault = judge_unit(node)[1]
        if fault is not None:
            yield Diagnostic(fault.rule, fault.message, fault.place, fault.hint, label, fix=fault.fix)


def incompatible_units(registry: Registry) -> Iterator[Diagnostic]:
    """Yield specifications whose unit does not convert to their metric's."""
    metrics = {document.label: (document, metric) for document, metric in registry.resolved_metrics()}
    for document, specification in registry.resolved_specifications():
        found = metrics.get(document.metric_label)
        if found is None:
            continue
        (defined, metric), unit = found, specification.test.unit
        if units.facts(unit).converts_to(units.facts(metric.unit_str)):
            continue
        body = document.effective(specification.type)
        node = body.get("unit") if isinstance(body, Mapping) else None
        message = f"{_named(unit)} does not convert to {_named(metric.unit_str)}, the unit of `{metric.name}`"
        related = (Related("the unit of the metric", (defined.body.get("unit") or defined.key).place),)
        place = (node or document.name_node).place
        yield Diagnostic(
            "incompatible-unit",
            message,
            place,
            "write a unit that converts, or mend that of the metric",
            document.label,
            related,
        )


def _named(unit: str) -> str:
    return f"`{unit}`" if unit else "a dimensionless number"


def unit_spellings(registry: Registry) -> Iterator[Diagnostic]:
    """Yield units that are not in astropy's spelling, with a place of the same package that is."""
    others: dict[tuple[str, str], Node] = {}
    odd: list[tuple[str, str, str, Scalar]] = []
    for package, label, node in _unit_nodes(registry):
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            continue
        canonical = units.facts(node.value).canonical
        if canonical == "" and node.document.text.content[node.start : node.start + 1] in {">", "|"}:
            message, hint = "the unit is an empty block of text, which reads as dimensionless", "write `''`"
            yield Diagnostic("unit-spelling", message, node.place, hint, label)
        elif canonical == node.value:
            others.setdefault((package, canonical), node)
        elif canonical is not None:
            odd.append((package, label, canonical, node))
    for package, label, canonical, node in odd:
        other = others.get((package, canonical))
        related = (Related("this package also spells it so", other.place),) if other is not None else ()
        shown = canonical or "''"
        fix = Fix(
            (Edit(node.place, f"'{canonical}'" if not canonical or not canonical[0].isalpha() else canonical),), "safe"
        )
        message = f"the unit `{node.value}` is spelled `{shown}` by astropy"
        yield Diagnostic("unit-spelling", message, node.place, f"write `{shown}`", label, related, fix)


CHECKS = (unknown_units, incompatible_units, unit_spellings)
