"""Directives that define a name on a hand-written page, and show what the definitions say of it."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from docutils import nodes
from docutils.parsers.rst import directives
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from sphinx import addnodes
from sphinx.directives import ObjectDescription
from sphinx.util import logging
from sphinx.util.nodes import make_id

from gnomon import schemas
from gnomon.errors import GnomonError
from gnomon.exporting import export
from gnomon.loader import load
from gnomon.opening import open_source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sphinx.addnodes import desc_content, desc_signature
    from sphinx.util.typing import OptionSpec

    from gnomon.sphinxext.domain import GnomonDomain

_LOGGER = logging.getLogger(__name__)


class _Description(ObjectDescription[str]):
    """A name, what the definitions say of it, and what the author adds."""

    option_spec: ClassVar[OptionSpec] = {**ObjectDescription.option_spec, "no-definition": directives.flag}

    def handle_signature(self, sig: str, signode: desc_signature) -> str:
        signode += addnodes.desc_annotation("", nodes.Text(f"{self.objtype} "))
        signode += addnodes.desc_name("", nodes.Text(sig))
        return sig

    def add_target_and_index(self, name: str, sig: str, signode: desc_signature) -> None:  # noqa: ARG002  # Sphinx's signature
        anchor = make_id(self.env, self.state.document, "", name)
        signode["ids"].append(anchor)
        domain = cast("GnomonDomain", self.env.get_domain("gnomon"))
        known = domain.objects.get((self.objtype, name))
        if known is not None:
            message = "%s %s is also defined in %s; use :no-index: for one of them"
            self._warn(message, self.objtype, name, known[0])
        domain.note(self.objtype, name, self.env.docname, anchor)

    def transform_content(self, content_node: desc_content) -> None:
        place = self.env.config.gnomon_definitions
        if place is None or "no-definition" in self.options or self.objtype not in {"metric", "specification"}:
            return
        path = Path(self.env.srcdir, place)
        if path.is_file():
            self.env.note_dependency(path)
        try:
            known = _definitions(path)
        except (OSError, ValueError, GnomonError) as error:
            self._warn("cannot read the definitions in %s (gnomon_definitions): %s", path, error)
            return
        for name in self.names:
            entry = known.get((self.objtype, name))
            if entry is None:
                self._warn("there is no %s %s in %s", self.objtype, name, path)
            else:
                content_node[:0] = list(_METHODS[self.objtype](entry))

    def _warn(self, message: str, *values: object) -> None:
        _LOGGER.warning(message, *values, location=self.get_location(), type="gnomon")


@lru_cache(maxsize=4)
def _definitions(path: Path) -> Mapping[tuple[str, str], dict[str, Any]]:
    """Read all definitions by kind and name, from a file of ``gnomon export`` or a metrics repository."""
    if path.is_file():
        found = json.loads(path.read_text(encoding="utf-8"))
        error = best_match(Draft202012Validator(schemas.load("export-1")).iter_errors(found))
        if error is not None:
            raise ValueError(f"`gnomon export` did not write it: {error.json_path}: {error.message[:200]}")
        metrics, specifications = found["metrics"], found["specs"]
    else:
        with open_source(path) as source:
            exported = export(load(source))
        metrics, specifications = exported.metrics, exported.specs
    return {
        **{("metric", entry["name"]): entry for entry in metrics},
        **{("specification", entry["name"]): entry for entry in specifications},
    }


def _metric(entry: dict[str, Any]) -> Iterator[nodes.Node]:
    for paragraph in filter(str.strip, entry["description"].splitlines()):
        yield nodes.paragraph("", "", nodes.Text(paragraph))
    rows = [("Unit", entry["unit"] or "dimensionless"), ("Tags", ", ".join(entry["tags"]))]
    if "deprecated" in entry:
        rows.insert(0, ("Deprecated", entry["deprecated"].get("reason") or "do not measure this any more"))
    yield _fields(rows)


def _specification(entry: dict[str, Any]) -> Iterator[nodes.Node]:
    test = ", ".join(f"{key} {value}" for key, value in entry[entry["type"]].items() if value not in (None, ""))
    query = "; ".join(f"{term} {value}" for term, value in entry["metadata_query"].items())
    applies = "no job: it is judged by its heirs" if entry.get("abstract") else query or "every job"
    yield _fields([(entry["type"].capitalize(), test), ("Applies to", applies), ("Tags", ", ".join(entry["tags"]))])


_METHODS = {"metric": _metric, "specification": _specification}


def _fields(rows: list[tuple[str, str]]) -> nodes.field_list:
    result = nodes.field_list()
    for name, value in rows:
        if value:
            body = nodes.field_body("", nodes.paragraph("", "", nodes.Text(value)))
            result += nodes.field("", nodes.field_name("", nodes.Text(name)), body)
    return result


DESCRIPTIONS = dict.fromkeys(("package", "metric", "specification", "partial", "tag"), _Description)
