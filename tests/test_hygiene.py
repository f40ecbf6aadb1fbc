"""What is in Git: nothing of one machine, nothing of a registry, and what README and CI promise."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HERE = Path(__file__).name
# Faults of layout are the point of these.
CASES = "tests/cases/"


@functools.cache
def tracked() -> tuple[str, ...]:
    """Give the paths of all files in Git, and of those that are about to be added."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("this is no checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = (os.fsdecode(path) for path in listed.stdout.split(b"\0") if path)
    return tuple(sorted(path for path in paths if (ROOT / path).is_file() and not (ROOT / path).is_symlink()))


def texts(*suffixes: str) -> dict[str, str]:
    """Give the text of all files in Git by path, of these kinds; the cases, which may be no text, are left out."""
    return {
        path: (ROOT / path).read_bytes().decode()
        for path in tracked()
        if not path.startswith(CASES) and (not suffixes or path.endswith(suffixes))
    }


def lines(pattern: str, *, but: str = HERE) -> list[str]:
    """Give the lines that a pattern matches, as ``path:line: text``."""
    return [
        f"{path}:{number}: {line.strip()}"
        for path, text in texts().items()
        if Path(path).name != but
        for number, line in enumerate(text.splitlines(), start=1)
        if re.search(pattern, line)
    ]


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_no_file_names_a_registry() -> None:
    assert lines(r"files\.pythonhosted\.org|pypi\.(org|python\.org)/simple|(extra-)?index-url|PIP_INDEX") == []


def test_no_file_names_a_folder_of_one_machine() -> None:
    assert lines(r"(?<![\w.$}~-])/(home|root|work|Users)/\w") == []


def test_no_file_holds_a_secret() -> None:
    assert lines(r"-----BEGIN [A-Z ]*PRIVATE KEY|\bgh[pousr]_[A-Za-z0-9]{30}|\bAKIA[0-9A-Z]{16}\b") == []


def test_nothing_needs_what_is_outside_of_the_repository() -> None:
    # Where a test can use the folder beside this repository, it must do without.
    needing = {
        path
        for path, text in texts(".py").items()
        if path.startswith("tests/") and Path(path).name != HERE and re.search(r"[\"'/]shared[\"'/]", text)
    }
    assert {path for path in needing if not re.search(r"\bskip(if)?\(", read(path))} == set()


def test_no_file_is_made_by_a_machine() -> None:
    made = re.compile(r"(?!tests/cases/).*\.(pyc|egg-info|whl|lock|orig|rej|swp)$|.*/_build\.py$")
    assert list(filter(made.fullmatch, tracked())) == []


def test_texts_are_laid_out() -> None:
    wrong = [
        path
        for path, text in texts().items()
        if text and ("\r" in text or not text.endswith("\n") or text.endswith("\n\n") or re.search(r"[ \t]\n", text))
    ]
    assert wrong == []


def test_no_file_is_large() -> None:
    assert [path for path in tracked() if (ROOT / path).stat().st_size > 200_000] == []


# What README and CI promise


@pytest.mark.parametrize("target", ["check", "test"])
def test_the_commands_of_the_readme_are_targets(target: str) -> None:
    assert re.search(rf"^make {target}\b", read("README.md"), re.MULTILINE)
    assert re.search(rf"^{target}:.*## \S", read("Makefile"), re.MULTILINE)
    assert re.search(rf"^\.PHONY:.*\b{target}\b", read("Makefile"), re.MULTILINE)


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize(
    ("target", "last"),
    [("check", "/gnomon check"), ("test", "-m pytest -n auto --dist loadgroup")],
    ids=["check", "test"],
)
def test_make_would_run_them(target: str, last: str) -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip().splitlines()[-1].strip().endswith(last)


def test_ci_runs_the_test_command_of_the_readme() -> None:
    script = ROOT / ".ci" / "run"
    commands = [line for line in read(".ci/run").splitlines() if line and not line.startswith("#")]
    assert commands[-1] == "make test"
    assert "set -euo pipefail" in commands
    assert os.access(script, os.X_OK)


def test_commands_in_the_readme_exist() -> None:
    from gnomon.cli import COMMANDS  # noqa: PLC0415  # the rest of this file needs nothing installed

    used = set(re.findall(r"gnomon (?:-C \S+ )?([a-z]+)\b(?=.*\n)", "\n".join(fenced(read("README.md")))))
    assert used
    assert used <= set(COMMANDS)


def fenced(text: str) -> list[str]:
    """Give the blocks of shell commands of a Markdown text."""
    return re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"])
def test_files_that_a_page_names_exist(name: str) -> None:
    text = re.sub(r"^```.*?^```$", "", read(name), flags=re.MULTILINE | re.DOTALL)
    named = re.findall(r"`((?:tools|tests|docs|metrics|specs|changes)/[\w./-]*)`", text)
    linked = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", text)
    assert [path for path in (*named, *linked) if not (ROOT / path).exists()] == []


def test_the_changelog_has_a_place_for_what_comes() -> None:
    headings = re.findall(r"^## (.+)$", read("CHANGELOG.md"), re.MULTILINE)
    assert re.fullmatch(r"\[?Unreleased\]?", headings[0])


def test_the_licence_is_the_one_that_the_package_names() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    assert project["license"] == "BSD-3-Clause"
    assert read("LICENSE").startswith("BSD 3-Clause License")


def test_what_is_imported_is_declared() -> None:
    project = tomllib.loads(read("pyproject.toml"))
    declared = {re.split(r"[^\w-]", line, maxsplit=1)[0].lower() for line in project["project"]["dependencies"]}
    assert declared == {"astropy", "click", "gitpython", "jsonschema", "pyyaml"}
