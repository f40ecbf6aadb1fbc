"""Which words of a text changed."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator


def word_diff(before: str, after: str) -> Iterator[tuple[Literal["-", "+", " "], str]]:
    """Yield runs of words that went (``-``), came (``+``) or stayed."""
    old, new = before.split(), after.split()
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield " ", " ".join(old[i1:i2])
            continue
        if i1 < i2:
            yield "-", " ".join(old[i1:i2])
        if j1 < j2:
            yield "+", " ".join(new[j1:j2])
