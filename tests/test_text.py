"""Offsets in a file become lines and columns as an editor counts them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnomon.diagnostics import Place
from gnomon.text import Text

contents = st.text(st.sampled_from("ab \t\r\n\u0085\u2028\u2029\x0b\x0cé\U0001f52d"), max_size=30)


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("", [""]),
        ("a", ["a"]),
        ("a\n", ["a", ""]),
        ("a\nb", ["a", "b"]),
        ("a\r\nb\r\n", ["a", "b", ""]),
        ("a\rb", ["a", "b"]),
        ("a\n\rb", ["a", "", "b"]),
        ("a\r\r\nb", ["a", "", "b"]),
        ("a\n\nb", ["a", "", "b"]),
        ("a\u2028b\u2029c\u0085d\x0be\x0cf\x1cg", ["a\u2028b\u2029c\u0085d\x0be\x0cf\x1cg"]),
    ],
    ids=ascii,
)
def test_lines_end_at_lf_crlf_and_cr_only(content: str, lines: list[str]) -> None:
    text = Text("f", content)
    assert [text.line(number) for number in range(1, text.line_count + 1)] == lines


@pytest.mark.parametrize(
    ("offset", "expected"),
    [(0, (1, 1)), (1, (1, 2)), (2, (2, 1)), (3, (2, 2)), (4, (2, 3)), (5, (3, 1)), (6, (3, 2))],
)
def test_columns_count_code_points_from_one(offset: int, expected: tuple[int, int]) -> None:
    # A telescope takes two UTF-16 units and four bytes, and is one column.
    assert Text("f", "é\n\U0001f52dx\nz").position(offset) == expected


@pytest.mark.parametrize(("offset", "expected"), [(-5, (1, 1)), (99, (2, 2))], ids=["before", "behind"])
def test_offsets_outside_are_moved_inside(offset: int, expected: tuple[int, int]) -> None:
    assert Text("f", "ab\nc").position(offset) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 2, Place("f", 1, 1, 1, 3)),
        (0, 5, Place("f", 1, 1, 1, 3)),
        (0, 6, Place("f", 1, 1, 2, 2)),
        (2, 5, Place("f", 1, 3, 1, 3)),
        (3, 3, Place("f", 1, 4, 1, 4)),
        (6, 6, Place("f", 2, 2, 2, 2)),
    ],
    ids=["word", "white-space", "lines", "only-white-space", "point", "end-of-file"],
)
def test_a_place_ends_before_the_white_space_that_follows(start: int, end: int, expected: Place) -> None:
    assert Text("f", "ab  \nc").place(start, end) == expected


def test_a_place_is_shown_as_compilers_do() -> None:
    assert str(Place("specs/p/a.yaml", 3, 7, 3, 9)) == "specs/p/a.yaml:3:7"


@given(contents)
def test_every_offset_leads_back_to_its_character(content: str) -> None:
    text = Text("f", content)
    for offset, character in enumerate(content):
        line, column = text.position(offset)
        if character not in "\r\n":
            assert text.line(line)[column - 1] == character


@given(contents)
def test_positions_grow_with_offsets(content: str) -> None:
    text = Text("f", content)
    positions = [text.position(offset) for offset in range(len(content) + 1)]
    assert positions == sorted(set(positions))
    assert positions[-1][0] == text.line_count == len(re.split("\r\n|\r|\n", content))
