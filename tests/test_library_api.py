"""The library, class by class: signatures, texts, errors, JSON."""

from __future__ import annotations

import inspect
import json
import re
from typing import TYPE_CHECKING, Any

import astropy.units as u
import numpy as np
import pytest

import gnomon
from conftest import write
from gnomon import (
    Blob,
    BlobSet,
    Datum,
    Job,
    Measurement,
    MeasurementNotes,
    MeasurementSet,
    Metadata,
    Metric,
    MetricSet,
    SpecificationPartial,
    SpecificationSet,
    ThresholdSpecification,
    VerifyError,
    output_quantities,
)
from gnomon.jobs.report import Report

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (Datum, ["quantity", "unit", "label", "description"]),
        (Blob, ["name", "datums"]),
        (BlobSet, ["blobs"]),
        (Measurement, ["metric", "quantity", "blobs", "extras", "notes"]),
        (MeasurementSet, ["measurements"]),
        (Metadata, ["measurement_set", "data"]),
        (Job, ["measurements", "metrics", "specs", "meta"]),
        (Job.load_metrics_package, ["package_name_or_path", "subset", "measurements", "meta", "strict"]),
        (Job.report, ["self", "name", "spec_tags", "metric_tags"]),
        (output_quantities, ["package_name", "quantities", "suffix", "include_metrics", "metrics_package"]),
    ],
    ids=lambda value: value.__qualname__ if callable(value) else "",
)
def test_signatures(function: Callable[..., Any], names: list[str]) -> None:
    assert list(inspect.signature(function).parameters) == names


# Datum


@pytest.mark.parametrize(
    ("made", "fields"),
    [
        (Datum(5 * u.mmag), {"value": 5.0, "unit": "mmag"}),
        (Datum([1] * u.m, label="x", description="y"), {"value": [1], "unit": "m", "label": "x", "description": "y"}),
        (Datum([[1, 2], [3, 4]], unit="ct"), {"value": [[1.0, 2.0], [3.0, 4.0]], "unit": "ct"}),
        (Datum(2.5, unit=u.km), {"value": 2.5, "unit": "km"}),
        (Datum(2.5), {"value": 2.5, "unit": ""}),
        (Datum(50 * u.percent), {"value": 50.0, "unit": "%"}),
        (Datum(1.5, unit="mag(AB)"), {"value": 1.5, "unit": "mag(AB)"}),
        (Datum(1.5, unit="10 m"), {"value": 1.5, "unit": "10 m"}),
        (Datum([1.0] * u.Unit(u.m / 3)), {"value": [1.0], "unit": "0.3333333333333333 m"}),
        (Datum(2.0, unit=u.Unit(1 / u.s / 7)), {"value": 2.0, "unit": "0.14285714285714285 s-1"}),
        (Datum([2**53 + 1, 1]), {"value": [2**53 + 1, 1], "unit": ""}),
        (Datum(u.Quantity(2**53 + 1, "ct", dtype=int)), {"value": 2**53 + 1, "unit": "ct"}),
        (Datum("numpy.std"), {"value": "numpy.std", "unit": None}),
        (Datum(True), {"value": True, "unit": None}),  # noqa: FBT003  # a flag is a value
        (Datum(7), {"value": 7, "unit": None}),
        (Datum(), {"value": None, "unit": None}),
        (Datum(np.float32(0.5)), {"value": 0.5, "unit": ""}),
        (Datum(np.int64(7)), {"value": 7, "unit": None}),
        (Datum(np.bool_(True)), {"value": True, "unit": None}),  # noqa: FBT003  # the only way to make one
        (Datum(np.ma.array([1.0, 2.0], mask=[False, True])), {"value": [1.0, None], "unit": ""}),
        (Datum(np.zeros((2, 0)) * u.m), {"value": [[], []], "unit": "m"}),
        (Datum(np.zeros((0, 2)) * u.m), {"value": [], "unit": "m", "shape": [0, 2]}),
    ],
    ids=lambda value: repr(value) if isinstance(value, Datum) else "",
)  # fmt: skip
def test_datum_json(made: Datum, fields: dict[str, Any]) -> None:
    assert made.json == {"label": None, "description": None, **fields}
    again = Datum.deserialize(**json.loads(json.dumps(made.json)))
    assert again.json == made.json
    if None not in np.ravel(made.json["value"]):
        assert again == made


def test_masked_quantities_are_null_where_they_are_masked() -> None:
    masked = pytest.importorskip("astropy.utils.masked").Masked
    datum = Datum(masked([1.0, 2.0] * u.m, mask=[False, True]))
    assert (datum.json["value"], datum.nulls) == ([1.0, None], 1)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Datum(["a"]), "its elements are not numbers"),
        (lambda: Datum([True, False]), "its elements are not numbers"),
        (lambda: Datum({}), "{} is not a number"),
        (lambda: Datum("x", unit="m"), "'x' has no unit, so it cannot be in m"),
        (lambda: Datum(5 * u.m, unit="m"), "<Quantity 5. m> has a unit already; convert it with its method `to`"),
        (lambda: Datum((1 + 2j) * u.m), "np.complex128(1+2j) is complex, which has no form in JSON: keep its parts"),
        (
            lambda: Datum(u.Quantity((1, 2), "m,s")),
            (
                "np.void((1.0, 2.0), dtype=[('f0', '<f8'), ('f1', '<f8')]) is a structure, "
                "which has no form in JSON: keep its parts"
            ),
        ),
        (lambda: Datum.deserialize(label=5), "`label` must be text, not 5"),  # type: ignore[arg-type]  # on purpose
    ],
    ids=["texts", "flags", "object", "text in a unit", "two units", "complex", "structure", "label"],
)
def test_what_is_no_datum_is_refused(make: Callable[[], Datum], told: str) -> None:
    with pytest.raises(TypeError, match=f"^{re.escape(told)}$"):
        make()


def test_a_datum_can_be_changed() -> None:
    datum = Datum(5 * u.m, label="x")
    datum.quantity = 3 * u.s
    datum.label = "y"
    assert (str(datum), datum.unit_str, datum.latex_unit) == ("y: 3.0 s", "s", r"$\mathrm{s}$")
    assert repr(datum) == "Datum(<Quantity 3. s>, label='y')"
    assert Datum("text").unit is None


# Blobs


def test_a_blob_is_a_mapping_of_data() -> None:
    blob = Blob("b", x=Datum(1), y=Datum(2))
    assert (list(blob), len(blob), "x" in blob, str(blob)) == (["x", "y"], 2, True, "<Blob b: x, y>")
    assert repr(blob) == "Blob('b', x=Datum(1), y=Datum(2))"
    assert re.fullmatch(r"[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}", blob.identifier)
    assert Blob.deserialize(**blob.json) == blob
    del blob["x"]
    assert blob.json["data"] == {"y": Datum(2).json}
    with pytest.raises(TypeError, match=re.escape("`z` must be a gnomon.Datum, not int: gnomon.Datum(5)")):
        blob["z"] = 5  # type: ignore[assignment]  # on purpose


def test_blobs_are_found_by_name_and_identifier() -> None:
    blob = Blob("b")
    blobs = BlobSet([blob])
    assert blobs["b"] is blobs[blob.identifier] is blob
    assert (str(blobs), list(blobs), "c" in blobs) == ("<BlobSet: 1 Blob>", [blob.identifier], False)
    assert BlobSet.deserialize(blobs.json) == blobs
    del blobs["b"]
    assert len(blobs) == 0
    with pytest.raises(TypeError, match=r"^a gnomon\.Blob is needed, not int$"):
        blobs.insert(5)  # type: ignore[arg-type]  # on purpose


# Measurements


def test_texts_of_a_measurement() -> None:
    blob = Blob("b")
    made = Measurement("p.A", 5 * u.mag, blobs=[blob], extras={"x": Datum(1)}, notes={"k": "v"})
    assert str(made) == "p.A: 5.0 mag"
    assert repr(Measurement("p.A", 5 * u.mag)) == "Measurement('p.A', <Quantity 5. mag>)"
    assert repr(made) == (
        "Measurement('p.A', <Quantity 5. mag>, blobs=[Blob('b')], extras={'x': Datum(1)}, notes={'p.A.k': 'v'})"
    )
    assert made._repr_latex_() == r"p.A: $5~\mathrm{mag}$"
    assert Measurement("p.A")._repr_latex_() == "p.A: not measured"


def test_json_of_a_measurement() -> None:
    made = Measurement(Metric("p.A", "What.", "mmag"), 0.005 * u.mag)
    fields: dict[str, Any] = {
        "metric": "p.A",
        "identifier": made.identifier,
        "value": 5.0,
        "unit": "mmag",
        "blob_refs": [],
    }
    assert made.json == fields
    made.extras["x"] = Datum(1)
    assert made.json["blob_refs"] == [made.extras.identifier]
    assert Measurement.deserialize(**fields) == Measurement("p.A", 5 * u.mmag)
    assert (made.description, made.datum.json["label"]) == ("What.", "p.A")


def test_plain_numbers_are_dimensionless() -> None:
    assert Measurement("p.A", 5).quantity == 5 * u.dimensionless_unscaled
    assert Measurement("p.A", np.float32(0.5)).json["unit"] == ""
    assert Measurement("p.A", np.array(3)).json["value"] == 3.0  # it runs, as numpy gives it


@pytest.mark.parametrize(
    "make",
    [
        lambda: Measurement(Metric("p.A", "", "mag"), 5 * u.s),
        lambda: Measurement(Metric("p.A", "", "mag"), 5),
        lambda: Measurement("A", 5),
        lambda: Measurement("p", 5),
        lambda: Measurement("p.A.s", 5),
        lambda: Measurement("p.A", "5"),
        lambda: Measurement("p.A", True),  # noqa: FBT003  # on purpose
        lambda: Measurement("p.A", [1, 2] * u.m),
        lambda: Measurement("p.A", np.array([1.0])),  # on purpose
        lambda: Measurement("p.A", np.array(True)),  # noqa: FBT003  # on purpose
        lambda: Measurement("p.A", np.ma.masked),  # on purpose: there is 0.0 below its mask
        lambda: Measurement("p.A", 5, extras={"x": 1}),  # type: ignore[dict-item]  # on purpose
        lambda: Measurement("p.A", 5, blobs=[1]),  # type: ignore[list-item]  # on purpose
    ],
    ids=[
        "unit",
        "number",
        "bare",
        "package",
        "specification",
        "text",
        "flag",
        "array",
        "one",
        "flag of numpy",
        "masked",
        "extra",
        "blob",
    ],
)
def test_what_is_no_measurement_is_refused(make: Callable[[], Measurement]) -> None:
    with pytest.raises(TypeError):
        make()


def test_differences_and_scatters_of_magnitudes_are_magnitudes() -> None:
    metric, spec = Metric("p.A", "", "mmag"), ThresholdSpecification("p.A.s", 500 * u.mmag, "<=")
    scatter = np.std([20, 21] * u.ABmag)  # astropy's unit of it is mag(1)
    assert (Measurement(metric, scatter).json["value"], spec.check(scatter)) == (500.0, True)
    assert not spec.check(20.7 * u.ABmag - 20 * u.ABmag)
    assert Measurement(Metric("p.A", "", ""), u.Magnitude(-2.5)).json["value"] == 10.0
    with pytest.raises(TypeError, match="does not convert"):
        Measurement(metric, 20 * u.ABmag)
    with pytest.raises(TypeError, match="does not convert"):
        Measurement(Metric("p.A", "", "s"), scatter)


def test_a_quantity_that_does_not_convert_changes_nothing() -> None:
    made = Measurement(Metric("p.A", "", "mag"), 5 * u.mag)
    with pytest.raises(TypeError, match=r"^p\.A is measured in mag, to which s does not convert$"):
        made.quantity = 5 * u.s
    assert made.quantity == 5 * u.mag


def test_measurements_are_equal_by_what_was_measured() -> None:
    one = Measurement("p.A", 5 * u.mmag, notes={"k": 1})
    assert one == Measurement("p.A", 0.005 * u.mag, notes={"k": 1})
    assert one != Measurement("p.A", 5 * u.mmag)
    assert one != Measurement("p.B", 5 * u.mmag, notes={"k": 1})
    assert one != Measurement("p.A", 5.000001 * u.mmag, notes={"k": 1})
    assert one != Measurement("p.A", 5 * u.s, notes={"k": 1})
    assert one != Measurement("p.A", notes={"k": 1})
    assert one != Measurement("p.A", 5 * u.mmag, notes={"k": 1}, extras={"x": Datum(1)})


def test_notes_have_the_name_of_the_metric_before_their_keys() -> None:
    notes = Measurement("p.A", notes={"a": 1, "p.A.b": 2}).notes
    assert isinstance(notes, MeasurementNotes)
    assert (dict(notes), notes["a"], notes["p.A.a"], "b" in notes) == ({"p.A.a": 1, "p.A.b": 2}, 1, 1, True)
    del notes["a"]
    assert repr(notes) == "{'p.A.b': 2}"


def test_a_set_of_measurements() -> None:
    made = MeasurementSet([Measurement("p.A", 5 * u.mag)])
    assert (str(made), list(map(str, made)), "p.A" in made, "a..b" in made) == (
        "<MeasurementSet: 1 Measurement>",
        ["p.A"],
        True,
        False,
    )
    made["p.B"] = Measurement("p.B", 1)
    with pytest.raises(KeyError):
        made["p.C"] = Measurement("p.B", 1)
    made += MeasurementSet([Measurement("p.A", 6 * u.mag)])
    assert made["p.A"].quantity == 6 * u.mag
    with pytest.raises(TypeError, match="to which mag does not convert"):
        made.refresh_metrics(MetricSet([Metric("p.A", "", "s")]))
    made.refresh_metrics(MetricSet([Metric("p.A", "", "mmag")]))
    assert made.json[0]["unit"] == "mmag"
    del made["p.A"]
    assert len(made) == 1


def test_what_is_no_name_is_in_no_set() -> None:
    metrics, specs = MetricSet([Metric("p.A", "", "")]), SpecificationSet()
    specs.insert(ThresholdSpecification("p.A.s", u.Quantity(5), "<"))
    assert ("p.A" in metrics, "p.A.s" in metrics, "a..b" in metrics) == (True, False, False)
    assert ("p.A.s" in specs, "a.b.c.d" in specs, "a..b" in specs) == (True, False, False)


# Metadata and jobs


@pytest.mark.parametrize("revision", ["", "@main~1"])
def test_where_there_is_no_metrics_repository(revision: str, commit: Callable[..., Path]) -> None:
    root = commit({"README": ""})
    commit({"README": "still nothing"})
    with pytest.raises(OSError, match="no metrics repository"):
        Job.load_metrics_package(f"{root}{revision}")


def test_a_revision_of_what_is_not_in_git(tree: Callable[[dict[str, str | bytes]], Path]) -> None:
    root = tree({"metrics/p.yaml": "A: {unit: '', description: d}"})
    with pytest.raises(OSError, match="is not in a Git repository"):
        MetricSet.load_metrics_package(f"{root}@HEAD")


def test_metadata_is_terms_and_notes() -> None:
    job = Job([Measurement("p.A", 5, notes={"k": 1})], meta={"camera": "hsc"})
    job.meta["p.A.more"] = 2
    job.meta["p.B.k"] = 3
    assert dict(job.meta) == {"camera": "hsc", "p.B.k": 3, "p.A.k": 1, "p.A.more": 2}
    assert dict(job.measurements["p.A"].notes) == {"p.A.k": 1, "p.A.more": 2}
    assert job.meta.terms == {"camera": "hsc", "p.B.k": 3}
    assert (len(job.meta), repr(Job(meta={"a": 1}).meta)) == (4, "Metadata({'a': 1})")
    del job.meta["p.A.k"]
    assert "p.A.k" not in job.meta
    with pytest.raises(TypeError, match="a term of metadata is text, not 5"):
        job.meta[5] = 1  # type: ignore[index]  # on purpose


def test_texts_of_a_job() -> None:
    job = Job([Measurement("p.A", 5)], [Metric("p.A", "", ""), Metric("p.B", "", "")])
    assert repr(job) == "<Job: 1 measurement, 2 metrics, 0 specifications>"


def test_what_is_inserted_into_a_job_is_written_in_the_unit_of_its_metric(tmp_path: Path) -> None:
    job = Job(metrics=[Metric("p.A", "", "mmag")])
    job.measurements.insert(Measurement("p.A", 0.006 * u.mag))
    assert (job.json["measurements"][0]["value"], job.json["measurements"][0]["unit"]) == (6.0, "mmag")
    job.measurements.insert(Measurement("p.A", 6 * u.s))
    with pytest.raises(TypeError, match=r"p\.A is measured in mmag, to which s does not convert"):
        job.write(tmp_path / "job.json")  # which could not be read
    assert list(tmp_path.iterdir()) == []


def test_adding_jobs_never_replaces_a_measurement() -> None:
    one, other = Job([Measurement("p.A", 5 * u.mmag)]), Job([Measurement("p.A", 6 * u.mmag)], meta={"a": 1})
    with pytest.raises(VerifyError, match=r"^both jobs measure p\.A: p\.A: 5\.0 mmag, and p\.A: 6\.0 mmag$"):
        one += other
    assert (one.measurements["p.A"].quantity, dict(one.meta)) == (5 * u.mmag, {})


def test_adding_a_job_whose_metric_has_another_dimension_changes_nothing() -> None:
    one, other = Job([Measurement("p.A", 5 * u.mmag)]), Job(metrics=[Metric("p.A", "", "s")], meta={"a": 1})
    with pytest.raises(VerifyError, match="to which mmag does not convert"):
        one += other
    assert (dict(one.metrics), dict(one.meta)) == ({}, {})


def test_jobs_of_the_same_sets_do_not_change_each_other() -> None:
    metrics = MetricSet([Metric("p.A", "", "")])
    specs = SpecificationSet([ThresholdSpecification("p.A.s", u.Quantity(5), "<")])
    one, other = Job(metrics=metrics, specs=specs), Job(metrics=metrics, specs=specs)
    with pytest.warns(UserWarning, match=r"p\.A\.s"):
        one += Job(metrics=[Metric("q.B", "", "")], specs=[ThresholdSpecification("p.A.s", u.Quantity(9), "<")])
    one.specs.insert(ThresholdSpecification("p.A.t", u.Quantity(5), "<"))
    assert (str(other.specs["p.A.s"]), len(other.specs), len(specs), "q.B" in metrics) == ("< 5.0", 1, 1, False)


def test_what_is_inserted_later_where_measurements_were_gathered_is_in_the_job() -> None:
    gathered = MeasurementSet()
    job = Job(gathered, [Metric("p.A", "", "mmag")])
    gathered.insert(Measurement("p.A", 0.005 * u.mag, notes={"k": 1}))
    assert (job.json["measurements"][0]["value"], dict(job.meta)) == (5.0, {"p.A.k": 1})


def test_adding_jobs_takes_over_everything() -> None:
    one, other = (
        Job([Measurement("p.A", 5)], meta={"a": 1}),
        Job([Measurement("p.B", 6, notes={"k": 1})], meta={"b": 2}),
    )
    one.meta["packages"], other.meta["packages"] = {"x": 1}, {"y": 2}
    other.blobs.insert(Blob("alone"))
    one += other
    assert (sorted(map(str, one.measurements)), len(one.blobs)) == (["p.A", "p.B"], 1)
    assert dict(one.meta) == {"a": 1, "b": 2, "packages": {"x": 1, "y": 2}, "p.B.k": 1}


def test_adding_jobs_tells_what_it_replaces() -> None:
    one, other = (
        Job(
            metrics=[Metric("p.A", text, "")],
            specs=[ThresholdSpecification("p.A.s", u.Quantity(limit), "<")],
            meta={"camera": text, "same": (1, 2), "array": np.array([1, 2]), "env": {"x": 1, "y": text}},
        )
        for text, limit in (("a", 5.0), ("b", 6.0))
    )
    with pytest.warns(UserWarning, match="other") as told:
        one += other
    assert [str(warning.message) for warning in told] == [
        "the metadata term camera was 'a', and is 'b' as in the other job",
        "the metadata term env.y was 'a', and is 'b' as in the other job",
        "the other job's definition stays of the metric p.A",
        "the other job's definition stays of the specification p.A.s",
    ]
    assert (one.meta["camera"], one.meta["env"], str(one.specs["p.A.s"])) == ("b", {"x": 1, "y": "b"}, "< 6.0")


def test_jobs_are_equal_when_their_files_say_the_same(tmp_path: Path) -> None:
    specs = SpecificationSet(partials=[SpecificationPartial({"id": "p:a#x"})])
    job = Job(specs=specs, meta={"tuple": (1, 2), "array": np.array([1.0, 2.0])})
    job.write(tmp_path / "job.json")  # without a warning: all numbers are finite
    assert Job.read(tmp_path / "job.json") == job
    assert Job(meta={"length": 5 * u.m}) != Job(meta={"length": 6 * u.m})


def test_jobs_from_their_own_json_are_equal() -> None:
    job = Job([Measurement("p.A", 5 * u.mag, extras={"x": Datum([1.0, 2.0] * u.m)}, notes={"k": {"deep": [1]}})])
    job.metrics.insert(Metric("p.A", "What.", "mag", tags=["t"]))
    job.specs.insert(ThresholdSpecification("p.A.s", 5 * u.mag, "<"))
    again = Job.deserialize(**job.json)
    assert (again == job, again.json == job.json) == (True, True)
    again.measurements["p.A"].extras["x"] = Datum(1)
    assert again != job


def test_deserialize_takes_any_iterable() -> None:
    measured = Measurement("p.A", 5)
    assert Job.deserialize(measurements=iter([measured.json])) == Job([measured])
    with pytest.raises(VerifyError, match=re.escape("$.measurements: an array is needed, not text")):
        Job.deserialize(measurements="x")  # type: ignore[arg-type]  # on purpose


# output_quantities


def test_output_quantities(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert output_quantities("p", {"p.A": 5 * u.mag, "B": Measurement("p.B", 1)}) == "p.verify.json"
    measured: dict[str, float] = {"A": 5.0}  # as a program gathers them, under mypy
    assert output_quantities("p", measured, suffix="x") == "p_x.verify.json"
    job = Job.read("p.verify.json")
    assert (sorted(map(str, job.measurements)), len(job.metrics), dict(job.meta)) == (["p.A", "p.B"], 0, {})


def test_output_quantities_with_definitions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    output_quantities("validate_drp", {"PA1": 0.005 * u.mag}, include_metrics=True)
    job = Job.read("validate_drp.verify.json")
    assert job.json["measurements"][0]["unit"] == "mmag"
    assert {name.package for name in job.metrics} == {"validate_drp"}
    assert job.provenance is not None
    assert job.provenance.repository == "verify_metrics"


def test_output_quantities_refuses_what_stands_under_another_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TypeError, match=r"^a measurement of p\.B stands under p\.A$"):
        output_quantities("p", {"A": Measurement("p.B", 1)})
    with pytest.raises(TypeError, match="conflicting package"):
        output_quantities("p", {"q.A": 1})
    with pytest.raises(TypeError, match=r"^p\.A is measured"):
        output_quantities("p", {"A": Measurement(Metric("p.A", "", "mag"), 1)})
    assert list(tmp_path.iterdir()) == []


def test_a_report_that_tested_nothing_says_so() -> None:
    spec = ThresholdSpecification("p.A.s", 5 * u.mag, "<", metadata_query={"camera": "hsc"})
    job = Job([Measurement("p.A", 4 * u.mag)], [Metric("p.A", "The first.", "mag")], [spec], {"camera": "hcs"})
    assert str(job.report()) == "nothing was tested: no specification applies to what was measured"


def test_a_report_shows_as_many_digits_as_anybody_reads() -> None:
    specs = [ThresholdSpecification(f"p.{name}.s", 5 * u.mag, "<") for name in "AB"]
    job = Job([Measurement("p.A", 10 / 3 * u.mag), Measurement("p.B")], specs=specs)
    assert (
        str(job.report()) == "✅ p.A.s: 3.33333 mag (< 5.0 mag)\n\N{HEAVY MINUS SIGN} p.B.s: not measured (< 5.0 mag)"
    )


# Notebooks


def test_html_is_safe_whatever_the_texts_are() -> None:
    metric = Metric("p.A", HOSTILE, "mag", tags=[HOSTILE], reference_doc=HOSTILE, reference_url="javascript:alert(1)")
    spec = ThresholdSpecification("p.A.s", 5 * u.mag, "<", tags=[HOSTILE], metadata_query={HOSTILE: HOSTILE})
    measured = Measurement("p.A", 4 * u.mag, notes={HOSTILE: HOSTILE}, extras={HOSTILE: Datum(HOSTILE)})
    job = Job([measured], [metric], [spec], {HOSTILE: HOSTILE})
    shown = [
        job.measurements._repr_html_(),
        job.meta._repr_html_(),
        Job([measured], [metric], [spec])._repr_html_(),
        job._repr_html_(),
        job.metrics._repr_html_(),
        job.specs._repr_html_(),
        job.report()._repr_html_(),
        Report(job.measurements, SpecificationSet([spec]), job.metrics)._repr_html_(),
    ]
    assert [text for text in shown if "<img" in text or "<a " in text] == []
    assert [index for index, text in enumerate(shown) if "&lt;img" not in text] == []


def test_a_notebook_tells_what_nothing_tested() -> None:
    spec = ThresholdSpecification("p.A.s", 5 * u.mag, "<", metadata_query={"camera": "hsc"})
    job = Job([Measurement("p.A", 4 * u.mag), Measurement("p.B", 1)], [], [spec], {"camera": "hcs"})
    assert job._repr_html_() == (
        "<p>&lt;Job: 2 measurements, 0 metrics, 1 specification&gt;</p>"
        "<p>nothing was tested: no specification applies to what was measured</p>"
        "<p>No specification applies to</p><ul>"
        "<li>p.A: 4.0 mag; the nearest, s, needs `camera` = &#x27;hsc&#x27;, and the job has &#x27;hcs&#x27;</li>"
        "<li>p.B: 1.0; no specification tests this metric</li></ul>"
    )
    job.meta["camera"] = "hsc"
    assert job._repr_html_().count("<li>") == 1


def test_measurements_are_a_table_in_a_notebook() -> None:
    measured = Measurement("p.A", 4 * u.mmag, notes={"k": 1}, extras={"x": Datum(1)})
    job = Job([measured, Measurement("p.B")], [Metric("p.A", "The first.", "mag")])
    assert job.measurements._repr_html_() == (
        "<table><thead><tr><th>Metric</th><th>Value</th><th>Description</th><th>Notes</th><th>Data</th></tr></thead>"
        "<tbody><tr><td>p.A</td><td>$4~\\mathrm{mmag}$</td><td>The first.</td><td>p.A.k: 1</td><td>x</td></tr>"
        "<tr><td>p.B</td><td></td><td></td><td></td><td></td></tr></tbody></table>"
    )
    assert job.meta._repr_html_().endswith("<tbody><tr><td>p.A.k</td><td>1</td></tr></tbody></table>")


def test_a_metric_keeps_all_digits_of_its_unit() -> None:
    third = u.Unit(u.m / 3)
    metric = Metric("p.A", "", third)
    assert (metric.unit_str, metric.unit, Metric.deserialize(**metric.json)) == ("0.3333333333333333 m", third, metric)
    assert Measurement(metric, 2 * u.m).json["value"] == 6.0
    assert Metric("p.A", "", "0.33333333333 m").unit_str == "0.33333333333 m"


def test_latex_of_a_metric_names_its_unit() -> None:
    assert Metric("p.A", "What.", "mmag")._repr_latex_() == r"p.A ($\mathrm{mmag}$): What."


def test_latex_keeps_text_out_of_formulas() -> None:
    metric = Metric("p.A", r"$\href{javascript:alert(1)}{x}$", "")
    assert metric._repr_latex_() == r"p.A: \$\textbackslash{}href{javascript:alert(1)}{x}\$"


def test_public_names() -> None:
    assert [name for name in gnomon.__all__ if not hasattr(gnomon, name)] == []


def test_a_quantity_that_is_changed_in_place_changes_no_measurement() -> None:
    quantity = 4.0 * u.mmag
    measurement = gnomon.Measurement("p.A", quantity)
    quantity *= 2
    assert measurement.quantity == 4.0 * u.mmag


def test_reloading_definitions_that_do_not_fit_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "repository", {"metrics/p.yaml": "A: {unit: mmag, description: Scatter.}\n"})
    monkeypatch.chdir(tmp_path)
    job = gnomon.Job([gnomon.Measurement("p.A", 4.0 * u.pix)])
    with pytest.raises(TypeError, match="does not convert"):
        job.reload_metrics_package("repository")
    assert (len(job.metrics), dict(job.meta)) == (0, {})
    job = gnomon.Job.load_metrics_package("repository")
    # Found again from wherever somebody reads the job.
    assert job.meta["gnomon"]["definitions"]["repository"] == str(tmp_path / "repository")


def test_sets_are_made_of_sets_and_asked_for_what_is_no_name() -> None:
    metrics = gnomon.MetricSet([gnomon.Metric("p.scatter", "Scatter.", "mmag")])
    specs = gnomon.SpecificationSet([gnomon.ThresholdSpecification("p.scatter.design", 5 * u.mmag, "<=")])
    measurements = gnomon.MeasurementSet([gnomon.Measurement("p.A", 4 * u.mmag)])
    for made in (metrics, specs, measurements):
        copied = type(made)(made)  # type: ignore[arg-type]  # a set of its own kind
        assert (list(copied), copied is made) == (list(made), False)
        assert (made.get("a.b.c.d"), made.get("p.Aa"), made.get(5, 1)) == (None, None, 1)
    with pytest.raises(KeyError, match=r"there is no metric p\.scater; did you mean p\.scatter\?"):
        metrics["p.scater"]
    with pytest.raises(KeyError, match=r"p\.scatter\.desing; did you mean p\.scatter\.design\?"):
        specs["p.scatter.desing"]


def test_sets_give_what_they_hold_or_a_default() -> None:
    metrics = MetricSet([Metric("p.A", "", "s")])
    found: Metric | None = metrics.get("p.A")
    other: str | Metric = metrics.get("p.B", default="none")
    assert (found, metrics.get("p.B"), metrics.get(5), other) == (metrics["p.A"], None, None, "none")


def test_looking_up_what_is_not_there_guesses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A report of thousands of unknown metrics would spend its time on guesses that nobody reads."""

    def refuse(*_: object) -> None:
        pytest.fail("a guess was made")

    monkeypatch.setattr("gnomon.jobs.named_set.closest", refuse)
    assert gnomon.MetricSet([gnomon.Metric("p.A", "Scatter.", "mmag")]).get("p.B") is None
