"""The two states that ``diff``, ``changelog`` and ``log`` compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gnomon.commands import options

if TYPE_CHECKING:
    from pathlib import Path

    from gnomon.changes import Comparison
    from gnomon.git import GitRepository
    from gnomon.sources import Source, WorkingTree


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

    with GitRepository(directory) as repository:
        one, two, common = _parse(repository, base, head)
        if common or merge_base:
            one = repository.merge_base(one, two or "HEAD")
        before, after = _open(repository, one, two, directory)
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


def _open(repository: GitRepository, base: str, head: str | None, directory: Path) -> tuple[Source, Source]:
    """Open the two states; one of them may have no definitions yet, or no longer."""
    from gnomon.errors import RepositoryError, RevisionError
    from gnomon.git import CommitTree
    from gnomon.sources import WorkingTree

    after, missing = None, None
    try:
        after = CommitTree(repository, head, directory) if head is not None else _on_disk(repository, directory)
    except RevisionError:
        raise
    except RepositoryError as error:
        missing = error
    try:
        before = CommitTree(repository, base, directory)
    except RevisionError:
        raise
    except RepositoryError as error:
        if after is None:
            raise missing or error from None
        options.tell("note", f"{error}; everything is new")
        return CommitTree(repository, base, prefix=after.prefix), after
    if after is None:
        # Where the base has its definitions, the head may have a link in their place, and acknowledgements beside it.
        options.tell("note", f"{missing}; it is compared as one without definitions")
        after = (
            CommitTree(repository, head, prefix=before.prefix)
            if head is not None
            else WorkingTree(_top_level(repository) / before.prefix)
        )
    return before, after


def _on_disk(repository: GitRepository, directory: Path) -> WorkingTree:
    from gnomon.errors import RepositoryError
    from gnomon.sources import WorkingTree, find_repository

    top = _top_level(repository)
    root = find_repository(directory)
    if not root.is_relative_to(top):
        # This Git repository lies in another metrics repository, whose files are no state of it.
        raise RepositoryError(
            f"no metrics repository on disk in {top}: it has no folder `metrics/` and no configuration"
        )
    return WorkingTree(root)


def _top_level(repository: GitRepository) -> Path:
    if repository.top_level is None:
        raise click.UsageError("a bare repository has no files on disk; give two revisions")
    return repository.top_level
