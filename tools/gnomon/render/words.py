"""Which words of a text changed."""

from __future__ import annotations

import difflib
import itertools
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["-", "+", " "]
_MOST_PAIRS = 250_000  # of words to compare, since the time grows with them: two texts of 500 words
_MOST_WORDS = 60
_CONTEXT = 12  # words around what changed


def word_diff(before: str, after: str) -> Iterator[tuple[Kind, str]]:
    """Yield runs of words that went (``-``), came (``+``) or stayed; of long runs only the ends."""
    old, new = before.split(), after.split()
    same = zip(old, new, strict=False)
    start = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], same))
    same = zip(reversed(old[start:]), reversed(new[start:]), strict=False)
    end = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], same))
    one, two = old[start : len(old) - end], new[start : len(new) - end]
    runs = [(" ", old[:start]), *_changed(one, two), (" ", old[len(old) - end :])]
    for kind, words in runs:
        if words:
            yield kind, _shortened(words, _CONTEXT if kind == " " else _MOST_WORDS // 2)


def _changed(old: list[str], new: list[str]) -> Iterator[tuple[Kind, list[str]]]:
    if len(old) * len(new) > _MOST_PAIRS:
        yield "-", old
        yield "+", new
        return
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield " ", old[i1:i2]
        else:
            yield "-", old[i1:i2]
            yield "+", new[j1:j2]


def _shortened(words: list[str], most: int) -> str:
    left = len(words) - 2 * most
    # To leave out a word or two takes as much room as to show them.
    if left <= _CONTEXT:
        return " ".join(words)
    return " ".join([*words[:most], f"… ({left:,} words) …", *words[-most:]])
