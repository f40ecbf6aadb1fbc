"""An extension of Sphinx: an image of a guide that has a variant for dark pages is replaced by it there.

The variant of ``images/grid.svg`` is ``images/grid-dark.svg``. The classes are those by which the theme shows an
image in one mode only; an SVG cannot know the mode by itself, since readers choose it on the page.
"""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms import SphinxTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata


def variant(path: str) -> str:
    """Name the variant of an image for dark pages."""
    name = PurePosixPath(path)
    return str(name.with_name(f"{name.stem}-dark{name.suffix}"))


class DarkImages(SphinxTransform):
    """Puts the variant of an image beside it."""

    default_priority = 500

    def apply(self, **_: Any) -> None:
        """Look for the variants of all images of a document."""
        for image in list(self.document.findall(nodes.image)):
            uri = image["uri"]
            # Of an address, which may be a whole image, nothing is on disk; a name may be none that a disk can hold.
            if ":" in uri or not PurePosixPath(uri).name:
                continue
            if not os.path.isfile(self.env.relfn2path(variant(uri), self.env.docname)[1]):  # noqa: PTH113  # it never raises
                continue
            dark = image.deepcopy()
            dark["uri"] = variant(uri)
            for node, mode in ((image, "only-light"), (dark, "only-dark")):
                node["classes"] = [*node["classes"], mode]
            image.parent.insert(image.parent.index(image) + 1, dark)


def new_variants(_app: Sphinx, env: BuildEnvironment, *_: Any) -> list[str]:
    """Give the documents with an image that has a variant by now."""
    return [
        docname
        for path, (docnames, _) in env.images.items()
        if variant(path) not in env.images and Path(env.srcdir, variant(path)).is_file()
        for docname in docnames
    ]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Tell Sphinx of the transform."""
    app.add_transform(DarkImages)
    app.connect("env-get-outdated", new_variants)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
