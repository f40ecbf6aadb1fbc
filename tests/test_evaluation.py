"""What a job says of the specifications: verdicts, margins, requirements, and what was not tested at all."""

from __future__ import annotations

from typing import Any

import astropy.units as u
import pytest
from astropy.utils.masked import Masked
from hypothesis import given
from hypothesis import strategies as st

from gnomon import units
from gnomon.jobs.evaluation import (
    JobResult,
    Margin,
    Outcome,
    Selection,
    Status,
    Verdict,
    evaluate,
    judge,
)
from gnomon.jobs.job import Job
from gnomon.jobs.measurements import Measurement, MeasurementSet
from gnomon.jobs.metric_set import MetricSet
from gnomon.jobs.specification_set import SpecificationSet
from gnomon.jobs.untested import NearMiss
from gnomon.loader import load
from gnomon.metrics import Metric
from gnomon.names import Name
from gnomon.render import report_words
from gnomon.sources import Memory
from gnomon.specifications import Range, Specification, Threshold, Tolerance

METRICS = """\
A: {unit: mmag, description: Scatter of the magnitudes of stars.}
B: {unit: '', description: Number of the stars.}
"""
SPECS = """\
name: A.design
abstract: true
tags: [design]
threshold: {operator: '<=', value: 5, unit: mmag}
---
name: hsc_r
base: A.design
metadata_query: {camera: hsc, band: r}
---
name: hsc_i
base: A.design
metadata_query: {camera: hsc, band: i}
---
name: A.hsc_stretch
tags: [stretch]
metadata_query: {camera: hsc}
threshold: {operator: '<', value: 3, unit: mmag}
---
name: A.later
metadata_query: {visit: {'>=': 20}}
threshold: {operator: '<', value: 9, unit: mmag}
---
name: B.enough
metadata_query: {camera: hsc}
threshold: {operator: '>=', value: 10, unit: ''}
---
name: B.promised
abstract: true
threshold: {operator: '>=', value: 90, unit: ''}
"""
HSC_R = {"camera": "hsc", "band": "r"}


def result(
    measured: dict[str, tuple[float, str] | None],
    meta: dict[str, Any],
    selection: Selection | None = None,
    specs: str = SPECS,
) -> JobResult:
    registry = load(Memory({"metrics/p.yaml": METRICS, "specs/p/a.yaml": specs}))
    assert not registry.unresolved
    job = Job(
        [Measurement(name, units.quantity(*found) if found else None) for name, found in measured.items()], meta=meta
    )
    return evaluate(
        "job",
        job.measurements,
        job.meta,
        SpecificationSet.from_registry(registry),
        MetricSet.from_registry(registry),
        selection,
    )


def statuses(found: JobResult) -> dict[str, str]:
    return {str(verdict.specification.name): verdict.status.value for verdict in found.verdicts}


def requirements(found: JobResult) -> dict[str, str]:
    return {str(item.specification.name): item.status.value for item in found.requirements}


# Verdict and margin of one specification


@pytest.mark.parametrize(
    ("test", "value", "unit", "status", "margin"),
    [
        (Threshold("<=", 5.0, "mmag"), 4.0, "mmag", Status.PASS, Margin(1.0, "mmag", 20.0)),
        (Threshold("<=", 5.0, "mmag"), 6.0, "mmag", Status.FAIL, Margin(-1.0, "mmag", -20.0)),
        (Threshold("<=", 5.0, "mmag"), 5.0, "mmag", Status.PASS, Margin(0.0, "mmag", 0.0)),
        (Threshold("<", 5.0, "mmag"), 5.0, "mmag", Status.FAIL, Margin(0.0, "mmag", 0.0)),
        (Threshold(">=", -4.0, ""), -3.0, "", Status.PASS, Margin(1.0, "", 25.0)),
        (Threshold(">", 0.0, "s"), 2.0, "s", Status.PASS, Margin(2.0, "s", None)),
        (Threshold("==", 4.0, ""), 5.0, "", Status.FAIL, Margin(-1.0, "", -25.0)),
        (Threshold("!=", 4.0, ""), 5.0, "", Status.PASS, Margin(1.0, "", 25.0)),
        (Threshold("!=", 4.0, ""), 4.0, "", Status.FAIL, Margin(0.0, "", 0.0)),
        (Range(-2.0, 4.0, "s"), 3.0, "s", Status.PASS, Margin(1.0, "s", 25.0)),
        (Range(-2.0, 4.0, "s"), -3.0, "s", Status.FAIL, Margin(-1.0, "s", -50.0)),
        (Range(None, 4.0, "s"), -6.0, "s", Status.PASS, Margin(10.0, "s", 250.0)),
        (Tolerance(8.0, "s", within=2.0), 9.0, "s", Status.PASS, Margin(1.0, "s", 10.0)),
        (Threshold("<=", 24.0, "mag(AB)"), 23.0, "mag(AB)", Status.PASS, Margin(1.0, "mag", None)),
        (Threshold("<=", 5.0, "s"), float("inf"), "s", Status.FAIL, None),
    ],
    ids=str,
)
def test_margin(test: Any, value: float, unit: str, status: Status, margin: Margin | None) -> None:
    specification = Specification.of("p.A.s", test)
    metric = Metric("p.A", "Something.", unit)
    assert judge(specification, Measurement("p.A", units.quantity(value, unit)), metric) == Verdict(
        specification, status, value, unit, margin
    )


@pytest.mark.parametrize(
    ("percent", "shown"), [(None, None), (-9_999.0, -9_999.0), (10_000.0, None), (-1e12, None), (0.0, 0.0)]
)
def test_a_percentage_of_nearly_nothing_is_not_shown(percent: float | None, shown: float | None) -> None:
    margin = Margin(1.0, "s", percent)
    assert margin.telling_percent == shown
    verdict = Verdict(Specification.of("p.A.s", Threshold("<", 1.0, "s")), Status.FAIL, 1.0, "s", margin)
    assert report_words.margin(verdict) == "+1 s" + ("" if shown is None else f" ({shown:+.3g} %)")


def test_value_and_margin_are_in_the_unit_of_the_metric() -> None:
    specification = Specification.of("p.A.s", Threshold("<=", 0.5, "arcsec"))
    measurement = Measurement("p.A", units.quantity(0.25, "arcsec"))
    found = judge(specification, measurement, Metric("p.A", "Something.", "marcsec"))
    assert found.value == pytest.approx(250.0)
    assert found.unit == "marcsec"
    assert found.margin is not None
    assert found.margin.value == pytest.approx(250.0)
    assert found.margin.unit == "marcsec"


def test_without_a_metric_they_are_in_the_unit_of_the_test() -> None:
    specification = Specification.of("p.A.s", Threshold("<=", 0.5, "arcsec"))
    found = judge(specification, Measurement("p.A", units.quantity(250.0, "marcsec")), None)
    assert (found.value, found.unit, found.margin) == (0.25, "arcsec", Margin(0.25, "arcsec", 50.0))


def test_a_masked_value_is_not_measured() -> None:
    masked = Masked(4.0 * u.mmag, mask=True)
    specification = Specification.of("p.A.s", Threshold("<=", 5.0, "mmag"))
    assert not specification.check(masked)
    assert judge(specification, Measurement("p.A", masked), None).status is Status.MISSING
    assert Measurement("p.A", masked).json["value"] is None
    assert specification.check(Masked(4.0 * u.mmag, mask=False))


def test_a_value_that_cannot_be_compared_fails() -> None:
    specification = Specification.of("p.A.s", Threshold("<=", 5.0, "mmag"))
    measurement = Measurement("p.A", units.quantity(1.0, "s"))
    reason = "cannot be compared: a quantity in s does not convert to mmag"
    assert judge(specification, measurement, None) == Verdict(specification, Status.FAIL, reason=reason)


@pytest.mark.parametrize(
    ("quantity", "reason"),
    [(None, "not measured"), (units.quantity(float("nan"), "mmag"), "the measured value is not a number")],
)
def test_what_is_no_number_is_missing(quantity: Any, reason: str) -> None:
    specification = Specification.of("p.A.s", Threshold("<=", 5.0, "mmag"))
    assert judge(specification, Measurement("p.A", quantity), None) == Verdict(
        specification, Status.MISSING, reason=reason
    )


UNITS = {"length": ("m", "km", "cm", "AU"), "angle": ("arcsec", "marcsec", "deg"), "number": ("", "%")}
NUMBERS = st.floats(-1e6, 1e6).filter(lambda value: abs(value) > 1e-6 or value == 0)
TESTS = st.one_of(
    st.builds(lambda operator, value: (Threshold, (operator, value)), st.sampled_from(["<", "<=", ">", ">="]), NUMBERS),
    st.builds(lambda bounds: (Range, tuple(sorted(bounds))), st.lists(NUMBERS, min_size=2, max_size=2)),
)


@given(st.sampled_from(sorted(UNITS)), st.data(), TESTS, NUMBERS)
def test_units_never_change_a_verdict(kind: str, data: st.DataObject, test: Any, value: float) -> None:
    of_test, of_metric, one, other = (data.draw(st.sampled_from(UNITS[kind])) for _ in range(4))
    # Also on the limit itself.
    value = data.draw(st.sampled_from([value, *(number for number in test[1] if isinstance(number, float))]))
    specification = Specification.of("p.A.s", test[0](*test[1], of_test))
    metric = Metric("p.A", "Something.", of_metric)
    first, second = (
        judge(specification, Measurement("p.A", units.quantity(units.convert(value, of_test, unit), unit)), metric)
        for unit in (one, other)
    )
    assert first.status == second.status
    assert first.unit == second.unit == of_metric
    assert first.value == pytest.approx(second.value, rel=1e-12)
    numbers = [value, *(number for number in test[1] if isinstance(number, float))]
    scale = max(abs(units.convert(number, of_test, of_metric)) for number in numbers)
    assert first.margin is not None
    assert second.margin is not None
    assert first.margin.value == pytest.approx(second.margin.value, rel=1e-9, abs=scale * 1e-12)
    assert (first.margin.value > 0) <= (first.status is Status.PASS)
    assert (first.margin.value < 0) <= (first.status is Status.FAIL)


# Everything that applies has one verdict


def test_verdicts_of_a_job() -> None:
    found = result({"p.A": (4.0, "mmag")}, HSC_R)
    assert statuses(found) == {"p.A.hsc_r": "pass", "p.A.hsc_stretch": "fail", "p.B.enough": "missing"}
    assert (found.outcome, found.unmatched, found.untested) == (Outcome.FAIL, False, ())


def test_without_failures_a_job_passes() -> None:
    assert result({"p.A": (2.0, "mmag")}, HSC_R).outcome is Outcome.PASS


VALUES = st.sampled_from(["hsc", "cfht", 1, 19, 20, None])
QUERIES = st.dictionaries(
    st.sampled_from(["camera", "visit"]),
    VALUES | st.sampled_from([{"in": ["hsc", 1]}, {">=": 20}, {"exists": False}, {"not_in": ["hsc"]}]),
)


@given(
    st.lists(st.tuples(st.sampled_from("AB"), QUERIES, st.sampled_from([0.0, 5.0])), max_size=6),
    st.dictionaries(st.sampled_from(["p.A", "p.B", "p.C"]), st.sampled_from([1.0, 9.0, float("nan"), None])),
    st.dictionaries(st.sampled_from(["camera", "visit", "other"]), VALUES),
)
def test_every_applying_specification_has_exactly_one_verdict(
    specs: list[Any], measured: dict[str, Any], meta: dict[str, Any]
) -> None:
    known = SpecificationSet(
        Specification.of(f"p.{metric}.s{index}", Threshold("<=", limit, ""), query)
        for index, (metric, query, limit) in enumerate(specs)
    )
    job = Job([Measurement(name, value) for name, value in measured.items()], meta=meta)
    found = evaluate("job", job.measurements, job.meta, known, MetricSet())
    names = [verdict.specification.name for verdict in found.verdicts]
    assert names == sorted(spec.name for spec in known.values() if spec.applies_to(meta))
    assert sum(found.count(status) for status in (Status.PASS, Status.FAIL, Status.MISSING)) == len(names)
    tested = {str(name.package) + "." + str(name.metric) for name in names}
    assert {str(item.measurement.metric_name) for item in found.untested} == set(measured) - tested
    assert found.is_tested == (found.count(Status.PASS) + found.count(Status.FAIL) > 0)
    # Never green without a test.
    assert (found.outcome is Outcome.PASS) <= found.is_tested


# Requirements


@pytest.mark.parametrize(
    ("measured", "meta", "expected"),
    [
        ({"p.A": (4.0, "mmag")}, HSC_R, "pass"),
        ({"p.A": (6.0, "mmag")}, HSC_R, "fail"),
        ({}, HSC_R, "incomplete"),
        ({"p.A": (4.0, "mmag")}, {"camera": "cfht"}, "not applicable"),
    ],
)
def test_requirements_roll_up_from_the_heirs_that_apply(
    measured: dict[str, Any], meta: dict[str, Any], expected: str
) -> None:
    assert requirements(result(measured, meta)) == {"p.A.design": expected, "p.B.promised": "unverified"}


TWO = """\
name: A.design
abstract: true
tags: [design]
threshold: {operator: '<=', value: 5, unit: mmag}
---
name: A.easy
base: A.design
threshold: {value: 50}
---
name: B.hard
base: A.design
tags: [hard]
threshold: {operator: '>', value: 7, unit: ''}
"""


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        ({"p.A": (4.0, "mmag")}, "incomplete"),
        ({"p.A": (60.0, "mmag")}, "fail"),
        ({"p.A": (4.0, "mmag"), "p.B": (7.0, "")}, "fail"),
        ({"p.A": (4.0, "mmag"), "p.B": (8.0, "")}, "pass"),
    ],
)
@pytest.mark.parametrize("metrics", [frozenset(), frozenset({"A"})], ids=["all", "filtered"])
def test_a_filter_does_not_hide_an_heir_from_its_requirement(
    measured: dict[str, Any], metrics: frozenset[str], expected: str
) -> None:
    found = result(measured, {}, Selection(metrics=metrics), TWO)
    assert requirements(found) == {"p.A.design": expected}
    assert (found.outcome is Outcome.FAIL) == (expected == "fail")


# What was not tested


def test_a_requirement_keeps_the_heirs_of_both_sets_that_are_added() -> None:
    def with_heir(heir: str, limit: float) -> SpecificationSet:
        requirement = Specification.of("p.A.req", Threshold("<=", limit, "mmag"), abstract=True)
        made = SpecificationSet([requirement, Specification.of(f"p.A.{heir}", Threshold("<=", limit, "mmag"))])
        made.heirs = {Name("p.A.req"): (Name(f"p.A.{heir}"),)}
        return made

    specs = with_heir("strict", 1.0)
    specs += with_heir("lax", 9.0)
    measurements = MeasurementSet([Measurement("p.A", units.quantity(5.0, "mmag"))])
    (requirement,) = evaluate("job", measurements, {}, specs, MetricSet()).requirements
    assert requirement.heirs == ((Name("p.A.lax"), Status.PASS), (Name("p.A.strict"), Status.FAIL))
    assert requirement.status is Status.FAIL


def test_an_heir_that_the_added_set_defines_otherwise_is_none() -> None:
    requirement = Specification.of("p.A.req", Threshold("<=", 5.0, "mmag"), abstract=True)
    heir = Specification.of("p.A.s", Threshold("<=", 5.0, "mmag"))
    old, new = SpecificationSet([requirement, heir]), SpecificationSet([requirement, heir])
    old.heirs, new.heirs = {requirement.name: (heir.name,)}, {requirement.name: ()}
    old += new
    assert old.heirs == {requirement.name: ()}


def test_a_job_to_which_nothing_applies_is_unmatched_and_told_why() -> None:
    found = result({"p.A": (4.0, "mmag")}, {"camera": "cfht", "visit": 19})
    assert (found.outcome, found.unmatched, found.verdicts) == (Outcome.UNMATCHED, True, ())
    (item,) = found.untested
    assert (item.known, item.specifications) == (True, 4)
    assert item.nearest == (
        NearMiss(Name("p.A.hsc_stretch"), ("needs `camera` = 'hsc', and the job has 'cfht'",)),
        NearMiss(Name("p.A.later"), ("needs `visit` >= 20, and the job has 19",)),
        NearMiss(
            Name("p.A.hsc_i"),
            ("needs `camera` = 'hsc', and the job has 'cfht'", "needs `band` = 'i', which the job lacks"),
        ),
    )


@pytest.mark.parametrize(("camera", "visit"), [("HSC", 19), ("cfht", "20")])
def test_what_differs_in_case_or_type_only_is_nearest(camera: str, visit: object) -> None:
    specifications = [
        Specification.of("p.A.a", Threshold("<=", 5.0, "mmag"), {"camera": "decam"}),
        Specification.of("p.A.b", Threshold("<=", 5.0, "mmag"), {"camera": "hsc"}),
        Specification.of("p.A.c", Threshold("<=", 5.0, "mmag"), {"visit": 20}),
    ]
    measurements = MeasurementSet([Measurement("p.A", units.quantity(4.0, "mmag"))])
    (item,) = evaluate(
        "job", measurements, {"camera": camera, "visit": visit}, SpecificationSet(specifications), MetricSet()
    ).untested
    assert str(item.nearest[0].name) == ("p.A.b" if camera == "HSC" else "p.A.c")


def test_one_metric_that_is_tested_matches_a_job() -> None:
    found = result({"p.A": (4.0, "mmag"), "p.B": (20.0, "")}, {"visit": 30})
    assert (found.outcome, found.unmatched) == (Outcome.PASS, False)
    assert [str(item.measurement.metric_name) for item in found.untested] == ["p.B"]


@pytest.mark.parametrize(
    ("measured", "selection"),
    [
        ({}, Selection()),
        ({"p.C": (1.0, "")}, Selection()),
        ({"p.A": None}, Selection()),
        ({"p.A": (float("nan"), "mmag")}, Selection()),
        ({"p.A": (4.0, "mmag")}, Selection(metrics=frozenset({"B"}))),
        ({"p.B": (40.0, "")}, Selection(tags=frozenset({"design"}))),
    ],
    ids=["nothing", "unknown", "null", "nan", "other metric", "other tags"],
)
def test_a_job_of_which_nothing_is_tested_does_not_pass(measured: dict[str, Any], selection: Selection) -> None:
    found = result(measured, HSC_R, selection)
    assert (found.outcome, found.unmatched, found.is_tested) == (Outcome.UNTESTED, False, False)


def test_an_unknown_metric_is_told() -> None:
    (item,) = result({"q.X": (1.0, "")}, HSC_R).untested
    assert (item.known, item.specifications, item.nearest) == (False, 0, ())


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        (Selection(), {"p.A.hsc_r", "p.A.hsc_stretch", "p.B.enough"}),
        (Selection(packages=frozenset({"q"})), set()),
        (Selection(metrics=frozenset({"p.B"})), {"p.B.enough"}),
        (Selection(metrics=frozenset({"A", "B"})), {"p.A.hsc_r", "p.A.hsc_stretch", "p.B.enough"}),
        (Selection(tags=frozenset({"design"})), {"p.A.hsc_r"}),
        (Selection(tags=frozenset({"design", "stretch"})), set()),
        (Selection(levels=frozenset({"design", "stretch"})), {"p.A.hsc_r", "p.A.hsc_stretch"}),
    ],
)
def test_selections(selection: Selection, names: set[str]) -> None:
    assert set(statuses(result({}, HSC_R, selection))) == names


def test_an_ordering_against_no_number_is_told_once_a_term() -> None:
    query = "metadata_query: {visit: {'>=': 20}}\nthreshold: {operator: '<', value: 9, unit: mmag}\n"
    specs = f"{SPECS}---\nname: A.last\n{query}"
    found = result({"p.A": (4.0, "mmag")}, {"visit": "30"}, specs=specs)
    assert found.warnings == (
        "p.A.last and 1 more compare `visit` with a number, and the job has '30', so they do not apply",
    )
    assert result({"p.A": (4.0, "mmag")}, {"visit": "30"}).warnings == (
        "p.A.later compares `visit` with a number, and the job has '30', so it does not apply",
    )
    assert result({}, {"visit": "30"}, Selection(metrics=frozenset({"B"}))).warnings == ()


def test_a_measurement_in_a_unit_that_does_not_convert_is_told() -> None:
    found = result({"p.A": (4.0, "s")}, {"camera": "cfht"})
    assert found.warnings == ("p.A is measured in s and its metric in mmag, to which that does not convert",)


def test_terms_are_those_that_specifications_ask_for() -> None:
    meta = {"visit": 1, "camera": "hsc", "secret": "x"}
    assert list(result({}, meta).terms().items()) == [("camera", "hsc"), ("visit", 1)]


def test_long_values_are_cut_in_messages() -> None:
    (item,) = result({"p.B": (1.0, "")}, {"camera": "x" * 5_000}).untested
    (reason,) = item.nearest[0].reasons
    assert reason == f"needs `camera` = 'hsc', and the job has '{'x' * 79}…"
