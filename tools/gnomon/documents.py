"""The documents of a repository, read but not resolved: metrics, specifications and partials with their names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from gnomon import limits
from gnomon.diagnostics import Diagnostic
from gnomon.names import PART, Name
from gnomon.nodes import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from gnomon.diagnostics import Place
    from gnomon.metrics import Metric
    from gnomon.specifications import Specification

NAMELESS = "?"  # stands for a name that cannot be read
_SPEC_PARTS = 3  # package.metric.spec


@dataclass(eq=False, slots=True)
class MetricDocument:
    """The definition of a metric.

    Attributes
    ----------
    name
        Fully qualified.
    key, body
        The nodes of its name and its fields.
    metric
        The value, once it is made; None where that cannot be.
    causes
        Faults of the YAML for which it cannot.
    """

    name: Name
    key: Scalar
    body: Mapping
    metric: Metric | None = None
    causes: list[Diagnostic] = field(default_factory=list)

    @property
    def label(self) -> str:
        """What it is called in output."""
        return str(self.name)


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """What a document inherits from, as its author wrote it.

    Attributes
    ----------
    target
        Label of a partial (``package:path#id``) or fully-qualified name of a specification.
    metric
        For a specification, the bare name of its metric.
    """

    node: Node
    target: str
    metric: str | None


@dataclass(eq=False, slots=True)
class SpecificationDocument:
    """A document of a specification file, and what resolution makes of it.

    Attributes
    ----------
    package, path
        Of the directory; the path is relative to it and has no extension.
    kind
        What it defines.
    root
        Its content as written.
    name_node
        The node of its name or id, or the first key where there is none.
    spec
        The last part of a specification's name.
    metric, metric_node
        Bare name of the metric that it tests, and what said so; inherited ones are filled in by resolution.
    bases
        In the order in which they are merged.
    causes
        Why it cannot be resolved; empty when it can.
    content
        Merged with all that it inherits; None where that cannot be.
    parents
        The documents of its bases.
    specification
        The value, once it is made.
    """

    package: str
    path: str
    kind: Literal["specification", "partial"]
    root: Mapping
    name_node: Node
    spec: str
    metric: str | None = None
    metric_node: Node | None = None
    bases: list[Base] = field(default_factory=list)
    causes: list[Diagnostic] = field(default_factory=list)
    content: Mapping | None = None
    parents: list[SpecificationDocument] = field(default_factory=list)
    specification: Specification | None = None

    @property
    def label(self) -> str:
        """What it is called: a partial's id or a specification's fully-qualified name."""
        if self.kind == "partial":
            return f"{self.package}:{self.path}#{self.spec}"
        return f"{self.package}.{self.metric or NAMELESS}.{self.spec}"

    @property
    def relative_name(self) -> str:
        """What a specification is called in its package: ``PA1.design``."""
        return f"{self.metric}.{self.spec}"

    @property
    def metric_label(self) -> str:
        """The fully-qualified name of the metric that it tests."""
        return f"{self.package}.{self.metric}"

    def effective(self, field: str) -> Node | None:
        """Give the value of a field after inheritance; None where there is none, or it cannot be resolved."""
        return self.content.get(field) if self.content is not None else None

    def is_at(self, place: Place) -> bool:
        """Tell whether a place is in this document."""
        if place.path != self.root.document.text.path:
            return False
        own = self.root.place
        return (own.line, own.column) <= (place.line, place.column) <= (own.end_line, own.end_column)

    @property
    def abstract(self) -> bool:
        """Whether it is a requirement."""
        node = self.root.get("abstract")
        return isinstance(node, Scalar) and node.value is True


def read_metrics(package: str, root: Mapping) -> list[MetricDocument]:
    """Read the metrics of a package, without judging their fields; what the schema cannot call a metric is left out."""
    documents = []
    for entry in root.entries.values():
        text = entry.key.text
        if text.startswith(package + ".") and text.count(".") == 1:
            # A fully-qualified key is a fault of form, but it says clearly what is meant.
            text = text.removeprefix(package + ".")
        if not isinstance(entry.value, Mapping) or "." in text or not text:
            continue
        documents.append(MetricDocument(Name.of(package, text), entry.key, entry.value))
    return documents


def read_specification(package: str, path: str, root: Mapping) -> tuple[SpecificationDocument, list[Diagnostic]]:
    """Read a specification or partial: what it is called, what it tests and what it inherits from.

    Returns
    -------
    document
        With `causes` where its name or bases make it unresolvable.
    faults
        All faults of names and bases, the causes among them.
    """
    faults: list[Diagnostic] = []
    if "id" in root.entries:
        node = root.entries["id"].value
        spec = node.text if isinstance(node, Scalar) and len(node.text) <= limits.MAX_NAME else NAMELESS
        document = SpecificationDocument(package, path, "partial", root, node, spec)
        if isinstance(node, Scalar) and len(node.text) > limits.MAX_NAME:
            _cause(document, faults, _too_long(node))
    else:
        named = root.get("name")
        document = SpecificationDocument(package, path, "specification", root, named or root.head, NAMELESS)
        _read_name(document, named, faults)
    if document.kind == "partial":
        for field_name in ("name", "abstract"):
            if field_name in root.entries:
                message = f"a partial (a document with `id`) has no `{field_name}`"
                hint = "remove it, or remove the `id` if this is a specification"
                faults.append(Diagnostic("unknown-field", message, root.key_of(field_name).place, hint, document.label))
    _read_metric(document, faults)
    for node in _base_nodes(root):
        _read_base(document, node, faults)
    return document, faults


def _cause(document: SpecificationDocument, faults: list[Diagnostic], found: Diagnostic) -> None:
    document.causes.append(found)
    faults.append(found)


def _too_long(node: Scalar) -> Diagnostic:
    message = f"a name of {len(node.text):,} characters, {limits.MAX_NAME} at most"
    return Diagnostic("invalid-name", message, node.place, "shorten it")


def _read_name(document: SpecificationDocument, node: Node | None, faults: list[Diagnostic]) -> None:
    if node is not None and not isinstance(node, Scalar):
        _cause(document, faults, Diagnostic("wrong-type", f"`name` must be text, not {node.kind}", node.place))
        return
    if node is None or node.value is None:
        hint = "give a specification a `name`, and a partial an `id`"
        place = document.root.head.place if node is None else document.root.key_of("name").place
        message = "this document has neither a `name` nor an `id`"
        _cause(document, faults, Diagnostic("missing-field", message, place, hint))
        return
    if len(node.text) > limits.MAX_NAME:
        _cause(document, faults, _too_long(node))
        return
    parts = node.text.split(".")
    document.spec = parts[-1] or NAMELESS
    if len(parts) > _SPEC_PARTS or not all(parts):
        hint = "write `spec`, `metric.spec` or `package.metric.spec`"
        _cause(
            document,
            faults,
            Diagnostic("invalid-name", f"`{node.text}` is no name of a specification", node.place, hint),
        )
        return
    if not isinstance(node.value, str):
        hint = f"put it in quotes: '{node.text}'"
        faults.append(Diagnostic("wrong-type", f"`name` must be text, not {node.kind}", node.place, hint))
    elif not all(PART.fullmatch(part) for part in parts):
        hint = "a name is made of letters, digits, `_`, `-` and `+`, beginning with a letter, digit or `_`"
        found = Diagnostic("invalid-name", f"`{node.text}` cannot be a name", node.place, hint)
        if document.spec == NAMELESS:  # it would be taken for what has no name
            document.causes.append(found)
        faults.append(found)
    if len(parts) == _SPEC_PARTS and parts[0] != document.package:
        _cause(document, faults, _foreign(document, parts[0], node))
    if len(parts) > 1:
        document.metric, document.metric_node = parts[-2], node


def _foreign(document: SpecificationDocument, package: str, node: Scalar) -> Diagnostic:
    return Diagnostic(
        "invalid-name",
        f"`{node.text}` is of the package `{package}`, but this file is in specs/{document.package}/",
        node.place,
        f"move the document to specs/{package}/, or mend the name",
    )


def _read_metric(document: SpecificationDocument, faults: list[Diagnostic]) -> None:
    node = document.root.get("metric")
    if node is None:
        return
    if not isinstance(node, Scalar) or node.value is None:
        faults.append(Diagnostic("wrong-type", f"`metric` must be the name of a metric, not {node.kind}", node.place))
        return
    if len(node.text) > limits.MAX_NAME:
        _cause(document, faults, _too_long(node))
        return
    if not isinstance(node.value, str):
        hint = f"put it in quotes: '{node.text}'"
        faults.append(Diagnostic("wrong-type", f"`metric` must be text, not {node.kind}", node.place, hint))
    package, _, metric = node.text.rpartition(".")
    if not metric or "." in package or package.strip() != package:
        hint = "write `metric` or `package.metric`"
        _cause(document, faults, Diagnostic("invalid-name", f"`{node.text}` is no name of a metric", node.place, hint))
        return
    if package and package != document.package:
        _cause(document, faults, _foreign(document, package, node))
    if document.metric is None:
        document.metric, document.metric_node = metric, node
    elif document.metric != metric:
        said = f"`name` says the metric is `{document.metric}`, and `metric` says `{metric}`"
        faults.append(Diagnostic("invalid-name", said, node.place, "keep the right one; `name` counts until then"))


def _base_nodes(root: Mapping) -> list[Node]:
    node = root.get("base")
    if node is None or (isinstance(node, Scalar) and node.value is None):
        return []
    return node.items if isinstance(node, Sequence) else [node]


def _read_base(document: SpecificationDocument, node: Node, faults: list[Diagnostic]) -> None:
    text = node.text.strip() if isinstance(node, Scalar) and isinstance(node.value, str) else ""
    if not text:
        hint = "name a partial as '#id' or 'path#id', a specification as 'metric.spec'"
        kind = "an empty text" if isinstance(node, Scalar) and node.value == "" else node.kind
        _cause(document, faults, Diagnostic("unknown-base", f"{kind} cannot be a base", node.place, hint))
    elif len(text) > 2 * limits.MAX_NAME:
        found = Diagnostic("unknown-base", f"a text of {len(text):,} characters cannot be a base", node.place)
        _cause(document, faults, found)
    elif "#" in text:
        path, _, name = text.partition("#")
        package, colon, path_there = path.rpartition(":")
        if colon:
            document.bases.append(Base(node, f"{package}:{path_there}#{name}", None))
        else:
            document.bases.append(Base(node, f"{document.package}:{path or document.path}#{name}", None))
    else:
        parts = text.split(".")
        if len(parts) == 1:
            hint = f"write `metric.{text}` for a specification, or `'#{text}'` for a partial of this file"
            if "/" in text:
                hint = f"write `'{text}#id'` for a partial of that file"
            found = Diagnostic("bare-base", f"the base `{text}` does not say of which metric it is", node.place, hint)
            _cause(document, faults, found)
        elif len(parts) > _SPEC_PARTS or not all(parts):
            hint = "write `metric.spec` or `package.metric.spec`"
            _cause(document, faults, Diagnostic("unknown-base", f"`{text}` cannot be a base", node.place, hint))
        else:
            package = parts[0] if len(parts) == _SPEC_PARTS else document.package
            document.bases.append(Base(node, f"{package}.{parts[-2]}.{parts[-1]}", parts[-2]))
