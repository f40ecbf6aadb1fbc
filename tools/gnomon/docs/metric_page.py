"""The page of a metric: what it is, its requirement at a glance, where each number came from, its history."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from gnomon.docs import wording
from gnomon.docs.drawings import draw_graph, draw_ladder
from gnomon.docs.ladder import NARROW
from gnomon.docs.layout import METRICS, OVERVIEW, slug
from gnomon.docs.page import Definition, Page, render
from gnomon.docs.site import View
from gnomon.docs.strictness import level, strictness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.docs.site import Site
    from gnomon.documents import SpecificationDocument
    from gnomon.specifications import Specification

_TEMPLATE = "metric.html"
_MOST_SIBLINGS = 60
_SECTIONS = (
    ("specifications", "Specifications"),
    ("requirements", "Requirements and what verifies them"),
    ("inheritance", "Inheritance"),
    ("definitions", "Definitions in full"),
    ("history", "History"),
)


def metric_page(site: Site, name: str) -> Page:
    """Write the page of a metric."""
    metric = site.metrics[name]
    package, _, bare = name.partition(".")
    tests = sorted(
        site.tests.get(name, []),
        key=lambda pair: (strictness(pair[1], site.unit_of(name)), pair[1].abstract is False, pair[0].label),
    )
    page = Page(site.layout.metric(name).docname, name)
    page.definitions.append(Definition("metric", name))
    page.definitions += [Definition("specification", document.label, slug(document.label)) for document, _ in tests]
    page.parents = [
        (OVERVIEW, "Reference"),
        (site.layout.package(package).docname, package),
    ]
    siblings = [other for other in site.metrics if other.startswith(f"{package}.")]
    if len(siblings) <= _MOST_SIBLINGS:
        page.siblings = [(site.layout.metric(other).docname, other.partition(".")[2]) for other in siblings]
    page.entries = [bare]
    page.keywords = [package, bare, *bare.split("_"), *(document.spec for document, _ in tests)]
    if metric is not None:
        page.keywords += [
            metric.unit_str,
            *wording.unit_names(metric.unit_str),
            *sorted(metric.tags),
            metric.label or "",
            *metric.owner,
        ]
    view = View(site, page.docname)
    values = _values(site, name, tests)
    page.html(render(_TEMPLATE, "notices", view, values))
    if metric is not None:
        page.text(metric.description, "gnomon-description")
    page.html(render(_TEMPLATE, "facts", view, values))
    for block, title in _SECTIONS:
        page.section(block, title, render(_TEMPLATE, block, view, values))
    return page


def _values(site: Site, name: str, tests: list[tuple[SpecificationDocument, Specification]]) -> dict[str, Any]:
    unit = site.unit_of(name)
    ladders = site.registry.configuration.ladders
    rows = [
        {
            "name": document.label,
            "short": document.spec,
            "anchor": slug(document.label),
            "level": level(specification.tags, ladders),
            "test": wording.test(specification.test),
            "abstract": specification.abstract,
            "query": wording.conditions(specification.metadata_query),
            "tags": sorted(specification.tags),
            "explanation": site.explanations[document.label],
            "traced": list(wording.traced(site.explanations[document.label])),
            "history": site.histories.get(document.label, []),
            "faults": site.faults.get(document.label, []),
        }
        for document, specification in tests
    ]
    explanation = site.explanations.get(name)
    return {
        "name": name,
        "package": name.partition(".")[0],
        "metric": site.metrics[name],
        "explanation": explanation,
        "origins": explanation.origins if explanation is not None else {},
        "rows": rows,
        "faults": site.faults.get(name, []),
        "documents": site.registry.configuration.documents,
        "unit": unit,
        "ladder": draw_ladder(tests, unit, ladders),
        "narrow_ladder": draw_ladder(tests, unit, ladders, NARROW),
        "graph": draw_graph([document for document, _ in tests]),
        "bases": Counter(
            step.name for document, _ in tests for step in site.explanations[document.label].chain
        ).most_common(),
        "requirements": list(_requirements(site, rows)),
        "history": list(reversed(site.histories.get(name, []))),
        "all_metrics": METRICS,
        "plain": wording.plain,
    }


def _requirements(site: Site, rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield each requirement with the specifications that verify it."""
    specifications = site.registry.specifications
    for row in rows:
        if not row["abstract"]:
            continue
        heirs = [
            link.name
            for link in row["explanation"].heirs
            if (found := specifications.get(link.name)) is not None
            and found.specification is not None
            and not found.specification.abstract
        ]
        yield {**row, "heirs": sorted(heirs)}
