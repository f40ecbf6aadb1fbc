"""Where files may be written: in real folders of the repository, through no links."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gnomon.errors import RepositoryError
from gnomon.writing import write_atomically

if TYPE_CHECKING:
    from pathlib import Path


def obstacle(root: Path, path: str) -> str | None:
    """Say what stands in the way of writing a file, or None.

    Parameters
    ----------
    path
        Relative to `root`, without ``..``.
    """
    try:
        return _obstacle(root, path)
    except OSError as error:  # such as a name that is too long
        return error.strerror


def _obstacle(root: Path, path: str) -> str | None:
    *folders, name = path.split("/")
    here, shown = root, ""
    for folder in folders:
        here, shown = here / folder, f"{shown}{folder}"
        if here.is_symlink():
            return f"{shown} is a link, and nothing is written through links"
        if not here.exists():
            return None
        if not here.is_dir():
            return f"{shown} is no folder"
        if (here / ".git").exists():
            return f"{shown} is another Git repository (a submodule?)"
        shown += "/"
    target = here / name
    if target.is_symlink():
        return f"{path} is a link, and nothing is written through links"
    return f"{path} is no file" if target.exists() and not target.is_file() else None


def put(root: Path, path: str, content: bytes) -> None:
    """Write a file, and the folders that it needs.

    Raises
    ------
    RepositoryError
        It cannot be written; nothing is left behind.
    """
    target = root / path
    made: list[Path] = []
    what = f"write {path}"
    try:
        for folder in [folder for folder in reversed(target.parents) if not os.path.lexists(folder)]:
            what = f"make the folder {folder}"
            folder.mkdir()
            made.append(folder)
        what = f"write {path}"
        write_atomically(target, content)
    except OSError as error:
        for folder in reversed(made):
            folder.rmdir()
        raise RepositoryError(f"cannot {what}: {error.strerror}") from error
