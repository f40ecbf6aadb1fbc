"""The configuration of a repository: mistakes are told at their place, and what is sound counts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gnomon.configuration import Configuration, read_configuration
from gnomon.diagnostics import Severity
from gnomon.loader import load
from gnomon.sources import Memory

RULES = ("duplicate-key", "numeric-string", "unit-spelling", "unknown-unit")


def read(content: str | bytes, name: str = "gnomon.toml", **more: str | bytes) -> Configuration:
    return read_configuration(Memory({name: content, **more}), RULES)


def told(configuration: Configuration) -> list[tuple[str, str]]:
    assert {found.rule for found in configuration.diagnostics} <= {"invalid-configuration"}
    return [(f"{found.place.line}:{found.place.column}", found.message) for found in configuration.diagnostics]


def test_a_ladder_without_rungs_is_none() -> None:
    assert dict(read("ladders.level = []").ladders) == {"level": ()}


def test_without_a_configuration_the_defaults_hold() -> None:
    assert read_configuration(Memory({})) == Configuration()
    assert Configuration() == Configuration(None, {}, {"level": ("minimum", "design", "stretch")}, {}, (), (), None, ())


def test_everything_can_be_said() -> None:
    found = read("""
        select = ["unknown-unit", "duplicate-key"]
        ignore = ["unit-spelling"]
        fail-on = "warning"
        documents.LPM-17 = {title = "Requirements", url = "http://ls.st/lpm-17"}
        documents.DMTN-1 = {}
        ladders.epoch = ["dr1", "dr2"]
        [rules]
        numeric-string = "error"
        duplicate-key = "note"
        unit-spelling = "off"
    """)
    assert found == Configuration(
        "gnomon.toml",
        {"LPM-17": {"title": "Requirements", "url": "http://ls.st/lpm-17"}, "DMTN-1": {}},
        {"level": ("minimum", "design", "stretch"), "epoch": ("dr1", "dr2")},
        {"numeric-string": Severity.ERROR, "duplicate-key": Severity.NOTE, "unit-spelling": None},
        ("unknown-unit", "duplicate-key"),
        ("unit-spelling",),
        "warning",
        (),
    )


def test_the_default_ladder_can_be_replaced() -> None:
    assert dict(read('ladders.level = ["low", "high"]').ladders) == {"level": ("low", "high")}


@pytest.mark.parametrize(
    "content",
    [
        '[tool.gnomon]\nignore = ["unit-spelling"]\n',
        '[project]\nname = "x"\n[tool.other]\nx = 1\n[tool.gnomon]\nignore = ["unit-spelling"]\n',
        '[tool]\ngnomon.ignore = ["unit-spelling"]\n',
        '[ tool . gnomon ]\nignore = ["unit-spelling"]\n',
        'tool.gnomon.ignore = ["unit-spelling"]\n',
        '[tool."gnomon"]\nignore = ["unit-spelling"]\n',
    ],
    ids=["table", "among-others", "dotted", "spaced", "top", "quoted"],
)
def test_a_table_of_pyproject_counts(content: str) -> None:
    found = read(content, "pyproject.toml")
    assert (found.path, found.ignore, told(found)) == ("pyproject.toml", ("unit-spelling",), [])


@pytest.mark.parametrize("content", ["", "[project]\nname = 'gnomon'\n", "[tool.other]\n", "this is no TOML"])
def test_a_pyproject_without_our_table_is_not_ours(content: str) -> None:
    assert read(content, "pyproject.toml") == Configuration()


def test_gnomon_toml_counts_before_pyproject() -> None:
    found = read_configuration(Memory({"gnomon.toml": "", "pyproject.toml": "[tool.gnomon]\nignore = ['x']\n"}), RULES)
    assert found == Configuration("gnomon.toml")


def test_paths_are_those_of_the_git_repository() -> None:
    found = read_configuration(Memory({"gnomon.toml": "x = 1"}, prefix="deep/er/"))
    assert (found.path, [item.place.path for item in found.diagnostics]) == (
        "deep/er/gnomon.toml",
        ["deep/er/gnomon.toml"],
    )


def test_a_byte_order_mark_and_crlf_are_fine() -> None:
    found = read(b"\xef\xbb\xbfignore = ['unit-spelling']\r\nfail_on = 1\r\n")
    assert (found.ignore, told(found)) == (
        ("unit-spelling",),
        [("2:1", "unknown setting `fail_on`")],
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("ingore = []", [("1:1", "unknown setting `ingore`")]),
        ("\n  xyz = 1", [("2:3", "unknown setting `xyz`")]),
        ("# xyz\nabc = 1 # xyz\n'xyz' = 1", [("2:1", "unknown setting `abc`"), ("3:2", "unknown setting `xyz`")]),
        ("select = 'x'", [("1:1", "`select` must be a list of texts")]),
        ("ignore = [1]", [("1:1", "`ignore` must be a list of texts")]),
        ("select = ['unit-speling']", [("1:12", "there is no rule `unit-speling`")]),
        ("ignore = ['x', 'xyz']", [("1:12", "there is no rule `x`"), ("1:17", "there is no rule `xyz`")]),
        ("fail-on = 'never'", [("1:1", "`fail-on` cannot be `never`")]),
        ("fail-on = ['error']", [("1:1", "`fail-on` cannot be `['error']`")]),
        ("fail-on = {a = 1}", [("1:1", "`fail-on` cannot be `{'a': 1}`")]),
        ("fail-on = true", [("1:1", "`fail-on` cannot be `true`")]),
        ("rules = 5", [("1:1", "`rules` must be a table")]),
        ("[rules]\nunit-spelling = 'of'", [("2:1", "the severity of `unit-spelling` cannot be `of`")]),
        ("[rules]\nunit-spelling = ['off']", [("2:1", "the severity of `unit-spelling` cannot be `['off']`")]),
        ("[rules]\nunit = 'off'\nxyz = 1", [
            ("2:1", "there is no rule `unit`"),
            ("3:1", "there is no rule `xyz`"),
            ("3:1", "the severity of `xyz` cannot be `1`"),
        ]),
        ("documents = []", [("1:1", "`documents` must be a table")]),
        ("documents.LPM-17 = 'x'", [("1:11", "`LPM-17` must be a table")]),
        ("documents.LPM-17 = {titel = 'x'}", [("1:21", "unknown setting `titel` of the document `LPM-17`")]),
        ("[documents.LPM-17]\nurl = 5", [("2:1", "`url` of the document `LPM-17` must be text")]),
        ("ladders = 5", [("1:1", "`ladders` must be a table")]),
        ("ladders.level = 'x'", [("1:9", "`level` must be a list of texts")]),
        ("docs = 5", [("1:1", "`docs` must be a table")]),
        ("docs = {titel = 'x'}", [("1:9", "unknown setting `titel` of `docs`")]),
        ("[docs]\ntitle = 5", [("2:1", "`title` of `docs` must be text")]),
        ("[docs]\nrepository = 'javascript:alert(1)'", [("2:1", "`repository` of `docs` must be a web address")]),
        ("docs.base-url = 'https://'", [("1:6", "`base-url` of `docs` must be a web address")]),
        ("a = 1\nb = \n", [("2:5", "this is no TOML: Invalid value")]),
        ("é = 1", [("1:1", "this is no TOML: Invalid statement")]),
        ("a = 1\na = 2\n", [("2:6", "this is no TOML: Cannot overwrite a value")]),
    ],
    ids=lambda value: ascii(value) if isinstance(value, str) else "",
)  # fmt: skip
def test_mistakes_are_told_at_their_place(content: str, expected: list[tuple[str, str]]) -> None:
    assert told(read(content)) == expected


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"a = '\xe9'", "1:6"),
        (b"a = '\xef\xbf\xbd'\nb = '\xe9'", "2:6"),  # the mark of what cannot be read is a character, too
        ("a = 1".encode("utf-16"), "1:1"),
    ],
)
def test_a_file_that_is_not_utf8_is_told(content: bytes, place: str) -> None:
    found = read_configuration(Memory({"gnomon.toml": content}))
    assert told(found) == [(place, "this file is not UTF-8, as TOML must be")]


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        ("ingore = []", "did you mean `ignore`?"),
        ("select = ['unit-speling']", "did you mean `unit-spelling`?"),
        ("rules.unit_spelling = 'off'", "did you mean `unit-spelling`?"),
        ("documents.a = {titel = 'x'}", "did you mean `title`?"),
        ("docs.base_url = 'https://a.org'", "did you mean `base-url`?"),
        ("xyz = 1", "known here: `documents`, `ladders`, `rules`, `impacts`, `select`, `ignore`, `fail-on`, `docs`"),
    ],
)
def test_what_was_meant_is_said(content: str, hint: str) -> None:
    assert [found.hint for found in read(content).diagnostics] == [hint]


def test_what_is_sound_counts_beside_mistakes() -> None:
    found = read("ignore = ['unit-spelling']\nselect = 5\nfail-on = 'x'\nladders.level = 5\nladders.e = ['a']\n")
    assert (found.ignore, found.select, found.fail_on) == (("unit-spelling",), (), None)
    assert dict(found.ladders) == {"level": ("minimum", "design", "stretch"), "e": ("a",)}
    assert len(found.diagnostics) == 3


@pytest.mark.parametrize(
    "content",
    ["tool = 5\n# [tool.gnomon]\n", "[[tool]]\nx = '[tool.gnomon]'\n", "[tool]\ngnomon = 5\n# [tool.gnomon]\n"],
    ids=["number", "array", "value"],
)
def test_a_pyproject_whose_tables_are_none_is_no_crash(content: str) -> None:
    assert {found.rule for found in read(content, "pyproject.toml").diagnostics} <= {"invalid-configuration"}


@pytest.mark.parametrize("content", ["a = " + "[" * 100_000, "a." * 5_000 + "a = 1", "a = " + "9" * 10_000, "\x00"])
def test_hostile_files_are_faults_and_nothing_else(content: str) -> None:
    assert [found.rule for found in read(content).diagnostics] == ["invalid-configuration"]


def test_what_is_not_utf8_is_told() -> None:
    found = read(b"ignore = ['unit-spelling'] # \xe9\n")
    assert len(found.diagnostics) == 1


def test_the_faults_are_those_of_the_snapshot_too() -> None:
    registry = load(Memory({"gnomon.toml": "x = 1\n", "metrics/p.yaml": "A: {unit: mag, description: Depth.}\n"}))
    assert [(found.rule, str(found.place)) for found in registry.diagnostics] == [
        ("invalid-configuration", "gnomon.toml:1:1")
    ]


pieces = st.sampled_from([
    *("ignore", "select", "rules", "documents", "ladders", "fail-on", "tool", "gnomon", "level", "x", "unit-spelling"),
    *("=", ".", "[", "]", "[[", "]]", "{", "}", ",", "\n", '"', "'", "#", " ", "1", "true", "'off'", "[]", "{}", "é"),
    *("[tool.gnomon]\n", "[rules]\n", "2026-01-01", "1.5", "['x']"),
])  # fmt: skip


@settings(max_examples=400)
@given(st.lists(pieces, max_size=12).map("".join), st.sampled_from(["gnomon.toml", "pyproject.toml"]), st.booleans())
def test_no_text_makes_reading_raise(content: str, name: str, marked: bool) -> None:  # noqa: FBT001
    content += "\n# [tool.gnomon]" if marked else ""
    lines: Any = content.replace("\r\n", "\n").split("\n")
    for found in read(content, name).diagnostics:
        assert found.place.path == name
        assert 1 <= found.place.line <= len(lines)
        assert 1 <= found.place.column <= len(lines[found.place.line - 1]) + 1


def test_settings_of_the_site() -> None:
    found = read("[docs]\ntitle = 'Ours'\nrepository = 'https://a.org/r'\nbase-url = 'http://a.org/site/'\n")
    assert dict(found.site) == {"title": "Ours", "repository": "https://a.org/r", "base-url": "http://a.org/site/"}
