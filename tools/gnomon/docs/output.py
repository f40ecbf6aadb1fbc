"""The folder of a site: whose it is, what was built there, and which of its files are gnomon's."""

from __future__ import annotations

import contextlib
import json
import sys
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from gnomon.docs import writing
from gnomon.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MARK = ".gnomon"  # the folder by which an output folder is known
_MANIFEST, _FILES, _LOCK = "manifest.json", "files.json", "lock"


@dataclass(frozen=True)
class Output:
    """Where a site is or will be.

    Everything in it may be a stranger's, who committed it to the repository: it is read as data, and never unpickled.
    """

    path: Path

    @contextlib.contextmanager
    def claimed(self) -> Iterator[None]:
        """Hold the folder during a build, and make it where it is missing.

        Raises
        ------
        UsageError
            It holds something that is not ours, cannot be made, or another build is at work.
        """
        mark = self.path / MARK
        try:
            if mark.is_symlink():
                raise UsageError(f"{mark} is a link, which may lead anywhere: remove it")
            if self.path.exists() and not mark.is_dir() and any(self.path.iterdir()):
                raise UsageError(f"{self.path} holds files that gnomon did not write; give an empty --output")
            mark.mkdir(parents=True, exist_ok=True)
            writing.write(mark, {".gitignore": b"*\n"})
            if (mark / _LOCK).is_symlink():  # opened, it would empty what it leads to
                (mark / _LOCK).unlink()
            lock = (mark / _LOCK).open("w")
        except OSError as error:
            raise UsageError(f"cannot write to {self.path}: {error.strerror}") from error
        with lock:
            if not _is_free(lock):
                raise UsageError(f"another `gnomon docs build` is writing to {self.path}: wait for its end")
            yield

    @property
    def manifest(self) -> dict[str, Any]:
        """What was built; empty where nothing was, or not to the end."""
        found = self._read(_MANIFEST)
        return found if isinstance(found, dict) else {}

    def forget(self) -> None:
        """Note that a build has begun: until its end nobody knows what is here."""
        (self.path / MARK / _MANIFEST).unlink(missing_ok=True)

    def finish(self, manifest: Mapping[str, Any]) -> None:
        """Note what was built."""
        self._note(_MANIFEST, manifest)

    def publish(self, files: Mapping[str, bytes]) -> None:
        """Make the folder hold these files, and none of those that an earlier build put there besides.

        Raises
        ------
        UsageError
            A file cannot be written.
        """
        known = self._read(_FILES)
        before = {name for name in known if isinstance(name, str)} if isinstance(known, list) else set()
        try:
            self._note(_FILES, sorted(before | files.keys()))  # should this build be interrupted, the next one knows
            writing.remove(self.path, sorted(before - files.keys()))
            writing.write(self.path, files)
            self._note(_FILES, sorted(files))
        except OSError as error:
            raise UsageError(f"cannot write to {error.filename or self.path}: {error.strerror}") from error

    def _read(self, name: str) -> Any:
        with contextlib.suppress(OSError, ValueError, RecursionError):
            return json.loads((self.path / MARK / name).read_text(encoding="utf-8"))
        return None

    def _note(self, name: str, value: Any) -> None:
        writing.write(self.path / MARK, {name: json.dumps(value, sort_keys=True).encode()})


def _is_free(lock: IO[str]) -> bool:
    """Take a lock that ends with this process, however it ends; elsewhere than on Unix there is none."""
    if sys.platform != "win32":
        import fcntl  # noqa: PLC0415  # it is on Unix only

        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return False
        except OSError:
            return True  # a file system without locks
    return True
