"""Units: what a spelling means, conversion, and quantities.

The one room that touches astropy, behind functions with types. What a check needs to know of a unit is a few facts,
which `verdicts` keeps on disk: importing astropy costs more than everything else that a check does.
"""

from gnomon.units.quantities import (
    convert,
    difference_unit,
    has_large_integers,
    is_reversed,
    number_and_unit,
    plain_logarithm,
    quantity,
    value_in,
)
from gnomon.units.spelling import parse, spelling_of
from gnomon.units.typesetting import latex, latex_number, latex_text, latex_unit, typeset
from gnomon.units.unit_facts import UnitFacts
from gnomon.units.verdicts import facts, save_cache

__all__ = [
    "UnitFacts",
    "convert",
    "difference_unit",
    "facts",
    "has_large_integers",
    "is_reversed",
    "latex",
    "latex_number",
    "latex_text",
    "latex_unit",
    "number_and_unit",
    "parse",
    "plain_logarithm",
    "quantity",
    "save_cache",
    "spelling_of",
    "typeset",
    "value_in",
]
