"""Values of definitions in words: tests, queries, numbers, units."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from gnomon import pointers, units
from gnomon.queries import is_condition
from gnomon.render.yaml_text import inline

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gnomon.explaining import Explanation, Origin
    from gnomon.specifications.base import Test

_SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺⸍", "0123456789\N{MINUS SIGN}+/")  # astropy's raised digits
_LONGEST_VALUE = 300
# How people call the terms that tell jobs apart most, whatever a repository's jobs call them.
TERMS = {
    "instrument": "Camera",
    "camera": "Camera",
    "filter_name": "Band",
    "filter": "Band",
    "band": "Band",
    "physical_filter": "Filter",
    "dataset_name": "Dataset",
}


def number(value: float) -> str:
    """Write a number short and exactly, with a true minus."""
    text = str(int(value)) if float(value).is_integer() and abs(value) < 1e9 else repr(float(value))  # noqa: PLR2004  # longer ones are written with exponents
    return text.replace("-", "\N{MINUS SIGN}") if text.startswith("-") else text


@functools.cache
def unit(spelling: str) -> Markup:
    """Typeset a unit as HTML, its powers raised."""
    if not spelling:
        return Markup("")
    text = units.typeset(spelling)
    parts = re.split(r"([⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺⸍]+)", text)  # astropy's raised digits
    return Markup("").join(
        Markup("<sup>{}</sup>").format(part.translate(_SUPERSCRIPTS)) if index % 2 else escape(part)
        for index, part in enumerate(parts)
    )


def unit_names(spelling: str) -> list[str]:
    """Give all names of what a unit is made of, such as ``milliarcsecond`` for ``marcsec``."""
    bases = getattr(units.parse(spelling), "bases", [])  # of a function such as mag(AB) there are none
    return [name for base in bases for name in base.names]


def with_unit(text: str, spelling: str) -> Markup:
    """Write an amount in a unit as HTML."""
    return Markup("{}\N{NO-BREAK SPACE}{}").format(text, unit(spelling)) if spelling else escape(text)


def limit(found: Test) -> str:
    """Write what a measurement must fulfil, without its unit."""
    fields = found.json
    if found.type == "threshold":
        return f"{_SIGNS[fields['operator']]} {number(fields['value'])}"
    if found.type != "range":
        return str(found).removesuffix(found.unit).rstrip()
    lower, upper, inclusive = fields["lower"], fields["upper"], fields["inclusive"]
    if lower is None:
        return f"{'≤' if inclusive in {'both', 'upper'} else '<'} {number(upper)}"
    if upper is None:
        return f"{'≥' if inclusive in {'both', 'lower'} else '>'} {number(lower)}"
    left = "[" if inclusive in {"both", "lower"} else "("
    right = "]" if inclusive in {"both", "upper"} else ")"
    return f"in {left}{number(lower)}, {number(upper)}{right}"


def test(found: Test) -> Markup:
    """Write what a measurement must fulfil, as HTML."""
    return with_unit(limit(found), found.unit)


def conditions(query: Mapping[str, Any]) -> list[str]:
    """Write the terms of a query, one each; an empty query has none."""
    return [f"{term} {_condition(query[term])}" for term in sorted(query, key=lambda term: (rank(term), term))]


def rank(term: str) -> int:
    """Order terms: those that people know jobs by come first."""
    return list(TERMS).index(term) if term in TERMS else len(TERMS)


def _condition(value: Any) -> str:
    if not is_condition(value):
        return f"= {plain(value)}"
    return " and ".join(_operation(operator, operand) for operator, operand in value.items())


def _operation(operator: str, operand: Any) -> str:
    if operator == "in" and isinstance(operand, list):
        return "is one of " + ", ".join(plain(item) for item in operand)
    if operator == "not_in" and isinstance(operand, list):
        return "is none of " + ", ".join(plain(item) for item in operand)
    if operator == "exists":
        return "is given" if operand else "is not given"
    if operator == "glob":
        return f"matches {plain(operand)}"
    return f"{_SIGNS.get(operator, operator)} {plain(operand)}"


def plain(value: Any) -> str:
    """Write a value as people read it: text as it is, everything else as YAML."""
    text = value if isinstance(value, str) and value else _written(value) if isinstance(value, float) else inline(value)
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + "…"


@functools.lru_cache(maxsize=10_000)
def _written(value: float) -> str:
    return inline(value)


def traced(explanation: Explanation) -> Iterator[tuple[str, str, Origin | None]]:
    """Yield each value of a definition as its path, its text and what gave it."""
    for pointer, value in _leaves("", explanation.resolved or {}):
        if pointer in {"/name", "/id", "/type", "/abstract"}:
            continue
        path = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} ".join(pointers.parts(pointer))
        yield path, plain(value), explanation.origins.get(pointer)


def _leaves(pointer: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves(pointer + pointers.join(key), item)
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from _leaves(pointer + pointers.join(index), item)
    elif value not in ({}, []):
        yield pointer, value
