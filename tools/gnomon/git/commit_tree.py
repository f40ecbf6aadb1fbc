"""Definitions of a Git commit, read from the object store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gnomon import limits
from gnomon.errors import RepositoryError
from gnomon.git.objects import FOLDER, Item
from gnomon.sources import LINK_TO_FOLDER, NO_FILE, SUBMODULE, TOO_DEEP, SourceFile, follow, is_configured

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.git.repository import GitRepository
    from gnomon.sources import Kind


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
    commit
        The full hash, where it is known.
    prefix
        Of the metrics repository, where that is known: empty or ending with a slash.
    """

    def __init__(
        self,
        repository: GitRepository,
        revision: str,
        directory: Path | None = None,
        commit: str | None = None,
        prefix: str | None = None,
    ) -> None:
        self._repository = repository
        self._blobs: dict[str, Item] = {}
        # Paths of links that were listed: what they lead to is not part of the identity of their package.
        self.links: set[str] = set()
        self.label = revision
        self.commit: str = commit or repository.resolve(revision)
        self._root = Item("", FOLDER, repository.tree(self.commit))
        self.prefix = self._find_prefix(directory) if prefix is None else prefix

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
        if self._kind(prefix + "metrics") == "folder":
            return True
        self.prefix = prefix
        return is_configured(self)

    def files(self, folder: str) -> Iterator[SourceFile]:
        """Yield all files below a folder; links are followed to files inside the repository only."""
        with self._repository.reading(self.label):
            top = self._lookup(self.prefix + folder)
            kind = top.kind if top is not None else None
            if top is not None and kind == "folder":
                yield from self._below(top)
            elif kind == "link":
                yield SourceFile(folder, 0, LINK_TO_FOLDER, hides_files=True)
            elif kind == "repository":
                yield SourceFile(folder, 0, SUBMODULE, hides_files=True)

    def tops(self, folder: str) -> list[tuple[str, str]]:
        """List path and hash of what is directly in a folder, or of the link or submodule in its place."""
        with self._repository.reading(self.label):
            top = self._lookup(self.prefix + folder)
            if top is None or top.kind == "file":
                return []
            if top.kind != "folder":
                return [(folder, top.sha)]
            return [(f"{folder}/{name}", sha) for name, (_, sha) in self._repository.objects.folder(top.sha).items()]

    def files_at(self, path: str) -> Iterator[SourceFile]:
        """Yield the file at a path, or all files below it."""
        with self._repository.reading(self.label):
            item = self._lookup(self.prefix + path)
            if item is not None:
                yield from self._below(item) if item.kind == "folder" else [self._file(item)]

    def identity_of(self, package: str) -> tuple[object, ...]:
        """Give hashes that are the same wherever the files of a package are the same."""
        names = (f"metrics/{package}.yaml", f"specs/{package}")
        found = (self._lookup(self.prefix + name) for name in names)
        return tuple(item.sha if item is not None else None for item in found)

    def _below(self, folder: Item) -> Iterator[SourceFile]:
        for name, (mode, sha) in self._repository.objects.folder(folder.sha).items():
            item = Item(f"{folder.path}/{name}", mode, sha)
            path = item.path.removeprefix(self.prefix)
            if item.kind == "folder" and path.count("/") > limits.MAX_FOLDERS:
                yield SourceFile(path, 0, TOO_DEEP, hides_files=True)
            elif item.kind == "folder":
                yield from self._below(item)
            else:
                yield self._file(item)

    def _file(self, item: Item) -> SourceFile:
        path = item.path.removeprefix(self.prefix)
        if item.kind == "repository":
            return SourceFile(path, 0, SUBMODULE, hides_files=True)
        if item.kind == "link":
            self.links.add(path)
            target, reason = self._target(item.path)
            if target is None:
                return SourceFile(path, 0, reason, hides_files=reason == LINK_TO_FOLDER)
            item = target
        self._blobs[path] = item
        return SourceFile(path, self._repository.objects.size(item.sha), identity=item.sha)

    def _lookup(self, path: str) -> Item | None:
        """Give the item at a path, without following links, or None."""
        item = self._root
        with self._repository.reading(self.label):
            parts = path.split("/")
            for depth, part in enumerate(parts, start=1):
                if item.kind != "folder":
                    return None
                found = self._repository.objects.folder(item.sha).get(part)
                if found is None:
                    return None
                item = Item("/".join(parts[:depth]), *found)
        return item

    def _kind(self, path: str) -> Kind | None:
        found = self._lookup(path)
        return found.kind if found is not None else None

    def _target(self, path: str) -> tuple[Item | None, str | None]:
        """Give the file that a link leads to, or why it leads to none."""

        def text_of(link: str) -> str:
            item = self._lookup(link)
            assert item is not None  # noqa: S101  # it was found to be a link
            return self._repository.objects.content(item.sha).decode("utf-8", "surrogateescape")

        place, reason = follow(path, self._kind, text_of)
        return (self._lookup(place) if reason is None else None), reason

    def read(self, path: str, most: int = -1) -> bytes | None:
        """Give the content of a file, or its first bytes, or None where there is none."""
        found = self._blobs.get(path) or self._lookup(self.prefix + path)
        if found is None or found.kind not in {"file", "link"}:
            return None
        with self._repository.reading(self.prefix + path):
            if found.kind == "link":
                found, _ = self._target(self.prefix + path)
            if found is None:
                return None
            return self._repository.objects.content(found.sha, most)

    def irregular(self, path: str) -> str | None:
        """Tell why what is at a path is not read; None for a file, and where there is nothing."""
        place = self.prefix + path
        kind = self._kind(place)
        return self._target(place)[1] if kind == "link" else NO_FILE.get(kind or "")
