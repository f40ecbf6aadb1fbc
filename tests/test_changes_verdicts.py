"""What ``gnomon diff`` tells of values and jobs, against a plain reading of FORMAT that shares no code with it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
from astropy.units import Unit
from hypothesis import given, settings
from hypothesis import strategies as st

from definition_strategies import dumped, pairs_of_queries, pairs_of_tests, queries
from gnomon.changes import Direction, Impact, compare
from gnomon.loader import load
from gnomon.reach import common_job, job_between
from gnomon.sources import Memory
from plain_reading import UNITS, applies, convert, jobs, judge, kind_and_fields, measurements, query_of, verdicts

if TYPE_CHECKING:
    from gnomon.changes import Change

SETTINGS = settings(max_examples=120)
METRICS = "A: {unit: mmag, description: Scatter of magnitudes.}\n"
Definition = dict[str, Any]


def changes(old: Definition | None, new: Definition | None) -> list[Change]:
    """Compare two states of the specification `p.A.s`, None where there is none."""
    states = [
        {"metrics/p.yaml": METRICS, **({"specs/p/a.yaml": dumped([{"name": "A.s", **body}])} if body else {})}
        for body in (old, new)
    ]
    comparison = compare(*(load(Memory(state)) for state in states))
    assert comparison.not_comparable == []
    return comparison.changes


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("other", UNITS)
def test_the_plain_units_are_those_of_astropy(unit: str, other: str) -> None:
    if UNITS[unit][0] == UNITS[other][0]:
        assert float(convert(7.0, unit, other)) == pytest.approx(Unit(unit).to(Unit(other), 7.0), rel=1e-14)
    else:
        assert not Unit(unit).is_equivalent(Unit(other))


# Values that pass


@settings(SETTINGS, max_examples=180)
@given(pairs_of_tests())
def test_no_value_passes_newly_in_a_tightening_nor_fails_newly_in_a_loosening(pair: tuple[Definition, ...]) -> None:
    old, new = pair
    found = changes(old, new)
    assert {change.rule for change in found} <= {"specification-test-changed", "specification-test-rewritten"}
    direction = found[0].direction if found else None
    for value, unit in measurements(kind_and_fields(old), kind_and_fields(new)):
        before, after = judge(old, {}, value, unit), judge(new, {}, value, unit)
        if (before, after) == ({"pass"}, {"fail"}):
            assert direction in {Direction.TIGHTENED, Direction.BOTH}, (value, unit)
        if (before, after) == ({"fail"}, {"pass"}):
            assert direction in {Direction.LOOSENED, Direction.BOTH}, (value, unit)
    if direction is not None:
        check_witness(found[0], old, new)


magnitudes = st.integers(-300, 400).map(lambda tenths: tenths / 10)


@SETTINGS
@given(st.lists(magnitudes, min_size=2, max_size=2, unique=True), st.booleans(), st.booleans())
def test_a_flux_is_compared_with_a_magnitude(pair: list[float], closed: bool, turned: bool) -> None:  # noqa: FBT001
    one, two = pair
    end = "=" if closed else ""
    old = {"threshold": {"operator": f"<{end}", "value": one, "unit": "mag(AB)"}}
    new = {"threshold": {"operator": f">{end}", "value": 3630.780547701 * 10 ** (-0.4 * two), "unit": "Jy"}}
    direction = Direction.TIGHTENED if two < one else Direction.LOOSENED
    if turned:
        old, new = new, old
        direction = Direction.LOOSENED if two < one else Direction.TIGHTENED
    (change,) = changes(old, new)
    assert change.direction is direction
    witness = change.witness
    assert witness is not None
    assert (witness.base, witness.head) == (("pass", "fail") if direction is Direction.TIGHTENED else ("fail", "pass"))
    assert witness.value is not None
    faintness = witness.value if witness.unit == "mag(AB)" else -2.5 * math.log10(witness.value / 3630.780547701)
    assert min(pair) - 1e-9 <= faintness <= max(pair) + 1e-9


# Jobs


@settings(SETTINGS, max_examples=400)
@given(pairs_of_queries)
def test_a_job_between_two_queries_is_found_where_there_is_one(pair: tuple[Definition, Definition]) -> None:
    inside, outside = pair
    reach = job_between(inside, outside)
    if reach.metadata is not None:
        assert applies(inside, reach.metadata)
        assert not applies(outside, reach.metadata)
    else:
        assert [job for job in jobs(inside, outside) if applies(inside, job) and not applies(outside, job)] == []
        assert reach.is_empty


@settings(SETTINGS, max_examples=400)
@given(pairs_of_queries)
def test_a_common_job_is_found_where_there_is_one(pair: tuple[Definition, Definition]) -> None:
    reach = common_job(pair)
    if reach.metadata is not None:
        assert all(applies(query, reach.metadata) for query in pair)
    else:
        assert [job for job in jobs(*pair) if all(applies(query, job) for query in pair)] == []
        assert reach.is_empty


@SETTINGS
@given(pairs_of_queries)
def test_queries_are_told_by_the_jobs_that_they_reach(pair: tuple[Definition, Definition]) -> None:
    test = {"threshold": {"operator": "<", "value": 5.0, "unit": "mmag"}}
    old, new = ({**test, "metadata_query": query} for query in pair)
    found = changes(old, new)
    assert {change.rule for change in found} <= {"specification-query-changed", "specification-query-rewritten"}
    reached = [(applies(query_of(old), job), applies(query_of(new), job)) for job in jobs(*pair)]
    fewer, more = (True, False) in reached, (False, True) in reached
    direction = found[0].direction if found else None
    assert direction is not Direction.INCOMPARABLE
    assert not fewer or direction in {Direction.LOOSENED, Direction.BOTH}
    assert not more or direction in {Direction.TIGHTENED, Direction.BOTH}
    if direction is not None:
        check_witness(found[0], old, new)


# Witnesses of everything


@st.composite
def pairs_of_specifications(draw: st.DrawFn) -> tuple[Definition | None, Definition | None]:
    sides: list[Definition | None] = []
    one, two = draw(pairs_of_tests()), draw(st.tuples(queries, queries))
    for test, query in zip(one, two, strict=True):
        abstract = draw(st.sampled_from([False, False, False, True]))
        sides.append({**test, "metadata_query": query, **({"abstract": True} if abstract else {})})
    gone = draw(st.sampled_from([None, None, None, 0, 1]))
    if gone is not None:
        sides[gone] = None
    return sides[0], sides[1]


@settings(SETTINGS, max_examples=180)
@given(pairs_of_specifications())
def test_the_verdict_of_every_witness_differs_as_it_is_told(
    pair: tuple[Definition | None, Definition | None],
) -> None:
    old, new = pair
    for change in changes(old, new):
        if {Impact.TIGHTENING, Impact.WEAKENING} & set(change.impacts):
            check_witness(change, old, new)


def check_witness(change: Change, old: Definition | None, new: Definition | None) -> None:
    """Run a witness under both sides, or see that there can be none for the reason that is given."""
    witness = change.witness
    assert witness is not None
    if witness.reason is not None:
        check_reason(witness.reason, change, old, new)
        return
    assert witness.metadata is not None
    assert witness.value is not None
    assert math.isfinite(witness.value)
    assert witness.unit is not None
    assert witness.base in judge(old, witness.metadata, witness.value, witness.unit)
    assert witness.head in judge(new, witness.metadata, witness.value, witness.unit)
    assert witness.base != witness.head
    told = {Impact.TIGHTENING} if witness.head == "fail" else {Impact.WEAKENING}
    assert told <= set(change.impacts)


def check_reason(reason: str, change: Change, old: Definition | None, new: Definition | None) -> None:
    sides = [side for side in (old, new) if side is not None]
    if "requirement" in reason:
        assert any(side.get("abstract") for side in sides)
    elif "no job" in reason:
        # Of a test, a job of both sides; of a whole specification, one of the side that is evaluated.
        only = None if change.field == "/threshold" else [side for side in sides if not side.get("abstract")]
        found = [query_of(side) for side in only or sides]
        assert [job for job in jobs(*found) if all(applies(query, job) for query in found)] == []
    elif "patterns" in reason:
        assert "glob" in repr(sides)
    elif "every value" in reason:
        tests = [kind_and_fields(side) for side in sides]
        assert any({"fail"} not in [verdicts(*test, *found) for found in measurements(test)] for test in tests)
    else:
        assert "rounding" in reason
        assert change.rule == "specification-test-changed"
        tests = [kind_and_fields(side) for side in sides]
        for value, unit in measurements(*tests):
            assert verdicts(*tests[0], value, unit) & verdicts(*tests[1], value, unit), (value, unit)
