"""Numbers with units: conversion between spellings, and astropy's quantities taken apart and put together."""

from __future__ import annotations

import math
import numbers
import sys
from typing import TYPE_CHECKING, Any

from gnomon.units.spelling import parse, spelling_of
from gnomon.units.verdicts import facts

if TYPE_CHECKING:
    from astropy.units import Quantity

_LARGEST = sys.float_info.max
_EXACT = 2**sys.float_info.mant_dig  # up to which a float holds every integer


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
    from astropy import units  # noqa: PLC0415  # slow, and only quantities need it

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
        Not-a-number where it is masked; the unit in its canonical spelling.

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
    return math.nan if getattr(quantity, "mask", False) else float(value), spelling_of(unit)


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
