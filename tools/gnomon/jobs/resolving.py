"""Resolve a document that somebody made in Python against specifications and partials, by the loader's own rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gnomon.documents import NAMELESS, SpecificationDocument, read_specification
from gnomon.errors import SpecificationResolutionError
from gnomon.inheritance import resolve
from gnomon.nodes import Mapping as MappingNode
from gnomon.nodes import node_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gnomon.jobs.specification_set import SpecificationPartial
    from gnomon.specifications import Specification


def resolve_document(
    doc: Mapping[str, Any], specifications: Iterable[Specification], partials: Iterable[SpecificationPartial]
) -> dict[str, Any]:
    """Merge the bases of a document into it; see `gnomon.SpecificationSet.resolve_document`."""
    known = [_document(_fields(specification), str(specification.name.package)) for specification in specifications]
    known += [_document({**partial.json, "id": partial.name}, None) for partial in partials]
    made = _document(dict(doc), None)
    resolve([*known, made])
    if made.causes or made.content is None:
        raise SpecificationResolutionError("; ".join(f"{cause.message}" for cause in made.causes))
    own = {key: value for key, value in doc.items() if key in {"id", "abstract"}}
    if made.kind == "specification" and made.spec != NAMELESS:
        own["name"] = made.label
    if made.metric is not None:
        own["metric"] = made.metric_label
    return {**own, **made.content.data}


def _fields(specification: Specification) -> dict[str, Any]:
    fields = specification.json
    return {key: value for key, value in fields.items() if key != "type"}


def _document(fields: dict[str, Any], package: str | None) -> SpecificationDocument:
    """Read a document; what its names and bases say tells the package, where it is not known."""
    path = ""
    identifier = fields.get("id")
    if isinstance(identifier, str) and "#" in identifier:
        before, _, name = identifier.rpartition("#")
        owner, _, path = before.rpartition(":")
        package, fields = package or owner, {**fields, "id": name}
    root = node_of(fields)
    assert isinstance(root, MappingNode)  # noqa: S101  # it was made from a dict
    document, _ = read_specification(package or _package_of(fields), path, root)
    return document


def _package_of(fields: Mapping[str, Any]) -> str:
    for key, parts in (("name", 3), ("metric", 2)):
        value = fields.get(key)
        if isinstance(value, str) and value.count(".") == parts - 1:
            return value.partition(".")[0]
    bases = fields.get("base")
    for base in [bases] if isinstance(bases, str) else bases or ():
        if ":" in base:
            return str(base).partition(":")[0]
        if base.count(".") == 2:  # noqa: PLR2004  # package.metric.spec
            return str(base).partition(".")[0]
    raise SpecificationResolutionError("the document does not say of which package it is: give its name in full")
