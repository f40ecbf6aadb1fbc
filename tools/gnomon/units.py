"""Units, and all of astropy behind one typed module.

What a check needs to know of a unit is a few facts, so these are kept on disk by the version of astropy: its import
costs more than everything else that a check does.
"""

from __future__ import annotations

import functools
import math
import numbers
import re
import sys
import warnings
from dataclasses import asdict, dataclass
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gnomon.cache import Cache

if TYPE_CHECKING:
    from astropy.units import Quantity, UnitBase
    from astropy.units.function import FunctionUnitBase

_LONGEST = 200
_LARGEST = sys.float_info.max
_EXACT = 2**sys.float_info.mant_dig
# What people write out before an abbreviated unit: `millimag` is `mmag`.
_PREFIXES = {"micro": "u", "milli": "m", "nano": "n", "kilo": "k", "mega": "M", "giga": "G", "centi": "c", "pico": "p"}
# `10**99999999 m` would keep Python busy for minutes.
_RISKY_EXPONENT = re.compile(r"(?:\*\*|\^|10\s*[-+])[\s(+-]*\d{5,}")
# Units that count things, whose values are whole numbers and may be compared for equality.
_COUNTS = frozenset(
    {"", "ct", "count", "electron", "ph", "photon", "adu", "DN", "pix", "vox", "bit", "byte", "bin", "chan", "beam"}
)


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """What is known of a unit's spelling.

    Attributes
    ----------
    canonical
        astropy's own spelling, or None when the text is no unit.
    dimension
        Physical dimension as base units with their powers, such as ``'m s-2'``; the same for units that convert.
    scale
        The unit as a multiple of its base units, negative where a larger value is a smaller quantity (magnitudes);
        1 for function units.
    logarithmic
        Whether values are logarithms: magnitudes, dex, dB and function units such as ``mag(AB)``.
    function
        Whether it is a function unit, whose conversion to others is no factor.
    offset
        Whether zero is a convention, as in degrees Celsius.
    error
        Why the text is no unit.
    suggestions
        Units that may have been meant.
    """

    canonical: str | None
    dimension: str = ""
    scale: float = 1.0
    logarithmic: bool = False
    function: bool = False
    offset: bool = False
    error: str | None = None
    suggestions: tuple[str, ...] = ()

    @property
    def is_count(self) -> bool:
        """Whether values are numbers of things."""
        return self.canonical in _COUNTS

    def converts_to(self, other: UnitFacts) -> bool:
        """Tell whether values convert between two units."""
        return None not in {self.canonical, other.canonical} and self.dimension == other.dimension


@functools.cache
def _cache() -> Cache:
    return Cache(f"units-3-astropy-{_astropy_version()}")


def _astropy_version() -> str:
    """Find astropy's version without importing it or the machinery that reads metadata (15 ms)."""
    found = util.find_spec("astropy")
    if found is not None and found.origin is not None:
        for folder in Path(found.origin).parent.parent.glob("astropy-*.dist-info"):
            return folder.name.removeprefix("astropy-").removesuffix(".dist-info")
    from importlib import metadata  # noqa: PLC0415  # unusual installs only

    return metadata.version("astropy")


def save_cache() -> None:
    """Write what was learnt about units, for the next run."""
    _cache().save()


@functools.cache
def facts(spelling: str) -> UnitFacts:
    """Tell what a text means as a unit.

    Parameters
    ----------
    spelling
        As in a definition; ``''`` is dimensionless.
    """
    known = _cache().values.get(spelling)
    restored = _restored(known) if isinstance(known, dict) else None
    if restored is not None:
        return restored
    found = _examine(spelling)
    _cache().store(spelling, asdict(found))
    return found


def _restored(known: dict[str, Any]) -> UnitFacts | None:
    """Make facts of what was cached; a damaged cache is an empty one."""
    try:
        found = UnitFacts(**{**known, "suggestions": tuple(known["suggestions"])})
    except (TypeError, KeyError):
        return None
    fields: list[tuple[Any, Any]] = [(text, str | None) for text in (found.canonical, found.error, *found.suggestions)]
    fields += [(found.dimension, str), (found.scale, float)]
    fields += [(flag, bool) for flag in (found.logarithmic, found.function, found.offset)]
    return found if all(isinstance(value, kind) for value, kind in fields) else None


def parse(spelling: str) -> UnitBase | FunctionUnitBase:
    """Give astropy's unit.

    Raises
    ------
    ValueError
        The text is no unit.
    """
    if len(spelling) > _LONGEST or _RISKY_EXPONENT.search(spelling):
        raise ValueError("too long to be a unit")
    from astropy import units  # noqa: PLC0415  # 0.2 s that only a new unit pays for

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", units.UnitsWarning)
        unit: UnitBase | FunctionUnitBase = units.Unit(spelling)
    return unit


def typeset(spelling: str) -> str:
    """Write a unit for people, its powers as raised digits: ``m s⁻²``."""
    return str(parse(spelling).to_string("unicode"))


def convert(value: float, source: str, target: str) -> float:
    """Convert a number between two units that convert.

    Parameters
    ----------
    source, target
        Spellings of units of one dimension.

    Returns
    -------
    float
        Within a few units in the last place; what has no logarithm is infinitely faint, and what is
        too large for a float the largest one.
    """
    if source == target:
        return value
    one, other = facts(source), facts(target)
    if not (one.function or other.function):
        result = value * (one.scale / other.scale)
        # A number stays one: infinity would be no value of a set without a limit.
        return result if math.isfinite(result) or not math.isfinite(value) else math.copysign(_LARGEST, result)
    return _convert_function(value, source, target)


def is_reversed(source: str, target: str) -> bool:
    """Tell whether a larger value in one unit is a smaller one in the other, as with fluxes and magnitudes."""
    return convert(1.0, source, target) > convert(2.0, source, target)


def _convert_function(value: float, source: str, target: str) -> float:
    import numpy as np  # noqa: PLC0415  # comes with astropy, for function units only

    if facts(target).function and not facts(source).function and value <= 0:
        value = 0.0
    with np.errstate(all="ignore"):
        result = float(parse(source).to(parse(target), np.float64(value)))
    is_too_large = math.isinf(result) and math.isfinite(value) and not facts(target).function
    return math.copysign(_LARGEST, result) if is_too_large else result


def quantity(value: Any, unit: str) -> Quantity:
    """Give numbers with their unit as astropy's object: a magnitude and its like for a function unit.

    Parameters
    ----------
    value
        A number or an array of them.
    unit
        A spelling.
    """
    from astropy import units  # noqa: PLC0415  # 0.2 s that only quantities pay for

    if facts(unit).function:
        return value * parse(unit)
    if has_large_integers(value):
        return units.Quantity(value, parse(unit), dtype=value.dtype)
    return units.Quantity(value, parse(unit))


def has_large_integers(value: Any) -> bool:
    """Tell whether an array has integers that a float cannot hold, such as the identifiers of sources."""
    if getattr(getattr(value, "dtype", None), "kind", "") not in {"i", "u"} or not value.size:
        return False
    return bool(max(abs(int(value.min())), abs(int(value.max()))) > _EXACT)


def number_and_unit(quantity: Any) -> tuple[float, str]:
    """Take a scalar quantity apart.

    Parameters
    ----------
    quantity
        astropy's, or a plain number, which is dimensionless.

    Returns
    -------
    value, unit
        Not-a-number where it is masked; the unit in its canonical spelling, without a scale that this would round.

    Raises
    ------
    TypeError
        It is neither, or not one number.
    """
    if isinstance(quantity, numbers.Real) and not isinstance(quantity, bool):
        return float(quantity), ""
    unit, value = getattr(quantity, "unit", None), getattr(quantity, "value", None)
    if unit is None or value is None:
        raise TypeError(f"a quantity or a number is needed, not {quantity!r}")
    kind = getattr(getattr(value, "dtype", None), "kind", "f")  # a complex number of numpy need be none of Python
    if getattr(value, "shape", ()) != () or isinstance(value, complex) or kind == "c":
        raise TypeError(f"one number is needed, not {quantity!r}")
    # What lies below a mask was not measured.
    number, spelling = math.nan if getattr(quantity, "mask", False) else float(value), str(unit.to_string())
    scale = getattr(unit, "scale", 1.0)
    # The spelling has six digits of a scale.
    if scale != 1.0 and facts(spelling).canonical is not None and parse(spelling).scale != scale:
        from astropy.units import CompositeUnit  # noqa: PLC0415  # there already, the quantity being its

        return number * float(scale), str(CompositeUnit(1, unit.bases, unit.powers).to_string())
    return number, spelling


def value_in(quantity: Any, unit: str) -> float:
    """Give the number of a scalar quantity in a unit.

    Raises
    ------
    TypeError
        It is no scalar quantity, or does not convert.
    """
    value, source = number_and_unit(quantity)
    source = plain_logarithm(source, unit)
    one, other = facts(source), facts(unit)
    if one.canonical is None:  # a unit that only this program knows
        return float(quantity.to_value(parse(unit)))
    if not one.converts_to(other):
        names = [name or "no dimension" for name in (source, unit)]
        raise TypeError(f"a quantity in {names[0]} does not convert to {names[1]}")
    return convert(value, source, unit)


def plain_logarithm(source: str, target: str) -> str:
    """Take differences and scatters of magnitudes, which astropy gives in ``mag(1)``, for mag where that is wanted."""
    if source.endswith("(1)") and not facts(source).converts_to(facts(target)):
        return difference_unit(source)
    return source


def difference_unit(unit: str) -> str:
    """Give the unit of a difference of two values: mag for those in mag(AB)."""
    return str(parse(unit).function_unit.to_string()) if facts(unit).function else unit  # only function units have it


def latex(value: float, unit: str) -> str:
    """Typeset a number with its unit, without dollars."""
    return latex_number(value) + latex_unit(unit)


def latex_number(value: float) -> str:
    """Typeset a number, without dollars."""
    if not math.isfinite(value):
        return r"\mathrm{NaN}" if math.isnan(value) else r"\infty" if value > 0 else r"-\infty"
    mantissa, _, exponent = repr(float(value)).partition("e")
    mantissa = mantissa.removesuffix(".0")
    if not exponent:
        return mantissa
    power = f"10^{{{int(exponent)}}}"
    return power if mantissa == "1" else rf"{mantissa} \times {power}"


def latex_unit(unit: str) -> str:
    """Typeset a unit with the space before it, without dollars; empty for a dimensionless one."""
    if unit == "":
        return ""
    return "~" + str(parse(unit).to_string("latex_inline")).strip("$")


def latex_text(text: str) -> str:
    """Write text that is no formula, where what is between dollars is one."""
    return text.replace("\\", r"\textbackslash{}").replace("$", r"\$")


def _examine(spelling: str) -> UnitFacts:
    try:
        unit = parse(spelling)
        return _facts_of(unit)
    except Exception as error:  # noqa: BLE001  # astropy raises whatever its parser stumbles over, and the text is a stranger's
        return UnitFacts(None, error=_reason(str(error)), suggestions=_suggestions(spelling))


def _facts_of(unit: Any) -> UnitFacts:
    physical = getattr(unit, "physical_unit", unit)
    base = physical.decompose()
    scale = float(base.scale)
    if not math.isfinite(scale):
        raise ValueError("its scale is no finite number")
    names = [f"{part.name}{'' if power == 1 else power}" for part, power in zip(base.bases, base.powers, strict=True)]
    is_function = physical is not unit
    return UnitFacts(
        canonical=unit.to_string(),
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


def _suggestions(spelling: str) -> tuple[str, ...]:
    """Name units that a text may have meant, replacing one misspelt word in it."""
    if len(spelling) > _LONGEST:
        return ()
    found: dict[str, None] = {}
    for word in re.finditer(r"[A-Za-z_]+", spelling):
        text = word.group()
        if text in _known_units():
            continue
        for candidate in _near(text):
            found[spelling[: word.start()] + candidate + spelling[word.end() :]] = None
        break
    return tuple(candidate for candidate in found if _parses(candidate))[:3]


def _parses(spelling: str) -> bool:
    try:
        parse(spelling)
    except Exception:  # noqa: BLE001  # whatever astropy raises, it is no unit
        return False
    return True


@functools.cache
def _known_units() -> dict[str, Any]:
    from astropy import units  # noqa: PLC0415  # only reached once a unit did not parse

    return dict(units.get_current_unit_registry().registry)


def _near(word: str) -> list[str]:
    import difflib  # noqa: PLC0415  # only for mistakes

    known = _known_units()
    for prefix, short in _PREFIXES.items():
        if word.lower().startswith(prefix) and short + word[len(prefix) :] in known:
            return [short + word[len(prefix) :]]
    singular = word.removesuffix("s")
    if singular != word and singular in known:
        return [singular]
    folded = [name for name in known if name.casefold() == word.casefold()]
    # Short names are near to everything; only the first letters tell what was meant.
    near = difflib.get_close_matches(word, known, n=6, cutoff=0.75)
    return (folded + [name for name in near if name not in folded])[:3]
