"""Types of tests: how each is read and written, and which values pass."""

from __future__ import annotations

import html
import json
import math
import pickle
import re
from dataclasses import FrozenInstanceError
from typing import TYPE_CHECKING, Any

import astropy.units as u
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import definition_strategies
from gnomon import Measurement, Name, RangeSpecification, ThresholdSpecification, ToleranceSpecification, units
from gnomon.loader import load
from gnomon.sources import Memory
from gnomon.specifications import (
    TYPES,
    Interval,
    PassingSet,
    Range,
    Specification,
    Threshold,
    Tolerance,
    parse_test,
)
from gnomon.specifications import (
    test_of as made_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from gnomon.registry import Registry
    from gnomon.specifications import Test

INF = math.inf


def repo(test: str) -> Registry:
    """Load one specification, whose test stands in its third line."""
    return load(Memory({"specs/p/a.yaml": f"name: s\nmetric: A\n{test}\n"}))


def made(test: str) -> Specification:
    ((_, specification),) = repo(test).resolved_specifications()
    return specification


def faults(test: str) -> list[tuple[str, int]]:
    """Give the rules of all faults and their columns in the test's line."""
    return [(found.rule, found.place.column) for found in repo(test).diagnostics if found.place.line == 3]


def interval(lower: float, upper: float, closed: str = "") -> Interval:
    return Interval(lower, upper, lower_closed="lower" in closed, upper_closed="upper" in closed)


BOTH = "lower upper"


@pytest.mark.parametrize(
    ("text", "test", "fields", "shown"),
    [
        (
            "threshold: {operator: '<=', value: 5, unit: mmag}",
            Threshold("<=", 5.0, "mmag"),
            {"value": 5.0, "unit": "mmag", "operator": "<="},
            "<= 5.0 mmag",
        ),
        (
            "threshold: {operator: '!=', value: -1_000, unit: ''}",
            Threshold("!=", -1000.0, ""),
            {"value": -1000.0, "unit": "", "operator": "!="},
            "!= -1000.0",
        ),
        (
            "threshold: {operator: '>', value: '1e-6', unit: milliarcsecond}",
            Threshold(">", 1e-6, "marcsec"),
            {"value": 1e-6, "unit": "marcsec", "operator": ">"},
            "> 1e-06 marcsec",
        ),
        (
            "range: {lower: -2, upper: 2.5, unit: mmag}",
            Range(-2.0, 2.5, "mmag", "both"),
            {"lower": -2.0, "upper": 2.5, "unit": "mmag", "inclusive": "both"},
            "[-2.0, 2.5] mmag",
        ),
        (
            "range: {lower: 0, unit: '', inclusive: neither}",
            Range(0.0, None, "", "neither"),
            {"lower": 0.0, "upper": None, "unit": "", "inclusive": "neither"},
            "(0.0, inf)",
        ),
        (
            "range: {lower: ~, upper: 1, unit: percent, inclusive: upper}",
            Range(None, 1.0, "%", "upper"),
            {"lower": None, "upper": 1.0, "unit": "%", "inclusive": "upper"},
            "(-inf, 1.0] %",
        ),
        (
            "range: {lower: 1, upper: 2, unit: s, inclusive: lower}",
            Range(1.0, 2.0, "s", "lower"),
            {"lower": 1.0, "upper": 2.0, "unit": "s", "inclusive": "lower"},
            "[1.0, 2.0) s",
        ),
        (
            "tolerance: {target: 27.14, within: 0.05, unit: mag}",
            Tolerance(27.14, "mag", within=0.05),
            {"target": 27.14, "unit": "mag", "within": 0.05},
            "27.14 ± 0.05 mag",
        ),
        (
            "tolerance: {target: 27.14, plus: 0.1, minus: 0.02, unit: mag(AB)}",
            Tolerance(27.14, "mag(AB)", plus=0.1, minus=0.02),
            {"target": 27.14, "unit": "mag(AB)", "plus": 0.1, "minus": 0.02},
            "27.14 +0.1 -0.02 mag(AB)",
        ),
        (
            "tolerance: {target: 350, percent: 10, unit: ''}",
            Tolerance(350.0, "", percent=10.0),
            {"target": 350.0, "unit": "", "percent": 10.0},
            "350.0 ± 10.0 %",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_test_is_read_and_written(text: str, test: Test, fields: dict[str, Any], shown: str) -> None:
    found = made(text)
    assert found == Specification.of("p.A.s", test)
    assert (found.type, str(found)) == (test.type, shown)
    assert found.json == {"name": "p.A.s", "type": test.type, test.type: fields, "metadata_query": {}, "tags": []}
    assert faults(text) == []


# Texts of tests


@pytest.mark.parametrize(
    ("text", "test"),
    [
        ("<= 5 mmag", Threshold("<=", 5.0, "mmag")),
        ("≤ 5 mmag", Threshold("<=", 5.0, "mmag")),
        (">1e-3", Threshold(">", 0.001, "")),
        ("  != -.5  m / s ", Threshold("!=", -0.5, "m / s")),
        ("== 5 10 m", Threshold("==", 5.0, "10 m")),
        ("< 5 milliarcsecond", Threshold("<", 5.0, "marcsec")),
        ("= 5 mmag", Threshold("==", 5.0, "mmag")),
        (">\N{NO-BREAK SPACE}\N{MINUS SIGN}5\N{NO-BREAK SPACE}mmag", Threshold(">", -5.0, "mmag")),
        ("in [\N{MINUS SIGN}1, 2] mag", Range(-1.0, 2.0, "mag")),
        ("<= 5eV", Threshold("<=", 5.0, "eV")),
        ("[1, 2] mag", Range(1.0, 2.0, "mag")),
        ("[1,2) mag", Range(1.0, 2.0, "mag", "lower")),
        ("( -1 , 2 ]", Range(-1.0, 2.0, "", "upper")),
        ("(-inf, 2] mag", Range(None, 2.0, "mag")),
        ("(-inf, 2) mag", Range(None, 2.0, "mag", "neither")),
        ("[1, inf)", Range(1.0, None, "")),
        ("27.14 ± 0.05 mag", Tolerance(27.14, "mag", within=0.05)),
        ("27.14 +- 0.05 mag", Tolerance(27.14, "mag", within=0.05)),
        ("27.14+/-0.05mag", Tolerance(27.14, "mag", within=0.05)),
        ("27.14 +0.1 -0.02 mag(AB)", Tolerance(27.14, "mag(AB)", plus=0.1, minus=0.02)),
        ("350 ± 10 %", Tolerance(350.0, "", percent=10.0)),
        ("350 ± 10 % mmag", Tolerance(350.0, "mmag", percent=10.0)),
        ("50 ± 2 % %", Tolerance(50.0, "%", percent=2.0)),
        ("(50 ± 2) %", Tolerance(50.0, "%", within=2.0)),
        ("(50±2) mmag", Tolerance(50.0, "mmag", within=2.0)),
    ],
)
def test_a_test_is_made_of_the_text_that_people_are_shown(text: str, test: Test) -> None:
    assert parse_test(text) == test


@given(st.data())
def test_every_test_is_made_of_its_own_text(data: st.DataObject) -> None:
    dimension = data.draw(st.sampled_from(definition_strategies.DIMENSIONS))
    ((name, fields),) = data.draw(definition_strategies.some_test(dimension, ())).items()
    test = made_of(name, fields)
    again = parse_test(str(test))
    assert (str(again), again.type, again.passing) == (str(test), test.type, test.passing)


@given(st.data())
def test_every_test_is_made_of_its_text_in_the_site(data: st.DataObject) -> None:
    wording = pytest.importorskip("gnomon.docs.wording")
    dimension = data.draw(st.sampled_from(definition_strategies.DIMENSIONS))
    ((name, fields),) = data.draw(definition_strategies.some_test(dimension, ())).items()
    test = made_of(name, fields)
    again = parse_test(html.unescape(re.sub(r"<[^<>]*>", "", wording.test(test))))
    # A range without a lower limit reads as what it is, a threshold.
    assert again.passing == test.passing


@given(st.text(st.sampled_from("0123456789.eE+-/±%<=>!()[], infmag\n\0é"), max_size=30))
def test_any_text_is_a_test_that_is_shown_as_another_text_of_it_or_none(text: str) -> None:
    try:
        test = parse_test(text)
    except ValueError:
        return
    assert parse_test(str(test)).passing == test.passing


@pytest.mark.parametrize("form", [form for kind in TYPES.values() for form in kind.test_type.forms])
def test_what_is_said_to_be_a_test_is_shown_as_that(form: str) -> None:
    assert str(parse_test(form)) == form


NO_TEST = (
    " is no test; tests look like `<= 5.0 mmag`, `[1.0, 2.0] mmag`, `(-inf, 2.0) mmag`, `27.14 ± 0.05 mag`, "
    "`27.14 +0.1 -0.02 mag`, `350.0 ± 10.0 %` or `(50.0 ± 2.0) %`"
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", f"``{NO_TEST}"),
        ("5 mmag", f"`5 mmag`{NO_TEST}"),
        ("=< 5 mmag", f"`=< 5 mmag`{NO_TEST}"),
        ("<= nan mmag", f"`<= nan mmag`{NO_TEST}"),
        ("(-inf, inf) mmag", f"`(-inf, inf) mmag`{NO_TEST}"),
        ("[-inf, 1] mmag", f"`[-inf, 1] mmag`{NO_TEST}"),
        ("[1, inf] mmag", f"`[1, inf] mmag`{NO_TEST}"),
        ("(50 ± 2 %", f"`(50 ± 2 %`{NO_TEST}"),
        ("5 +-1 -2 mag", f"`5 +-1 -2 mag`{NO_TEST}"),  # astropy would read a unit of -2 mag
        ("<= 5 µ", "`µ` is not a unit; see https://docs.astropy.org/en/stable/units/ for the units there are"),
        ("<= 5 mmagg", "`mmagg` is not a unit; did you mean `mmag` or `maggy` or `mag`?"),
        ("<= 1e999 mmag", "`<= 1e999 mmag` has a number that is too large"),
    ],
)  # fmt: skip
def test_a_text_that_is_no_test_is_refused_in_a_line(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(told)}$"):
        parse_test(text)


def test_percents_of_the_target_and_percents_that_are_the_unit_look_different() -> None:
    of_target, in_unit = Tolerance(50.0, "", percent=2.0), Tolerance(50.0, "%", within=2.0)
    assert (str(of_target), str(in_unit)) == ("50.0 ± 2.0 %", "(50.0 ± 2.0) %")
    assert (of_target.latex, in_unit.latex) == (r"50 \pm 2\,\%", r"(50 \pm 2)~\mathrm{\%}")


@pytest.mark.parametrize(
    ("test", "intervals"),
    [
        (Threshold("<", 5, "mag"), [interval(-INF, 5)]),
        (Threshold("<=", 5, "mag"), [interval(-INF, 5, "upper")]),
        (Threshold(">", 5, "mag"), [interval(5, INF)]),
        (Threshold(">=", 5, "mag"), [interval(5, INF, "lower")]),
        (Threshold("==", 5, "mag"), [interval(5, 5, BOTH)]),
        (Threshold("!=", 5, "mag"), [interval(-INF, 5), interval(5, INF)]),
        (Threshold("<=", math.nan, "mag"), []),
        (Range(1, 2, "mag"), [interval(1, 2, BOTH)]),
        (Range(1, 2, "mag", "neither"), [interval(1, 2)]),
        (Range(1, 2, "mag", "lower"), [interval(1, 2, "lower")]),
        (Range(1, 2, "mag", "upper"), [interval(1, 2, "upper")]),
        (Range(1, None, "mag"), [interval(1, INF, "lower")]),
        (Range(None, 2, "mag"), [interval(-INF, 2, "upper")]),
        (Range(None, 2, "mag", "lower"), [interval(-INF, 2)]),
        (Tolerance(10, "mag", within=1), [interval(9, 11, BOTH)]),
        (Tolerance(10, "mag", plus=2, minus=1), [interval(9, 12, BOTH)]),
        (Tolerance(10, "mag", plus=2, minus=0), [interval(10, 12, BOTH)]),
        (Tolerance(10, "mag", percent=5), [interval(9.5, 10.5, BOTH)]),
        (Tolerance(-10, "mag", percent=5), [interval(-10.5, -9.5, BOTH)]),
        (Tolerance(10, "mag", within=0), [interval(10, 10, BOTH)]),
    ],
    ids=str,
)
def test_a_test_is_its_passing_set(test: Test, intervals: list[Interval]) -> None:
    assert test.passing == PassingSet(tuple(intervals), "mag")


@given(st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), st.integers(-3, 3), st.integers(-3, 3))
def test_a_threshold_passes_what_its_operator_says(operator: str, value: int, limit: int) -> None:
    expected = {
        "<": value < limit,
        "<=": value <= limit,
        ">": value > limit,
        ">=": value >= limit,
        "==": value == limit,
        "!=": value != limit,
    }
    assert (value in Threshold(operator, limit, "").passing) == expected[operator]


bounds = st.none() | st.integers(-3, 3).map(float)


@given(bounds, bounds, st.sampled_from(["both", "lower", "upper", "neither"]), st.integers(-4, 4))
def test_a_range_passes_what_lies_in_it(lower: float | None, upper: float | None, inclusive: str, value: int) -> None:
    above = lower is None or value > lower or (value == lower and inclusive in {"both", "lower"})
    below = upper is None or value < upper or (value == upper and inclusive in {"both", "upper"})
    assert (value in Range(lower, upper, "", inclusive).passing) == (above and below)


@pytest.mark.parametrize("value", [math.nan, INF, -INF])
def test_what_is_no_finite_number_is_in_no_bounded_set(value: float) -> None:
    assert value not in Range(-1e300, 1e300, "").passing
    assert value not in Tolerance(0, "", within=1e300).passing
    assert value not in Threshold("==", 5, "").passing


def test_not_a_number_passes_nothing() -> None:
    tests = (Threshold("<", 5, ""), Threshold("!=", 5, ""), Range(None, 5, ""), Tolerance(5, "", within=1))
    value = math.nan
    assert [value in test.passing for test in tests] == [False] * 4


@pytest.mark.parametrize(
    ("found", "empty"),
    [
        (interval(1, 2), False),
        (interval(1, 1, BOTH), False),
        (interval(1, 1, "lower"), True),
        (interval(1, 1, "upper"), True),
        (interval(1, 1), True),
        (interval(2, 1, BOTH), True),
        (interval(math.nan, 1, BOTH), True),
        (interval(1, math.nan), True),
        (Interval(), False),
    ],
    ids=str,
)
def test_an_interval_may_be_empty(found: Interval, empty: bool) -> None:  # noqa: FBT001  # of the table
    assert found.is_empty is empty
    assert PassingSet((found,), "").is_empty is empty
    assert PassingSet((), "").is_empty


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("threshold: {operator: '<=', value: 5, unit: mmagg}", [("unknown-unit", 45)]),
        ("threshold: {operator: '<=', value: 5, unit: }", [("wrong-type", 45)]),
        ("threshold: {operator: '<=', value: 5, unit: [mmag]}", [("wrong-type", 45)]),
        ("threshold: {operator: '<=', value: 5, unit: true}", [("wrong-type", 45)]),
        ("threshold: {operator: '<=', value: 5}", [("missing-field", 1)]),
        ("threshold: {operator: '<=', unit: mmag}", [("missing-field", 1)]),
        ("threshold: {value: 5, unit: mmag}", [("missing-field", 1)]),
        ("threshold: {}", [("missing-field", 1)] * 3),
        ("threshold: {operator: '=', value: 5, unit: mmag}", [("unknown-operator", 23)]),
        ("threshold: {operator: 5, value: 5, unit: mmag}", [("unknown-operator", 23)]),
        ("threshold: {operator: ['<'], value: 5, unit: mmag}", [("unknown-operator", 23)]),
        ("threshold: {operator: '<', value: [5, 6], unit: mmag}", [("not-scalar", 35)]),
        ("threshold: {operator: '<', value: {x: 5}, unit: mmag}", [("not-scalar", 35)]),
        ("threshold: {operator: '<', value: 5 mmag, unit: mmag}", [("wrong-type", 35)]),
        ("threshold: {operator: '<', value: true, unit: mmag}", [("wrong-type", 35)]),
        ("threshold: {operator: '<', value: 2026-11-01, unit: mmag}", [("wrong-type", 35)]),
        ("threshold: {operator: '<', value: '1__0', unit: mmag}", [("wrong-type", 35)]),
        ("threshold: {operator: '<', value: ~, unit: mmag}", [("missing-field", 1)]),
        ("threshold: {operator: '=', value: x, unit: mmagg}", [
            ("unknown-operator", 23), ("wrong-type", 35), ("unknown-unit", 44),
        ]),
        ("range: {unit: mmag}", [("missing-field", 1)]),
        ("range: {lower: ~, upper: ~, unit: mmag}", [("missing-field", 1)]),
        ("range: {lower: 1}", [("missing-field", 1)]),
        ("range: {lower: [1], upper: x, unit: mmag}", [("not-scalar", 16), ("wrong-type", 28)]),
        ("tolerance: {target: 5, unit: mmag}", [("missing-field", 1)]),
        ("tolerance: {within: 5, unit: mmag}", [("missing-field", 1)]),
        ("tolerance: {target: 5, within: 5}", [("missing-field", 1)]),
        ("tolerance: {target: 5, within: [5], unit: mmag}", [("not-scalar", 32)]),
        ("{}", []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_faults_that_leave_no_test(text: str, expected: list[tuple[str, int]]) -> None:
    if text == "{}":
        text = ""
    assert list(repo(text).resolved_specifications()) == []
    assert sorted(faults(text)) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "expected", "kept"),
    [
        (
            "threshold: {operator: '<=', value: 5, unit: 1}",
            [("wrong-type", 45)],
            Threshold("<=", 5.0, ""),
        ),
        (
            "threshold: {operator: '<=', value: .inf, unit: mmag}",
            [("non-finite", 36)],
            Threshold("<=", INF, "mmag"),
        ),
        ("range: {lower: 2, upper: 1, unit: s}", [("empty-range", 16)], Range(2.0, 1.0, "s")),
        (
            "range: {lower: 1, upper: 1, unit: s, inclusive: lower}",
            [("empty-range", 16)],
            Range(1.0, 1.0, "s", "lower"),
        ),
        ("range: {lower: 1, upper: 1, unit: s}", [], Range(1.0, 1.0, "s")),
        ("range: {lower: 1, unit: s, inclusive: bth}", [("wrong-type", 39)], Range(1.0, None, "s")),
        ("range: {lower: .nan, upper: 1, unit: s}", [("non-finite", 16)], None),
        ("tolerance: {target: 0, percent: 5, unit: s}", [("invalid-tolerance", 33)], Tolerance(0.0, "s", percent=5.0)),
        (
            "tolerance: {target: 5, percent: 5, unit: mag}",
            [("invalid-tolerance", 33)],
            Tolerance(5.0, "mag", percent=5.0),
        ),
        (
            "tolerance: {target: 5, percent: 5, unit: mag(AB)}",
            [("invalid-tolerance", 33)],
            Tolerance(5.0, "mag(AB)", percent=5.0),
        ),
        (
            "tolerance: {target: 5, percent: 5, unit: deg_C}",
            [("invalid-tolerance", 33)],
            Tolerance(5.0, "deg_C", percent=5.0),
        ),
        ("tolerance: {target: 5, within: -1, unit: s}", [("invalid-tolerance", 32)], Tolerance(5.0, "s", within=-1.0)),
        ("tolerance: {target: -5, percent: 5, unit: s}", [], Tolerance(-5.0, "s", percent=5.0)),
        ("tolerance: {target: 5, within: 0, unit: s}", [], Tolerance(5.0, "s", within=0.0)),
        ("tolerance: {target: 5, within: 1, plus: ~, percent: ~, unit: s}", [], Tolerance(5.0, "s", within=1.0)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_faults_beside_which_the_test_is_kept(text: str, expected: list[tuple[str, int]], kept: Test | None) -> None:
    assert faults(text) == expected
    assert kept is None or made(text).test == kept


@pytest.mark.parametrize(
    ("widths", "kept"),
    [
        ("within: 1, percent: 2", {"within": 1.0}),
        ("within: 1, plus: 2, minus: 3", {"within": 1.0}),
        ("plus: 2, minus: 3, percent: 4", {"plus": 2.0, "minus": 3.0}),
        ("plus: 2, percent: 4", {"plus": 2.0}),
        ("plus: 2", {"plus": 2.0}),
        ("minus: 2", {"minus": 2.0}),
    ],
)
def test_a_width_that_is_said_twice_or_by_half_is_told(widths: str, kept: dict[str, float]) -> None:
    text = f"tolerance: {{target: 10, {widths}, unit: s}}"
    assert {rule for rule, _ in faults(text)} == {"invalid-tolerance"}
    assert made(text).test == Tolerance(10.0, "s", **kept)


def test_of_several_tests_the_one_that_the_original_reads_counts() -> None:
    text = "range: {lower: 1, unit: s}\nthreshold: {operator: '<', value: 2, unit: s}"
    assert made(text).test == Threshold("<", 2.0, "s")


def test_numbers_that_json_cannot_hold_are_null() -> None:
    found = made(
        "threshold: {operator: '<', value: .nan, unit: s}\nmetadata_query: {a: .inf, b: [-.inf, {c: .nan}], d: 1}"
    )
    assert found.json["threshold"]["value"] is None
    assert found.json["metadata_query"] == {"a": None, "b": [None, {"c": None}], "d": 1}
    json.dumps(found.json, allow_nan=False)


def test_a_specification_is_a_value() -> None:
    text = "threshold: {operator: '<', value: 2, unit: s}\ntags: [a, b]\nmetadata_query: {v: [1, {x: 2}]}"
    one, two = made(text), made(text)
    assert (one == two, hash(one) == hash(two), len({one, two})) == (True, True, 1)
    assert one != made(text.replace("value: 2", "value: 3"))
    assert one != made(text.replace("x: 2", "x: 3"))
    assert one != made(text + "\nabstract: true")
    with pytest.raises(FrozenInstanceError):
        one.abstract = True
    with pytest.raises(TypeError):
        one.metadata_query["v"] = 1  # type: ignore[index]  # what it must refuse


@pytest.mark.parametrize(
    ("test", "value", "passes"),
    [
        (Threshold(">", 5.0, "mmag"), INF, True),
        (Threshold(">", 5.0, "mmag"), -INF, False),
        (Threshold("<=", 5.0, "mmag"), -INF, True),
        (Threshold("<=", 5.0, "mmag"), INF, False),
        (Threshold("!=", 5.0, "mmag"), INF, True),
        (Threshold("==", 5.0, "mmag"), INF, False),
        (Threshold("!=", 5.0, "mmag"), math.nan, False),
        (Range(1.0, None, "mmag"), INF, True),
        (Range(1.0, 2.0, "mmag"), INF, False),
    ],
)
def test_infinite_values_are_beyond_every_limit_and_no_number_never_passes(
    test: Test, value: float, *, passes: bool
) -> None:
    assert (value in test.passing) is passes
    assert Specification.of("p.A.s", test).check(units.quantity(value, "mmag")) is passes


# Made in Python


def test_equal_limits_in_other_units_are_equal_specifications() -> None:
    """FORMAT: 9 marcsec and 0.009 arcsec are one limit, whichever way a conversion rounds."""
    one = Specification.of("p.A.s", Threshold("<=", 9.0, "marcsec"), {"camera": "hsc"}, ["a"])
    same = Specification.of("p.A.s", Threshold("<=", 0.009, "arcsec"), {"camera": "hsc"}, ["a"])
    assert one == same
    assert hash(one) == hash(same)
    for other in (
        Specification.of("p.A.s", Threshold("<", 9.0, "marcsec"), {"camera": "hsc"}, ["a"]),
        Specification.of("p.A.s", Threshold("<=", 9.1, "marcsec"), {"camera": "hsc"}, ["a"]),
        Specification.of("p.A.s", Threshold("<=", 9.0, "marcsec"), {"camera": "cfht"}, ["a"]),
        Specification.of("p.A.s", Threshold("<=", 9.0, "marcsec"), {"camera": "hsc"}, ["b"]),
        Specification.of("p.A.s", Threshold("<=", 9.0, "marcsec"), {"camera": "hsc"}, ["a"], abstract=True),
        Specification.of("p.A.t", Threshold("<=", 9.0, "marcsec"), {"camera": "hsc"}, ["a"]),
        Specification.of("p.A.s", Range(None, 9.0, "marcsec"), {"camera": "hsc"}, ["a"]),
    ):
        assert one != other


@pytest.mark.parametrize(
    "test",
    [
        Threshold("<=", 5.0, "mmag"),
        Range(None, 2.5, "", "neither"),
        Tolerance(27.14, "mag(AB)", plus=0.1, minus=0.02),
        Tolerance(350.0, "", percent=10.0),
    ],
    ids=str,
)
def test_specifications_come_back_from_their_json(test: Test) -> None:
    made = Specification.of("p.A.s", test, {"camera": {"in": ["a", "b"]}}, ["x"], abstract=True)
    assert Specification.deserialize(**json.loads(json.dumps(made.json))) == made
    assert type(made).deserialize(**made.json) == made
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301  # what was pickled a line above


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"type": "treshold"}, "there is no type of tests `treshold`; there are threshold, range, tolerance"),
        ({"type": "threshold"}, "`threshold` must be an object"),
        ({"threshold": {"value": 1, "unit": "mmag"}}, "`threshold` has no `operator`, neither here nor inherited"),
        ({"threshold": {"value": "x", "unit": "mmag", "operator": "<"}}, "`value` must be a number, not `x`"),
        ({"threshold": {"value": 1, "unit": "mmagg", "operator": "<"}}, "`mmagg` is not a unit"),
    ],
)
def test_json_that_makes_no_test_is_refused(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(told)}"):
        Specification.deserialize("p.A.s", **fields)


def test_a_threshold_is_made_as_the_original_does() -> None:
    spec = ThresholdSpecification("p.A.s", 5 * u.mmag, "<=", {"camera": "hsc"}, ["a"])
    assert (str(spec), spec.type, spec.operator_str, spec.threshold) == ("<= 5.0 mmag", "threshold", "<=", 5 * u.mmag)
    assert (spec.metric_name, spec.datum.label, spec.operator(1, 2)) == (Name("p.A"), "p.A.s", True)
    assert (
        spec.query_metadata({"camera": "hsc"}),
        spec.query_metadata({"camera": "hsc", "x": 1}, arg_driven=True),
    ) == (
        True,
        False,
    )
    assert [spec.check(value) for value in (0.005 * u.mag, 5.0000001 * u.mmag, math.nan * u.mmag)] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("make", "error", "told"),
    [
        (lambda: ThresholdSpecification("p.A.s", [5.0] * u.mag, "<"), TypeError, "one number is needed"),
        (lambda: ThresholdSpecification("p.A.s", "5 mag", "<"), TypeError, "the threshold must be a quantity"),
        (lambda: ThresholdSpecification("p.A.s", 5.0, "<"), TypeError, "the threshold must be a quantity"),
        (
            lambda: ThresholdSpecification("p.A.s", threshold=True, operator_str="<"),
            TypeError,
            "the threshold must be a quantity",
        ),
        (lambda: ThresholdSpecification("p.A.s", 5 * u.mag, "=<"), TypeError, "'=<' is not an operator"),
        (lambda: ThresholdSpecification("p.A", 5 * u.mag, "<"), TypeError, "is not the name of a specification"),
        (lambda: ThresholdSpecification.convert_operator_str("=<"), ValueError, "'=<' is not an operator"),
        (lambda: ThresholdSpecification("p.A.s", 5 * u.mag, "<").check(5 * u.pix), TypeError, "does not convert"),
        (lambda: RangeSpecification("p.A.s"), TypeError, "a range needs"),
        (lambda: RangeSpecification("p.A.s", 2 * u.m, 1 * u.m), ValueError, "no value lies in"),
        (lambda: RangeSpecification("p.A.s", 2 * u.m, 1 * u.s), TypeError, "does not convert"),
        (lambda: RangeSpecification("p.A.s", 1, 2, "all"), ValueError, "is not one of both, lower"),
        (lambda: ToleranceSpecification("p.A.s", 2 * u.m), ValueError, "say the width once"),
        (lambda: ToleranceSpecification("p.A.s", 2 * u.m, 1 * u.m, percent=1), ValueError, "say the width once"),
        (lambda: ToleranceSpecification("p.A.s", 2 * u.m, -1 * u.m), ValueError, "a width is 0 or more"),
        (lambda: ToleranceSpecification("p.A.s", 0 * u.m, percent=1), ValueError, "is no width"),
        (lambda: ToleranceSpecification("p.A.s", 2 * u.ABmag, percent=1), ValueError, "is no width"),
    ],
)
def test_what_makes_no_specification_is_refused(make: Callable[[], object], error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        make()


@pytest.mark.parametrize("kind", [np.complex64, np.complex128])
def test_a_complex_number_is_no_measured_value(kind: type[Any]) -> None:
    with pytest.raises(TypeError, match="one number is needed"):
        ThresholdSpecification("p.A.s", 6 * u.mmag, "<=").check(u.Quantity(kind(1 + 9j), u.mmag))


def test_a_scale_keeps_all_its_digits() -> None:
    # astropy alone spells these `4.84814e-06 rad` and `0.333333 m`.
    arcsecond, third = u.arcsec.decompose(), u.Unit(u.m / 3)
    assert ThresholdSpecification("p.A.s", 1 * u.arcsec, "==").check(1 * arcsecond)
    assert ThresholdSpecification("p.A.s", 1 * arcsecond, "==").check(1 * u.arcsec)
    assert not ThresholdSpecification("p.A.s", 1 * u.m, "<=").check(3.000002 * third)
    assert (Measurement("p.A", 3 * third).json["value"], Measurement("p.A", 3 * third).stored[1]) == (
        3.0,
        "0.3333333333333333 m",
    )
    assert Measurement("p.A", 3 * u.Unit("10 m")).json["unit"] == "10 m"


def test_widths_and_limits_are_in_the_unit_of_the_first() -> None:
    assert str(RangeSpecification("p.A.s", 1 * u.m, 250 * u.cm, "lower")) == "[1.0, 2.5) m"
    tolerance = ToleranceSpecification("p.A.s", 27 * u.ABmag, 100 * u.mmag)
    assert (str(tolerance), tolerance.target) == ("27.0 ± 0.1 mag(AB)", 27 * u.ABmag)


@pytest.mark.parametrize(
    ("test", "typeset"),
    [
        (Threshold("<=", 5.0, "mmag"), r"\leq 5~\mathrm{mmag}"),
        (Threshold("!=", 1e-6, ""), r"\neq 10^{-6}"),
        (Threshold(">", -2.5e20, "m / s2"), r"> -2.5 \times 10^{20}~\mathrm{m\,s^{-2}}"),
        (Range(None, 2.5, "s", "both"), r"(-\infty, 2.5]~\mathrm{s}"),
        (Tolerance(350.0, "", percent=10.0), r"350 \pm 10\,\%"),
        (Tolerance(27.14, "mag", plus=0.1, minus=0.02), r"27.14^{+0.1}_{-0.02}~\mathrm{mag}"),
    ],
    ids=str,
)
def test_tests_are_typeset(test: Test, typeset: str) -> None:
    assert test.latex == typeset
    assert Specification.of("p.A.s", test)._repr_latex_() == f"${typeset}$"
