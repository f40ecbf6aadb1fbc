"""What YAML 1.1 makes of plain scalars, with PyYAML's safe loader as the oracle."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gnomon.scalars import Trap, construct, implicit_tag, looks_numeric, resolve

PREFIX = "tag:yaml.org,2002:"

PLAIN = [
    *("", "~", "null", "Null", "NULL", "nULL", "none"),
    *("true", "True", "TRUE", "false", "tRue", "yes", "Yes", "YES", "yEs", "no", "on", "Off", "OFF", "y", "n", "Y"),
    *("0", "-0", "7", "+7", "-7", "1_000", "_1", "1_", "12345678901234567890", "0x1F", "0xg", "0b101", "0b2", "0o17"),
    *("00", "012", "-012", "+0_17", "08", "019", "0_8"),
    *("1:30", "-1:30", "1:60", "190:20:30", "1:30.5", "190:20:30.15", "1:30:", "12:30:45"),
    *("1.", "1.5", "-1.5", ".5", "+.5", "-.5", "1_0.5", "1.5e3", "1.5e+3", "1.5E-3", "1e6", "1e-6", "1e+6", "5.e+1"),
    *(".inf", "-.inf", "+.Inf", ".INF", ".nan", ".NaN", "inf", "nan", "NaN"),
    *("2026-11-01", "2026-2-30", "2026-02-30", "2026-13-01", "26-11-01", "2026-11", "2026-11-01T10:20:30"),
    *("2026-11-01 10:20:30.25", "2026-11-01T10:20:30Z", "2026-11-01t10:20:30+01:30", "2026-11-01 25:00:00"),
    *("mag", "m / s2", "<=", "<", ">", "==", "!=", "=", "<<", "-", ".", "+", "1.2.3", "1,000", "5 mag", "5%", "é"),
]


def _oracle(text: str) -> Any:
    """Read a plain scalar as yaml.safe_load does; what makes it raise stays text."""
    loader: Any = yaml.SafeLoader("")
    try:
        return loader.construct_object(yaml.ScalarNode(loader.resolve(yaml.ScalarNode, text, (True, False)), text))
    except (ValueError, yaml.YAMLError):
        return text


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, float) and math.isnan(left):
        return isinstance(right, float) and math.isnan(right)
    return type(left) is type(right) and bool(left == right)


@pytest.mark.parametrize("text", PLAIN, ids=ascii)
def test_a_plain_scalar_is_what_yaml_makes_of_it(text: str) -> None:
    assert _same(resolve(text)[0], _oracle(text))


NOT_ALONE = {"=", "<<", "-", "1:30:", ">", "!="}  # what a value cannot begin or end with, unless in quotes


@pytest.mark.parametrize("text", [text for text in PLAIN if text not in NOT_ALONE], ids=ascii)
def test_the_oracle_is_what_yaml_reads_in_a_file(text: str) -> None:
    try:
        read = yaml.safe_load(f"key: {text}\n")["key"]
    except ValueError:
        read = text
    assert _same(_oracle(text), read)


@given(st.text("0123456789+-_.:eExXb infaTZ", max_size=12) | st.from_regex(r"[-+]?[0-9]{1,4}[-:._e][0-9:.eE+_-]{0,8}"))
def test_any_text_is_what_yaml_makes_of_it(text: str) -> None:
    assert _same(resolve(text)[0], _oracle(text))


@given(st.text(max_size=20))
def test_reading_text_never_raises(text: str) -> None:
    value, trap = resolve(text)
    assert isinstance(value, str | int | float | dt.date | None)
    assert isinstance(trap, Trap | None)


@pytest.mark.parametrize(
    ("text", "value", "trap"),
    [
        ("on", True, Trap.BOOLEAN_WORD),
        ("No", False, Trap.BOOLEAN_WORD),
        ("true", True, None),
        ("y", "y", None),
        ("012", 10, Trap.OCTAL),
        ("-0_17", -15, Trap.OCTAL),
        ("0", 0, None),
        ("000", 0, None),
        ("0x10", 16, None),
        ("10", 10, None),
        ("1:30", 90, Trap.SEXAGESIMAL),
        ("1:30.5", 90.5, Trap.SEXAGESIMAL),
        ("2026-11-01", dt.date(2026, 11, 1), Trap.DATE),
        ("2026-11-01 10:20:30", dt.datetime(2026, 11, 1, 10, 20, 30), Trap.DATE),  # noqa: DTZ001  # as YAML reads it
        ("2026-02-30", "2026-02-30", Trap.DATE),
        ("1e-6", "1e-6", Trap.NUMERIC_STRING),
        ("1e5", "1e5", Trap.NUMERIC_STRING),
        ("1.5e3", "1.5e3", Trap.NUMERIC_STRING),
        ("+.5", "+.5", Trap.NUMERIC_STRING),
        ("08", "08", Trap.NUMERIC_STRING),
        ("1.0e-6", 1e-6, None),
        (".5", 0.5, None),
        ("1_000", 1000, None),
        ("1,000", "1,000", None),
        ("mag", "mag", None),
        ("~", None, None),
    ],
    ids=lambda value: ascii(value) if isinstance(value, str) else "",
)
def test_traps_are_told(text: str, value: Any, trap: Trap | None) -> None:
    assert resolve(text) == (value, trap)


def test_a_number_that_nobody_could_mean_is_text() -> None:
    assert resolve("9" * 401) == ("9" * 401, None)
    assert resolve("9" * 300) == (int("9" * 300), None)
    assert resolve("9" * 310) == ("9" * 310, None)
    assert resolve("9" * 5000) == ("9" * 5000, None)


@pytest.mark.parametrize(
    ("tag", "text", "value"),
    [
        ("str", "012", "012"),
        ("int", "012", 10),
        ("float", "1e-6", 1e-6),
        ("float", "5", 5.0),
        ("bool", "Yes", True),
        ("null", "anything", None),
        ("binary", "aGk=", b"hi"),
        ("timestamp", "2026-11-01", dt.date(2026, 11, 1)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_explicit_tag_decides(tag: str, text: str, value: Any) -> None:
    assert _same(construct(PREFIX + tag, text), value)


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        (PREFIX + "int", ""),
        (PREFIX + "int", "x"),
        (PREFIX + "int", "0b_"),
        (PREFIX + "float", "x"),
        (PREFIX + "bool", "maybe"),
        (PREFIX + "binary", "é"),
        (PREFIX + "binary", "a"),
        (PREFIX + "timestamp", "x"),
        (PREFIX + "timestamp", "2026-13-01"),
        (PREFIX + "merge", "<<"),
        (PREFIX + "value", "="),
        (PREFIX + "map", "x"),
        (PREFIX + "seq", "x"),
        (PREFIX + "set", "x"),
        (PREFIX + "omap", "x"),
        (PREFIX + "pairs", "x"),
        (PREFIX + "python/none", ""),
        (PREFIX + "python/name:os.system", ""),
        (PREFIX + "python/object/apply:os.system", "ls"),
        ("!own", "x"),
        ("", "x"),
    ],
    ids=ascii,
)
def test_a_tag_that_does_not_fit_is_a_value_error(tag: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"is no |is not one of YAML's own"):
        construct(tag, text)


@pytest.mark.parametrize("text", PLAIN, ids=ascii)
def test_the_implicit_tag_is_the_one_that_yaml_resolves(text: str) -> None:
    loader: Any = yaml.SafeLoader("")
    assert implicit_tag(text) == loader.resolve(yaml.ScalarNode, text, (True, False))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5", True),
        ("-5.5", True),
        ("1e-6", True),
        ("1E+06", True),
        (" 5 ", True),
        (".5", True),
        ("5.", True),
        ("", False),
        (".", False),
        ("e5", False),
        ("5 mag", False),
        ("1.2.3", False),
        ("0x1F", False),
        ("1:30", False),
        ("9" * 401, False),
    ],
    ids=lambda value: ascii(value)[:12],
)
def test_what_a_person_would_read_as_a_number(text: str, expected: bool) -> None:  # noqa: FBT001  # of the table
    assert looks_numeric(text) is expected


@given(st.text("0123456789_.eE+- \u0661", max_size=8))
def test_what_looks_like_a_number_is_one(text: str) -> None:
    if looks_numeric(text):
        float(text)
