"""The graph of inheritance: what the specifications of a metric are built from, left to right."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_LETTER, _PADDING, _HEIGHT, _GAP, _BETWEEN = 7.0, 10.0, 26.0, 8.0, 44.0
_LONGEST = 44
_MOST_SINGLE = 3  # heirs of the same bases that are drawn one by one
_MANY = 24  # above that, jobs are not told apart
_MOST = 150


@dataclass(frozen=True)
class Vertex:
    """A definition, or several that have the same bases and no heirs."""

    name: str
    label: str
    kind: str
    x: float
    y: float
    width: float
    height: float = _HEIGHT


@dataclass(frozen=True)
class Edge:
    """From a base to its heir, as the path of a curve."""

    path: str


@dataclass(frozen=True)
class Graph:
    """A drawing, ready for its template."""

    width: float
    height: float
    vertices: tuple[Vertex, ...]
    edges: tuple[Edge, ...]


def draw(kinds: Mapping[str, str], bases: Mapping[str, Sequence[str]], labels: Mapping[str, str]) -> Graph | None:
    """Lay a graph out; None where nothing inherits, or where nobody could read it.

    Parameters
    ----------
    kinds
        ``specification``, ``requirement`` or ``partial`` of each name.
    bases
        What each inherits from; names that are not in `kinds` are passed over.
    """
    known = {name: [base for base in dict.fromkeys(bases.get(name, ())) if base in kinds] for name in kinds}
    if not any(known.values()):
        return None
    drawn = _Drawn(dict(kinds), known, dict(labels))
    drawn.gather_leaves(lambda name: tuple(known[name]))
    if len(drawn.kinds) > _MANY:
        # Partials say mostly for which jobs: what matters most is which requirement the jobs are tested against.
        drawn.most_single = 1
        drawn.gather_leaves(lambda name: tuple(base for base in drawn.known[name] if kinds[base] != "partial"))
        drawn.gather_bases()
    return _placed(drawn) if len(drawn.kinds) <= _MOST else None


@dataclass
class _Drawn:
    """What is left to draw while several definitions become one box."""

    kinds: dict[str, str]
    known: dict[str, list[str]]
    labels: dict[str, str]
    count: Counter[str] = field(default_factory=Counter)
    most_single: int = _MOST_SINGLE

    def gather_leaves(self, bases_of: Callable[[str], tuple[str, ...]]) -> None:
        """Put heirs of the same bases that nothing inherits from into one box, where there are many."""
        used = {base for parents in self.known.values() for base in parents}
        groups: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
        for name, parents in self.known.items():
            if name not in used and parents:
                groups[self.kinds[name], bases_of(name)].append(name)
        for names in groups.values():
            self._gather(names)

    def gather_bases(self) -> None:
        """Put partials with the same heirs into one box, beginning with those that are nearest to the end."""
        depth = _columns(self.known)
        for column in sorted(set(depth.values()), reverse=True):
            groups: dict[frozenset[str], list[str]] = defaultdict(list)
            for name in [name for name in self.known if depth[name] == column and self.kinds[name] == "partial"]:
                groups[frozenset(heir for heir, bases in self.known.items() if name in bases)].append(name)
            for names in groups.values():
                self._gather(names)

    def _gather(self, names: list[str]) -> None:
        if sum(self.count[name] or 1 for name in names) <= self.most_single or len(names) == 1:
            return
        first, *others = names
        self.known[first] = list(dict.fromkeys(base for name in names for base in self.known[name]))
        self.count[first] = sum(self.count[name] or 1 for name in names)
        self.labels[first] = f"{self.count[first]} {self.kinds[first]}s"
        for name in others:
            del self.kinds[name], self.known[name]
        gone = set(others)
        for heir, bases in self.known.items():
            if gone & set(bases):
                self.known[heir] = list(dict.fromkeys(first if base in gone else base for base in bases))


def _placed(drawn: _Drawn) -> Graph:
    """Put boxes into columns, each in the middle of the height, and curves between them."""
    columns = _ordered(_columns(drawn.known), drawn.known)
    vertices: dict[str, Vertex] = {}
    x, tallest = 0.0, max(map(_tall, columns))
    for names in columns:
        shown = {name: _short(drawn.labels[name]) for name in names}
        width = max(len(text) for text in shown.values()) * _LETTER + 2 * _PADDING
        y = (tallest - _tall(names)) / 2
        for name in names:
            left, top = round(x, 1) + 1, round(y, 1) + 1
            vertices[name] = Vertex(name, shown[name], drawn.kinds[name], left, top, round(width, 1))
            y += _HEIGHT + _GAP
        x += width + _BETWEEN
    edges = tuple(_edge(vertices[base], vertices[heir]) for heir, bases in drawn.known.items() for base in bases)
    return Graph(round(x - _BETWEEN + 2, 1), round(tallest + 2, 1), tuple(vertices.values()), edges)


def _tall(names: Sequence[str]) -> float:
    return len(names) * (_HEIGHT + _GAP) - _GAP


def _columns(known: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Give each name the length of the longest way from a name without bases."""
    depth: dict[str, int] = {}
    for start in known:
        stack = [(start, False)]
        while stack:
            name, ready = stack.pop()
            if name in depth:
                continue
            if ready:
                depth[name] = 1 + max((depth[base] for base in known[name]), default=-1)
            else:
                stack.append((name, True))
                stack.extend((base, False) for base in known[name] if base not in depth)
    return depth


def _ordered(columns: Mapping[str, int], known: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """List the names of each column by the middle of their bases, so that few edges cross."""
    listed: list[list[str]] = [[] for _ in range(max(columns.values()) + 1)]
    for name, column in columns.items():
        listed[column].append(name)
    place: dict[str, float] = {}
    for names in listed:
        names.sort(key=lambda name: (_middle([place[base] for base in known[name] if base in place]), name))
        place.update({name: (index + 0.5) / len(names) for index, name in enumerate(names)})
    return listed


def _middle(places: Sequence[float]) -> float:
    return sum(places) / len(places) if places else 0.5


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST else "…" + label[-_LONGEST + 1 :]


def _edge(base: Vertex, heir: Vertex) -> Edge:
    x1, y1 = base.x + base.width, base.y + base.height / 2
    x2, y2 = heir.x, heir.y + heir.height / 2
    bend = min(40.0, max(12.0, (x2 - x1) / 2))
    return Edge(f"M{x1:.1f} {y1:.1f}C{x1 + bend:.1f} {y1:.1f} {x2 - bend:.1f} {y2:.1f} {x2:.1f} {y2:.1f}")
