"""Verdicts kept on disk between runs; losing them costs time and nothing else."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

from gnomon.writing import write_atomically


def cache_directory() -> Path | None:
    """Give the folder for cached files: ``$GNOMON_CACHE_DIR``, or gnomon's in the user's cache.

    Returns
    -------
    Path or None
        None where the variable is set to nothing, or the user has no home: then nothing is cached.
    """
    chosen = os.environ.get("GNOMON_CACHE_DIR")
    if chosen is not None:
        return Path(chosen) if chosen else None
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "gnomon"
    except RuntimeError:
        return None


class Cache:
    """A file of JSON that maps texts to values.

    Parameters
    ----------
    name
        Of the file; it holds the versions that the values depend on.
    """

    def __init__(self, name: str) -> None:
        directory = cache_directory()
        self._path = directory / f"{name}.json" if directory else None
        self._values: dict[str, Any] | None = None
        self._changed = False

    @property
    def values(self) -> dict[str, Any]:
        """Everything that is cached; a file that cannot be read is an empty one."""
        if self._values is None:
            self._values = {}
            if self._path is not None:
                with contextlib.suppress(OSError, ValueError, RecursionError):
                    loaded = json.loads(self._path.read_text(encoding="utf-8"))
                    self._values = loaded if isinstance(loaded, dict) else {}
        return self._values

    def store(self, key: str, value: Any) -> None:
        """Remember a value; `save` writes it."""
        self.values[key] = value
        self._changed = True

    def save(self) -> None:
        """Write what is new, atomically; a folder that cannot be written to is no fault."""
        if self._path is None or not self._changed:
            return
        self._changed = False
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, json.dumps(self._values), durably=False)
