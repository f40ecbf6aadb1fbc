"""The workflows are valid, pinned, of least rights, and their shell steps do what they say."""

from __future__ import annotations

import fnmatch
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import git
from gnomon import __version__

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.y*ml"))
ACTIONS = sorted((ROOT / ".github" / "actions").glob("*/action.y*ml"))
JOBS = [
    pytest.param(path, name, id=f"{path.stem}-{name}")
    for path in WORKFLOWS
    for name in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
]

# Actions that may be used, each read by somebody at this commit. Dependabot's pull requests change this table, too.
PINNED = {
    "actions/attest-build-provenance": ("0f67c3f4856b2e3261c31976d6725780e5e4c373", "v4.1.1"),
    "actions/cache": ("55cc8345863c7cc4c66a329aec7e433d2d1c52a9", "v6.1.0"),
    "actions/checkout": ("3d3c42e5aac5ba805825da76410c181273ba90b1", "v7.0.1"),
    "actions/configure-pages": ("45bfe0192ca1faeb007ade9deae92b16b8254a0d", "v6.0.0"),
    "actions/deploy-pages": ("cd2ce8fcbc39b97be8ca5fce6e763baed58fa128", "v5.0.0"),
    "actions/download-artifact": ("3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c", "v8.0.1"),
    "actions/github-script": ("3a2844b7e9c422d3c10d287c895573f7108da1b3", "v9.0.0"),
    "actions/setup-python": ("5fda3b95a4ea91299a34e894583c3862153e4b97", "v7.0.0"),
    "actions/upload-artifact": ("043fb46d1a93c77aae656e7c1c64a875d1fc6a0a", "v7.0.1"),
    "actions/upload-pages-artifact": ("fc324d3547104276b827a68afc52ff2a11cc49c9", "v5.0.0"),
    "github/codeql-action/upload-sarif": ("db488ddef3bf6cb639b32c2e9a7c0a7ea8271d28", "v4.37.8"),
    "pypa/gh-action-pypi-publish": ("dc37677b2e1c63e2034f94d8a5b11f265b73ba33", "v1.14.2"),
}

# Every right to write that a job has.
WRITES = {
    ("docs", "publish"): {"id-token", "pages"},
    ("ci", "definitions"): {"security-events"},
    ("definitions", "definitions"): {"pull-requests"},
    ("release", "publish"): {"attestations", "id-token"},
}


def load(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def steps(path: Path, job: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = load(path)["jobs"][job]["steps"]
    return found


def workflow(name: str) -> Path:
    return ROOT / ".github" / "workflows" / f"{name}.yml"


@pytest.mark.parametrize(
    ("schema", "pattern", "excluded"),
    [
        ("github-workflows", "workflows/*", ""),
        ("github-actions", "actions/*/action.yml", ""),
        ("dependabot", "dependabot.yml", ""),
        ("github-issue-forms", "ISSUE_TEMPLATE/*", "config.yml"),
        ("github-issue-config", "ISSUE_TEMPLATE/config.yml", ""),
    ],
)
def test_fits_the_schema_of_github(schema: str, pattern: str, excluded: str) -> None:
    if importlib.util.find_spec("check_jsonschema") is None:
        pytest.skip("check-jsonschema is not installed")
    files = [str(path) for path in sorted((ROOT / ".github").glob(pattern)) if path.name != excluded]
    assert files
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "ok -- validation done\n"), done.stdout + done.stderr


@pytest.mark.parametrize("path", [*WORKFLOWS, *ACTIONS], ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_actions_are_pinned(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    written = re.findall(r"^ *(?:- )?uses: (\S+)@(\S+) # (\S+)$", text, re.MULTILINE)
    assert len(written) == len(re.findall(r"^ *(?:- )?uses:(?! \./\.github/actions/)", text, re.MULTILINE))
    assert [found for found in written if PINNED.get(found[0]) != found[1:]] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_the_workflow_alone_may_only_read(path: Path) -> None:
    assert load(path)["permissions"] == {"contents": "read"}


@pytest.mark.parametrize(("path", "job"), JOBS)
def test_a_job_has_the_rights_it_needs(path: Path, job: str) -> None:
    rights = load(path)["jobs"][job]["permissions"]
    assert {name for name, right in rights.items() if right != "read"} == WRITES.get((path.stem, job), set())
    assert {name for name, right in rights.items() if right == "read"} == {"contents"}


@pytest.mark.parametrize(("path", "job"), JOBS)
def test_a_job_ends(path: Path, job: str) -> None:
    assert load(path)["jobs"][job]["timeout-minutes"] <= 60


@pytest.mark.parametrize(("path", "job"), JOBS)
def test_a_checkout_keeps_no_token_and_has_history_where_definitions_are_checked(path: Path, job: str) -> None:
    shell = " ".join(step.get("run", "") for step in steps(path, job))
    checks = re.search(r"gnomon\b.* (check|docs)\b|make test", shell) or any(
        step.get("uses") == "./.github/actions/gnomon" for step in steps(path, job)
    )
    for step in steps(path, job):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False
            assert step["with"].get("fetch-depth") == (0 if checks else None)


@pytest.mark.parametrize(("path", "job"), JOBS)
def test_shell_steps_hold_no_expressions(path: Path, job: str) -> None:
    # GitHub puts the text in before bash reads it: the name of a branch would be a command. `env` is the way.
    assert [step["name"] for step in steps(path, job) if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize(("path", "job"), JOBS)
def test_shell_steps_are_bash(path: Path, job: str) -> None:
    for step in steps(path, job):
        if "run" in step:
            assert load(path)["defaults"]["run"]["shell"] == "bash"
            subprocess.run(["bash", "-n"], input=step["run"], text=True, check=True)


def test_tokens_for_publishing_are_given_in_the_environment_only() -> None:
    publish = load(workflow("release"))["jobs"]["publish"]
    assert (publish["environment"]["name"], publish["needs"]) == ("pypi", "build")
    assert [step for step in publish["steps"] if "run" in step] == []


def test_superseded_runs_are_cancelled_and_releases_are_not() -> None:
    assert load(workflow("ci"))["concurrency"] == {"group": "ci-${{ github.ref }}", "cancel-in-progress": True}
    assert load(workflow("release"))["concurrency"]["cancel-in-progress"] is False


def test_all_supported_pythons_are_tested() -> None:
    matrix = load(workflow("ci"))["jobs"]["tests"]["strategy"]["matrix"]
    classifiers = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert matrix["python"] == re.findall(r'"Programming Language :: Python :: (3\.\d+)"', classifiers)


def run_step(path: Path, job: str, name: str, cwd: Path, **environment: str) -> tuple[int, str]:
    """Run a shell step as GitHub does; give its exit status and what it prints."""
    (script,) = (step["run"] for step in steps(path, job) if step.get("name") == name)
    shell = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script]
    done = subprocess.run(
        shell, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def pull_request(tmp_path: Path) -> Path:
    """Give a copy of the definitions in Git, on the merge of a branch that adds a metric."""
    root = tmp_path / "checkout"
    for folder in ("metrics", "specs"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copy(ROOT / "pyproject.toml", root)
    (root / ".gitignore").write_text(".venv\ngnomon.sarif\n", encoding="utf-8")
    (root / ".venv").symlink_to(sys.prefix)
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "Before")
    git(root, "checkout", "--quiet", "-b", "change")
    propose(root, "metrics/new.yaml", "# To be written.\nA:\n  unit: ''\n  description: How many of them there are.\n")
    return root


def propose(root: Path, path: str, content: str) -> None:
    """Add a file to the pull request, and be on its merge."""
    git(root, "checkout", "--quiet", "change")
    (root / path).write_text(content, encoding="utf-8")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "Change")
    git(root, "checkout", "--quiet", "--detach", "main")
    git(root, "merge", "--quiet", "--no-ff", "--no-edit", "change")


def definitions_step(name: str, root: Path) -> tuple[int, str]:
    return run_step(workflow("ci"), "definitions", name, root)


def sarif_results(root: Path) -> list[tuple[str, str]]:
    log = json.loads((root / "gnomon.sarif").read_text(encoding="utf-8"))
    return [
        (result["ruleId"], result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        for result in log["runs"][0]["results"]
    ]


def test_a_good_pull_request_passes(pull_request: Path) -> None:
    assert definitions_step("Check", pull_request)[0] == 0


def test_a_bad_pull_request_fails(pull_request: Path) -> None:
    propose(pull_request, "metrics/bad.yaml", "A:\n  unit: mmagg\n  description: Scatter of the magnitudes.\n")
    status, output = definitions_step("Check", pull_request)
    assert status == 1
    assert re.search(r"^error\[unknown-unit\]: .*\n *--> metrics/bad\.yaml:2:9$", output, re.MULTILINE)


def test_sarif_is_written_also_when_the_check_fails(pull_request: Path) -> None:
    assert definitions_step("Write SARIF", pull_request) == (0, "")
    assert ("unknown-unit", "metrics/bad.yaml") not in sarif_results(pull_request)
    propose(pull_request, "metrics/bad.yaml", "A:\n  unit: mmagg\n  description: Scatter of the magnitudes.\n")
    assert definitions_step("Write SARIF", pull_request) == (0, "")
    assert ("unknown-unit", "metrics/bad.yaml") in sarif_results(pull_request)


@pytest.mark.parametrize("name", ["Check", "Write SARIF"])
def test_a_check_that_cannot_run_fails(name: str, pull_request: Path) -> None:
    shutil.rmtree(pull_request / ".git")
    shutil.rmtree(pull_request / "metrics")
    (pull_request / "pyproject.toml").unlink()
    status, output = definitions_step(name, pull_request)
    assert (status, "error: " in output) == (2, True)


def test_sarif_is_uploaded_also_when_the_check_fails_and_of_main_alone() -> None:
    found = {step.get("name"): step for step in steps(workflow("ci"), "definitions")}
    for name in ("Write SARIF", "Upload SARIF"):
        assert "!cancelled()" in found[name]["if"]
    # A pull request's annotations are made by definitions.yml.
    assert "github.event_name == 'push'" in found["Write SARIF"]["if"]
    assert "steps.sarif.outcome == 'success'" in found["Upload SARIF"]["if"]
    assert found["Upload SARIF"]["with"]["sarif_file"] == "gnomon.sarif"


def test_a_release_needs_the_tag_of_its_version() -> None:
    assert run_step(workflow("release"), "build", "Compare the tag with the version", ROOT, TAG=f"v{__version__}") == (
        0,
        "",
    )


@pytest.mark.parametrize("tag", [__version__, f"v{__version__}rc1", f"v{__version__}.1", "v999", "v", "v$(id)", ""])
def test_another_tag_is_no_release(tag: str) -> None:
    wanted = f"::error file=tools/gnomon/_version.py::the tag is {tag}, but the version is {__version__}\n"
    done = run_step(workflow("release"), "build", "Compare the tag with the version", ROOT, TAG=tag)
    assert done == (1, wanted)


# As the wheel's environment: a `python` that makes an environment whose gnomon says what it is told to say.
FAKE_PYTHON = """\
#!/bin/bash
mkdir -p "$3/bin"
printf '#!/bin/bash\\nif [ "$1" = --version ]; then echo "$SAYS"; else exit "$CHECKED"; fi\\n' > "$3/bin/gnomon"
printf '#!/bin/bash\\necho bundled\\n' > "$3/bin/python"
chmod +x "$3/bin/gnomon" "$3/bin/python"
"""


@pytest.mark.parametrize(
    ("says", "checked", "status"),
    [
        ("gnomon 1.2.3 ({commit})", "0", 0),
        ("gnomon 1.2.3 ({commit})", "1", 1),
        ("gnomon 1.2.3 ({commit}-dirty)", "0", 1),
        ("gnomon 1.2.3", "0", 1),
        ("gnomon 1.2.4 ({commit})", "0", 1),
    ],
)
def test_the_wheel_must_be_what_was_tagged(
    pull_request: Path, tmp_path: Path, says: str, checked: str, status: int
) -> None:
    (tmp_path / "bin").mkdir()
    python = tmp_path / "bin" / "python"
    python.write_text(FAKE_PYTHON, encoding="utf-8")
    python.chmod(0o755)
    done, output = run_step(
        workflow("release"),
        "build",
        "Test the wheel in an empty environment",
        pull_request,
        TAG="v1.2.3",
        RUNNER_TEMP=str(tmp_path),
        PATH=f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        SAYS=says.format(commit=git(pull_request, "rev-parse", "HEAD")),
        CHECKED=checked,
    )
    assert done == status, output


def owners(path: str) -> list[str]:
    """Give who is asked about a file: the last line that matches."""
    found: list[str] = []
    for line in (ROOT / ".github" / "CODEOWNERS").read_text(encoding="utf-8").splitlines():
        pattern, *teams = line.partition("#")[0].split() or [""]
        if fnmatch.fnmatch("/" + path, pattern + "*" if pattern.endswith("/") else pattern):
            found = teams
    return found


@pytest.mark.parametrize(
    ("path", "team"),
    [
        ("README.md", "maintainers"),
        ("changes/loosen-PA1.yaml", "requirements"),
        (".github/workflows/release.yml", "maintainers"),
        (".github/CODEOWNERS", "maintainers"),
        (".github/actions/gnomon/action.yml", "maintainers"),
        ("changes/README.md", "requirements"),
        ("metrics/validate_drp.yaml", "requirements"),
        ("specs/validate_drp/LPM-17-PA1.yaml", "requirements"),
        ("metrics/ap_association.yaml", "alert-production"),
        ("specs/jointcal/hsc/r.yaml", "calibration"),
        ("metrics/of_nobody.yaml", "definitions"),
        ("specs/vocabulary.yaml", "definitions"),
    ],
)
def test_code_owners(path: str, team: str) -> None:
    assert owners(path) == [f"@gnomon-metrics/{team}"]
