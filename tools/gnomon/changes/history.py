"""The history of a definition: every commit at which its meaning changed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gnomon.changes.comparing import compare
from gnomon.changes.scope import packages_of
from gnomon.errors import RepositoryError, RevisionError
from gnomon.git import CommitTree
from gnomon.loader import load, package_of
from gnomon.registry import Registry
from gnomon.sources import FOLDERS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from gnomon.changes.change import Change
    from gnomon.changes.comparing import NotComparable
    from gnomon.git import GitRepository


@dataclass(frozen=True)
class Step:
    """A commit at which a definition changed, or at which it could not be read.

    Attributes
    ----------
    commit, author, date, subject
        Of the commit; the date is its author's, ISO 8601.
    changes
        Of the definition.
    broken
        Why it could not be read there; the next commit is compared with the last sound one.
    """

    commit: str
    author: str
    date: str
    subject: str
    changes: tuple[Change, ...] = ()
    broken: str | None = None


@dataclass
class _State:
    """Where the history is: the definitions as they could last be read."""

    last: Registry = field(default_factory=Registry)
    identity: tuple[object, ...] = ()


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
    commits = repository.first_parents("HEAD", paths_of(repository, directory))
    done = 0

    def advance() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(min(done, len(commits)), len(commits))

    reader = _Reader(repository, directory, package, rules, advance)
    steps, first = reader.walk(commits, name)
    # What was renamed is followed to its old name, as far back as it had it.
    while first is not None:
        renamed = next(change for change in steps[0].changes if change.kind == "renamed")
        older, first = reader.walk(commits[:first], str(renamed.before))
        steps = [*older, *steps]
    return steps


def paths_of(repository: GitRepository, directory: Path) -> list[str]:
    """Give where definitions are or were: in the folder or one above it, as `CommitTree` finds them in each commit."""
    top, inside = repository.top_level, directory.resolve()
    relative = inside.relative_to(top) if top is not None and inside.is_relative_to(top) else Path()
    return [(folder / name).as_posix() for folder in (relative, *relative.parents) for name in FOLDERS]


@dataclass(frozen=True)
class _Reader:
    """Reads commit after commit."""

    repository: GitRepository
    directory: Path
    package: str
    rules: Collection[str]
    advance: Callable[[], None]

    def walk(self, commits: list[tuple[str, str, str, str]], name: str | None) -> tuple[list[Step], int | None]:
        """Find the steps of a definition, and the index of the commit at which it got its name from another one.

        In that case the steps begin there: what came before is the history of the other name.
        """
        state, first = _State(), None
        steps: list[Step] = []
        for index, (commit, author, date, subject) in enumerate(commits):
            self.advance()
            changes, broken = self.read(commit, state, name)
            if not changes and broken is None:
                continue
            if any(change.kind == "renamed" and change.name == name for change in changes):
                steps, first = [], index
            steps.append(Step(commit, author, date, subject, changes, broken))
        return steps, first

    def read(self, commit: str, state: _State, name: str | None) -> tuple[tuple[Change, ...], str | None]:
        """Compare a commit with the state before it: the changes, and why something could not be read."""
        try:
            source = CommitTree(self.repository, commit, self.directory)
        except RevisionError:
            raise
        except RepositoryError:
            source = None
        # Most commits touch other packages: then nothing is parsed.
        needed = packages_of(source, self.package) if source is not None else frozenset()
        identity = tuple(source.identity_of(item) for item in sorted(needed)) if source is not None else ()
        if identity == state.identity:
            return (), None
        state.identity = identity
        now = load(source, rules=self.rules, packages=needed) if source is not None else Registry()
        comparison = compare(state.last, now)
        lost = _keep_what_is_lost(state.last, now)
        prefix = source.prefix if source is not None else ""
        hiding = (
            item.reason
            for item in comparison.not_comparable
            if item.side == "head"
            and _package(item, prefix) in {self.package, ""}
            and (name is None or item.name == name or _may_be_hidden(name, now, lost))
        )
        changes = tuple(change for change in comparison.changes if _concerns(change, self.package, name))
        # What has changed by its name could be read, whatever else could not.
        broken = None if changes and name is not None else next(hiding, None)
        # With what is lost carried over, what is still missing is new when it comes.
        now.unresolved.clear()
        for hidden in now.unreadable.values():
            hidden.clear()
        state.last = now
        return changes, broken


def _keep_what_is_lost(last: Registry, now: Registry) -> set[str]:
    """Carry over what cannot be read now, so that it is compared again when it can be; give its names."""
    lost = set()
    metrics = {document.label for document, _ in now.resolved_metrics()}
    for metric, _ in last.resolved_metrics():
        if metric.label not in metrics and now.may_hold(metric.label, "metrics"):
            now.metrics[metric.name] = metric
            lost.add(metric.label)
    specifications = {document.label for document, _ in now.resolved_specifications()}
    for document, _ in last.resolved_specifications():
        if document.label not in specifications and now.may_hold(document.label, "specs"):
            now.specifications[document.label] = document
            lost.add(document.label)
    return lost


def _package(item: NotComparable, prefix: str) -> str:
    if item.path is not None:
        return package_of(item.path.removeprefix(prefix))
    return re.split(r"[.:]", item.name or "", maxsplit=1)[0]


def _may_be_hidden(name: str, now: Registry, lost: set[str]) -> bool:
    """Tell whether a definition may be in what could not be read."""
    known = name in now.specifications or any(document.label == name for document in now.metrics.values())
    return name in lost or (not known and now.may_hold(name, "metrics" if name.count(".") == 1 else "specs"))


def _concerns(change: Change, package: str, name: str | None) -> bool:
    if change.subject == "configuration":
        return False
    names = {change.name, *([change.before] if change.kind == "renamed" else [])}
    if name is not None:
        return name in names
    return any(str(item).partition(".")[0] == package for item in names)
