"""Where Sphinx works: its sources, what it knows of them, and the pages that it makes.

It unpickles what it knows, which runs whatever a pickle says. The place is therefore in the user's cache, and not in
the output folder, where a pull request could put a file.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gnomon.cache import cache_directory
from gnomon.docs import writing
from gnomon.docs.site import BUILT_COMMIT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

_TOOLS, _OUTPUT = "tools", "output"


@dataclass(frozen=True)
class Workplace:
    """A folder of the cache that belongs to one output folder."""

    path: Path

    @property
    def sources(self) -> Path:
        """What Sphinx reads."""
        return self.path / "sources"

    @property
    def doctrees(self) -> Path:
        """What Sphinx remembers."""
        return self.path / "doctrees"

    @property
    def stage(self) -> Path:
        """What Sphinx makes."""
        return self.path / "html"

    def begin(self, tools: str) -> None:
        """Forget the last run, unless it came to its end and was of the same programs."""
        known = self.path / _TOOLS
        if not known.is_file() or known.read_text(encoding="utf-8") != tools:
            for folder in (self.sources, self.doctrees, self.stage):
                shutil.rmtree(folder, ignore_errors=True)
        known.unlink(missing_ok=True)
        self.sources.mkdir(exist_ok=True)

    def end(self, tools: str) -> None:
        """Note that a run came to its end."""
        writing.write(self.path, {_TOOLS: tools.encode()})

    def write(self, files: Mapping[str, bytes]) -> tuple[int, int]:
        """Bring the sources up to date; give how many were written and removed."""
        removed = writing.remove(self.sources, sorted(set(_names(self.sources)) - files.keys()))
        return writing.write(self.sources, files), removed

    def made(self, pages: Collection[str], commit: str | None) -> dict[str, bytes]:
        """Read what Sphinx has made.

        Parameters
        ----------
        pages
            Names of all pages: of others Sphinx leaves what it made once.
        commit
            To be put into links to lines.
        """
        found: dict[str, bytes] = {}
        mark, name_of_commit = BUILT_COMMIT.encode(), (commit or "").encode()
        for name in sorted(_names(self.stage)):
            path = self.stage / name
            if name.startswith((".", "_sources/")):
                continue
            if name.endswith(".html") and name.removesuffix(".html") not in pages and name != "search.html":
                path.unlink()
            else:
                content = path.read_bytes()
                found[name] = content.replace(mark, name_of_commit) if name.endswith(".html") else content
        return found


@contextlib.contextmanager
def workplace(output: Path, repository: Path) -> Iterator[Workplace]:
    """Open the place of an output folder; one that is forgotten afterwards, where nothing can be kept.

    Parameters
    ----------
    repository
        The metrics repository: a cache in it is as much a stranger's as everything there.
    """
    cache = cache_directory()
    kept = cache is not None and not cache.resolve().is_relative_to(repository.resolve())
    with contextlib.ExitStack() as stack:
        path = _kept(cache / "docs", output.resolve()) if cache is not None and kept else None
        yield Workplace(path or Path(stack.enter_context(tempfile.TemporaryDirectory())))


def _kept(folder: Path, output: Path) -> Path | None:
    """Give the place of an output folder, and remove those of folders that are gone; None where none can be made."""
    path = folder / hashlib.sha256(str(output).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    try:
        for other in folder.glob("*"):
            if other != path and not Path((other / _OUTPUT).read_text(encoding="utf-8")).is_dir():
                shutil.rmtree(other, ignore_errors=True)
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        writing.write(path, {_OUTPUT: str(output).encode("utf-8", "surrogateescape")})
    except (OSError, ValueError):
        return None
    return path


def _names(folder: Path) -> Iterator[str]:
    return (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or path.is_file())
