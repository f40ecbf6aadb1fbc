"""What all tests share: no test sees the user's cache, colours or Git configuration."""

from __future__ import annotations

import hashlib
import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from gnomon.cli import execute

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Gnomon = Callable[..., tuple[int, str, str]]

pytest_plugins = ["docs_site"]

# The same examples in every run, so that what was green stays green on a machine that is slower or has other luck;
# `--hypothesis-profile=explore` looks for new ones.
settings.register_profile("same", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", settings.get_profile("same"), derandomize=False, max_examples=1000)
settings.load_profile("same")

# What a person's shell or a CI service sets and a program that a test starts would heed: Git, pytest (which does not
# shorten its summary where CI or BUILD_NUMBER is set), click, Sphinx, and `job metadata --env`.
_SCRUBBED = (
    *("BUILD_", "CI", "GITHUB_", "GITLAB_", "JENKINS_", "JOB_", "RUNNER_"),
    *("CLICOLOR", "COLORTERM", "COLUMNS", "FORCE_COLOR", "LINES", "NO_COLOR", "PY_COLORS"),
    *("EDITOR", "GIT_", "GNOMON_", "LC_", "PAGER", "PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTHONWARNINGS", "XDG_"),
    *("SOURCE_DATE_EPOCH", "SPHINX", "TZ", "VISUAL"),
)


@pytest.fixture(scope="session", autouse=True)
def _scrubbed_environment(tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in list(os.environ):
        if name.startswith(_SCRUBBED):
            del os.environ[name]
    home = tmp_path_factory.mktemp("home")
    os.environ.update(
        # One a test process: the import of astropy would otherwise be paid by each test that meets a unit.
        GNOMON_CACHE_DIR=str(tmp_path_factory.mktemp("cache")),
        HOME=str(home),
        GIT_CONFIG_GLOBAL=os.devnull,
        GIT_CONFIG_NOSYSTEM="1",
        GIT_AUTHOR_NAME="A. Author",
        GIT_AUTHOR_EMAIL="author@example.org",
        GIT_COMMITTER_NAME="A. Author",
        GIT_COMMITTER_EMAIL="author@example.org",
        GIT_AUTHOR_DATE="2026-01-02T03:04:05Z",
        GIT_COMMITTER_DATE="2026-01-02T03:04:05Z",
    )


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write files below a folder, making the folders they need."""
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def git(root: Path, *arguments: str) -> str:
    """Run Git in a folder and give what it prints."""
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def state(root: Path) -> dict[str, tuple[int, int, str]]:
    """Give mode, time and content of everything below a folder."""
    found = {}
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        found[str(path.relative_to(root))] = (status.st_mode, status.st_mtime_ns, content)
    return found


@pytest.fixture
def gnomon(capsys: pytest.CaptureFixture[str]) -> Gnomon:
    """Run the command line in a folder: exit status, standard output and standard error."""

    def run(root: Path, *arguments: str) -> tuple[int, str, str]:
        status = execute(["-C", str(root), *arguments])
        return (status, *capsys.readouterr())

    return run


@pytest.fixture
def environment_is_put_back() -> Iterator[None]:
    """Undo what a test, or what it runs, does to the environment."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def tree(tmp_path: Path) -> Callable[[dict[str, str | bytes]], Path]:
    """Make a metrics repository on disk, outside Git."""
    return lambda files: write(tmp_path / "repository", files)


@pytest.fixture
def commit(tmp_path: Path) -> Callable[..., Path]:
    """Make a Git repository, or add a commit to it: every call is one commit with these files added."""

    def make(files: dict[str, str | bytes], message: str = "A change") -> Path:
        root = tmp_path / "repository"
        root.mkdir(exist_ok=True)
        if not (root / ".git").exists():
            git(root, "init", "--quiet", "--initial-branch=main")
        write(root, files)
        git(root, "add", "--all")
        git(root, "commit", "--quiet", "--allow-empty", "--message", message)
        return root

    return make


def stable_id(value: object) -> str:
    """Name a parameter the same in every process of a parallel run, which must all collect the same tests."""
    return "{" + ", ".join(sorted(map(str, value))) + "}" if isinstance(value, set | frozenset) else repr(value)
