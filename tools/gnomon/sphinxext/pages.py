"""The directive ``gnomon:page``: a page that gnomon has written, from the file beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

from docutils import nodes
from markupsafe import escape
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

    from gnomon.sphinxext.domain import GnomonDomain


class fragment(nodes.General, nodes.Element):  # noqa: N801  # nodes of docutils are in lower case
    """HTML that gnomon's templates made; unlike what is in a `raw` node, a search does not look into it."""


def write_html(translator: HTML5Translator, node: fragment) -> NoReturn:
    """Write the HTML as it is."""
    translator.body.append(node["html"])
    raise nodes.SkipNode


def skip(_translator: object, _node: fragment) -> NoReturn:
    """Leave it out where there is no HTML."""
    raise nodes.SkipNode


class PageDirective(SphinxDirective):
    """Make a page of the file that gnomon wrote for it; what definitions say gets into text nodes only."""

    required_arguments = 1
    has_content = False

    def run(self) -> list[Node]:
        """Give the nodes of the page."""
        source = Path(self.env.doc2path(self.env.docname))
        path = source.parent / Path(self.arguments[0]).name
        self.env.note_dependency(path)
        try:
            page: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return self._nodes(page)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise self.error(f"`gnomon docs` did not write {path.name}: {type(error).__name__}: {error}") from error

    def _nodes(self, page: dict[str, Any]) -> list[Node]:
        domain = cast("GnomonDomain", self.env.get_domain("gnomon"))
        for kind, name, anchor in page["definitions"]:
            domain.note(kind, name, self.env.docname, anchor)
        domain.data["pages"][self.env.docname] = {"parents": page["parents"], "siblings": page["siblings"]}
        section = nodes.section(ids=["gnomon-page"], classes=["gnomon-page"])
        section += nodes.title(page["title"], "", nodes.Text(page["title"]))
        if page["entries"]:
            words = [("single", entry.replace(";", ","), "", "", None) for entry in page["entries"]]
            section += addnodes.index(entries=words, inline=False)
        section += [_node(block) for block in page["body"]]
        result: list[Node] = [section]
        if page["keywords"]:
            result.insert(0, nodes.meta(name="keywords", content=", ".join(page["keywords"])))
        return result


def _node(block: dict[str, Any]) -> nodes.Element:
    if "html" in block:
        if not isinstance(block["html"], str):
            raise TypeError("HTML is text")
        return fragment(html=block["html"])
    if "text" in block:
        classes = [block["class"]] if block["class"] else []
        return nodes.paragraph(block["text"], "", nodes.Text(block["text"]), classes=classes)
    section = nodes.section(ids=[block["id"]])
    # A search for "history" is for the guide that tells of it, not for every page that has one.
    section += nodes.title(block["section"], "", nodes.Text(block["section"]), classes=["no-search"])
    section += [_node(inner) for inner in block["body"]]
    return section


def add_navigation(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _doctree: nodes.document | None
) -> None:
    """Give templates the pages above and beside one of ours, and the packages."""
    domain = cast("GnomonDomain", app.env.get_domain("gnomon"))
    page = domain.data["pages"].get(pagename)
    if page is None:
        return

    def link(docname: str, title: str) -> dict[str, str]:
        return {"link": app.builder.get_relative_uri(pagename, docname), "title": str(escape(title))}

    context["parents"] = [link(docname, title) for docname, title in page["parents"]]
    context["gnomon_siblings"] = [
        {**link(docname, title), "current": docname == pagename} for docname, title in page["siblings"]
    ]
    packages = sorted((name, place[0]) for (kind, name), place in domain.objects.items() if kind == "package")
    above = {docname for docname, _ in page["parents"]} | {pagename}
    context["gnomon_packages"] = [
        {**link(docname, name), "current": docname == pagename, "open": docname in above} for name, docname in packages
    ]
