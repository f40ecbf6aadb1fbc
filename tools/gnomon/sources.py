"""Where definitions are read from: a working tree, a Git commit (`gnomon.git`) or memory.

Everything above this floor is the same for all of them.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from gnomon.errors import RepositoryError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FOLDERS = ("metrics", "specs")
CONFIGURATIONS = ("gnomon.toml", "pyproject.toml")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a source.

    Attributes
    ----------
    path
        POSIX path relative to the metrics repository.
    size
        In bytes; 0 for what is irregular.
    irregular
        Why it is not read, for a link out of the repository, a device and their like; otherwise None.
    """

    path: str
    size: int
    irregular: str | None = None


class Source(Protocol):
    """A state of a metrics repository.

    Attributes
    ----------
    label
        What people call it: a folder or a revision.
    commit
        The full hash, for a Git commit.
    prefix
        Path of the metrics repository within its Git repository, ``''`` or ending in ``/``.
    """

    @property
    def label(self) -> str:
        """What people call it."""

    @property
    def commit(self) -> str | None:
        """The full hash."""

    @property
    def prefix(self) -> str:
        """Where it is in its Git repository."""

    def files(self, folder: str) -> Iterator[SourceFile]:
        """Yield all files below a folder of the metrics repository, in any order."""

    def read(self, path: str) -> bytes | None:
        """Give the content of a file, or None where there is none.

        Raises
        ------
        RepositoryError
            The file is there but cannot be read.
        """


@dataclass(frozen=True)
class Memory:
    """A source made of a mapping from paths to contents."""

    contents: Mapping[str, str | bytes]
    label: str = "memory"
    commit: str | None = None
    prefix: str = ""

    def files(self, folder: str) -> Iterator[SourceFile]:
        """Yield all files below a folder."""
        for path in self.contents:
            if path.startswith(folder + "/"):
                yield SourceFile(path, len(self.read(path) or b""))

    def read(self, path: str) -> bytes | None:
        """Give the content of a file, or None where there is none."""
        content = self.contents.get(path)
        return content.encode() if isinstance(content, str) else content


class WorkingTree:
    """The files of a folder on disk.

    Parameters
    ----------
    root
        The metrics repository.
    """

    commit = None

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        top = git_top_level(self.root)
        self._boundary = top or self.root
        self.prefix = "" if top in {None, self.root} else self.root.relative_to(self._boundary).as_posix() + "/"
        self.label = "working tree" if top else self.root.name

    def files(self, folder: str) -> Iterator[SourceFile]:
        """Yield all files below a folder; links are followed to files inside the repository only."""
        top = self.root / folder
        if top.is_symlink():
            yield SourceFile(folder, 0, "it is a link to a folder, which is not followed")
        elif top.is_dir():
            yield from self._walk(top, folder)

    def _walk(self, directory: Path, path: str) -> Iterator[SourceFile]:
        try:
            with os.scandir(directory) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            raise RepositoryError(f"cannot read the folder {path}: {error.strerror}") from error
        for entry in listed:
            name = f"{path}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                if (Path(entry.path) / ".git").exists():
                    yield SourceFile(name, 0, "it is another Git repository (a submodule?)")
                else:
                    yield from self._walk(Path(entry.path), name)
            else:
                yield self._file(Path(entry.path), name)

    def _file(self, location: Path, path: str) -> SourceFile:
        try:
            if location.is_symlink():
                target = location.resolve(strict=True)
                if location.readlink().is_absolute() or not target.is_relative_to(self._boundary):
                    return SourceFile(path, 0, "it is a link to a place outside the repository")
                if ".git" in target.relative_to(self._boundary).parts:
                    return SourceFile(path, 0, "it is a link into Git's own data")
            status = location.stat()
        except FileNotFoundError:
            return SourceFile(path, 0, "it is a link to nothing")
        except (OSError, RuntimeError):
            return SourceFile(path, 0, "it is a link that leads in a circle")
        if stat.S_ISDIR(status.st_mode):
            return SourceFile(path, 0, "it is a link to a folder, which is not followed")
        if not stat.S_ISREG(status.st_mode):
            return SourceFile(path, 0, "it is no regular file")
        return SourceFile(path, status.st_size)

    def read(self, path: str) -> bytes | None:
        """Give the content of a file, or None where there is none."""
        location = self.root / path
        try:
            if path in CONFIGURATIONS and (not location.exists() or self._file(location, path).irregular):
                return None
            return location.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise RepositoryError(f"cannot read {self.prefix}{path}: {error.strerror}") from error


def git_top_level(directory: Path) -> Path | None:
    """Find the top level of the Git working tree that a folder is in, without running Git."""
    for candidate in (directory, *directory.parents):
        if (candidate / ".git").exists():
            return candidate
    return None


def is_metrics_repository(folder: Path) -> bool:
    """Tell whether a folder holds definitions or a configuration of gnomon."""
    if (folder / "metrics").is_dir() or (folder / "gnomon.toml").is_file():
        return True
    try:
        return b"[tool.gnomon" in (folder / "pyproject.toml").read_bytes()
    except OSError:
        return False


def find_repository(directory: Path) -> Path:
    """Find the metrics repository that a folder is in: the nearest one upward.

    Raises
    ------
    RepositoryError
        There is none, or the folder does not exist.
    """
    try:
        start = directory.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise RepositoryError(f"no such folder: {directory}") from error
    for candidate in (start, *start.parents):
        if is_metrics_repository(candidate):
            return candidate
    raise RepositoryError(
        f"no metrics repository at {directory} or above it: it needs a folder `metrics/`, or a configuration in "
        "`gnomon.toml` or `[tool.gnomon]` of pyproject.toml (say where it is with -C DIR)"
    )
