"""The history of definitions: every commit at which the meaning of one changed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gnomon.changes.trail import Trail
from gnomon.errors import RepositoryError, RevisionError
from gnomon.git import CommitTree
from gnomon.sources import FOLDERS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from gnomon.changes.change import Change
    from gnomon.git import GitRepository


@dataclass(frozen=True)
class CommitLine:
    """What a log says of any commit: its full hash, author, author's date (ISO 8601) and subject."""

    commit: str
    author: str
    date: str
    subject: str


@dataclass(frozen=True)
class Step(CommitLine):
    """A commit at which a definition changed, or at which it could not be read.

    Attributes
    ----------
    changes
        Of the definition.
    broken
        Why it could not be read there; the next commit is compared with the last sound one.
    """

    changes: tuple[Change, ...] = ()
    broken: str | None = None


def history(
    repository: GitRepository,
    directory: Path,
    package: str,
    name: str | None,
    *,
    rules: Collection[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> list[Step]:
    """Find every commit, along first parents, at which the meaning of a definition changed, oldest first.

    Parameters
    ----------
    package
        Whose files are read; what it inherits from others is read with it.
    name
        Of a metric or specification; None for all of the package.
    """
    walk = _Walk(repository, directory, package, rules, progress)
    end, newer = len(walk.commits), list[Step]()
    while True:
        steps = walk.steps(name, end)
        renamed = next((step for step in reversed(steps) if _takes_name(step, name)), None)
        if renamed is None:
            return steps + newer
        # What has another name was that one only as far back as it had it.
        newer = steps[steps.index(renamed) :] + newer
        end = walk.index(renamed)
        name = str(next(change for change in renamed.changes if change.kind == "renamed").before)


class _Walk:
    """Goes along the commits of a package, as often as its definition had other names."""

    def __init__(
        self,
        repository: GitRepository,
        directory: Path,
        package: str,
        rules: Collection[str],
        progress: Callable[[int, int], None] | None,
    ) -> None:
        self.commits = repository.first_parents("HEAD", paths_of(repository, directory))
        self._repository, self._directory = repository, directory
        self._package, self._rules = package, rules
        self._progress = progress
        self._done = 0

    def index(self, step: Step) -> int:
        """Tell which of the commits a step is."""
        return [commit for commit, *_ in self.commits].index(step.commit)

    def steps(self, name: str | None, end: int) -> list[Step]:
        """Find the steps of a name among the first commits."""
        trail = Trail(self._package, self._rules)
        steps = []
        for commit in self.commits[:end]:
            self._advance()
            moment = trail.follow(open_tree(self._repository, self._directory, commit[0]), name)
            if moment is not None:
                changes = tuple(change for change in moment.changes if _concerns(change, self._package, name))
                # What has changed by its name could be read, whatever else could not.
                broken = None if changes and name is not None else moment.broken(name)
                if changes or broken is not None:
                    steps.append(Step(*commit, changes, broken))
        return steps

    def _advance(self) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(min(self._done, len(self.commits)), len(self.commits))


def _takes_name(step: Step, name: str | None) -> bool:
    return any(change.kind == "renamed" and change.name == name for change in step.changes)


def paths_of(repository: GitRepository, directory: Path) -> list[str]:
    """Give where definitions are or were: in the folder or one above it, as `CommitTree` finds them in each commit."""
    top, inside = repository.top_level, directory.resolve()
    relative = inside.relative_to(top) if top is not None and inside.is_relative_to(top) else Path()
    return [(folder / name).as_posix() for folder in (relative, *relative.parents) for name in FOLDERS]


def open_tree(repository: GitRepository, directory: Path, commit: str) -> CommitTree | None:
    """Open a commit; None where it has no metrics repository."""
    try:
        return CommitTree(repository, commit, directory, commit)
    except RevisionError:
        raise
    except RepositoryError:
        return None


def _concerns(change: Change, package: str, name: str | None) -> bool:
    names = _names(change)
    return name in names if name is not None else any(item.partition(".")[0] == package for item in names)


def _names(change: Change) -> set[str]:
    if change.subject == "configuration":
        return set()
    return {change.name, *([str(change.before)] if change.kind == "renamed" else [])}
