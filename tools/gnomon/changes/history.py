"""The history of a definition: every commit at which its meaning changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gnomon.changes.comparing import compare
from gnomon.changes.scope import packages_of
from gnomon.errors import RepositoryError, RevisionError
from gnomon.git import CommitTree
from gnomon.loader import load
from gnomon.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from gnomon.changes.change import Change
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
class _Walk:
    """Where the history is: the last state in which the definition could be read."""

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
    commits = repository.first_parents("HEAD", _paths(repository, directory))
    walk, steps = _Walk(), []
    for index, (commit, author, date, subject) in enumerate(commits):
        if progress is not None:
            progress(index, len(commits))
        step = _step(repository, directory, Step(commit, author, date, subject), walk, package, name, rules)
        if step is not None:
            steps.append(step)
    return steps


def _paths(repository: GitRepository, directory: Path) -> list[str]:
    prefix = CommitTree(repository, "HEAD", directory).prefix
    return [f"{prefix}metrics", f"{prefix}specs"]


def _step(
    repository: GitRepository,
    directory: Path,
    step: Step,
    walk: _Walk,
    package: str,
    name: str | None,
    rules: Collection[str],
) -> Step | None:
    try:
        source = CommitTree(repository, step.commit, directory)
    except RevisionError:
        raise
    except RepositoryError:
        source = None
    # Most commits touch other packages: then nothing is parsed.
    needed = packages_of(source, package) if source is not None else frozenset()
    identity = tuple(source.identity_of(item) for item in sorted(needed)) if source is not None else ()
    if identity == walk.identity:
        return None
    walk.identity = identity
    now = load(source, rules=rules, packages=needed) if source is not None else Registry()
    comparison = compare(walk.last, now)
    broken = [
        item.reason
        for item in comparison.not_comparable
        if item.side == "head" and (name is None or item.name in {None, name} or ".?." in (item.name or ""))
    ]
    changes = tuple(change for change in comparison.changes if _concerns(change, package, name))
    if not broken or name is None:
        walk.last = now
    if not changes and not broken:
        return None
    return Step(step.commit, step.author, step.date, step.subject, changes, broken[0] if broken else None)


def _concerns(change: Change, package: str, name: str | None) -> bool:
    if change.subject == "configuration":
        return False
    names = {change.name, *([change.before] if change.kind == "renamed" else [])}
    if name is not None:
        return name in names
    return any(str(item).partition(".")[0] == package for item in names)
