"""Where definitions are read from: a working tree, a Git commit (`gnomon.git`) or memory.

Everything above this floor is the same for all of them.
"""

from __future__ import annotations

import os
import posixpath
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from gnomon import limits
from gnomon.errors import RepositoryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

FOLDERS = ("metrics", "specs")
SUBMODULE = "it is another Git repository (a submodule?)"
NO_FILE = {"folder": "it is a folder", "repository": SUBMODULE, "other": "it is no regular file"}


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
    hides_files
        Whether it stands for a folder, whose files are not read.
    identity
        Git's hash of its content, where that is known without reading it.
    """

    path: str
    size: int
    irregular: str | None = None
    hides_files: bool = False
    identity: str | None = None


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

    def read(self, path: str, most: int = -1) -> bytes | None:
        """Give the content of a file, or None where there is none; with `most`, only so many of its first bytes.

        Raises
        ------
        RepositoryError
            The file is there but cannot be read.
        """

    def irregular(self, path: str) -> str | None:
        """Tell why what is at a path is not read; None for a file, and where there is nothing."""


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

    def read(self, path: str, most: int = -1) -> bytes | None:
        """Give the content of a file, or its first bytes, or None where there is none."""
        content = self.contents.get(path)
        content = content.encode() if isinstance(content, str) else content
        return content if content is None or most < 0 else content[:most]

    def irregular(self, path: str) -> str | None:  # noqa: ARG002  # all sources are alike
        """Tell that nothing in memory is irregular."""
        return None


@dataclass(frozen=True)
class Overlay:
    """A source as it would be with some files written.

    Attributes
    ----------
    source
        What is there.
    contents
        Of the files that are written, by path.
    """

    source: Source
    contents: Mapping[str, bytes]

    @property
    def label(self) -> str:
        """What people call it."""
        return self.source.label

    @property
    def commit(self) -> str | None:
        """None: no commit holds these files."""
        return None

    @property
    def prefix(self) -> str:
        """Where it is in its Git repository."""
        return self.source.prefix

    def files(self, folder: str) -> Iterator[SourceFile]:
        """Yield all files below a folder."""
        yield from (file for file in self.source.files(folder) if file.path not in self.contents)
        yield from Memory(self.contents).files(folder)

    def read(self, path: str, most: int = -1) -> bytes | None:
        """Give the content of a file, or its first bytes, or None where there is none."""
        return Memory(self.contents).read(path, most) if path in self.contents else self.source.read(path, most)

    def irregular(self, path: str) -> str | None:
        """Tell why what is at a path is not read."""
        return None if path in self.contents else self.source.irregular(path)


Kind = Literal["file", "folder", "repository", "link", "other"]
_OUTSIDE = "it is a link to a place outside the repository"
LINK_TO_FOLDER = "it is a link to a folder, which is not followed"
TOO_DEEP = f"it is more than {limits.MAX_FOLDERS} folders deep"


def follow(path: str, kind_of: Callable[[str], Kind | None], target_of: Callable[[str], str]) -> tuple[str, str | None]:
    """Follow a link to the file that it leads to; links lead to files inside the repository only.

    Parameters
    ----------
    path
        Of the link, relative to the top of the repository.
    kind_of
        Tells what is at such a path, None for nothing; it follows no links itself, so that what lies behind a link to a
        folder is nothing.
    target_of
        Gives the text of a link.

    Returns
    -------
    path, reason
        Of the file, or why there is none.
    """
    for _ in range(limits.MAX_LINKS):
        target = target_of(path)
        if target.startswith("/"):
            return path, "it is a link with an absolute path, which holds on one machine only"
        path = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        if path == ".." or path.startswith("../"):
            return path, _OUTSIDE
        kind = kind_of(path)
        if ".git" in path.split("/"):
            return path, "it is a link into Git's own data"
        if kind is None:
            return path, "it is a link to nothing"
        if kind in {"folder", "repository"}:
            return path, LINK_TO_FOLDER
        if kind == "other":
            return path, "it is a link to no regular file"
        if kind == "file":
            return path, None
    return path, "it is a link that leads in a circle"


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
        self._top = top or self.root
        self.prefix = "" if top in {None, self.root} else self.root.relative_to(self._top).as_posix() + "/"
        self.label = "working tree" if top else self.root.name

    def files(self, folder: str) -> Iterator[SourceFile]:
        """Yield all files below a folder; links are followed to files inside the repository only."""
        kind = self._kind(self.prefix + folder)
        if kind == "folder":
            yield from self._walk(folder)
        elif kind == "link":
            yield SourceFile(folder, 0, LINK_TO_FOLDER, hides_files=True)
        elif kind == "repository":
            yield SourceFile(folder, 0, SUBMODULE, hides_files=True)

    def _kind(self, path: str) -> Kind | None:
        """Tell what is at a path relative to the top of the repository, without following links."""
        location = self._top
        try:
            for part in path.split("/")[:-1]:
                location /= part
                if not stat.S_ISDIR(location.lstat().st_mode):
                    return None
            location = self._top / path
            mode = location.lstat().st_mode
        except OSError:
            return None
        if stat.S_ISLNK(mode):
            return "link"
        if stat.S_ISDIR(mode):
            return "repository" if os.path.lexists(location / ".git") else "folder"
        return "file" if stat.S_ISREG(mode) else "other"

    def _walk(self, path: str) -> Iterator[SourceFile]:
        if path.count("/") > limits.MAX_FOLDERS:
            yield SourceFile(path, 0, TOO_DEEP, hides_files=True)
            return
        try:
            names = sorted(entry.name for entry in (self.root / path).iterdir())
        except OSError as error:
            raise RepositoryError(f"cannot read the folder {self.prefix}{path}: {error.strerror}") from error
        for name in names:
            inner = f"{path}/{name}"
            kind = self._kind(self.prefix + inner)
            if kind == "folder":
                yield from self._walk(inner)
            elif kind is not None:
                yield self._file(inner, kind)

    def _file(self, path: str, kind: Kind) -> SourceFile:
        if kind == "repository":
            return SourceFile(path, 0, SUBMODULE, hides_files=True)
        if kind == "other":
            return SourceFile(path, 0, NO_FILE[kind])
        target, reason = self._target(self.prefix + path) if kind == "link" else (self.prefix + path, None)
        if reason is not None:
            return SourceFile(path, 0, reason, hides_files=reason == LINK_TO_FOLDER)
        try:
            return SourceFile(path, (self._top / target).stat().st_size)
        except OSError as error:
            raise RepositoryError(f"cannot read {self.prefix}{path}: {error.strerror}") from error

    def _target(self, path: str) -> tuple[str, str | None]:
        return follow(path, self._kind, lambda link: str((self._top / link).readlink()))

    def read(self, path: str, most: int = -1) -> bytes | None:
        """Give the content of a file, or its first bytes, or None where there is none."""
        place = self.prefix + path
        kind = self._kind(place)
        if kind == "link":
            place, reason = self._target(place)
            if reason is not None:
                return None
        elif kind != "file":
            return None
        try:
            with (self._top / place).open("rb") as file:
                return file.read(most)
        except OSError as error:
            raise RepositoryError(f"cannot read {self.prefix}{path}: {error.strerror}") from error

    def irregular(self, path: str) -> str | None:
        """Tell why what is at a path is not read; None for a file, and where there is nothing."""
        place = self.prefix + path
        kind = self._kind(place)
        return self._target(place)[1] if kind == "link" else NO_FILE.get(kind or "")


def git_top_level(directory: Path) -> Path | None:
    """Find the top level of the Git working tree that a folder is in, without running Git."""
    for candidate in (directory, *directory.parents):
        if (candidate / ".git").exists():
            return candidate
    return None


def is_metrics_repository(folder: Path) -> bool:
    """Tell whether a folder holds definitions or a configuration of gnomon."""
    if (folder / "metrics").is_dir():
        return True
    try:
        return is_configured(WorkingTree(folder))
    except RepositoryError:
        return False


def is_configured(source: Source) -> bool:
    """Tell whether there is a configuration of gnomon."""
    if source.read("gnomon.toml", 1) is not None:
        return True
    return b"[tool.gnomon" in (source.read("pyproject.toml", limits.MAX_SETTINGS_BYTES) or b"")


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
        f"no metrics repository at {start} or above it: it needs a folder `metrics/`, or a configuration in "
        "`gnomon.toml` or `[tool.gnomon]` of pyproject.toml (say where it is with -C DIR; `gnomon init` starts one)"
    )
