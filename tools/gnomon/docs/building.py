"""Run Sphinx over the sources of a site."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
from html import escape
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO
from urllib.parse import quote

if TYPE_CHECKING:
    from gnomon.docs.writing import Workplace

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
        "extensions": ["myst_parser", "gnomon.sphinxext"],
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
            "header_links_before_dropdown": 8,
            "logo": {"text": escape(title)},
            "navbar_align": "left",
            "navbar_end": ["theme-switcher"],
            "search_bar_text": "Search",
            "secondary_sidebar_items": ["page-toc"],
            "show_prev_next": False,
        },
        "html_sidebars": {"reference/**": ["gnomon-sidebar.html"], "search": []},
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


def run_sphinx(place: Workplace, settings: dict[str, Any], status: TextIO | None) -> tuple[list[str], list[str]]:
    """Build the pages.

    Parameters
    ----------
    status
        Where to show progress.

    Returns
    -------
    docnames
        Of all pages.
    warnings
        What Sphinx complains of, one text each.
    """
    from sphinx.application import Sphinx  # noqa: PLC0415  # half a second, and an extra
    from sphinx.util.docutils import docutils_namespace, patch_docutils  # noqa: PLC0415

    static = place.output / "_static"
    static.mkdir(exist_ok=True)
    for name in ("gnomon.css", "gnomon.js", "gnomon.svg"):
        shutil.copyfile(_STATIC / name, static / name)  # Sphinx copies nothing from inside of its output
    warnings = io.StringIO()
    processes = max(1, min(os.cpu_count() or 1, _MOST_PROCESSES))
    with patch_docutils(None), docutils_namespace():
        app = Sphinx(
            srcdir=place.sources,
            confdir=None,
            outdir=place.output,
            doctreedir=place.doctrees,
            buildername="html",
            confoverrides={**settings, "html_search_scorer": str(_STATIC / "scorer.js")},
            status=status,
            warning=warnings,
            parallel=processes,
        )
        app.build()
        found = sorted(app.env.found_docs)
    (place.output / ".buildinfo.bak").unlink(missing_ok=True)  # what differed from the build before
    lines = _COLOURS.sub("", warnings.getvalue()).replace(f"{place.sources}{os.sep}", "docs/").splitlines()
    return found, [line for line in lines if line.strip()]


def write_sitemap(place: Workplace, docnames: list[str], base_url: str | None) -> None:
    """List all pages for search engines, where it is known what their addresses will be."""
    path = place.output / "sitemap.xml"
    if base_url is None:
        path.unlink(missing_ok=True)
        return
    base = base_url.rstrip("/")
    entries = "".join(f"<url><loc>{escape(f'{base}/{quote(name)}.html')}</loc></url>\n" for name in docnames)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    path.write_text(f"{head}{entries}</urlset>\n", encoding="utf-8")


def start_anew(place: Workplace) -> None:
    """Forget what Sphinx has read, and remove what it has written."""
    shutil.rmtree(place.doctrees, ignore_errors=True)
