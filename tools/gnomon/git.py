"""Definitions of a Git commit, read from the object store: no checkout, nothing is ever written."""

from __future__ import annotations

import contextlib
import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gnomon.errors import RepositoryError, RevisionError
from gnomon.sources import CONFIGURATIONS, SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

# Revisions as people write them (v1.0, HEAD~2, @{upstream}, main^{tree}, :/text is left out on purpose).
_REVISION = re.compile(r"[^-\s:?*\[\\\x00-\x20\x7f][^\s:?*\[\\\x00-\x20\x7f]*")
_LINK, _SUBMODULE = 0o120000, 0o160000
_MAX_LINKS = 10


class GitRepository:
    """A Git repository that is only read; use it as a context manager.

    Parameters
    ----------
    directory
        Any folder in its working tree, or a bare repository.

    Raises
    ------
    RepositoryError
        There is no Git repository, or Git refuses it.
    """

    def __init__(self, directory: Path) -> None:
        # GitPython looks for the git program when it is imported.
        try:
            import git  # noqa: PLC0415  # 60 ms that only Git sources pay for
        except ImportError as error:
            raise RepositoryError("Git is needed to read a revision, and the command `git` was not found") from error

        self._errors: tuple[type[Exception], ...] = (git.GitError, git.ODBError, ValueError, OSError)
        # GitPython and its object database raise all of these on objects that are missing or damaged.
        self._reading_errors = (*self._errors, AttributeError, KeyError, IndexError)
        try:
            self._repo = git.Repo(directory, search_parent_directories=True, expand_vars=False)
        except self._errors as error:
            raise RepositoryError(f"{directory} is not in a Git repository") from error
        # A hook runs us with GIT_DIR and its kind set for another folder; nothing is fetched; grafts do not lie to us.
        self._repo.git.update_environment(
            GIT_DIR=str(self._repo.git_dir),
            GIT_NO_LAZY_FETCH="1",
            GIT_NO_REPLACE_OBJECTS="1",
            GIT_OPTIONAL_LOCKS="0",
            GIT_TERMINAL_PROMPT="0",
            LC_ALL="C",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the Git processes that GitPython keeps for reading objects."""
        self._repo.close()

    @property
    def top_level(self) -> Path | None:
        """The folder of the working tree; None in a bare repository."""
        return Path(self._repo.working_tree_dir).resolve() if self._repo.working_tree_dir else None

    def resolve(self, revision: str) -> str:
        """Give the full hash of the commit that a revision names.

        Raises
        ------
        RevisionError
            There is no such commit, or its name is not one that Git should be asked about.
        """
        if not _REVISION.fullmatch(revision):
            raise RevisionError(f"{revision!r} is not a revision; give a branch, a tag or a commit")
        try:
            found = self._repo.git.rev_parse("--verify", "--quiet", "--end-of-options", revision + "^{commit}")
        except self._errors as error:
            if "dubious ownership" in str(error):
                message = "Git refuses this repository because somebody else owns it (see `git help safe.directory`)"
                raise RevisionError(message) from error
            raise RevisionError(self._unknown(revision)) from error
        return str(found).strip()

    def _unknown(self, revision: str) -> str:
        message = f"no such revision: {revision}"
        if not self._repo.head.is_valid():
            return f"{message} (the repository has no commits yet)"
        if (Path(self._repo.common_dir) / "shallow").exists():
            return (
                f"{message}; this clone is shallow: `git fetch --unshallow` brings the rest (in CI: `fetch-depth: 0`)"
            )
        return f"{message}; `git fetch` may bring it, `git log --oneline --all` lists what is here"

    def tree(self, commit: str) -> Any:
        """Give GitPython's tree of a commit."""
        with self.reading(commit):
            return self._repo.commit(commit).tree

    @contextlib.contextmanager
    def reading(self, what: str) -> Iterator[None]:
        """Turn whatever goes wrong in the object store into one clear error."""
        try:
            yield
        except self._reading_errors as error:
            raise RevisionError(
                f"cannot read {what} from Git: an object is missing or damaged; in a shallow or partial clone fetch "
                "all of it (`git fetch --unshallow`, in CI `fetch-depth: 0`), otherwise ask `git fsck`"
            ) from error


class CommitTree:
    """The files of one commit.

    Parameters
    ----------
    repository
        Stays open for as long as this is read.
    revision
        What the user asked for.
    directory
        A folder of the working tree, to find the metrics repository upward from; None for the top level.
    """

    def __init__(self, repository: GitRepository, revision: str, directory: Path | None = None) -> None:
        self._repository = repository
        self._blobs: dict[str, Any] = {}
        self.label = revision
        self.commit: str = repository.resolve(revision)
        self._root = repository.tree(self.commit)
        self.prefix = self._find_prefix(directory)

    def _find_prefix(self, directory: Path | None) -> str:
        top = self._repository.top_level
        inside = directory.resolve() if directory is not None else None
        relative = inside.relative_to(top) if top and inside and inside.is_relative_to(top) else Path()
        for candidate in (relative, *relative.parents):
            prefix = "" if candidate == Path() else candidate.as_posix() + "/"
            if self._holds_definitions(prefix):
                return prefix
        raise RepositoryError(
            f"no metrics repository in {self.label}: it has no folder `metrics/` and no configuration"
        )

    def _holds_definitions(self, prefix: str) -> bool:
        folder = self._lookup(prefix + "metrics")
        if folder is not None and folder.type == "tree":
            return True
        self.prefix = prefix
        return self.read("gnomon.toml") is not None or b"[tool.gnomon" in (self.read("pyproject.toml") or b"")

    def files(self, folder: str) -> Iterator[SourceFile]:
        """Yield all files below a folder; links are followed to files inside the repository only."""
        with self._repository.reading(self.label):
            top = self._lookup(self.prefix + folder)
            if top is None:
                return
            if top.type == "tree":
                yield from self._walk(top)
            elif top.mode == _LINK:
                yield SourceFile(folder, 0, "it is a link to a folder, which is not followed")

    def _walk(self, tree: Any) -> Iterator[SourceFile]:
        for item in tree:
            path = str(item.path).removeprefix(self.prefix)
            if item.mode == _SUBMODULE:
                yield SourceFile(path, 0, "it is another Git repository (a submodule?)")
            elif item.type == "tree":
                yield from self._walk(item)
            elif item.mode == _LINK:
                target = self._follow(str(item.path))
                if isinstance(target, str):
                    yield SourceFile(path, 0, target)
                else:
                    self._blobs[path] = target
                    yield SourceFile(path, target.size)
            else:
                self._blobs[path] = item
                yield SourceFile(path, item.size)

    def _lookup(self, path: str) -> Any:
        """Give the tree or blob at a path, without following links, or None."""
        node = self._root
        with self._repository.reading(self.label):
            for part in path.split("/"):
                if node.type != "tree" or node.mode == _SUBMODULE:
                    return None
                node = next((item for item in node if item.name == part), None)
                if node is None:
                    return None
        return node

    def _follow(self, path: str) -> Any:
        """Give the blob that a link leads to, or why it leads to none."""
        for _ in range(_MAX_LINKS):
            target = self._lookup(path).data_stream.read().decode("utf-8", "surrogateescape")
            path = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
            if path.startswith(("/", "../")) or path == "..":
                return "it is a link to a place outside the repository"
            found = self._lookup(path)
            if found is None:
                return "it is a link to nothing"
            if found.mode == _SUBMODULE or found.type == "tree":
                return "it is a link to a folder, which is not followed"
            if found.mode != _LINK:
                return found
        return "it is a link that leads in a circle"

    def read(self, path: str) -> bytes | None:
        """Give the content of a file, or None where there is none."""
        found = self._blobs.get(path) or self._lookup(self.prefix + path)
        if found is None or found.type != "blob":
            return None
        with self._repository.reading(self.prefix + path):
            if found.mode == _LINK:
                found = self._follow(self.prefix + path)
                if isinstance(found, str):
                    return None if path in CONFIGURATIONS else b""
            return bytes(found.data_stream.read())
