"""Pages about everything: the overview, the tables of all metrics and specifications, the tags."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from gnomon.docs import wording
from gnomon.docs.layout import METRICS, OVERVIEW, SPECIFICATIONS, TAGS
from gnomon.docs.package_pages import metric_row
from gnomon.docs.page import Definition, Page, render
from gnomon.docs.site import View
from gnomon.docs.strictness import level
from gnomon.queries import is_condition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gnomon.docs.site import Site
    from gnomon.specifications import Specification

_TEMPLATE = "listings.html"
_MOST_RECENT = 8
_MOST_TAGS = 60
_MOST_CHOICES, _LONGEST_CHOICE = 60, 60
_MOST_TERMS = 4


def overview_page(site: Site, docname: str = OVERVIEW, title: str = "Reference") -> Page:
    """Write the first page of the reference, which is that of the site where no guide is."""
    page = Page(docname, title)
    view = View(site, page.docname)
    metrics = Counter(name.partition(".")[0] for name in site.metrics)
    tests = Counter(document.package for document, _ in site.registry.resolved_specifications())
    by_use = sorted(site.tags.items(), key=lambda item: (-len(item[1][0]) - len(item[1][1]), item[0]))
    values = {
        "counts": [
            (len(site.metrics), "metric", METRICS),
            (sum(tests.values()), "specification", SPECIFICATIONS),
            (len(site.layout.packages), "package", None),
            (len(site.tags), "tag", TAGS),
        ],
        "packages": [(name, metrics[name], tests[name]) for name in site.layout.packages],
        "tags": [(tag, len(found[0]) + len(found[1])) for tag, found in by_use[:_MOST_TAGS]],
        "more_tags": max(0, len(site.tags) - _MOST_TAGS),
        "tags_page": TAGS,
        "commits": list(reversed(site.commits or ()))[:_MOST_RECENT],
        "findings": site.findings,
        "commit": site.repository.commit,
    }
    page.html(render(_TEMPLATE, "counts", view, values))
    for block, heading in (("packages", "Packages"), ("tags", "Tags"), ("changes", "What changed last")):
        page.section(block, heading, render(_TEMPLATE, block, view, values))
    return page


def metrics_page(site: Site) -> Page:
    """Write the table of all metrics, which the reader filters."""
    page = Page(METRICS, "All metrics")
    page.parents = [(OVERVIEW, "Reference")]
    view = View(site, page.docname)
    rows: list[list[Any]] = []
    for name, metric in site.metrics.items():
        tags = sorted(metric.tags)[:_MOST_CHOICES] if metric is not None else []
        unit = site.unit_of(name) or "dimensionless"
        cells = [_linked(name, view.metric(name)), unit, str(len(site.tests.get(name, []))), tags]
        cells.append(metric.description[:400] if metric is not None else "not defined")
        rows.append([cells, [[name.partition(".")[0]], [unit], tags, _state(site, name)]])
    columns, facets = ["Metric", "Unit", "Specifications", "Tags", "Description"], ["Package", "Unit", "Tag", "State"]
    page.html(_table(view, "metrics", columns, facets, rows))
    return page


def _state(site: Site, name: str) -> list[str]:
    metric = site.metrics[name]
    if metric is None:
        return ["not defined"]
    return [
        *(["deprecated"] if metric.deprecated else []),
        "tested" if site.tests.get(name) else "no specification",
    ]


def _linked(text: str, address: str | None) -> dict[str, str]:
    return {"text": text, "href": address or ""}


def specifications_page(site: Site) -> Page:
    """Write the table of all specifications, which the reader filters."""
    page = Page(SPECIFICATIONS, "All specifications")
    page.parents = [(OVERVIEW, "Reference")]
    view = View(site, page.docname)
    found = [(document.label, specification) for document, specification in site.registry.resolved_specifications()]
    ladders = site.registry.configuration.ladders
    terms = _terms([specification for _, specification in found])
    rows: list[list[Any]] = []
    for label, specification in found:
        rung = level(specification.tags, ladders)
        tags = sorted(specification.tags)[:_MOST_CHOICES]
        unit = specification.test.unit or "dimensionless"
        applies = ["no job itself"] if specification.abstract else wording.conditions(specification.metadata_query)
        test = f"{wording.limit(specification.test)} {specification.test.unit}".rstrip()
        cells = [_linked(label, view.definition(label)), rung or "", test, applies or ["every job"], tags]
        kind = "requirement" if specification.abstract else "specification"
        choices = [[label.partition(".")[0]], tags, [unit], [rung] if rung else [], [kind]]
        rows.append([cells, choices + [_values(specification, term) for term in terms]])
    facets = ["Package", "Tag", "Unit", "Level", "Kind", *(wording.TERMS.get(term, term) for term in terms)]
    columns = ["Specification", "Level", "Passes when", "Applies to", "Tags"]
    page.html(_table(view, "specifications", columns, facets, rows))
    return page


def _terms(specifications: Sequence[Specification]) -> list[str]:
    """Choose the terms of queries that readers can choose by: used most, with not too many values."""
    used: Counter[str] = Counter()
    values: dict[str, set[str]] = {}
    for specification in specifications:
        for term in specification.metadata_query:
            used[term] += 1
            values.setdefault(term, set()).update(_values(specification, term))
    short = {term: found for term, found in values.items() if all(len(value) <= _LONGEST_CHOICE for value in found)}
    fit = [term for term, found in short.items() if 1 < len(found) <= _MOST_CHOICES]
    ranked = sorted(fit, key=lambda term: (wording.rank(term), -used[term], term))
    known = [term for term in ranked if term in wording.TERMS]
    return known[:_MOST_TERMS] or ranked[:_MOST_TERMS]


def _values(specification: Specification, term: str) -> list[str]:
    value = specification.metadata_query.get(term)
    if value is None:
        return []
    if not is_condition(value):
        return [wording.plain(value)]
    listed = value.get("in")
    return [wording.plain(item) for item in listed] if isinstance(listed, list) else []


def _table(view: View, noun: str, columns: list[str], facets: list[str], rows: list[list[Any]]) -> str:
    used = [index for index in range(len(columns)) if any(cells[index] for cells, _ in rows)]
    data = {
        "noun": noun,
        "columns": [columns[index] for index in used],
        "facets": facets,
        "rows": [[[cells[index] for index in used], choices] for cells, choices in rows],
    }
    return render(_TEMPLATE, "table", view, {"data": data, "noun": noun, "count": len(rows)})


def tags_page(site: Site) -> Page:
    """Write the list of all tags."""
    page = Page(TAGS, "Tags")
    page.parents = [(OVERVIEW, "Reference")]
    view = View(site, page.docname)
    rows = [(tag, len(found[0]), len(found[1])) for tag, found in site.tags.items()]
    page.html(render(_TEMPLATE, "all_tags", view, {"rows": rows}))
    return page


def tag_page(site: Site, docname: str, tags: Sequence[str]) -> Page:
    """Write a page of one tag, or of many where there are thousands of them."""
    page = Page(docname, f"Tag {tags[0]}" if len(tags) == 1 else f"Tags {tags[0][:30]} to {tags[-1][:30]}")
    page.parents = [(OVERVIEW, "Reference"), (TAGS, "Tags")]
    page.definitions = [Definition("tag", tag, site.layout.tag(tag).anchor) for tag in tags]
    page.keywords = list(tags)
    view = View(site, docname)
    for tag in tags:
        metrics, specifications = site.tags[tag]
        by_metric: dict[str, list[str]] = {}
        for name in specifications:
            by_metric.setdefault(name.rpartition(".")[0], []).append(name)
        rows = [metric_row(site, name) for name in metrics]
        values = {"tag": tag, "metrics": rows, "specifications": by_metric, "count": len(specifications)}
        values |= {"anchor": site.layout.tag(tag).anchor, "alone": len(tags) == 1}
        page.html(render(_TEMPLATE, "tag", view, values))
    return page
