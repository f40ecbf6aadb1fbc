"""The two states that ``diff``, ``changelog`` and ``log`` compare."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import click

from gnomon.commands import options

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gnomon.changes import Comparison
    from gnomon.git import GitRepository
    from gnomon.sources import Source


def compare_states(directory: Path, base: str | None, head: str | None, *, merge_base: bool = False) -> Comparison:
    """Compare two states of the metrics repository that a folder is in.

    Parameters
    ----------
    base, head
        As on the command line: revisions, or None.
    """
    from gnomon.changes import compare
    from gnomon.changes.scope import packages_to_compare
    from gnomon.git import GitRepository
    from gnomon.loader import load

    with GitRepository(directory) as repository, contextlib.ExitStack() as stack:
        one, two, common = _parse(repository, base, head)
        if common or merge_base:
            one = repository.merge_base(one, two or "HEAD")
        after = stack.enter_context(_head(repository, two, directory))
        before = stack.enter_context(_base(repository, one, directory))
        packages = packages_to_compare(before, after)
        with options.progress() as advance:
            rules = options.rule_names()
            old = load(before, rules=rules, packages=packages, progress=advance)
            new = load(after, rules=rules, packages=packages, progress=advance)
        for fault in old.configuration.diagnostics:
            options.tell(
                "note",
                f"{fault.place}: {fault.message}: only what is sound in the base's configuration judges this change",
            )
        return compare(old, new)


def _parse(repository: GitRepository, base: str | None, head: str | None) -> tuple[str, str | None, bool]:
    """Understand the arguments: the base, the head (None for the files on disk), whether their ancestor is meant."""
    if base is None:
        return repository.default_branch(), None, True
    ranges = [argument for argument in (base, head) if argument is not None and ".." in argument]
    if not ranges:
        return base, head, False
    if head is not None:
        raise click.UsageError(f"give {ranges[0]} alone, or two revisions")
    dots = "..." if "..." in base else ".."
    one, _, two = base.partition(dots)
    if ".." in two or two.startswith("."):
        raise click.UsageError(f"{base} is no range of two revisions; write A..B, or A...B from their common ancestor")
    return one or "HEAD", two or "HEAD", dots == "..."


@contextlib.contextmanager
def _base(repository: GitRepository, revision: str, directory: Path) -> Iterator[Source]:
    from gnomon.errors import RepositoryError, RevisionError
    from gnomon.git import CommitTree
    from gnomon.sources import Memory

    source: Source
    try:
        source = CommitTree(repository, revision, directory)
    except RevisionError:
        raise
    except RepositoryError as error:
        options.tell("note", f"{error}; everything is new")
        source = Memory({}, label=revision, commit=repository.resolve(revision))
    yield source


@contextlib.contextmanager
def _head(repository: GitRepository, revision: str | None, directory: Path) -> Iterator[Source]:
    from gnomon.errors import RepositoryError
    from gnomon.git import CommitTree
    from gnomon.sources import WorkingTree, find_repository

    if revision is not None:
        yield CommitTree(repository, revision, directory)
        return
    if repository.top_level is None:
        raise click.UsageError("a bare repository has no files on disk; give two revisions")
    root = find_repository(directory)
    if not root.is_relative_to(repository.top_level):
        # This Git repository lies in another metrics repository, whose files are no state of it.
        raise RepositoryError(
            f"no metrics repository on disk in {repository.top_level}: it has no folder `metrics/` and no configuration"
        )
    yield WorkingTree(root)
