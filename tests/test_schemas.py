"""The published JSON Schemas: sound, complete, and where editors look for them."""

from __future__ import annotations

import dataclasses
import fnmatch
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from gnomon import schemas
from gnomon.merging import TESTS
from gnomon.metrics import Deprecation, Metric, Reference
from gnomon.queries import OPERATORS
from gnomon.specifications.kinds import TYPES
from gnomon.specifications.range import Range
from gnomon.specifications.threshold import OPERATORS as COMPARISONS
from gnomon.specifications.threshold import Threshold
from gnomon.specifications.tolerance import Tolerance
from gnomon.vocabulary import Term

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tools" / "gnomon" / "schemas"
FILES = ("metrics", "specification", "vocabulary")
OUTPUTS = ("check-1", "export-1", "inspect-1", "list-1", "report-1", "rule-1", "show-1")
STEMS = sorted(path.name.removesuffix(".schema.json") for path in FOLDER.glob("*.schema.json"))
DEFINITIONS = sorted(path for folder in ("metrics", "specs") for path in (ROOT / folder).rglob("*.y*ml"))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield a schema and all schemas in it."""
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from parts(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from parts(value)


def fields(schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the fields that a schema describes; what only refines them elsewhere is left out."""
    for part in parts(schema):
        if part.get("type") == "object" or "additionalProperties" in part:
            yield from part.get("properties", {}).items()


def test_every_file_and_output_has_a_schema() -> None:
    assert {*FILES, *OUTPUTS, "job-1"} <= set(STEMS)


@pytest.mark.parametrize("stem", STEMS)
def test_schemas_are_valid(stem: str) -> None:
    schema = schemas.load(stem)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    assert schema["$id"].endswith(f"/tools/gnomon/schemas/{stem}.schema.json")
    assert re.fullmatch(r"[A-Z].*[^.]", schema["title"])


@pytest.mark.parametrize("stem", STEMS)
def test_every_reference_leads_somewhere(stem: str) -> None:
    schema = schemas.load(stem)
    references = {part["$ref"] for part in parts(schema) if isinstance(part.get("$ref"), str)}
    known = {f"#/$defs/{name}" for name in schema.get("$defs", {})}
    assert references <= known | {"#"}
    assert known <= references


@pytest.mark.parametrize("stem", STEMS)
def test_every_field_has_a_description(stem: str) -> None:
    schema = schemas.load(stem)
    found = [*fields(schema), ("the schema", schema)]
    definitions = schema.get("$defs", {})
    without = [
        name
        for name, field in found
        if not str(
            (field | definitions.get(field.get("$ref", "").rpartition("/")[2], {}) | field).get("description", "")
        ).endswith(".")
    ]
    assert without == []


@pytest.mark.parametrize("stem", STEMS)
def test_the_text_of_a_schema_is_laid_out(stem: str) -> None:
    text = (FOLDER / f"{stem}.schema.json").read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"


# Outputs


@pytest.mark.parametrize("stem", OUTPUTS)
def test_outputs_name_their_schema_and_are_closed(stem: str) -> None:
    schema = schemas.load(stem)
    assert schema["properties"]["schema"]["const"] == f"gnomon/{stem.replace('-', '/')}"
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == set(schema["properties"])
    # Open on purpose: the terms of a query, the places by their pointers, and a partial, which holds what it likes.
    opened = [part for part in parts(schema) if part.get("type") == "object" and part.get("additionalProperties", True)]
    assert {part["description"].split()[0] for part in opened} <= {"Terms", "What", "A"}


def test_outputs_agree_on_what_they_share() -> None:
    show, export = schemas.load("show-1")["$defs"], schemas.load("export-1")["$defs"]
    assert {name: show[name] for name in export} == export


@pytest.mark.parametrize(
    ("stem", "document"),
    [
        ("check-1", {"schema": "gnomon/check/1"}),
        ("rule-1", {"schema": "gnomon/rule/2", "rules": []}),
        ("rule-1", {"schema": "gnomon/rule/1", "rules": [], "more": 1}),
        ("list-1", {"schema": "gnomon/list/1", "kind": "tags", "items": [{"name": "x", "metrics": 1}]}),
        ("list-1", {"schema": "gnomon/list/1", "kind": "rules", "items": []}),
        ("export-1", {"schema": "gnomon/export/1", "metrics": [{"name": "p.A"}], "specs": []}),
        (
            "export-1",
            {
                "schema": "gnomon/export/1",
                "metrics": [],
                "specs": [
                    {
                        "name": "p.A.s",
                        "type": "range",
                        "threshold": {"value": 1.0, "unit": "", "operator": "<"},
                        "metadata_query": {},
                        "tags": [],
                    }
                ],
            },
        ),
    ],
    ids=["missing", "version", "more", "row", "kind", "metric", "type"],
)
def test_outputs_of_another_form_are_refused(stem: str, document: dict[str, Any]) -> None:
    assert not Draft202012Validator(schemas.load(stem)).is_valid(document)


# What the loader reads

METRIC = schemas.load("metrics")["additionalProperties"]["properties"]
SPECIFICATION = schemas.load("specification")["properties"]
VOCABULARY = schemas.load("vocabulary")["additionalProperties"]["properties"]


def names(cls: type) -> set[str]:
    return {field.name for field in dataclasses.fields(cls)}


def reference() -> dict[str, Any]:
    found = METRIC["reference"]
    for part in parts(schemas.load("metrics")):
        if "doc" in part.get("properties", {}):
            found = part
    properties: dict[str, Any] = found["properties"]
    return properties


def test_fields_of_a_metric() -> None:
    spelled = {"unit_str": "unit", "references": "reference"}
    assert set(METRIC) == {spelled.get(name, name) for name in names(Metric) - {"extra"}}
    assert set(reference()) == names(Reference)
    assert set(METRIC["deprecated"]["properties"]) == names(Deprecation)


def test_fields_of_a_specification() -> None:
    assert set(SPECIFICATION) == {"id", "name", "metric", "base", "abstract", "tags", "metadata_query", *TYPES}
    assert tuple(TYPES) == TESTS


@pytest.mark.parametrize("name", TYPES)
def test_the_published_schema_has_the_part_of_each_type_of_test(name: str) -> None:
    """A type of test brings its schema along; the published file is for editors, and holds the same."""
    assert schemas.load("specification")["properties"][name] == dict(TYPES[name].test_type.schema)


@pytest.mark.parametrize(
    ("name", "cls"),
    [("threshold", Threshold), ("range", Range), ("tolerance", Tolerance)],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_fields_of_a_test(name: str, cls: type) -> None:
    assert set(SPECIFICATION[name]["properties"]) == names(cls)


def test_fields_of_a_vocabulary() -> None:
    assert set(VOCABULARY) == names(Term) - {"name", "key"}


def test_operators_of_a_threshold() -> None:
    assert tuple(SPECIFICATION["threshold"]["properties"]["operator"]["enum"]) == COMPARISONS


def test_conditions_of_a_query_are_open() -> None:
    assert OPERATORS
    assert "additionalProperties" not in SPECIFICATION["metadata_query"]


# Editors


def test_editors_find_the_schemas_of_this_repository() -> None:
    settings = json.loads((ROOT / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    mapped = {
        schema: [patterns] if isinstance(patterns, str) else patterns
        for schema, patterns in settings["yaml.schemas"].items()
    }
    assert sorted(mapped) == [f"./{relative(FOLDER)}/{stem}.schema.json" for stem in FILES]
    for path in map(relative, DEFINITIONS):
        expected = schema_of(path)
        found = [schema for schema, patterns in mapped.items() if any(matches(path, pattern) for pattern in patterns)]
        assert found == [f"./{relative(FOLDER)}/{expected}.schema.json"]
    assert settings["yaml.yamlVersion"] == "1.1"


def schema_of(path: str) -> str:
    if path == "specs/vocabulary.yaml":
        return "vocabulary"
    return "metrics" if path.startswith("metrics/") else "specification"


def matches(path: str, pattern: str) -> bool:
    """Match as editors do: `**/` stands for any number of folders, `*` for a name in one."""
    translated = "".join(
        "(?:[^/]+/)*" if piece == "**/" else "[^/]*" if piece == "*" else re.escape(piece)
        for piece in re.split(r"(\*\*/|\*)", pattern)
    )
    return re.fullmatch(translated, path) is not None


@pytest.mark.parametrize("path", DEFINITIONS, ids=relative)
def test_every_definition_names_its_schema(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    match = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert match is not None
    assert (path.parent / match[1]).resolve() == (FOLDER / f"{schema_of(relative(path))}.schema.json").resolve()


def test_there_are_definitions() -> None:
    assert fnmatch.filter(map(relative, DEFINITIONS), "metrics/*.yaml")
    assert fnmatch.filter(map(relative, DEFINITIONS), "specs/*/*.yaml")
