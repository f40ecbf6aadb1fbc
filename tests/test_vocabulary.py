"""The vocabulary says which terms and values queries may use."""

from __future__ import annotations

from typing import Any

import pytest

from gnomon.loader import load
from gnomon.rules import check
from gnomon.sources import Memory
from gnomon.vocabulary import PATH, Term

SPECIFICATION = "name: s\nmetric: A\nthreshold: {operator: '<=', value: 5, unit: mmag}\n"


def terms(content: str) -> dict[str, Term]:
    found = load(Memory({PATH: content})).vocabulary
    assert found is not None
    return found


def shown(term: Term) -> tuple[Any, ...]:
    return (term.name, term.description, term.type, term.values, term.aliases)


def test_a_repository_without_one_has_no_vocabulary() -> None:
    assert load(Memory({"specs/p/a.yaml": SPECIFICATION})).vocabulary is None


@pytest.mark.parametrize(
    ("content", "rules"),
    [
        ("{}\n", {"empty-document"}),
        ("", {"empty-document"}),
        ("---\n", {"empty-document"}),
        ("- a\n", {"wrong-type"}),
        ("a: {}\n---\nb: [\n", {"yaml-syntax"}),
    ],
    ids=repr,
)
def test_a_vocabulary_that_cannot_be_read_whole_judges_nothing(content: str, rules: set[str]) -> None:
    registry = load(Memory({PATH: content}))
    assert (registry.vocabulary, {found.rule for found in registry.diagnostics}) == (None, rules)


def test_everything_can_be_said() -> None:
    found = terms("""
        camera: {description: The instrument., type: string, values: [hsc, decam], aliases: [instrument, cam]}
        visit: {type: integer}
        mjd: {type: number}
        dithered: {type: boolean}
        filters: {type: list, values: [[g], [g, r]]}
        anything: {}
    """)
    assert {name: shown(term) for name, term in found.items()} == {
        "camera": ("camera", "The instrument.", "string", ("hsc", "decam"), ("instrument", "cam")),
        "visit": ("visit", "", "integer", None, ()),
        "mjd": ("mjd", "", "number", None, ()),
        "dithered": ("dithered", "", "boolean", None, ()),
        "filters": ("filters", "", "list", (["g"], ["g", "r"]), ()),
        "anything": ("anything", "", None, None, ()),
        "instrument": ("camera", "The instrument.", "string", ("hsc", "decam"), ("instrument", "cam")),
        "cam": ("camera", "The instrument.", "string", ("hsc", "decam"), ("instrument", "cam")),
    }


def test_a_term_counts_before_an_alias_of_the_same_name() -> None:
    found = terms("a: {aliases: [b]}\nb: {type: integer}\n")
    assert (found["b"].name, found["b"].type) == ("b", "integer")


def test_a_vocabulary_is_one_document() -> None:
    registry = load(Memory({PATH: "a: {}\n---\nb: {}\n"}))
    assert sorted(registry.vocabulary or {}) == ["a"]
    assert [(found.rule, str(found.place)) for found in registry.diagnostics] == [("yaml-syntax", f"{PATH}:2:1")]


def test_a_term_knows_where_it_stands() -> None:
    assert [str(term.key.place) for term in terms("# c\na: {}\nb: {}\n").values()] == [f"{PATH}:2:1", f"{PATH}:3:1"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a: 5\n", ("a", "", None, None, ())),
        ("a:\n", ("a", "", None, None, ())),
        ("a: [x]\n", ("a", "", None, None, ())),
        ("a: {type: strnig, values: x, aliases: y, description: }\n", ("a", "", None, None, ())),
        ("a: {type: [string], values: {x: 1}, aliases: {y: 1}}\n", ("a", "", None, None, ())),
        ("a: {aliases: [1]}\n", ("a", "", None, None, ("1",))),
    ],
    ids=["number", "nothing", "list", "wrong", "kinds", "aliases"],
)
def test_what_has_no_sound_form_is_told_and_passed_over(content: str, expected: tuple[Any, ...]) -> None:
    registry = load(Memory({PATH: content}))
    assert registry.vocabulary is not None
    assert shown(registry.vocabulary["a"]) == expected
    assert {found.rule for found in registry.diagnostics} == {"wrong-type"}


@pytest.mark.parametrize(
    ("content", "value", "fault"),
    [
        ("{type: string}", "x", None),
        ("{type: string}", 1, "values of `a` are of the type string"),
        ("{type: integer}", 1, None),
        ("{type: integer}", 1.0, "values of `a` are of the type integer"),
        ("{type: integer}", True, "values of `a` are of the type integer"),
        ("{type: number}", 1, None),
        ("{type: number}", 1.5, None),
        ("{type: number}", True, "values of `a` are of the type number"),
        ("{type: number}", "1", "values of `a` are of the type number; in quotes it is text"),
        ("{type: number}", "x", "values of `a` are of the type number"),
        ("{type: boolean}", False, None),
        ("{type: boolean}", 0, "values of `a` are of the type boolean"),
        ("{type: list}", [], None),
        ("{type: list}", "x", "values of `a` are of the type list"),
        ("{values: [x, y]}", "x", None),
        ("{values: [x, y]}", "z", "`a` has the values `x`, `y`"),
        ("{values: !!set {x}}", "x", None),
        ("{values: [1, 2]}", 1.0, None),
        ("{values: [1, 2]}", "1", "`a` has the values `1`, `2`"),
        ("{values: [[x]]}", ["x"], None),
        ("{values: []}", "x", "`a` has the values "),
        ("{type: string, values: [1]}", 1, "values of `a` are of the type string"),
        ("{}", None, None),
        ("{}", {"x": 1}, None),
    ],
)
def test_values_are_judged_by_type_and_list(content: str, value: Any, fault: str | None) -> None:
    assert terms(f"a: {content}\n")["a"].fault_of(value) == fault


def test_only_this_one_file_is_the_vocabulary() -> None:
    registry = load(
        Memory({PATH: "a: {}\n", "specs/p/vocabulary.yaml": SPECIFICATION, "specs/vocabulary.yml": "b: {}"})
    )
    assert sorted(registry.vocabulary or {}) == ["a"]
    assert sorted(registry.specifications) == ["p.A.s"]
    assert [(found.rule, found.place.path) for found in registry.diagnostics] == [
        ("misplaced-file", "specs/vocabulary.yml")
    ]


@pytest.mark.parametrize(
    ("kind", "condition", "fires"),
    [
        ("string", "{'<': 5}", True),
        ("boolean", "{'>=': 0}", True),
        ("list", "{glob: 'x*'}", True),
        ("number", "{glob: '1*'}", True),
        ("number", "{'<': 5}", False),
        ("integer", "{'<': 5}", False),
        ("string", "{glob: 'x*'}", False),
        ("string", "{exists: true}", False),
    ],
)
def test_a_condition_on_values_of_another_type_never_applies(kind: str, condition: str, fires: bool) -> None:  # noqa: FBT001  # of the table
    limit = "threshold: {operator: '<=', value: 5, unit: mag}"
    files = {
        "metrics/p.yaml": "A: {unit: mag, description: Scatter of the magnitudes of stars.}\n",
        "specs/p/a.yaml": f"name: A.s\nmetadata_query: {{t: {condition}}}\n{limit}\n",
        "specs/vocabulary.yaml": f"t: {{type: {kind}}}\n",
    }
    found = [finding.diagnostic for finding in check(load(Memory(files))).findings]
    assert [(fault.rule, fault.hint) for fault in found] == (
        [("never-applies", f"values of `t` are of the type {kind}")] if fires else []
    )
