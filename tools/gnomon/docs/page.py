"""A page as a value: text that is searched, HTML that our templates made, and the names that are defined on it.

No text of a definition passes through a markup parser: it becomes a text node of the document, or goes through a
template that escapes everything it is given.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from gnomon.docs.wording import unit
from gnomon.render.terminal import clean, expand

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jinja2 import Environment

    from gnomon.docs.site import View

Block = dict[str, Any]
_WEB = re.compile(r"https?://[^\s/?#<>\"\\^`{|}@]+\.?(?:[/?#][^\s<>\"\\^`{|}]*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Definition:
    """A name that other pages and projects can link: a package, metric, specification, partial or tag."""

    kind: str
    name: str
    anchor: str = ""


@dataclass
class Page:
    """A page of the reference.

    Attributes
    ----------
    docname
        Its place, without extension.
    title
        As people read it.
    parents
        Pages above it, from the top, as names of pages and titles.
    keywords
        Words that a search finds it by, besides those of its text.
    siblings
        Pages to list beside it, as names of pages and titles.
    entries
        Words whose search should give this page first.
    """

    docname: str
    title: str
    definitions: list[Definition] = field(default_factory=list)
    parents: list[tuple[str, str]] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)
    siblings: list[tuple[str, str]] = field(default_factory=list)
    body: list[Block] = field(default_factory=list)

    def text(self, text: str, css: str = "") -> None:
        """Add paragraphs of text that a search looks through."""
        self.body.extend({"text": clean(part), "class": css} for part in text.splitlines() if part.strip())

    def html(self, html: str) -> None:
        """Add HTML that a template made; a search does not look into it."""
        if html.strip():
            self.body.append({"html": html})

    def section(self, anchor: str, title: str, html: str) -> None:
        """Add a section of HTML, unless it is empty."""
        if html.strip():
            self.body.append({"section": title, "id": anchor, "body": [{"html": html}]})

    @property
    def json(self) -> str:
        """Everything, as the directive ``gnomon:page`` reads it; what no file can hold is replaced."""
        content = {
            "title": clean(self.title),
            "definitions": [[item.kind, item.name, item.anchor] for item in self.definitions],
            "parents": [[docname, clean(title)] for docname, title in self.parents],
            "siblings": [[docname, clean(title)] for docname, title in self.siblings],
            "keywords": sorted({clean(word) for phrase in self.keywords for word in phrase.replace(",", " ").split()}),
            "entries": [clean(entry) for entry in self.entries],
            "body": self.body,
        }
        return json.dumps(content, ensure_ascii=True, indent=0) + "\n"


def render(template: str, block: str, view: View, values: Mapping[str, Any]) -> str:
    """Render one block of a template, as HTML."""
    found = _environment().get_template(template)
    context = found.new_context({**values, "to": view, "site": view.site})
    return "".join(found.blocks[block](context)).strip()


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415  # it comes with gnomon[docs]

    environment = Environment(
        autoescape=True,  # for every template: there is nothing but HTML
        loader=PackageLoader("gnomon", "docs/templates"),
        undefined=StrictUndefined,
        finalize=_shown,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        code=_code, unit=unit, web=web_address, embedded=_embedded, shortened=_shortened, breakable=_breakable
    )
    return environment


def _shown(value: Any) -> Any:
    """Show control characters and marks that turn the direction of writing as what they are."""
    if type(value) is not str:
        return value  # not a text, or HTML already
    return "\n".join(expand(line) for line in value.split("\n"))


def web_address(text: str) -> str | None:
    """Give a text where it is an address on the web, and None for everything else, such as a script."""
    return text if _WEB.fullmatch(text) and clean(text) == text else None


def _code(text: str) -> Any:
    """Set what stands between backticks as code, and escape everything."""
    from markupsafe import Markup, escape  # noqa: PLC0415  # comes with Jinja2

    parts = [clean(part) for part in text.split("`")]
    if len(parts) % 2 == 0:
        return escape(text)
    return Markup("").join(  # every part is escaped by this
        Markup("<code>{}</code>").format(part) if index % 2 else escape(part) for index, part in enumerate(parts)
    )


def _breakable(name: str) -> Any:
    """Let a long name go on in the next line after its dots and underscores, and escape everything."""
    from markupsafe import Markup, escape  # noqa: PLC0415  # comes with Jinja2

    return Markup("<wbr>").join(escape(clean(part)) for part in re.split(r"(?<=[._])(?=[^._])", name))


def _embedded(value: Any) -> Any:
    """Write data into a page as JSON that no parser of HTML takes for anything else."""
    from markupsafe import Markup  # noqa: PLC0415  # comes with Jinja2

    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704  # escaped here


def _shortened(items: Iterable[Any], most: int) -> list[Any]:
    return list(items)[:most]
