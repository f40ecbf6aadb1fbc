"""Units and numbers as people and LaTeX write them."""

from __future__ import annotations

import math

from gnomon.units.spelling import parse


def typeset(spelling: str) -> str:
    """Write a unit for people, its powers as raised digits: ``m s⁻²``."""
    return str(parse(spelling).to_string("unicode"))


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
