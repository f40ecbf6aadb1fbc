"""Patterns: a text that matches some and not others is found wherever there is one."""

from __future__ import annotations

import fnmatch
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gnomon.globs import FoundText, find_text
from gnomon.limits import Budget


@pytest.mark.parametrize(
    ("wanted", "unwanted", "taken", "text"),
    [
        (["HSC-*"], [], [], "HSC-"),
        (["HSC-*", "*-R"], [], [], "HSC-R"),
        (["HSC-?"], ["HSC-[RI]"], [], "HSC-x"),
        (["HSC-[RI]"], ["HSC-?"], [], None),
        (["HSC-[RI]"], [], ["HSC-R", "HSC-I"], None),
        (["HSC-[RI]"], [], ["HSC-R"], "HSC-I"),
        (["a*"], ["*a*"], [], None),
        (["*a*"], ["a*"], [], "xa"),
        (["*"], ["**"], [], None),
        (["*"], ["?*"], [], ""),
        (["?"], [], ["x", "y"], "z"),
        (["a*", "b*"], [], [], None),
        (["[a-c]"], ["[a-b]"], [], "c"),
        (["[!a-z]"], ["[!a-y]"], [], None),
        (["[]]", "[!]x]"], [], [], None),
        (["["], [], [], "["),
        (["[]"], [], [], "[]"),
        (["[?]"], [], [], "?"),
        (["[*]*"], ["[*]"], [], "*x"),
        ([""], [], [], ""),
        ([], ["*"], [], None),
        (["\N{GREEK SMALL LETTER ALPHA}"], ["[a-z]"], [], "\N{GREEK SMALL LETTER ALPHA}"),
        (
            ["[\N{GREEK SMALL LETTER ALPHA}-\N{GREEK SMALL LETTER GAMMA}]"],
            [],
            ["\N{GREEK SMALL LETTER ALPHA}"],
            "\u03b3",
        ),
    ],
)
def test_a_text_between_patterns(wanted: list[str], unwanted: list[str], taken: list[str], text: str | None) -> None:
    assert find_text(wanted, unwanted, frozenset(taken)) == FoundText(text)


patterns = st.lists(st.sampled_from(["a", "b", "?", "*", "[ab]", "[!a]", "[", "]", "[]a]", "[!]"]), max_size=4).map(
    "".join
)
TEXTS = ["".join(letters) for length in range(5) for letters in itertools.product("ab[]x", repeat=length)]


def matches(text: str, wanted: list[str], unwanted: list[str]) -> bool:
    return all(fnmatch.fnmatchcase(text, one) for one in wanted) and not any(
        fnmatch.fnmatchcase(text, one) for one in unwanted
    )


@settings(max_examples=300)
@given(st.lists(patterns, max_size=2), st.lists(patterns, max_size=2), st.sets(st.sampled_from(TEXTS[:40]), max_size=3))
def test_a_text_is_found_where_there_is_one(wanted: list[str], unwanted: list[str], taken: set[str]) -> None:
    found = find_text(wanted, unwanted, frozenset(taken))
    if found.text is not None:
        assert found.text not in taken
        assert matches(found.text, wanted, unwanted)
    else:
        assert [text for text in TEXTS if text not in taken and matches(text, wanted, unwanted)] == []


@pytest.mark.parametrize(
    "wanted",
    [
        ["*a*b*c*d*e*f", "*f*e*d*c*b*a", "*e*c*a*f*d*b", "*d*a*e*b*f*c"],
        ["*a" * 2000, "*b" * 2000],
        ["x" * 10_000_000],
    ],
    ids=lambda wanted: wanted[0][:10],
)
def test_what_takes_too_long_is_left_open(wanted: list[str]) -> None:
    assert find_text(wanted, []) == FoundText(None, decided=False)


def test_many_texts_that_are_taken_cost_no_more_than_some() -> None:
    taken = [f"v{number}" for number in range(10_000)]
    assert find_text(["v*"], [], taken) == FoundText("v")
    budget = Budget(10**9)
    assert find_text(["*a" * 300, "*b" * 200], [], taken, budget) == FoundText(None, decided=False)
    assert budget.spend(10**9 - 10**6)
    # All one character long are taken but those beyond the first hundred, which are not tried.
    assert find_text(["?"], [], [*map(chr, range(500))]) == FoundText(None, decided=False)


def test_long_searches_share_what_they_may_spend_and_short_ones_are_free() -> None:
    budget = Budget(10_000)
    assert find_text(["HSC-*"], [], budget=budget) == FoundText("HSC-")
    assert budget.spend(10_000)
    long = ["*a*b*c*d*e*f", "*f*e*d*c*b*a", "*e*c*a*f*d*b", "*d*a*e*b*f*c"]
    assert find_text(long, [], budget=budget) == FoundText(None, decided=False)
    assert budget.is_spent
    assert find_text(["HSC-*"], [], budget=budget) == FoundText("HSC-")
