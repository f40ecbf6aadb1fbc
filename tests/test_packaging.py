"""The wheel: the definitions and schemas inside, stamped with the commit, and working where it is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import git
from gnomon import __version__

ROOT = Path(__file__).parent.parent
# What a checkout gathers beside what is in Git.
LEFT_BEHIND = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "__pycache__", "*.egg-info", "dist")
# What pip says when it cannot reach a registry.
UNREACHABLE = re.compile(
    r"NewConnectionError|ConnectTimeout|ReadTimeout|Temporary failure|Network is unreachable|Max retries exceeded"
    r"|No matching distribution found for hatchling"
)


@dataclass(frozen=True)
class Built:
    """A wheel and the Git repository that it was built from."""

    wheel: Path
    source: Path
    commit: str

    @property
    def names(self) -> set[str]:
        with zipfile.ZipFile(self.wheel) as archive:
            return set(archive.namelist())

    def read(self, name: str) -> str:
        with zipfile.ZipFile(self.wheel) as archive:
            return archive.read(name).decode()


@dataclass(frozen=True)
class Installed:
    """A folder that the wheel is installed into, and one without any definitions to run it from."""

    target: Path
    elsewhere: Path

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.elsewhere,
            env={**os.environ, "PYTHONPATH": str(self.target)},
            capture_output=True,
            text=True,
            check=False,
        )


def pip(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "--retries", "1", "--timeout", "20", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and UNREACHABLE.search(done.stdout + done.stderr):
        pytest.skip("offline: hatchling cannot be fetched")
    assert done.returncode == 0, done.stderr


def build(source: Path, target: Path) -> Path:
    pip("wheel", str(source), "--no-deps", "--quiet", "--wheel-dir", str(target))
    (wheel,) = target.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    source = tmp_path_factory.mktemp("source") / "gnomon"
    shutil.copytree(ROOT, source, ignore=LEFT_BEHIND, symlinks=True)
    git(source, "init", "--quiet", "--initial-branch=main")
    git(source, "add", "--all")
    git(source, "commit", "--quiet", "--message", "Release")
    wheel = build(source, tmp_path_factory.mktemp("wheel"))
    return Built(wheel, source, git(source, "rev-parse", "HEAD"))


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    target = tmp_path_factory.mktemp("site")
    pip("install", str(built.wheel), "--no-deps", "--no-index", "--quiet", "--target", str(target))
    return Installed(target, tmp_path_factory.mktemp("elsewhere"))


# What is inside


def test_the_wheel_is_of_this_version_for_any_machine(built: Built) -> None:
    assert built.wheel.name == f"gnomon-{__version__}-py3-none-any.whl"


def test_the_wheel_holds_the_package(built: Built) -> None:
    modules = {
        path.relative_to(ROOT / "tools").as_posix()
        for path in (ROOT / "tools" / "gnomon").rglob("*")
        if path.suffix in {".py", ".json"} or path.name == "py.typed" or (path.is_file() and "templates" in path.parts)
    }
    assert {"gnomon/py.typed", "gnomon/editing/templates/workflow.yml", "gnomon/docs/templates/metric.html"} <= modules
    assert modules - {"gnomon/_build.py"} - built.names == set()


def test_the_wheel_holds_the_definitions(built: Built) -> None:
    expected = {
        f"gnomon/definitions/{path.relative_to(ROOT).as_posix()}"
        for folder in ("metrics", "specs")
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }
    found = {name for name in built.names if re.match(r"gnomon/definitions/(metrics|specs)/", name)}
    assert expected
    assert found == expected


def test_the_wheel_holds_nothing_else(built: Built) -> None:
    tops = {name.split("/")[0] for name in built.names}
    assert tops == {"gnomon", f"gnomon-{__version__}.dist-info"}
    assert [name for name in built.names if name.endswith(".pyc") or "/tests/" in name] == []


def test_the_wheel_is_stamped_with_its_commit(built: Built) -> None:
    assert built.read("gnomon/_build.py").endswith(f"COMMIT = '{built.commit}'\n")


def test_building_leaves_no_stamp_behind(built: Built) -> None:
    left = git(built.source, "status", "--porcelain", "--ignored", "tools").splitlines()
    assert [line for line in left if "__pycache__" not in line] == []


def test_the_licence_and_the_readme_come_along(built: Built) -> None:
    folder = f"gnomon-{__version__}.dist-info"
    assert f"{folder}/licenses/LICENSE" in built.names
    metadata = built.read(f"{folder}/METADATA")
    assert "\nLicense-Expression: BSD-3-Clause\n" in metadata
    assert (ROOT / "README.md").read_text(encoding="utf-8").strip() in metadata


def test_a_change_that_is_not_committed_is_told(built: Built, tmp_path: Path) -> None:
    source = tmp_path / "gnomon"
    shutil.copytree(built.source, source, symlinks=True)
    with (source / "metrics" / "validate_drp.yaml").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    wheel = build(source, tmp_path / "wheel")
    assert Built(wheel, source, "").read("gnomon/_build.py").endswith(f"COMMIT = '{built.commit}-dirty'\n")


# What is installed


def test_the_version_names_the_commit(installed: Installed, built: Built) -> None:
    done = installed.python("-m", "gnomon", "--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"gnomon {__version__} ({built.commit})\n", "")


def test_the_command_is_installed(installed: Installed, built: Built) -> None:
    done = installed.python(str(installed.target / "bin" / "gnomon"), "--version")
    assert (done.returncode, done.stdout) == (0, f"gnomon {__version__} ({built.commit})\n")


def test_the_bundled_definitions_load(installed: Installed) -> None:
    code = (
        "from gnomon import build_info\n"
        "from gnomon.loader import load\n"
        "from gnomon.sources import WorkingTree\n"
        "folder = build_info.definitions()\n"
        "registry = load(WorkingTree(folder))\n"
        "registry.require()\n"
        "print(folder)\n"
        "print(len(registry.metrics), len(registry.specifications))\n"
    )
    done = installed.python("-W", "error", "-c", code)
    assert (done.returncode, done.stdout.splitlines(), done.stderr) == (
        0,
        [str(installed.target / "gnomon" / "definitions"), "162 729"],
        "",
    )


def test_the_bundled_definitions_are_sound(installed: Installed) -> None:
    folder = installed.target / "gnomon" / "definitions"
    done = installed.python("-m", "gnomon", "-C", str(folder), "check", "--format", "concise")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("in 162 metrics, 729 specifications and 71 partials in 12 packages.\n")


def test_the_schemas_are_installed(installed: Installed) -> None:
    done = installed.python("-c", "from gnomon import schemas; print(schemas.load('show-1')['title'])")
    assert (done.returncode, done.stdout) == (0, "One definition, explained\n")


def test_a_repository_can_be_started(installed: Installed, tmp_path: Path) -> None:
    done = installed.python("-m", "gnomon", "init", str(tmp_path / "new"), "--package", "p")
    assert (done.returncode, done.stderr, done.stdout.count("made  ")) == (0, "", 9)
    assert installed.python("-m", "gnomon", "-C", str(tmp_path / "new"), "check").returncode == 0


def test_types_are_installed(installed: Installed) -> None:
    assert (installed.target / "gnomon" / "py.typed").is_file()
