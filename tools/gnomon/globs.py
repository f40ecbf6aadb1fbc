"""Patterns such as ``HSC-*``: find a text that matches some and not others, or know that there is none."""

from __future__ import annotations

import fnmatch
import itertools
from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_STAR = "*"
# Patterns can be made for which deciding takes ages; with those that people write it takes some hundred steps.
_MOST_STEPS = 2_000
_STEPS_PER_CHARACTER = 10
_LONGEST = 5_000  # characters of all patterns
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


def find_text(wanted: Sequence[str], unwanted: Sequence[str], taken: Collection[str] = ()) -> FoundText:
    """Find a shortest text that matches all of some patterns and none of others, and is not among some texts.

    Notes
    -----
    Patterns are regular, so all of them are followed through one text side by side, character by character: how far
    each has come is a state. Of as many ways to a state as there are texts taken, and one more, one leads on.
    """
    length = sum(map(len, (*wanted, *unwanted)))
    if length > _LONGEST:
        return FoundText(None, decided=False)
    patterns = [_tokens(pattern) for pattern in (*wanted, *unwanted)]
    ways = len(taken) + 1
    left = ways * (_MOST_STEPS + _STEPS_PER_CHARACTER * length)
    characters = _Characters(ways)
    start = tuple(_with_stars(tokens, {0}) for tokens in patterns)
    queue, seen = deque([("", start)]), Counter([start])
    while queue:
        text, state = queue.popleft()
        ended = [len(tokens) in places for tokens, places in zip(patterns, state, strict=True)]
        if all(ended[: len(wanted)]) and not any(ended[len(wanted) :]) and text not in taken:
            return FoundText(text)
        for char in characters.that_tell_apart(_next(patterns, state)):
            left -= 1 + sum(map(len, state))
            if left < 0:
                return FoundText(None, decided=False)
            after = tuple(_after(tokens, places, char) for tokens, places in zip(patterns, state, strict=True))
            if all(after[: len(wanted)]) and seen[after] < ways:
                seen[after] += 1
                queue.append((text + char, after))
    return FoundText(None)


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


def _with_stars(tokens: list[str], places: set[int]) -> frozenset[int]:
    """Add the places behind stars, which may stand for nothing."""
    behind = {place + 1 for place in places if place < len(tokens) and tokens[place] == _STAR}
    return frozenset(places | behind)


def _next(patterns: list[list[str]], state: tuple[frozenset[int], ...]) -> frozenset[str]:
    """Give what the next character may be one of, in any pattern."""
    pairs = zip(patterns, state, strict=True)
    return frozenset(tokens[at] for tokens, places in pairs for at in places if at < len(tokens)) - {_STAR}


def _after(tokens: list[str], places: frozenset[int], char: str) -> frozenset[int]:
    after = set()
    for place in places:
        if place == len(tokens):
            continue
        if tokens[place] == _STAR:
            after.add(place)
        elif _is_one_of(char, tokens[place]):
            after.add(place + 1)
    return _with_stars(tokens, after)


def _is_one_of(char: str, token: str) -> bool:
    # A bracket that nothing closes is itself.
    return token in {char, "?"} if len(token) == 1 else fnmatch.fnmatchcase(char, token)


class _Characters:
    """Chooses characters that stand for all.

    Parameters
    ----------
    count
        How many of each kind, where there are so many.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._known: dict[frozenset[str], list[str]] = {}

    def that_tell_apart(self, tokens: frozenset[str]) -> list[str]:
        """Give characters of each kind that some tokens tell apart."""
        if tokens not in self._known:
            kinds: dict[tuple[bool, ...], list[str]] = {}
            for char in dict.fromkeys([*_PLAIN, *self._mentioned(tokens)]):
                kinds.setdefault(tuple(_is_one_of(char, token) for token in tokens), []).append(char)
            self._known[tokens] = [char for kind in kinds.values() for char in kind[: self._count]]
        return self._known[tokens]

    def _mentioned(self, tokens: Collection[str]) -> Iterator[str]:
        """Yield the characters in tokens, and the first ones of each stretch between them."""
        codes = sorted({ord(char) for token in tokens for char in token})
        yield from map(chr, codes)
        for before, behind in itertools.pairwise([-1, *codes, _CHARACTERS]):
            stretch = (code for code in range(before + 1, behind) if code not in _SURROGATES)
            yield from map(chr, itertools.islice(stretch, self._count))
