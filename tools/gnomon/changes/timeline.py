"""The history of all definitions at once: what each commit changed, kept on disk since commits never change."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gnomon.cache import Cache
from gnomon.changes.comparing import compare
from gnomon.changes.excerpts import load_excerpts
from gnomon.changes.history import CommitLine, open_tree, paths_of
from gnomon.changes.scope import reach_of
from gnomon.changes.states import State, read_state
from gnomon.changes.trail import package_in, unsound
from gnomon.git import CommitTree
from gnomon.specifications.base import finite

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from gnomon.changes.change import Change
    from gnomon.changes.slices import Key
    from gnomon.changes.states import PackageFiles
    from gnomon.git import GitRepository
    from gnomon.registry import Registry


@dataclass(frozen=True)
class Noted:
    """What a page says of one change; `broken` is why a definition could not be read, and then nothing else is."""

    name: str
    kind: str
    message: str = ""
    impacts: tuple[str, ...] = ()
    field: str | None = None
    before: Any = None
    after: Any = None
    broken: str | None = None


@dataclass(frozen=True)
class Commit(CommitLine):
    """A commit at which the meaning of some definition changed.

    Attributes
    ----------
    noted
        Its changes, then what could not be read in it.
    """

    noted: tuple[Noted, ...]


def timeline(
    repository: GitRepository,
    directory: Path,
    revision: str,
    *,
    rules: Collection[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> list[Commit]:
    """List the commits, along first parents and oldest first, that changed the meaning of any definition.

    Each is compared with the one before it that touched definitions, as ``gnomon diff`` compares; so the cost of a
    commit is that of the definitions it touched, and it is paid once.
    """
    head = CommitTree(repository, revision, directory)
    commits = repository.first_parents(revision, paths_of(repository, directory))
    cache = Cache(f"timeline-{_digest()}")
    walk = _Walk(repository, directory, rules)
    result, before = [], None
    for index, (commit, author, date, subject) in enumerate(commits):
        if progress is not None:
            progress(index, len(commits))
        key = f"{before}..{commit}:{head.prefix}"
        known = cache.values.get(key)
        if not isinstance(known, list):
            known = [asdict(item) for item in walk.compared(before, commit)]
            cache.store(key, known)
        noted = tuple(Noted(**{**item, "impacts": tuple(item["impacts"])}) for item in known)
        if noted:
            result.append(Commit(commit, author, date, subject, noted))
        before = commit
    cache.save()
    return result


def _digest() -> str:
    """Name the code that compares, so that verdicts of another version are not taken for ours."""
    root = Path(__file__).parent.parent
    content = b"".join(path.read_bytes() for path in sorted(root.rglob("*.py")) if path.parent.name != "docs")
    return hashlib.sha256(content).hexdigest()[:12]


@dataclass
class _Walk:
    """Goes from commit to commit.

    Attributes
    ----------
    at, state
        The commit where it is, None before the first.
    unsound
        What could not be resolved there.
    """

    repository: GitRepository
    directory: Path
    rules: Collection[str]
    at: str | None = None
    state: State = field(default_factory=State)
    unsound: set[Key] = field(default_factory=set)

    def compared(self, before: str | None, commit: str) -> list[Noted]:
        """Compare two commits, and stay at the second one."""
        if self.at != before:
            self.go(str(before), State(), set())
        last = self.state
        old, new = self.go(commit, last, self.unsound)
        comparison = compare(old, new)
        noted = [_noted(change) for change in comparison.changes if change.subject != "configuration"]
        packages = _between(last, self.state)
        noted += [
            Noted(item.name, "broken", broken=item.reason)
            for item in comparison.not_comparable
            if item.side == "head" and item.name is not None and (packages is None or package_in(item, "") in packages)
        ]
        return noted

    def go(self, commit: str, last: State, also: Collection[Key]) -> tuple[Registry, Registry]:
        """Go to a commit; give what differs between a state and the one there."""
        tree = open_tree(self.repository, self.directory, commit)
        self.at = commit
        self.state = read_state(tree, None, last) if tree is not None else State()
        old, new = load_excerpts(last, self.state, also, self.rules)
        self.unsound = unsound(new)
        return old, new


def _between(one: State, two: State) -> frozenset[str] | None:
    """Find which packages ``gnomon diff`` compares; None for all."""
    if one.source is None or two.source is None:
        return None
    before, after = one.packages, two.packages
    names = before.keys() | after.keys()
    uses = {
        name: frozenset[str]().union(*(side[name].references for side in (before, after) if name in side))
        for name in names
    }
    return reach_of({name for name in names if _contents(before, name) != _contents(after, name)}, uses)


def _contents(packages: Mapping[str, PackageFiles], name: str) -> dict[str, str | None]:
    found = packages.get(name)
    return {path: cut.file.irregular or cut.file.identity for path, cut in found.files.items()} if found else {}


def _noted(change: Change) -> Noted:
    # Of a renamed definition the old name is enough, and of a new one that it is new.
    sides = (change.before, change.after if change.field is not None else None)
    if change.field is None and change.kind != "renamed":
        sides = (None, None)
    impacts = tuple(impact.value for impact in change.impacts)
    before, after = finite(list(sides))
    return Noted(change.name, change.kind, change.message, impacts, change.field, before, after)
