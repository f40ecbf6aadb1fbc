"""CONTRIBUTING.md, typed through in a copy of the definitions, shows what it says; counts may move."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import git

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
YAML = [text for kind, text in BLOCKS if kind == "yaml"]
CONSOLE = [text for kind, text in BLOCKS if kind == "console"]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    root = tmp_path / "copy"
    for folder in ("metrics", "specs"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copy(ROOT / "pyproject.toml", root)
    (root / ".venv").symlink_to(sys.prefix)
    (root / ".gitignore").write_text(".venv\n", encoding="utf-8")
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "A fresh copy")
    return root


def typed(root: Path, block: str) -> str:
    """Type the commands of a block (Git's in silence); give what the terminal then shows."""
    shown = ""
    for command in re.findall(r"^\$ ((?:.*\\\n)*.*)$", block, re.MULTILINE):
        done = subprocess.run(  # noqa: S602  # the commands of our own guide
            command,
            shell=True,
            cwd=root,
            env=os.environ | {"COLUMNS": "120"},
            capture_output=True,
            text=True,
            check=False,
        )
        shown += f"$ {command}\n" + ("" if command.startswith("git ") else done.stdout + done.stderr)
    return shown


def without_counts(text: str) -> str:
    return re.sub(r"\d+(?= (?:metric|specification|partial|package))|(?<=validate_drp\.yaml:)\d+", "N", text)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_every_step(copy: Path) -> None:
    metrics = copy / "metrics" / "validate_drp.yaml"
    vocabulary = copy / "specs" / "vocabulary.yaml"
    specs = copy / "specs" / "validate_drp"
    requirement = specs / "LPM-17-PA1.yaml"

    def shows(block: str) -> None:
        assert without_counts(typed(copy, block)) == without_counts(block)

    typed(copy, CONSOLE[0].replace("$ make check", "$ true"))
    by_hand = metrics.read_text(encoding="utf-8") + "\n" + CONSOLE[1].partition(": validate_drp.zeroPointScatter\n")[2]
    shows(CONSOLE[1])
    assert metrics.read_text(encoding="utf-8") == by_hand
    shows(CONSOLE[2])
    shows(CONSOLE[3])
    write(specs / "latiss_gri" / "base.yaml", YAML[0])
    write(specs / "latiss_gri" / "LPM-17-PA1.yaml", YAML[1])
    shows(CONSOLE[4])
    write(vocabulary, re.sub(r"(?<=values: \[CFHT, DECAM, HSC)", ", LATISS", vocabulary.read_text(encoding="utf-8")))
    shows(CONSOLE[5])
    git(copy, "add", "--all")
    git(copy, "commit", "--quiet", "--message", "LATISS")
    write(requirement, requirement.read_text(encoding="utf-8").replace("value: 5.0", "value: 2.5"))
    shows(CONSOLE[6])
