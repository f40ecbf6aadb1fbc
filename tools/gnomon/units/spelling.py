"""Texts as astropy's units, and what may have been meant by those that are none."""

from __future__ import annotations

import functools
import math
import re
import sys
import warnings
from typing import TYPE_CHECKING, Any

from gnomon import limits
from gnomon.units.unit_facts import UnitFacts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from astropy.units import UnitBase
    from astropy.units.function import FunctionUnitBase

# `10**99999999 m` would keep Python busy for minutes.
_RISKY_EXPONENT = re.compile(r"(?:\*\*|\^|10\s*[-+])[\s(+-]*\d{5,}")
# How astropy cuts a text into words: functions and numbers first, and every other character may be part of a name.
_WORD = re.compile(
    r"""(?: sqrt | ln | exp | log | mag | dB | dex )(?=\ *\()
      | (?: \d+\.?\d* | \.\d+ )(?: [eE][+-]?\d+ )?
      | (?P<name> [^\s\d+\-./*^(),]+ )""",
    re.VERBOSE,
)
# What people write out before an abbreviated unit: `millimag` is `mmag`.
_PREFIXES = {"micro": "u", "milli": "m", "nano": "n", "kilo": "k", "mega": "M", "giga": "G", "centi": "c", "pico": "p"}


def parse(spelling: str) -> UnitBase | FunctionUnitBase:
    """Give astropy's unit.

    Raises
    ------
    ValueError
        The text is no unit.
    """
    if len(spelling) > limits.MAX_UNIT or _RISKY_EXPONENT.search(spelling):
        raise ValueError("too long to be a unit")
    from astropy import units  # noqa: PLC0415  # slow, and only a new unit needs it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", units.UnitsWarning)
        unit: UnitBase | FunctionUnitBase = units.Unit(spelling)
    return unit


def spelling_of(unit: Any) -> str:
    """Spell a unit as astropy does, but so that reading it gives the same one: with all digits of a scale, not six."""
    spelling, scale = str(unit.to_string()), getattr(unit, "scale", 1.0)
    try:
        is_exact = scale == 1.0 or bool(parse(spelling).scale == scale)
    except ValueError:  # a part of it is known to this program only
        is_exact = True
    if is_exact:
        return spelling
    return f"{float(scale)!r} {type(unit)(1, unit.bases, unit.powers).to_string(fraction=False)}".rstrip()


def examine(spelling: str) -> UnitFacts:
    """Find out what a text means as a unit; of one that is none only why."""
    stranger = strange_word(spelling)
    if stranger is not None and stranger.group().isascii():
        return UnitFacts(None)  # astropy would say the same, after a search for units with similar names
    try:
        return _facts_of(parse(spelling))
    except Exception as error:  # noqa: BLE001  # astropy raises whatever its parser stumbles over, and the text is a stranger's
        return UnitFacts(None, error=_reason(str(error)))


def strange_word(spelling: str) -> re.Match[str] | None:
    """Find the first word in a text that is in no list of units.

    In ASCII, a text that has one is no unit. Other words can be spelled in more ways than are listed (``R☉``).
    """
    if len(spelling) > limits.MAX_UNIT:
        return None
    known = _known_units()
    words = (match for match in _WORD.finditer(spelling) if match["name"])
    return next((match for match in words if match["name"] not in known and match["name"] != "%"), None)


def suggestions(spelling: str) -> tuple[str, ...]:
    """Name units that a text may have meant, replacing the first misspelt word in it."""
    word = strange_word(spelling)
    if word is None:
        return ()
    found = (spelling[: word.start()] + candidate + spelling[word.end() :] for candidate in _near(word.group()))
    return tuple(candidate for candidate in found if examine(candidate).canonical is not None)


def _facts_of(unit: Any) -> UnitFacts:
    physical = getattr(unit, "physical_unit", unit)
    base = physical.decompose()
    if not hasattr(base, "scale"):  # `m, s` is astropy's unit of pairs
        raise ValueError("it is several units, and a number has one")
    if isinstance(base.scale, complex) or not math.isfinite(base.scale):  # as of the root of mmag
        raise ValueError("its scale is no finite number")
    scale = float(base.scale)
    names = [f"{part.name}{'' if power == 1 else power}" for part, power in zip(base.bases, base.powers, strict=True)]
    is_function = physical is not unit
    return UnitFacts(
        canonical=spelling_of(unit),
        dimension=" ".join(sorted(names)),
        scale=1.0 if is_function else scale,
        logarithmic=is_function or "dex" in names,
        function=is_function,
        offset=any(name.startswith("deg_C") for name in names),
    )


def _reason(message: str) -> str | None:
    """Shorten what astropy says; None where it only says that the text is no unit."""
    message = re.sub(r"^.*did not parse as unit: ", "", message, flags=re.DOTALL)
    message = re.sub(r"\s*(Did you mean|If this is meant).*", "", message, flags=re.DOTALL)
    message = " ".join(re.sub(r"^At col \d+, ", "", message).split()).rstrip(".")
    if "is not a valid unit" in message or "Invalid character" in message:
        return None
    return "it cannot be read" if "Syntax error" in message else message or None


def is_alike_everywhere() -> bool:
    """Tell whether units mean here what they mean in every program, which may add its own to astropy's."""
    return _first_registry() is _registry()


def _known_units() -> Mapping[str, Any]:
    _first_registry()
    known: Mapping[str, Any] = _registry().registry
    return known


def _registry() -> Any:
    from astropy import units  # noqa: PLC0415  # as above

    return units.get_current_unit_registry()


@functools.cache
def _first_registry() -> Any:
    """Give the registry as astropy brings it; None where somebody imported that before, and may have added units."""
    was_imported = "astropy.units" in sys.modules
    return None if was_imported else _registry()


def _near(word: str) -> list[str]:
    import difflib  # noqa: PLC0415  # only for mistakes

    known = _known_units()
    for prefix, short in _PREFIXES.items():
        if word.lower().startswith(prefix) and short + word[len(prefix) :] in known:
            return [short + word[len(prefix) :]]
    singular = word.removesuffix("s")
    if singular != word and singular in known:
        return [singular]
    folded = sorted(name for name in known if name.casefold() == word.casefold())  # astropy's order is that of sets
    # Short names are near to everything; only the first letters tell what was meant.
    near = difflib.get_close_matches(word, known, n=6, cutoff=0.75)
    return (folded + [name for name in near if name not in folded])[:3]
