"""What holds for every repository that anybody could write."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gnomon.errors import DefinitionError
from gnomon.explaining import explain
from gnomon.exporting import export, export_lsst
from gnomon.loader import load
from gnomon.rules import CATALOGUE, check
from gnomon.sources import Memory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gnomon.diagnostics import Place
    from gnomon.registry import Registry
    from gnomon.rules import Result

SOUND: dict[str, str | bytes] = {
    "metrics/p.yaml": "A: {unit: mmag, description: Scatter of magnitudes.}\n",
    "specs/p/a.yaml": "name: s\nmetric: A\nthreshold: {operator: '<=', value: 5, unit: mmag}\n",
}
PATHS = [
    *("metrics/p.yaml", "metrics/q.yaml", "metrics/p.q.yaml", "metrics/p.yml", "metrics/deep/p.yaml"),
    *("specs/p/a.yaml", "specs/p/b.yml", "specs/p/deep/a.yaml", "specs/q/a.yaml", "specs/p.q/a.yaml", "specs/p/é.yaml"),
    *("specs/a.yaml", "specs/vocabulary.yaml", "specs/p/A.YAML", "gnomon.toml", "pyproject.toml", "specs/p/README.md"),
]
SETTINGS = settings(max_examples=150)


def checked(files: Mapping[str, str | bytes]) -> tuple[Registry, Result]:
    registry = load(Memory(files), rules=CATALOGUE)
    return registry, check(registry)


def judge(files: Mapping[str, str | bytes]) -> None:
    """Use all of a repository, and hold it to everything that must be true of any."""
    registry, result = checked(files)
    for finding in result.findings:
        found = finding.diagnostic
        assert found.rule in CATALOGUE
        assert found.message
        assert_exists(found.place, registry, files)
        for related in found.related:
            assert_exists(related.place, registry, files)
        for edit in found.fix.edits if found.fix is not None else ():
            assert_exists(edit.place, registry, files)
    whole, original = export(registry), export_lsst(registry)
    json.dumps([whole.metrics, whole.specs, original.metrics, original.specs], allow_nan=False)
    names = [entry["name"] for entry in whole.metrics + whole.specs]
    assert len(set(names)) == len(names)
    for label in {*map(str, registry.metrics), *registry.specifications, *registry.partials}:
        explained = explain(registry, label)
        json.dumps(explained.resolved, allow_nan=False)
        for origin in explained.origins.values():
            assert_exists(origin.place, registry, files)
        assert explained.resolved is not None or explained.causes
    if registry.unresolved:
        with pytest.raises(DefinitionError):
            registry.require()


def assert_exists(place: Place, registry: Registry, files: Mapping[str, str | bytes]) -> None:
    assert place.path in files
    content = files[place.path]
    text = content if isinstance(content, str) else content.decode("utf-8", "replace")
    known = registry.texts.get(place.path)
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if known is not None:
        lines = [known.line(number) for number in range(1, known.line_count + 1)]
    assert 1 <= place.line <= place.end_line <= len(lines)
    assert 1 <= place.column <= len(lines[place.line - 1]) + 1
    assert 1 <= place.end_column <= len(lines[place.end_line - 1]) + 1
    assert (place.line, place.column) <= (place.end_line, place.end_column)


# Any bytes at all

SNIPPETS = [
    *(b"name: s\n", b"metric: A\n", b"id: x\n", b"base: '#x'\n", b"base: A.s\n", b"tags: [a]\n", b"---\n", b"...\n"),
    *(b"threshold: {operator: '<=', value: 5, unit: mmag}\n", b"range: {lower: 1, unit: s}\n", b"A: {unit: s}\n"),
    *(b"  ", b"- ", b": ", b"{", b"}", b"[", b"]", b"&a ", b"*a", b"<<: ", b"!!set ", b"!!map x", b"!!int x", b"|\n"),
    *(b">\n", b"'", b'"', b"#", b"%YAML 1.1\n", b"\t", b"\r", b"\r\n", b"\x00", b"\x07", b"\x85", b"\xe2\x80\xa8"),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf0\x9f\x94\xad", b"1e-6", b"012", b"~"),
    *(b"1__0", b".nan", b"2026-13-45", b"=", b"<<", b"[tool.gnomon]\n", b"rules = ", b"ignore = [1]\n", b"fail-on="),
]  # fmt: skip
any_bytes = st.binary(max_size=60) | st.lists(st.sampled_from(SNIPPETS), max_size=14).map(b"".join)


@SETTINGS
@given(st.sampled_from(PATHS), any_bytes)
def test_any_bytes_may_stand_in_any_file(path: str, content: bytes) -> None:
    judge({**SOUND, path: content})


@SETTINGS
@given(st.dictionaries(st.sampled_from(PATHS), any_bytes, max_size=4))
def test_any_files_may_stand_beside_each_other(files: dict[str, bytes]) -> None:
    judge(files)


@SETTINGS
@given(
    st.text("abAB./-_#: é\n\t\u202e\x07\\'\"", min_size=1, max_size=12),
    st.sampled_from(["metrics/", "specs/", "specs/p/"]),
)
def test_any_name_may_stand_in_the_tree(name: str, folder: str) -> None:
    judge({**SOUND, f"{folder}{name}.yaml": SOUND["specs/p/a.yaml"]})


# Repositories of odd documents

ODD: list[Any] = [
    *(None, True, False, 0, 1, -1, 5, 1.5, float("nan"), float("inf"), 10**400, 10**30, "", " ", "\n", "x", "A", "s"),
    *("mmag", "mag(AB)", "furlongz", "1e-6", "1__0", "_", "'5'", "<=", "=", "on", "http://x.y", "a.b", "a.b.c.d", "#x"),
    *("\x85", "\u202e", "\U0001f52d", "<<", "p", "p.A", "both", "$(x)", "é" * 50, {}, [], [None], [[]], {"x": 1}),
    *({"in": [1]}, {"any": True}, {"inn": [1]}, {"<": "x"}, {"in": 1, "x": 2}, [{"in": []}], b"\xff", {"a"}, {1}),
]  # fmt: skip
odd = st.sampled_from(ODD)
NAMES = ["s", "t", "A.s", "A.t", "B.s", "p.A.s", "q.A.s", "a.b.c.d", "", "A.", "x y", 5, None, "1e5"]
IDS = ["x", "y", "z", "", 5, None, ["x"], "a b"]
BASES = [
    *(
        "#x",
        "#y",
        "#z",
        "a#x",
        "b#y",
        "deep/a#z",
        "p:a#x",
        "q:a#x",
        "A.s",
        "A.t",
        "B.s",
        "p.A.s",
        "q.A.s",
        "s",
        "#none",
    ),
    *("", "#", ":", "a#", "..", None, 5, ["#x"], {"x": 1}),
]
METRIC_NAMES = ["A", "B", "p.A", "q.A", "Nope", "", None, 5, ["A"], "a.b.c"]
units = st.sampled_from(["mmag", "mag", "", "%", "furlongz", 1, None, "m"]) | odd
numbers = st.sampled_from([0, 1, 5, 2.5, "5", "1e-6", "1__0", None, float("nan")]) | odd


def record(optional: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={**optional, "misspelt": odd})


tests = {
    "threshold": record({"operator": st.sampled_from(["<=", "<", "==", "=", None]), "value": numbers, "unit": units})
    | odd,
    "range": record({"lower": numbers, "upper": numbers, "unit": units, "inclusive": st.sampled_from(["both", "x"])})
    | odd,
    "tolerance": record({**dict.fromkeys(["target", "within", "plus", "minus", "percent"], numbers), "unit": units})
    | odd,
}
queries = (
    st.dictionaries(st.sampled_from(["camera", "band", "visit", "p.A.note", "camrea", "on"]), odd, max_size=3) | odd
)
tags = st.lists(st.sampled_from(["a", "b", "design", "minimum", 1, None]), max_size=3) | odd
bases = st.sampled_from(BASES) | st.lists(st.sampled_from(BASES), max_size=3)
shared: dict[str, st.SearchStrategy[Any]] = {
    "metric": st.sampled_from(METRIC_NAMES), "base": bases, "tags": tags, "metadata_query": queries, **tests,
}  # fmt: skip
specification = record({"name": st.sampled_from(NAMES), "abstract": odd, "id": odd, **shared})
partial = st.fixed_dictionaries({"id": st.sampled_from(IDS)}, optional={**shared, "name": odd})
reference = record({"doc": odd, "page": odd, "url": odd, "section": odd})
metric = record({
    "description": st.sampled_from(["Scatter.", "", None, 5]),
    "unit": units,
    "tags": tags,
    "reference": reference | st.lists(reference, max_size=2) | odd,
    "label": odd,
    "owner": odd,
    "revision": odd,
    "deprecated": record({"since": odd, "reason": odd, "replaced_by": st.sampled_from(METRIC_NAMES)}) | odd,
}) | odd  # fmt: skip
metrics = st.dictionaries(st.sampled_from(["A", "B", "p.A", "x y", 5, True, ""]), metric, max_size=4) | odd
term = record({"description": odd, "type": odd | st.just("string"), "values": odd, "aliases": odd})
vocabulary = st.dictionaries(st.sampled_from(["camera", "band", "visit", 5]), term | odd, max_size=3) | odd
documents = st.lists(specification | partial | odd, max_size=5)


def dumped(found: list[Any]) -> str:
    return yaml.safe_dump_all(found, explicit_start=True, allow_unicode=True, sort_keys=False)


repositories = st.fixed_dictionaries(
    {"specs/p/a.yaml": documents.map(dumped)},
    optional={
        "specs/p/b.yaml": documents.map(dumped),
        "specs/p/deep/a.yml": documents.map(dumped),
        "specs/q/a.yaml": documents.map(dumped),
        "metrics/p.yaml": metrics.map(lambda found: dumped([found])),
        "metrics/q.yaml": metrics.map(lambda found: dumped([found])),
        "specs/vocabulary.yaml": vocabulary.map(lambda found: dumped([found])),
    },
)


@SETTINGS
@given(repositories)
def test_no_repository_of_odd_documents_makes_a_traceback(files: dict[str, str]) -> None:
    judge(files)


@settings(SETTINGS, max_examples=60)
@given(repositories)
def test_the_same_input_gives_the_same_output(files: dict[str, str]) -> None:
    (registry, result), (again, result_again) = checked(files), checked(dict(reversed(files.items())))
    assert result.findings == result_again.findings
    assert repr(export(registry)) == repr(export(again))
    assert list(registry.unresolved) == list(again.unresolved)


# Repositories that may resolve, whatever their order

SOUND_IDS, SOUND_NAMES = ["x", "y", "z"], ["A.s", "A.t", "B.s", "C.u"]
sound_values = st.sampled_from([1, 2, "r", [1], [2], ["r"], {"k": 1}, {"k": [1]}, {"in": [1]}, {"any": True}, None, {}])
sound_tests = st.sampled_from([
    {"threshold": {"operator": "<=", "value": 5, "unit": "mmag"}},
    {"threshold": {"value": 6}},
    {"range": {"lower": 1, "unit": "mag"}},
    {"range": {"upper": 2}},
    {"tolerance": {"target": 1, "within": 2, "unit": "s"}},
    {},
])  # fmt: skip
sound_body = st.builds(
    lambda query, tags, test, metric, base: {
        **({"metadata_query": query} if query else {}),
        **({"tags": tags} if tags else {}),
        **test,
        **({"metric": metric} if metric else {}),
        **({"base": base} if base else {}),
    },
    st.dictionaries(st.sampled_from(["u", "v"]), sound_values, max_size=2),
    st.sampled_from([None, "a", ["b"], ["c", "a"], {"d"}]),
    sound_tests,
    st.sampled_from([None, None, "A", "B"]),
    st.lists(st.sampled_from([*(f"#{name}" for name in SOUND_IDS), *SOUND_NAMES]), max_size=3),
)
sound_documents = st.builds(
    lambda ids, names, bodies: [
        {key: name, **body}
        for (key, name), body in zip([("id", i) for i in ids] + [("name", n) for n in names], bodies, strict=False)
    ],
    st.just(SOUND_IDS),
    st.just(SOUND_NAMES),
    st.lists(sound_body, min_size=7, max_size=7),
)


@settings(SETTINGS, max_examples=100)
@given(sound_documents, st.randoms(use_true_random=False))
def test_the_order_of_documents_never_matters(found: list[dict[str, Any]], random: Any) -> None:
    turned = list(found)
    random.shuffle(turned)
    one, other = (load(Memory({"specs/p/a.yaml": dumped(documents)})) for documents in (found, turned))
    assert export(one) == export(other)
    assert sorted(one.unresolved) == sorted(other.unresolved)
    assert sorted(fault.message for fault in one.diagnostics if fault.rule != "cyclic-base") == sorted(
        fault.message for fault in other.diagnostics if fault.rule != "cyclic-base"
    )


@settings(SETTINGS, max_examples=100)
@given(sound_documents, st.permutations(range(7)))
def test_the_order_and_number_of_files_never_matter(found: list[dict[str, Any]], order: list[int]) -> None:
    # Partials are named by their file, so it is the specifications that move.
    partials, specifications = found[:3], found[3:]
    named = [
        {**document, "base": [f"a{base}" if base[0] == "#" else base for base in document.get("base", [])]}
        for document in specifications
    ]
    together = load(Memory({"specs/p/a.yaml": dumped([*partials, *named])}))
    apart = {f"specs/p/{order[index]}.yaml": dumped([document]) for index, document in enumerate(named)}
    found_apart = load(Memory({"specs/p/a.yaml": dumped(partials), **apart}))
    assert export(together) == export(found_apart)
    assert sorted(together.unresolved) == sorted(found_apart.unresolved)


@settings(SETTINGS, max_examples=100)
@given(sound_documents)
def test_resolving_is_what_a_plain_reading_of_the_format_gives(found: list[dict[str, Any]]) -> None:
    """Merge the documents again, as naively as FORMAT puts it, and compare."""
    registry = load(Memory({"specs/p/a.yaml": dumped(found)}))
    by_name = {document.get("id") or document["name"]: document for document in found}
    for document, specification_ in registry.resolved_specifications():
        expected = naive(by_name[f"{document.metric}.{document.spec}"], by_name)
        query = expected.get("metadata_query", {})
        assert dict(specification_.metadata_query) == {
            term: value for term, value in query.items() if value != {"any": True}
        }
        assert specification_.tags == set(listed(expected.get("tags")))
        assert specification_.type in expected


TESTS = {"threshold", "range", "tolerance"}
OWN = {"id", "name", "base", "metric", "abstract"}


def naive(document: dict[str, Any], by_name: dict[str, dict[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for base in document.get("base", []):
        inherited = naive(by_name[base.removeprefix("#")], by_name)
        if not base.startswith("#"):
            inherited = {**inherited, **({"tags": listed(inherited["tags"])} if "tags" in inherited else {})}
            query = inherited.get("metadata_query", {})
            inherited["metadata_query"] = {term: value for term, value in query.items() if value != {"any": True}}
        result = merged_documents(result, inherited)
    return merged_documents(result, {key: value for key, value in document.items() if key not in OWN})


def merged_documents(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    types = TESTS & above.keys()
    kept = {key: value for key, value in below.items() if not types or key not in TESTS - types}
    return merged(kept, above)


def merged(below: dict[str, Any], above: dict[str, Any], *, query: bool = False) -> dict[str, Any]:
    result = dict(below)
    for key, new in above.items():
        old = result.get(key)
        if query and (is_condition(old) or is_condition(new)):
            result[key] = new
        elif isinstance(old, dict) and isinstance(new, dict):
            result[key] = merged(old, new, query=key == "metadata_query")
        elif isinstance(old, list) and isinstance(new, list):
            result[key] = old + new
        else:
            result[key] = new
    return result


def is_condition(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and value.keys() <= {"in", "any"}


def listed(tags_: Any) -> list[str]:
    return [tags_] if isinstance(tags_, str) else sorted(tags_) if isinstance(tags_, set) else list(tags_ or [])


@pytest.mark.parametrize("path", PATHS)
def test_an_empty_file_anywhere_is_no_crash(path: str) -> None:
    judge({**SOUND, path: b""})
