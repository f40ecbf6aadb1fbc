"""Start a metrics repository: write the files that one needs and that are not there; none is ever changed."""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import dataclass
from importlib import resources
from string import Template
from typing import TYPE_CHECKING, Literal

from gnomon import limits
from gnomon._version import __version__
from gnomon.editing import pieces, places
from gnomon.errors import RepositoryError, UsageError
from gnomon.sources import WorkingTree, git_top_level, is_configured, is_metrics_repository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PRE_COMMIT = ".pre-commit-config.yaml"
_WORKFLOW = ".github/workflows/definitions.yml"
_EDITOR = ".vscode/settings.json"
_SETTINGS = "gnomon.toml"
_EXAMPLE = "exampleScatter"
# The file of a repository -> its template.
_FILES = {
    _SETTINGS: "settings.toml",
    "metrics/README.md": "metrics.md",
    "specs/README.md": "specs.md",
    "changes/README.md": "changes.md",
    _EDITOR: "editor.json",
}
# What a file that joins gnomon to another program has in any case.
_JOINED = {_PRE_COMMIT: "gnomon-check", _EDITOR: "metrics.schema.json"}


@dataclass(frozen=True)
class Step:
    """What became of a file.

    Attributes
    ----------
    what
        Whether it was made, was there, or would have to be outside of the folder.
    path
        Relative to the folder, or to Git's top level where it is outside.
    lines
        What somebody has to add to it, or to make of it.
    """

    what: Literal["made", "kept", "left"]
    path: str
    lines: tuple[str, ...] = ()


def require_outside(folder: Path) -> None:
    """Refuse a folder inside of another metrics repository.

    Raises
    ------
    UsageError
        It is in one.
    """
    for candidate in folder.parents:
        if is_metrics_repository(candidate):
            raise UsageError(
                f"{folder} is in the metrics repository {candidate}; `gnomon init .` starts one inside it all the same"
            )


def start(
    folder: Path, package: str | None = None, *, with_github: bool = True, with_pre_commit: bool = True
) -> Iterator[Step]:
    """Make the files of a metrics repository, one a step.

    Parameters
    ----------
    folder
        Made where it is not there.
    package
        To begin with an example in this one.

    Raises
    ------
    RepositoryError
        A file cannot be written; those before it are.
    """
    top = git_top_level(folder) or folder
    inner = folder.relative_to(top).as_posix()
    files = dict(_FILES)
    if package is not None:
        files[f"metrics/{package}.yaml"] = "example-metric.yaml"
        if not os.path.lexists(folder / f"metrics/{package}.yaml"):  # which would lack what is tested
            files[f"specs/{package}/{_EXAMPLE}.yaml"] = "example-specifications.yaml"
    outer = {_PRE_COMMIT: "pre-commit-config.yaml"} if with_pre_commit else {}
    outer |= {_WORKFLOW: "workflow.yml"} if with_github else {}
    settings = _settings_of(folder)
    for path, template in (files if inner != "." else files | outer).items():
        text = _text(template, package)
        if path == _SETTINGS and settings is not None:
            yield Step("kept", settings)
        elif os.path.lexists(folder / path):
            yield Step("kept", path, _missing(folder, path, text))
        else:
            blocked = places.obstacle(folder, path)
            if blocked is not None:
                raise RepositoryError(f"cannot write {path}: {blocked}")
            places.put(folder, path, text.encode())
            yield Step("made", path)
    if inner != ".":
        # Both programs look at Git's top level only, and there is nothing ours to write.
        yield from (Step("left", path, _lines(_within(_text(template), inner))) for path, template in outer.items())


def _settings_of(folder: Path) -> str | None:
    """Tell where a folder has its settings already."""
    if os.path.lexists(folder / _SETTINGS):
        return _SETTINGS
    return "pyproject.toml" if folder.is_dir() and is_configured(WorkingTree(folder)) else None


def _text(template: str, package: str | None = None) -> str:
    source = resources.files(__package__) / "templates" / template
    return Template(source.read_text(encoding="utf-8")).substitute(version=__version__, package=package or "")


def _missing(folder: Path, path: str, text: str) -> tuple[str, ...]:
    """Give what a file that is there lacks."""
    sign = _JOINED.get(path)
    if sign is None or sign.encode() in (WorkingTree(folder).read(path, limits.MAX_SETTINGS_BYTES) or b""):
        return ()
    return _lines(text)[1:] if path == _PRE_COMMIT else _lines(text)[1:-1]


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.rstrip("\n").split("\n"))


def _within(text: str, folder: str) -> str:
    """Let a hook, or the action, look for the definitions in a folder of Git's repository."""
    if "hooks:" not in text:
        return f"{text}        with:\n          directory: {pieces.inline(folder)}\n"

    def hook(found: re.Match[str]) -> str:
        entry = f"{found[0]}\n        entry: {pieces.inline(f'gnomon -C {shlex.quote(folder)} {found[1]}')}"
        # The names of files that are committed are from Git's top level.
        return f"{entry}\n        pass_filenames: false" if found[1] == "fmt" else entry

    return re.sub(r"- id: gnomon-(\w+)", hook, text)
