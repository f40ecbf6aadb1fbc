"""The example project of docs/ runs, in a process of its own as its readers would run it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import gnomon
from pages import EXAMPLE, TOOLS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return shutil.copytree(EXAMPLE, tmp_path / "project")


def run(project: Path, *options: str) -> tuple[int, str]:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-W",
            "error",
            "-p",
            "no:cacheprovider",
            "-p",
            "gnomon.testing",
            *options,
        ],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(TOOLS)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_it_passes_and_leaves_a_job_for_each_band(project: Path) -> None:
    assert run(project)[0] == 0
    jobs = {path.name: gnomon.Job.read(path) for path in sorted((project / "jobs").iterdir())}
    found = {
        name: (job.meta["band"], sorted(map(str, job.measurements)), repr(job.report())) for name, job in jobs.items()
    }
    both = ["photometry.scatter", "photometry.starCount"]
    assert found == {
        "simulated-g.verify.json": ("g", both, "<Report: 2 pass, 1 fail, of 3>"),
        "simulated-r.verify.json": ("r", both, "<Report: 2 pass, 1 fail, of 3>"),
    }


def test_its_goals_are_judged_when_that_is_asked_for(project: Path) -> None:
    status, output = run(project, "--gnomon-level", "stretch")
    assert status == 1
    assert output.count("photometry.scatter.simulated_stretch  <= 2.0 mmag  measured") == 2


def test_it_fails_where_the_data_are_worse(project: Path) -> None:
    tests = project / "tests" / "test_photometry.py"
    tests.write_text(tests.read_text(encoding="utf-8").replace('"r", 4.0', '"r", 40.0'), encoding="utf-8")
    status, output = run(project)
    assert (status, output.splitlines()[-1].split(" in ")[0]) == (1, "1 failed, 1 passed")


def test_its_definitions_have_no_findings(project: Path, gnomon: object) -> None:
    assert gnomon(project / "definitions", "check") == (  # type: ignore[operator]  # the fixture
        0,
        "No findings in 2 metrics, 5 specifications and 0 partials in 1 package.\n",
        "",
    )
