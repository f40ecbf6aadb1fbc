"""Bases and their resolution, sentence by sentence as FORMAT says."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from gnomon.loader import load
from gnomon.nodes import Mapping, Node, Scalar, Sequence
from gnomon.sources import Memory

if TYPE_CHECKING:
    from gnomon.registry import Registry

METRICS = "A: {unit: mmag, description: a}\nB: {unit: mag, description: b}\nC: {unit: '', description: c}\n"
LIMIT = "threshold: {operator: '<=', value: 5, unit: mmag}\n"


def repo(*documents: str, **files: str) -> Registry:
    """Load documents of specs/p/a.yaml, and other files whose names have `__` for `/`."""
    more = {f"specs/{name.replace('__', '/')}.yaml": text for name, text in files.items()}
    return load(Memory({"metrics/p.yaml": METRICS, "specs/p/a.yaml": "---\n".join(documents), **more}))


def resolved(registry: Registry) -> dict[str, dict[str, Any]]:
    return {str(found.name): found.json for _, found in registry.resolved_specifications()}


def names(registry: Registry) -> list[str]:
    return list(resolved(registry))


def told(registry: Registry) -> list[tuple[str, str]]:
    return [(found.rule, str(found.place).removeprefix("specs/p/")) for found in registry.diagnostics]


def tags(*documents: str) -> list[str]:
    """Give the tags of the specification `p.A.t`, in the order in which merging put them."""
    document = repo(*documents).specifications["p.A.t"]
    assert document.content is not None
    node = document.content.get("tags")
    if isinstance(node, Sequence):
        return [item.text for item in node.items if isinstance(item, Scalar)]
    return [node.text] if isinstance(node, Scalar) else []


def query(*documents: str) -> dict[str, Any]:
    found: dict[str, Any] = resolved(repo(*documents))["p.A.t"]["metadata_query"]
    return found


def test_of(*documents: str) -> tuple[str, dict[str, Any]]:
    found = resolved(repo(*documents))["p.A.t"]
    return found["type"], found[found["type"]]


test_of.__test__ = False  # type: ignore[attr-defined]  # it is no test itself


# What a base is called


@pytest.mark.parametrize(
    ("base", "path"),
    [
        ("'#x'", "p__a"),
        ("'a#x'", "p__a"),
        ("'p:a#x'", "p__a"),
        ("'b#x'", "p__b"),
        ("'p:b#x'", "p__b"),
        ("'deep/er/b#x'", "p__deep__er__b"),
        ("'p:deep/er/b#x'", "p__deep__er__b"),
        ("'b.c#x'", "p__b.c"),
        ("['#x']", "p__a"),
        ("!!set {'#x'}", "p__a"),
        ("[]", None),
        ("", None),
    ],
)
def test_a_partial_is_named_by_id_path_and_package(base: str, path: str | None) -> None:
    heir = f"name: t\nmetric: A\nbase: {base}\n{LIMIT}"
    partial = "id: x\ntags: [x]\n"
    registry = repo(heir, partial) if path in {"p__a", None} else repo(heir, **{path: partial})
    assert resolved(registry)["p.A.t"]["tags"] == (["x"] if path else [])


def test_a_partial_in_a_yml_file_is_named_in_the_same_way() -> None:
    heir = f"name: t\nmetric: A\nbase: 'deep/b#x'\n{LIMIT}"
    registry = load(Memory({"specs/p/a.yml": heir, "specs/p/deep/b.yml": "id: x\ntags: [x]\n"}))
    assert resolved(registry)["p.A.t"]["tags"] == ["x"]


@pytest.mark.parametrize("base", ["A.s", "p.A.s", "[A.s]", "[p.A.s]"])
def test_a_specification_is_named_by_metric_and_package(base: str) -> None:
    registry = repo(f"name: t\nbase: {base}\n", f"name: s\nmetric: A\n{LIMIT}")
    assert names(registry) == ["p.A.s", "p.A.t"]


@pytest.mark.parametrize(
    ("base", "rule"),
    [
        ("s", "bare-base"),
        ("design", "bare-base"),
        ("A.none", "unknown-base"),
        ("B.s", "unknown-base"),
        ("q.A.s", "unknown-base"),
        ("p.p.A.s", "unknown-base"),
        ("A.", "unknown-base"),
        (".s", "unknown-base"),
        ("A..s", "unknown-base"),
        ("'#none'", "unknown-base"),
        ("'none#x'", "unknown-base"),
        ("'a.yaml#x'", "unknown-base"),
        ("'/a#x'", "unknown-base"),
        ("'./a#x'", "unknown-base"),
        ("'specs/p/a#x'", "unknown-base"),
        ("'p/a#x'", "unknown-base"),
        ("'q:a#x'", "unknown-base"),
        ("'p:#x'", "unknown-base"),
        ("'#'", "unknown-base"),
        ("'#x#x'", "unknown-base"),
        ("''", "unknown-base"),
        ("5", "unknown-base"),
        ("1.5", "unknown-base"),
        ("{x: 1}", "unknown-base"),
        ("[['#x']]", "unknown-base"),
        ("[~]", "unknown-base"),
    ],
)
def test_what_is_no_base_is_told_at_its_place_and_cannot_be_resolved(base: str, rule: str) -> None:
    registry = repo(f"name: t\nmetric: A\nbase: {base}\n{LIMIT}", "id: x\n" + LIMIT, f"name: s\nmetric: A\n{LIMIT}")
    assert names(registry) == ["p.A.s"]
    causes = {label: [cause.rule for cause in causes] for label, causes in registry.unresolved.items()}
    assert causes == {"p.A.t": [rule]}
    place = f"a.yaml:3:{8 if base.startswith('[') else 7}"
    assert (rule, place) in told(registry)


def test_a_path_is_that_from_the_folder_of_the_package_and_not_from_the_file() -> None:
    heir = f"name: t\nmetric: A\nbase: 'b#x'\n{LIMIT}"
    assert names(repo(p__deep__c=heir, p__deep__b="id: x\n")) == []
    assert names(repo(p__deep__c=heir, p__b="id: x\n")) == ["p.A.t"]


def test_every_unknown_base_is_told() -> None:
    registry = repo(f"name: t\nmetric: A\nbase: ['#a', B.b, c]\n{LIMIT}")
    assert told(registry) == [
        ("unknown-base", "a.yaml:3:8"),
        ("unknown-base", "a.yaml:3:14"),
        ("bare-base", "a.yaml:3:19"),
    ]


def test_a_document_with_an_id_is_only_a_base() -> None:
    registry = repo(f"id: x\nmetric: A\n{LIMIT}")
    assert (names(registry), list(registry.partials), registry.unresolved) == ([], ["p:a#x"], {})


# Order and duplicates

CHAIN = (
    "name: u\nbase: [A.t, '#z']\ntags: [u]\n",
    "name: t\nbase: ['#y', A.s]\ntags: [t]\n",
    f"name: s\nmetric: A\nbase: '#x'\ntags: [s]\n{LIMIT}",
    "id: z\nbase: '#y'\nmetadata_query: {z: [1]}\n",
    "id: y\nbase: '#x'\nmetric: A\nmetadata_query: {z: [2]}\n",
    "id: x\nmetadata_query: {z: [3]}\n",
)


def test_the_order_of_documents_never_matters() -> None:
    expected = resolved(repo(*CHAIN))
    assert list(expected) == ["p.A.s", "p.A.t", "p.A.u"]
    assert expected["p.A.u"]["metadata_query"] == {"z": [3, 2, 3, 3, 2, 1]}
    for turned in itertools.permutations(CHAIN):
        assert resolved(repo(*turned)) == expected


def test_the_order_of_files_never_matters() -> None:
    documents = [text.replace("#x", "x#x").replace("#y", "y#y").replace("#z", "z#z") for text in CHAIN]
    expected = None
    for turn in range(6):
        prefixes = [f"p__{(number + turn) % 6}_" for number in range(3)]
        files = dict(zip([f"{prefix}n" for prefix in prefixes] + ["p__z", "p__y", "p__x"], documents, strict=True))
        found = resolved(repo(**files))
        expected = expected or found
        assert found == expected
    assert list(expected or ()) == ["p.A.s", "p.A.t", "p.A.u"]


def test_of_duplicates_the_last_counts_and_every_place_is_told() -> None:
    registry = repo(
        "name: s\nmetric: A\nthreshold: {operator: '<', value: 1, unit: mmag}\n",
        "name: A.s\nthreshold: {operator: '<', value: 2, unit: mmag}\n",
        p__b="name: p.A.s\nthreshold: {operator: '<', value: 3, unit: mmag}\n",
        p__Z="name: A.s\nthreshold: {operator: '<', value: 4, unit: mmag}\n",
    )
    assert resolved(registry)["p.A.s"]["threshold"]["value"] == 3
    assert told(registry) == [
        ("duplicate-specification", "Z.yaml:1:7"),
        ("duplicate-specification", "a.yaml:1:7"),
        ("duplicate-specification", "a.yaml:5:7"),
        ("duplicate-specification", "b.yaml:1:7"),
    ]
    assert [len(found.related) for found in registry.diagnostics] == [3, 3, 3, 3]


def test_heirs_inherit_from_the_last_duplicate() -> None:
    registry = repo(
        f"name: t\nmetric: A\nbase: ['#x', A.s]\n{LIMIT}",
        "id: x\ntags: [first]\n",
        "id: x\ntags: [second]\n",
        f"name: A.s\ntags: [third]\n{LIMIT}",
        f"name: A.s\ntags: [fourth]\n{LIMIT}",
    )
    assert resolved(registry)["p.A.t"]["tags"] == ["fourth", "second"]


def test_a_duplicate_that_counts_is_resolved_whatever_the_others_are() -> None:
    broken = "name: A.s\nbase: '#none'\n"
    registry = repo(broken, f"name: A.s\n{LIMIT}", "name: t\nbase: A.s\n")
    assert names(registry) == ["p.A.s", "p.A.t"]
    assert registry.unresolved == {}
    registry = repo(f"name: A.s\n{LIMIT}", broken, "name: t\nbase: A.s\n")
    assert names(registry) == []
    assert sorted(registry.unresolved) == ["p.A.s", "p.A.t"]


def test_specifications_of_different_metrics_share_their_names() -> None:
    registry = repo(f"name: s\nmetric: A\n{LIMIT}", f"name: s\nmetric: B\n{LIMIT}", f"name: C.s\n{LIMIT}")
    assert (names(registry), told(registry)) == (["p.A.s", "p.B.s", "p.C.s"], [])


def test_duplicates_are_found_once_the_metric_is_inherited() -> None:
    registry = repo(f"name: A.s\n{LIMIT}", f"name: s\nbase: '#x'\n{LIMIT}", "id: x\nmetric: A\n")
    assert told(registry) == [("duplicate-specification", "a.yaml:1:7"), ("duplicate-specification", "a.yaml:4:7")]


# Other packages


def test_a_base_of_another_package_gives_the_bare_name_of_its_metric_only() -> None:
    registry = repo("name: t\nbase: q.A.s\n", q__b=f"name: s\nmetric: q.A\ntags: [q]\n{LIMIT}")
    assert resolved(registry)["p.A.t"]["tags"] == ["q"]
    assert names(registry) == ["p.A.t", "q.A.s"]


def test_a_partial_of_another_package_is_a_base_too() -> None:
    registry = repo("name: t\nbase: 'q:deep/b#x'\n", q__deep__b=f"id: x\nmetric: q.B\nbase: '#y'\n---\nid: y\n{LIMIT}")
    assert (names(registry), told(registry)) == (["p.B.t"], [])


def test_packages_may_inherit_from_each_other() -> None:
    registry = repo(
        f"name: one\nmetric: A\ntags: [one]\n{LIMIT}", "name: three\nbase: q.A.two\ntags: [three]\n",
        q__b="name: two\nbase: p.A.one\ntags: [two]\n",
    )  # fmt: skip
    assert {name: found["tags"] for name, found in resolved(registry).items()} == {
        "p.A.one": ["one"],
        "p.A.three": ["one", "three", "two"],
        "q.A.two": ["one", "two"],
    }


# How it is merged


def test_bases_are_merged_left_to_right_and_then_the_document_itself() -> None:
    first, second = "id: f\nmetadata_query: {a: 1, b: 1, c: 1}\n", "id: s\nmetadata_query: {b: 2, c: 2}\n"
    own = "name: A.t\nbase: ['#f', '#s']\nmetadata_query: {c: 3}\n" + LIMIT
    assert query(first, second, own) == {"a": 1, "b": 2, "c": 3}
    assert query(first, second, own.replace("['#f', '#s']", "['#s', '#f']")) == {"a": 1, "b": 1, "c": 3}


def test_mapping_onto_mapping_recurses() -> None:
    assert query(
        "id: x\nmetadata_query: {m: {a: {p: 1, q: 1}, b: 1}}\n",
        f"name: A.t\nbase: '#x'\nmetadata_query: {{m: {{a: {{q: 2, r: 2}}, c: 2}}}}\n{LIMIT}",
    ) == {"m": {"a": {"p": 1, "q": 2, "r": 2}, "b": 1, "c": 2}}
    assert test_of("id: x\n" + LIMIT, "name: A.t\nbase: '#x'\nthreshold: {value: 3}\n") == (
        "threshold",
        {"operator": "<=", "value": 3.0, "unit": "mmag"},
    )


def test_list_onto_list_appends() -> None:
    assert tags("id: x\ntags: [b, a]\n", f"name: A.t\nbase: '#x'\ntags: [c, a]\n{LIMIT}") == ["b", "a", "c", "a"]
    assert query(
        "id: x\nmetadata_query: {v: [1, [2]]}\n", f"name: A.t\nbase: '#x'\nmetadata_query: {{v: [[2], 3]}}\n{LIMIT}"
    ) == {"v": [1, [2], [2], 3]}


@pytest.mark.parametrize(
    ("below", "above"),
    [
        ("1", "2"),
        ("1", "[2]"),
        ("[1]", "2"),
        ("[1]", "{x: 2}"),
        ("{x: 1}", "[2]"),
        ("{x: 1}", "2"),
        ("1", "{x: 2}"),
        ("[1]", "~"),
        ("~", "[1]"),
        ("{x: 1}", "~"),
        ("'1'", "1"),
    ],
)
def test_anything_else_replaces(below: str, above: str) -> None:
    partial, heir = (
        f"id: x\nmetadata_query: {{v: {below}}}\n",
        f"name: A.t\nbase: '#x'\nmetadata_query: {{v: {above}}}\n",
    )
    alone = f"name: A.t\nmetadata_query: {{v: {above}}}\n{LIMIT}"
    assert query(partial, heir + LIMIT) == query(alone)


def test_a_bare_string_wipes_inherited_tags_and_is_told() -> None:
    documents = ("id: x\ntags: [a, b]\n", f"name: A.t\nbase: '#x'\ntags: c\n{LIMIT}")
    assert tags(*documents) == ["c"]
    (found,) = repo(*documents).diagnostics
    assert (found.rule, str(found.place), [str(related.place) for related in found.related]) == (
        "overwritten-tags",
        "specs/p/a.yaml:6:7",
        ["specs/p/a.yaml:2:7"],
    )


@pytest.mark.parametrize("tag", ["c", "[c]", "!!set {c}", "~", "[]"])
def test_null_tags_are_none(tag: str) -> None:
    registry = repo("id: x\ntags: ~\n", f"name: A.t\nbase: '#x'\ntags: {tag}\n{LIMIT}", f"name: A.u\ntags: ~\n{LIMIT}")
    assert resolved(registry)["p.A.t"]["tags"] == (["c"] if "c" in tag else [])
    assert resolved(registry)["p.A.u"]["tags"] == []


def test_sets_replace() -> None:
    assert tags("id: x\ntags: !!set {a, b}\n", f"name: A.t\nbase: '#x'\ntags: !!set {{c}}\n{LIMIT}") == ["c"]
    assert tags("id: x\ntags: [a, b]\n", f"name: A.t\nbase: '#x'\ntags: !!set {{c}}\n{LIMIT}") == ["c"]
    assert tags("id: x\ntags: !!set {a, b}\n", f"name: A.t\nbase: '#x'\ntags: [c]\n{LIMIT}") == ["c"]


def test_base_name_id_and_abstract_are_not_inherited() -> None:
    registry = repo(
        f"name: A.s\nabstract: true\nbase: '#x'\n{LIMIT}", "id: x\ntags: [x]\n", "name: A.t\nbase: A.s\n",
    )  # fmt: skip
    found = resolved(registry)
    assert ("abstract" in found["p.A.s"], "abstract" in found["p.A.t"]) == (True, False)
    assert [parent.label for parent in registry.specifications["p.A.t"].parents] == ["p.A.s"]
    content = registry.specifications["p.A.t"].content
    assert content is not None
    assert sorted(map(str, content.entries)) == ["tags", "threshold"]


def test_the_same_base_reached_twice_appends_twice() -> None:
    assert query(
        "id: x\nmetadata_query: {v: [1]}\n",
        "id: y\nbase: '#x'\nmetadata_query: {v: [2]}\n",
        "id: z\nbase: '#x'\nmetadata_query: {v: [3]}\n",
        f"name: A.t\nbase: ['#y', '#z']\n{LIMIT}",
    ) == {"v": [1, 2, 1, 3]}
    assert query(
        f"name: A.s\nmetadata_query: {{v: [1]}}\n{LIMIT}", "name: t\nbase: [A.s, A.s, p.A.s]\n"
    ) == {"v": [1, 1, 1]}  # fmt: skip


def test_inheriting_changes_no_base() -> None:
    registry = repo(
        f"name: A.s\ntags: [s]\nmetadata_query: {{v: [1], w: 1}}\n{LIMIT}",
        "name: t\nbase: A.s\ntags: [t]\nmetadata_query: {v: [2], w: 2}\nthreshold: {value: 6}\n",
    )
    assert (
        resolved(registry)["p.A.s"]
        == resolved(repo(f"name: A.s\ntags: [s]\nmetadata_query: {{v: [1], w: 1}}\n{LIMIT}"))["p.A.s"]
    )


# Specifications as bases


def test_a_specification_brings_its_resolved_content_and_its_metric() -> None:
    registry = repo(
        "id: x\nmetric: B\nmetadata_query: {a: 1}\n",
        f"name: s\nbase: '#x'\nmetadata_query: {{b: 2}}\n{LIMIT}",
        "name: t\nbase: B.s\nmetadata_query: {c: 3}\n",
    )
    assert resolved(registry)["p.B.t"]["metadata_query"] == {"a": 1, "b": 2, "c": 3}


@pytest.mark.parametrize(
    ("written", "of_a_specification", "of_a_partial"),
    [
        ("a", ["a", "c"], ["c"]),
        ("[a, b]", ["a", "b", "c"], ["a", "b", "c"]),
        ("[a, a]", ["a", "c"], ["a", "a", "c"]),
        ("!!set {a}", ["a", "c"], ["c"]),
        ("~", ["c"], ["c"]),
    ],
)
def test_a_specification_contributes_its_tags_as_a_list_and_a_partial_its_yaml(
    written: str, of_a_specification: list[str], of_a_partial: list[str]
) -> None:
    assert tags(f"name: A.s\ntags: {written}\n{LIMIT}", "name: t\nbase: A.s\ntags: [c]\n") == of_a_specification
    assert tags(f"id: s\ntags: {written}\n{LIMIT}", "name: A.t\nbase: '#s'\ntags: [c]\n") == of_a_partial


def test_a_partial_that_inherits_from_a_specification_has_its_tags_as_a_list() -> None:
    assert tags(
        f"name: A.s\ntags: a\n{LIMIT}", "id: x\nbase: A.s\ntags: [b]\n", "name: t\nbase: '#x'\ntags: [c]\n"
    ) == ["a", "b", "c"]  # fmt: skip


def test_a_bare_string_wipes_the_list_of_a_base_specification() -> None:
    assert tags(f"name: A.s\ntags: a\n{LIMIT}", "name: t\nbase: A.s\ntags: c\n") == ["c"]


def test_a_base_that_lacks_what_its_heir_gives_may_be_broken_itself() -> None:
    registry = repo(
        "name: A.s\nthreshold: {operator: '<=', unit: mmag}\n", "name: t\nbase: A.s\nthreshold: {value: 5}\n"
    )
    assert names(registry) == ["p.A.t"]
    assert list(registry.unresolved) == ["p.A.s"]


# Whose metric


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("name: t\nmetric: A\n", "p.A.t"),
        ("name: t\nmetric: p.A\n", "p.A.t"),
        ("name: A.t\n", "p.A.t"),
        ("name: p.A.t\n", "p.A.t"),
        ("name: A.t\nmetric: A\n", "p.A.t"),
        ("name: p.A.t\nmetric: p.A\n", "p.A.t"),
        ("name: t\nbase: B.s\n", "p.B.t"),
        ("name: t\nbase: [B.s, C.s]\n", "p.C.t"),
        ("name: t\nbase: [C.s, B.s]\n", "p.B.t"),
        ("name: t\nbase: [B.s, '#none']\n", "p.B.t"),
        ("name: t\nbase: '#has-c'\n", "p.C.t"),
        ("name: t\nbase: '#from-b'\n", "p.B.t"),
        ("name: t\nbase: '#own-c-from-b'\n", "p.C.t"),
        ("name: t\nbase: [B.s, '#has-c']\n", "p.C.t"),
        ("name: t\nbase: ['#has-c', B.s]\n", "p.B.t"),
        ("name: t\nbase: ['#has-c', '#from-b']\n", "p.B.t"),
        ("name: A.t\nbase: B.s\n", "p.A.t"),
        ("name: p.A.t\nbase: [B.s, '#has-c']\n", "p.A.t"),
        ("name: t\nmetric: A\nbase: [B.s, '#has-c']\n", "p.A.t"),
        ("name: t\nbase: B.u\n", "p.B.t"),
    ],
)
def test_the_metric_is_the_documents_own_or_that_of_the_last_base_that_has_one(document: str, expected: str) -> None:
    registry = repo(
        document + LIMIT,
        f"name: B.s\n{LIMIT}",
        f"name: C.s\n{LIMIT}",
        "name: B.u\nbase: C.s\n",
        "id: none\ntags: [x]\n",
        "id: has-c\nmetric: C\n",
        "id: from-b\nbase: ['#has-c', B.s]\n",
        "id: own-c-from-b\nmetric: C\nbase: B.s\n",
    )
    assert set(names(registry)) == {"p.B.s", "p.C.s", "p.B.u", expected}
    assert registry.unresolved == {}


def test_a_name_and_a_metric_that_disagree_are_told() -> None:
    registry = repo(f"name: A.t\nmetric: B\n{LIMIT}")
    assert (names(registry), told(registry)) == (["p.A.t"], [("invalid-name", "a.yaml:2:9")])


@pytest.mark.parametrize(
    ("document", "rule", "place"),
    [
        ("name: x.p.A.t\n", "invalid-name", "1:7"),
        ("name: q.A.t\n", "invalid-name", "1:7"),
        ("name: A.\n", "invalid-name", "1:7"),
        ("name: .t\n", "invalid-name", "1:7"),
        ("name: ''\nmetric: A\n", "invalid-name", "1:7"),
        ("name: t\nmetric: q.A\n", "invalid-name", "2:9"),
        ("name: t\nmetric: x.p.A\n", "invalid-name", "2:9"),
        ("name:\nmetric: A\n", "missing-field", "1:1"),
        ("name: [t]\nmetric: A\n", "wrong-type", "1:7"),
        ("metric: A\n", "missing-field", "1:1"),
        ("name: t\n", "missing-field", "1:7"),
        ("name: t\nbase: '#x'\n", "missing-field", "1:7"),
    ],
)
def test_a_document_without_a_sound_name_or_metric_cannot_be_resolved(document: str, rule: str, place: str) -> None:
    registry = repo(document + LIMIT, "id: x\n", f"name: B.fine\n{LIMIT}")
    assert names(registry) == ["p.B.fine"]
    assert len(registry.unresolved) == 1
    assert (rule, f"a.yaml:{place}") in told(registry)


# Conditions and tests


@pytest.mark.parametrize(
    ("below", "above", "expected"),
    [
        ("{in: [g, r]}", "{in: [i]}", {"in": ["i"]}),
        ("{'>=': 20}", "{'<': 22}", {"<": 22}),
        ("{'>=': 20}", "21", 21),
        ("21", "{'>=': 20}", {">=": 20}),
        ("[g]", "{in: [r]}", {"in": ["r"]}),
        ("{in: [r]}", "[g]", ["g"]),
        ("{in: [r]}", "{x: 1}", {"x": 1}),
        ("{x: 1}", "{in: [r]}", {"in": ["r"]}),
        ("{in: [r]}", "{}", {}),
        ("{}", "{in: [r]}", {"in": ["r"]}),
        ("{in: [r], x: 1}", "{in: [g]}", {"in": ["g"]}),
        ("{x: {in: [r]}}", "{x: {in: [g]}}", {"x": {"in": ["r", "g"]}}),
        ("[g]", "[r]", ["g", "r"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_where_either_side_is_a_condition_the_new_value_replaces_the_old_whole(
    below: str, above: str, expected: Any
) -> None:
    heir = f"name: A.t\nbase: BASE\nmetadata_query: {{v: {above}}}\n"
    partial, specification = f"id: x\nmetadata_query: {{v: {below}}}\n", f"name: A.s\nmetadata_query: {{v: {below}}}\n"
    assert query(partial, heir.replace("BASE", "'#x'") + LIMIT) == {"v": expected}
    assert query(specification + LIMIT, heir.replace("BASE", "A.s")) == {"v": expected}


def test_operators_outside_of_a_query_are_mere_keys() -> None:
    registry = repo("id: x\nthreshold: {in: [1], operator: '<'}\n", f"name: A.t\nbase: '#x'\n{LIMIT}")
    content = registry.specifications["p.A.t"].content
    assert content is not None
    threshold = content.get("threshold")
    assert isinstance(threshold, Mapping)
    assert threshold.data == {"in": [1], "operator": "<=", "value": 5, "unit": "mmag"}


ANY = "metadata_query: {v: {any: true}}\n"


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        (("id: x\nmetadata_query: {v: 1, w: 1}\n", "name: A.t\nbase: '#x'\n" + ANY), {"w": 1}),
        (("id: x\nmetadata_query: {v: {in: [1]}}\n", "name: A.t\nbase: '#x'\n" + ANY), {}),
        (("id: x\nmetadata_query: {v: [1]}\n", "name: A.t\nbase: '#x'\n" + ANY), {}),
        (("name: A.t\n" + ANY,), {}),
        (("id: x\n" + ANY, "name: A.t\nbase: '#x'\nmetadata_query: {v: 2}\n"), {"v": 2}),
        (("id: x\nmetadata_query: {v: 1}\n", "id: y\n" + ANY, "name: A.t\nbase: ['#x', '#y']\n"), {}),
        (("id: x\nmetadata_query: {v: 1}\n", "id: y\n" + ANY, "name: A.t\nbase: ['#y', '#x']\n"), {"v": 1}),
    ],
)
def test_any_drops_an_inherited_term(documents: tuple[str, ...], expected: dict[str, Any]) -> None:
    assert query(*documents[:-1], documents[-1] + LIMIT) == expected


def test_a_specification_that_drops_a_term_does_not_drop_it_from_its_siblings() -> None:
    assert query(
        f"name: A.s\nmetadata_query: {{v: {{any: true}}}}\n{LIMIT}",
        "id: x\nmetadata_query: {v: 1}\n",
        "name: t\nbase: ['#x', A.s]\n",
    ) == {"v": 1}


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        (
            ("id: x\n" + LIMIT, "name: A.t\nbase: '#x'\nrange: {lower: 1, unit: mag}\n"),
            ("range", {"lower": 1.0, "upper": None, "unit": "mag", "inclusive": "both"}),
        ),
        (
            ("id: x\nrange: {lower: 1, unit: mag}\n", "name: A.t\nbase: '#x'\n" + LIMIT),
            ("threshold", {"operator": "<=", "value": 5.0, "unit": "mmag"}),
        ),
        (
            ("name: A.s\n" + LIMIT, "name: t\nbase: A.s\ntolerance: {target: 1, within: 1, unit: mag}\n"),
            ("tolerance", {"target": 1.0, "within": 1.0, "unit": "mag"}),
        ),
        (
            (
                "id: x\n" + LIMIT,
                "id: y\nbase: '#x'\nrange: {lower: 1, unit: mag}\n",
                "name: A.t\nbase: '#y'\nrange: {upper: 2}\n",
            ),
            ("range", {"lower": 1.0, "upper": 2.0, "unit": "mag", "inclusive": "both"}),
        ),
        (
            ("id: x\n" + LIMIT, "id: y\nrange: {lower: 1, unit: mag}\n", "name: A.t\nbase: ['#x', '#y']\n"),
            ("range", {"lower": 1.0, "upper": None, "unit": "mag", "inclusive": "both"}),
        ),
        (
            ("id: x\n" + LIMIT, "id: y\nrange: {lower: 1, unit: mag}\n", "name: A.t\nbase: ['#y', '#x']\n"),
            ("threshold", {"operator": "<=", "value": 5.0, "unit": "mmag"}),
        ),
        (
            ("id: x\nrange: {lower: 1, upper: 2, unit: mag}\n", "name: A.t\nbase: '#x'\nrange: {lower: ~}\n"),
            ("range", {"lower": None, "upper": 2.0, "unit": "mag", "inclusive": "both"}),
        ),
        (
            ("id: x\nrange: {lower: 1, unit: mag}\n", "name: A.t\nbase: '#x'\nthreshold: ~\n"),
            ("range", {"lower": 1.0, "upper": None, "unit": "mag", "inclusive": "both"}),
        ),
        (
            ("id: x\nthreshold: {operator: '<=', value: 5, unit: mmag}\n",
             "name: A.t\nbase: '#x'\nthreshold: ~\nrange: {lower: 1, unit: mag}\n"),
            ("range", {"lower": 1.0, "upper": None, "unit": "mag", "inclusive": "both"}),
        ),
    ],
    ids=["range", "threshold", "tolerance", "chain", "later-base", "turned", "null-part", "null-other", "null-both"],
)  # fmt: skip
def test_a_test_of_another_type_replaces_the_inherited_one_whole(
    documents: tuple[str, ...], expected: tuple[str, dict[str, Any]]
) -> None:
    assert test_of(*documents) == expected


def test_nothing_replaces_an_inherited_test_as_well() -> None:
    registry = repo("id: x\n" + LIMIT, "name: A.t\nbase: '#x'\nthreshold: ~\n")
    assert names(registry) == []
    assert [cause.rule for cause in registry.unresolved["p.A.t"]] == ["missing-test"]


def test_a_numeric_string_is_that_number() -> None:
    registry = repo(
        *(
            f"name: A.n{number}\nthreshold: {{operator: '<=', value: {text}, unit: mmag}}\n"
            for number, text in enumerate(["1e-6", "'5'", "1e3", "'-2.5'", "+.5", "08"])
        )
    )
    assert [found["threshold"]["value"] for found in resolved(registry).values()] == [1e-6, 5, 1000, -2.5, 0.5, 8]


def test_tags_are_a_set_after_resolution() -> None:
    registry = repo("id: x\ntags: [b, a]\n", f"name: A.t\nbase: ['#x', '#x']\ntags: [a, c]\n{LIMIT}")
    assert registry.specifications["p.A.t"].specification is not None
    assert resolved(registry)["p.A.t"]["tags"] == ["a", "b", "c"]


# Requirements


def test_an_abstract_specification_is_a_member_that_is_never_evaluated() -> None:
    registry = repo(
        f"name: A.s\nabstract: true\n{LIMIT}", "name: t\nbase: A.s\n", "name: u\nabstract: false\nbase: A.t\n"
    )
    found = {str(found.name): found for _, found in registry.resolved_specifications()}
    assert {name: (item.abstract, item.applies_to({})) for name, item in found.items()} == {
        "p.A.s": (True, False),
        "p.A.t": (False, True),
        "p.A.u": (False, True),
    }
    assert found["p.A.s"].json["abstract"] is True
    assert "abstract" not in found["p.A.u"].json


def test_a_partial_is_never_abstract() -> None:
    assert told(repo("id: x\nabstract: true\n")) == [("unknown-field", "a.yaml:2:1")]


# What cannot be resolved


@pytest.mark.parametrize(
    ("documents", "cycle"),
    [
        (("id: x\nbase: '#x'\n",), "`p:a#x` inherits from itself"),
        (
            ("id: x\nbase: '#y'\n", "id: y\nbase: '#x'\n"),
            "these inherit from each other: `p:a#x` -> `p:a#y` -> `p:a#x`",
        ),
        (
            ("id: z\nbase: '#x'\n", "id: y\nbase: '#z'\n", "id: x\nbase: '#y'\n"),
            "these inherit from each other: `p:a#z` -> `p:a#x` -> `p:a#y` -> `p:a#z`",
        ),
        (
            ("name: A.s\nbase: A.t\n", "name: A.t\nbase: '#x'\n", "id: x\nbase: A.s\n"),
            "these inherit from each other: `p.A.s` -> `p.A.t` -> `p:a#x` -> `p.A.s`",
        ),
    ],
    ids=["itself", "two", "three", "mixed"],
)
def test_a_cycle_is_told_once_and_whole(documents: tuple[str, ...], cycle: str) -> None:
    registry = repo(*documents, f"name: B.fine\n{LIMIT}", f"name: A.heir\nbase: '#x'\n{LIMIT}", "id: x-aside\n")
    assert [(found.rule, found.message) for found in registry.diagnostics] == [("cyclic-base", cycle)]
    assert names(registry) == ["p.B.fine"]
    assert len(registry.unresolved) == len(documents) + 1


def test_a_cycle_is_told_in_the_same_way_whatever_the_order() -> None:
    documents = ("id: x\nbase: '#y'\n", "id: y\nbase: '#z'\n", "id: z\nbase: '#x'\n")
    found = {
        tuple(sorted(repo(*turned).unresolved)): len(repo(*turned).diagnostics)
        for turned in itertools.permutations(documents)
    }
    assert found == {("p:a#x", "p:a#y", "p:a#z"): 1}


def test_an_unknown_base_is_told_once_and_its_heirs_are_consequences() -> None:
    heirs = [f"name: A.h{number}\nbase: '#x'\n{LIMIT}" for number in range(40)]
    registry = repo("id: x\nbase: '#none'\n", *heirs, f"name: heir-of-heir\nbase: A.h0\n{LIMIT}")
    assert told(registry) == [("unknown-base", "a.yaml:2:7")]
    assert set(registry.unresolved.values()) == {tuple(registry.diagnostics)}
    assert len(registry.unresolved) == 42


@pytest.mark.parametrize(
    ("document", "rule"),
    [
        ("name: A.t\n", "missing-test"),
        ("name: A.t\nthreshold: 5\n", "wrong-type"),
        ("name: A.t\nthreshold: {operator: '<=', value: 5}\n", "missing-field"),
        ("name: A.t\nthreshold: {operator: '<=', value: 5, unit: mmagg}\n", "unknown-unit"),
        ("name: A.t\nthreshold: {operator: '<=', value: 5, unit: ~}\n", "wrong-type"),
        ("name: A.t\nthreshold: {operator: '<=', value: [5], unit: mmag}\n", "not-scalar"),
        ("name: A.t\nthreshold: {operator: '<=', value: {x: 5}, unit: mmag}\n", "not-scalar"),
        ("name: A.t\nthreshold: {operator: '<=', value: five, unit: mmag}\n", "wrong-type"),
        ("name: A.t\nthreshold: {operator: '<=', value: true, unit: mmag}\n", "wrong-type"),
        ("name: A.t\nthreshold: {operator: '<=', value: 2026-11-01, unit: mmag}\n", "wrong-type"),
        ("name: A.t\nthreshold: {operator: '=', value: 5, unit: mmag}\n", "unknown-operator"),
        ("name: A.t\nthreshold: {value: 5, unit: mmag}\n", "missing-field"),
        ("name: A.t\nrange: {unit: mmag}\n", "missing-field"),
        ("name: A.t\ntolerance: {target: 5, unit: mmag}\n", "missing-field"),
    ],
)
def test_what_makes_a_definition_unresolvable(document: str, rule: str) -> None:
    registry = repo(document, f"name: B.fine\n{LIMIT}")
    assert names(registry) == ["p.B.fine"]
    assert {name: {cause.rule for cause in causes} for name, causes in registry.unresolved.items()} == {"p.A.t": {rule}}


@pytest.mark.parametrize(
    ("document", "rule"),
    [
        ("name: A.t\nthreshold: {operator: '<=', value: 5, unit: 1}\n", "wrong-type"),
        ("name: A.t\nthreshold: {operator: '<=', value: .nan, unit: ''}\n", "non-finite"),
        ("name: A.t\nthreshold: {operator: '<=', value: 5, value: 6, unit: ''}\n", "duplicate-key"),
        ("name: A.t\nthreshold: {operator: '<=', value: 5, unit: '', extra: 1}\n", "unknown-field"),
        ("name: A.t\nprovenance_query: {x: 1}\nthreshold: {operator: '<=', value: 5, unit: ''}\n", "unknown-field"),
        ("name: A.t\ntags: [1]\nthreshold: {operator: '<=', value: 5, unit: ''}\n", "wrong-type"),
        ("name: A.t\ntags: {x: 1}\nthreshold: {operator: '<=', value: 5, unit: ''}\n", "wrong-type"),
        ("name: A.t\nmetadata_query: [x]\nthreshold: {operator: '<=', value: 5, unit: ''}\n", "wrong-type"),
        ("name: A.t\nabstract: maybe\nthreshold: {operator: '<=', value: 5, unit: ''}\n", "wrong-type"),
        ("name: A.t\nrange: {lower: 2, upper: 1, unit: ''}\n", "empty-range"),
        ("name: A.t\ntolerance: {target: 0, percent: 1, unit: ''}\n", "invalid-tolerance"),
        ("name: A.a b\nthreshold: {operator: '<=', value: 5, unit: ''}\n", "invalid-name"),
    ],
)
def test_every_other_fault_is_told_and_the_definition_kept(document: str, rule: str) -> None:
    registry = repo(document)
    assert len(names(registry)) == 1
    assert registry.unresolved == {}
    assert {found.rule for found in registry.diagnostics} == {rule}


# Places


def test_every_effective_value_keeps_the_place_that_gave_it() -> None:
    registry = repo(
        "id: x\ntags: [a]\nmetadata_query: {v: [1], w: 1}\n" + LIMIT,
        "name: A.s\nbase: '#x'\ntags: [b]\nthreshold: {value: 6}\n",
        "name: t\nbase: A.s\ntags: [c]\nmetadata_query: {v: [2]}\n",
    )
    document = registry.specifications["p.A.t"]
    assert document.content is not None
    assert dict(_leaves("", document.content)) == {
        "/tags/0": "2:8",
        "/tags/1": "8:8",
        "/tags/2": "13:8",
        "/metadata_query/v/0": "3:22",
        "/metadata_query/v/1": "14:22",
        "/metadata_query/w": "3:29",
        "/threshold/operator": "4:23",
        "/threshold/value": "9:20",
        "/threshold/unit": "4:45",
    }


def _leaves(pointer: str, node: Node) -> list[tuple[str, str]]:
    if isinstance(node, Mapping):
        return [leaf for key, entry in node.entries.items() for leaf in _leaves(f"{pointer}/{key}", entry.value)]
    if isinstance(node, Sequence):
        return [leaf for index, item in enumerate(node.items) for leaf in _leaves(f"{pointer}/{index}", item)]
    return [(pointer, f"{node.place.line}:{node.place.column}")]


# Limits


def test_a_base_that_is_reached_too_often_is_refused() -> None:
    doubling = [f"id: x{number}\nbase: ['#x{number - 1}', '#x{number - 1}']\n" for number in range(1, 40)]
    registry = repo("id: x0\ntags: [t]\n", *doubling, f"name: A.t\nbase: '#x39'\n{LIMIT}", f"name: B.fine\n{LIMIT}")
    (found,) = registry.diagnostics
    assert (found.rule, found.message.endswith("inherits more than 20,000 values")) == ("too-large", True)
    assert names(registry) == ["p.B.fine"]


def test_a_long_chain_is_no_crash() -> None:
    links = [f"id: x{number}\nbase: '#x{number - 1}'\n" for number in range(1, 3000)]
    assert names(repo("id: x0\n" + LIMIT, *links, "name: A.t\nbase: '#x2999'\n")) == ["p.A.t"]


def test_a_long_cycle_is_no_crash() -> None:
    links = [f"id: x{number}\nbase: '#x{(number + 1) % 3000}'\n" for number in range(3000)]
    assert [found.rule for found in repo(*links).diagnostics] == ["cyclic-base"]
