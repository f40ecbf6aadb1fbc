"""Job files, for whatever a pipeline may put into them: what is written is what is read; merging loses nothing."""

from __future__ import annotations

import functools
import importlib
import json
import tempfile
from pathlib import Path
from typing import Any

import astropy.units as u
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from jsonschema import Draft202012Validator

from gnomon import (
    Datum,
    Job,
    Measurement,
    Metric,
    Name,
    RangeSpecification,
    ThresholdSpecification,
    VerifyError,
    schemas,
    units,
)
from gnomon.commands.report import FORMATS
from gnomon.jobs.evaluation import Selection
from gnomon.jobs.files import read_json, to_json
from gnomon.jobs.merge import merge
from gnomon.jobs.reporting import Definitions, report
from gnomon.jobs.shape import require_shape
from gnomon.unknown_fields import unknown_fields, with_unknown

# By dimension, so that a metric's unit and a measurement's convert.
UNITS = (
    ("", "%", "10"),
    ("mag", "mmag"),
    ("mag(AB)", "Jy", "nJy"),
    ("dex(cm / s2)", "m / s2"),
    ("m", "10 m", "km"),
    ("arcsec", "marcsec", "deg"),
    ("s", "1e-09 s"),
    ("deg_C",),
)
finite = st.floats(allow_nan=False, allow_infinity=False)
moderate = st.floats(-1e6, 1e6)
texts = st.text(st.characters(codec="utf-8"), max_size=8)
values = st.none() | st.booleans() | st.integers() | finite | texts
structures = st.recursive(values, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3))
# What a person may put into notes in Python, which becomes the structures of JSON.
numpys = st.sampled_from(
    [np.float64(0.1), np.int16(3), np.bool_(1), np.str_("r"), np.arange(3), np.zeros((2, 0)), (1, "a")]
)
units_of_data = st.sampled_from([unit for group in UNITS for unit in group])
shapes = arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3)
data = (
    st.builds(
        lambda array, unit, label: Datum(array, unit=unit, label=label),
        arrays.arrays(np.float64, shapes, elements=finite),
        units_of_data,
        st.none() | texts,
    )
    | st.builds(Datum, st.none() | st.booleans() | st.integers() | texts, label=st.none() | texts)
)  # fmt: skip
names = st.sampled_from(["A", "B", "C"])


@st.composite
def measurements(draw: st.DrawFn, package: str, metric: str) -> tuple[Measurement, Metric]:
    """Make a measurement and the definition of its metric, in units that convert."""
    group = draw(st.sampled_from(UNITS))
    value = draw(st.none() | moderate)
    quantity = None if value is None else units.quantity(value, draw(st.sampled_from(group)))
    extras = draw(st.dictionaries(texts.filter(lambda key: key not in {"name", "self"}), data, max_size=2))
    notes = draw(st.dictionaries(texts, structures, max_size=2))
    made = Measurement(f"{package}.{metric}", quantity, extras=extras, notes=notes)
    return made, Metric(made.metric_name, draw(texts), draw(st.sampled_from(group)))


@st.composite
def jobs(draw: st.DrawFn, package: str = "p", terms: st.SearchStrategy[str] = texts) -> Job:
    """Make a job, with the definitions of some of its metrics."""
    found = [draw(measurements(package, metric)) for metric in sorted(draw(st.sets(names)))]
    defined = [metric for _, metric in found if draw(st.booleans())]
    specs = [
        ThresholdSpecification(f"{metric.name}.s", units.quantity(draw(moderate), metric.unit_str), "<")
        for metric in defined
    ]
    job = Job([made for made, _ in found], defined, specs, draw(st.dictionaries(terms, structures, max_size=3)))
    job.extra = draw(st.dictionaries(terms.map("x-".__add__), structures, max_size=2))
    return job


@given(jobs())
def test_jobs_survive_json(job: Job) -> None:
    text = to_json(job.json)
    again = Job.deserialize(**json.loads(text))
    assert again == job
    assert to_json(again.json) == to_json(Job.deserialize(**again.json).json)
    assert json.loads(to_json(again.json)) == json.loads(text) or not is_exact(job)


def is_exact(job: Job) -> bool:
    """Tell whether no unit was converted, since that rounds."""
    return all(
        measurement.metric is None
        or measurement.quantity is None
        or units.number_and_unit(measurement.quantity)[1] == measurement.metric.unit_str
        for measurement in job.measurements.values()
    )


@given(arrays.arrays(np.float64, shapes, elements=st.floats(width=64)), units_of_data)
def test_arrays_of_any_shape_survive_json(array: Any, unit: str) -> None:
    datum = Datum(array, unit=unit)
    again = Datum.deserialize(**json.loads(json.dumps(datum.json, allow_nan=False)))
    expected = np.where(np.isfinite(array), array, np.nan)
    found: Any = again.quantity
    assert (found.shape, again.unit_str) == (array.shape, datum.unit_str)
    assert np.array_equal(found.value, expected, equal_nan=True)
    assert datum.nulls == np.count_nonzero(~np.isfinite(array))


@given(st.dictionaries(texts, structures | numpys | st.floats(), max_size=3))
def test_notes_become_what_json_holds_of_them(notes: dict[str, Any]) -> None:
    job = Job([Measurement("p.A", 1, notes=notes)])
    written = json.loads(to_json(job.json))["meta"]
    plain = {
        key: value.tolist() if hasattr(value, "tolist") else value
        for key, value in job.measurements["p.A"].notes.items()
    }
    for key, value in plain.items():
        expected = None if isinstance(value, float) and not np.isfinite(value) else value
        assert written[key] == (list(expected) if isinstance(expected, tuple) else expected)
    assert dict(Job.deserialize(**job.json).measurements["p.A"].notes) == written


# Terms of three packages never meet, except for the objects, whose members do not.
def terms_of(package: str) -> st.SearchStrategy[str]:
    return st.integers(0, 3).map(lambda number: f"{package}-{number}")


def without_order(job: Job) -> Any:
    """Give the JSON of a job, whatever the order of what it lists."""
    found = json.loads(to_json(job.json))
    return {key: sorted(map(json.dumps, value)) if isinstance(value, list) else value for key, value in found.items()}


@given(
    *(jobs(package, terms_of(package)) for package in ("p", "q", "r")), st.sampled_from(["packages", "env", "gnomon"])
)
def test_merging_is_associative_where_there_is_no_conflict(one: Job, two: Job, three: Job, term: str) -> None:
    files = []
    for label, job in (("one", one), ("two", two), ("three", three)):
        job.meta[term] = {label: 1}
        files.append((label, job.json))

    def read(*labels: int) -> list[tuple[str, Job]]:
        return [(files[index][0], Job.deserialize(**files[index][1])) for index in labels]

    left, _ = merge([("left", merge(read(0, 1))[0]), *read(2)])
    right, _ = merge([*read(0), ("right", merge(read(1, 2))[0])])
    whole, notes = merge(read(0, 1, 2))
    assert left == right == whole
    assert without_order(left) == without_order(right) == without_order(whole)
    assert (whole.meta[term], notes) == ({"one": 1, "two": 1, "three": 1}, [])
    assert len(whole.measurements) == len(one.measurements) + len(two.measurements) + len(three.measurements)


@given(jobs())
def test_merging_a_job_with_itself_or_nothing_is_no_change(job: Job) -> None:
    content = json.loads(to_json(job.json))
    twice, _ = merge([(label, Job.deserialize(**content)) for label in ("one", "two")])
    beside, _ = merge([("nothing", Job()), ("one", Job.deserialize(**content))])
    alone = Job.deserialize(**content)
    assert twice == beside == alone
    assert without_order(twice) == without_order(beside) == without_order(alone)


@given(structures, structures)
def test_unknown_fields_and_known_ones_make_the_whole_again(given_: Any, known: Any) -> None:
    whole = with_unknown(known, unknown_fields(given_, known))
    if isinstance(given_, dict) and isinstance(known, dict):
        assert set(whole) == set(given_) | set(known)
        assert {key: whole[key] for key in given_.keys() - known.keys()} == {
            key: given_[key] for key in given_.keys() - known.keys()
        }
    else:
        assert unknown_fields(whole, known) is None or isinstance(given_, list)


@given(st.binary(max_size=40) | st.text('[]{}":,0123456789.eE+-aNInfity \\u', max_size=60).map(str.encode))
def test_any_bytes_are_a_job_or_refused(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "job.json"
        path.write_bytes(content)
        try:
            data, _ = read_json(path)
        except VerifyError as error:
            told = str(error)
        else:
            told = f"{path}: {type(data).__name__}"
    assert told.startswith(str(path))


JUNK: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.just("x")
    | st.just([])
    | st.just({})
    | st.just([{}])
    | st.just("p.A")
)
FIELDS = (
    "metric",
    "identifier",
    "value",
    "unit",
    "blob_refs",
    "name",
    "data",
    "tags",
    "reference",
    "threshold",
    "type",
    "owner",
    "deprecated",
)


@given(
    st.dictionaries(
        st.sampled_from(["measurements", "blobs", "metrics", "specs", "meta"]),
        JUNK | st.lists(st.dictionaries(st.sampled_from(FIELDS), JUNK, max_size=5), max_size=2),
    )
)
def test_wrong_types_anywhere_are_a_job_or_refused(content: dict[str, Any]) -> None:
    try:
        job = Job.deserialize(**content)
    except VerifyError as error:
        told = str(error)
    else:
        told = "$" if Job.deserialize(**job.json) == job else "another job"
    assert told.startswith("$")


ODD: st.SearchStrategy[Any] = JUNK | st.sampled_from(
    [1.0, 1.5, "<=", "=<", "both", ["x", 1], [1, 1.5], {"operator": "<", "value": 1, "unit": ""}, {"page": 1.5}]
)
FORMS = st.lists(st.dictionaries(st.sampled_from([*FIELDS, "operator", "revision"]), ODD, max_size=5), max_size=4)


@given(
    st.dictionaries(
        st.sampled_from(["measurements", "blobs", "metrics", "specs", "meta"]),
        JUNK | FORMS | st.lists(st.sampled_from(["metric", "name"]).map(lambda key: {key: "x"}), max_size=3),
    )
)
def test_what_is_judged_once_for_each_form_is_what_the_schema_says(content: dict[str, Any]) -> None:
    valid = Draft202012Validator(schemas.load("job-1")).is_valid(content)
    try:
        require_shape(content, "")
    except VerifyError:
        assert not valid
    else:
        assert valid


@pytest.mark.parametrize("field", ["operator", "value", "unit"])
@pytest.mark.parametrize("after", [0, 50])
def test_one_odd_element_among_many_is_found(field: str, after: int) -> None:
    odd: dict[str, Any] = {"operator": "=<", "value": "5", "unit": 5}
    sound: dict[str, Any] = {"operator": "<=", "value": 5, "unit": "s"}
    specs = [
        {"name": f"p.A.s{index}", "type": "threshold", "threshold": threshold}
        for index, threshold in enumerate([*[sound] * 50, {**sound, field: odd[field]}, *[sound] * after])
    ]
    with pytest.raises(VerifyError, match=rf"^\$\.specs\[50\]\.threshold\.{field}: "):
        require_shape({"measurements": [], "specs": specs}, "")


def test_the_schema_of_jobs_asks_for_nothing_but_forms() -> None:
    def keywords(part: Any, *, names: bool = False) -> set[str]:
        if isinstance(part, list):
            return set().union(*map(keywords, part))
        if not isinstance(part, dict):
            return set()
        inner = (keywords(value, names=key in {"properties", "$defs"} and not names) for key, value in part.items())
        return set().union(set() if names else set(part), *inner)

    found = {key for key in keywords(schemas.load("job-1")) if not key.startswith("x-")}
    descriptive = {"$schema", "$id", "title", "description", "$defs"}
    of_forms = {"type", "required", "properties", "items", "additionalProperties", "$ref", "enum", "anyOf"}
    assert found - descriptive <= of_forms


# Reports

WHOLE = Job(
    [
        Measurement("p.A", 5 * u.mmag, extras={"x": Datum([1.0] * u.m)}, notes={"k": [1, {"l": 2}]}),
        Measurement("p.B", 7),
    ],
    [Metric("p.A", "What.", "mmag", tags=["t"], reference_doc="D"), Metric("p.B", "What.", "")],
    [
        ThresholdSpecification("p.A.s", 4 * u.mmag, "<", metadata_query={"camera": "hsc"}, tags=["design"]),
        RangeSpecification("p.A.r", 1 * u.mmag, 2 * u.mag),
        ThresholdSpecification("p.A.all", 4 * u.mmag, "<", abstract=True),
    ],
    {"camera": "hsc", "packages": {"x": {"name": "x"}}},
)
WHOLE.specs.heirs[Name("p.A.all")] = (Name("p.A.s"),)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List where in JSON there is a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([path] if path else []), *(place for key, item in inner for place in places(item, (*path, key)))]


@given(st.data())
def test_a_job_that_is_read_can_be_reported_in_all_formats(data: st.DataObject) -> None:
    content = json.loads(to_json(WHOLE.json))
    *above, key = data.draw(st.just(("meta", "camera")) | st.sampled_from(places(content)))
    functools.reduce(lambda found, step: found[step], above, content)[key] = data.draw(JUNK | structures)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "job.json"
        path.write_text(to_json(content), encoding="utf-8")
        try:
            job = Job.read(path)
        except VerifyError as error:
            refused = str(error)
        else:
            refused = ""
    if refused:
        assert refused.startswith(f"{path}: $")
        return
    found = report([(label, job, Definitions.of_job(job)) for label in ("one", "two")], Selection())
    for module in FORMATS.values():
        assert "".join(importlib.import_module(module).render(found))
