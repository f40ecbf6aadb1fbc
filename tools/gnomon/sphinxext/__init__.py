"""A Sphinx extension: packages, metrics, specifications, partials and tags as objects of a domain ``gnomon``.

In any project's ``conf.py``::

    extensions = ["gnomon.sphinxext", "sphinx.ext.intersphinx"]
    intersphinx_mapping = {"metrics": ("https://example.org/metrics", None)}

Then ``:gnomon:metric:`validate_drp.PA1``` links a metric of that site. With ``gnomon_definitions`` set to a metrics
repository, or to a file that ``gnomon export`` wrote, ``.. gnomon:metric:: validate_drp.PA1`` shows one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gnomon._version import __version__
from gnomon.sphinxext.domain import GnomonDomain
from gnomon.sphinxext.pages import add_navigation, fragment, skip, write_html

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

__all__ = ["setup"]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Make Sphinx know the domain."""
    app.add_config_value("gnomon_definitions", None, "env", types=frozenset({str, type(None)}))
    app.add_domain(GnomonDomain)
    no = (skip, None)
    app.add_node(fragment, html=(write_html, None), latex=no, text=no, man=no, texinfo=no)
    app.connect("html-page-context", add_navigation)
    return {"version": __version__, "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
