"""What of two states is to be loaded to compare them: what differs, its heirs, and what all these inherit from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from gnomon import vocabulary
from gnomon.changes.states import Tangled
from gnomon.loader import load
from gnomon.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from gnomon.changes.slices import Key, Slice, SlicedFile
    from gnomon.changes.states import State
    from gnomon.git import CommitTree
    from gnomon.sources import SourceFile

Chosen = dict[str, set[int]]  # the indices of slices, by path


def load_excerpts(one: State, two: State, also: Collection[Key], rules: Collection[str]) -> tuple[Registry, Registry]:
    """Load of two states what differs between them and what that hangs on; the rest is the same on both sides.

    Parameters
    ----------
    also
        Further definitions to load.
    """
    if not one.files:
        return _load(one, {}, rules), _load(two, _everything(two), rules)
    try:
        chosen = _choose(one, two, affected(one, two) | set(also))
    except Tangled:
        return _load_all(one, rules), _load_all(two, rules)
    return _load(one, chosen[0], rules), _load(two, chosen[1], rules)


def affected(one: State, two: State) -> set[Key]:
    """Find the definitions whose text differs between two states, and their heirs.

    Raises
    ------
    Tangled
        That cannot be told from single definitions.
    """
    found: set[Key] = set()
    for path in one.files.keys() | two.files.keys():
        before, after = one.files.get(path), two.files.get(path)
        for state, pieces in zip((one, two), _different(before, after), strict=True):
            found.update(state.key(definition) for piece in pieces for definition in piece.definitions)
    frontier = found
    while frontier:
        heirs = {key for state in (one, two) for key in _heirs(state, frontier)}
        frontier = heirs - found
        found = found | heirs
    return found


def _heirs(state: State, keys: set[Key]) -> Iterator[Key]:
    for file in state.files.values():
        if not file.targets.isdisjoint(keys):
            for _, definition in file.definitions():
                if any(target in keys for target, _ in definition.bases):
                    yield state.key(definition)


def _different(one: SlicedFile | None, two: SlicedFile | None) -> tuple[list[Slice], list[Slice]]:
    """Give the slices of each side that the other does not have in the same order."""
    before, after = list(one.slices if one else ()), list(two.slices if two else ())
    if one is not None and two is not None:
        if one is two or one.file == two.file:
            return [], []
        if not (one.whole or two.whole):
            return _without_common(before, after)
    return before, after


def _without_common(one: list[Slice], two: list[Slice]) -> tuple[list[Slice], list[Slice]]:
    before, after = Counter(piece.text for piece in one), Counter(piece.text for piece in two)
    kept = [[piece.text for piece in pieces if before[piece.text] == 1 == after[piece.text]] for pieces in (one, two)]
    if kept[0] != kept[1]:
        return one, two  # of duplicates the last counts, so their order matters
    common = set(kept[0])
    return [piece for piece in one if piece.text not in common], [piece for piece in two if piece.text not in common]


def _everything(state: State) -> Chosen:
    return {path: set(range(len(file.slices))) for path, file in state.files.items()}


def _choose(one: State, two: State, keys: set[Key]) -> tuple[Chosen, Chosen]:
    """Choose slices: those of some definitions and of all that these hang on, for each name on both sides."""
    sides: tuple[tuple[State, Chosen], ...] = ((one, {}), (two, {}))
    frontier = {*keys, *(_metric_of(key) for key in keys if key[0] == "specification")}
    for state, chosen in sides:
        for path, file in state.files.items():
            if file.lossy or path == vocabulary.PATH:
                frontier |= _add(state, chosen, path, 0)
    wanted: set[Key] = set()
    while frontier:
        wanted |= frontier
        more: set[Key] = set()
        for state, chosen in sides:
            for key in frontier:
                for path, index, _ in state.find(key):
                    if index not in chosen.get(path, ()):
                        more |= _add(state, chosen, path, index)
        frontier = more - wanted
    for state, chosen in sides:
        _refuse_cycles(state, chosen)
    return sides[0][1], sides[1][1]


def _add(state: State, chosen: Chosen, path: str, index: int) -> set[Key]:
    """Choose a slice; give the keys of all that it defines and inherits from."""
    chosen.setdefault(path, set()).add(index)
    keys: set[Key] = set()
    for definition in state.files[path].slices[index].definitions:
        keys.add(state.key(definition))
        keys.update(target for target, _ in definition.bases)
    return keys


def _metric_of(key: Key) -> Key:
    return "metric", key[1].rpartition(".")[0]


def _refuse_cycles(state: State, chosen: Chosen) -> None:
    """Give up on what inherits from itself: which of several circles is told depends on where reading began."""
    graph: dict[Key, set[Key]] = {}
    for path, indices in chosen.items():
        for index in indices:
            for definition in state.files[path].slices[index].definitions:
                graph.setdefault(state.key(definition), set()).update(target for target, _ in definition.bases)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError:
        raise Tangled from None


@dataclass(frozen=True)
class _Excerpt:
    """A source that shows some slices of the files of another."""

    state: State
    source: CommitTree
    chosen: Chosen
    label: str = ""
    commit: str | None = None
    prefix: str = ""

    def files(self, folder: str) -> Iterator[SourceFile]:
        """Yield the files that slices were chosen of."""
        for path in self.chosen:
            if path.partition("/")[0] == folder:
                yield self.state.files[path].file

    def read(self, path: str, most: int = -1) -> bytes | None:
        """Give the content of a file: what was chosen of it, or all where it is no file of definitions."""
        file = self.state.files.get(path)
        if file is None or file.whole or path not in self.chosen:
            return self.source.read(path, most)
        return file.excerpt(self.chosen[path]).encode()

    def irregular(self, path: str) -> str | None:
        """Tell why what is at a path is not read; None for a file, and where there is nothing."""
        return self.source.irregular(path)


def _load(state: State, chosen: Chosen, rules: Collection[str]) -> Registry:
    source = state.source
    if source is None:
        return Registry()
    excerpt = _Excerpt(state, source, chosen, source.label, source.commit, source.prefix)
    # Shape is no matter of history, but why a file that cannot be cut is not read may be one of its shape.
    sound = {path for path in chosen if not state.files[path].whole or path == vocabulary.PATH}
    registry = load(excerpt, rules=rules, packages=state.packages, unchecked=sound)
    registry.acknowledgements = list(state.acknowledged.entries)
    return registry


def _load_all(state: State, rules: Collection[str]) -> Registry:
    return load(state.source, rules=rules, packages=state.packages) if state.source is not None else Registry()
