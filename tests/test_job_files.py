"""Job files are a contract: what the original writes loads, what is not known survives, what makes no sense is told."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import astropy.units as u
import numpy as np
import pytest
from jsonschema import Draft202012Validator

from gnomon import Blob, Datum, Job, Measurement, Metric, VerifyError, schemas
from gnomon.jobs.files import to_json
from gnomon.specifications import Specification, ThresholdSpecification

if TYPE_CHECKING:
    from pathlib import Path

# As the original library writes it, down to the order of the fields.
ORIGINAL: dict[str, Any] = {
    "measurements": [
        {
            "blob_refs": ["1bf5dd6c4a7d4ba8a3d4ac6dd1d4bbd2", "5f8cd35b1e1f4de19dba7b2d3b5ce0ce"],
            "identifier": "6a8b2a5e5a6a4d0e9d1c9d7f8e3f2a10",
            "metric": "demo1.ZeropointRMS",
            "unit": "mmag",
            "value": 12.5,
        },
        {
            "blob_refs": [],
            "identifier": "7a8b2a5e5a6a4d0e9d1c9d7f8e3f2a11",
            "metric": "demo2.SourceCount",
            "unit": "",
            "value": 350.0,
        },
    ],
    "blobs": [
        {
            "data": {
                "mags": {"description": "Magnitudes.", "label": "$m$", "unit": "mag", "value": [18.5, 19.25]},
                "zp": {"description": "Zeropoint.", "label": "$m_0$", "unit": "mag", "value": 25.0},
                "estimator": {"description": "Function.", "label": "estimator", "unit": None, "value": "numpy.std"},
                "count": {"description": "Stars.", "label": "N", "unit": None, "value": 2},
                "clipped": {"description": "Whether clipped.", "label": None, "unit": None, "value": True},
                "model": {"description": None, "label": None, "unit": None, "value": None},
            },
            "identifier": "1bf5dd6c4a7d4ba8a3d4ac6dd1d4bbd2",
            "name": "demo1.ZeropointRMS",
        },
        {"data": {}, "identifier": "5f8cd35b1e1f4de19dba7b2d3b5ce0ce", "name": "common"},
    ],
    "metrics": [
        {
            "description": "Photometric calibration RMS.",
            "name": "demo1.ZeropointRMS",
            "reference": {"doc": None, "page": None, "url": "https://example.com/PhotRMS"},
            "tags": ["photometry"],
            "unit": "mmag",
        }
    ],
    "specs": [
        {
            "metadata_query": {"camera": "megacam", "filter_name": "r"},
            "name": "demo1.ZeropointRMS.minimum",
            "tags": ["minimum"],
            "threshold": {"operator": "<=", "unit": "mmag", "value": 20.0},
            "type": "threshold",
        }
    ],
    "meta": {
        "camera": "megacam",
        "filter_name": "r",
        "demo1.ZeropointRMS.estimator": "numpy.std",
        "packages": {"afw": {"name": "afw", "git_sha": "abc", "git_url": "https://x/afw", "git_branch": "main"}},
        "env": {"env_name": "jenkins", "date": "2017-09-01T00:00:00+00:00"},
    },
}
SPEC: dict[str, Any] = {
    "name": "p.A.s",
    "type": "threshold",
    "threshold": {"value": 1.0, "unit": "mag", "operator": "<"},
}


def read(tmp_path: Path, content: Any) -> Job:
    path = tmp_path / "job.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return Job.read(path)


def refusal(tmp_path: Path, content: Any) -> str:
    with pytest.raises(VerifyError) as caught:
        read(tmp_path, content)
    return str(caught.value).replace(str(tmp_path / "job.json"), "F")


def test_a_file_of_the_original_loads_and_its_fields_stay(tmp_path: Path) -> None:
    job = read(tmp_path, ORIGINAL)
    assert job.warnings == []
    assert job.json == ORIGINAL
    measured = job.measurements["demo1.ZeropointRMS"]
    assert measured.quantity == 12.5 * u.mmag
    assert measured.extras["mags"] == Datum([18.5, 19.25] * u.mag, label="$m$", description="Magnitudes.")
    assert dict(measured.notes) == {"demo1.ZeropointRMS.estimator": "numpy.std"}
    assert measured.blobs["common"].identifier == "5f8cd35b1e1f4de19dba7b2d3b5ce0ce"
    assert job.report().make_table()["Specification"].tolist() == ["demo1.ZeropointRMS.minimum"]


def test_the_schema_knows_files_of_the_original_and_ours() -> None:
    validator = Draft202012Validator(schemas.load("job-1"))
    ours = Job.load_metrics_package(meta={"camera": "hsc"})
    ours.measurements.insert(Measurement("validate_drp.PA1", 4.2 * u.mmag, extras={"x": Datum([1.0, np.nan] * u.m)}))
    assert list(validator.iter_errors(ORIGINAL)) == []
    assert list(validator.iter_errors(ours.json)) == []
    assert [error.json_path for error in validator.iter_errors({**ORIGINAL, "meta": []})] == ["$.meta"]


def with_unknown_fields(value: Any) -> Any:
    """Add fields to every object, except where any field is data."""
    if isinstance(value, list):
        return [with_unknown_fields(item) for item in value]
    if not isinstance(value, dict):
        return value
    made = {
        key: item if key in {"meta", "metadata_query"} else with_unknown_fields(item) for key, item in value.items()
    }
    if "data" in value:
        made["data"] = {key: with_unknown_fields(item) for key, item in value["data"].items()}
    return {**made, "x-new": {"deep": [1, None, "\u00e9"]}, "cls": 1, "self": 2}


def test_unknown_fields_survive_at_every_level(tmp_path: Path) -> None:
    content = with_unknown_fields(ORIGINAL)
    assert read(tmp_path, content).json == content
    text = json.dumps(content)
    assert text.count("x-new") == 1 + 2 + 2 + 6 + 2 + 2  # job, measurements, blobs, data, metric, specification


def test_unknown_fields_of_several_references_and_of_a_deprecation_survive() -> None:
    fields: dict[str, Any] = {
        "name": "p.A",
        "description": "",
        "unit": "mag",
        "tags": [],
        "reference": [
            {"doc": "A", "page": 1, "url": None, "x": 1},
            {"doc": "B", "page": None, "url": None},
        ],
        "deprecated": {"since": "1", "by": "me"},
    }
    assert Metric.deserialize(**copy.deepcopy(fields)).json == fields


def test_a_field_called_blobs_of_a_measurement_survives(tmp_path: Path) -> None:
    measurement = {"metric": "p.A", "identifier": "a", "value": 1.0, "unit": "", "blob_refs": [], "blobs": ["x"]}
    assert read(tmp_path, {"measurements": [measurement], "meta": {}}).json["measurements"] == [measurement]


def test_unknown_fields_say_nothing_of_the_equality_of_definitions() -> None:
    assert Specification.deserialize(**SPEC, more=1) == Specification.deserialize(**SPEC)
    assert hash(Metric.deserialize("p.A", unit="m", more=1)) == hash(Metric.deserialize("p.A", unit="m"))


NUMBER = {"metric": "p.A", "identifier": "a", "value": 1.0, "unit": "mag"}


def job_of(measurement: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    return {"measurements": [measurement] if measurement is not None else [], "meta": {}, **fields}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "F is empty"),
        (b" \n", "F is empty"),
        (b'{"a":"\xe9"}', "F is not UTF-8: the byte 6 is 0xE9"),
        (b'{"measurements":[{"metric":', "F:1:28: not JSON: Expecting value"),
        (b"[" * 100_000, "F: nested too deeply to be a job"),
        (
            b'{"measurements":[],"meta":{"a":' + b"[" * 500 + b"]" * 500 + b"}}",
            "F: $.meta.a[0][0][0][0]: nested too deeply to be a job",
        ),
        (b"[]", "F: $: a job is an object, not an array"),
        (b"7", "F: $: a job is an object, not a number"),
        (b'{"measurements":[],"meta":{"x y":{"a":1,"a":2}}}', "F: $.meta['x y']: the key 'a' stands there twice"),
        (
            b'{"measurements":[],"meta":{"a":[1,' + b"1" * 10_000 + b"]}}",
            "F: $.meta.a[1]: a number with too many digits",
        ),
        ({}, "F: $: `measurements` is missing; is this a job file?"),
        ({"measurements": {}}, "F: $.measurements: an array is needed, not an object"),
        ({"measurements": [5]}, "F: $.measurements[0]: an object is needed, not a number"),
        (job_of({}), "F: $.measurements[0]: `metric` is missing"),
        (job_of({"metric": 5}), "F: $.measurements[0].metric: text is needed, not a number"),
        (job_of({**NUMBER, "value": "1"}), "F: $.measurements[0].value: a number is needed, not text"),
        (job_of({**NUMBER, "value": True}), "F: $.measurements[0].value: a number is needed, not a boolean"),
        (job_of({**NUMBER, "value": 10**400}), "F: $.measurements[0]: `value` is too large for a number"),
        (job_of({**NUMBER, "unit": 5}), "F: $.measurements[0].unit: text is needed, not a number"),
        (job_of({**NUMBER, "unit": "furlon"}), "F: $.measurements[0]: 'furlon' is not a unit"),
        (job_of({**NUMBER, "blob_refs": [1]}), "F: $.measurements[0].blob_refs[0]: text is needed, not a number"),
        (job_of({**NUMBER, "identifier": 1}), "F: $.measurements[0].identifier: text is needed, not a number"),
        (
            job_of(NUMBER, metrics=[{"name": "p.A", "unit": "s"}]),
            "F: $.measurements[0]: p.A is measured in s, to which mag does not convert",
        ),
        (
            {"measurements": [NUMBER, NUMBER]},
            "F: $.measurements[1]: a second measurement of p.A, beside F: $.measurements[0]",
        ),
        (job_of(meta=[]), "F: $.meta: an object is needed, not an array"),
        (job_of(blobs=[{"name": "b"}]), "F: $.blobs[0]: `identifier` is missing"),
        (
            job_of(blobs=[{"identifier": "a", "name": "b"}, {"identifier": "a", "name": "c"}]),
            "F: $.blobs[1]: a second blob with the identifier a, beside F: $.blobs[0]",
        ),
        (job_of(metrics=[{"name": "p.A"}]), "F: $.metrics[0]: `unit` is missing"),
        (
            job_of(metrics=[{"name": "p.A", "unit": "m", "tags": "x"}]),
            "F: $.metrics[0].tags: an array is needed, not text",
        ),
        (
            job_of(metrics=[{"name": "p.A", "unit": "m", "revision": 1.5}]),
            "F: $.metrics[0].revision: a whole number is needed, not a number",
        ),
        (
            job_of(metrics=[{"name": "p.A", "unit": "m"}, {"name": "p.A", "unit": "s"}]),
            "F: $.metrics[1]: a second definition of the metric p.A, beside F: $.metrics[0]",
        ),
        (
            job_of(specs=[{"name": "p.A.s"}]),
            "F: $.specs[0]: one of `threshold`, `range`, `tolerance` is needed",
        ),
        (job_of(specs=[{**SPEC, "type": "range"}]), "F: $.specs[0]: `range` must be an object"),
        (
            job_of(specs=[{**SPEC, "threshold": {**SPEC["threshold"], "operator": "~"}}]),
            'F: $.specs[0].threshold.operator: "~" is none of "<", "<=", ">", ">=", "==", "!="',
        ),
        (
            job_of(specs=[{**SPEC, "abstract": True, "heirs": "p.A.t"}]),
            "F: $.specs[0].heirs: an array is needed, not text",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_makes_no_sense_is_refused_with_its_place(tmp_path: Path, content: Any, told: str) -> None:
    assert refusal(tmp_path, content) == told


@pytest.mark.parametrize(
    ("datum", "told"),
    [
        ({"value": ["a", "b"], "unit": None}, "its elements are not numbers"),
        ({"value": ["a", 1], "unit": "m"}, "its elements are not numbers"),
        ({"value": [True, 1.5], "unit": "m"}, "its elements are not numbers"),
        ({"value": [[1.0], [True]], "unit": "m"}, "its elements are not numbers"),
        ({"value": "a", "unit": "m"}, "'a' is not a number"),
        ({"value": [[1], [2, 3]], "unit": "m"}, "the rows of the array have different lengths"),
        ({"value": [10**400], "unit": "m"}, "a number in it is too large"),
        ({"value": [1.5, {}], "unit": "m"}, "{} is not a number"),
        ({"value": 1.5, "unit": "furlon"}, "'furlon' is not a unit"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_data_that_are_no_quantities_are_refused_with_their_place(
    tmp_path: Path, datum: dict[str, Any], told: str
) -> None:
    content = job_of(blobs=[{"identifier": "a", "name": "b", "data": {"ok": {"value": 1}, "x y": datum}}])
    assert refusal(tmp_path, content) == f"F: $.blobs[0].data['x y']: {told}"


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VerifyError, match=re.escape(f"cannot read {tmp_path}: Is a directory")):
        Job.read(tmp_path)
    with pytest.raises(VerifyError, match=re.escape("cannot read nowhere.json: No such file or directory")):
        Job.read("nowhere.json")


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbf" + json.dumps(ORIGINAL).encode()).json == ORIGINAL


def test_numbers_that_are_none_count_as_null_and_are_told(tmp_path: Path) -> None:
    text = '{"measurements":[{"metric":"p.A","value":1e999,"unit":"mag"}],"meta":{"a":[1,NaN],"b":-Infinity}}'
    job = read(tmp_path, text.encode())
    assert [warning.partition(": ")[2] for warning in job.warnings] == [
        "$.measurements[0].value: inf is no number that JSON has, and counts as null",
        "$.meta.a[1]: nan is no number that JSON has, and counts as null",
        "$.meta.b: -inf is no number that JSON has, and counts as null",
    ]
    assert job.measurements["p.A"].quantity is None
    assert dict(job.meta) == {"a": [1, None], "b": None}


def test_many_numbers_that_are_none_are_counted(tmp_path: Path) -> None:
    job = read(tmp_path, b'{"measurements":[],"meta":{"a":[' + b"NaN," * 1000 + b"1]}}")
    assert len(job.warnings) == 6
    assert job.warnings[-1].endswith(": 995 more such numbers")


def test_a_job_without_metadata_is_told(tmp_path: Path) -> None:
    job = read(tmp_path, {"measurements": []})
    assert job.warnings == [
        f"{tmp_path / 'job.json'}: $.meta: no metadata, so only specifications without a query apply"
    ]


def test_references_to_blobs_that_are_not_there_are_told_and_kept(tmp_path: Path) -> None:
    job = read(tmp_path, job_of({**NUMBER, "blob_refs": ["gone"]}))
    path = tmp_path / "job.json"
    assert job.warnings == [f"{path}: $.measurements[0].blob_refs: p.A refers to blobs that are not there: gone"]
    assert job.json["measurements"][0]["blob_refs"] == ["gone"]


def test_a_null_value_keeps_its_unit(tmp_path: Path) -> None:
    fields: dict[str, Any] = {"metric": "p.A", "identifier": "a", "value": None, "unit": "mag", "blob_refs": []}
    assert read(tmp_path, job_of(fields)).json["measurements"] == [fields]


def test_two_blobs_of_one_name_stay_two(tmp_path: Path) -> None:
    blobs: list[dict[str, Any]] = [{"identifier": name, "name": "same", "data": {}} for name in ("a", "b")]
    job = read(tmp_path, job_of({**NUMBER, "blob_refs": ["a", "b"]}, blobs=blobs))
    assert job.json["blobs"] == blobs
    assert job.json["measurements"][0]["blob_refs"] == ["a", "b"]


def test_extras_without_data_that_have_fields_of_others_survive(tmp_path: Path) -> None:
    blobs: list[dict[str, Any]] = [{"identifier": "a", "name": "p.A", "data": {}, "instrument": "X"}]
    job = read(tmp_path, job_of({**NUMBER, "blob_refs": ["a"]}, blobs=blobs))
    assert (job.json["blobs"], job.json["measurements"][0]["blob_refs"]) == (blobs, ["a"])


def test_keys_of_metadata_that_are_no_names_are_terms(tmp_path: Path) -> None:
    meta = {"a..b": 1, "": 2, ".": 3, "..": 4, "p.A.": 5, "p.A..x": 6}
    job = read(tmp_path, job_of(NUMBER, meta=meta))
    assert dict(job.meta) == meta
    assert set(job.measurements["p.A"].notes) == {"p.A.", "p.A..x"}


def test_half_a_character_survives(tmp_path: Path) -> None:
    job = read(tmp_path, b'{"measurements":[],"meta":{"a":"\\ud800x"}}')
    job.write(tmp_path / "again.json")
    assert '"\\ud800x"' in (tmp_path / "again.json").read_text(encoding="utf-8")
    assert Job.read(tmp_path / "again.json") == job


def test_limits_that_json_cannot_hold_let_nothing_pass_when_read_again(tmp_path: Path) -> None:
    job = Job(specs=[ThresholdSpecification("p.A.s", np.inf * u.mag, "<")])
    with pytest.warns(UserWarning, match=r"p\.A\.s has a limit that is no finite number, and is written as null"):
        job.write(tmp_path / "job.json")
    again = Job.read(tmp_path / "job.json").specs["p.A.s"]
    assert job.specs["p.A.s"].check(1 * u.mag)
    assert not again.check(1 * u.mag)


# Writing


def test_what_json_cannot_hold_is_null_and_told(tmp_path: Path) -> None:
    job = Job([Measurement("p.A", np.nan * u.mag, extras={"x": Datum([1.0, np.nan, np.inf] * u.m)})])
    job.meta.update({"bad": {"deep": [float("inf")]}, "array": np.array([np.nan, 1]), "fine": (1, np.array([1.0, 2]))})
    with pytest.warns(UserWarning, match="null") as told:
        job.write(tmp_path / "job.json")
    assert [str(warning.message) for warning in told] == [
        "p.A: nan mag is no finite number, and is written as null",
        "the blob p.A has numbers in 'x' that are not finite, and 2 become null",
        "the metadata term 'bad' has a number that is not finite, and is written as null",
        "the metadata term 'array' has a number that is not finite, and is written as null",
    ]
    written = json.loads((tmp_path / "job.json").read_text(encoding="utf-8"))
    assert written["measurements"][0]["value"] is None
    assert written["measurements"][0]["unit"] == "mag"
    assert written["blobs"][0]["data"]["x"]["value"] == [1.0, None, None]
    assert written["meta"] == {"bad": {"deep": [None]}, "array": [None, 1.0], "fine": [1, [1.0, 2.0]]}


def test_values_of_numpy_and_python_become_json() -> None:
    meta = {
        "scalar": np.float32(0.5),
        "whole": np.int64(3),
        "flag": np.bool_(True),  # noqa: FBT003  # the only way to make one
        "text": np.str_("r"),
        "array": np.array([[1, 2], [3, 4]]),
        "tuple": (1, "a"),
        "set": {2, 1},
        "nested": {1: {"deep": np.array([np.nan, 1.0])}},
    }
    job = Job(meta=meta)
    assert job.json["meta"] == {
        "scalar": 0.5,
        "whole": 3,
        "flag": True,
        "text": "r",
        "array": [[1, 2], [3, 4]],
        "tuple": [1, "a"],
        "set": [1, 2],
        "nested": {"1": {"deep": [None, 1.0]}},
    }
    assert {type(value) for value in job.json["meta"].values()} <= {float, int, bool, str, list, dict}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (
            5 * u.m,
            "$.meta.x: <Quantity 5. m> of type Quantity has no form in JSON; give its number, and the unit in the key",
        ),
        ([1 + 2j], "$.meta.x[0]: (1+2j) of type complex has no form in JSON"),
        ({1: "a", "1": "b"}, "$.meta.x: two keys are the same text"),
        ({(1, 2): "a"}, "$.meta.x: a key must be text, not (1, 2)"),
    ],
    ids=["quantity", "complex", "keys", "tuple"],
)  # fmt: skip
def test_what_has_no_form_in_json_is_refused_with_its_place(tmp_path: Path, value: Any, told: str) -> None:
    with pytest.raises(VerifyError, match=re.escape(told)):
        Job(meta={"x": value}).write(tmp_path / "job.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("job", "told"),
    [
        (Job([Measurement("p.A", 2 * u.def_unit("widget"))]), "p.A is in widget"),
        (
            Job([Measurement("p.A", 1, extras={"x": Datum(2 * u.def_unit("widget") / u.s)})]),
            "x in p.A is in widget / s",
        ),
    ],
    ids=["measurement", "datum"],
)
def test_a_unit_that_nobody_else_knows_is_not_written(tmp_path: Path, job: Job, told: str) -> None:
    with pytest.raises(TypeError, match=f"^{told}, which is defined in this program alone"):
        job.write(tmp_path / "job.json")
    assert list(tmp_path.iterdir()) == []


def test_a_unit_of_this_program_converts_to_that_of_the_metric() -> None:
    measured = Measurement(Metric("p.A", "", "m"), 2 * u.def_unit("stride", 0.8 * u.m))
    assert (measured.json["value"], measured.json["unit"]) == (1.6, "m")
    with pytest.raises(TypeError, match=r"^p\.A is measured in s, to which stride does not convert$"):
        Measurement(Metric("p.A", "", "s"), measured.quantity)


def test_what_holds_itself_or_has_too_many_digits_is_refused() -> None:
    circle: list[Any] = []
    circle.append(circle)
    with pytest.raises(VerifyError, match=r"^\$\.meta\.x\[0\]\[0\]\[0\]\[0\]: nested too deeply"):
        _ = Job(meta={"x": circle}).json
    with pytest.raises(VerifyError, match="too many digits"):
        to_json({"x": 10**5000})


def test_values_are_written_in_the_unit_of_the_metric() -> None:
    job = Job([Measurement("p.A", 0.005 * u.mag)], [Metric("p.A", "", "mmag")])
    assert (job.json["measurements"][0]["value"], job.json["measurements"][0]["unit"]) == (5.0, "mmag")


def test_a_value_that_the_metrics_unit_cannot_hold_stays_as_it_was_measured() -> None:
    job = Job([Measurement("p.A", -1 * u.Jy)], [Metric("p.A", "", "mag(AB)")])
    assert (job.json["measurements"][0]["value"], job.json["measurements"][0]["unit"]) == (-1.0, "Jy")


def test_a_million_values_survive(tmp_path: Path) -> None:
    values = np.random.default_rng(1).normal(size=(1000, 1000))
    job = Job([Measurement("p.A", 1.0, extras={"x": Datum(values * u.mag)})])
    job.write(tmp_path / "job.json")
    again = Job.read(tmp_path / "job.json")
    found: Any = again.measurements["p.A"].extras["x"].quantity
    assert np.array_equal(found.value, values)


def test_blobs_that_no_measurement_refers_to_survive(tmp_path: Path) -> None:
    job = Job()
    job.blobs.insert(Blob("alone", x=Datum(1)))
    job.write(tmp_path / "job.json")
    assert Job.read(tmp_path / "job.json").blobs["alone"]["x"].quantity == 1


def test_importing_gnomon_is_cheap() -> None:
    code = (
        "import sys, gnomon; assert gnomon.__version__; "
        "print(sorted({'astropy', 'numpy', 'yaml', 'click', 'git', 'jsonschema', 'json'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
