"""The hooks of this repository, and those that it offers to others, run by pre-commit itself."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from conftest import git, write

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent
# Asked before the tests get a home of their own: an environment of a hook is made from what pip has already fetched.
PIP_CACHE = os.environ.get("PIP_CACHE_DIR") or str(Path.home() / ".cache" / "pip")
UNREACHABLE = re.compile(r"Could not find a version|No matching distribution|Max retries|Temporary failure|ProxyError")

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("pre_commit") is None, reason="pre-commit is not installed: `make test` does it"
)

GOOD: dict[str, str | bytes] = {
    "metrics/p.yaml": "A:\n  unit: mmag\n  description: Scatter of the magnitudes of stars.\n",
    "specs/p/base.yaml": "id: A\nmetric: A\nthreshold: {operator: '<=', unit: mmag}\n",
    "specs/p/A.yaml": "name: A.design\nbase: 'base#A'\nmetadata_query: {filter_name: r}\nthreshold: {value: 5.0}\n",
}


def pre_commit(cwd: Path, *arguments: str) -> tuple[int, str]:
    """Run pre-commit with a store in the home of the tests; give its exit status and what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", *arguments, "--color=never"],
        cwd=cwd,
        env=os.environ | {"PRE_COMMIT_HOME": str(Path.home() / "store"), "PIP_CACHE_DIR": PIP_CACHE},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def own_hooks() -> dict[str, dict[str, Any]]:
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert repository["repo"] == "local"
    return {hook["id"]: hook for hook in repository["hooks"]}


@pytest.mark.parametrize(
    ("command", "file"),
    [("validate-config", ".pre-commit-config.yaml"), ("validate-manifest", ".pre-commit-hooks.yaml")],
)
def test_files_are_valid(command: str, file: str) -> None:
    assert pre_commit(ROOT, command, file) == (0, "")


@pytest.mark.parametrize("name", own_hooks())
def test_own_hooks_run_what_make_test_installs(name: str) -> None:
    hook = own_hooks()[name]
    program = hook["entry"].split()[0]
    assert (hook["language"], program.startswith(".venv/bin/")) == ("system", True)
    assert (Path(sys.prefix) / "bin" / Path(program).name).exists()


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Give a Git repository with our configuration, tiny definitions, and the environment that `make test` makes."""
    root = write(tmp_path / "own", GOOD)
    shutil.copy(ROOT / ".pre-commit-config.yaml", root)
    (root / "pyproject.toml").write_text("[tool.ruff]\n[tool.mypy]\nfiles = ['a.py']\n", encoding="utf-8")
    (root / ".gitignore").write_text(".venv\n.*_cache\n", encoding="utf-8")
    (root / "a.py").write_text('"""Nothing."""\n', encoding="utf-8")
    shutil.copytree(ROOT / ".github", root / ".github")
    (root / ".venv").symlink_to(sys.prefix)
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "All is well")
    return root


def verdicts(output: str) -> dict[str, str]:
    return dict(re.findall(r"^(.*?)\.{3,}(?:\(.*\))?(Passed|Failed|Skipped)$", output, re.MULTILINE))


def test_own_hooks_pass_what_is_good(own: Path) -> None:
    status, output = pre_commit(own, "run", "--all-files")
    names = [hook["name"] for hook in own_hooks().values() if "stages" not in hook]
    assert (status, verdicts(output)) == (0, dict.fromkeys(names, "Passed"))


def test_a_push_that_weakens_is_stopped(own: Path) -> None:
    git(own, "switch", "--quiet", "--create", "change")
    arguments = ("run", "--hook-stage", "pre-push", "gnomon-diff")
    assert verdicts(pre_commit(own, *arguments)[1]) == {"gnomon diff": "Passed"}
    git(own, "rm", "--quiet", "specs/p/A.yaml")
    git(own, "commit", "--quiet", "--no-verify", "--message", "Nobody needs it")
    status, output = pre_commit(own, *arguments)
    assert (status, verdicts(output)) == (1, {"gnomon diff": "Failed"})
    assert "weakening[specification-removed]" in output


@pytest.mark.parametrize(
    ("hook", "path", "content"),
    [
        ("gnomon-check", "specs/p/base.yaml", "id: B\nmetric: A\n"),
        ("gnomon-fmt", "specs/p/base.yaml", "id:  A\nmetric: A\nthreshold: {operator: '<=', unit: mmag}\n"),
        ("ruff-check", "a.py", '"""Nothing."""\n\nimport os\n'),
        ("ruff-format", "a.py", '"""Nothing."""\n\na = ( 1 )\n'),
        ("mypy", "a.py", '"""Nothing."""\n\na: str = 1\n'),
        ("workflows", ".github/workflows/ci.yml", "on: push\njobs: {a: {steps: []}}\n"),
        ("actions", ".github/actions/gnomon/action.yml", "name: gnomon\n"),
        ("dependabot", ".github/dependabot.yml", "version: 1\n"),
        ("issue-forms", ".github/ISSUE_TEMPLATE/bug.yml", "name: A fault\n"),
        ("issue-config", ".github/ISSUE_TEMPLATE/config.yml", "blank_issues_enabled: 1\n"),
    ],
)
def test_own_hooks_stop_what_is_bad(own: Path, hook: str, path: str, content: str) -> None:
    (own / path).write_text(content, encoding="utf-8")
    git(own, "add", "--all")
    status, output = pre_commit(own, "run")
    name = own_hooks()[hook]["name"]
    assert (status, [found for found, verdict in verdicts(output).items() if verdict == "Failed"]) == (1, [name])


def test_a_commit_that_only_deletes_is_checked(own: Path) -> None:
    git(own, "rm", "--quiet", "specs/p/base.yaml")
    status, output = pre_commit(own, "run", "gnomon-check")
    assert status == 1
    assert "error[unknown-base]: there is no partial `p:base#A`" in output


def test_the_hook_runs_in_a_commit(own: Path) -> None:
    assert pre_commit(own, "install")[0] == 0
    git(own, "rm", "--quiet", "specs/p/base.yaml")
    done = subprocess.run(
        ["git", "commit", "--message", "Remove"], cwd=own, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "error[unknown-base]" in done.stdout + done.stderr
    assert git(own, "rev-list", "--count", "HEAD") == "1"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a Git repository with the files of this one, the uncommitted ones too, as others would fetch it."""
    root = tmp_path_factory.mktemp("published") / "gnomon"
    for name in ("tools", "metrics", "specs"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml", ".gitignore"):
        shutil.copy(ROOT / name, root)
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "Published")
    return root


def try_repo(consumer: Path, published: Path, *arguments: str) -> tuple[int, str]:
    """Run the published hook in another repository; give its exit status and what it prints below its name."""
    status, output = pre_commit(consumer, "try-repo", str(published), "gnomon-check", "--verbose", *arguments)
    if "An unexpected error has occurred" in output and UNREACHABLE.search(output):
        pytest.skip("the package registry cannot be reached, so that pre-commit can make no environment for the hook")
    verdict = re.search(r"^gnomon check\.+(Passed|Failed)\n.*", output, re.MULTILINE | re.DOTALL)
    assert verdict, output
    return status, verdict[0]


def test_the_published_hook_passes_what_is_good(commit: Callable[..., Path], published: Path) -> None:
    status, output = try_repo(commit(GOOD), published, "--all-files")
    assert (status, output.splitlines()[-2:]) == (
        0,
        ["No findings in 1 metric, 1 specification and 1 partial in 1 package.", ""],
    )


def test_the_published_hook_finds_what_a_change_breaks_in_other_files(
    commit: Callable[..., Path], published: Path
) -> None:
    consumer = commit(GOOD)
    (consumer / "specs" / "p" / "base.yaml").unlink()  # nothing but a deletion, which pre-commit names to no hook
    git(consumer, "add", "--all")
    status, output = try_repo(consumer, published)
    assert status == 1
    assert re.search(r"^error\[unknown-base\]: .*\n *--> specs/p/A\.yaml:2:7$", output, re.MULTILINE), output


@pytest.mark.parametrize(
    ("path", "hooks"),
    [
        ("metrics/p.yaml", ["gnomon-check", "gnomon-fmt"]),
        ("specs/p/a/b.yml", ["gnomon-check", "gnomon-fmt"]),
        ("data/metrics/p.yaml", ["gnomon-check", "gnomon-fmt"]),
        ("changes/x.yaml", ["gnomon-fmt"]),
        ("gnomon.toml", ["gnomon-check"]),
        ("data/pyproject.toml", ["gnomon-check"]),
        ("metrics/README.md", []),
        ("mymetrics/p.yaml", []),
        ("not-gnomon.toml", []),
        ("gnomon_toml", []),
        ("p.yaml", []),
    ],
)
def test_the_files_of_the_published_hooks(path: str, hooks: list[str]) -> None:
    published = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [hook["id"] for hook in published if "files" in hook and re.search(hook["files"], path)] == hooks


def test_the_published_hook_stops_a_push_that_weakens(
    commit: Callable[..., Path], published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRE_COMMIT_HOME", str(Path.home() / "store"))
    monkeypatch.setenv("PIP_CACHE_DIR", PIP_CACHE)
    revision = git(published, "rev-parse", "HEAD")
    hooks = {"repos": [{"repo": str(published), "rev": revision, "hooks": [{"id": "gnomon-diff"}]}]}
    commit({**GOOD, ".pre-commit-config.yaml": yaml.safe_dump(hooks)})
    bare, clone = tmp_path / "bare.git", tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--bare", str(tmp_path / "repository"), str(bare))
    git(tmp_path, "clone", "--quiet", str(bare), str(clone))
    assert pre_commit(clone, "install", "--hook-type", "pre-push")[0] == 0

    def push(message: str, files: dict[str, str | bytes]) -> tuple[int, str]:
        write(clone, files)
        git(clone, "add", "--all")
        git(clone, "commit", "--quiet", "--message", message)
        done = subprocess.run(
            ["git", "push", "--quiet", "origin", "HEAD"], cwd=clone, capture_output=True, text=True, check=False
        )
        output = done.stdout + done.stderr
        if "An unexpected error has occurred" in output and UNREACHABLE.search(output):
            pytest.skip(
                "the package registry cannot be reached, so that pre-commit can make no environment for the hook"
            )
        return done.returncode, output

    git(clone, "checkout", "--quiet", "-b", "change")
    stricter = str(GOOD["specs/p/A.yaml"]).replace("5.0", "4.0")
    status, output = push("Stricter", {"specs/p/A.yaml": stricter})
    assert (status, "tightening[specification-test-changed]: p.A.design" in output) == (0, True), output

    status, output = push("Weaker", {"specs/p/A.yaml": stricter.replace("4.0", "6.0")})
    assert (status, "weakening[specification-test-changed]: p.A.design" in output) == (1, True), output
    assert git(bare, "log", "-1", "--format=%s", "change") == "Stricter"

    command = [sys.executable, "-m", "gnomon", "diff", "--acknowledge"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "tools")}
    subprocess.run(command, cwd=clone, env=environment, capture_output=True, check=False)
    (path,) = (clone / "changes").iterdir()
    said = re.sub(r"((?:reason|decision): &\w+) ''", r"\1 RFC-1", path.read_text(encoding="utf-8"))
    status, output = push("Decided", {f"changes/{path.name}": said})
    assert (status, "acknowledged: RFC-1 (RFC-1)" in output) == (0, True), output
    assert git(bare, "log", "-1", "--format=%s", "change") == "Decided"
