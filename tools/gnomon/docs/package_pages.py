"""The pages of a package: its metrics, and its partials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gnomon.docs import wording
from gnomon.docs.layout import OVERVIEW, slug
from gnomon.docs.page import Definition, Page, render
from gnomon.docs.site import View

if TYPE_CHECKING:
    from gnomon.docs.site import Site

_TEMPLATE = "package.html"


def package_page(site: Site, package: str) -> Page:
    """Write the page of a package: its metrics with what tests them."""
    page = Page(site.layout.package(package).docname, package)
    page.definitions = [Definition("package", package)]
    page.parents = [(OVERVIEW, "Reference")]
    page.entries = [package]
    view = View(site, page.docname)
    names = [name for name in site.metrics if name.partition(".")[0] == package]
    rows = [{**metric_row(site, name), "shown": name.partition(".")[2]} for name in names]
    partials = [label for label in site.registry.partials if label.partition(":")[0] == package]
    values = {
        "package": package,
        "rows": rows,
        "specifications": sum(len(site.tests.get(name, [])) for name in names),
        "partials": len(partials),
        "partials_page": site.layout.partials(package).docname,
        "faults": [fault for name, found in site.faults.items() for fault in found if _is_in(name, package)],
    }
    page.html(render(_TEMPLATE, "facts", view, values))
    page.section("metrics", "Metrics", render(_TEMPLATE, "metrics", view, values))
    return page


def metric_row(site: Site, name: str) -> dict[str, Any]:
    """Give what a table of metrics says of one."""
    return {"name": name, "shown": name, "metric": site.metrics[name], "tests": len(site.tests.get(name, []))}


def _is_in(name: str, package: str) -> bool:
    return name.startswith((f"{package}.", f"{package}:"))


def partials_page(site: Site, package: str) -> Page:
    """Write the page of the partials of a package: what each gives, and to whom."""
    page = Page(site.layout.partials(package).docname, f"Partials of {package}")
    page.parents = [(OVERVIEW, "Reference"), (site.layout.package(package).docname, package)]
    view = View(site, page.docname)
    rows = []
    for label, document in sorted(site.registry.partials.items()):
        if document.package != package:
            continue
        page.definitions.append(Definition("partial", label, slug(label)))
        explanation = site.explanations[label]
        traced = list(wording.traced(explanation))
        heirs = [link.name for link in explanation.heirs]
        row = {"name": label, "anchor": slug(label), "explanation": explanation, "traced": traced, "heirs": heirs}
        rows.append(row)
        page.keywords.append(label.partition("#")[2])
    page.html(render(_TEMPLATE, "partials", view, {"rows": rows, "package": package}))
    return page
