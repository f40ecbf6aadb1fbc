"""Facts of units, with astropy as the oracle; the cache that keeps them is never needed."""

from __future__ import annotations

import itertools
import json
import math
import os
import subprocess
import sys
import warnings
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnomon import limits, units
from gnomon.cache import cache_directory
from gnomon.units import verdicts
from gnomon.units.spelling import examine, spelling_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

POOL = [
    *("", "%", "percent", "0.001", "ct", "count", "electron", "adu", "DN", "pix", "ph", "photon", "bit", "byte"),
    *("mag", "mmag", "dex", "dB", "mag2", "mag / s", "mag(AB)", "mag(ST)", "mag(ct/s)", "dex(cm/s2)"),
    *("mag(cm/s2)", "dB(mW)"),
    *("marcsec", "milliarcsecond", "arcsec", "deg", "rad", "sr", "deg2"),
    *("m", "10 m", "1e3 m", "km", "nm", "Angstrom", "m/s", "m / s ** 2", "m s-2", "cm/s2", "sqrt(m)", "m(1/2)"),
    *("s", "h", "d", "yr", "Hz", "1/s", "Bq", "K", "deg_C", "Jy", "nJy", "AB", "erg/s/cm2/Hz", "eV", "J", "lm", "Ohm"),
]


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Path]:
    """Forget what this process knows of units, and give the file that it keeps them in."""
    monkeypatch.setenv("GNOMON_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(verdicts, "is_alike_everywhere", lambda: True)  # the tests themselves import astropy

    def forget() -> Path:
        verdicts._verdicts.cache_clear()  # noqa: SLF001  # a new process would begin so
        path: Path | None = verdicts._verdicts().cache._path  # noqa: SLF001
        assert path is not None
        return path

    return forget


@pytest.fixture(autouse=True)
def _forget_afterwards(monkeypatch: pytest.MonkeyPatch) -> Any:
    yield
    monkeypatch.undo()
    verdicts._verdicts.cache_clear()  # noqa: SLF001


def astropy_unit(spelling: str) -> Any:
    from astropy.units import Unit  # noqa: PLC0415  # 0.3 s that not every selection of tests needs

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Unit(spelling)


@pytest.mark.parametrize("spelling", POOL)
def test_the_canonical_spelling_is_that_of_astropy(spelling: str) -> None:
    found = units.facts(spelling)
    assert (found.canonical, found.error, found.suggestions) == (astropy_unit(spelling).to_string(), None, ())
    assert units.facts(found.canonical or "").canonical == found.canonical
    assert units.parse(spelling) == astropy_unit(spelling)


@pytest.mark.parametrize(
    ("spelling", "canonical"),
    [
        ("milliarcsecond", "marcsec"),
        ("percent", "%"),
        ("m / s ** 2", "m / s2"),
        ("10 m", "10 m"),
        ("mag(AB)", "mag(AB)"),
        ("dex(cm/s2)", "dex(cm / s2)"),
        ("", ""),
        (" ", ""),
        ("1", ""),
        ("µm", "um"),
        ("°C", "deg_C"),
    ],
)
def test_spellings_that_format_names(spelling: str, canonical: str) -> None:
    assert units.facts(spelling).canonical == canonical


def test_units_convert_exactly_where_astropy_converts_them() -> None:
    wrong = [
        (one, other)
        for one, other in itertools.product(POOL, POOL)
        if units.facts(one).converts_to(units.facts(other)) != astropy_unit(one).is_equivalent(astropy_unit(other))
    ]
    assert wrong == []


def test_numbers_convert_as_astropy_converts_them() -> None:
    wrong = []
    for one, other in itertools.product(POOL, POOL):
        if units.facts(one).converts_to(units.facts(other)):
            found, expected = units.convert(2.5, one, other), float(astropy_unit(one).to(astropy_unit(other), 2.5))
            if not math.isclose(found, expected, rel_tol=1e-12):
                wrong.append((one, other, found, expected))
    assert wrong == []


@pytest.mark.parametrize(
    ("source", "target", "reversed_"),
    [
        ("mag", "mmag", False),
        ("mag", "dex", True),
        ("dex", "dB", False),
        ("mag(AB)", "Jy", True),
        ("Jy", "mag(AB)", True),
        ("mag(AB)", "mag(AB)", False),
        ("m", "km", False),
        ("dex(cm/s2)", "mag(cm/s2)", True),
    ],
)
def test_magnitudes_are_reversed(source: str, target: str, reversed_: bool) -> None:  # noqa: FBT001  # of the table
    assert units.is_reversed(source, target) is reversed_


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_what_has_no_logarithm_is_infinitely_faint(value: float) -> None:
    assert units.convert(value, "Jy", "mag(AB)") == math.inf


@pytest.mark.parametrize(
    ("kind", "spellings"),
    [
        ("logarithmic", {"mag", "mmag", "dex", "dB", "mag(AB)", "mag(ST)", "mag / s", "dex(cm/s2)", "dB(mW)"}),
        ("function", {"mag(AB)", "mag(ST)", "dex(cm/s2)", "dB(mW)"}),
        ("offset", {"deg_C"}),
        ("is_count", {"", "ct", "count", "pix", "electron", "adu"}),
    ],
)
def test_what_kinds_of_units_there_are(kind: str, spellings: set[str]) -> None:
    every = {spelling for spelling in POOL if spelling not in {"percent", "0.001", "mag(ct/s)", "mag(cm/s2)"}}
    every -= {"DN", "ph", "photon", "bit", "byte"}
    assert {spelling for spelling in every if getattr(units.facts(spelling), kind)} == spellings


@pytest.mark.parametrize(
    ("spelling", "suggestions"),
    [
        ("mmagg", ("mmag",)),
        ("arcseconds", ("arcsecond",)),
        ("milliarcseconds", ("milliarcsecond",)),
        ("MAG", ("mag",)),
        ("furlongz", ()),
        ("xyzzy", ()),
    ],
)
def test_what_may_have_been_meant(spelling: str, suggestions: tuple[str, ...]) -> None:
    found = units.facts(spelling)
    assert (found.canonical, found.suggestions[: len(suggestions) or None]) == (None, suggestions)


@pytest.mark.parametrize(
    "spelling", ["mmagg", "degres", "arcseconds", "Jansky", "micron s", "kmm/s", "mag(ABB)", "magn"]
)
def test_every_suggestion_is_a_unit(spelling: str) -> None:
    assert all(units.facts(suggestion).canonical is not None for suggestion in units.facts(spelling).suggestions)


HOSTILE = [
    *("10**9999999 m", "10**(9999999) m", "10** 9999999 m", "10^9999999 m", "10^-9999999 m", "10+9999999 m"),
    *("10-9999999 m", "m**9999999", "m^9999999", "m**-9999999", "m**(9999999/3)", "(10**9999)**9999 m", "10**9999 m"),
    *("((m**9999)**9999)**9999", "((10**9999)**9999)**9999 m", "1e9999 m", "1e-9999 m", "m**(1e9999)", "m**(1e9)"),
    *("(" * 99 + "m" + ")" * 99, "(" * 5000, "sqrt(" * 30 + "m" + ")" * 30, "mag(" * 30 + "AB" + ")" * 30),
    *("m" * 10_000, "m/s" * 60, "9" * 150 + " m", "m**0.123456789012345678", "-" * 150 + "1 m", "1/" * 90 + "m"),
    *("\x00", "\n", "m\n", "m\x00s", "\ud800", "\u202em", "é", "\U0001f52d", "\u0663 m", "m\u00a0s"),
    *("0 m", "-1 m", "nan", "inf", "nan m", "None", "__class__", ")", "''", '"', "{", "%s", "m**", "**m", "m/"),
]  # fmt: skip


@pytest.mark.parametrize("spelling", HOSTILE, ids=lambda spelling: ascii(spelling)[:24])
def test_hostile_spellings_are_answered(spelling: str) -> None:
    found = units.facts(spelling)
    assert found.canonical is None or astropy_unit(found.canonical) == astropy_unit(spelling)
    assert math.isfinite(found.scale)
    assert found.error is None or "\n" not in found.error
    json.dumps(found.canonical)


@pytest.mark.parametrize("spelling", ["", "m" * 201, "10**99999"], ids=["empty", "long", "exponent"])
def test_what_is_too_long_is_no_unit(spelling: str) -> None:
    if not spelling:
        assert units.parse(spelling) == astropy_unit("")
        return
    with pytest.raises(ValueError, match="too long to be a unit"):
        units.parse(spelling)


_WORDS = st.sampled_from(
    ["m", "mag", "mmag", "AB", "s", "deg_C", "Å", "°C", "R☉", "M⊕", "e⁻", "µm", "%", "sqrt", "dex", "mmagg", "foo", "é"]
)
_MARKS = st.sampled_from(["", " ", "/", "*", "**2", "2", "^-1", "(1/2)", "(", ")", ".", "1.5e3", "10 ", "-", ",", "²"])


@given(st.lists(st.tuples(_WORDS, _MARKS), min_size=1, max_size=4))
def test_a_text_is_a_unit_exactly_where_astropy_reads_one(pieces: list[tuple[str, str]]) -> None:
    spelling = "".join(itertools.chain(*pieces))
    try:
        expected = spelling_of(astropy_unit(spelling))
    except Exception:  # noqa: BLE001  # astropy raises whatever its parser stumbles over
        expected = None
    found = examine(spelling)
    if found.error not in {"its scale is no finite number", "it is several units, and a number has one"}:
        assert found.canonical == expected


# Many mistakes: see `limits.MAX_UNITS_GUESSED`


@pytest.fixture
def after_many_mistakes(fresh: Callable[[], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_UNITS_GUESSED", 2)
    fresh()
    assert [units.facts(spelling).suggestions for spelling in ("arcseconds", "degs")] == [("arcsecond",), ("deg",)]


@pytest.mark.usefixtures("after_many_mistakes")
@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ("arcsecondz", units.UnitFacts(None)),
        ("mmag", units.UnitFacts("mmag", "dex", -0.0004, logarithmic=True)),
        ("m//", units.UnitFacts(None, error="it cannot be read")),
        ("R☉", units.UnitFacts(None, error="after 2 texts that are no units, nobody looks closer")),
    ],
)
def test_after_many_mistakes_nothing_slow_is_done(spelling: str, expected: units.UnitFacts) -> None:
    assert units.facts(spelling) == expected
    assert units.facts("degs").suggestions == ("deg",)


def test_which_mistakes_are_guessed_does_not_depend_on_the_cache(
    fresh: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_UNITS_GUESSED", 2)

    def suggested(*spellings: str) -> list[bool]:
        found = [bool(units.facts(spelling).suggestions) for spelling in spellings]
        units.save_cache()
        fresh()
        return found

    fresh()
    assert suggested("degres", "mmagg", "MAG") == [True, True, False]
    assert suggested("MAG", "degres", "mmagg") == [True, True, False]


# The cache


def test_a_full_cache_is_begun_anew(fresh: Callable[[], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "MAX_KEPT", 2)
    path = fresh()
    assert [units.facts(spelling).canonical for spelling in ("m", "km", "s")] == ["m", "km", "s"]
    assert units.facts("m").canonical == "m"
    units.save_cache()
    assert list(json.loads(path.read_text())) == ["s"]


def test_facts_are_kept_on_disk_by_the_version_of_astropy(fresh: Callable[[], Path]) -> None:
    import astropy  # noqa: PLC0415  # 0.3 s that not every selection of tests needs

    path = fresh()
    expected = {spelling: units.facts(spelling) for spelling in ("mag(AB)", "mmagg", "")}
    assert not path.exists()
    units.save_cache()
    assert sorted(json.loads(path.read_text())) == ["", "mag(AB)", "mmagg"]
    assert path.name.endswith(f"astropy-{astropy.__version__}.json")
    assert [found.name for found in path.parent.iterdir()] == [path.name]
    fresh()
    assert {spelling: units.facts(spelling) for spelling in expected} == expected


def test_what_is_kept_saves_the_import_of_astropy(fresh: Callable[[], Path]) -> None:
    fresh()
    units.facts("mag(AB)")
    units.save_cache()
    code = "import sys; from gnomon import units; print(units.facts('mag(AB)').canonical, 'astropy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "mag(AB) False\n"


ADDED = "from astropy import units as u; u.add_enabled_units([u.def_unit('cubit', 0.5 * u.m)])"


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ("from gnomon import units; units.facts('m')", ["m"]),
        (f"{ADDED}; from gnomon import units; units.facts('cubit')", []),
        (f"from gnomon import units; units.facts('m'); {ADDED}; units.facts('cubit')", ["m"]),
    ],
    ids=["own", "added before", "added later"],
)
def test_units_that_a_program_adds_are_not_kept_for_others(tmp_path: Path, code: str, kept: list[str]) -> None:
    environment = {**os.environ, "GNOMON_CACHE_DIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", f"{code}; units.save_cache()"], env=environment, check=True)
    assert [spelling for path in tmp_path.iterdir() for spelling in json.loads(path.read_text())] == kept


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"5",
        b"null",
        b'"mmag"',
        b"[" * 100_000,
        b'{"mmag": null}',
        b'{"mmag": 5}',
        b'{"mmag": "x"}',
        b'{"mmag": []}',
        b'{"mmag": {}}',
        b'{"mmag": {"canonical": "mmag"}}',
        b'{"mmag": {"canonical": "mmag", "suggestions": null}}',
        b'{"mmag": {"canonical": "mmag", "suggestions": [], "unknown": 1}}',
        b'{"mmag": {"suggestions": []}}',
        b'{"mmag": {"canonical": 5, "suggestions": []}}',
        b'{"mmag": {"canonical": ["m"], "dimension": 5, "scale": "x", "suggestions": []}}',
    ],
    ids=lambda content: content.decode("latin-1")[:60],
)
def test_a_damaged_cache_is_an_empty_one(fresh: Callable[[], Path], content: bytes) -> None:
    path = fresh()
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    found = units.facts("mmag")
    assert (found.canonical, found.dimension, found.logarithmic) == ("mmag", "dex", True)
    units.save_cache()
    fresh()
    assert units.facts("mmag") == found


def test_a_cache_that_cannot_be_written_is_no_fault(fresh: Callable[[], Path], tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    fresh()
    assert units.facts("mmag").canonical == "mmag"
    units.save_cache()
    assert (tmp_path / "cache").read_text() == "a file where the folder should be"


def test_a_cache_that_is_a_folder_is_no_fault(fresh: Callable[[], Path]) -> None:
    path = fresh()
    path.mkdir(parents=True)
    assert units.facts("mmag").canonical == "mmag"
    units.save_cache()
    assert list(path.iterdir()) == []
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_without_a_cache_nothing_is_written(
    fresh: Callable[[], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh()
    monkeypatch.setenv("GNOMON_CACHE_DIR", "")
    verdicts._verdicts.cache_clear()  # noqa: SLF001  # as a new process would
    assert units.facts("mmag").canonical == "mmag"
    units.save_cache()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"GNOMON_CACHE_DIR": "/x"}, "/x"),
        ({"GNOMON_CACHE_DIR": ""}, None),
        ({"XDG_CACHE_HOME": "/y"}, "/y/gnomon"),
        ({"XDG_CACHE_HOME": ""}, "/z/.cache/gnomon"),
        ({}, "/z/.cache/gnomon"),
    ],
    ids=str,
)
def test_where_the_cache_is(environment: dict[str, str], expected: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GNOMON_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/z")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    found = cache_directory()
    assert (str(found) if found else None) == expected
