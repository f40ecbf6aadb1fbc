"""The state of packages and their bases at a commit, in slices; what did not change is taken from another state."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from gnomon import acknowledgements, vocabulary
from gnomon.changes.scope import packages_named
from gnomon.changes.slices import SlicedFile, cut, sure_part
from gnomon.loader import package_of
from gnomon.sources import FOLDERS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from gnomon.acknowledgements import Entry
    from gnomon.changes.slices import Definition, Key
    from gnomon.git import CommitTree
    from gnomon.sources import SourceFile

_LONGEST = 200  # partials that lead to a metric


class Tangled(Exception):  # noqa: N818  # not an error: the order of files decides, so all are needed
    """Definitions inherit from each other, or in a long chain."""


@dataclass(frozen=True, eq=False)
class PackageFiles:
    """The files of a package.

    Attributes
    ----------
    identity
        The same wherever the definitions are the same, but for those that links lead to.
    tops
        Path and hash of all that may hold files of it.
    references
        Packages that its specifications may inherit from.
    """

    identity: tuple[object, ...]
    tops: tuple[tuple[str, str], ...]
    files: dict[str, SlicedFile]
    references: frozenset[str]
    has_links: bool


@dataclass(frozen=True, eq=False)
class Acknowledged:
    """The acknowledgements of changes, and the path and hash of all that holds them."""

    tops: tuple[tuple[str, str], ...] = ()
    entries: tuple[Entry, ...] = ()
    has_links: bool = False


@dataclass(eq=False)
class State:
    """Some packages and those that they inherit from, at a commit.

    Attributes
    ----------
    source
        None where the commit has no metrics repository.
    """

    source: CommitTree | None = None
    packages: dict[str, PackageFiles] = field(default_factory=dict)
    vocabulary: SlicedFile | None = None
    acknowledged: Acknowledged = field(default_factory=Acknowledged)
    _metrics: dict[Definition, str | None] = field(default_factory=dict)

    @property
    def identity(self) -> tuple[object, ...]:
        """The same for states of the same files."""
        return tuple(found.identity for _, found in sorted(self.packages.items()))

    @property
    def is_lossy(self) -> bool:
        """Whether some of it cannot be read, so that nobody knows what it defines."""
        return any(file.lossy for file in self.files.values())

    @cached_property
    def files(self) -> dict[str, SlicedFile]:
        """All files that may hold definitions, in the order in which they are read."""
        found = {path: file for package in self.packages.values() for path, file in package.files.items()}
        if self.vocabulary is not None:
            found[vocabulary.PATH] = self.vocabulary
        return {path: file for path, file in sorted(found.items()) if file.slices}

    @cached_property
    def _specifications(self) -> dict[str, list[str]]:
        """The paths of files, by the last parts of names of specifications in them."""
        result: dict[str, list[str]] = {}
        for path, file in self.files.items():
            for last in file.parts:
                result.setdefault(last, []).append(path)
        return result

    def _where(self, key: Key) -> Iterable[str]:
        """Give the paths of files in which a definition may be, in order."""
        kind, label = key
        if kind == "specification":
            return self._specifications.get(sure_part(key)[1], ())
        # A dot may be part of the package's name, and a `#` of a file's.
        if kind == "metric":
            return [f"metrics/{label[:end]}.yaml" for end, char in enumerate(label) if char == "."]
        stems = [f"specs/{label[:end].replace(':', '/', 1)}" for end, char in enumerate(label) if char == "#"]
        return sorted(f"{stem}{extension}" for extension in (".yaml", ".yml") for stem in stems)

    def find(self, key: Key) -> Iterator[tuple[str, int, Definition]]:
        """Yield the definitions of a key in order, each with the path and index of its slice."""
        sure = sure_part(key)
        for path in self._where(key):
            file = self.files.get(path)
            for index, found in file.found_by.get(sure, ()) if file is not None else ():
                if sure == key or self.key(found) == key:
                    yield path, index, found

    def key(self, definition: Definition) -> Key:
        """Give the key of a definition, its metric inherited if need be."""
        return definition.key(self.metric(definition) if definition.kind == "specification" else None)

    def metric(self, definition: Definition, depth: int = 0) -> str | None:
        """Find the metric of a specification or partial as inheritance does: the last base that has one says it.

        Raises
        ------
        Tangled
            Partials inherit from each other.
        """
        if definition.metric is not None:
            return definition.metric
        if definition not in self._metrics:
            if depth > _LONGEST:
                raise Tangled
            metric = None
            for target, said in definition.bases:
                if said is None and target[0] == "partial":
                    partials = [found for _, _, found in self.find(target) if found.counts]
                    said = self.metric(partials[-1], depth + 1) if partials else None  # noqa: PLW2901  # it says it
                metric = said if said is not None else metric
            self._metrics[definition] = metric
        return self._metrics[definition]


def read_state(source: CommitTree, packages: Collection[str] | None, last: State) -> State:
    """Read the state of some packages and of those that they inherit from.

    Parameters
    ----------
    packages
        None for all. The empty name stands for what is in place of all.
    last
        Another state of it, from which everything is taken that is the same.
    """
    tops: dict[str, list[tuple[str, str]]] = {}
    for folder in FOLDERS:
        for path, sha in source.tops(folder):
            tops.setdefault(package_of(path), []).append((path, sha))
    found: dict[str, PackageFiles] = {}
    wanted = set(tops if packages is None else packages)
    while wanted:
        name = wanted.pop()
        found[name] = _read_package(source, name, tuple(tops.get(name, ())), last.packages.get(name))
        wanted |= found[name].references - found.keys()
    acknowledged = _read_acknowledged(source, last.acknowledged)
    return State(source, found, _read_vocabulary(source, last.vocabulary), acknowledged)


def _read_package(
    source: CommitTree, package: str, tops: tuple[tuple[str, str], ...], last: PackageFiles | None
) -> PackageFiles:
    if last is not None and last.tops == tops and not last.has_links:
        return last
    listed = [file for path, _ in tops for file in (source.files_at(path) if "/" in path else source.files(path))]
    files: dict[str, SlicedFile] = {}
    for file in listed:
        files[file.path] = _read(source, file, last.files.get(file.path) if last is not None else None)
    references = frozenset[str]().union(*(found.references for found in files.values()))
    has_links = any(file.path in source.links for file in listed)
    return PackageFiles(source.identity_of(package), tops, files, references - {package}, has_links)


def _read_vocabulary(source: CommitTree, last: SlicedFile | None) -> SlicedFile | None:
    found = next((file for file in source.files_at(vocabulary.PATH) if file.path == vocabulary.PATH), None)
    return _read(source, found, last) if found is not None else None


def _read_acknowledged(source: CommitTree, last: Acknowledged) -> Acknowledged:
    tops = tuple(source.tops(acknowledgements.FOLDER))
    if tops == last.tops and not last.has_links:
        return last
    entries, *_ = acknowledgements.read_acknowledgements(source)
    return Acknowledged(tops, tuple(entries), any(path.startswith(acknowledgements.FOLDER) for path in source.links))


def _read(source: CommitTree, file: SourceFile, last: SlicedFile | None) -> SlicedFile:
    if last is not None and last.file == file:
        return last
    found = cut(source, file, last.by_text if last is not None else {})
    if not file.path.startswith("specs/"):
        return found
    return replace(found, references=frozenset(packages_named(source.read(file.path) or b"")))
