"""Files written so that nobody sees half of one, and only where they differ."""

from __future__ import annotations

import contextlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from gnomon.errors import UsageError
from gnomon.writing import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


def write(folder: Path, files: Mapping[str, bytes]) -> int:
    """Write those files that are not there as they should be; give how many.

    Raises
    ------
    UsageError
        A folder on the way is a link, which may lead anywhere.
    """
    written = 0
    for parent in sorted({parent for name in files for parent in PurePosixPath(name).parents}):
        if (folder / parent).is_symlink() and parent.parts:
            raise UsageError(f"{folder / parent} is a link, which may lead anywhere: remove it")
        (folder / parent).mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        if path.is_symlink():
            path.unlink()
        with contextlib.suppress(OSError):
            if path.read_bytes() == content:
                continue
        write_atomically(path, content, durably=False)
        written += 1
    return written


def remove(folder: Path, names: Iterable[str]) -> int:
    """Remove files and what folders that leaves empty; give how many files there were.

    Names that lead out of the folder are passed over, for whoever wrote the list may be a stranger.
    """
    removed = 0
    home = folder.resolve()
    for name in names:
        path = folder / name
        if ".." in PurePosixPath(name).parts or not path.parent.resolve().is_relative_to(home):
            continue
        with contextlib.suppress(OSError):
            path.unlink()
            removed += 1
        for parent in PurePosixPath(name).parents[:-1]:
            with contextlib.suppress(OSError):
                (folder / parent).rmdir()  # where it is empty
    return removed
