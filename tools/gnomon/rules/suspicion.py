"""Rules that find what is probably a slip: names, scopes and descriptions that do not fit."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from gnomon.diagnostics import Diagnostic, Related
from gnomon.names import Guesses, did_you_mean
from gnomon.nodes import Mapping, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.documents import Base, MetricDocument, SpecificationDocument
    from gnomon.nodes import Node
    from gnomon.registry import Registry

_MOST_TOKENS = 20  # of a name that says something; each of one name is exchanged with each of the other
_OFTEN = 3  # uses of a term that make it an established one
_PLACEHOLDERS = frozenset(
    [
        "todo",
        "tbd",
        "tba",
        "fixme",
        "xxx",
        "none",
        "null",
        "n/a",
        "na",
        "...",
        "-",
        "?",
        "description",
        "placeholder",
        "unknown",
        "undefined",
        "test",
        "to_be_defined",
    ]
)


def suspicious_bases(registry: Registry) -> Iterator[Diagnostic]:
    """Yield heirs named after one sibling that inherit from another: ``FY18_hsc_r`` from ``FY17_gri``."""
    for document in registry.documents:
        if document.kind != "specification":
            continue
        for base in document.bases:
            found = registry.specifications.get(base.target) if base.metric is not None else None
            meant = _sibling_meant(document, found, registry) if found is not None else None
            if found is not None and meant is not None:
                yield _suspicious_base(document, base, found, meant)


def _tokens(name: str) -> list[str]:
    return re.split(r"[_-]", name)


def _sibling_meant(
    document: SpecificationDocument, base: SpecificationDocument, registry: Registry
) -> SpecificationDocument | None:
    """Find the sibling of a base that the heir's name names: one token of the base's name exchanged."""
    own, parts = _tokens(document.spec), _tokens(base.spec)
    if set(parts) <= set(own) or max(len(own), len(parts)) > _MOST_TOKENS:
        return None
    for index, part in enumerate(parts):
        if part in own:
            continue
        for token in own:
            if token in parts:
                continue
            exchanged = iter([*parts[:index], token, *parts[index + 1 :]])
            name = "".join(
                piece if piece in {"_", "-"} else next(exchanged) for piece in re.split(r"([_-])", base.spec)
            )
            sibling = registry.specifications.get(f"{base.package}.{base.metric}.{name}")
            if sibling is not None and sibling is not document:
                return sibling
    return None


def _suspicious_base(
    document: SpecificationDocument, base: Base, found: SpecificationDocument, meant: SpecificationDocument
) -> Diagnostic:
    one, other = found.specification, meant.specification
    same = one is not None and other is not None and one.test.passing.equals(other.test.passing)
    effect = ""
    if one is not None and other is not None:
        effect = ", which has the same test today" if same else f", which has {other.test} instead of {one.test}"
    message = f"`{document.spec}` inherits from `{found.relative_name}`, but there is a `{meant.relative_name}`{effect}"
    hint = f"write `{meant.relative_name}` if that one is meant"
    related = (Related(f"`{meant.spec}` stands here", meant.name_node.place),)
    return Diagnostic("suspicious-base", message, base.node.place, hint, document.label, related, mild=same)


def suspicious_query_terms(registry: Registry) -> Iterator[Diagnostic]:
    """Yield terms that are used once and nearly the name of an established one, where no vocabulary says what is right."""
    if registry.vocabulary is not None:
        return
    uses: Counter[str] = Counter()
    last: dict[str, tuple[SpecificationDocument, Node]] = {}
    for document in registry.documents:
        query = document.root.get("metadata_query")
        for entry in query.entries.values() if isinstance(query, Mapping) else ():
            uses[entry.key.text] += 1
            last[entry.key.text] = (document, entry.key)
    established = Guesses(term for term, count in uses.items() if count >= _OFTEN)
    for term, count in uses.items():
        meant = established.closest(term) if count == 1 else None
        if meant is not None:
            message = f"the term `{term}` is used only here, and `{meant}` {uses[meant]} times"
            hint = f"{did_you_mean(meant)} If not, a specs/vocabulary.yaml with both terms says so"
            document, node = last[term]
            yield Diagnostic("suspicious-query-term", message, node.place, hint, document.label)


def unscoped_specifications(registry: Registry) -> Iterator[Diagnostic]:
    """Yield specifications that test every job while others of their metric choose theirs."""
    groups: dict[str, list[SpecificationDocument]] = defaultdict(list)
    scoped: Counter[str] = Counter()
    for document, specification in registry.resolved_specifications():
        metric = document.metric_label
        if specification.metadata_query:
            scoped[metric] += not specification.abstract
        elif not specification.abstract:
            groups[metric].append(document)
    for metric, documents in groups.items():
        for document in documents if scoped[metric] else ():
            message = f"`{document.relative_name}` tests every job, while others of its metric choose theirs"
            hint = "add a `metadata_query`, or `abstract: true` if it is a requirement for others to inherit"
            yield Diagnostic("unscoped-specification", message, document.name_node.place, hint, document.label)


def poor_descriptions(registry: Registry) -> Iterator[Diagnostic]:
    """Yield descriptions that tell a reader nothing, and ones that several metrics of a package share."""
    alike: dict[tuple[str, str], list[MetricDocument]] = defaultdict(list)
    for document, metric in registry.resolved_metrics():
        node = document.body.get("description")
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            continue
        words = " ".join(metric.description.casefold().split())
        reason = _poor(words, metric.name.metric or "")
        if reason is not None:
            hint = "say in a full sentence what is measured, over which objects"
            yield Diagnostic("poor-description", reason, node.place, hint, document.label)
        else:
            alike[metric.name.package or "", words].append(document)
    for first, *others in alike.values():
        if others:
            related = tuple(Related(f"`{other.name.metric}` has it", other.key.place) for other in others)
            place = first.body.entries["description"].value.place
            message = f"`{first.name.metric}` shares its description with others of its package"
            hint = "say what makes them different"
            yield Diagnostic("poor-description", message, place, hint, first.label, related, mild=True)


def _poor(words: str, metric: str) -> str | None:
    if not words:
        return "the description is empty"
    if words.rstrip(".!:") in _PLACEHOLDERS or words in _PLACEHOLDERS or words.startswith(("todo", "fixme", "tbd")):
        return "the description is a placeholder"
    if _squeezed(words) == _squeezed(metric):
        return "the description only repeats the name"
    return None


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def unverified_requirements(registry: Registry) -> Iterator[Diagnostic]:
    """Yield requirements that no concrete specification inherits from, directly or not."""
    verified: set[int] = set()
    stack = [document for document in registry.specifications.values() if not document.abstract]
    while stack:
        for parent in stack.pop().parents:
            if id(parent) not in verified:
                verified.add(id(parent))
                stack.append(parent)
    for document, specification in registry.resolved_specifications():
        if specification.abstract and id(document) not in verified:
            message = f"no specification verifies the requirement `{document.relative_name}`"
            hint = "add a specification that inherits from it, for the jobs that measure it"
            yield Diagnostic("unverified-requirement", message, document.name_node.place, hint, document.label)


CHECKS = (
    suspicious_bases,
    suspicious_query_terms,
    unscoped_specifications,
    poor_descriptions,
    unverified_requirements,
)
