"""Inheritance: bases merged left to right and then the document itself, as nodes, so that every value keeps its place.

`resolve` takes all documents of a repository at once. It first finds out which metric each of them tests, and with that
what each is called; then it orders them so that bases come first, and merges. All of it is iterative: a chain of a
hundred thousand bases is slow, not a crash.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gnomon import limits
from gnomon.diagnostics import Diagnostic, Related
from gnomon.documents import NAMELESS
from gnomon.merging import Merger, contribution, resized
from gnomon.names import closest, did_you_mean
from gnomon.nodes import Mapping, Scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from gnomon.documents import Base, SpecificationDocument

    _Way = list[tuple[SpecificationDocument, Iterator[SpecificationDocument]]]

_SHOWN_LINKS = 12
_DONE = -1
_SHOWN_NAMES = 8
_SHOWN_CAUSES = 12  # that an heir takes over; one is enough to know that it cannot be resolved

_NOT_INHERITED = frozenset({"base", "id", "name", "abstract", "metric"})


@dataclass
class Resolution:
    """What `resolve` finds.

    Attributes
    ----------
    partials, specifications
        The documents by label; of duplicates the last.
    order
        All documents, bases before their heirs.
    diagnostics
        Faults of names and inheritance.
    unreadable
        Packages some of whose specification files could not be read: what is missing there may be in them.
    guesses
        What unknown bases may have meant, by what they say.
    """

    partials: dict[str, SpecificationDocument] = field(default_factory=dict)
    specifications: dict[str, SpecificationDocument] = field(default_factory=dict)
    order: list[SpecificationDocument] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    unreadable: frozenset[str] = frozenset()
    guesses: dict[str, str | None] = field(default_factory=dict)
    _names: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def names_beside(self, stem: str, kind: str) -> list[str]:
        """List the last parts of the labels of a kind that begin with a file or a metric."""
        if kind not in self._names:
            found = self._names[kind] = {}
            index, separator = (self.partials, "#") if kind == "partial" else (self.specifications, ".")
            for label in sorted(index):
                there, _, name = label.rpartition(separator)
                found.setdefault(there, []).append(name)
        return self._names[kind].get(stem, [])


def resolve(documents: list[SpecificationDocument], unreadable: Iterable[str] = ()) -> Resolution:
    """Resolve the inheritance of all documents, in order of path and position.

    Every document that can be resolved gets its `content`; every other gets the `causes` why it cannot.
    """
    result = Resolution(unreadable=frozenset(unreadable))
    _index(documents, "partial", result.partials, result)
    _infer_metrics(documents, result)
    _index(documents, "specification", result.specifications, result)
    _link(documents, result)
    cycles = _Cycles(result)
    result.order = _ordered(documents, lambda document: document.parents, cycles.met)
    merger = Merger()
    texts = {document.root.document.text for document in documents}
    left = limits.MAX_VALUES_MERGED + limits.VALUES_FOR_A_CHARACTER * sum(len(text.content) for text in texts)
    too_much: Diagnostic | None = None
    for document in result.order:
        if document.causes:
            continue
        merger.subject = document.label
        content = _merged(document, merger)
        if content is not None and document.parents:
            left -= content.size
            if left < 0:
                too_much = too_much or _too_large(
                    document, "all definitions together inherit too many values", "give many heirs fewer values each"
                )
                document.causes.append(too_much)
                continue
        document.content = content
    result.diagnostics.extend([*merger.faults, *([too_much] if too_much is not None else [])])
    return result


def _index(
    documents: list[SpecificationDocument], kind: str, index: dict[str, SpecificationDocument], result: Resolution
) -> None:
    groups: dict[str, list[SpecificationDocument]] = {}
    for document in documents:
        if document.kind == kind and document.spec != NAMELESS and (kind == "partial" or document.metric is not None):
            groups.setdefault(document.label, []).append(document)
    for label, group in groups.items():
        index[label] = group[-1]
        for document in group if len(group) > 1 else ():
            rest = itertools.islice((other for other in group if other is not document), _SHOWN_LINKS)
            others = tuple(Related("another definition", other.name_node.place) for other in rest)
            message = f"the {kind} `{label}` is defined {len(group)} times; the last definition counts"
            hint = "remove what is too much, or give it another name"
            found = Diagnostic(f"duplicate-{kind}", message, document.name_node.place, hint, label, others)
            result.diagnostics.append(found)


def _infer_metrics(documents: list[SpecificationDocument], result: Resolution) -> None:
    """Fill in the metric of documents that inherit it: the last base that has one says it."""

    def partials_of(document: SpecificationDocument) -> list[SpecificationDocument]:
        return [found for base in document.bases if (found := result.partials.get(base.target)) is not None]

    for document in _ordered(documents, partials_of, None):
        if document.metric is not None:
            continue
        for base in document.bases:
            partial = result.partials.get(base.target)
            if base.metric is not None:
                document.metric, document.metric_node = base.metric, base.node
            elif partial is not None and partial.metric is not None:
                document.metric, document.metric_node = partial.metric, partial.metric_node
    for document in documents:
        if document.kind == "specification" and document.metric is None and not document.causes:
            waiting = [base for base in document.bases if base.target not in result.partials]
            if not waiting:
                message = f"the specification `{document.spec}` has no metric, neither of its own nor inherited"
                found = Diagnostic("missing-field", message, document.name_node.place, "add `metric:`")
                document.causes.append(found)
                result.diagnostics.append(found)


def _link(documents: list[SpecificationDocument], result: Resolution) -> None:
    """Find the documents of all bases."""
    for document in documents:
        for base in document.bases:
            index = result.partials if base.metric is None else result.specifications
            found = index.get(base.target)
            if found is not None:
                document.parents.append(found)
            else:
                fault = _unknown_base(document, base, result)
                document.causes.append(fault)
                result.diagnostics.append(fault)


def _unknown_base(document: SpecificationDocument, base: Base, result: Resolution) -> Diagnostic:
    what = "partial" if base.metric is None else "specification"
    index = result.partials if base.metric is None else result.specifications
    text = base.node.text if isinstance(base.node, Scalar) else base.target
    message = f"there is no {what} `{base.target}`"
    package = base.target.partition(":" if what == "partial" else ".")[0]
    separator = "#" if what == "partial" else "."
    most = min(max(limits.MAX_WORDS_COMPARED // max(len(index), 1), 1), limits.MAX_BASES_GUESSED)
    if base.target not in result.guesses and len(result.guesses) < most:
        siblings = [label for label in index if label.startswith(package)]
        result.guesses[base.target] = _meant(base.target, siblings)
    meant = result.guesses.get(base.target)
    if package in result.unreadable:
        hint = f"it may be in a file of `{package}` that cannot be read; mend that first"
    elif meant is not None:
        hint = did_you_mean(_as_written(text, meant, document))
    elif what == "partial" and base.target.partition("#")[0].endswith((".yaml", ".yml")):
        hint = "leave out the extension of the file"
    else:
        names = result.names_beside(base.target.rpartition(separator)[0], what)
        listed = ", ".join(f"`{separator if what == 'partial' else ''}{name}`" for name in names[:_SHOWN_NAMES])
        if what == "partial":
            hint = f"that file has {listed}" if names else "there is no such file, or it has no partials"
        else:
            hint = f"that metric has {listed}" if names else "no specification tests that metric"
    return Diagnostic("unknown-base", message, base.node.place, hint, document.label)


def _meant(target: str, labels: list[str]) -> str | None:
    """Find the label that was meant: one part of it misspelt, or the same id in one other file."""
    separator = "#" if "#" in target else "."
    stem, _, last = target.rpartition(separator)
    pairs = [(label, *label.rpartition(separator)[::2]) for label in labels]
    near = closest(last, {name for _, there, name in pairs if there == stem})
    if near is not None:
        return f"{stem}{separator}{near}"
    stems = {there: label for label, there, name in pairs if name == last}
    if separator == "#" and len(stems) == 1:
        return next(iter(stems.values()))
    return stems.get(closest(stem, stems) or "")


def _as_written(text: str, meant: str, document: SpecificationDocument) -> str:
    """Shorten a label as the author would write it."""
    if "#" not in meant:
        return meant if text.count(".") > 1 else meant.partition(".")[2]
    package, _, rest = meant.partition(":")
    path, _, name = rest.partition("#")
    if package != document.package:
        return meant
    return f"#{name}" if path == document.path else rest


def _ordered(
    documents: list[SpecificationDocument],
    edges: Callable[[SpecificationDocument], list[SpecificationDocument]],
    on_cycle: Callable[[_Way, int], None] | None,
) -> list[SpecificationDocument]:
    """Order documents so that those which they refer to come first; a reference back is a cycle and is passed over."""
    order: list[SpecificationDocument] = []
    state: dict[int, int] = {}  # how far up the way to where we are, or _DONE
    for start in documents:
        if id(start) in state:
            continue
        stack: _Way = [(start, iter(edges(start)))]
        state[id(start)] = 0
        while stack:
            document, rest = stack[-1]
            for target in rest:
                if id(target) not in state:
                    state[id(target)] = len(stack)
                    stack.append((target, iter(edges(target))))
                    break
                if state[id(target)] != _DONE and on_cycle is not None:
                    on_cycle(stack, state[id(target)])
            else:
                state[id(document)] = _DONE
                order.append(document)
                stack.pop()
    return order


class _Cycles:
    """Reports cycles: all that have no document in common, and of those that overlap as many as anybody reads.

    Every document of a cycle has a cause or a base that has one, so that none is taken for resolved.
    """

    def __init__(self, result: Resolution) -> None:
        self._result = result
        self._links = 0

    def met(self, way: _Way, first: int) -> None:
        """Take note that the last document of the way refers back to an earlier one."""
        document, target = way[-1][0], way[first][0]
        if _is_cyclic(document) and _is_cyclic(target):
            return
        cyclic = next((item for item, _ in itertools.islice(reversed(way), len(way) - first) if _is_cyclic(item)), None)
        if cyclic is None or self._links + len(way) - first <= limits.MAX_LINKS_TOLD:
            self._links += 0 if cyclic is None else len(way) - first
            _report_cycle([item for item, _ in way[first:]], self._result)
            return
        cause = next(cause for cause in cyclic.causes if cause.rule == "cyclic-base")
        for item, _ in reversed(way):
            if item is cyclic:
                return
            item.causes.append(cause)


def _is_cyclic(document: SpecificationDocument) -> bool:
    return any(cause.rule == "cyclic-base" for cause in document.causes)


def _report_cycle(cycle: list[SpecificationDocument], result: Resolution) -> None:
    first = min(range(len(cycle)), key=lambda index: cycle[index].name_node.place)
    cycle = cycle[first:] + cycle[:first]
    links = []
    for document, target in zip(cycle, [*cycle[1:], cycle[0]], strict=True):
        links.append((document, target, next(base.node for base in document.bases if base.target == target.label)))
    names = [f"`{document.label}`" for document in [*cycle, cycle[0]]]
    if len(names) > _SHOWN_LINKS:
        names = [*names[: _SHOWN_LINKS - 1], f"({len(names) - _SHOWN_LINKS} more)", names[-1]]
    message = (
        f"these inherit from each other: {' -> '.join(names)}" if len(cycle) > 1 else f"{names[0]} inherits from itself"
    )
    related = tuple(
        Related(f"`{document.label}` inherits from `{target.label}`", node.place)
        for document, target, node in links[1 : _SHOWN_LINKS + 1]
    )
    hint = "remove the base" if len(cycle) == 1 else "remove one of these bases"
    place = links[0][2].place
    found = Diagnostic("cyclic-base", message, place, hint, cycle[0].label, related)
    result.diagnostics.append(found)
    for document in cycle:
        document.causes.append(found)


def _too_large(document: SpecificationDocument, message: str, hint: str) -> Diagnostic:
    node = document.bases[0].node if document.bases else document.name_node
    return Diagnostic("too-large", message, node.place, hint, document.label)


def _merged(document: SpecificationDocument, merger: Merger) -> Mapping | None:
    """Merge a document onto its bases, or say why that cannot be."""
    inherited_causes = {
        id(cause): cause
        for parent in document.parents
        if parent.content is None
        for cause in itertools.islice(parent.causes, _SHOWN_CAUSES)
    }
    document.causes.extend(itertools.islice(inherited_causes.values(), _SHOWN_CAUSES))
    if document.causes:
        return None
    own = {key: entry for key, entry in document.root.entries.items() if key not in _NOT_INHERITED}
    layer = resized(Mapping(document.root.document, document.root.start, document.root.end, own))
    content = None
    for parent in document.parents:
        inherited = parent.content
        assert inherited is not None  # noqa: S101  # it would be a cause otherwise
        if parent.kind == "specification":
            inherited = contribution(inherited)
        content = inherited if content is None else merger.top(content, inherited)
        if content.size > limits.MAX_VALUES:
            break
    content = layer if content is None else merger.top(content, layer)
    if content.size > limits.MAX_VALUES:
        message = (
            f"`{document.label}` {'inherits' if document.parents else 'has'} more than {limits.MAX_VALUES:,} values"
        )
        found = _too_large(document, message, "a base that is reached twice appends its lists twice")
        document.causes.append(found)
        merger.faults.append(found)
        return None
    return content
