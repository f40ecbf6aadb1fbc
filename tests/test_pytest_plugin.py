"""`gnomon.testing`: measurements as checks, and the job file of a run."""

from __future__ import annotations

import importlib.resources
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import gnomon.testing
from conftest import write

TOOLS = str(importlib.resources.files("gnomon").joinpath(".."))
ROOT = Path(__file__).parent.parent
# A run of pytest in this process forgets what it has imported, and numpy cannot be imported again.
for module in ("astropy.table", "gnomon.git", "gnomon.testing.collecting"):
    importlib.import_module(module)

pytest_plugins = ["pytester"]

DEFINITIONS = {
    "metrics/demo.yaml": """
Scatter: {description: RMS scatter., unit: marcsec}
Count: {description: Number of stars., unit: ''}
Watched: {description: Nobody requires anything., unit: s}
""",
    "specs/demo/all.yaml": """
name: Scatter.required
abstract: true
threshold: {operator: <=, value: 5.0, unit: marcsec}
tags: [design]
---
name: Scatter.design
base: Scatter.required
metadata_query: {camera: hsc}
---
name: Scatter.stretch
threshold: {operator: <=, value: 3.0, unit: marcsec}
tags: [stretch, photometry]
metadata_query: {camera: hsc}
---
name: Count.enough
threshold: {operator: '>=', value: 100, unit: ''}
""",
}
PASSES = "import astropy.units as u\ndef test_it(verify):\n    verify('demo.Scatter', 2 * u.marcsec, camera='hsc')\n"


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run pytest on a test file beside the definitions; options follow."""
    monkeypatch.setenv("PYTHONPATH", TOOLS)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # other plugins take longer than these runs
    write(pytester.path / "definitions", dict(DEFINITIONS))

    def run(test: str, *options: str, settings: str = "") -> pytest.RunResult:
        pytester.makepyfile(test_it="import astropy.units as u\nimport gnomon\nimport pytest\n" + test)
        pytester.makeini(f"[pytest]\ngnomon_definitions = definitions\n{settings}\n")
        if "-n2" in options:  # its workers find plugins by their names only
            return pytester.runpytest_subprocess("-p", "gnomon.testing", "-p", "xdist", *options)
        return pytester.runpytest_inprocess(*options, plugins=[gnomon.testing])

    return run


def told(result: pytest.RunResult) -> list[str]:
    """Give what an error said, without the line that it stood at."""
    return [line.removeprefix("E   ").strip() for line in result.outlines if line.startswith("E   ")]


def job(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


# Verdicts


@pytest.mark.parametrize(
    ("test", "message"),
    [
        (
            "def test_it(verify):\n    verify('demo.Scatter', 2 * u.marcsec, 'hsc')\n",
            "metadata are a mapping or given by name, such as camera='hsc', not 'hsc'",
        ),
        (
            "@pytest.fixture\ndef gnomon_metadata():\n    pass\ndef test_it(verify):\n    pass\n",
            "the fixture `gnomon_metadata` must give a mapping, not None",
        ),
    ],
    ids=["text", "nothing"],
)
def test_metadata_that_are_no_mapping_are_refused(run: Any, test: str, message: str) -> None:
    result = run(test)
    assert any(line.endswith(message) for line in result.outlines)
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_measurement_that_meets_all_specifications_passes_and_gives_the_verdicts(run: Any) -> None:
    test = """
def test_it(verify):
    verdicts = verify("demo.Scatter", 2 * u.marcsec, camera="hsc")
    assert [(str(v.specification.name), v.status.value, v.margin.value) for v in verdicts] == [
        ("demo.Scatter.design", "pass", 3.0), ("demo.Scatter.stretch", "pass", 1.0)]
"""
    run(test).assert_outcomes(passed=1)


def test_a_failure_shows_each_specification_with_value_limit_and_margin(run: Any, pytester: pytest.Pytester) -> None:
    result = run("def test_it(verify):\n    verify('demo.Scatter', 0.0065 * u.arcsec, camera='hsc')\n")
    result.assert_outcomes(failed=1)
    assert told(result) == [
        "AssertionError: demo.Scatter = 0.0065 arcsec: 2 of 2 specifications not met",
        "demo.Scatter.design   <= 5.0 marcsec  measured 6.5 marcsec, off by 1.5 marcsec (30 %)  [design]",
        "demo.Scatter.stretch  <= 3.0 marcsec  measured 6.5 marcsec, off by 3.5 marcsec (117 %)  [photometry, stretch]",
        "metadata: camera='hsc'",
        "chosen specifications: all",
        f"definitions: {pytester.path / 'definitions'}",
    ]
    # The line of the test is shown, and nothing of gnomon's inside.
    result.stdout.fnmatch_lines(
        [">*verify('demo.Scatter', 0.0065 * u.arcsec, camera='hsc')", "test_it.py:5: AssertionError"]
    )
    result.stdout.no_fnmatch_line("*verifying.py:*")


@pytest.mark.parametrize(
    ("measured", "first"),
    [
        ("float('nan') * u.marcsec", "demo.Scatter = nan marcsec: 2 of 2 specifications not met"),
        ("None", "demo.Scatter was not measured: 2 of 2 specifications not met"),
    ],
    ids=["NaN", "None"],
)
def test_what_is_no_number_fails(run: Any, measured: str, first: str) -> None:
    test = f"def test_it(verify):\n    verify('demo.Scatter', {measured}, camera='hsc')\n"
    result = run(test, "-Wdefault")
    result.assert_outcomes(failed=1, warnings=int(measured != "None"))
    assert told(result)[0] == f"AssertionError: {first}"


# Nothing tested is never green


def test_a_measurement_to_which_nothing_applies_fails_with_the_nearest(run: Any) -> None:
    result = run("def test_it(verify):\n    verify('demo.Scatter', 2 * u.marcsec, camera='decam')\n")
    result.assert_outcomes(failed=1)
    assert told(result)[:-3] == [
        "AssertionError: demo.Scatter: 2.0 marcsec was tested by nothing: no specification applies; the nearest:",
        "demo.Scatter.design",
        "needs `camera` = 'hsc', and the job has 'decam'",
        "demo.Scatter.stretch",
        "needs `camera` = 'hsc', and the job has 'decam'",
        "`verify.record(...)` records without a test",
    ]


def test_a_metric_without_specifications_fails(run: Any) -> None:
    result = run("def test_it(verify):\n    verify('demo.Watched', 2 * u.s)\n")
    result.assert_outcomes(failed=1)
    assert told(result)[0] == (
        "AssertionError: demo.Watched: 2.0 s was tested by nothing: no specification tests this metric"
    )


def test_a_choice_that_leaves_nothing_fails_and_shows_what_there_is(run: Any) -> None:
    result = run(PASSES, "--gnomon-tag", "desing")
    result.assert_outcomes(failed=1)
    assert told(result)[:-1] == [
        (
            "AssertionError: demo.Scatter: 2.0 marcsec was tested by nothing: "
            "none of the specifications that apply is chosen:"
        ),
        "demo.Scatter.design  <= 5.0 marcsec  [design]",
        "demo.Scatter.stretch  <= 3.0 marcsec  [photometry, stretch]",
        "`verify.record(...)` records without a test",
        "metadata: camera='hsc'",
        "chosen specifications: tags desing",
    ]


def test_record_judges_nothing(run: Any, pytester: pytest.Pytester) -> None:
    test = "def test_it(verify):\n    verify.record('demo.Watched', 2 * u.s)\n    verify.record('demo.Count', 1)\n"
    run(test, "--gnomon-job", "a.json").assert_outcomes(passed=1)
    assert [(m["metric"], m["value"]) for m in job(pytester.path / "a.json")["measurements"]] == [
        ("demo.Count", 1.0),
        ("demo.Watched", 2.0),
    ]


# The choice of specifications

BETWEEN = "def test_it(verify):\n    verify('demo.Scatter', 4 * u.marcsec, camera='hsc')\n"


@pytest.mark.parametrize(
    ("test", "options", "settings", "passes"),
    [
        (BETWEEN, [], "", False),
        (BETWEEN, ["--gnomon-level", "design"], "", True),
        (BETWEEN, ["--gnomon-level", "design", "--gnomon-level", "stretch"], "", False),
        (BETWEEN, ["--gnomon-tag", "design"], "", True),
        (BETWEEN, ["--gnomon-tag", "photometry", "--gnomon-tag", "stretch"], "", False),
        (BETWEEN, [], "gnomon_levels = design", True),
        (BETWEEN, [], "gnomon_tags = photometry", False),
        (BETWEEN, ["--gnomon-level", "stretch"], "gnomon_levels = design", False),
        ("@pytest.mark.gnomon(levels=['design'])\n" + BETWEEN, [], "", True),
        ("@pytest.mark.gnomon(tags='design')\n" + BETWEEN, [], "gnomon_tags = stretch", True),
        ("@pytest.mark.gnomon(levels=[])\n" + BETWEEN, [], "gnomon_levels = design", False),
        ("@pytest.mark.gnomon(levels=['design'])\n" + BETWEEN, ["--gnomon-level", "stretch"], "", False),
        ("pytestmark = pytest.mark.gnomon(levels='stretch')\n" + BETWEEN, [], "", False),
        (
            "pytestmark = pytest.mark.gnomon(levels='stretch')\n@pytest.mark.gnomon(levels='design')\n" + BETWEEN,
            [],
            "",
            True,
        ),
    ],
    ids=[
        "all",
        "level",
        "one level of two",
        "tag",
        "both tags",
        "setting",
        "other setting",
        "option over setting",
        "mark",
        "mark over setting",
        "empty mark",
        "option over mark",
        "module",
        "nearest mark",
    ],
)
def test_which_specifications_count(run: Any, test: str, options: list[str], settings: str, passes: bool) -> None:  # noqa: FBT001  # a column of the table
    run(test, *options, settings=settings).assert_outcomes(passed=int(passes), failed=int(not passes))


def test_a_mark_that_makes_no_sense_is_told(run: Any) -> None:
    result = run("@pytest.mark.gnomon('design', level='x')\n" + BETWEEN)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["the mark `gnomon` takes `tags` and `levels` by name, not 'design', level"])


def test_the_mark_is_known_to_strict_runs(run: Any) -> None:
    run("@pytest.mark.gnomon(levels='design')\n" + BETWEEN, "--strict-markers").assert_outcomes(passed=1)


# Metadata


def test_metadata_come_from_the_fixture_a_mapping_and_names_and_the_later_win(
    run: Any, pytester: pytest.Pytester
) -> None:
    test = """
@pytest.fixture
def gnomon_metadata():
    return {"camera": "decam", "visit": 1, "a.b": 1}
def test_it(verify):
    verify("demo.Scatter", 2 * u.marcsec, {"camera": "cfht", "visit": 2}, camera="hsc")
"""
    run(test, "--gnomon-job", "a.json").assert_outcomes(passed=1)
    meta = job(pytester.path / "a.json")["meta"]
    del meta["gnomon"]
    assert meta == {"camera": "hsc", "visit": 2, "a.b": 1, "demo.Scatter.test": "test_it.py::test_it"}


def test_a_whole_measurement_keeps_its_notes_and_extras(run: Any, pytester: pytest.Pytester) -> None:
    test = """
def test_it(verify):
    measured = gnomon.Measurement("demo.Count", 120, notes={"estimator": "mean"})
    measured.extras["zp"] = gnomon.Datum(27.1 * u.arcsec, label="zero point")
    verify(measured, camera="hsc")
"""
    run(test, "--gnomon-job", "a.json").assert_outcomes(passed=1)
    read = gnomon.Job.read(pytester.path / "a.json")
    assert read.meta["demo.Count.estimator"] == "mean"
    assert str(read.measurements["demo.Count"].extras["zp"].quantity) == "27.1 arcsec"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            "verify('demo.Scater', 2 * u.marcsec)",
            "there is no metric demo.Scater; did you mean demo.Scatter? (DEFINITIONS)",
        ),
        ("verify('demo', 2)", "Name('demo') is not the fully-qualified name of a metric"),
        ("verify('demo.Scatter', 2 * u.s)", "demo.Scatter is measured in marcsec, to which s does not convert"),
        ("verify('demo.Count', [1, 2] * u.one)", "one number is needed, not <Quantity [1., 2.]>"),
        (
            "verify(gnomon.Measurement('demo.Count', 1), 2)",
            "a measurement has its quantity: give no second one beside it",
        ),
        (
            "verify('demo.Count', 200, camera=object)",
            "the metadata term `camera` has no form in JSON: <class 'object'>",
        ),
        (
            "verify('demo.Count', 200, gnomon=1)",
            "the term `gnomon` of a job's metadata is for gnomon itself: call yours another name",
        ),
        (
            "verify('demo.Count', 200); verify('demo.Count', 300, {})",
            (
                "demo.Count was measured already with this metadata, {}: 200.0 by this test; "
                "give metadata that tell the two apart"
            ),
        ),
    ],
    ids=["metric", "name", "unit", "array", "two quantities", "no JSON", "our term", "twice"],
)
def test_misuse_is_a_clear_failure(run: Any, pytester: pytest.Pytester, call: str, message: str) -> None:
    result = run(f"def test_it(verify):\n    {call}\n")
    result.assert_outcomes(failed=1)
    message = message.replace("DEFINITIONS", str(pytester.path / "definitions"))
    assert told(result) == [f"gnomon.errors.VerifyError: {message}"]


# Definitions


def test_definitions_of_a_revision(run: Any, commit: Any) -> None:
    root = commit(dict(DEFINITIONS))
    commit({"specs/demo/all.yaml": DEFINITIONS["specs/demo/all.yaml"].replace("value: 3.0", "value: 1.0")})
    run(PASSES, "--gnomon-definitions", f"{root}@HEAD").assert_outcomes(failed=1)
    run(PASSES, "--gnomon-definitions", f"{root}@HEAD~1").assert_outcomes(passed=1)


def test_definitions_of_the_environment_and_bundled_ones(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = "def test_it(verify):\n    verify.record('{}', 1)\n"
    pytester.makepyfile(test_it=test.format("demo.Count"))
    write(pytester.path / "definitions", dict(DEFINITIONS))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("GNOMON_REPOSITORY", str(pytester.path / "definitions"))
    pytester.runpytest_inprocess(plugins=[gnomon.testing]).assert_outcomes(passed=1)
    monkeypatch.delenv("GNOMON_REPOSITORY")
    result = pytester.runpytest_inprocess(plugins=[gnomon.testing])
    result.assert_outcomes(failed=1)
    advice = "--gnomon-definitions, or the setting gnomon_definitions, names others)"
    result.stdout.fnmatch_lines([f"*there is no metric demo.Count (the definitions of gnomon*; {advice}"])


def test_definitions_that_are_not_there_or_broken_stop_each_test_with_one_line(
    run: Any, pytester: pytest.Pytester
) -> None:
    result = run(PASSES + PASSES.replace("test_it", "test_too"), "--gnomon-definitions", "nowhere")
    result.assert_outcomes(errors=2)
    line = f"gnomon: no metrics repository at {pytester.path / 'nowhere'}: there is no such folder"
    assert result.outlines.count(line) == 2
    write(pytester.path / "definitions", {"specs/demo/b.yaml": "name: Count.b\n"})
    result = run(PASSES)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["gnomon: 1 definition cannot be resolved:", "  specs/demo/b.yaml:1:1: no test: *"])
    result.stdout.no_fnmatch_line("*another exception*")


# Job files

TWO = """
@pytest.mark.parametrize("band", ["r", "i"])
def test_scatter(verify, band):
    verify("demo.Scatter", 2 * u.marcsec, camera="hsc", band=band)

@pytest.mark.parametrize("band", ["r", "i"])
def test_count(verify, band):
    verify("demo.Count", 50 if band == "r" else 200, camera="hsc", band=band)
"""


def test_what_two_workers_measured_is_told_and_fails_the_run(run: Any) -> None:
    # Both workers run all tests, so everything is measured twice.
    result = run(TWO.replace("50 if", "150 if"), "-n2", "--dist=each", "--gnomon-job", "{band}.json")
    result.assert_outcomes(passed=8)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert sorted(line for line in result.outlines if line.startswith("ERROR")) == [
        f'ERROR: demo.{metric} was measured twice with {{"band": "{band}", "camera": "hsc"}}: '
        f"{value} by test_it.py::{test}[{band}], and {value} by test_it.py::{test}[{band}]"
        for metric, test, values in (
            ("Count", "test_count", [200.0, 150.0]),
            ("Scatter", "test_scatter", ["2.0 marcsec"] * 2),
        )
        for band, value in zip("ir", values, strict=True)
    ]


@pytest.mark.parametrize("workers", [[], ["-n2"]], ids=["one process", "two workers"])
def test_measurements_of_all_tests_also_failed_ones_are_in_one_job_for_each_metadata(
    run: Any, pytester: pytest.Pytester, workers: list[str]
) -> None:
    result = run(TWO, *workers, "--gnomon-job", "out/{camera}-{band}.json")
    result.assert_outcomes(passed=3, failed=1)
    written = {path.name: job(path) for path in (pytester.path / "out").iterdir()}
    found = {
        name: [(m["metric"], m["value"], m["unit"]) for m in made["measurements"]] for name, made in written.items()
    }
    assert found == {
        "hsc-i.json": [("demo.Count", 200.0, ""), ("demo.Scatter", 2.0, "marcsec")],
        "hsc-r.json": [("demo.Count", 50.0, ""), ("demo.Scatter", 2.0, "marcsec")],
    }
    made = written["hsc-r.json"]
    assert made["meta"] == {
        "camera": "hsc",
        "band": "r",
        "demo.Count.test": "test_it.py::test_count[r]",
        "demo.Scatter.test": "test_it.py::test_scatter[r]",
        "gnomon": {
            "definitions": {
                "repository": str(pytester.path / "definitions"),
                "commit": None,
                "dirty": False,
                "version": gnomon.__version__,
            }
        },
    }
    # The definitions of the whole package, so that a report can tell what was not measured.
    assert sorted(metric["name"] for metric in made["metrics"]) == ["demo.Count", "demo.Scatter", "demo.Watched"]
    (required,) = [spec for spec in made["specs"] if spec["name"] == "demo.Scatter.required"]
    assert (required["abstract"], required["heirs"]) == (True, ["demo.Scatter.design"])
    lines = [line for line in result.outlines if "written to" in line]
    assert lines == [
        f"2 measurements written to {pytester.path / 'out' / f'hsc-{band}.json'} (band='{band}', camera='hsc')"
        for band in "ir"
    ]


@pytest.mark.parametrize("workers", [[], ["-n2"]], ids=["one process", "two workers"])
def test_jobs_that_would_share_a_file_are_numbered_and_the_run_fails(
    run: Any, pytester: pytest.Pytester, workers: list[str]
) -> None:
    # With a test for each worker, one that wrote a file of its own would not number it.
    test = TWO[: TWO.index("@", TWO.index("@") + 1)]
    result = run(test, *workers, settings="gnomon_job = all.verify.json")
    result.assert_outcomes(passed=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert sorted(path.name for path in pytester.path.glob("*.json")) == ["all-1.verify.json", "all-2.verify.json"]
    assert [line for line in result.outlines if line.startswith("ERROR")] == [
        (
            f"ERROR: 2 jobs with different metadata are for one file, {pytester.path / 'all.verify.json'}, so they "
            "were numbered; name the terms in which they differ in --gnomon-job or gnomon_job, with {band}"
        )
    ]


def test_a_metric_measured_by_two_tests_fails_the_second_and_keeps_the_first(
    run: Any, pytester: pytest.Pytester
) -> None:
    test = "def test_a(verify):\n    verify('demo.Count', 200)\ndef test_b(verify):\n    verify('demo.Count', 300)\n"
    result = run(test, "--gnomon-job", "a.json")
    result.assert_outcomes(passed=1, failed=1)
    assert told(result) == [
        (
            "gnomon.errors.VerifyError: demo.Count was measured already with this metadata, {}: "
            "200.0 by test_it.py::test_a; give metadata that tell the two apart"
        )
    ]
    assert [made["value"] for made in job(pytester.path / "a.json")["measurements"]] == [200.0]


def test_a_test_that_is_run_again_replaces_what_it_measured(run: Any, pytester: pytest.Pytester) -> None:
    # As pytest-rerunfailures does it.
    pytester.makeconftest("""
import pytest
from _pytest.runner import runtestprotocol
@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    for attempt in range(2):
        item._initrequest()
        for report in runtestprotocol(item, nextitem=nextitem, log=False):
            report.outcome = "rerun" if report.failed and attempt == 0 else report.outcome
            item.ihook.pytest_runtest_logreport(report=report)
    return True
""")
    test = "counts = [50, 200]\ndef test_it(verify):\n    verify('demo.Count', counts.pop(0))\n"
    result = run(test, "--gnomon-job", "a.json")
    assert (result.ret, [m["value"] for m in job(pytester.path / "a.json")["measurements"]]) == (0, [200.0])


def test_a_value_of_metadata_never_leads_out_of_the_folder(run: Any, pytester: pytest.Pytester) -> None:
    test = "def test_it(verify):\n    verify('demo.Count', 200, run='../../a b')\n"
    run(test, "--gnomon-job", "jobs/{run}-{missing}.json").assert_outcomes(passed=1)
    assert [path.name for path in (pytester.path / "jobs").iterdir()] == ["_a_b-none.json"]


def test_a_job_file_that_cannot_be_written_fails_the_run(run: Any, pytester: pytest.Pytester) -> None:
    (pytester.path / "taken").write_text("", encoding="utf-8")
    result = run(PASSES, "--gnomon-job", "taken/a.json")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["ERROR: the measurements were not written: *taken*"])


def test_a_run_without_measurements_says_that_it_wrote_no_job(run: Any, pytester: pytest.Pytester) -> None:
    result = run("def test_it():\n    pass\n", "--gnomon-job", "a.json")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["no measurement was made, so no job file was written"])
    assert not (pytester.path / "a.json").exists()


def test_a_run_that_asks_for_no_job_says_nothing_of_gnomon(run: Any) -> None:
    result = run(PASSES)
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*= gnomon =*")


def test_what_is_no_finite_number_is_told_when_it_is_recorded(run: Any, pytester: pytest.Pytester) -> None:
    test = "def test_it(verify):\n    verify.record('demo.Count', float('inf'))\n"
    result = run(test, "-Wdefault", "--gnomon-job", "a.json")
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*test_it.py:5: UserWarning: demo.Count: inf is no finite number, and is written as*"])
    run(test, "-Werror", "--gnomon-job", "a.json").assert_outcomes(failed=1)
    assert [made["value"] for made in job(pytester.path / "a.json")["measurements"]] == [None]


# Other runs of pytest


def python(*arguments: str) -> str:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True).stdout.strip()


def test_importing_gnomon_does_not_import_pytest() -> None:
    everything = "import gnomon, sys; [getattr(gnomon, name) for name in gnomon.__all__]; import gnomon.cli"
    assert python("-c", f"{everything}; print('pytest' in sys.modules)") == "False"


def test_the_plugin_imports_nothing_of_weight() -> None:
    code = (
        "import pytest, sys; before = set(sys.modules); import gnomon.testing; "
        "print(sorted(name for name in set(sys.modules) - before))"
    )
    assert python("-c", code) == "['gnomon', 'gnomon._version', 'gnomon.testing']"


def test_the_plugin_may_be_named_where_it_is_installed_too(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An entry point of another name would be a second plugin with the same options.
    monkeypatch.setenv("PYTHONPATH", f"{pytester.path}{os.pathsep}{TOOLS}")
    entry = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]["pytest11"]
    write(
        pytester.path / "installed-9.dist-info",
        {
            "METADATA": "Metadata-Version: 2.1\nName: installed\nVersion: 9\n",
            "entry_points.txt": "".join(["[pytest11]\n", *(f"{name} = {value}\n" for name, value in entry.items())]),
        },
    )
    test = "def test_it(pytestconfig):\n    assert pytestconfig.getoption('--gnomon-job') is None\n"
    pytester.makepyfile(test_it=f"pytest_plugins = ['gnomon.testing']\n{test}")
    for options in ([], ["-p", "gnomon.testing"]):
        pytester.runpytest_subprocess(*options).assert_outcomes(passed=1)
    pytester.makepyfile(test_it=test)
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
    pytester.runpytest_subprocess("-p", "no:gnomon.testing").assert_outcomes(failed=1)
