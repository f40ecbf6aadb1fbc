"""The history of a definition in the plainest way: everything is loaded at every commit.

What `gnomon.changes.history` does with excerpts is held to this.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from gnomon.changes import compare
from gnomon.changes.history import Step
from gnomon.changes.scope import packages_to_compare
from gnomon.errors import RepositoryError
from gnomon.git import CommitTree
from gnomon.loader import load, package_of
from gnomon.registry import Registry

if TYPE_CHECKING:
    from pathlib import Path

    from gnomon.changes import Change
    from gnomon.git import GitRepository

_FOREIGN = re.compile(rb"([\w+-]+)(?::[\w+./-]*#|\.[\w+-]+\.[\w+-]+)")


def plain_history(repository: GitRepository, directory: Path, package: str, name: str | None) -> list[Step]:
    commits = repository.first_parents("HEAD", ["metrics", "specs"])
    steps, first = _walk(repository, directory, package, name, commits)
    while first is not None:
        renamed = next(change for change in steps[0].changes if change.kind == "renamed")
        older, first = _walk(repository, directory, package, str(renamed.before), commits[:first])
        steps = [*older, *steps]
    return steps


def _walk(
    repository: GitRepository,
    directory: Path,
    package: str,
    name: str | None,
    commits: list[tuple[str, str, str, str]],
) -> tuple[list[Step], int | None]:
    last, first = Registry(), None
    identity: tuple[object, ...] = ()
    steps: list[Step] = []
    for index, commit in enumerate(commits):
        source: CommitTree | None = None
        try:
            source = CommitTree(repository, commit[0], directory)
        except RepositoryError:
            packages: set[str] = set()
        else:
            packages = _packages(source, package)
        now_identity = tuple(source.identity_of(item) for item in sorted(packages)) if source else ()
        if now_identity == identity:
            continue
        identity = now_identity
        now = load(source, packages=packages) if source else Registry()
        comparison = compare(last, now)
        lost = _keep(last, now)
        broken = next(
            (
                item.reason
                for item in comparison.not_comparable
                if item.side == "head"
                and _package(item.path, item.name) in {package, ""}
                and (name is None or item.name == name or _hidden(name, now, lost))
            ),
            None,
        )
        changes = tuple(change for change in comparison.changes if _concerns(change, package, name))
        if changes and name is not None:
            broken = None
        now.unresolved.clear()
        for hidden in now.unreadable.values():
            hidden.clear()
        last = now
        if not changes and broken is None:
            continue
        if any(change.kind == "renamed" and change.name == name for change in changes):
            steps, first = [], index
        steps.append(Step(*commit, changes, broken))
    return steps, first


def _packages(source: CommitTree, package: str) -> set[str]:
    uses: dict[str, set[str]] = {}
    for file in source.files("specs"):
        named = {found.decode() for found in _FOREIGN.findall(source.read(file.path) or b"")}
        uses.setdefault(package_of(file.path), set()).update(named)
    wanted: set[str] = set()
    more = {package, ""}
    while more - wanted:
        wanted |= more
        more = {used for item in wanted for used in uses.get(item, ())}
    return wanted


def _keep(last: Registry, now: Registry) -> set[str]:
    lost = set()
    metrics = {document.label for document, _ in now.resolved_metrics()}
    for metric, _ in last.resolved_metrics():
        if metric.label not in metrics and now.may_be_in(metric.label, "metrics"):
            now.metrics[metric.name] = metric
            lost.add(metric.label)
    specifications = {document.label for document, _ in now.resolved_specifications()}
    for document, _ in last.resolved_specifications():
        if document.label not in specifications and now.may_be_in(document.label, "specs"):
            now.specifications[document.label] = document
            lost.add(document.label)
    return lost


def _package(path: str | None, name: str | None) -> str:
    return package_of(path) if path is not None else re.split(r"[.:]", name or "", maxsplit=1)[0]


def _hidden(name: str, now: Registry, lost: set[str]) -> bool:
    known = name in now.specifications or any(document.label == name for document in now.metrics.values())
    return name in lost or (not known and bool(now.may_be_in(name, "metrics" if name.count(".") == 1 else "specs")))


def _concerns(change: Change, package: str, name: str | None) -> bool:
    if change.subject == "configuration":
        return False
    names = {change.name, *([change.before] if change.kind == "renamed" else [])}
    return name in names if name is not None else any(str(item).partition(".")[0] == package for item in names)


def plain_timeline(repository: GitRepository, directory: Path) -> list[tuple[str, list[tuple[object, ...]]]]:
    """Tell each commit with what `gnomon.changes.timeline` notes of it, as ``gnomon diff`` finds it."""
    trees: list[CommitTree | None] = [None]
    for commit, *_ in repository.first_parents("HEAD", ["metrics", "specs"]):
        try:
            trees.append(CommitTree(repository, commit, directory))
        except RepositoryError:
            trees.append(None)
    result = []
    for before, after in itertools.pairwise(trees):
        packages = packages_to_compare(before, after) if before and after else None
        sides = [load(side, packages=packages) if side else Registry() for side in (before, after)]
        comparison = compare(*sides)
        noted: list[tuple[object, ...]] = [
            (change.name, change.kind, change.message, change.field)
            for change in comparison.changes
            if change.subject != "configuration"
        ]
        noted += [
            (item.name, "broken", item.reason)
            for item in comparison.not_comparable
            if item.side == "head" and item.name is not None
        ]
        if noted:
            result.append((after.commit if after else "", noted))
    return result
