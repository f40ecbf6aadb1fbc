"""A package followed from commit to commit: what changed in it, and what could not be read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gnomon.changes.comparing import compare
from gnomon.changes.excerpts import affected, load_excerpts
from gnomon.changes.states import State, Tangled, read_state
from gnomon.documents import NAMELESS
from gnomon.loader import package_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from gnomon.changes.change import Change
    from gnomon.changes.comparing import NotComparable
    from gnomon.changes.slices import Key
    from gnomon.documents import MetricDocument, SpecificationDocument
    from gnomon.git import CommitTree
    from gnomon.names import Name
    from gnomon.registry import Registry


@dataclass(frozen=True)
class Moment:
    """A commit compared with the state before it.

    Attributes
    ----------
    changes
        Of all definitions that were loaded.
    unread
        What of the package could not be read or resolved.
    lost
        Names that were known, and may be in what is not read.
    now
        What of the commit was loaded.
    """

    changes: list[Change]
    unread: list[NotComparable]
    lost: set[str]
    now: Registry

    def broken(self, name: str | None) -> str | None:
        """Tell why a definition, or for None some of the package, could not be read; None where it could."""
        return next((item.reason for item in self.unread if name in {None, item.name} or self._may_hide(name)), None)

    def _may_hide(self, name: str | None) -> bool:
        if name is None or name in self.lost:
            return True
        known = name in self.now.specifications or any(item.label == name for item in self.now.metrics.values())
        return not known and bool(self.now.may_be_in(name, "metrics" if name.count(".") == 1 else "specs"))


@dataclass
class Trail:
    """Follows a package.

    Attributes
    ----------
    state
        The last one.
    metrics, specifications
        What could last be read and is lost since: it is compared again when it can be read.
    unsound
        What could not be resolved in the last state.
    """

    package: str
    rules: Collection[str]
    state: State = field(default_factory=State)
    metrics: dict[Name, MetricDocument] = field(default_factory=dict)
    specifications: dict[str, SpecificationDocument] = field(default_factory=dict)
    unsound: set[Key] = field(default_factory=set)

    def follow(self, source: CommitTree | None, name: str | None = None) -> Moment | None:
        """Go to a commit; None where nothing differs of the package, or of what is asked about, as at most commits.

        Parameters
        ----------
        source
            None where the commit has no metrics repository.
        name
            Of what is asked about.
        """
        state = read_state(source, {self.package, ""}, self.state) if source is not None else State()
        if state.identity == self.state.identity:
            return None
        if name is not None and not self._may_change(name, state):
            self.state = state
            return None
        asked: set[Key] = {("metric", name), ("specification", name)} if name is not None else set()
        last, now = load_excerpts(self.state, state, self.unsound | asked, self.rules)
        last.metrics |= self.metrics
        last.specifications |= self.specifications
        # With what is lost carried over, what is still missing is new when it comes.
        last.unresolved.clear()
        for hidden in last.unreadable.values():
            hidden.clear()
        comparison = compare(last, now)
        self.state, self.unsound = state, unsound(now)
        lost = self._keep_what_is_lost(last, now)
        prefix = source.prefix if source is not None else ""
        unread = [
            item
            for item in comparison.not_comparable
            if item.side == "head" and package_in(item, prefix) in {self.package, ""}
        ]
        return Moment(comparison.changes, unread, lost, now)

    def _may_change(self, name: str, state: State) -> bool:
        """Tell whether a definition may be another in a state, or may be lost or found there."""
        is_sound = not (self.unsound or self.metrics or self.specifications)
        if not is_sound or self.state.is_lossy or state.is_lossy:
            return True
        try:
            return any(label == name or NAMELESS in label for _, label in affected(self.state, state))
        except Tangled:
            return True

    def _keep_what_is_lost(self, last: Registry, now: Registry) -> set[str]:
        metrics = {document.label for document, _ in now.resolved_metrics()}
        self.metrics = {
            document.name: document
            for document, _ in last.resolved_metrics()
            if document.label not in metrics and now.may_be_in(document.label, "metrics")
        }
        specifications = {document.label for document, _ in now.resolved_specifications()}
        self.specifications = {
            document.label: document
            for document, _ in last.resolved_specifications()
            if document.label not in specifications and now.may_be_in(document.label, "specs")
        }
        return {document.label for document in self.metrics.values()} | self.specifications.keys()


def unsound(registry: Registry) -> set[Key]:
    """Give the keys of what could not be resolved."""
    documents: set[Key] = {(document.kind, document.label) for document in registry.documents if document.causes}
    return documents | {("metric", label) for label in registry.unresolved}


def package_in(item: NotComparable, prefix: str) -> str:
    """Give the package of what could not be read."""
    if item.path is not None:
        return package_of(item.path.removeprefix(prefix))
    return re.split(r"[.:]", item.name or "", maxsplit=1)[0]
