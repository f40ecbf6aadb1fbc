"""The domain: which names there are and where, and how they are linked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from sphinx.domains import Domain, ObjType
from sphinx.roles import XRefRole
from sphinx.util.nodes import make_refnode

from gnomon.sphinxext.describing import DESCRIPTIONS
from gnomon.sphinxext.pages import PageDirective

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from docutils.nodes import Element, reference
    from sphinx.addnodes import pending_xref
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

KINDS = ("package", "metric", "specification", "partial", "tag")
# What a reader of an inventory would take for the end of a name and the next fields.
_UNLISTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]|\s\S+:\S+\s+-?\d+\s|^\s|\s$|^#|^$")


class _Role(XRefRole):
    """A link by full name; ``~`` shows its last part only."""

    def process_link(
        self,
        env: BuildEnvironment,  # noqa: ARG002  # Sphinx's signature
        refnode: Element,  # noqa: ARG002  # Sphinx's signature
        has_explicit_title: bool,  # noqa: FBT001  # Sphinx's signature
        title: str,
        target: str,
    ) -> tuple[str, str]:
        if not has_explicit_title and title.startswith("~"):
            title = re.split(r"[.#]", title[1:])[-1]
        return title, target.lstrip("~")


class GnomonDomain(Domain):
    """Packages, metrics, specifications, partials and tags."""

    name = "gnomon"
    label = "gnomon"
    object_types: ClassVar[dict[str, ObjType]] = {kind: ObjType(kind, kind) for kind in KINDS}
    roles: ClassVar[dict[str, Any]] = {kind: _Role(warn_dangling=True) for kind in KINDS}
    directives: ClassVar[dict[str, Any]] = {**DESCRIPTIONS, "page": PageDirective}
    initial_data: ClassVar[dict[str, Any]] = {"objects": {}, "pages": {}}
    data_version = 1

    @property
    def objects(self) -> dict[tuple[str, str], tuple[str, str]]:
        """Page and anchor of each name, by kind and name."""
        found: dict[tuple[str, str], tuple[str, str]] = self.data["objects"]
        return found

    def note(self, kind: str, name: str, docname: str, anchor: str) -> None:
        """Note where a name is, as our object and as a label of Sphinx, which projects without this extension link.

        ``:ref:`` asks for labels in lower case; both spellings are there, and of names that differ in case only the
        first has the lower one.
        """
        self.objects[kind, name] = (docname, anchor)
        if _UNLISTABLE.search(name):
            return
        standard = self.env.domains.standard_domain
        label = f"tag:{name}" if kind == "tag" else f"package:{name}" if kind == "package" else name
        for spelling in dict.fromkeys((label, label.lower())):
            if spelling == label or spelling not in standard.labels:
                standard.anonlabels[spelling] = (docname, anchor)
                standard.labels[spelling] = (docname, anchor, name)

    def clear_doc(self, docname: str) -> None:
        """Forget what a page defined."""
        for key in [key for key, place in self.objects.items() if place[0] == docname]:
            del self.objects[key]
        self.data["pages"].pop(docname, None)

    def merge_domaindata(self, docnames: AbstractSet[str], otherdata: dict[str, Any]) -> None:
        """Take over what another process has read."""
        self.objects.update({key: place for key, place in otherdata["objects"].items() if place[0] in docnames})
        self.data["pages"].update({name: page for name, page in otherdata["pages"].items() if name in docnames})

    def resolve_xref(
        self,
        env: BuildEnvironment,  # noqa: ARG002  # Sphinx's signature
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,  # noqa: ARG002  # Sphinx's signature
        contnode: Element,
    ) -> reference | None:
        """Link a name."""
        place = self.objects.get((typ, target))
        return make_refnode(builder, fromdocname, *place, contnode, target) if place is not None else None

    def resolve_any_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        target: str,
        node: pending_xref,
        contnode: Element,
    ) -> list[tuple[str, reference]]:
        """Link a name of any kind."""
        found = (
            (f"gnomon:{kind}", self.resolve_xref(env, fromdocname, builder, kind, target, node, contnode))
            for kind in KINDS
        )
        return [(role, link) for role, link in found if link is not None]

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        """Yield everything for the inventory; a search finds pages by their words instead."""
        for (kind, name), (docname, anchor) in sorted(self.objects.items()):
            if not _UNLISTABLE.search(name):
                yield name, name, kind, docname, anchor, -1

    def get_full_qualified_name(self, node: Element) -> str | None:
        """Give the name that a link asks for."""
        target = node.get("reftarget")
        return str(target) if target is not None else None
