"""The resolved snapshot: what is needed must be whole, and everything knows where it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gnomon import Name
from gnomon.errors import DefinitionError
from gnomon.loader import load
from gnomon.nodes import walk
from gnomon.sources import Memory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gnomon.registry import Registry

METRICS = "A: {unit: mmag, description: a}\nB: {unit: mag, description: b}\n"
LIMIT = "threshold: {operator: '<=', value: 5, unit: mmag}\n"
FILES: dict[str, str] = {
    "metrics/p.yaml": METRICS,
    "metrics/q.yaml": METRICS,
    "specs/p/a.yaml": f"id: x\ntags: [x]\n---\nname: A.s\nbase: '#x'\n{LIMIT}---\nname: t\nbase: [A.s, '#x']\n",
    "specs/r/a.yaml": "name: A.s\nbase: p.A.t\ntags: [t]\n",
}


def repo(files: Mapping[str, str | bytes]) -> Registry:
    return load(Memory(files))


def required(files: Mapping[str, str | bytes]) -> list[str]:
    """Give the lines of the error that `require` raises."""
    with pytest.raises(DefinitionError) as caught:
        repo(files).require()
    return str(caught.value).splitlines()


def test_an_empty_repository_has_nothing() -> None:
    registry = repo({})
    registry.require()
    assert (registry.packages, registry.metrics, registry.specifications, registry.diagnostics) == ([], {}, {}, [])
    assert registry.vocabulary is None


def test_a_sound_repository_gives_all_there_is() -> None:
    registry = repo(FILES)
    registry.require()
    assert registry.packages == ["p", "q", "r"]
    assert [str(metric.name) for _, metric in registry.resolved_metrics()] == ["p.A", "p.B", "q.A", "q.B"]
    assert [str(found.name) for _, found in registry.resolved_specifications()] == ["p.A.s", "p.A.t", "r.A.s"]
    assert list(registry.partials) == ["p:a#x"]
    assert [document.label for document in registry.documents] == ["p:a#x", "p.A.s", "p.A.t", "r.A.s"]
    assert (registry.diagnostics, registry.unresolved) == ([], {})
    assert sorted(registry.texts) == sorted(FILES)


def test_definitions_are_in_the_order_of_their_names() -> None:
    registry = repo(
        {
            "metrics/p-q.yaml": METRICS,
            "metrics/p.yaml": "".join(f"{name}: {{unit: s, description: x}}\n" for name in ("b", "B", "a+")),
            "specs/p/a.yaml": "---\n".join(f"name: {name}\n{LIMIT}" for name in ("b.a", "B.z", "B.a", "B-.c")),
            "specs/p-q/a.yaml": f"name: A.s\n{LIMIT}",
        }
    )
    metrics = [str(metric.name) for _, metric in registry.resolved_metrics()]
    assert metrics == ["p.B", "p.a+", "p.b", "p-q.A", "p-q.B"]
    assert [str(found.name) for _, found in registry.resolved_specifications()] == [
        "p.B.a", "p.B.z", "p.B-.c", "p.b.a", "p-q.A.s",
    ]  # fmt: skip


def test_metrics_are_found_by_name() -> None:
    registry = repo(FILES)
    assert registry.metrics[Name("p.A")].label == "p.A"
    assert Name("p.C") not in registry.metrics


def test_every_node_knows_the_definition_that_it_was_written_in() -> None:
    registry = repo(FILES)
    content = registry.specifications["r.A.s"].content
    assert content is not None
    owners: dict[str, set[int]] = {}
    for node in walk(content):
        owner = registry.owner(node)
        assert owner is not None
        owners.setdefault(owner.label, set()).add(node.place.line)
    assert owners == {"p:a#x": {2}, "p.A.s": {6}, "r.A.s": {1, 3}}


def test_a_node_of_a_metric_has_no_owner_among_the_documents() -> None:
    registry = repo(FILES)
    assert registry.owner(registry.metrics[Name("p.A")].body) is None


@pytest.mark.parametrize(
    ("label", "place"),
    [
        ("p.A", "metrics/p.yaml:1:1"),
        ("q.B", "metrics/q.yaml:2:1"),
        ("p:a#x", "specs/p/a.yaml:1:5"),
        ("p.A.s", "specs/p/a.yaml:4:7"),
        ("r.A.s", "specs/r/a.yaml:1:7"),
        ("p.A.none", None),
        ("", None),
    ],
)
def test_every_definition_has_a_place(label: str, place: str | None) -> None:
    found = repo(FILES).place_of(label)
    assert (str(found) if found else None) == place


def test_heirs_are_found_by_the_label_of_their_base() -> None:
    found = {label: [heir.label for heir in heirs] for label, heirs in repo(FILES).children().items()}
    assert found == {"p:a#x": ["p.A.s", "p.A.t"], "p.A.s": ["p.A.t"], "p.A.t": ["r.A.s"]}


def test_an_heir_that_names_a_base_twice_is_one_heir() -> None:
    registry = repo({"specs/p/a.yaml": f"id: x\n---\nname: A.s\nbase: ['#x', 'a#x', 'p:a#x']\n{LIMIT}"})
    assert [heir.label for heir in registry.children()["p:a#x"]] == ["p.A.s"]


# What is needed


def test_everything_that_cannot_be_resolved_is_in_one_error() -> None:
    head, *lines = required(
        {
            "metrics/p.yaml": "A: {unit: mmagg, description: a}\nB: {description: b}\nC: {unit: s, description: c}\n",
            "specs/p/a.yaml": f"name: A.s\nbase: '#none'\n{LIMIT}---\nname: A.t\nbase: A.s\n---\nname: A.u\n",
            "specs/p/b.yaml": "name: A.v\nthreshold: {operator: '=', value: x, unit: zz}\n",
        }
    )
    assert head == "6 definitions cannot be resolved:"
    assert [(line.split(": ")[0].strip(), line.rpartition(" ")[2]) for line in lines] == [
        ("metrics/p.yaml:1:11", "[unknown-unit]"),
        ("metrics/p.yaml:2:1", "[missing-field]"),
        ("specs/p/a.yaml:2:7", "[unknown-base]"),
        ("specs/p/a.yaml:8:1", "[missing-test]"),
        ("specs/p/b.yaml:2:23", "[unknown-operator]"),
        ("specs/p/b.yaml:2:35", "[wrong-type]"),
        ("specs/p/b.yaml:2:44", "[unknown-unit]"),
    ]
    assert lines[2] == "  specs/p/a.yaml:2:7: there is no partial `p:a#none` [unknown-base]"


def test_one_definition_is_told_in_the_singular() -> None:
    lines = required({"metrics/p.yaml": "A: {unit: '', description: a}\nB: {unit: [], description: b}\n"})
    assert lines[0] == "1 definition cannot be resolved:"
    assert len(lines) == 2


def test_other_faults_do_not_keep_anybody_from_working() -> None:
    repo(
        {
            "gnomon.toml": "nonsense = 1\n",
            "metrics/p.yaml": "A: {unit: 1, description: 5, extra: x, tags: [1]}\nA: {unit: s}\n",
            "specs/p/a.yaml": f"name: Nope.s\nprovenance_query: {{}}\n{LIMIT}---\n---\nid: unused\n",
            "specs/loose.yaml": "x: 1\n",
            "specs/vocabulary.yaml": "a: 5\n",
        }
    ).require()


@pytest.mark.parametrize(
    ("files", "rule", "place"),
    [
        ({"specs/p/a.yaml": "name: [\n"}, "yaml-syntax", "specs/p/a.yaml"),
        ({"specs/p/a.yaml": f"name: A.s\n{LIMIT}---\nname: [\n"}, "yaml-syntax", "specs/p/a.yaml"),
        ({"metrics/p.yaml": "A: {unit: s, description: a\n"}, "yaml-syntax", "metrics/p.yaml"),
        ({"specs/p/a.yaml": b"name: \xff\n"}, "not-utf8", "specs/p/a.yaml"),
        ({"specs/p/a.yaml": b"#" * (16 * 1024 * 1024 + 1)}, "too-large", "specs/p/a.yaml"),
        ({"specs/p/a.yaml": "name: " + "[" * 99}, "too-deep", "specs/p/a.yaml"),
        ({"specs/p/a.yaml": "name: &a [*a]\n"}, "alias-bomb", "specs/p/a.yaml"),
        ({"specs/p/a.yaml": f"name: A.s\ntags: *none\n{LIMIT}"}, "yaml-syntax", "specs/p/a.yaml"),
        ({"specs/p/a.yaml": f"name: A.s\ntags: !own a\n{LIMIT}"}, "yaml-syntax", "specs/p/a.yaml"),
        ({"specs/p/a.yaml": f"name: A.s\nmetadata_query: {{<<: 5}}\n{LIMIT}"}, "yaml-syntax", "specs/p/a.yaml"),
        ({"metrics/p.yaml": "A: {unit: s, description: *none}\n"}, "yaml-syntax", "metrics/p.yaml"),
        ({"metrics/p.yaml": "- A\n"}, "wrong-type", "metrics/p.yaml"),
        ({"metrics/p.yaml": "A: 5\n"}, "wrong-type", "metrics/p.yaml"),
        ({"metrics/p.yaml": "q.A: {unit: s, description: a}\n"}, "invalid-name", "metrics/p.yaml"),
        ({"specs/p/a.yaml": "- name: A.s\n"}, "wrong-type", "specs/p/a.yaml"),
        ({"specs/p/a.yaml": f"name: '?'\nmetric: A\n{LIMIT}"}, "invalid-name", "specs/p/a.yaml"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_could_not_be_read_is_missing_too(files: dict[str, str | bytes], rule: str, place: str) -> None:
    lines = required(files)
    assert [line for line in lines if line.endswith(f"[{rule}]") and line.startswith(f"  {place}:")] == lines[1:]
    assert len(lines) == 2


def test_definitions_without_a_full_name_are_all_told() -> None:
    lines = required(
        {"specs/p/a.yaml": f"name: s\n{LIMIT}---\nname: s\n{LIMIT}---\nname: x.q.A.s\n{LIMIT}---\n{LIMIT}"}
    )
    assert [line.split(":")[1] for line in lines[1:]] == ["1", "4", "7", "10"]


def test_all_duplicates_that_cannot_be_resolved_are_told_where_the_last_one_counts() -> None:
    broken = "name: A.s\nbase: '#{}'\n"
    assert [line.split(":")[1] for line in required({"specs/p/a.yaml": f"name: A.s\n{LIMIT}---\n{broken}"})[1:]] == [
        "5"
    ]
    repo({"specs/p/a.yaml": f"{broken}---\nname: A.s\n{LIMIT}"}).require()
