"""Where the definitions of a job come from: the bundled ones, a repository on disk, or a commit of one."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gnomon import build_info
from gnomon._version import __version__
from gnomon.errors import RepositoryError, RevisionError
from gnomon.loader import load
from gnomon.sources import Memory, WorkingTree, is_metrics_repository

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gnomon.registry import Registry
    from gnomon.sources import Source

BUNDLED = "verify_metrics"
VARIABLE = "GNOMON_REPOSITORY"
META_KEY = "gnomon"
"""The term of a job's metadata that is ours."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Which definitions a job was made with.

    Attributes
    ----------
    repository
        A path, or ``verify_metrics`` for those that are bundled with gnomon.
    commit
        Of the repository; None where the files are in no commit.
    dirty
        Whether files differ from that commit.
    version
        Of gnomon.
    """

    repository: str
    commit: str | None = None
    dirty: bool = False
    version: str = __version__

    @property
    def json(self) -> dict[str, Any]:
        """Its fields."""
        return {"repository": self.repository, "commit": self.commit, "dirty": self.dirty, "version": self.version}

    @classmethod
    def of(cls, meta: Mapping[str, Any]) -> Provenance | None:
        """Read it from the metadata of a job; None where it is not there or makes no sense."""
        ours = meta.get(META_KEY)
        found = ours.get("definitions") if isinstance(ours, dict) else None
        if not isinstance(found, dict) or not isinstance(found.get("repository"), str):
            return None
        commit, version = found.get("commit"), found.get("version")
        return cls(
            found["repository"],
            commit if isinstance(commit, str) else None,
            found.get("dirty") is True,
            version if isinstance(version, str) else "",
        )

    def __str__(self) -> str:
        where = "the definitions of gnomon" if self.repository == BUNDLED else self.repository
        if self.commit is None:
            return where
        return f"{where} at {self.commit[:12]}" + (" with changes" if self.dirty else "")


def load_definitions(where: str | os.PathLike[str] | None = None) -> tuple[Registry, Provenance]:
    """Load definitions by what a user calls them.

    Parameters
    ----------
    where
        ``'verify_metrics'`` or None: the bundled ones, or those that the variable ``GNOMON_REPOSITORY`` names. A path
        of a metrics repository, or ``PATH@REV`` for a Git revision of one; an existing path wins.

    Raises
    ------
    OSError
        There is no metrics repository.
    RevisionError
        There is no such revision.
    """
    text = os.fspath(where) if where is not None else BUNDLED
    if text == BUNDLED:
        text = os.environ.get(VARIABLE) or BUNDLED
    if text == BUNDLED:
        path = build_info.definitions()
        registry = load(WorkingTree(path))
        return registry, Provenance(BUNDLED, *_bundled_commit(path))
    path, revision = split_revision(text)
    if revision is None:
        _require_repository(path)
        return load(WorkingTree(path)), Provenance(str(path.resolve()), *_commit_of(path))
    with _at_revision(path, revision) as source:
        return load(source), Provenance(str(path.resolve()), source.commit)


def split_revision(text: str) -> tuple[Path, str | None]:
    """Split ``PATH@REV`` at its last ``@``; an existing path wins."""
    path = Path(text)
    if path.exists() or "@" not in text:
        return path, None
    before, _, revision = text.rpartition("@")
    return Path(before or "."), revision


@contextlib.contextmanager
def _at_revision(path: Path, revision: str) -> Iterator[Source]:
    if not path.exists():
        raise FileNotFoundError(f"no metrics repository at {path}: there is no such folder")
    from gnomon.git import CommitTree, GitRepository  # noqa: PLC0415  # GitPython is slow

    with contextlib.ExitStack() as stack:
        try:
            repository = stack.enter_context(GitRepository(path))
            source = CommitTree(repository, revision, path)
        except RevisionError:
            raise
        except RepositoryError as error:  # as for a path without a revision
            raise FileNotFoundError(str(error)) from error
        yield source


def _require_repository(path: Path) -> None:
    """Refuse what is no metrics repository, also where one is further up: a path is meant as it stands."""
    if not path.is_dir():
        what = "it is a file" if path.exists() else "there is no such folder"
        raise FileNotFoundError(f"no metrics repository at {path}: {what}")
    if not (is_metrics_repository(path) or (path / "specs").is_dir()):
        raise FileNotFoundError(f"no metrics repository at {path}: it has no folder `metrics/` and no configuration")


def _bundled_commit(path: Path) -> tuple[str | None, bool]:
    return _commit_of(path) if path == build_info.checkout() else (build_info.stamped_commit(), False)


def _commit_of(path: Path) -> tuple[str | None, bool]:
    """Give the commit that files are of, where they are in Git, and whether they differ from it."""
    from gnomon.git import GitRepository  # noqa: PLC0415  # GitPython is slow

    try:
        with GitRepository(path) as repository:
            return repository.resolve("HEAD"), repository.differs(path, ("metrics", "specs"))
    except RepositoryError:
        return None, False


def load_metric_file(path: str | os.PathLike[str]) -> Registry:
    """Load the metrics of one file, ``<package>.yaml``, wherever it is.

    Raises
    ------
    OSError
        There is no such file.
    """
    file = Path(path)
    return load(Memory({f"metrics/{file.stem}.yaml": file.read_bytes()}, label=str(file), prefix=f"{file.parent}/"))


def load_specification_folder(path: str | os.PathLike[str]) -> Registry:
    """Load the specifications of one folder, which has the name of their package, wherever it is.

    Raises
    ------
    OSError
        There is no such folder.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is no folder of specifications")
    name = folder.resolve().name
    contents = {
        f"specs/{name}/{file.relative_to(folder).as_posix()}": file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.suffix in {".yaml", ".yml"}
    }
    return load(Memory(contents, label=str(folder), prefix=f"{folder.parent}/"))
