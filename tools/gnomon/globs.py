"""Patterns such as ``HSC-*``: find a text that matches some and not others, or know that there is none."""

from __future__ import annotations

import fnmatch
import heapq
import itertools
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from gnomon.limits import Budget

_STAR = "*"
# Patterns can be made for which deciding takes ages; with those that people write it takes some hundred steps.
_MOST_STEPS = 2_000
_STEPS_PER_CHARACTER = 40
_LONGEST = 1_000  # characters of all patterns
_FREE_STEPS = 1_000  # of a search, which are not taken from a budget
_MOST_WAYS = 100  # to a state: of more texts that are taken, hardly one stands where a text is looked for
_PLAIN = "xyzabc0123456789"
_SURROGATES = range(0xD800, 0xE000)  # which no file in UTF-8 can hold
_CHARACTERS = 0x110000


@dataclass(frozen=True, slots=True)
class FoundText:
    """The answer of a search.

    Attributes
    ----------
    text
        None where none was found.
    decided
        Whether it is certain that there is none.
    """

    text: str | None
    decided: bool = True


def find_text(
    wanted: Sequence[str], unwanted: Sequence[str], taken: Collection[str] = (), budget: Budget | None = None
) -> FoundText:
    """Find a text that matches all of some patterns and none of others, and is not among some texts.

    Parameters
    ----------
    budget
        Of many searches, for those that take long.

    Notes
    -----
    Patterns are regular, so all of them are followed through one text side by side, character by character: how far
    each has come is a state. Those nearest to the end of what is wanted come first. Of as many ways to a state as there
    are texts taken, and one more, one leads on.
    """
    size = sum(map(len, (*wanted, *unwanted)))
    if size > _LONGEST:
        return FoundText(None, decided=False)
    ways = min(len(taken) + 1, _MOST_WAYS)
    left = ways * _MOST_STEPS + _STEPS_PER_CHARACTER * size
    free = left - _FREE_STEPS
    split = [_tokens(pattern) for pattern in (*wanted, *unwanted)]
    characters = _characters({token for tokens in split for token in tokens} - {_STAR}, ways)
    patterns = [_Pattern(tokens, characters) for tokens in split]
    count = len(wanted)
    start = tuple(pattern.start for pattern in patterns)
    # By how much is left of the wanted patterns; of equals the longest text, so that one way is followed to its end.
    queue, seen = [(0, 0, "", start)], Counter([start])
    while queue:
        *_, text, state = heapq.heappop(queue)
        ends = [pattern.has_ended(places) for pattern, places in zip(patterns, state, strict=True)]
        if all(ends[:count]) and not any(ends[count:]) and text not in taken:
            return FoundText(text)
        left -= len(characters)
        is_spent = budget is not None and left < free and not budget.spend(len(characters) * len(patterns))
        if left < 0 or is_spent:
            return FoundText(None, decided=False)
        for char in characters:
            after = tuple(pattern.after(places, char) for pattern, places in zip(patterns, state, strict=True))
            if all(after[:count]) and seen[after] < ways:
                seen[after] += 1
                distance = sum(map(_Pattern.distance, patterns[:count], after))
                heapq.heappush(queue, (distance, -len(text), text + char, after))
    return FoundText(None, decided=ways > len(taken))


class _Pattern:
    """A pattern to follow through a text; the places up to which it may have come are the bits of a number.

    Parameters
    ----------
    tokens
        What it is made of.
    characters
        All that the text can have.
    """

    def __init__(self, tokens: list[str], characters: Collection[str]) -> None:
        self._end = len(tokens)
        self._stars = sum(1 << place for place, token in enumerate(tokens) if token == _STAR)
        self._matching = {
            char: sum(1 << place for place, token in enumerate(tokens) if token != _STAR and _is_one_of(char, token))
            for char in characters
        }
        self.start = self._with_stars(1)

    def after(self, places: int, char: str) -> int:
        """Give the places behind a character; none where the pattern does not go on with it."""
        return self._with_stars((places & self._matching[char]) << 1 | places & self._stars)

    def _with_stars(self, places: int) -> int:
        # A star may stand for nothing; there are no two in a row.
        return places | (places & self._stars) << 1

    def has_ended(self, places: int) -> bool:
        """Tell whether the text until here matches."""
        return bool(places >> self._end)

    def distance(self, places: int) -> int:
        """Count what is still before the furthest place."""
        return self._end + 1 - places.bit_length()


def _tokens(pattern: str) -> list[str]:
    """Split a pattern into stars and what stands for one character, as `fnmatch` does."""
    result: list[str] = []
    start = 0
    while start < len(pattern):
        end = start + 1
        if pattern[start] == "[":
            # A bracket that closes at once is one of the characters.
            first = start + 2 if pattern.startswith("!", start + 1) else start + 1
            close = pattern.find("]", first + 1)
            end = close + 1 if close > 0 else end
        if pattern[start:end] != _STAR or result[-1:] != [_STAR]:
            result.append(pattern[start:end])
        start = end
    return result


def _is_one_of(char: str, token: str) -> bool:
    # A bracket that nothing closes is itself.
    return token in {char, "?"} if len(token) == 1 else fnmatch.fnmatchcase(char, token)


def _characters(tokens: Collection[str], count: int) -> list[str]:
    """Choose characters that stand for all: so many of each kind that tokens tell apart, where there are so many."""
    alone = {token for token in tokens if len(token) == 1}
    brackets = [token for token in tokens if len(token) > 1]
    kinds: dict[tuple[object, ...], dict[str, None]] = {}
    for stretch in _stretches(tokens):
        char = next(stretch, None)
        if char is not None:
            kind = (char if char in alone else "", *(_is_one_of(char, token) for token in brackets))
            known = kinds.setdefault(kind, {})
            if len(known) < count:
                known.update(dict.fromkeys([char, *itertools.islice(stretch, count)]))
    return [char for kind in kinds.values() for char in itertools.islice(kind, count)]


def _stretches(tokens: Collection[str]) -> Iterator[Iterator[str]]:
    """Yield characters that no token tells apart: each plain one, each in tokens, and those between two of these."""
    codes = sorted({ord(char) for token in tokens for char in token})
    yield from (iter(char) for char in dict.fromkeys([*_PLAIN, *map(chr, codes)]))
    for before, behind in itertools.pairwise([-1, *codes, _CHARACTERS]):
        yield (chr(code) for code in range(before + 1, behind) if code not in _SURROGATES)
