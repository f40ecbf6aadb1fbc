"""Metadata queries: the truth of every operator for every kind of value."""

from __future__ import annotations

import fnmatch
import math
import operator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import stable_id
from gnomon import queries
from gnomon.queries import MISSING, applies, condition_faults, is_condition, term_holds, term_test

VALUES: dict[str, Any] = {
    "0": 0,
    "1": 1,
    "1.0": 1.0,
    "1.5": 1.5,
    "-inf": -math.inf,
    "nan": math.nan,
    "true": True,
    "false": False,
    "null": None,
    "''": "",
    "'1'": "1",
    "r": "r",
    "HSC-R": "HSC-R",
    "[]": [],
    "[1]": [1],
    "[r, 1]": ["r", 1],
    "{}": {},
    "{x: 1}": {"x": 1},
}


def holding(query: dict[str, Any]) -> set[str]:
    """Give the values of `v` that satisfy a query, and `missing` when its absence does."""
    found = {name for name, value in VALUES.items() if applies(query, {"other": 0, "v": value})}
    return found | ({"missing"} if applies(query, {"other": 0}) else set())


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (1, {"1", "1.0", "true"}),
        (1.0, {"1", "1.0", "true"}),
        (True, {"1", "1.0", "true"}),
        (0, {"0", "false"}),
        (False, {"0", "false"}),
        (1.5, {"1.5"}),
        ("1", {"'1'"}),
        ("r", {"r"}),
        ("R", set()),
        ("", {"''"}),
        (None, {"null"}),
        (math.nan, set()),
        ([], {"[]"}),
        ([1], {"[1]"}),
        ([1.0], {"[1]"}),
        ([1, "r"], set()),
        (["r", 1], {"[r, 1]"}),
        ({}, {"{}"}),
        ({"x": 1}, {"{x: 1}"}),
        ({"in": [1], "x": 1}, set()),
    ],
    ids=stable_id,
)
def test_a_plain_value_must_be_equal_as_in_python(wanted: Any, expected: set[str]) -> None:
    # NaN equals nothing, but a list or dictionary would find the very same object equal: ours are others.
    assert holding({"v": wanted if wanted is not VALUES["nan"] else float("nan")}) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"in": []}, set()),
        ({"in": ["r", "i"]}, {"r"}),
        ({"in": [1]}, {"1", "1.0", "true"}),
        ({"in": ["1", None]}, {"'1'", "null"}),
        ({"in": [[1], {"x": 1}]}, {"[1]", "{x: 1}"}),
        ({"not_in": []}, set(VALUES)),
        ({"not_in": ["r", 1]}, set(VALUES) - {"r", "1", "1.0", "true"}),
        ({"glob": "*"}, {"''", "'1'", "r", "HSC-R"}),
        ({"glob": "HSC-*"}, {"HSC-R"}),
        ({"glob": "hsc-*"}, set()),
        ({"glob": "?"}, {"'1'", "r"}),
        ({"glob": "[q-s]"}, {"r"}),
        ({"glob": "[!0-9]*"}, {"r", "HSC-R"}),
        ({"glob": ""}, {"''"}),
        ({"glob": "["}, set()),
        ({"exists": True}, set(VALUES)),
        ({"exists": False}, {"missing"}),
        ({"<": 1}, {"0", "-inf"}),
        ({"<=": 1}, {"0", "1", "1.0", "-inf"}),
        ({">": 1}, {"1.5"}),
        ({">=": 1}, {"1", "1.0", "1.5"}),
        ({">=": 1, "<": 1.5}, {"1", "1.0"}),
        ({">": 1, "<": 1}, set()),
        ({">=": -math.inf}, {"0", "1", "1.0", "1.5", "-inf"}),
        ({"<": math.nan}, set()),
        ({">=": math.nan}, set()),
        ({"exists": True, "not_in": ["r"]}, set(VALUES) - {"r"}),
        ({"exists": False, "in": ["r"]}, set()),
        ({"in": ["r", "HSC-R"], "glob": "H*"}, {"HSC-R"}),
        ({"in": [0, 1, 1.5], ">": 0}, {"1", "1.0", "1.5"}),
        ({"any": True}, {*VALUES, "missing"}),
    ],
    ids=stable_id,
)
def test_a_condition_holds_when_all_of_its_operators_do(condition: dict[str, Any], expected: set[str]) -> None:
    assert is_condition(condition)
    assert list(condition_faults(condition)) == []
    assert holding({"v": condition}) == expected


def test_every_term_must_hold_and_an_empty_query_always_does() -> None:
    query = {"camera": "hsc", "band": {"in": ["g", "r"]}}
    assert applies({}, {})
    assert applies({}, {"camera": "hsc"})
    assert applies(query, {"camera": "hsc", "band": "g", "more": 1})
    assert not applies(query, {"camera": "hsc", "band": "i"})
    assert not applies(query, {"camera": "hsc"})
    assert not applies(query, {"band": "g"})
    assert not applies(query, {})


def test_notes_are_terms_with_dots_in_their_names() -> None:
    assert applies({"p.A.filter": "r"}, {"p.A.filter": "r"})
    assert not applies({"p.A.filter": "r"}, {"p": {"A": {"filter": "r"}}})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"in": []}, True),
        ({">=": 1, "<": 2}, True),
        ({"any": True}, True),
        ({"exists": None}, True),
        ({}, False),
        ({"in": [], "x": 1}, False),
        ({"inn": []}, False),
        ({"==": 1}, False),
        ({"IN": []}, False),
        ({1: 1}, False),
        ("in", False),
        (["in"], False),
        (None, False),
    ],
    ids=stable_id,
)
def test_a_condition_is_a_mapping_all_of_whose_keys_are_operators(
    value: Any,
    expected: bool,  # noqa: FBT001  # of the table
) -> None:
    assert is_condition(value) is expected


@pytest.mark.parametrize(
    ("condition", "faulty"),
    [
        ({"in": "r"}, ["in"]),
        ({"in": {"x": 1}, "not_in": None}, ["in", "not_in"]),
        ({"glob": 1}, ["glob"]),
        ({"glob": ["x"]}, ["glob"]),
        ({"exists": "yes"}, ["exists"]),
        ({"exists": 1}, ["exists"]),
        ({"<": "1", "<=": True, ">": None, ">=": [1]}, ["<", "<=", ">", ">="]),
        ({"any": False}, ["any"]),
        ({"any": 1}, ["any"]),
        ({"any": True, "in": [1]}, ["any"]),
        ({"in": [], "glob": "", "exists": False, "<": 0, ">": 1.5}, []),
    ],
    ids=stable_id,
)
def test_operands_that_make_no_sense_are_told(condition: dict[str, Any], faulty: list[str]) -> None:
    assert [name for name, _ in condition_faults(condition)] == faulty


@pytest.mark.parametrize(
    "condition", [{"in": "r"}, {"glob": 1}, {"<": "1"}, {"<": None}, {">": True}, {">=": [1]}], ids=stable_id
)
def test_a_condition_that_makes_no_sense_holds_for_nothing(condition: dict[str, Any]) -> None:
    assert holding({"v": condition}) == set()


def test_the_operators_are_these() -> None:
    assert sorted(queries.OPERATORS) == ["<", "<=", ">", ">=", "any", "exists", "glob", "in", "not_in"]


numbers = st.integers() | st.floats()
json_values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
ORDERINGS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


@given(st.sampled_from(sorted(ORDERINGS)), numbers, numbers)
def test_orderings_are_those_of_python(name: str, limit: float, value: float) -> None:
    assert applies({"v": {name: limit}}, {"v": value}) == ORDERINGS[name](value, limit)


@given(st.text("ab[]!*?-", max_size=6), st.text("ab[]!*?-", max_size=6))
def test_patterns_are_those_of_the_shell(pattern: str, value: str) -> None:
    assert applies({"v": {"glob": pattern}}, {"v": value}) == fnmatch.fnmatchcase(value, pattern)


@given(st.lists(json_values, max_size=4), json_values)
def test_in_and_not_in_are_opposites_where_the_term_is_there(members: list[Any], value: Any) -> None:
    found = {name: applies({"v": {name: members}}, {"v": value}) for name in ("in", "not_in")}
    assert found["in"] == any(member == value for member in members)
    assert found["in"] != found["not_in"]


@pytest.mark.parametrize("kind", [np.int64, np.uint8, np.float32, np.float64])
def test_numbers_of_numpy_are_numbers(kind: type[Any]) -> None:
    # The same job, read from its file, has Python's numbers: it must meet the same queries.
    assert applies({"v": {">=": 20, "<": 22}}, {"v": kind(21)})
    assert not applies({"v": {"<": 21}}, {"v": kind(21)})
    assert not applies({"v": {"<": 21}}, {"v": np.bool_(True)})  # noqa: FBT003  # a value


def test_arrays_of_numpy_are_lists_as_in_a_job_file() -> None:
    array = np.array([1, 2])
    assert applies({"v": [1, 2]}, {"v": array})
    assert not applies({"v": [1, 3]}, {"v": array})
    assert applies({"v": {"in": [3, [1, 2]]}}, {"v": array})


@given(json_values | st.dictionaries(st.sampled_from(sorted(queries.OPERATORS)), json_values), json_values)
def test_no_query_raises(wanted: Any, value: Any) -> None:
    assert applies({"v": wanted}, {"v": value}) in {True, False}
    assert applies({"v": wanted}, {}) in {True, False}
    if is_condition(wanted):
        list(condition_faults(wanted))


def test_a_hostile_pattern_is_answered() -> None:
    assert not applies({"v": {"glob": "*a" * 60 + "b"}}, {"v": "a" * 2000})


anything = st.sampled_from([MISSING, *VALUES.values()])
members = st.lists(st.sampled_from([*VALUES.values(), [True], {"x": 1.0}]), max_size=4)
conditions = st.fixed_dictionaries(
    {}, optional={"in": members | st.just("r"), "not_in": members, "glob": st.just("r*"), "exists": st.booleans()}
)


@given(conditions | st.sampled_from(list(VALUES.values())), anything)
def test_a_term_asked_of_thousands_of_values_holds_as_it_does_for_one(wanted: Any, value: Any) -> None:
    assert term_test(wanted)(value) is term_holds(wanted, value)
