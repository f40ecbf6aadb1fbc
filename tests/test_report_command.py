"""``gnomon report``: by which definitions a job is judged, what may be asked for, and when it fails."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from conftest import git, state, write
from gnomon import build_info, schemas
from gnomon.jobs.job import Job
from gnomon.jobs.measurements import Measurement

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Gnomon

    Make = Callable[..., Path]

METRICS = "A: {unit: mmag, description: Scatter of the magnitudes of stars.}\nB: {unit: '', description: A number.}\n"
SPEC = "threshold: {{operator: '<=', value: {}, unit: mmag}}\n"
SPECS = (
    f"name: A.design\ntags: [design, nightly]\n{SPEC.format(5)}---\n"
    f"name: A.stretch\ntags: [stretch]\n{SPEC.format(3)}---\n"
    f"name: A.hsc\nmetadata_query: {{camera: hsc}}\n{SPEC.format(9)}---\n"
    "name: B.hsc\nmetadata_query: {camera: hsc}\nthreshold: {operator: '>', value: 1, unit: ''}\n"
)
FILES = {"metrics/p.yaml": METRICS, "specs/p/a.yaml": SPECS}


def job(*measured: tuple[str, Any, str], meta: dict[str, Any] | None = None, **more: Any) -> str:
    listed = [{"metric": name, "identifier": name, "value": value, "unit": unit} for name, value, unit in measured]
    return json.dumps({"measurements": listed, "meta": meta or {}, **more})


@pytest.fixture
def report(gnomon: Gnomon) -> Callable[..., tuple[int, dict[str, Any]]]:
    def run(root: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
        status, out, err = gnomon(root, "report", "--format", "json", *arguments)
        assert err == ""
        document = json.loads(out)
        Draft202012Validator(schemas.load("report-1")).validate(document)
        return status, document

    return run


Report = "Callable[..., tuple[int, dict[str, Any]]]"


def statuses(document: dict[str, Any], index: int = 0) -> dict[str, str]:
    return {item["name"]: item["status"] for item in document["jobs"][index]["specifications"]}


# Which definitions


def test_the_repository_is_asked_where_nothing_else_is_said(tree: Make, report: Any) -> None:
    root = tree({**FILES, "j.json": job(("p.A", 4.0, "mmag"))})
    status, document = report(root, "j.json")
    assert (status, statuses(document)) == (1, {"p.A.design": "pass", "p.A.stretch": "fail"})
    found = document["jobs"][0]["definitions"]
    assert (found["origin"], found["specifications"], found["unresolved"]) == ("repository", 4, [])
    assert found["made_from"]["repository"] == str(root)


def test_the_job_file_wins_over_the_repository(tree: Make, report: Any) -> None:
    own = [{"name": "p.A.own", "type": "threshold", "threshold": {"value": 9.0, "unit": "mmag", "operator": "<"}}]
    root = tree({**FILES, "j.json": job(("p.A", 4.0, "mmag"), specs=own)})
    status, document = report(root, "j.json")
    assert (status, statuses(document)) == (0, {"p.A.own": "pass"})
    found = document["jobs"][0]["definitions"]
    assert (found["origin"], found["made_from"]) == ("job", None)


def test_definitions_of_the_command_line_win_over_all(tree: Make, tmp_path: Path, report: Any) -> None:
    own = [{"name": "p.A.own", "type": "threshold", "threshold": {"value": 9.0, "unit": "mmag", "operator": "<"}}]
    root = tree({**FILES, "j.json": job(("p.A", 4.0, "mmag"), specs=own)})
    other = write(tmp_path / "other", {**FILES, "specs/p/a.yaml": f"name: A.other\n{SPEC.format(4)}"})
    status, document = report(root, "--definitions", str(other), "j.json")
    assert (status, statuses(document)) == (0, {"p.A.other": "pass"})
    assert document["jobs"][0]["definitions"]["origin"] == "option"


def test_outside_of_a_repository_the_bundled_definitions_judge(tmp_path: Path, report: Any) -> None:
    write(tmp_path, {"j.json": job(("validate_drp.PA1", 4.0, "mmag"))})
    status, document = report(tmp_path, "j.json")
    found = document["jobs"][0]
    assert (found["definitions"]["origin"], found["definitions"]["made_from"]["repository"]) == (
        "bundled",
        "verify_metrics",
    )
    assert (status, found["outcome"]) == (1, "unmatched")


def test_the_bundled_definitions_have_a_name(tree: Make, report: Any) -> None:
    root = tree({**FILES, "j.json": job(("p.A", 4.0, "mmag"))})
    status, document = report(root, "--definitions", "verify_metrics", "j.json")
    assert (status, document["jobs"][0]["outcome"]) == (1, "untested")


def test_a_revision_is_read_from_git(commit: Make, report: Any) -> None:
    root = commit({**FILES, "j.json": job(("p.A", 4.0, "mmag"))})
    first = git(root, "rev-parse", "HEAD")
    commit({"specs/p/a.yaml": f"name: A.later\n{SPEC.format(1)}"})
    before = state(root / "specs")
    status, document = report(root, "--definitions", f".@{first[:10]}", "j.json")
    assert (status, statuses(document)) == (1, {"p.A.design": "pass", "p.A.stretch": "fail"})
    assert document["jobs"][0]["definitions"]["made_from"]["commit"] == first
    assert state(root / "specs") == before


def test_each_job_has_its_own(tree: Make, report: Any) -> None:
    own = [{"name": "p.A.own", "type": "threshold", "threshold": {"value": 9.0, "unit": "mmag", "operator": "<"}}]
    root = tree(
        {**FILES, "a.json": job(("p.A", 2.0, "mmag")), "b.json": job(("p.A", 2.0, "mmag"), specs=own), "c.json": job()}
    )
    status, document = report(root, "a.json", "b.json", "c.json", "a.json")
    assert [found["job"] for found in document["jobs"]] == ["a.json", "b.json", "c.json"]
    assert [found["definitions"]["origin"] for found in document["jobs"]] == ["repository", "job", "repository"]
    assert document["summary"]["jobs"] == {"pass": 2, "fail": 0, "unmatched": 0, "untested": 1}
    assert status == 1


def test_paths_are_those_of_the_folder_or_else_of_where_gnomon_was_started(
    tree: Make, tmp_path: Path, report: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree(FILES)
    elsewhere = write(tmp_path / "elsewhere", {"j.json": job(("p.A", 2.0, "mmag"))})
    monkeypatch.chdir(elsewhere)
    assert statuses(report(root, "j.json")[1]) == {"p.A.design": "pass", "p.A.stretch": "pass"}
    write(root, {"j.json": job(("p.A", 4.0, "mmag"))})
    assert statuses(report(root, "j.json")[1]) == {"p.A.design": "pass", "p.A.stretch": "fail"}


def test_a_job_says_which_definitions_it_was_made_with(commit: Make, gnomon: Gnomon) -> None:
    root = commit(FILES)
    then = git(root, "rev-parse", "HEAD")
    made = Job.load_metrics_package(root, measurements=[Measurement("p.A", None)])
    made.write(root / "j.json")
    _, out, _ = gnomon(root, "report", "j.json")
    told = " ".join(out.split())
    assert f"definitions: those in the job file, made with {root} at {then[:12]} (4 specifications)" in told
    # Nothing to say where these are the ones.
    assert "the job was made with" not in told
    _, out, _ = gnomon(root, "report", "--definitions", f"{root}@{then}", "j.json")
    assert "the job was made with" not in out
    (root / "specs/p/new.yaml").write_text("name: A.new\nthreshold: {operator: '<', value: 1, unit: mmag}\n")
    _, out, _ = gnomon(root, "report", "--definitions", str(root), "j.json")
    assert f"`--definitions {root}@{then}` judges it by those of that day" in " ".join(out.split())


# Exit status

FAILS = job(("p.A", 6.0, "mmag"))
MISSING = job(("p.A", 2.0, "mmag"), meta={"camera": "hsc"})
PASSES = job(("p.A", 2.0, "mmag"))
UNMATCHED = job(("p.B", 2.0, ""))
UNTESTED = job(("p.C", 2.0, ""))
EMPTY = job()
NULL = job(("p.A", None, "mmag"))


@pytest.mark.parametrize(
    ("text", "failing"),
    [
        (FAILS, {"fail"}),
        (MISSING, {"missing"}),
        (PASSES, set()),
        (UNMATCHED, {"missing", "unmatched"}),
        (UNTESTED, {"missing", "unmatched"}),
        (EMPTY, {"missing", "unmatched"}),
        (NULL, {"missing", "unmatched"}),
    ],
    ids=["fails", "missing", "passes", "unmatched", "untested", "empty", "null"],
)
@pytest.mark.parametrize("style", ["table", "json", "markdown", "html", "junit"])
def test_what_fails(tree: Make, gnomon: Gnomon, text: str, failing: set[str], style: str) -> None:
    root = tree({**FILES, "j.json": text})
    for gate in ("fail", "missing", "unmatched"):
        assert gnomon(root, "report", "j.json", "--format", style, "--fail-on", gate)[0] == int(gate in failing)
    assert gnomon(root, "report", "j.json", "--format", style)[0] == int(bool(failing & {"fail", "unmatched"}))
    assert gnomon(root, "report", "j.json", "--format", style, "--fail-on", "none")[0] == 0


def test_one_job_of_several_is_enough_to_fail(tree: Make, gnomon: Gnomon) -> None:
    root = tree({**FILES, "a.json": PASSES, "b.json": EMPTY})
    assert [gnomon(root, "report", *names)[0] for names in (["a.json"], ["a.json", "b.json"])] == [0, 1]


def test_of_several_jobs_what_passes_is_counted_unless_all_is_asked_for(tree: Make, gnomon: Gnomon) -> None:
    measured = job(("p.A", 4.0, "mmag"), ("p.B", 2.0, ""), meta={"camera": "hsc"})
    root = tree({**FILES, "x.json": measured, "y.json": measured})
    alone = gnomon(root, "report", "x.json")[1]
    assert "  p.B: 2\n    pass  hsc" in alone
    several = gnomon(root, "report", "x.json", "y.json")[1]
    assert "p.B: 2" not in several
    assert several.count("  p.A: 4 mmag\n") == 2
    assert several.count("\n  1 other metric passes every specification (--all lists them)\n") == 2
    sound = gnomon(root, "report", "x.json", "y.json", "--metric", "B")[1]
    assert sound.count("\n\n  1 metric passes every specification (--all lists them)\n\n") == 2
    assert gnomon(root, "report", "x.json", "y.json", "--all")[1].count("  p.B: 2\n    pass  hsc") == 2


def test_a_bar_on_a_terminal_tells_how_many_jobs_are_read(
    tree: Make, gnomon: Gnomon, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree({**FILES, "a.json": PASSES, "b.json": PASSES})
    monkeypatch.setattr("gnomon.commands.options._PATIENCE", 0.0)
    assert gnomon(root, "report", "a.json", "b.json")[2] == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert re.findall(r"Reading jobs .* (\d+%)", gnomon(root, "report", "a.json", "b.json")[2])[-1] == "100%"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert "Reading jobs" in gnomon(root, "job", "merge", "a.json", "b.json")[2]


@pytest.mark.parametrize(("gate", "status"), [("fail", 1), ("missing", 1), ("unmatched", 1), ("none", 0)])
def test_definitions_that_cannot_be_resolved_are_no_pass(tree: Make, gnomon: Gnomon, gate: str, status: int) -> None:
    root = tree({**FILES, "j.json": PASSES, "specs/p/b.yaml": "name: A.broken\nbase: '#nowhere'\n"})
    found, out, err = gnomon(root, "report", "j.json", "--format", "json", "--fail-on", gate)
    assert found == status
    assert [item["name"] for item in json.loads(out)["jobs"][0]["definitions"]["unresolved"]] == ["p.A.broken"]
    assert "warning: 1 definition could not be resolved, so nothing was tested by it" in err
    assert "p.A.broken: specs/p/b.yaml:2:7" in err


# What may be asked for


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--package", "p"], ["p.A.design", "p.A.hsc", "p.A.stretch", "p.B.hsc"]),
        (["--metric", "p.B"], ["p.B.hsc"]),
        (["--metric", "A", "--metric", "B"], ["p.A.design", "p.A.hsc", "p.A.stretch", "p.B.hsc"]),
        (["--tag", "nightly"], ["p.A.design"]),
        (["--tag", "nightly", "--tag", "stretch"], []),
        (["--level", "design"], ["p.A.design"]),
        (["--level", "design", "--level", "stretch"], ["p.A.design", "p.A.stretch"]),
        (["--level", "minimum"], []),
    ],
)
def test_filters(tree: Make, report: Any, options: list[str], names: list[str]) -> None:
    root = tree({**FILES, "j.json": job(("p.A", 2.0, "mmag"), meta={"camera": "hsc"})})
    status, document = report(root, "j.json", *options)
    assert list(statuses(document)) == names
    # B is not measured, so nothing of it is tested.
    assert status == int(not any(name.startswith("p.A") for name in names))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--package", "q"], "there is no package `q`"),
        (["--metric", "p.AA"], "there is no metric `p.AA`; did you mean `p.A`?"),
        (["--tag", "nightyl"], "there is no tag `nightyl`; did you mean `nightly`?"),
        (["--level", "desing"], "there is no level `desing`; did you mean `design`?"),
        (["--level", "nightly"], "there is no level `nightly`; the levels are `design`, `minimum`, `stretch`"),
        (["--fail-on", "error"], "use some of fail, missing, unmatched, separated by commas, or none"),
        (["--fail-on", ""], "use some of fail, missing, unmatched, separated by commas, or none"),
        (["--format", "html", "--all"], "--all is for tables; --format html has everything"),
        (["--definitions", ""], "--definitions needs a path, PATH@REV or verify_metrics"),
        (["--definitions", "nowhere"], "no metrics repository at nowhere: there is no such folder"),
        (["--definitions", "nowhere@main"], "no metrics repository at nowhere: there is no such folder"),
        (["nowhere.json"], "cannot read nowhere.json: No such file or directory"),
    ],
)
def test_what_makes_no_sense_is_one_line(tree: Make, gnomon: Gnomon, options: list[str], message: str) -> None:
    root = tree({**FILES, "j.json": PASSES})
    status, out, err = gnomon(root, "report", "j.json", *options)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert message in err.replace(f"{root}/", "")


def test_levels_are_those_of_the_configuration(tree: Make, report: Any, gnomon: Gnomon) -> None:
    ladders = "ladders.level = ['nightly', 'weekly']\n"
    root = tree({**FILES, "gnomon.toml": ladders, "j.json": PASSES})
    assert list(statuses(report(root, "j.json", "--level", "nightly")[1])) == ["p.A.design"]
    assert gnomon(root, "report", "j.json", "--level", "design")[0] == 2


def test_a_folder_that_is_not_there(tmp_path: Path, gnomon: Gnomon) -> None:
    assert gnomon(tmp_path / "nowhere", "report", "j.json")[::2] == (
        2,
        f"error: no such folder: {tmp_path / 'nowhere'} (see `gnomon report --help`)\n",
    )


# Bad job files


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"measurements": [', "j.json:1:19: not JSON: Expecting value"),
        ("[]", "j.json: $: a job is an object, not an array"),
        ("{}", "j.json: $: `measurements` is missing; is this a job file?"),
        (job(("p.A", "4", "mmag")), "j.json: $.measurements[0].value: a number is needed, not text"),
        (job(("p.A", 4, "furlong")), "j.json: $.measurements[0]: "),
        (job(("p.A", 1, "mmag"), ("p.A", 2, "mmag")), "j.json: $.measurements[1]: a second measurement of p.A"),
        (job(("A", 4, "mmag")), "j.json: $.measurements[0]: "),
        ('{"measurements": [], "meta": {"a": 1, "a": 2}}', "j.json: $.meta: the key 'a' stands there twice"),
        ("[" * 100_000, "j.json: nested too deeply to be a job"),
        ('{"measurements": [], "meta": {"a": ' + "9" * 5000 + "}}", "j.json: $.meta.a: a number with too many digits"),
    ],
    ids=["truncated", "array", "empty", "text", "unit", "twice", "name", "key", "deep", "digits"],
)
def test_a_job_that_cannot_be_read_is_one_line(tree: Make, gnomon: Gnomon, text: str, message: str) -> None:
    root = tree({**FILES, "j.json": text, "good.json": PASSES})
    status, out, err = gnomon(root, "report", "good.json", "j.json")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert message in err


@pytest.mark.parametrize("style", ["table", "json", "markdown", "html", "junit"])
def test_a_term_may_be_an_object(tree: Make, gnomon: Gnomon, style: str) -> None:
    root = tree({**FILES, "j.json": job(("p.B", 2, ""), meta={"camera": {"name": "hsc", "chips": [1, {"x": None}]}})})
    status, out, err = gnomon(root, "report", "j.json", "--format", style)
    assert (status, err, "chips" in out) == (1, "", True)


def test_what_is_odd_in_a_job_is_in_the_report(tree: Make, report: Any) -> None:
    measured = '{"metric": "p.A", "value": NaN, "unit": "mmag"}, {"metric": "p.B", "value": 1, "unit": "s"}'
    text = f'{{"measurements": [{measured}]}}'
    _, document = report(tree({**FILES, "j.json": text}), "j.json")
    path = document["jobs"][0]["warnings"][0].partition(": ")[0]
    assert Path(path).name == "j.json"
    assert [warning.replace(path, "j.json") for warning in document["jobs"][0]["warnings"]] == [
        "j.json: $.measurements[0].value: nan is no number that JSON has, and counts as null",
        "j.json: $.meta: no metadata, so only specifications without a query apply",
        "p.B is measured in s and its metric in no dimension, to which that does not convert",
    ]
    assert statuses(document) == {"p.A.design": "missing", "p.A.stretch": "missing"}


# JSON


def test_json_has_everything(tree: Make, report: Any) -> None:
    specs = f"{SPECS}---\nname: A.all\nabstract: true\n{SPEC.format(8)}---\nname: A.one\nbase: A.all\n"
    text = job(("p.A", 0.004, "mag"), ("p.B", 2.0, ""), meta={"other": 1, "camera": "cfht"})
    root = tree({**FILES, "specs/p/a.yaml": specs, "j.json": text})
    status, document = report(root, "j.json", "--level", "design")
    assert status == 0
    (found,) = document.pop("jobs")
    assert document == {
        "schema": "gnomon/report/1",
        "summary": {
            "jobs": {"pass": 1, "fail": 0, "unmatched": 0, "untested": 0},
            "specifications": {"pass": 1, "fail": 0, "missing": 0},
        },
        "selection": {"packages": [], "metrics": [], "tags": [], "levels": ["design"]},
        "requirements": [],
    }
    assert found.pop("definitions")["origin"] == "repository"
    assert found == {
        "job": "j.json",
        "outcome": "pass",
        "unmatched": False,
        "counts": {"pass": 1, "fail": 0, "missing": 0},
        "made_with": None,
        "terms": {"camera": "cfht"},
        "warnings": [],
        "specifications": [
            {
                "name": "p.A.design",
                "metric": "p.A",
                "status": "pass",
                "value": 4.0,
                "unit": "mmag",
                "margin": {"value": 1.0, "unit": "mmag", "percent": 20.0},
                "reason": None,
                "type": "threshold",
                "threshold": {"value": 5.0, "unit": "mmag", "operator": "<="},
                "metadata_query": {},
                "tags": ["design", "nightly"],
                "level": "design",
            }
        ],
        "requirements": [],
        "untested": [
            {
                "metric": "p.B",
                "value": 2.0,
                "unit": "",
                "known": True,
                "specifications": 1,
                "nearest": [{"name": "p.B.hsc", "reasons": ["needs `camera` = 'hsc', and the job has 'cfht'"]}],
            }
        ],
    }
    requirements = report(root, "j.json")[1]["jobs"][0]["requirements"]
    assert [(item["name"], item["status"], item["heirs"]) for item in requirements] == [
        ("p.A.all", "pass", [{"name": "p.A.one", "status": "pass"}])
    ]


def test_the_definitions_of_this_repository_judge(tmp_path: Path, report: Any) -> None:
    meta = {
        "instrument": "HSC",
        "filter_name": "HSC-R",
        "dataset_name": "validation_data_hsc",
        "dataset_repo_url": "https://github.com/lsst/validation_data_hsc.git",
    }
    write(tmp_path, {"j.json": job(("validate_drp.PA1", 4.0, "mmag"), meta=meta)})
    status, document = report(tmp_path, "--definitions", str(build_info.definitions()), "j.json", "--metric", "PA1")
    assert status == 1
    assert {name: found for name, found in statuses(document).items() if found != "missing"} == {
        "validate_drp.PA1.hsc_design_r": "pass",
        "validate_drp.PA1.hsc_minimum_r": "pass",
        "validate_drp.PA1.hsc_stretch_r": "fail",
    }
    told = {item["name"]: item["status"] for item in document["jobs"][0]["requirements"]}
    assert told["validate_drp.PA1.stretch_gri"] == "fail"
    assert told["validate_drp.PA1.design_gri"] == "pass"


def test_a_misspelt_metric_is_told_with_what_may_be_meant(tree: Make, gnomon: Gnomon) -> None:
    root = tree({"metrics/p.yaml": "scatter: {description: The first., unit: mmag}\n"})
    write(root, {"j.json": job(("p.scater", 2.0, "mmag"), ("p.xyz", 1.0, ""))})
    _, out, _ = gnomon(root, "report", "j.json")
    assert "p.scater: 2 mmag; there is no definition of this metric; did you mean p.scatter? " in " ".join(out.split())
    assert "p.xyz: 1; there is no definition of this metric 1 job" in " ".join(out.split())
