"""Open the state of a metrics repository that a user asks for."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from gnomon.sources import WorkingTree, find_repository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gnomon.sources import Source


@contextlib.contextmanager
def open_source(directory: Path, revision: str | None = None) -> Iterator[Source]:
    """Open the metrics repository that a folder is in.

    Parameters
    ----------
    revision
        A Git revision, or None for the files on disk.

    Raises
    ------
    RepositoryError
        There is no metrics repository.
    RevisionError
        There is no such revision.
    """
    if revision is None:
        yield WorkingTree(find_repository(directory))
        return
    from gnomon.git import CommitTree, GitRepository  # noqa: PLC0415  # GitPython is slow

    with GitRepository(directory) as repository:
        yield CommitTree(repository, revision, directory)
