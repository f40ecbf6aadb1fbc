"""From a source to the sources of its site: everything that the other answers know, put together."""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gnomon import limits
from gnomon.changes import DIFF_CATALOGUE
from gnomon.changes.timeline import timeline
from gnomon.diagnostics import Severity
from gnomon.docs import building
from gnomon.docs.assembling import sources
from gnomon.docs.output import MARK
from gnomon.docs.site import Repository, Site
from gnomon.errors import RepositoryError, RevisionError
from gnomon.explaining import explain_all
from gnomon.exporting import export
from gnomon.git import CommitTree, GitRepository
from gnomon.render.findings_json import dump
from gnomon.render.terminal import plural
from gnomon.rules import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from gnomon.changes.timeline import Commit
    from gnomon.registry import Registry
    from gnomon.rules import Result
    from gnomon.sources import Source

    Progress = Callable[[int, int], None]

_GUIDES = "docs"


@dataclass(frozen=True)
class Plan:
    """All that decides what a site looks like.

    Attributes
    ----------
    files
        What Sphinx reads, by path.
    settings
        Of Sphinx.
    base_url
        Where the site will be read, if that is known.
    commit
        That links to lines lead to.
    """

    files: dict[str, bytes]
    settings: dict[str, Any]
    base_url: str | None
    commit: str | None

    @property
    def digest(self) -> str:
        """Names the site."""
        settings = {**self.settings, "commit": self.commit}
        result = hashlib.sha256(json.dumps(settings, sort_keys=True, default=str).encode())
        for name in sorted(self.files):
            result.update(f"\0{name}\0".encode("utf-8", "surrogateescape"))
            result.update(hashlib.sha256(self.files[name]).digest())
        return result.hexdigest()


@dataclass(frozen=True)
class Past:
    """The history of the definitions up to a commit.

    Attributes
    ----------
    commit
        The commit, or None where there is none.
    commits
        That changed definitions, oldest first; None outside Git.
    shallow
        Whether older ones are missing.
    unchanged
        Files that are at the commit as they are on disk; None where they were read from it.
    """

    commit: str | None = None
    commits: Sequence[Commit] | None = None
    shallow: bool = False
    unchanged: frozenset[str] | None = None


def read_guides(source: Source) -> dict[str, bytes]:
    """Read the folder ``docs`` of a repository; links that lead out, giants, and sites built in it are left out."""
    files = [file for file in source.files(_GUIDES) if file.irregular is None and file.size <= limits.MAX_FILE_BYTES]
    mark = f"/{MARK}/"
    sites = {file.path.partition(mark)[0] + "/" for file in files if mark in file.path}
    return {
        file.path.removeprefix(f"{_GUIDES}/"): source.read(file.path) or b""
        for file in files
        if not _is_hidden(file.path) and not file.path.startswith(tuple(sites))
    }


def _is_hidden(path: str) -> bool:
    return any(part.startswith((".", "_")) or part == "conf.py" for part in path.split("/"))


def read_past(
    directory: Path,
    revision: str | None,
    source: Source,
    registry: Registry,
    rules: Collection[str],
    progress: Progress,
) -> Past:
    """Read the history of a source; outside Git, or before its first commit, there is none."""
    try:
        repository = GitRepository(directory)
    except RepositoryError:
        return Past()
    with repository:
        try:
            tree = CommitTree(repository, revision or "HEAD", directory)
        except RepositoryError:
            return Past()
        unchanged = None
        if source.commit is None:
            unchanged = frozenset(path for path in registry.texts if _is_same(source, tree, path))
        commits = timeline(repository, directory, tree.commit, rules=rules, progress=progress)
        return Past(tree.commit, commits, repository.is_shallow, unchanged)


def _is_same(source: Source, tree: CommitTree, path: str) -> bool:
    name = path.removeprefix(source.prefix)
    with contextlib.suppress(RevisionError):
        return source.read(name) == tree.read(name)
    return False


def make_plan(
    registry: Registry,
    guides: dict[str, bytes],
    past: Past,
    findings: Result,
    base_url: str | None,
    progress: Progress | None = None,
) -> Plan:
    """Write all sources of a site."""
    chosen = registry.configuration.site
    errors = [found.diagnostic for found in findings.findings if found.severity is Severity.ERROR]
    site = Site(
        registry,
        explain_all(registry),
        {**CATALOGUE, **DIFF_CATALOGUE},
        past.commits,
        errors,
        Repository(chosen.get("repository"), past.commit, past.unchanged),
        chosen.get("title", "Metrics"),
        past.shallow,
    )
    exported = export(registry)
    definitions = dump({"schema": "gnomon/export/1", "metrics": exported.metrics, "specs": exported.specs})
    base_url = (base_url or chosen.get("base-url", "")).rstrip("/") or None
    said = f"The definitions have {plural(len(errors), 'error')}: only what is sound is shown." if errors else None
    files = sources(site, guides, definitions, progress)
    return Plan(files, building.configuration(site.title, base_url, said), base_url, past.commit)
