"""The text of a file, and how offsets in it become lines and columns."""

from __future__ import annotations

import bisect
import functools
import itertools
import re
from dataclasses import dataclass

from gnomon.diagnostics import Place

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, eq=False)
class Text:
    """A decoded file.

    Offsets count Unicode code points from 0, without a byte order mark. Lines end at LF, CRLF and CR only:
    YAML's other line separators (NEL, LS, PS) do not move an editor to the next line.

    Attributes
    ----------
    path
        As shown to people, see `gnomon.diagnostics.Place`.
    content
        All of the text.
    """

    path: str
    content: str

    @functools.cached_property
    def _starts(self) -> list[int]:
        if "\r" in self.content:
            return [0, *(match.end() for match in _LINE_END.finditer(self.content))]
        # Most files have one kind of line ends; splitting is three times faster.
        lines = self.content.split("\n")
        return list(itertools.accumulate((len(line) + 1 for line in lines[:-1]), initial=0))

    @functools.cached_property
    def end(self) -> int:
        """The offset after the last character that is no white space."""
        return len(self.content.rstrip())

    @property
    def line_count(self) -> int:
        """The number of lines, counting an empty last one."""
        return len(self._starts)

    def position(self, offset: int) -> tuple[int, int]:
        """Give the line and column, both from 1, of an offset."""
        offset = min(max(offset, 0), len(self.content))
        index = bisect.bisect_right(self._starts, offset) - 1
        return index + 1, offset - self._starts[index] + 1

    def offset(self, line: int, column: int) -> int:
        """Give the offset of a line and column, both from 1."""
        return self._starts[line - 1] + column - 1

    def line(self, number: int) -> str:
        """Give a line by its number, without its end."""
        start = self._starts[number - 1]
        end = self._starts[number] if number < len(self._starts) else len(self.content)
        return self.content[start:end].rstrip("\r\n")

    def place(self, start: int, end: int) -> Place:
        """Give the place between two offsets, without the white space that ends it."""
        end = max(start, start + len(self.content[start:end].rstrip()))
        return Place(self.path, *self.position(start), *self.position(end))
