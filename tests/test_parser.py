"""YAML becomes nodes that know where they stand; PyYAML's safe loader says what the data is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gnomon import limits, parser
from gnomon.nodes import Mapping, Node, Scalar, Sequence, walk
from gnomon.text import Text

if TYPE_CHECKING:
    from collections.abc import Hashable

    from gnomon.diagnostics import Diagnostic, Place


def parse(content: str, *, names_metrics: bool = False) -> parser.Parsed:
    return parser.parse(Text("f", content), names_metrics=names_metrics)


def plain(node: Node) -> Any:
    """Give what yaml.safe_load gives for a node."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return {plain(item) for item in node.items} if node.is_set else [plain(item) for item in node.items]
    assert isinstance(node, Mapping)
    return {entry.key.value: plain(entry.value) for entry in node.entries.values()}


def told(found: Diagnostic) -> tuple[str, str]:
    return f"{found.place.line}:{found.place.column}", found.message


def shown(place: Place) -> str:
    return f"{place.line}:{place.column}-{place.end_line}:{place.end_column}"


# The data

DOCUMENTS = {
    "nothing": "",
    "comment": "# only this\n",
    "scalar": "text\n",
    "no-end-of-line": "a: 1",
    "crlf": "a: 1\r\nb:\r\n  - 2\r\n",
    "cr": "a: 1\rb:\r  - 2\r",
    "block": "a:\n  b: 1\n  c:\n    - d\n    - e: 2\n      f: 3\n",
    "flow": "a: {b: 1, c: [d, {e: 2, f: 3}], g: }\n",
    "sequence-at-the-key's-column": "a:\n- 1\n- 2\nb: 3\n",
    "nested-sequences": "- - a\n  - b\n-\n  - c\n",
    "single-pairs": "a: [b: 1, c: 2]\n",
    "explicit-key": "? a\n: 1\n? b\n",
    "quotes": "a: 'it''s'\nb: \"\\t\\x41\\u00e9\\U0001F52D\\n\"\nc: ''\nd: \"a\\\n  b\"\n",
    "quoted-numbers": "a: '1'\nb: \"on\"\n'1': c\n",
    "plain-over-lines": "a: b\n  c\n\n  d\ne: 1\n",
    "literal": "a: |\n  x\n   y\n\n  z\nb: |-\n  x\nc: |+\n  x\n\nd: |2\n    x\n",
    "folded": "a: >\n  x\n  y\n\n  z\nb: >-\n  x\n  y\n",
    "empty-folded": "unit: >\ndescription: x\n",
    "types": "[~, null, true, off, 1, -0x1F, 012, 1_000, 1:30, 1.5, 1e5, 1.0e+5, .inf]\n",
    "dates": "[2026-11-01, 2026-11-01 10:00:00, 2026-11-01T10:00:00Z]\n",
    "keys-of-all-types": "1: a\n1.5: b\ntrue: c\n~: d\n2026-11-01: e\n'1': f\n",
    "tags": "[!!str 5, !!int '5', !!float 5, !!bool 'yes', !!null x, !!binary aGk=, !!timestamp 2026-11-01, ! a]\n",
    "non-specific-tags": "[! 12, ! '12', ! on, ! x]\n",
    "own-tags-of-collections": "!!map\na: !!seq [1]\nb: !!map {c: 1}\n",
    "set": "a: !!set {x, y}\nb: !!set\n  ? x\n  ? 1\n",
    "anchors": "a: &x {b: [1, 2]}\nc: *x\nd: &y 5\ne: [*y, *x]\n&z f: *z\n",
    "documents": "a: 1\n---\nb: 2\n---\n- 3\n",
    "document-starts-and-ends": "---\na: 1\n...\n---\nb: 2\n...\n# end\n",
    "directives": "%YAML 1.1\n%TAG !y! tag:yaml.org,2002:\n---\na: !y!str 5\n",
    "duplicate-keys": "a: 1\nb: 2\na: 3\n",
    "unicode": "\U0001f52d: é\nδ: [ü, ý]\n",
    "separators-of-lines": "a: 'b\u2028c'\nd: \"e\u0085f\"\n",
    "comments": "# one\na: 1  # two\n# three\nb:  # four\n  - c  # five\n  # six\n  - 'd # e'\n",
}

MERGES = {
    "one": "a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\n",
    "own-before-the-merge": "a: &a {x: 1, y: 2}\nb: {y: 3, <<: *a}\n",
    "list": "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], w: 3}\nd: {<<: [*b, *a]}\n",
    "two-merge-keys": "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: *a, <<: *b}\n",
    "written-out": "a: {<<: {x: 1}, y: 2}\n",
    "chain": "a: &a {x: 1, y: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b, z: 3}\n",
    "nested-values-are-not-merged": "a: &a {x: {p: 1, q: 1}}\nb: {<<: *a, x: {p: 2}}\n",
    "empty": "a: &a {}\nb: {<<: *a, <<: [], x: 1}\n",
    "block": "a: &a\n  x: 1\nb:\n  <<: *a\n  y: 2\n",
    "set": "a: &a !!set {x, y}\nb: !!set {<<: *a, z}\nc: !!set {<<: [*a, {w: }]}\n",
    "set-into-mapping": "a: &a !!set {x, y}\nb: {<<: *a, y: 1}\n",
    "quoted-is-a-key": "a: {'<<': 1}\n",
}


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize("content", [*DOCUMENTS.values(), *MERGES.values()], ids=[*DOCUMENTS, *MERGES])
def test_data_is_what_the_safe_loader_reads(content: str, loader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "_LOADER", getattr(yaml, loader))
    parsed = parse(content)
    expected = [document for document in yaml.safe_load_all(content) if document is not None]
    assert [plain(root) for root in parsed.roots] == expected
    assert parsed.complete


def test_not_a_number_is_read() -> None:
    assert repr([plain(root) for root in parse("[.nan, -.inf]").roots]) == "[[nan, -inf]]"


def test_ordered_mappings_are_lists_of_pairs() -> None:
    parsed = parse("a: !!omap [x: 1, y: 2]\nb: !!pairs [x: 1, x: 2]\n")
    assert [root.data for root in parsed.roots] == [{"a": [{"x": 1}, {"y": 2}], "b": [{"x": 1}, {"x": 2}]}]
    assert parsed.diagnostics == []


def test_data_is_what_json_can_hold() -> None:
    (root,) = parse("1: 2026-11-01\n~: !!binary aGk=\na: !!set {x}\nb: 2026-11-01 10:00:00\n").roots
    assert root.data == {"1": "2026-11-01", "None": "aGk=", "a": ["x"], "b": "2026-11-01T10:00:00"}


def test_values_keep_how_they_are_written() -> None:
    (root,) = parse("a: 012\nb: '012'\nc: !!str 012\nd: >\n  x\n  y\n").roots
    scalars = [node for node in walk(root) if isinstance(node, Scalar)][1::2]
    assert [(node.value, node.text, node.plain) for node in scalars] == [
        (10, "012", True),
        ("012", "012", False),
        ("012", "012", False),
        ("x y\n", "x y\n", False),
    ]


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False),
    st.dates(),
    st.datetimes(),
    st.binary(max_size=6),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(
        ["on", "012", "1:30", "1e-6", "<<", "=", "", " ", "a: b", "- x", "#c", "'", "\n", "a\nb\n", "\u2028"]
    ),
)
keys: st.SearchStrategy[Hashable] = st.one_of(
    st.text("ab1:#-<'\"é ", max_size=4), st.integers(0, 9), st.booleans(), st.none(), st.dates()
)
data = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(keys, inner, max_size=4),
        st.sets(st.text("abc", max_size=2), max_size=3),
    ),
    max_leaves=12,
)
styles = st.fixed_dictionaries(
    {
        "default_flow_style": st.sampled_from([True, False, None]),
        "allow_unicode": st.booleans(),
        "default_style": st.sampled_from([None, None, "'", '"', "|", ">"]),
        "explicit_start": st.booleans(),
        "width": st.sampled_from([10, 80]),
        "line_break": st.sampled_from(["\n", "\r\n", "\r"]),
    }
)


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  # PyYAML's signature
        return True


@settings(max_examples=200)
@given(st.lists(data, max_size=3), styles, st.sampled_from([yaml.SafeDumper, _Dumper]))
def test_whatever_is_dumped_is_read_again(documents: list[Any], style: dict[str, Any], dumper: Any) -> None:
    content = yaml.dump_all(documents, Dumper=dumper, **{**style, "explicit_start": True})
    expected = [document for document in yaml.safe_load_all(content) if document is not None]
    parsed = parse(content)
    assert [plain(root) for root in parsed.roots] == expected
    assert {found.rule for found in parsed.diagnostics} <= {"empty-document"}


@settings(max_examples=200)
@given(data, styles)
def test_nodes_lie_in_order_inside_their_parents(document: Any, style: dict[str, Any]) -> None:
    content = yaml.dump(document, Dumper=_Dumper, **style)
    for root in parse(content).roots:
        for node in walk(root):
            assert 0 <= node.start <= node.end <= len(content)
            children = _children(node)
            offsets = [node.start, *(offset for child in children for offset in (child.start, child.end)), node.end]
            assert offsets == sorted(offsets)


def _children(node: Node) -> list[Node]:
    if isinstance(node, Mapping):
        return [child for entry in node.entries.values() for child in entry]
    return node.items if isinstance(node, Sequence) else []


@settings(max_examples=150)
@given(
    st.lists(st.dictionaries(st.sampled_from("xyz"), st.integers(0, 9)), min_size=1, max_size=4),
    st.lists(st.lists(st.integers(0, 3), max_size=3), max_size=2),
    st.dictionaries(st.sampled_from("wxyz"), st.integers(10, 19)),
    st.booleans(),
)
def test_merge_keys_are_what_the_safe_loader_makes_of_them(
    anchors: list[dict[str, int]],
    merges: list[list[int]],
    own: dict[str, int],
    own_first: bool,  # noqa: FBT001
) -> None:
    lines = [f"a{number}: &a{number} {{{_flow(entries)}}}" for number, entries in enumerate(anchors)]
    chosen = [f"<<: [{', '.join(f'*a{number % len(anchors)}' for number in numbers)}]" for numbers in merges]
    parts = [_flow(own), *chosen] if own_first else [*chosen, _flow(own)]
    content = "\n".join([*lines, f"m: {{{', '.join(part for part in parts if part)}}}"])
    (root,) = parse(content).roots
    assert plain(root) == yaml.safe_load(content)


def _flow(entries: dict[str, int]) -> str:
    return ", ".join(f"{key}: {value}" for key, value in entries.items())


# The places


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a: 1\nbc: de f\n", ["1:1-2:9", "1:1-1:2", "1:4-1:5", "2:1-2:3", "2:5-2:9"]),
        ("a:\n  b: 1\n", ["1:1-2:7", "1:1-1:2", "2:3-2:7", "2:3-2:4", "2:6-2:7"]),
        ("{a: 1, 'b': []}", ["1:1-1:16", "1:2-1:3", "1:5-1:6", "1:8-1:11", "1:13-1:15"]),
        ("- a\n- b c\n", ["1:1-2:6", "1:3-1:4", "2:3-2:6"]),
        ("é: \U0001f52d\nb: 'ü' # c\n", ["1:1-2:7", "1:1-1:2", "1:4-1:5", "2:1-2:2", "2:4-2:7"]),
        ("a: 1\r\nb: 2\r\n", ["1:1-2:5", "1:1-1:2", "1:4-1:5", "2:1-2:2", "2:4-2:5"]),
        ("a: 1\rb: 2\r", ["1:1-2:5", "1:1-1:2", "1:4-1:5", "2:1-2:2", "2:4-2:5"]),
        ("a: 'x\u2028y'\nb: 1\n", ["1:1-2:5", "1:1-1:2", "1:4-1:9", "2:1-2:2", "2:4-2:5"]),
        ("a: x\n  y\nb: 1\n", ["1:1-3:5", "1:1-1:2", "1:4-2:4", "3:1-3:2", "3:4-3:5"]),
        ("a: |\n  x\n  y\n\nb: 1\n", ["1:1-5:5", "1:1-1:2", "1:4-3:4", "5:1-5:2", "5:4-5:5"]),
        ("a: >\nb: 1\n", ["1:1-2:5", "1:1-1:2", "1:4-1:5", "2:1-2:2", "2:4-2:5"]),
        ("a:\nb: ''\n", ["1:1-2:6", "1:1-1:2", "1:3-1:3", "2:1-2:2", "2:4-2:6"]),
        ("a: !!str 5\nb: &x 6\n", ["1:1-2:8", "1:1-1:2", "1:4-1:11", "2:1-2:2", "2:4-2:8"]),
        ("a: &x [1]\nb: *x\n", ["1:1-2:6", "1:1-1:2", "1:4-1:10", "1:8-1:9", "2:1-2:2", "1:4-1:10", "1:8-1:9"]),
        ("a: &x {b: 1}\nc: {<<: *x, d: 2}\n", [
            "1:1-2:18", "1:1-1:2", "1:4-1:13", "1:8-1:9", "1:11-1:12",
            "2:1-2:2", "2:4-2:18", "1:8-1:9", "1:11-1:12", "2:13-2:14", "2:16-2:17",
        ]),
        ("---\na: 1\n---\n# c\nb: 2\n", ["2:1-2:5", "2:1-2:2", "2:4-2:5", "5:1-5:5", "5:1-5:2", "5:4-5:5"]),
    ],
    ids=lambda value: ascii(value) if isinstance(value, str) else "",
)  # fmt: skip
@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_every_key_and_value_knows_its_place(
    content: str, expected: list[str], loader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parser, "_LOADER", getattr(yaml, loader))
    assert [shown(node.place) for root in parse(content).roots for node in walk(root)] == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a:\n  b: 1\n# of c\nc: 2\n", "2:3-2:7"),
        ("a:\n- 1\n- 2 # of 2\n\n# of b\nb: 3\n", "2:1-3:4"),
        ("a:\n  b:\n# of c\nc: 2\n", "2:3-2:5"),
        ("x: &x 1\na:\n  b: *x\n# of c\nc: 2\n", "3:3-3:8"),
    ],
    ids=["mapping", "list", "empty-value", "alias"],
)
def test_a_block_ends_with_its_last_value_and_not_with_the_comments_of_the_next(content: str, expected: str) -> None:
    (root,) = parse(content).roots
    assert isinstance(root, Mapping)
    node = root.get("a")
    assert node is not None
    assert shown(node.place) == expected


def test_documents_are_told_apart() -> None:
    roots = parse("a: 1\n---\nb: {c: 2}\n").roots
    assert [root.document.index for root in roots] == [0, 1]
    assert {node.document for node in walk(roots[1])} == {roots[1].document}


def test_a_merged_value_keeps_the_place_that_gave_it() -> None:
    (root,) = parse("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\n").roots
    assert isinstance(root, Mapping)
    merged = root.get("b")
    assert isinstance(merged, Mapping)
    assert {key: shown(entry.value.place) for key, entry in merged.entries.items()} == {
        "x": "1:11-1:12",
        "y": "2:16-2:17",
    }


@settings(max_examples=150)
@given(
    st.dictionaries(st.text("ab:#'\" é\U0001f52d", min_size=1, max_size=8), st.integers() | st.text(max_size=8)), styles
)
def test_what_stands_at_a_place_is_the_key_or_value(document: dict[str, Any], style: dict[str, Any]) -> None:
    content = yaml.safe_dump(document, **{**style, "default_style": None, "width": 1000})
    (root,) = parse(content).roots
    for node in walk(root):
        if isinstance(node, Scalar):
            assert yaml.safe_load(content[node.start : node.end]) == node.value


# The faults


def test_a_duplicate_key_is_told_with_both_places_and_the_last_counts() -> None:
    parsed = parse("a: 1\nb: {c: 1, c: 2}\na: 3\n")
    assert [root.data for root in parsed.roots] == [{"a": 3, "b": {"c": 2}}]
    assert [(found.rule, told(found), told_related(found)) for found in parsed.diagnostics] == [
        (
            "duplicate-key",
            ("2:11", "the key `c` stands twice in this mapping; only the last value counts"),
            [("2:5", "`c` stands here first")],
        ),
        (
            "duplicate-key",
            ("3:1", "the key `a` stands twice in this mapping; only the last value counts"),
            [("1:1", "`a` stands here first")],
        ),
    ]


def told_related(found: Diagnostic) -> list[tuple[str, str]]:
    return [(f"{related.place.line}:{related.place.column}", related.message) for related in found.related]


def test_a_merged_key_and_an_own_one_are_no_duplicates() -> None:
    assert parse("a: &a {x: 1}\nb: {<<: *a, <<: *a, x: 2}\n").diagnostics == []


def test_a_metric_that_is_defined_twice_is_told_at_both_places() -> None:
    parsed = parse("A: {unit: m, unit: s}\nB: {}\nA: {unit: mag}\n", names_metrics=True)
    assert [root.data for root in parsed.roots] == [{"A": {"unit": "mag"}, "B": {}}]
    assert [
        (found.rule, told(found)[0], [place for place, _ in told_related(found)]) for found in parsed.diagnostics
    ] == [
        ("duplicate-key", "1:14", ["1:5"]),
        ("duplicate-metric", "1:1", ["3:1"]),
        ("duplicate-metric", "3:1", ["1:1"]),
    ]


def test_a_metric_that_is_defined_very_often_names_a_few_of_the_other_places() -> None:
    parsed = parse("A: {}\n" * 300, names_metrics=True)
    assert len(parsed.diagnostics) == 300
    assert max(len(found.related) for found in parsed.diagnostics) <= 12


@pytest.mark.parametrize(
    ("content", "expected", "faults"),
    [
        ("a: [\n---\nb: 2\n", [{"b": 2}], 1),
        ("a: 1\n---\nb: [\n", [{"a": 1}], 1),
        ("a: 1\n---\nb: {\n---\nc: 3\n", [{"a": 1}, {"c": 3}], 1),
        ("a: 'x\n---\nb: \"y\n---\nc: 3\n", [{"c": 3}], 2),
        ("# head\n---\na: 1\n---\n b: 1\nc: 2\n---\nd: 4\n", [{"a": 1}, {"d": 4}], 1),
        (" b: 1\nc: 2\n", [], 1),
        ("%YAML 1.1\n---\na: [\n...\n%YAML 1.1\n---\nb: 2\n", [{"b": 2}], 1),
        ("a: [\r\n---\r\nb: 2\r\n", [{"b": 2}], 1),
        ("a: [\r---\rb: 2\r", [{"b": 2}], 1),
        ("a: |\n  ---\n  x\n---\nb: [\n---\nc: '---'\n", [{"a": "---\nx\n"}, {"c": "---"}], 1),
        ("a: [\n--- b\n---\tc\n---\nd: 4\n", ["b", "c", {"d": 4}], 1),
        ("a: [\n---b\n--- \nc: 3\n", [{"c": 3}], 1),
        ("a: é\x07\n---\nb: 2\n", [{"b": 2}], 1),
        ("a: &a [*a]\n---\nb: 2\n", [{"b": 2}], 1),
    ],
    ids=ascii,
)  # fmt: skip
def test_a_broken_document_does_not_hide_the_others(content: str, expected: list[Any], faults: int) -> None:
    parsed = parse(content)
    assert [root.data for root in parsed.roots] == expected
    assert [found.rule in {"yaml-syntax", "alias-bomb"} for found in parsed.diagnostics] == [True] * faults
    assert not parsed.complete


def test_documents_after_a_broken_one_keep_their_places() -> None:
    parsed = parse("a: 'é\n---\nb: 1\nb: 2\n")
    assert [shown(node.place) for root in parsed.roots for node in walk(root)] == ["3:1-4:5", "4:1-4:2", "4:4-4:5"]
    assert [told(found)[0] for found in parsed.diagnostics] == ["1:4", "4:1"]


@pytest.mark.parametrize(
    ("content", "place", "message"),
    [
        ("a: b: c\n", "1:5", "a second `: ` in one value"),
        ("a: 1\n  b: 2\n", "2:4", "a second `: ` in one value"),
        ("a:\n  b: 1\n\tc: 2\n", "3:1", "a tab where YAML wants spaces"),
        ("a: 'x\nb: 1\n", "1:4", "a quote that is never closed"),
        ('a: "x\n', "1:4", "a quote that is never closed"),
        ("a: @x\n", "1:4", "a value cannot begin with `@`, which YAML keeps for itself"),
        ("a: %x\n", "1:4", "a value cannot begin with `%`, which YAML keeps for itself"),
        ("a: [1, 2\nb: 3\n", "2:2", "a comma is missing before this place, or the bracket around it is not closed"),
        ("a: {x: 1\nb: 3\n", "2:2", "a comma is missing before this place, or the bracket around it is not closed"),
        ("a: [1, 2", "1:4", "a bracket that is never closed"),
        ("a: b}\nc: {d}}\n", "2:7", "a `}` that closes nothing"),
        ("a: &\n", "1:4", "`&` or `*` without a name"),
        ("a:\n  b: 1\n c: 2\n", "3:2", "this line does not fit into the mapping that it stands in"),
        ("a: 1\n- b\n", "2:1", "this line does not fit into the mapping that it stands in"),
        ("- a\nb: 1\n", "2:1", "this line does not fit into the list that it stands in"),
        ("a: 1\nb\n", "2:1", "a line that is neither `key: value` nor an item of a list"),
        ("a: >= 5\n", "1:4", "`>` or `|` begins a block of text here, and the rest of the line does not belong to it"),
        ("a: 1\nb: *x\n", "2:4", "the alias `*x` has no anchor"),
        ('a: "\\q"\n', "1:5", "an unknown escape in a double-quoted text"),
        ("a: ]\n", "1:4", "a bracket or comma where a value should be"),
        ("a: !x!y z\n", "1:4", "a tag with an unknown prefix"),
        ("a: !x y\n", "1:4", "the tag '!x' is not one of YAML's own"),
        ("a: !!int x\n", "1:4", "'x' is no int"),
        ("a: !!map x\n", "1:4", "'x' is no map"),
        ("a: !!set [x]\n", "1:4", "the tag `tag:yaml.org,2002:set` does not fit a list"),
        ("%FOO\n---\na: 1\n", "1:5", "a `%` directive that YAML does not know"),
        ("a: \x07\n", "1:4", "the control character U+0007 may not stand in YAML"),
        ("é: ü\nä: \x07\n", "2:4", "the control character U+0007 may not stand in YAML"),
        ("[a]: 1\n", "1:1", "a list as a key"),
        ("a:\n  {b: 1}: 2\n", "2:3", "a mapping as a key"),
        ("<<: 5\n", "1:5", "`<<` merges mappings, not a number"),
        ("<<: [{}, x]\n", "1:10", "`<<` merges mappings, not text"),
    ],
    ids=ascii,
)  # fmt: skip
def test_faults_are_told_in_the_words_of_authors(content: str, place: str, message: str) -> None:
    (found,) = parse(content).diagnostics
    assert (found.rule, *told(found)) == ("yaml-syntax", place, message)


def test_a_missing_comma_is_told_with_the_bracket_that_is_open() -> None:
    (found,) = parse("tags: [a, b\nname: s\n").diagnostics
    assert (told(found)[0], told_related(found)) == ("2:5", [("1:7", "what it belongs to begins here")])


def test_an_alias_without_an_anchor_is_nothing_and_told() -> None:
    parsed = parse("a: &x 1\n---\nb: *x\n---\nc: 3\n")
    assert [root.data for root in parsed.roots] == [{"a": 1}, {"b": None}, {"c": 3}]
    assert [(found.rule, told(found)) for found in parsed.diagnostics] == [
        ("yaml-syntax", ("3:4", "the alias `*x` has no anchor"))
    ]


@pytest.mark.parametrize("value", ["1", "[1]", "{y: 1}", "!!set {y}"])
def test_an_anchor_that_stands_twice_is_told_since_pyyaml_refuses_it(value: str) -> None:
    content = f"a: &x {value}\nb: &x {value}\n"
    with pytest.raises(yaml.YAMLError, match="duplicate anchor"):
        yaml.safe_load(content)
    assert [(found.rule, told(found)[0]) for found in parse(content).diagnostics] == [("yaml-syntax", "2:4")]
    assert parse(content.replace("\n", "\n---\n", 1)).diagnostics == []


@pytest.mark.parametrize(
    ("content", "places"),
    [
        ("", []),
        ("# nothing\n", []),
        ("---\n", ["1:1"]),
        ("a: 1\n---\n# nothing\n---\nb: 2\n---\n", ["2:1", "6:1"]),
        ("--- ~\n", ["1:1"]),
        ("null\n", ["1:1"]),
    ],
    ids=ascii,
)
def test_empty_documents_are_told_at_their_markers(content: str, places: list[str]) -> None:
    parsed = parse(content)
    assert [(found.rule, told(found)) for found in parsed.diagnostics] == [
        ("empty-document", (place, "an empty document")) for place in places
    ]
    assert parsed.complete


# The limits


def test_nesting_is_limited() -> None:
    deepest = "[" * 64 + "]" * 64
    assert parse(deepest).diagnostics == []
    parsed = parse(f"a: 1\n---\n[{deepest}]\n---\nb: 2\n")
    assert [(found.rule, told(found)) for found in parsed.diagnostics] == [
        ("too-deep", ("3:65", "more than 64 levels of nesting"))
    ]
    assert [root.data for root in parsed.roots] == [{"a": 1}, {"b": 2}]


def test_a_hundred_thousand_open_brackets_are_one_fault() -> None:
    assert [found.rule for found in parse("[" * 100_000).diagnostics] == ["too-deep"]


@pytest.mark.parametrize(
    "content",
    [
        "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)),
        "a0: &a0 {x: 1, y: 2}\n"
        + "".join(f"a{n}: &a{n} {{p: *a{n - 1}, q: *a{n - 1}, r: *a{n - 1}}}\n" for n in range(1, 40)),
        f"a: &a {{{', '.join(f'{n}: 1' for n in range(300))}}}\n" + "".join(f"b{n}: {{<<: *a}}\n" for n in range(2000)),
        f"a: &a !!set {{{', '.join(f'{n}' for n in range(300))}}}\n" + "".join(f"b{n}: *a\n" for n in range(3000)),
    ],
    ids=["lists", "mappings", "merges", "sets"],
)  # fmt: skip
def test_aliases_do_not_expand_without_limit(content: str) -> None:
    (found,) = parse(content).diagnostics
    allowed = 10_000 + len(content)
    assert (found.rule, found.message) == ("alias-bomb", f"aliases expand this file to more than {allowed:,} values")


def test_as_many_aliases_as_people_use_are_fine() -> None:
    content = "a: &a {x: 1, y: 2}\n" + "".join(f"b{n}: {{<<: *a, z: *a}}\n" for n in range(3000))
    parsed = parse(content)
    assert (parsed.diagnostics, parsed.complete) == ([], True)


@pytest.mark.parametrize("content", ["a: &a [*a]\n", "a: &a {b: *a}\n", "&a [b, {c: [*a]}]\n", "&a {<<: *a}\n"])
def test_an_alias_inside_its_own_anchor_is_refused(content: str) -> None:
    (found,) = parse(content).diagnostics
    assert (found.rule, found.message) == ("alias-bomb", "`*a` contains itself")


def test_too_many_documents_are_one_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_DOCUMENTS", 3)
    parsed = parse("".join(f"--- d{number}\n" for number in range(8)))
    assert [(found.rule, told(found)) for found in parsed.diagnostics] == [
        ("too-large", ("4:1", "more than 3 documents in one file"))
    ]
    assert [root.data for root in parsed.roots] == ["d0", "d1", "d2"]
    assert not parsed.complete


@pytest.mark.parametrize(
    "value",
    [
        "!!python/object/apply:os.system [ls]",
        "!!python/name:os.system ''",
        "!!python/object/new:subprocess.Popen [[ls]]",
        "!!python/tuple [1]",
    ],
)
def test_nothing_in_a_file_is_executed(value: str) -> None:
    assert [found.rule for found in parse(f"a: {value}\n").diagnostics] == ["yaml-syntax"]


@settings(max_examples=300)
@given(st.text(st.sampled_from("ab1 \n\r\t-:?[]{},#&*!|>'\"%@<.~\x07\x85\u2028\ufeffé"), max_size=40))
def test_no_text_makes_the_parser_raise(content: str) -> None:
    text = Text("f", content)
    parsed = parser.parse(text)
    for found in parsed.diagnostics:
        assert 1 <= found.place.line <= found.place.end_line <= text.line_count
        assert 1 <= found.place.column <= len(text.line(found.place.line)) + 1
    assert parsed.complete or parsed.diagnostics


@settings(max_examples=300)
@given(
    st.lists(
        st.sampled_from(
            [
                "a: 1",
                "- b",
                "---",
                "...",
                "c: [",
                "]",
                "d: &x",
                "e: *x",
                "<<: *x",
                " f: 'g",
                "%YAML 1.1",
                "",
                "# c",
                "? [h]",
                "!!set {i}",
            ]
        ),
        max_size=8,
    )
)
def test_what_the_safe_loader_reads_is_read_without_a_fault(lines: list[str]) -> None:
    content = "\n".join(lines)
    try:
        expected = [document for document in yaml.safe_load_all(content) if document is not None]
    except (yaml.YAMLError, RecursionError):
        return
    parsed = parse(content)
    assert [plain(root) for root in parsed.roots] == expected
    assert {found.rule for found in parsed.diagnostics} <= {"empty-document", "duplicate-key", "alias-bomb"}
