"""What the drawings of a metric show: its limits by the jobs they are for, and what its specifications inherit."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from gnomon.docs import graph, ladder, wording
from gnomon.docs.strictness import in_unit, level

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gnomon.documents import SpecificationDocument
    from gnomon.specifications import Specification

_LONGEST, _LONG = 82, 24
_MOST_VALUES = 8


def draw_ladder(
    tests: Sequence[tuple[SpecificationDocument, Specification]], unit: str, ladders: Mapping[str, Sequence[str]]
) -> ladder.Drawing | None:
    """Draw the limits of a metric, the loosest first; jobs with the same limits share a lane."""
    by_query: dict[tuple[str, ...], list[ladder.Mark]] = defaultdict(list)
    queries: dict[tuple[str, ...], list[str]] = {}
    for document, specification in tests:
        passing = in_unit(specification.test.passing, unit)
        if passing is None:
            continue
        terms = wording.conditions(specification.metadata_query)
        key = ("requirement",) if specification.abstract else ("jobs", *terms)
        name = document.spec if specification.abstract else level(specification.tags, ladders) or document.spec
        own = "" if specification.test.unit == unit else f" {specification.test.unit}"
        by_query[key].append(ladder.Mark(name, f"{wording.limit(specification.test)}{own}", passing))
        queries[key] = terms
    shared: dict[tuple[ladder.Mark, ...], list[tuple[str, ...]]] = defaultdict(list)
    for key, marks in by_query.items():
        shared[tuple(dict.fromkeys(marks))].append(key)
    lanes = [ladder.Lane(_jobs([queries[key] for key in keys], keys[0][0]), marks) for marks, keys in shared.items()]
    return ladder.draw(sorted(lanes, key=lambda lane: not lane.label.startswith("Requirements")))


def _jobs(queries: list[list[str]], kind: str) -> str:
    """Say which jobs a lane is for: what its queries share, and what they do not in one list."""
    if kind == "requirement":
        return "Requirements"
    if queries == [[]]:
        return "Every job"
    terms: dict[str, dict[str, None]] = {}
    for query in queries:
        for term in query:
            name, _, value = term.partition(" ")
            terms.setdefault(name, {})[value.removeprefix("= ")] = None
    # Camera and band first; addresses and commits of datasets are in the table below.
    told = sorted(terms.items(), key=lambda item: (wording.rank(item[0]), max(map(len, item[1])) > _LONG))
    text = ""
    for count, (name, values) in enumerate(told):
        part = f"{name} {', '.join(list(values)[:_MOST_VALUES])}{', …' if len(values) > _MOST_VALUES else ''}"
        if text and len(text) + len(part) > _LONGEST:
            return f"{text}; {len(told) - count} more {'term' if len(told) - count == 1 else 'terms'}"
        text = f"{text}; {part}" if text else part
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def draw_graph(documents: Sequence[SpecificationDocument]) -> graph.Graph | None:
    """Draw what the specifications of a metric inherit from."""
    found: dict[str, SpecificationDocument] = {}
    stack = list(documents)
    while stack:
        document = stack.pop()
        if document.label not in found:
            found[document.label] = document
            stack.extend(document.parents)
    names = sorted(found)
    kinds = {name: "requirement" if found[name].abstract else found[name].kind for name in names}
    bases = {name: [parent.label for parent in found[name].parents] for name in names}
    return graph.draw(kinds, bases, {name: _short(found[name]) for name in names})


def _short(document: SpecificationDocument) -> str:
    return f"{document.path}#{document.spec}" if document.kind == "partial" else f"{document.metric}.{document.spec}"
