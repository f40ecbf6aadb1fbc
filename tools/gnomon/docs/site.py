"""What the pages are made from, and links as they are seen from one page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup, escape

from gnomon.docs.layout import Layout, Target

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gnomon.changes import DiffRule
    from gnomon.changes.timeline import Commit, Noted
    from gnomon.diagnostics import Diagnostic, Place
    from gnomon.documents import SpecificationDocument
    from gnomon.explaining import Explanation
    from gnomon.metrics import Metric
    from gnomon.registry import Registry
    from gnomon.rules import Rule
    from gnomon.specifications import Specification

# No definition can say this: characters for private use are shown as escapes.
BUILT_COMMIT = "\ue000"


@dataclass(frozen=True)
class Repository:
    """Where the definitions can be read on the web.

    Links to lines hold `BUILT_COMMIT` instead of the commit: it is put in last, so that a new commit alone makes no
    page anew.

    Attributes
    ----------
    address
        Of the repository at its forge, or None where none is configured.
    commit
        That the site is built from.
    paths
        Files that are at this commit as they were read; None for all of them.
    """

    address: str | None = None
    commit: str | None = None
    paths: frozenset[str] | None = None

    def line(self, place: Place) -> str | None:
        """Give the address of a line, where it is known to be there."""
        if self.address is None or self.commit is None or (self.paths is not None and place.path not in self.paths):
            return None
        return f"{self._base}/blob/{BUILT_COMMIT}/{quote(place.path)}#L{place.line}"

    def of_commit(self, commit: str) -> str | None:
        """Give the address of a commit."""
        return f"{self._base}/commit/{commit}" if self.address is not None else None

    @property
    def _base(self) -> str:
        address = (self.address or "").removesuffix("/").removesuffix(".git")
        return f"{address}/-" if "gitlab" in address.split("/")[2] else address


@dataclass(frozen=True)
class Site:
    """Everything that the pages tell.

    Attributes
    ----------
    commits
        That changed definitions, oldest first; None where that is not known.
    findings
        Errors in the definitions that the site is built in spite of.
    shallow
        Whether older commits are missing, so that nobody knows when something was first seen.
    """

    registry: Registry
    explanations: Mapping[str, Explanation]
    rules: Mapping[str, Rule | DiffRule] = field(default_factory=dict)
    commits: Sequence[Commit] | None = None
    findings: Sequence[Diagnostic] = ()
    repository: Repository = field(default_factory=Repository)
    title: str = "Metrics"
    shallow: bool = False

    @cached_property
    def metrics(self) -> dict[str, Metric | None]:
        """All metrics by full name, also those that are only tested; None for what cannot be made."""
        found: dict[str, Metric | None] = {item.label: item.metric for item in self.registry.metrics.values()}
        for document, _ in self.registry.resolved_specifications():
            found.setdefault(document.metric_label, None)
        return {name: found[name] for name in sorted(found, key=lambda name: name.split("."))}

    @cached_property
    def tests(self) -> dict[str, list[tuple[SpecificationDocument, Specification]]]:
        """The specifications of each metric."""
        found: dict[str, list[tuple[SpecificationDocument, Specification]]] = defaultdict(list)
        for document, specification in self.registry.resolved_specifications():
            found[document.metric_label].append((document, specification))
        return found

    @cached_property
    def tags(self) -> dict[str, tuple[list[str], list[str]]]:
        """Each tag with the names of its metrics and specifications."""
        found: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        for name, metric in self.metrics.items():
            for tag in metric.tags if metric is not None else ():
                found[tag][0].append(name)
        for document, specification in self.registry.resolved_specifications():
            for tag in specification.tags:
                found[tag][1].append(document.label)
        return dict(sorted(found.items()))

    @cached_property
    def layout(self) -> Layout:
        """The pages."""
        packages = {*self.registry.packages, *(name.partition(".")[0] for name in self.metrics)}
        return Layout(tuple(sorted(packages)), tuple(self.metrics), tuple(self.tags), tuple(self.rules))

    @cached_property
    def histories(self) -> dict[str, list[tuple[Commit, Noted]]]:
        """What happened to each definition, oldest first."""
        found: dict[str, list[tuple[Commit, Noted]]] = defaultdict(list)
        for commit in self.commits or ():
            for noted in commit.noted:
                if noted.kind == "renamed":
                    found[noted.name] = [*found[str(noted.before)], *found[noted.name]]
                found[noted.name].append((commit, noted))
        return found

    @cached_property
    def faults(self) -> dict[str, list[Diagnostic]]:
        """Errors by the definition that they are in."""
        found: dict[str, list[Diagnostic]] = defaultdict(list)
        for fault in self.findings:
            subject = fault.subject or self.registry.definition_at(fault.place)
            if subject is not None:
                found[subject].append(fault)
        return found

    def unit_of(self, metric: str) -> str:
        """Give the unit that a metric's limits are drawn in."""
        found = self.metrics.get(metric)
        if found is not None:
            return found.unit_str
        tests = self.tests.get(metric, [])
        return tests[0][1].test.unit if tests else ""


@dataclass(frozen=True)
class View:
    """Links of the site as they are seen from one page; None for what is not on it."""

    site: Site
    docname: str

    def _to(self, target: Target) -> str:
        return target.seen_from(self.docname)

    def page(self, docname: str) -> str:
        """Link a page by its name."""
        return self._to(Target(docname))

    def package(self, name: str) -> str | None:
        """Link a package."""
        return self._to(self.site.layout.package(name)) if name in self.site.layout.packages else None

    def metric(self, name: str) -> str | None:
        """Link a metric."""
        return self._to(self.site.layout.metric(name)) if name in self.site.metrics else None

    def tag(self, name: str) -> str:
        """Link a tag."""
        return self._to(self.site.layout.tag(name))

    def rule(self, name: str) -> str | None:
        """Link a rule."""
        return self._to(self.site.layout.rule(name)) if name in self.site.rules else None

    def definition(self, name: str) -> str | None:
        """Link a metric, specification or partial by its label."""
        if name in self.site.registry.partials:
            return self._to(self.site.layout.partial(name))
        found = self.site.registry.specifications.get(name)
        if found is not None and found.specification is not None:
            return self._to(self.site.layout.specification(name))
        return self.metric(name)

    def line(self, place: Place) -> Markup | None:
        """Link a line of a source file; it is escaped already, for templates would show the mark in it as it is."""
        address = self.site.repository.line(place)
        return escape(address) if address is not None else None

    def commit(self, commit: str) -> str | None:
        """Link a commit."""
        return self.site.repository.of_commit(commit)
