"""Text for a terminal: frames around places, tables, and nothing that a terminal would obey."""

from __future__ import annotations

import json
import re
import unicodedata

import click
import pytest

from gnomon.diagnostics import Diagnostic, Finding, Place, Related, Severity
from gnomon.registry import Registry
from gnomon.render import concise, findings_json, full, summary
from gnomon.render.terminal import clean, expand, folded, pad, plural, table, width
from gnomon.rules import Result
from gnomon.text import Text

HOSTILE = "\x1b[5m \x1b]0;title\x07 \x9b5m \x7f \x00 \r \u202e \u2066 \u200b \u2028 \ufeff \udcff"
OUR_STYLES = re.compile(r"\x1b\[(?:0|1|2|3[1-6])m")
# What terminals show of a mark above a letter, and of characters that are two columns wide.
ACUTE, WIDE, THAI = "e\u0301", "測光", "\u0e01\u0e31"


def result(
    text: str,
    place: tuple[int, int, int, int],
    *,
    path: str = "specs/p/a.yaml",
    related: int = 0,
    hint: str | None = None,
) -> Result:
    others = tuple(Related(f"place {n}", Place(path, n, 1, n, 2)) for n in range(1, related + 1))
    diagnostic = Diagnostic("unknown-field", "unknown field `x`", Place(path, *place), hint, None, others)
    return Result((Finding(Severity.ERROR, diagnostic),), Registry(texts={path: Text(path, text)}))


def frame(text: str, place: tuple[int, int, int, int], columns: int | None = None) -> list[str]:
    """Give the lines between the place and the summary."""
    lines = click.unstyle("\n".join(full.render(result(text, place), columns))).splitlines()
    first = next(number for number, line in enumerate(lines) if "-->" in line)  # the message may be folded
    return lines[first + 1 : -2]


def marked(text: str, place: tuple[int, int, int, int]) -> str:
    """Give what stands above the caret, as a terminal shows it."""
    lines = frame(text, place)
    index = next(number for number, line in enumerate(lines) if line.endswith("^"))
    shown, marks = lines[index - 1], lines[index]
    start, end = marks.index("^"), marks.rindex("^") + 1
    columns: list[str] = []
    for char in shown:
        if unicodedata.category(char) in {"Mn", "Me"}:
            columns[-1] += char
        else:
            columns += [char, ""] if unicodedata.east_asian_width(char) in "WF" else [char]
    return "".join(columns[start:end])


# Frames


def test_frame_shows_two_lines_before_and_one_after() -> None:
    text = "1: a\n2: b\n3: c\n4: d\n5: e\n6: f\n"
    assert frame(text, (4, 1, 4, 2)) == ["  |", "2 | 2: b", "3 | 3: c", "4 | 4: d", "  | ^", "5 | 5: e", "  |"]


def test_frame_at_the_ends_of_a_file() -> None:
    assert frame("a: 1\nb: 2", (1, 1, 1, 2)) == ["  |", "1 | a: 1", "  | ^", "2 | b: 2", "  |"]
    assert frame("a: 1\nb: 2", (2, 4, 2, 5)) == ["  |", "1 | a: 1", "2 | b: 2", "  |    ^", "  |"]


def test_frame_leaves_out_empty_neighbours() -> None:
    assert frame("a: 1\n\nb: 2\n\n", (3, 1, 3, 2)) == ["  |", "1 | a: 1", "3 | b: 2", "  | ^", "  |"]


def test_frame_makes_room_for_long_numbers() -> None:
    lines = frame("\n".join(f"k{n}: 1" for n in range(1, 101)), (99, 1, 99, 4))
    assert lines == [
        "    |",
        " 97 | k97: 1",
        " 98 | k98: 1",
        " 99 | k99: 1",
        "    | ^^^",
        "100 | k100: 1",
        "    |",
    ]


def test_frame_of_several_lines_marks_what_is_meant() -> None:
    text = "a: [1,\n\n    2,\n  3]\nb: 1\n"
    assert frame(text, (1, 4, 4, 5)) == [
        "  |",
        "1 | a: [1,",
        "  |    ^^^",
        "2 |",
        "3 |     2,",
        "  |     ^^",
        "4 |   3]",
        "  |   ^^",
        "5 | b: 1",
        "  |",
    ]


def test_frame_of_many_lines_is_cut() -> None:
    text = "a:\n" + "".join(f"- {n}\n" for n in range(9))
    assert frame(text, (2, 1, 10, 4)) == [
        "   |",
        " 1 | a:",
        *(line for n in range(4) for line in (f" {n + 2} | - {n}", "   | ^^^")),
        "   | ...",
        "   |",
    ]


@pytest.mark.parametrize(("columns", "widest"), [(None, 164), (100, 100), (80, 80), (20, 44)])
def test_a_long_line_is_cut_around_its_place(columns: int | None, widest: int) -> None:
    line = "a" * 200 + "FAULT" + "b" * 200
    _, shown, marks, _ = frame(line, (1, 201, 1, 206), columns)
    assert len(shown) == widest
    assert shown[marks.index("^") : marks.index("^") + marks.count("^")] == "FAULT"


def test_frame_of_an_empty_file_is_its_name() -> None:
    lines = click.unstyle("\n".join(full.render(result("", (1, 1, 1, 1))))).splitlines()
    assert lines[:3] == ["error[unknown-field]: unknown field `x`", " --> specs/p/a.yaml:1:1", ""]


def test_place_without_extent_has_one_caret() -> None:
    assert frame("abc\n", (1, 2, 1, 2))[1:3] == ["1 | abc", "  |  ^"]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("name: A.s  # plain", "A.s"),
        ("name:\tA.s", "A.s"),
        ("\tname:\t\tA.s\t", "A.s"),
        (f"{WIDE}: A.s", "A.s"),
        (f"a: {WIDE} b", WIDE),
        (f"{ACUTE}{ACUTE}: A.s", "A.s"),
        (f"{THAI}: A.s", "A.s"),
        (f"x: {ACUTE}t{ACUTE} y", f"{ACUTE}t{ACUTE}"),
        ("x" * 500 + ": A.s", "A.s"),
        ("A.s: " + "x" * 500, "A.s"),
        ("x" * 300 + " A.s " + "y" * 300, "A.s"),
        (WIDE * 200 + " A.s " + "y" * 300, "A.s"),
    ],
    ids=[
        "plain",
        "tab",
        "tabs",
        "after-wide",
        "wide",
        "after-combining",
        "after-combining-vowel",
        "combining",
        "long-end",
        "long-begin",
        "long-middle",
        "long-wide",
    ],
)
def test_caret_is_under_the_right_place(line: str, word: str) -> None:
    start = line.index(word) + 1
    assert marked(f"first: 1\n{line}\nlast: 1\n", (2, start, 2, start + len(word))) == word


@pytest.mark.parametrize("char", ["\x1b", "\u202e", "\u200d", "\x9b", "\udcff"], ids=lambda char: f"U+{ord(char):04X}")
def test_caret_counts_what_is_escaped(char: str) -> None:
    line = f"x{char}: A.s"
    assert marked(f"{line}\n", (1, line.index("A") + 1, 1, len(line) + 1)) == "A.s"
    assert marked(f"{line}\n", (1, 2, 1, 3)) == clean(char)


def test_no_line_of_a_frame_is_endless() -> None:
    text = "x" * 100_000 + "\n" + "y" * 100_000 + "\n"
    assert max(map(len, frame(text, (1, 1, 2, 100_001)))) < 200


def test_lines_end_at_lf_crlf_and_cr_only() -> None:
    text = "a: 1\r\nb: 2\rc: '\u2028'\nd: 3\n"
    lines = frame(text, (3, 1, 3, 2))
    assert lines == ["  |", "1 | a: 1", "2 | b: 2", r"3 | c: '\u2028'", "  | ^", "4 | d: 3", "  |"]


# Notes


def test_hint_and_other_places_follow_the_frame() -> None:
    text = "".join(f"k{n}: 1\n" for n in range(9))
    lines = click.unstyle("\n".join(full.render(result(text, (1, 1, 1, 3), hint="remove it", related=7)))).splitlines()
    assert lines[6:14] == [
        "  |",
        "  = help: remove it",
        "  = note: place 1 (specs/p/a.yaml:1:1)",
        "  = note: place 2 (specs/p/a.yaml:2:1)",
        "  = note: place 3 (specs/p/a.yaml:3:1)",
        "  = note: place 4 (specs/p/a.yaml:4:1)",
        "  = note: place 5 (specs/p/a.yaml:5:1)",
        "  = note: and 2 more",
    ]


def test_message_and_hint_are_folded_to_fit_a_terminal() -> None:
    found = result("a: 1\n", (1, 1, 1, 2), hint="remove it, or say what it is for")
    (block,) = full.blocks(found, 30)
    assert click.unstyle(block).splitlines() == [
        "error[unknown-field]: unknown",
        "    field `x`",
        " --> specs/p/a.yaml:1:1",
        "  |",
        "1 | a: 1",
        "  | ^",
        "  |",
        "  = help: remove it, or say",
        "      what it is for",
    ]


def test_concise_has_place_rule_message_and_hint() -> None:
    lines = [click.unstyle(line) for line in concise.render(result("a: 1\n", (1, 1, 1, 2), hint="remove it"))]
    assert lines[0] == "specs/p/a.yaml:1:1: error[unknown-field] unknown field `x` (remove it)"


@pytest.mark.parametrize(
    ("severities", "said"),
    [
        ([], "No findings in 0 metrics, 0 specifications and 0 partials in 0 packages."),
        ([Severity.NOTE], "Found 1 note in 0 metrics, 0 specifications and 0 partials in 0 packages."),
        (
            [Severity.NOTE, Severity.ERROR, Severity.WARNING, Severity.ERROR],
            "Found 2 errors, 1 warning, 1 note in 0 metrics, 0 specifications and 0 partials in 0 packages.",
        ),
    ],
    ids=["none", "note", "all"],
)
def test_summary_counts_by_severity(severities: list[Severity], said: str) -> None:
    diagnostic = Diagnostic("unknown-field", "m", Place("a", 1, 1, 1, 1))
    found = Result(tuple(Finding(severity, diagnostic) for severity in severities), Registry())
    assert click.unstyle(summary.summary(found)) == said


# Hostile text


def harmful(text: str) -> set[str]:
    """Give the characters that control a terminal or turn the direction of writing."""
    unstyled = OUR_STYLES.sub("", text).replace("\n", "")
    return {char for char in unstyled if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}}


def test_clean_keeps_what_is_harmless() -> None:
    kept = f"naïve {WIDE} {ACUTE} ± µ ✓ 👩 \u00a0"
    assert clean(kept) == kept


def test_clean_escapes_what_a_terminal_would_obey() -> None:
    assert clean("\x1b[31m") == r"\x1b[31m"
    assert clean("a\nb\u202ec") == r"a\nb\u202ec"
    assert harmful(clean(HOSTILE)) == set()


@pytest.mark.parametrize("style", ["full", "concise", "json"])
def test_no_format_of_findings_lets_hostile_text_through(style: str) -> None:
    path = f"specs/p/{HOSTILE}.yaml"
    place = Place(path, 1, 1, 1, 4)
    diagnostic = Diagnostic("unknown-field", HOSTILE, place, HOSTILE, HOSTILE, (Related(HOSTILE, place),))
    found = Result(
        (Finding(Severity.ERROR, diagnostic),), Registry(label=HOSTILE, texts={path: Text(path, f"a: {HOSTILE}\n")})
    )
    render = {"full": full.render, "concise": concise.render, "json": findings_json.render}[style]
    assert harmful("\n".join(render(found))) == set()


def test_json_holds_hostile_text_unchanged() -> None:
    assert json.loads(findings_json.dump({"a": HOSTILE, WIDE: [HOSTILE]})) == {"a": HOSTILE, WIDE: [HOSTILE]}
    assert findings_json.dump(WIDE) == f'"{WIDE}"'


# Small parts


@pytest.mark.parametrize(
    ("text", "columns"),
    [("", 0), ("abc", 3), (WIDE, 4), (ACUTE, 1), (THAI, 1), ("a\u20dd", 1), ("µ±", 2), ("\uff8a", 1), ("\uff21", 2)],
    ids=["empty", "ascii", "wide", "combining", "vowel", "enclosing", "latin", "half-width", "full-width"],
)
def test_width_is_that_of_a_terminal(text: str, columns: int) -> None:
    assert width(text) == columns
    assert pad(text, 6) == text + " " * (6 - columns)


def test_expand_shows_tabs_as_spaces() -> None:
    assert expand("\ta\tb") == "    a    b"


def test_table_lays_out_columns() -> None:
    lines = [click.unstyle(line) for line in table([(WIDE, "1"), ("a", HOSTILE[:4]), ("b", "")], ("name", "n"))]
    assert lines == ["name  n", f"{WIDE}  1", r"a     \x1b[5m", "b"]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (None, ["name  what it is", "a     one two three four five"]),
        (29, ["name  what it is", "a     one two three four five"]),
        (28, ["name  what it is", "a     one two three four\n    five"]),
        (16, ["name  what it is", "a     one two\n    three four\n    five"]),
    ],
)
def test_the_last_column_of_a_table_is_folded_to_fit_a_terminal(columns: int | None, expected: list[str]) -> None:
    rows = [("a", "one two three four five")]
    assert [click.unstyle(line) for line in table(rows, ("name", "what it is"), columns)] == expected


def test_on_a_wide_terminal_what_is_folded_stays_in_its_column() -> None:
    row = table([("a", "one two three four five six")], ("name", "what it is"), 30)[1]
    assert row == "a     one two three four five\n      six"


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 metrics"), (1, "1 metric"), (2, "2 metrics"), (1032, "1,032 metrics")]
)
def test_plural(count: int, said: str) -> None:
    assert plural(count, "metric") == said


@pytest.mark.parametrize(
    ("line", "columns", "expected"),
    [
        ("one two three", None, "one two three"),
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two\n> three"),
        ("one two three", 5, "one\n> two\n> three"),
        ("  = one two", 9, "  = one\n> two"),
        ("unbreakable", 4, "unbreakable"),
        ("one  two", 5, "one \n> two"),
        ("\x1b[31mone two\x1b[0m three", 8, "\x1b[31mone two\x1b[0m\n> three"),
        ("\u6f22\u5b57 \u6f22\u5b57", 8, "\u6f22\u5b57\n> \u6f22\u5b57"),
    ],
)
def test_a_line_is_folded_between_words(line: str, columns: int | None, expected: str) -> None:
    assert folded(line, columns, "> ") == expected
