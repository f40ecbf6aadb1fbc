"""Text for a terminal: safe, coloured and as wide as it looks."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import click

from gnomon.diagnostics import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

_TAB = "    "
_INDENT, _NARROWEST = 4, 24  # columns of a table's last cell where it is folded
COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def clean(text: str) -> str:
    r"""Replace control and formatting characters, which could forge output, by escapes; ``##[`` becomes ``##\[``."""
    if "##[" in text:  # which the runner of GitHub's workflows obeys wherever it stands in a line
        text = text.replace("##[", "##\\[")
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if _is_harmless(char) else char.encode("unicode_escape").decode("ascii") for char in text)


def _is_harmless(char: str) -> bool:
    # Cf holds the marks that turn the direction of writing, Cs what cannot be encoded.
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def width(text: str) -> int:
    """Count the columns that a text takes."""
    if text.isascii():
        return len(text)
    marks = {"Mn", "Me"}
    return sum(
        0 if unicodedata.category(char) in marks else 1 + (unicodedata.east_asian_width(char) in "WF") for char in text
    )


def expand(text: str) -> str:
    """Prepare a line of a file for showing it: tabs as spaces, the rest harmless."""
    return clean(text.replace("\t", _TAB))


def pad(text: str, columns: int) -> str:
    """Fill a text up with spaces."""
    return text + " " * max(columns - width(text), 0)


def folded(line: str, columns: int | None, indent: str) -> str:
    """Break a line between words, so that it fits a terminal; styles go on over the break.

    Parameters
    ----------
    columns
        Of the terminal; None leaves the line as it is.
    indent
        Before what follows.
    """
    if columns is None or width(click.unstyle(line)) <= columns:
        return line
    body = line.lstrip(" ")
    result, used = line[: len(line) - len(body)], len(line) - len(body)
    start = used
    for word in body.split(" "):
        length = width(click.unstyle(word))
        if used > start and used + 1 + length > columns:
            result, used, start = f"{result}\n{indent}{word}", len(indent) + length, len(indent)
        else:
            gap = " " * (used > start)
            result, used = f"{result}{gap}{word}", used + len(gap) + length
    return result


def table(rows: Sequence[tuple[str, ...]], header: tuple[str, ...], columns: int | None = None) -> list[str]:
    """Lay rows out in columns under a header.

    Parameters
    ----------
    columns
        Of the terminal: the words of the last column that do not fit go on below it. None lets each row be a line.
    """
    cleaned = [tuple(clean(cell) for cell in row) for row in rows]
    widths = [max(width(row[column]) for row in [header, *cleaned]) for column in range(len(header))]

    before = sum(widths[:-1]) + len("  ") * (len(header) - 1)

    def line(row: tuple[str, ...]) -> str:
        text = "  ".join(pad(cell, widths[index]) for index, cell in enumerate(row)).rstrip()
        # A column that would be too narrow for words begins further left.
        return folded(text, columns, " " * min(before, max((columns or 0) - _NARROWEST, _INDENT)))

    return [click.style(line(header), bold=True), *(line(row) for row in cleaned)]


def plural(count: int, noun: str) -> str:
    """Write a count with its noun: ``1 metric``, ``1,032 metrics``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
