"""Lay a file of definitions out: its white space, and nothing else.

The text is cut into the tokens of YAML. What stands between two of them, white space and comments, is written anew, and
so is the indentation within texts of several lines; everything else is copied.
"""

from __future__ import annotations

import bisect
import contextlib
import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

STEP = 2  # columns by which what is in a mapping or list is indented
_BEFORE_COMMENT = 2
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LINE_END = re.compile(r"\r\n?")
_ODD_LINE_END = re.compile("[\x85\u2028\u2029]")
_HEADER = re.compile(r"^[|>]([-+\d]{0,2})")

_BLOCKS = (yaml.BlockMappingStartToken, yaml.BlockSequenceStartToken)
_FLOWS = (yaml.FlowMappingStartToken, yaml.FlowSequenceStartToken)
_FLOW_ENDS = (yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)
_DOCUMENTS = (yaml.DocumentStartToken, yaml.DocumentEndToken, yaml.DirectiveToken)


class LayoutError(Exception):
    """The file cannot be laid out without a risk to what it says; its text tells why."""


def lay_out(text: str) -> str:
    """Lay a file out.

    Parameters
    ----------
    text
        YAML that can be read.

    Returns
    -------
    str
        The same values, tags, anchors and comments, laid out; with the same text, if that is laid out already.

    Raises
    ------
    LayoutError
        They might not be the same.
    """
    odd = _ODD_LINE_END.search(text)
    if odd is not None:
        raise LayoutError(f"it holds U+{ord(odd[0]):04X}, which YAML takes for a line end and editors do not")
    plain = _LINE_END.sub("\n", text)
    tokens = _tokens(plain)
    written = _Writer(plain, tokens).write()
    with contextlib.suppress(yaml.YAMLError):
        if _meaning(written, _tokens(written)) == _meaning(plain, tokens):
            return written
    raise LayoutError("it would not say the same afterwards; please report this as a fault of gnomon")


def _meaning(text: str, tokens: list[_Token]) -> tuple[list[tuple[Any, ...]], list[str]]:
    """Give all that a text says: what YAML's parser sees, and the comments."""
    events = [
        (type(event), *(getattr(event, name, None) for name in ("anchor", "tag", "implicit", "value", "style")))
        for event in yaml.parse(text, Loader=_LOADER)
    ]
    gaps = itertools.pairwise([0, *(offset for token in tokens for offset in (token.start, token.end)), len(text)])
    between = (text[start:end] for start, end in itertools.islice(gaps, 0, None, 2))
    return events, [line.strip() for gap in between for line in gap.split("\n") if line.strip()]


@dataclass(frozen=True, slots=True)
class _Level:
    """A mapping or list that is written in lines: the column of its keys or dashes, and where that goes."""

    is_list: bool
    old: int
    new: int
    # A list whose dashes stand below the key, for which YAML's scanner has no token.
    is_implied: bool = False


@dataclass(frozen=True, slots=True)
class _Token:
    """A token that is seen in the text.

    Attributes
    ----------
    start, end
        Offsets; the blank lines after a text in lines are not of it.
    column
        Where it stands in its line.
    indent
        Where it goes if it begins a line.
    levels
        What it is in, outermost first.
    depth
        How many brackets it is in, counting its own.
    """

    kind: type[yaml.Token]
    start: int
    end: int
    column: int
    indent: int
    levels: tuple[_Level, ...]
    depth: int
    is_lines: bool


def _tokens(text: str) -> list[_Token]:
    """Cut a text into what is seen of its tokens."""
    found: list[_Token] = []
    levels: tuple[_Level, ...] = ()
    depth, begins = 0, False
    for token in yaml.scan(text, Loader=_LOADER):
        kind, start, end = type(token), token.start_mark.index, token.end_mark.index
        column = token.start_mark.column
        if kind is yaml.BlockEntryToken and not (levels and levels[-1].is_list):
            levels = (*levels, _level(levels, column, is_list=True, is_implied=True))
        elif levels and levels[-1].is_implied and kind in {yaml.KeyToken, yaml.BlockEndToken} and not depth:
            levels = levels[:-1]
        if kind in _BLOCKS:
            levels = (*levels, _level(levels, column, is_list=kind is yaml.BlockSequenceStartToken))
        elif kind is yaml.BlockEndToken:
            levels = levels[:-1]
        elif kind in _DOCUMENTS:
            levels = ()
        depth += kind in _FLOWS
        begins = begins or kind in {yaml.KeyToken, yaml.ValueToken, yaml.BlockEntryToken}
        if end > start:
            is_lines = isinstance(token, yaml.ScalarToken) and token.style in {"|", ">"}
            indent = _indent(kind, column, levels, begins=begins)
            end = _end_of_lines(text, start, end, levels) if is_lines else end
            found.append(_Token(kind, start, end, column, indent, levels, depth, is_lines))
            begins = False
        depth -= kind in _FLOW_ENDS
    return found


def _indent(kind: type[yaml.Token], column: int, levels: tuple[_Level, ...], *, begins: bool) -> int:
    """Tell where a token goes that begins a line; a document that is one text stays where it is."""
    if not levels:
        return 0 if kind in _DOCUMENTS else column
    return levels[-1].new + (0 if begins else STEP)


def _level(levels: tuple[_Level, ...], column: int, *, is_list: bool, is_implied: bool = False) -> _Level:
    return _Level(is_list, column, levels[-1].new + STEP if levels else 0, is_implied)


def _end_of_lines(text: str, start: int, end: int, levels: tuple[_Level, ...]) -> int:
    """Tell where a text in lines ends: at its last line, or where it keeps blank ones, at the last of these."""
    content = text[start:end].removesuffix("\n")
    header, *lines = content.split("\n")
    if _chomping(header) == "+":
        return start + len(content)
    indent, length = _indent_of_lines(header, lines, levels), len(content)
    while lines and len(lines[-1]) <= indent and not lines[-1].strip(" "):
        length -= len(lines.pop()) + 1
    return start + length


def _chomping(header: str) -> str:
    """Give what a text in lines says of how it ends: ``+``, ``-`` or nothing."""
    return "".join(char for char in _HEADER.findall(header)[0] if char in "+-")


def _digit(header: str) -> int | None:
    """Give the indentation that a text in lines says it has, beyond that of what it is in."""
    return next((int(char) for char in _HEADER.findall(header)[0] if char.isdigit()), None)


def _indent_of_lines(header: str, lines: list[str], levels: tuple[_Level, ...]) -> int:
    """Tell by how much the lines of a text are indented: as it says itself, or as its first line is."""
    digit = _digit(header)
    if digit is not None:
        return digit + (levels[-1].old if levels else 0)
    first = next((line for line in lines if line.strip(" ")), None)
    return len(first) - len(first.lstrip(" ")) if first is not None else max(map(len, lines), default=0)


class _Writer:
    """Writes tokens one after the other, and what belongs between them."""

    def __init__(self, text: str, tokens: list[_Token]) -> None:
        self._text = text
        self._tokens = tokens
        self._written: list[str] = []
        self._column = 0
        self._line_shift = 0  # of the first token of the line that is being written
        self._flow_shift = 0  # of what is in the outermost bracket that is open

    def write(self) -> str:
        """Give the text, laid out."""
        before: _Token | None = None
        for index, token in enumerate(self._tokens):
            self._gap(before, token)
            if token.depth == 1 and token.kind in _FLOWS:
                follower = self._tokens[index + 1] if index + 1 < len(self._tokens) else None
                hangs = follower is not None and "\n" in self._text[token.end : follower.start]
                self._flow_shift = self._line_shift if hangs else self._column - token.column
            self._put(self._content(token))
            before = token
        self._gap(before, None)
        return "".join(self._written)

    def _put(self, piece: str) -> None:
        self._written.append(piece)
        _, line_end, last = piece.rpartition("\n")
        self._column = len(last) if line_end else self._column + len(last)

    # Between tokens

    def _gap(self, before: _Token | None, after: _Token | None) -> None:
        """Write the white space and the comments between two tokens, or before the first and after the last."""
        gap = self._text[before.end if before else 0 : after.start if after else len(self._text)]
        lines = gap.split("\n")
        if before is not None:
            self._trail(lines.pop(0))
            if after is not None and (not lines or _may_join(before, after, gap)):
                self._put(_space(before, after))
                return
        if after is not None:
            lines[-1:] = []  # the indentation of what follows
        is_blank = False
        is_start = before is None or before.kind is yaml.DocumentStartToken  # where a blank line separates nothing
        for line in lines:
            if line.strip():
                self._begin_line(self._column_of_comment(line, before, after), is_after_blank=is_blank)
                self._put(line.strip())
                is_start = False
            is_blank = not line.strip() and not is_start
        if after is not None:
            column = self._shifted(after.column, after) if self._is_inside(before, after) else after.indent
            self._begin_line(column, is_after_blank=is_blank)
            self._line_shift = column - after.column
        elif self._written and not (before is not None and self._ends_open(before)):
            self._put("\n")

    def _ends_open(self, last: _Token) -> bool:
        """Tell whether a line end at the end of the file would belong to a text in lines."""
        return last.is_lines and last.end == len(self._text) and _chomping(self._text[last.start : last.end]) != "-"

    def _trail(self, rest: str) -> None:
        """Write the comment at the end of a line; more room before it than needed is somebody's alignment."""
        comment = rest.strip()
        if comment:
            room = len(rest) - len(rest.lstrip())
            self._put(" " * max(room, _BEFORE_COMMENT) + comment)

    def _begin_line(self, column: int, *, is_after_blank: bool) -> None:
        start = "\n" if self._written else ""
        self._put(start + "\n" * is_after_blank + " " * column)

    @staticmethod
    def _is_inside(before: _Token | None, after: _Token) -> bool:
        """Tell whether a gap is within brackets."""
        return bool(before and before.depth and after.depth and not (before.depth == 1 and before.kind in _FLOW_ENDS))

    def _shifted(self, column: int, token: _Token) -> int:
        """Move what stands within brackets as far as these, but not out of what they are in."""
        return max(column + self._flow_shift, token.levels[-1].new if token.levels else 0)

    def _column_of_comment(self, line: str, before: _Token | None, after: _Token | None) -> int:
        """Tell where a comment of its own line goes: with what stands in its column, or left of that."""
        column = len(line) - len(line.lstrip())
        if after is not None and self._is_inside(before, after):
            return self._shifted(column, after)
        moved = {level.old: level.new for token in (before, after) if token is not None for level in token.levels}
        if after is not None:
            moved[after.column] = after.indent
        olds = sorted(moved)
        index = bisect.bisect_right(olds, column) - 1
        return moved[olds[max(index, 0)]] if olds else 0

    # Tokens

    def _content(self, token: _Token) -> str:
        """Give a token's text, its lines indented anew."""
        content = self._text[token.start : token.end]
        if "\n" not in content or token.kind is not yaml.ScalarToken or not token.levels:
            return content
        first, *lines = content.split("\n")
        if token.is_lines:
            return "\n".join([first.rstrip(), *_indented(first, lines, token.levels)])
        return "\n".join([_without_end(first), *(self._continued(line, token) for line in lines)])

    def _continued(self, line: str, token: _Token) -> str:
        """Indent a line within quotes or a plain text."""
        text = line.lstrip(" \t")
        if not text:
            return ""
        column = token.levels[-1].new + STEP
        if token.depth:
            column = max(len(line) - len(text) + self._flow_shift, token.levels[-1].new + 1)
        return " " * column + _without_end(text)


def _without_end(line: str) -> str:
    """Drop the white space that ends a line, unless a backslash may make some of it count."""
    stripped = line.rstrip(" \t")
    return line if stripped.endswith("\\") else stripped


def _indented(header: str, lines: list[str], levels: tuple[_Level, ...]) -> Iterator[str]:
    """Yield the lines of a text at the indentation that belongs to its level."""
    old, level = _indent_of_lines(header, lines, levels), levels[-1]
    new = level.new + (STEP if _digit(header) is None else old - level.old)
    for line in lines:
        content = line[old:] if not line[:old].strip(" ") else line.lstrip(" ")
        yield " " * new + content if content else ""


def _may_join(before: _Token, after: _Token, gap: str) -> bool:
    """Tell whether a dash stands alone in its line, so that its value may follow it there."""
    return before.kind is yaml.BlockEntryToken and after.indent > before.indent and not gap.strip()


def _space(before: _Token, after: _Token) -> str:
    """Give what belongs between two tokens of a line."""
    if before.kind in {yaml.ValueToken, yaml.TagToken}:
        return " "
    if before.kind in _FLOWS or after.kind in _FLOW_ENDS or after.kind is yaml.FlowEntryToken:
        return ""
    if after.kind is yaml.ValueToken and before.kind in {yaml.ScalarToken, *_FLOW_ENDS}:
        return ""
    return " "
