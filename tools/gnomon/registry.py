"""The resolved snapshot of a source: what everything above the loader works on."""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gnomon.configuration import Configuration
from gnomon.errors import SpecificationResolutionError
from gnomon.names import Name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.acknowledgements import Entry
    from gnomon.diagnostics import Diagnostic, Place
    from gnomon.documents import MetricDocument, SpecificationDocument
    from gnomon.metrics import Metric
    from gnomon.nodes import Document, Node
    from gnomon.specifications import Specification
    from gnomon.text import Text
    from gnomon.vocabulary import Term


_Position = tuple[int, int]


@dataclass
class Registry:
    """All definitions of a state of a repository, resolved, with the place of everything.

    Attributes
    ----------
    label, commit
        Of the source.
    metrics
        Documents of metrics by name, in this order; of duplicates the last.
    documents
        All specifications and partials, in order of path and position.
    partials, specifications
        The documents that count, by label; specifications in the order of their names.
    vocabulary
        Terms by name and alias; None where the repository has none.
    acknowledgements
        Of changes, drafts among them.
    diagnostics
        Every fault found while loading, in order of place.
    unreadable
        The files that could not be read, or not all of them, by their package, per folder (``metrics``, ``specs``);
        the empty name stands for all packages, where the folder itself is a link or a submodule.
    unresolved
        Why a definition cannot be resolved or a file not be read, by its label or path.
    trapped
        Documents with a scalar that YAML 1.1 does not read as it looks.
    texts
        The text of each file by its path, for showing places.
    """

    label: str = "memory"
    commit: str | None = None
    configuration: Configuration = field(default_factory=Configuration)
    packages: list[str] = field(default_factory=list)
    metrics: dict[Name, MetricDocument] = field(default_factory=dict)
    documents: list[SpecificationDocument] = field(default_factory=list)
    partials: dict[str, SpecificationDocument] = field(default_factory=dict)
    specifications: dict[str, SpecificationDocument] = field(default_factory=dict)
    vocabulary: dict[str, Term] | None = None
    acknowledgements: list[Entry] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    unreadable: dict[str, dict[str, list[str]]] = field(default_factory=lambda: {"metrics": {}, "specs": {}})
    unresolved: dict[str, tuple[Diagnostic, ...]] = field(default_factory=dict)
    roots: dict[str, list[Node]] = field(default_factory=dict)
    trapped: set[Document] = field(default_factory=set)
    texts: dict[str, Text] = field(default_factory=dict)
    _owners: dict[Document, SpecificationDocument] = field(default_factory=dict)
    _spans: dict[str, list[tuple[_Position, _Position, str]]] = field(default_factory=dict)

    def resolved_metrics(self) -> Iterator[tuple[MetricDocument, Metric]]:
        """Yield the metrics that could be made, by name."""
        for document in self.metrics.values():
            if document.metric is not None:
                yield document, document.metric

    def resolved_specifications(self) -> Iterator[tuple[SpecificationDocument, Specification]]:
        """Yield the specifications that could be made, by name."""
        for document in self.specifications.values():
            if document.specification is not None:
                yield document, document.specification

    def is_unreadable(self, folder: str, package: str) -> bool:
        """Tell whether some files of a package could not be read, so that nobody knows what is in them."""
        return not {package, ""}.isdisjoint(self.unreadable[folder])

    def may_be_in(self, label: str, folder: str) -> list[str]:
        """List what of `unresolved` may be, or hold, a definition that is missing."""
        if label in self.unresolved:
            return [label]
        package, last = label.partition(".")[0], label.rpartition(".")[2]
        files = dict.fromkeys(path for name in (package, "") for path in self.unreadable[folder].get(name, ()))
        if files:
            return list(files)
        # A specification whose metric could not be found out has no name to be found by.
        return [name for name in self.unresolved if name.startswith(f"{package}.?") and name.endswith(f".{last}")]

    def owner(self, node: Node) -> SpecificationDocument | None:
        """Tell which specification or partial a node was written in."""
        if not self._owners:
            self._owners = {document.root.document: document for document in self.documents}
        return self._owners.get(node.document)

    def definition_at(self, place: Place) -> str | None:
        """Tell the label of the definition that a place is in, if it is in one."""
        if not self._spans:
            for metric in self.metrics.values():
                self._add_span(metric.label, metric.key, metric.body)
            for document in self.documents:
                self._add_span(document.label, document.root, document.root)
            for spans in self._spans.values():
                spans.sort()
        spans = self._spans.get(place.path, [])
        position = (place.line, place.column)
        index = bisect.bisect_right(spans, position, key=lambda span: span[0]) - 1
        return spans[index][2] if index >= 0 and position <= spans[index][1] else None

    def _add_span(self, label: str, first: Node, last: Node) -> None:
        start, end = first.place, last.place
        begin = (start.line, start.column)
        # The body of a metric can be an alias of one further up.
        self._spans.setdefault(start.path, []).append((begin, max((end.end_line, end.end_column), begin), label))

    def place_of(self, label: str) -> Place | None:
        """Give the place of the name of a definition."""
        document = self.specifications.get(label) or self.partials.get(label)
        if document is not None:
            return document.name_node.place
        package, _, metric = label.partition(".")
        defined = self.metrics.get(Name.of(package, metric))
        return defined.key.place if defined is not None else None

    def children(self) -> dict[str, list[SpecificationDocument]]:
        """Map each label to the documents that name it as a base."""
        result: dict[str, list[SpecificationDocument]] = {}
        for document in self.documents:
            for label in dict.fromkeys(parent.label for parent in document.parents):
                result.setdefault(label, []).append(document)
        return result

    def why_unresolved(self, label: str) -> str:
        """Say in a line why something of `unresolved` is: the first of the causes, with its place."""
        causes = self.unresolved[label]
        return f"{causes[0].place}: {causes[0].message}" if causes else "see `gnomon check`"

    def require(self) -> None:
        """Raise one error that lists everything that could not be resolved.

        Raises
        ------
        SpecificationResolutionError
            There is something.
        """
        if not self.unresolved:
            return
        causes = dict.fromkeys(cause for causes in self.unresolved.values() for cause in causes)
        lines = [
            f"  {cause.place}: {cause.message} [{cause.rule}]"
            for cause in sorted(causes, key=lambda cause: cause.sort_key)
        ]
        count = len(self.unresolved)
        raise SpecificationResolutionError(
            "\n".join([f"{count} definition{'s' * (count != 1)} cannot be resolved:", *lines])
        )
