"""What the drawings of a metric show: its limits by the jobs they are for, and what its specifications inherit."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gnomon.docs import graph, ladder, wording
from gnomon.docs.strictness import in_unit, level
from gnomon.render.axis import WIDTH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gnomon.documents import SpecificationDocument
    from gnomon.specifications import Specification
    from gnomon.specifications.passing import PassingSet

_REQUIREMENT, _EVERY_JOB = ("\0",), ()  # no query has such a term
_FIRST = {_REQUIREMENT: 0, _EVERY_JOB: 1}  # lanes of their own, above the others
_MOST_NAMES = 2
_LONGEST, _LONG = 82, 24
_MOST_VALUES = 8


@dataclass(frozen=True)
class _Rung:
    """A test among those for the same jobs."""

    name: str
    level: str | None
    limit: str
    passing: PassingSet


def draw_ladder(
    tests: Sequence[tuple[SpecificationDocument, Specification]],
    unit: str,
    ladders: Mapping[str, Sequence[str]],
    width: float = WIDTH,
) -> ladder.Drawing | None:
    """Draw the limits of a metric, the loosest first; jobs with the same limits share a lane."""
    by_query: dict[tuple[str, ...], list[_Rung]] = defaultdict(list)
    for document, specification in tests:
        passing = in_unit(specification.test.passing, unit)
        if passing is None:
            continue
        key = _REQUIREMENT if specification.abstract else tuple(wording.conditions(specification.metadata_query))
        own = "" if specification.test.unit == unit else f" {specification.test.unit}"
        rung = level(specification.tags, ladders)
        by_query[key].append(_Rung(document.spec, rung, f"{wording.limit(specification.test)}{own}", passing))
    shared: dict[tuple[object, ...], list[tuple[str, ...]]] = defaultdict(list)
    for key, rungs in by_query.items():
        limits = dict.fromkeys((rung.level, rung.passing) for rung in rungs)
        shared[key if key in _FIRST else None, *limits].append(key)
    order = sorted(shared.values(), key=lambda keys: _FIRST.get(keys[0], len(_FIRST)))
    lanes = [ladder.Lane(_jobs(keys), _marks([rung for key in keys for rung in by_query[key]])) for keys in order]
    return ladder.draw(lanes, width)


def _marks(rungs: Sequence[_Rung]) -> tuple[ladder.Mark, ...]:
    """Gather what the same values pass under the names of its levels, or of its specifications."""
    of_level: dict[str | None, set[PassingSet]] = defaultdict(set)
    for rung in rungs:
        of_level[rung.level].add(rung.passing)
    names: dict[PassingSet, dict[str, None]] = defaultdict(dict)
    limits: dict[PassingSet, str] = {}
    for rung in rungs:
        told = rung.level if rung.level is not None and len(of_level[rung.level]) == 1 else rung.name
        names[rung.passing][told] = None
        limits.setdefault(rung.passing, rung.limit)
    return tuple(ladder.Mark(_gathered(list(names[passing])), limit, passing) for passing, limit in limits.items())


def _gathered(names: list[str]) -> str:
    if len(names) <= _MOST_NAMES:
        return ", ".join(names)
    return f"{names[0]} and {len(names) - 1} more"


def _jobs(queries: Sequence[Sequence[str]]) -> str:
    """Say which jobs a lane is for: what its queries share, and what they do not in one list."""
    if queries[0] == _REQUIREMENT:
        return "Requirements"
    if queries[0] == _EVERY_JOB:
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
    own = documents[0].metric if documents else None
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
    return graph.draw(kinds, bases, {name: _short(found[name], own) for name in names})


def _short(document: SpecificationDocument, own: str | None) -> str:
    if document.kind == "partial":
        return f"{document.path}#{document.spec}"
    return str(document.spec) if document.metric == own else f"{document.metric}.{document.spec}"
