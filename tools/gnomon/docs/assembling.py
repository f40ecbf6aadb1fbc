"""All sources of the site by their paths: guides as they are, pages of the reference, and what dresses them."""

from __future__ import annotations

import posixpath
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from gnomon.docs import listing_pages, metric_page, package_pages, rule_pages
from gnomon.docs.layout import GLOSSARY, OVERVIEW, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jinja2 import Environment

    from gnomon.docs.page import Page
    from gnomon.docs.site import Site

_GUIDE_SUFFIXES = (".md", ".rst")


def sources(
    site: Site,
    guides: Mapping[str, bytes],
    definitions: str,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, bytes]:
    """Write everything that Sphinx reads, by path.

    Parameters
    ----------
    guides
        Files of the repository's folder ``docs``, relative to it.
    definitions
        All definitions as ``gnomon export`` writes them, for directives in guides.
    """
    found = {path: content for path, content in guides.items() if not path.startswith((f"{ROOT}/", "_"))}
    if not any(path in found for path in ("index.md", "index.rst")):
        found["index.rst"] = _text("index.rst", guides=sorted(_guides(found)))
        found["index.json"] = listing_pages.overview_page(site, "index", site.title).json.encode()
    found[f"{GLOSSARY}.rst"] = _text("glossary.rst", orphan=True)
    found["definitions.json"] = definitions.encode()
    for file in sorted((resources.files("gnomon.docs") / "theme").iterdir(), key=lambda item: item.name):
        found[f"_templates/{file.name}"] = file.read_bytes()
    total = len(site.metrics) + 1
    for number, page in enumerate(pages(site)):
        if progress is not None:
            progress(min(number, total - 1), total)
        data = f"{posixpath.basename(page.docname)}.json"
        found[f"{page.docname}.rst"] = _text("page.rst", data=data, orphan=page.docname != OVERVIEW)
        found[f"{page.docname}.json"] = page.json.encode()
    return found


def pages(site: Site) -> Iterator[Page]:
    """Write every page of the reference."""
    for name in site.metrics:
        yield metric_page.metric_page(site, name)
    for package in site.layout.packages:
        yield package_pages.package_page(site, package)
        yield package_pages.partials_page(site, package)
    for docname, tags in site.layout.tag_pages:
        yield listing_pages.tag_page(site, docname, tags)
    yield listing_pages.overview_page(site)
    yield listing_pages.metrics_page(site)
    yield listing_pages.specifications_page(site)
    yield listing_pages.tags_page(site)
    yield rule_pages.rules_page(site)
    for name in site.rules:
        yield rule_pages.rule_page(site, name)


def _guides(files: Mapping[str, bytes]) -> Iterator[str]:
    for path in files:
        stem, suffix = posixpath.splitext(path)
        if suffix in _GUIDE_SUFFIXES:
            yield stem


def _text(template: str, **values: object) -> bytes:
    """Render a template of reStructuredText; nothing that a definition says ever goes into one."""
    return _environment().get_template(template).render(**values).encode()


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415  # it comes with gnomon[docs]

    return Environment(
        loader=PackageLoader("gnomon", "docs/templates"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  # it is no HTML
        trim_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
