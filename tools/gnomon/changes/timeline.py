"""The history of all definitions at once: what each commit changed, kept on disk since commits never change."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gnomon.cache import Cache
from gnomon.changes.comparing import compare
from gnomon.changes.history import paths_of
from gnomon.changes.scope import packages_to_compare
from gnomon.errors import RepositoryError, RevisionError
from gnomon.git import CommitTree
from gnomon.loader import load
from gnomon.registry import Registry
from gnomon.specifications.base import finite

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from gnomon.changes.change import Change
    from gnomon.git import GitRepository


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
class Commit:
    """A commit at which the meaning of some definition changed.

    Attributes
    ----------
    commit, author, date, subject
        Of the commit; the date is its author's, ISO 8601.
    noted
        Its changes, then what could not be read in it.
    """

    commit: str
    author: str
    date: str
    subject: str
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
    commit is that of the packages it touched, and it is paid once.
    """
    head = CommitTree(repository, revision, directory)
    commits = repository.first_parents(revision, paths_of(repository, directory))
    cache = Cache(f"timeline-{_digest()}")
    result, before = [], None
    for index, (commit, author, date, subject) in enumerate(commits):
        if progress is not None:
            progress(index, len(commits))
        key = f"{before}..{commit}:{head.prefix}"
        known = cache.values.get(key)
        if not isinstance(known, list):
            known = [asdict(item) for item in _compared(repository, directory, before, commit, rules)]
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


def _compared(
    repository: GitRepository, directory: Path, before: str | None, commit: str, rules: Collection[str]
) -> list[Noted]:
    base, head = _tree(repository, before, directory), _tree(repository, commit, directory)
    if base is not None and head is not None:
        packages = packages_to_compare(base, head)
        old, new = (load(side, rules=rules, packages=packages) for side in (base, head))
    else:
        old, new = (load(side, rules=rules) if side is not None else Registry() for side in (base, head))
    comparison = compare(old, new)
    noted = [_noted(change) for change in comparison.changes if change.subject != "configuration"]
    noted += [
        Noted(item.name, "broken", broken=item.reason)
        for item in comparison.not_comparable
        if item.side == "head" and item.name is not None
    ]
    return noted


def _tree(repository: GitRepository, commit: str | None, directory: Path) -> CommitTree | None:
    """Open a commit; None for one from before there were definitions."""
    if commit is None:
        return None
    try:
        return CommitTree(repository, commit, directory)
    except RevisionError:
        raise
    except RepositoryError:
        return None


def _noted(change: Change) -> Noted:
    # Of a renamed definition the old name is enough, and of a new one that it is new.
    sides = (change.before, change.after if change.field is not None else None)
    if change.field is None and change.kind != "renamed":
        sides = (None, None)
    impacts = tuple(impact.value for impact in change.impacts)
    before, after = finite(list(sides))
    return Noted(change.name, change.kind, change.message, impacts, change.field, before, after)
