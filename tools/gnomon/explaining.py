"""What one definition means: its values with their origins, what it inherits from, and who inherits from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gnomon import pointers
from gnomon.errors import UsageError
from gnomon.merging import without_dropped
from gnomon.names import closest, with_guess
from gnomon.nodes import Mapping, Node, Scalar, Sequence
from gnomon.specifications.base import finite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as MappingType

    from gnomon.diagnostics import Diagnostic, Place
    from gnomon.documents import MetricDocument, SpecificationDocument
    from gnomon.registry import Registry


@dataclass(frozen=True, slots=True)
class Origin:
    """What gave a value: its place, and the definition that it was written in."""

    place: Place
    source: str


@dataclass(frozen=True, slots=True)
class Link:
    """A definition that another inherits from, or an heir; `depth` counts the steps between them from 1."""

    name: str
    kind: str
    place: Place
    depth: int


@dataclass
class Explanation:
    """All there is to say about a definition.

    Attributes
    ----------
    resolved
        Its JSON; None where it cannot be resolved.
    origins
        By JSON Pointer into `resolved`.
    chain
        What it inherits from, in the order in which it is merged, what a base inherits right before it.
    heirs
        What inherits from it, nearest first; for a metric, the specifications that test it.
    causes
        Why it cannot be resolved.
    """

    kind: str
    name: str
    place: Place
    resolved: dict[str, Any] | None = None
    origins: dict[str, Origin] = field(default_factory=dict)
    chain: list[Link] = field(default_factory=list)
    heirs: list[Link] = field(default_factory=list)
    metric: str | None = None
    causes: tuple[Diagnostic, ...] = ()


def explain(registry: Registry, name: str) -> Explanation:
    """Explain a metric, specification or partial.

    Parameters
    ----------
    name
        Fully qualified, or any shorter form that only one definition ends in.

    Raises
    ------
    UsageError
        No definition, or several, are called so.
    """
    label = _find(registry, name)
    metric = next((document for document in registry.metrics.values() if document.label == label), None)
    if metric is not None:
        tests = [found for found in registry.specifications.values() if found.metric_label == label]
        return _explain_metric(registry, metric, tests)
    document = registry.specifications.get(label) or registry.partials[label]
    return _explain_document(registry, document, registry.children())


def explain_all(registry: Registry) -> dict[str, Explanation]:
    """Explain every definition, by name: metrics, then specifications, then partials.

    The cost is that of what there is to say; asking for each by its name would look through all names each time.
    """
    tests: dict[str, list[SpecificationDocument]] = {}
    for document in registry.specifications.values():
        tests.setdefault(document.metric_label, []).append(document)
    children = registry.children()
    result = {
        metric.label: _explain_metric(registry, metric, tests.get(metric.label, []))
        for _, metric in sorted(registry.metrics.items())
    }
    for documents in (registry.specifications, registry.partials):
        for label, document in sorted(documents.items()):
            result[label] = _explain_document(registry, document, children)
    return result


def _find(registry: Registry, name: str) -> str:
    labels = {str(metric) for metric in registry.metrics} | registry.specifications.keys() | registry.partials.keys()
    if name in labels:
        return name
    ends = sorted(
        label
        for label in labels
        if label.endswith((f".{name}", f":{name}", f"/{name}")) or (name[:1] == "#" and label.endswith(name))
    )
    if len(ends) == 1:
        return ends[0]
    if ends:
        shown = ", ".join(ends[:6]) + (", ..." if len(ends) > 6 else "")  # noqa: PLR2004  # enough to choose from
        raise UsageError(f"`{name}` is the name of {len(ends)} definitions: {shown}")
    if name in registry.packages:
        raise UsageError(f"`{name}` is a package; `gnomon list --package {name}` shows what is in it")
    # A name may be asked for without its package, so it may be misspelt without it.
    by_end = {label.partition(".")[2]: label for label in sorted(labels - registry.partials.keys(), reverse=True)}
    end = None if (meant := closest(name, labels)) else closest(name, by_end)
    meant = by_end[end] if end else meant
    raise UsageError(with_guess(f"there is no definition `{name}`", meant, "`gnomon list` shows what there is"))


def _explain_metric(registry: Registry, document: MetricDocument, tests: list[SpecificationDocument]) -> Explanation:
    result = Explanation("metric", document.label, document.key.place)
    result.causes = registry.unresolved.get(document.label, ())
    if document.metric is not None:
        result.resolved = finite(document.metric.json)
        result.origins["/name"] = Origin(document.key.place, document.label)
        for entry in document.body.entries.values():
            for at, node in _leaves_of_metric(entry.key.text, entry.value):
                if entry.key.text not in {"name", "tags"} and pointers.leads(result.resolved, at):
                    result.origins[at] = Origin(node.place, document.label)
        result.origins.update(
            _tag_origins(registry, document.body.get("tags"), result.resolved["tags"], document.label)
        )
    result.heirs = [Link(found.label, "specification", found.name_node.place, 1) for found in tests]
    result.heirs.sort(key=lambda link: link.name)
    return result


def _explain_document(
    registry: Registry, document: SpecificationDocument, children: MappingType[str, list[SpecificationDocument]]
) -> Explanation:
    result = Explanation(document.kind, document.label, document.name_node.place)
    result.causes = tuple(document.causes)
    result.metric = document.metric_label if document.metric else None
    result.chain = list(_chain(document))
    result.heirs = list(_heirs(children, document))
    if document.content is None or document.causes:
        return result
    if document.kind == "partial":
        result.resolved = {"id": document.label, **finite(document.content.data)}
        if document.metric is not None:
            result.resolved["metric"] = document.metric
    elif document.specification is not None:
        result.resolved = document.specification.json
    found = _origins(registry, document, result.resolved or {})
    result.origins = {at: origin for at, origin in found if at == "/metric" or pointers.leads(result.resolved, at)}
    return result


def _origins(
    registry: Registry, document: SpecificationDocument, resolved: dict[str, Any]
) -> Iterator[tuple[str, Origin]]:
    assert document.content is not None  # noqa: S101  # the caller asked
    name = "id" if document.kind == "partial" else "name"
    yield f"/{name}", Origin(document.name_node.place, document.label)
    if document.metric_node is not None:
        yield "/metric", _origin(registry, document.metric_node, document)
    for entry in document.content.entries.values():
        key, node = entry.key.text, entry.value
        if key not in resolved:
            continue
        if key == "tags":
            if isinstance(resolved["tags"], list):
                yield from _tag_origins(registry, node, resolved["tags"], document.label).items()
            else:
                yield "/tags", _origin(registry, node, document)
            continue
        if key == "metadata_query" and isinstance(node, Mapping) and document.kind == "specification":
            node = without_dropped(node)  # dropped terms have no origin
        for at, leaf in _leaves(pointers.join(key), node):
            yield at, _origin(registry, leaf, document)
    abstract = document.root.get("abstract")
    if "abstract" in resolved and abstract is not None:
        yield "/abstract", _origin(registry, abstract, document)


def _origin(registry: Registry, node: Node, document: SpecificationDocument) -> Origin:
    owner = registry.owner(node)
    return Origin(node.place, owner.label if owner is not None else document.label)


def _tag_origins(registry: Registry, node: Node | None, tags: list[Any], label: str) -> dict[str, Origin]:
    """Find what gave each tag first; resolved tags are sorted, so their numbers are not those of the source."""
    items = node.items if isinstance(node, Sequence) else [node]
    result: dict[str, Origin] = {}
    for item in items:
        if isinstance(item, Scalar) and item.text in tags:
            owner = registry.owner(item)
            origin = Origin(item.place, owner.label if owner is not None else label)
            result.setdefault(f"/tags/{tags.index(item.text)}", origin)
    return dict(sorted(result.items(), key=lambda found: int(found[0].rpartition("/")[2])))


def _leaves(at: str, node: Node) -> Iterator[tuple[str, Node]]:
    """Yield the single values below a node with their JSON Pointers; an empty collection is one itself."""
    if isinstance(node, Mapping) and node.entries:
        for entry in node.entries.values():
            yield from _leaves(at + pointers.join(entry.key.data), entry.value)
    elif isinstance(node, Sequence) and node.items:
        for index, item in enumerate(node.items):
            yield from _leaves(at + pointers.join(index), item)
    else:
        yield at, node


def _leaves_of_metric(field_name: str, node: Node) -> Iterator[tuple[str, Node]]:
    """Yield the leaves of a field where its JSON has them: a list of one reference is one, one owner is a list."""
    if field_name == "reference" and isinstance(node, Sequence) and len(node.items) == 1:
        yield from _leaves("/reference", node.items[0])
    elif field_name == "owner" and isinstance(node, Scalar):
        yield "/owner/0", node
    else:
        yield from _leaves(pointers.join(field_name), node)


def _chain(document: SpecificationDocument) -> Iterator[Link]:
    """Yield bases in merging order, each after what it inherits from; one that is reached twice is told once."""
    stack = [(parent, 1, False) for parent in reversed(document.parents)]
    seen = {document.label}
    while stack:
        current, depth, ready = stack.pop()
        if ready:
            yield Link(current.label, current.kind, current.name_node.place, depth)
        elif current.label not in seen:
            seen.add(current.label)
            stack.append((current, depth, True))
            stack.extend((parent, depth + 1, False) for parent in reversed(current.parents))


def _heirs(children: MappingType[str, list[SpecificationDocument]], document: SpecificationDocument) -> Iterator[Link]:
    seen, level, depth = {document.label}, [document.label], 1
    while level:
        following = []
        for label in level:
            for heir in children.get(label, ()):
                if heir.label not in seen:
                    seen.add(heir.label)
                    following.append(heir.label)
                    yield Link(heir.label, heir.kind, heir.name_node.place, depth)
        level, depth = following, depth + 1
