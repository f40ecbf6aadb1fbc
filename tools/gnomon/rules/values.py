"""Rules about tests and queries."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gnomon import queries, units
from gnomon.diagnostics import Diagnostic, Related, Severity
from gnomon.merging import TESTS, is_condition_node
from gnomon.names import Guesses, closest, did_you_mean
from gnomon.nodes import Mapping, Node, Scalar, Sequence
from gnomon.rules.rule import Rule
from gnomon.rules.scalars import ambiguous_scalars, joined_tags, numeric_strings
from gnomon.specifications.kinds import judge_test
from gnomon.specifications.threshold import Threshold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.documents import SpecificationDocument
    from gnomon.nodes import Entry
    from gnomon.registry import Registry
    from gnomon.vocabulary import Term

_TEST = "threshold: {operator: '<=', value: 5, unit: mmag}\n"

ROWS = (
    Rule(
        "float-equality",
        "tests",
        Severity.WARNING,
        "A threshold demands that a measured quantity equals a number, or does not.",
        "Two measurements of a physical quantity are hardly ever equal, so the test nearly always fails or nearly always passes.",
        "Use a range or a tolerance. Counts (whole numbers without a unit, or in `ct`, `pix` and their like) may be equal.",
        bad="name: s\nmetric: A\nthreshold: {operator: '==', value: 5, unit: mmag}\n",
        good="name: s\nmetric: A\ntolerance: {target: 5, within: 0.1, unit: mmag}\n",
    ),
    Rule(
        "invalid-query",
        "tests",
        Severity.ERROR,
        "A condition of a metadata query cannot be evaluated, or its operator is misspelt.",
        "The condition never holds, or is taken for a literal value, and the specification applies to no job.",
        "The operators are `in` and `not_in` (lists), `glob` (a pattern), `exists` (true or false), `<` `<=` `>` `>=` (numbers); "
        "`{any: true}` stands alone.",
        bad=f"name: s\nmetric: A\nmetadata_query: {{band: {{inn: [g, r]}}}}\n{_TEST}",
        good=f"name: s\nmetric: A\nmetadata_query: {{band: {{in: [g, r]}}}}\n{_TEST}",
    ),
    Rule(
        "literal-mapping",
        "tests",
        Severity.WARNING,
        "The value of a query's term is a mapping that is no condition.",
        "The job's metadata must then hold exactly that mapping, which is seldom meant.",
        "Write a condition, or query the parts as terms of their own.",
        bad=f"name: s\nmetric: A\nmetadata_query: {{camera: {{name: hsc}}}}\n{_TEST}",
        good=f"name: s\nmetric: A\nmetadata_query: {{camera: hsc}}\n{_TEST}",
    ),
    Rule(
        "empty-query-value",
        "tests",
        Severity.WARNING,
        "A query's term has no value: nothing, an empty text or an empty list.",
        "The job's metadata must then hold just that, so the specification applies to no job that anybody has.",
        "Write the value, `{exists: true}` for any, `{exists: false}` for none, or remove the term.",
        bad=f"name: s\nmetric: A\nmetadata_query: {{camera: }}\n{_TEST}",
        good=f"name: s\nmetric: A\nmetadata_query: {{camera: hsc}}\n{_TEST}",
    ),
    Rule(
        "drops-nothing",
        "tests",
        Severity.WARNING,
        "`{any: true}` stands for a term that no base of the specification has.",
        "It is there to drop an inherited term; a misspelt one stays, and the specification applies to fewer jobs.",
        "Write the term as the base does, or remove it.",
        bad=f"name: s\nmetric: A\nmetadata_query: {{camera: {{any: true}}}}\n{_TEST}",
        good=f"name: s\nmetric: A\n{_TEST}",
    ),
    Rule(
        "unknown-query-term",
        "references",
        Severity.ERROR,
        "A query has a term that the vocabulary does not know.",
        "No job has that term, so the specification applies to none.",
        "Correct it, or add the term to specs/vocabulary.yaml.",
        bad="A vocabulary with `camera`, and a query for `camrea`.",
        good="The same with a query for `camera`.",
    ),
    Rule(
        "unknown-query-value",
        "references",
        Severity.ERROR,
        "A query has a value that the vocabulary does not know for its term.",
        "No job has that value, so the specification applies to none.",
        "Correct it, or add the value to specs/vocabulary.yaml.",
        bad="A vocabulary with the values `hsc` and `decam` of `camera`, and a query for `HSC`.",
        good="The same with a query for `hsc`.",
    ),
)


def tests_as_written(registry: Registry) -> Iterator[Diagnostic]:
    """Yield mistakes in tests that no specification was made of: in partials, and where a base is unknown."""
    for document in registry.documents:
        if document.kind == "partial" or document.content is None:
            for found in judge_test(document.root):
                yield replace(found, subject=document.label)


def several_tests(registry: Registry) -> Iterator[Diagnostic]:
    """Yield documents that hold tests of several types."""
    for document in registry.documents:
        held = [name for name in TESTS if isinstance(document.root.get(name), Mapping)]
        if len(held) > 1:
            names = " and ".join(f"`{name}`" for name in held)
            keys = [document.root.key_of(name) for name in held]
            related = tuple(Related("another test", key.place) for key in (keys[0], *keys[2:]))
            hint = f"keep one; `{held[0]}` counts until then"
            yield Diagnostic("several-tests", f"{names} in one document", keys[1].place, hint, document.label, related)


def float_equality(registry: Registry) -> Iterator[Diagnostic]:
    """Yield thresholds that compare a physical quantity for equality."""
    for document, specification in registry.resolved_specifications():
        test = specification.test
        if not isinstance(test, Threshold) or test.operator not in {"==", "!="}:
            continue
        if units.facts(test.unit).is_count and (test.value.is_integer() or not math.isfinite(test.value)):
            continue
        body = document.effective("threshold")
        node = body.get("operator") if isinstance(body, Mapping) else None
        message = f"`{test.operator}` on a measured quantity"
        hint = "use a range or a tolerance"
        yield Diagnostic("float-equality", message, (node or document.name_node).place, hint, document.label)


def _query_entries(registry: Registry) -> Iterator[tuple[SpecificationDocument, Entry]]:
    for document in registry.documents:
        query = document.root.get("metadata_query")
        if isinstance(query, Mapping):
            for entry in query.entries.values():
                yield document, entry


def query_conditions(registry: Registry) -> Iterator[Diagnostic]:
    """Yield conditions that cannot be evaluated, mappings that are taken for values, and values that are empty."""
    for document, entry in _query_entries(registry):
        node = entry.value
        if not isinstance(node, Mapping):
            if node.data in (None, "", []):
                message = f"`{entry.key.text}` must be empty in a job for the specification to apply"
                hint = "write a value, or `{exists: true}` for any"
                yield Diagnostic("empty-query-value", message, entry.key.place, hint, document.label)
            continue
        if is_condition_node(node):
            for operator, needs in queries.condition_faults(node.data):
                place = node.entries[operator].value.place
                yield Diagnostic("invalid-query", needs, place, None, document.label)
        else:
            yield _literal(document, entry, node)


def _literal(document: SpecificationDocument, entry: Entry, node: Mapping) -> Diagnostic:
    known = ", ".join(f"`{name}`" for name in sorted(queries.OPERATORS))
    operators = [item.key.text for item in node.entries.values() if item.key.text in queries.OPERATORS]
    for item in node.entries.values():
        text = item.key.text
        if text in operators:
            continue
        meant = _operator_meant(text)
        if meant is not None:
            message = f"`{text}` is not an operator of a query, so this mapping is taken for a value"
            return Diagnostic("invalid-query", message, item.key.place, did_you_mean(meant), document.label)
        if operators:
            message = f"`{text}` is no operator, but stands beside `{operators[0]}`, which is one"
            return Diagnostic("invalid-query", message, item.key.place, f"the operators are {known}", document.label)
    message = f"`{entry.key.text}` must be exactly this mapping for the specification to apply"
    hint = f"write a condition ({known}), or query its parts as terms of their own"
    return Diagnostic(
        "literal-mapping", message, (entry.key if not node.entries else node.head).place, hint, document.label
    )


def dropped_terms(registry: Registry) -> Iterator[Diagnostic]:
    """Yield terms that a specification drops although it inherits none such; a partial may be for others' terms."""
    for document, entry in _query_entries(registry):
        if document.kind == "partial" or entry.value.data != {"any": True} or document.content is None:
            continue
        queries_of = [parent.content.get("metadata_query") for parent in document.parents if parent.content is not None]
        inherited = {key for query in queries_of if isinstance(query, Mapping) for key in query.entries}
        if entry.key.value not in inherited:
            message = f"no base has the term `{entry.key.text}`, so there is nothing to drop"
            meant = closest(entry.key.text, map(str, inherited))
            hint = did_you_mean(meant, "remove it, or name the base that has it")
            yield Diagnostic("drops-nothing", message, entry.key.place, hint, document.label)


_SYMBOLS = {"=>": ">=", "=<": "<=", "≥": ">=", "≤": "<=", "==": "in", "=": "in", "!=": "not_in"}


def _operator_meant(text: str) -> str | None:
    if text in _SYMBOLS:
        return _SYMBOLS[text]
    meant = closest(text, queries.OPERATORS)
    # Short words are near to each other: `min` is not a misspelt `in`.
    return meant if meant is not None and meant[0] == text[0].lower() else None


def vocabulary_terms(registry: Registry) -> Iterator[Diagnostic]:
    """Yield terms and values of queries that the vocabulary does not know, where there is one."""
    vocabulary = registry.vocabulary
    if vocabulary is None:
        return
    terms = Guesses(vocabulary)
    texts: dict[str, Guesses] = {}
    for document, entry in _query_entries(registry):
        name = entry.key.text
        term = vocabulary.get(name)
        if term is not None:
            if term.name not in texts:
                texts[term.name] = Guesses(value for value in term.values or () if isinstance(value, str))
            yield from _term_values(document, entry, term, texts[term.name])
        elif name.count(".") < 2:  # noqa: PLR2004  # package.metric.key is a note of a measurement, and exempt
            meant = terms.closest(name)
            hint = did_you_mean(meant, "add it to specs/vocabulary.yaml")
            message = f"the vocabulary has no term `{name}`"
            yield Diagnostic("unknown-query-term", message, entry.key.place, hint, document.label)


def _term_values(document: SpecificationDocument, entry: Entry, term: Term, texts: Guesses) -> Iterator[Diagnostic]:
    for node in _wanted(entry.value):
        value = node.data
        shown = node.text if isinstance(node, Scalar) else _shown(value)
        fault = term.fault_of(value)
        if fault is not None:
            meant = texts.closest(value) if isinstance(value, str) else None
            hint = did_you_mean(meant, fault)
            message = f"`{shown}` is no value of `{term.name}`"
            yield Diagnostic("unknown-query-value", message, node.place, hint, document.label)


def _wanted(node: Node) -> Iterator[Node]:
    """Yield the values that a query asks a term for; patterns and orderings ask for none in particular."""
    if isinstance(node, Mapping) and is_condition_node(node):
        for operator in ("in", "not_in"):
            values = node.get(operator)
            if isinstance(values, Sequence):
                yield from values.items
    else:
        yield node


def _shown(value: Any) -> str:
    """Write a value as YAML does in one line."""
    if isinstance(value, list):
        return f"[{', '.join(_shown(item) for item in value[:12])}]"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


CHECKS = (
    ambiguous_scalars,
    numeric_strings,
    joined_tags,
    tests_as_written,
    several_tests,
    float_equality,
    query_conditions,
    dropped_terms,
    vocabulary_terms,
)
