"""Run Sphinx over the sources of a site."""

from __future__ import annotations

import copy
import hashlib
import io
import json
import os
import re
import shutil
from dataclasses import dataclass
from html import escape
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO
from urllib.parse import quote

from gnomon.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gnomon.docs.workplace import Workplace

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_TOOLS = ("sphinx", "pydata-sphinx-theme", "myst-parser", "docutils", "Jinja2", "Pygments")
_MOST_PROCESSES = 4
_STATIC = Path(__file__).parent / "static"


def configuration(title: str, base_url: str | None, announcement: str | None) -> dict[str, Any]:
    """Give the settings of Sphinx; a repository has none of its own, since they would be a program to run."""
    return {
        "project": title,
        "html_title": title,
        "html_short_title": title,
        "language": "en",
        "extensions": ["myst_parser", "gnomon.sphinxext", "gnomon.docs.dark_images"],
        "gnomon_definitions": "definitions.json",
        "exclude_patterns": ["_*", "**/_*"],
        "templates_path": ["_templates"],
        "nitpicky": True,
        "smartquotes": False,  # what a definition says is shown as it is
        "highlight_language": "none",
        "myst_enable_extensions": ["attrs_inline", "colon_fence", "deflist"],
        "myst_heading_anchors": 4,
        "html_context": {"default_mode": "auto"},
        "html_theme": "pydata_sphinx_theme",
        "html_theme_options": {
            "announcement": escape(announcement or ""),
            "article_header_start": ["breadcrumbs"],
            "footer_start": [],
            "footer_end": [],
            "header_links_before_dropdown": 5,  # more are a second row, at 1280 px
            "logo": {"text": escape(title)},
            "navbar_align": "left",
            "navbar_end": ["theme-switcher"],
            "search_bar_text": "Search",
            "secondary_sidebar_items": ["page-toc"],
            "show_prev_next": False,
        },
        "html_sidebars": {"**": ["gnomon-sidebar.html"], "search": []},
        "html_css_files": ["gnomon.css"],
        "html_js_files": ["gnomon.js"],
        "html_baseurl": base_url or "",
        "html_copy_source": False,
        "html_show_copyright": False,
        "html_show_sourcelink": False,
        "html_show_sphinx": False,
        "html_use_index": False,
        "html_domain_indices": False,
    }


def tools() -> str:
    """Name the programs that pages are made with, so that those of others are made anew."""
    root = Path(__file__).parent.parent
    found = hashlib.sha256(" ".join(f"{name} {metadata.version(name)}" for name in _TOOLS).encode())
    for folder in (root / "docs", root / "sphinxext"):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                found.update(path.read_bytes())
    return found.hexdigest()[:16]


@dataclass(frozen=True)
class Built:
    """What Sphinx has made.

    Attributes
    ----------
    docnames
        Of all pages.
    warnings
        What Sphinx complains of, one text each.
    search_index
        The words of all pages.
    """

    docnames: list[str]
    warnings: list[str]
    search_index: str


def run_sphinx(place: Workplace, settings: dict[str, Any], status: TextIO | None) -> Built:
    """Build the pages.

    Parameters
    ----------
    status
        Where to show progress.
    """
    from sphinx.application import Sphinx  # noqa: PLC0415  # an extra, and slow
    from sphinx.errors import SphinxParallelError  # noqa: PLC0415
    from sphinx.util.docutils import docutils_namespace, patch_docutils  # noqa: PLC0415

    from gnomon.docs.guarding import guard  # noqa: PLC0415  # it needs an extra

    static = place.stage / "_static"
    static.mkdir(parents=True, exist_ok=True)
    for name in ("gnomon.css", "gnomon.js", "gnomon.svg", "search.js"):
        # Not by `html_static_path`: where gnomon is installed would be a setting, which pages are made anew for.
        shutil.copyfile(_STATIC / name, static / name)
    warnings = io.StringIO()
    processes = max(1, min(os.cpu_count() or 1, _MOST_PROCESSES))
    # Without a folder docutils would heed the `docutils.conf` of the working directory, which can name files to write.
    with patch_docutils(_STATIC), docutils_namespace():
        app = Sphinx(
            srcdir=place.sources,
            confdir=None,
            outdir=place.stage,
            doctreedir=place.doctrees,
            buildername="html",
            # A copy, since the theme changes its options.
            confoverrides={**copy.deepcopy(settings), "html_search_scorer": str(_STATIC / "scorer.js")},
            status=status,
            warning=warnings,
            parallel=processes,
        )
        guard(app)
        try:
            app.build()
        except (RecursionError, SphinxParallelError) as error:
            if "RecursionError" in (type(error).__name__, *str(error).split(":")):
                raise UsageError("a guide in docs/ is nested too deep for Sphinx") from error
            raise
        found = sorted(app.env.found_docs)
        entries = app.env.domains.index_domain.entries
        words = (place.stage / "searchindex.js").read_text(encoding="utf-8")
    lines = _COLOURS.sub("", warnings.getvalue()).replace(f"{place.sources}{os.sep}", "docs/").splitlines()
    return Built(found, [line for line in lines if line.strip()], _whole(words, entries))


def _whole(index: str, entries: Mapping[str, Sequence[tuple[Any, ...]]]) -> str:
    """Make a search index what it would be if all pages were new.

    Where only some are, Sphinx forgets the index entries of the others, and keeps words that are nowhere any more.
    """
    from sphinx.util.index_entries import split_index_msg  # noqa: PLC0415  # an extra

    data = json.loads(index.removeprefix("Search.setIndex(").removesuffix(")"))
    numbers = {docname: number for number, docname in enumerate(data["docnames"])}
    found: dict[str, set[tuple[int, str, bool]]] = {}
    for docname, items in entries.items():
        for kind, value, target, main, _key in items:
            for word in split_index_msg(kind, value):
                found.setdefault(word.lower(), set()).add((numbers[docname], target or "", main == "main"))
    data["indexentries"] = {word: sorted(places) for word, places in found.items()}
    for part in ("terms", "titleterms"):
        data[part] = {word: pages for word, pages in data[part].items() if pages != []}
    return f"Search.setIndex({json.dumps(data, sort_keys=True, separators=(',', ':'))})"


def sitemap(docnames: list[str], base_url: str | None) -> dict[str, bytes]:
    """List all pages for search engines, where it is known what their addresses will be."""
    if base_url is None:
        return {}
    entries = "".join(f"<url><loc>{escape(f'{base_url}/{quote(name)}.html')}</loc></url>\n" for name in docnames)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return {"sitemap.xml": f"{head}{entries}</urlset>\n".encode()}
