"""Write the sources of a site: only those that changed, and none that are gone."""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from gnomon.docs.site import BUILT_COMMIT
from gnomon.errors import UsageError
from gnomon.writing import write_atomically

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

WORK = ".gnomon"  # of an output folder: what the next build needs of this one
_MANIFEST = "manifest.json"


class Workplace:
    """The folder of a site, and what gnomon keeps in it between builds.

    Parameters
    ----------
    output
        Where the site is or will be.
    """

    def __init__(self, output: Path) -> None:
        self.output = output
        self.work = output / WORK
        self.sources = self.work / "sources"
        self.doctrees = self.work / "doctrees"
        self.stage = self.work / "html"

    def claim(self) -> None:
        """Make the folder, unless it holds something that is not ours.

        Raises
        ------
        UsageError
            It does, or it cannot be made.
        """
        try:
            if self.output.exists() and not self.work.is_dir() and any(self.output.iterdir()):
                raise UsageError(f"{self.output} holds files that gnomon did not write; give an empty --output")
            self.sources.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"cannot write to {self.output}: {error.strerror}") from error

    @property
    def manifest(self) -> dict[str, Any]:
        """What was built; empty where nothing was, or not to the end."""
        with contextlib.suppress(OSError, ValueError):
            loaded = json.loads((self.work / _MANIFEST).read_text(encoding="utf-8"))
            return loaded if isinstance(loaded, dict) else {}
        return {}

    def forget(self) -> None:
        """Note that a build has begun: until its end nobody knows what is here."""
        (self.work / _MANIFEST).unlink(missing_ok=True)

    def finish(self, manifest: Mapping[str, Any]) -> None:
        """Note what was built."""
        write_atomically(self.work / _MANIFEST, json.dumps(manifest, sort_keys=True), durably=False)

    def write(self, files: Mapping[str, bytes]) -> tuple[int, int]:
        """Bring the sources up to date; give how many were written and removed."""
        return _sync(self.sources, files)

    def publish(self, pages: Collection[str], commit: str | None, extra: Mapping[str, bytes]) -> None:
        """Bring the site up to date with what Sphinx has made, and remove what is no part of it.

        Parameters
        ----------
        pages
            Names of all pages: of others Sphinx leaves what it made once.
        commit
            To be put into links to lines.
        extra
            Files besides those that Sphinx makes, or in their place.
        """
        files: dict[str, bytes] = {}
        mark, name_of_commit = BUILT_COMMIT.encode(), (commit or "").encode()
        for path in sorted(self.stage.rglob("*")):
            name = path.relative_to(self.stage).as_posix()
            if not path.is_file() or name.startswith((".", "_sources/")):
                continue
            if name.endswith(".html") and name.removesuffix(".html") not in pages and name != "search.html":
                path.unlink()
            else:
                content = path.read_bytes()
                files[name] = content.replace(mark, name_of_commit) if name.endswith(".html") else content
        _sync(self.output, {**files, **extra}, keep=WORK)


def digest(files: Mapping[str, bytes], configuration: Mapping[str, Any]) -> str:
    """Name what a site is made from."""
    result = hashlib.sha256(json.dumps(configuration, sort_keys=True, default=str).encode())
    for name in sorted(files):
        result.update(f"\0{name}\0".encode("utf-8", "surrogateescape"))
        result.update(hashlib.sha256(files[name]).digest())
    return result.hexdigest()


def _sync(folder: Path, files: Mapping[str, bytes], keep: str | None = None) -> tuple[int, int]:
    """Make a folder hold these files and no others; what is the same is not touched."""
    removed = 0
    for path in sorted(folder.rglob("*"), reverse=True):
        name = path.relative_to(folder).as_posix()
        if keep is not None and (name == keep or name.startswith(f"{keep}/")):
            continue
        if path.is_dir() and not path.is_symlink():
            with contextlib.suppress(OSError):
                path.rmdir()  # where it is empty
        elif name not in files:
            path.unlink()
            removed += 1
    written = 0
    for name, content in files.items():
        path = folder / PurePosixPath(name)
        with contextlib.suppress(OSError):
            if path.read_bytes() == content:
                continue
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content, durably=False)
        written += 1
    return written, removed
