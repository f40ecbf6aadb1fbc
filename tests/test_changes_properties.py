"""What holds of ``gnomon diff`` between any two repositories: quiet where nothing is meant, and the same backwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from definition_strategies import Definition, State, dumped, pairs_of_states, states
from gnomon.changes import Change, Comparison, Direction, Impact, Witness, compare
from gnomon.loader import load
from gnomon.sources import Memory

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

SETTINGS = settings(max_examples=50)
Files = dict[str, str]
FILES = ("specs/p/a.yaml", "specs/p/b.yml", "specs/p/deep/c.yaml")


def compared(old: Mapping[str, str], new: Mapping[str, str]) -> Comparison:
    return compare(load(Memory(old)), load(Memory(new)))


def written(state: State) -> Files:
    """Write a state as plainly as can be: one file of metrics, one of specifications."""
    metrics, specifications = state
    return {"metrics/p.yaml": dumped([metrics]), FILES[0]: dumped(list(specifications.values()))}


# Nothing is meant


def shuffled(value: Any, random: Random) -> Any:
    """Turn the keys of mappings, whose order means nothing."""
    if not isinstance(value, dict):
        return value
    items = [(key, shuffled(item, random)) for key, item in value.items()]
    random.shuffle(items)
    return dict(items)


def styled(documents: list[Definition], random: Random) -> str:
    """Write documents in some style, with comments and empty lines between their lines."""
    text = dumped(
        [shuffled(document, random) for document in documents],
        default_flow_style=random.choice([True, False, None]),
        default_style=random.choice([None, None, '"', "'"]),
        indent=random.choice([2, 4, 7]),
        line_break=random.choice(["\n", "\r\n"]),
        explicit_end=random.choice([True, False]),
    )
    lines = text.splitlines(keepends=True)
    noise = ("", "", "# a comment: {x: 1}\n", "\n", "   # ---\n")
    return "".join(line + random.choice(noise) for line in lines)


def spread(documents: list[Definition], random: Random) -> Files:
    """Spread documents over files in any order; bases that are partials follow them to theirs."""
    order = list(documents)
    random.shuffle(order)
    places = {id(document): random.choice(FILES) for document in order}
    stems = {
        document["id"]: places[id(document)].removeprefix("specs/p/").rpartition(".")[0]
        for document in documents
        if "id" in document
    }
    files: dict[str, list[Definition]] = {}
    for document in order:
        path = places[id(document)]
        bases = [_reference(base, stems, path, random) for base in document.get("base", ())]
        files.setdefault(path, []).append({**document, **({"base": bases} if bases else {})})
    return {path: styled(found, random) for path, found in files.items()}


def _reference(base: str, stems: Mapping[str, str], path: str, random: Random) -> str:
    if not base.startswith("#"):
        return base
    stem = stems[base[1:]]
    forms = [f"{stem}{base}", f"p:{stem}{base}"]
    return random.choice([*forms, base] if path.startswith(f"specs/p/{stem}.") else forms)


def restyled(state: State, random: Random) -> Files:
    metrics, specifications = state
    return {"metrics/p.yaml": styled([metrics], random), **spread(list(specifications.values()), random)}


@SETTINGS
@given(states, st.randoms(use_true_random=False))
def test_formatting_order_comments_and_files_mean_nothing(state: State, random: Random) -> None:
    plain = written(state)
    assert compared(plain, plain).changes == []
    comparison = compared(plain, restyled(state, random))
    assert comparison.changes == []
    assert comparison.not_comparable == []


# Partials


def layered(specification: Definition, number: int, random: Random) -> list[Definition]:
    """Take a specification apart into partials, each on top of the one before, that together give the same."""
    count = random.randint(1, 3)
    layers: list[Definition] = [{} for _ in range(count + 1)]
    _scatter_test(specification, layers, random)
    _scatter_query(specification.get("metadata_query", {}), layers, random)
    for tag in specification.get("tags", ()):
        for layer in random.sample(layers, random.randint(1, 2)):
            layer.setdefault("tags", []).append(tag)
    own: Definition = {"name": specification["name"]}
    if random.random() < 0.5:
        random.choice(layers[:-1])["metric"], own["name"] = specification["name"].split(".")
    if "abstract" in specification:
        own["abstract"] = specification["abstract"]
    names = [f"l{number}-{position}" for position in range(count)]
    if random.random() < 0.5:
        chain = [[], *([f"#{below}"] for below in names)]
    else:
        # Side by side, in their order.
        chain = [*([] for _ in names), [f"#{below}" for below in names]]
    heads: list[Definition] = [*({"id": name} for name in names), own]
    return [{**head, **layer, "base": base} for head, layer, base in zip(heads, layers, chain, strict=True)]


def _scatter_test(specification: Definition, layers: list[Definition], random: Random) -> None:
    (kind,) = {"threshold", "range", "tolerance"} & specification.keys()
    for key, value in specification[kind].items():
        position = random.randrange(len(layers))
        layers[position].setdefault(kind, {})[key] = value
        if position and random.random() < 0.3:
            # Something else below, which is replaced.
            layers[random.randrange(position)].setdefault(kind, {})[key] = "5"
    if kind not in layers[0] and random.random() < 0.5:
        # A test of another type below is replaced whole.
        other = "range" if kind == "threshold" else "threshold"
        layers[0][other] = {"upper": 1.0, "value": 1.0, "operator": "<", "unit": "s"}


def _scatter_query(query: Definition, layers: list[Definition], random: Random) -> None:
    for term, value in query.items():
        position = random.randrange(len(layers))
        layers[position].setdefault("metadata_query", {})[term] = value
        if position and random.random() < 0.3:
            below = random.choice([{"any": True}, "replaced", {"in": ["a"]}])
            layers[random.randrange(position)].setdefault("metadata_query", {})[term] = below
    if random.random() < 0.3:
        low = random.randrange(len(layers) - 1)
        layers[low].setdefault("metadata_query", {})["dropped"] = random.choice(["a", [1], {"in": ["a"]}])
        layers[random.randrange(low + 1, len(layers))].setdefault("metadata_query", {})["dropped"] = {"any": True}


@SETTINGS
@given(states, st.randoms(use_true_random=False))
def test_taking_specifications_apart_into_partials_means_nothing(state: State, random: Random) -> None:
    metrics, specifications = state
    documents = [
        document
        for number, specification in enumerate(specifications.values())
        for document in layered(specification, number, random)
    ]
    apart = {"metrics/p.yaml": dumped([metrics]), **spread(documents, random)}
    for old, new in ((written(state), apart), (apart, written(state))):
        comparison = compared(old, new)
        assert comparison.changes == []
        assert comparison.not_comparable == []


@SETTINGS
@given(states, st.randoms(use_true_random=False))
def test_an_abstract_layer_is_only_a_new_requirement(state: State, random: Random) -> None:
    metrics, specifications = state
    documents: list[Definition] = []
    for name, specification in specifications.items():
        requirement = {**specification, "name": f"{name}Required", "abstract": True}
        own = {key: specification[key] for key in ("abstract",) if key in specification}
        documents += [requirement, {"name": name, "base": [f"{name}Required"], **own}]
    layers = {"metrics/p.yaml": dumped([metrics]), **spread(documents, random)}
    changes = compared(written(state), layers).changes
    assert [(change.rule, change.name, change.impacts) for change in changes] == [
        ("specification-added", f"p.{name}Required", (Impact.COMPATIBLE,)) for name in sorted(specifications)
    ]


# Backwards

TWINS = {
    "metric-added": "metric-removed",
    "specification-added": "specification-removed",
    "specification-made-abstract": "specification-made-concrete",
    "metric-deprecated": "metric-undeprecated",
}
TWINS |= {twin: rule for rule, twin in TWINS.items()}
KINDS = {"added": "removed", "removed": "added", "changed": "changed"}
DIRECTIONS: dict[Direction, Direction] = {
    Direction.TIGHTENED: Direction.LOOSENED,
    Direction.LOOSENED: Direction.TIGHTENED,
}
MARKS = {"operator": "threshold", "target": "tolerance", "inclusive": "range"}
IMPACTS = {Impact.TIGHTENING: Impact.WEAKENING, Impact.WEAKENING: Impact.TIGHTENING}


def mirrored(change: Change, new: State) -> tuple[object, ...]:
    """Give what a change must be backwards: four exceptions are all there are."""
    field, rule = change.field, TWINS.get(change.rule, change.rule)
    impacts = {IMPACTS.get(impact, impact) for impact in change.impacts}
    if field in {"/threshold", "/range", "/tolerance"}:
        # A test stands under the name of its type at the head.
        field = next(f"/{kind}" for mark, kind in MARKS.items() if mark in change.before)
    elif change.rule == "metric-added":
        # What was deprecated goes without breaking anybody, but does not come with a rule of its own.
        deprecated = new[0][change.name.removeprefix("p.")].get("deprecated")
        rule, impacts = ("deprecated-metric-removed", {Impact.COMPATIBLE}) if deprecated else (rule, {Impact.BREAKING})
    elif change.rule in {"metric-removed", "deprecated-metric-removed"}:
        rule, impacts = "metric-added", {Impact.COMPATIBLE}
    elif change.rule == "specification-added":
        # What is removed weakens, also a requirement or with its metric; added, these tighten nothing.
        impacts = {Impact.WEAKENING}
    before, after = change.after, change.before
    direction = DIRECTIONS.get(change.direction, change.direction) if change.direction is not None else None
    kind = KINDS[change.kind]
    return rule, change.subject, change.name, kind, field, before, after, impacts, direction


def plainly(change: Change) -> tuple[object, ...]:
    return (
        *(change.rule, change.subject, change.name, change.kind, change.field),
        *(change.before, change.after, set(change.impacts), change.direction),
    )


@SETTINGS
@given(pairs_of_states())
def test_backwards_every_change_is_its_mirror(pair: tuple[State, State]) -> None:
    old, new = (written(state) for state in pair)
    forth, back = compared(old, new), compared(new, old)
    by_name = {(change.name, change.kind, change.rule, change.field): change for change in back.changes}
    assert len(forth.changes) == len(back.changes) == len(by_name)
    for change in forth.changes:
        expected = mirrored(change, pair[1])
        twin = by_name[change.name, str(expected[3]), str(expected[0]), expected[4]]  # type: ignore[index]
        if change.rule == "specification-removed":
            # The one that is added tells whether it is of a new metric or a requirement, see above.
            metric = change.name.removeprefix("p.").partition(".")[0]
            tightens = metric in pair[1][0] and not change.before.get("abstract")
            assert set(twin.impacts) == {Impact.TIGHTENING if tightens else Impact.COMPATIBLE}
            expected = (*expected[:7], set(twin.impacts), expected[8])
        assert plainly(twin) == expected
        assert (twin.before_at, twin.after_at) == (change.after_at, change.before_at)
        check_witnesses(change.witness, twin.witness, change.direction)


def check_witnesses(one: Witness | None, other: Witness | None, direction: Direction | None) -> None:
    """Hold the witness of a change to that of its mirror; where sets shift, each may show another side of it."""
    if one is None or other is None:
        # A specification of a new metric, or a new requirement, has none, since it tightens nothing.
        found = one or other
        assert found is None or found.reason is not None or "not tested" in {found.base, found.head}
        return
    assert (one.reason is None) == (other.reason is None)
    if one.reason is None and direction not in {Direction.BOTH, Direction.INCOMPARABLE}:
        assert (one.base, one.head) == (other.head, other.base)
        assert (one.value, one.unit) == (other.value, other.unit)


BROKEN: list[Definition] = [
    {"name": "A.s", "base": "#gone"},
    {"name": "A.s", "threshold": {"operator": "<", "value": 1, "unit": "furlongz"}},
    {"name": "A.s"},
]


@SETTINGS
@given(pairs_of_states(), st.sampled_from(BROKEN))
def test_what_is_not_comparable_mirrors_too(pair: tuple[State, State], broken: Definition) -> None:
    old, new = (written(state) for state in pair)
    old[FILES[1]] = dumped([broken])
    old[FILES[0]] = dumped([body for name, body in pair[0][1].items() if name != "A.s"])
    forth, back = compared(old, new), compared(new, old)
    assert "p.A.s" not in {change.name for change in (*forth.changes, *back.changes)}
    assert [(item.side, item.name) for item in forth.not_comparable] == [("base", "p.A.s")]
    assert [(item.side, item.name) for item in back.not_comparable] == [("head", "p.A.s")]
    assert sorted(change.name for change in forth.changes) == sorted(change.name for change in back.changes)


def test_a_rename_is_told_forwards_only() -> None:
    body = {"unit": "mmag", "description": "Scatter."}
    test = {"threshold": {"operator": "<", "value": 5.0, "unit": "mmag"}}
    old = written(({"A": {**body, "deprecated": {"replaced_by": "B"}}}, {"A.s": {"name": "A.s", **test}}))
    new = written(({"B": body}, {"B.s": {"name": "B.s", **test}}))
    told = [(change.rule, change.name) for change in compared(old, new).changes]
    assert told == [("metric-renamed", "p.B"), ("specification-renamed", "p.B.s")]
    # Nothing says at B that A replaces it: these are what they look like.
    assert [(change.rule, change.name) for change in compared(new, old).changes] == [
        ("metric-removed", "p.B"),
        ("specification-removed", "p.B.s"),
        ("metric-added", "p.A"),
        ("specification-added", "p.A.s"),
    ]
