"""The threshold: a measurement passes when ``measurement operator value`` holds."""

from __future__ import annotations

import math
import operator as operators
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from gnomon import units
from gnomon.datum import Datum
from gnomon.names import closest, did_you_mean
from gnomon.nodes import Scalar
from gnomon.specifications.base import Specification
from gnomon.specifications.passing import Interval, PassingSet
from gnomon.specifications.reading import NUMBER, UNIT, matched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from astropy.units import Quantity

    from gnomon.names import Name
    from gnomon.specifications.reading import Reader

OPERATORS = ("<", "<=", ">", ">=", "==", "!=")
_MEANT = {
    "=": "==",
    "=<": "<=",
    "=>": ">=",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "<>": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "eq": "==",
    "ne": "!=",
}


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit on one side, or a value to equal or avoid.

    Attributes
    ----------
    operator
        One of `OPERATORS`.
    value
        In `unit`.
    unit
        Canonical spelling.
    """

    type: ClassVar[str] = "threshold"
    example: ClassVar[str] = "{operator: '<=', value: 5.0, unit: mmag}"
    forms: ClassVar[tuple[str, ...]] = ("<= 5.0 mmag",)
    schema: ClassVar[Mapping[str, Any]] = MappingProxyType(
        {
            "description": "A measurement passes when `measurement operator value` holds.",
            "type": ["object", "null"],
            "additionalProperties": False,
            "properties": {
                "operator": {
                    "description": "How the measurement compares to the value.",
                    "enum": list(OPERATORS),
                    "x-judged": "operator",
                },
                "value": {"description": "The limit.", **NUMBER},
                "unit": UNIT,
            },
            "x-expected": "a mapping with `operator`, `value` and `unit`",
            "x-judged": "test",
        }
    )

    operator: str
    value: float
    unit: str

    @classmethod
    def read(cls, reader: Reader) -> Threshold | None:
        """Make it from a document, or leave the reader with the faults that prevent it."""
        operator = reader.word("operator", OPERATORS)
        if operator is None:
            if not reader.has("operator"):
                reader.missing("operator")
            else:
                node = reader.body.entries["operator"].value
                text = node.text if isinstance(node, Scalar) else node.kind
                meant = _MEANT.get(text) or closest(text, OPERATORS)
                listed = f"use one of {', '.join(f'`{known}`' for known in OPERATORS)}"
                hint = did_you_mean(f"'{meant}'" if meant else None, listed)
                reader.fault("unknown-operator", f"`{text}` is not an operator of a threshold", node, hint, breaks=True)
        value, unit = reader.number("value"), reader.unit()
        return None if reader.broken else cls(operator or "", value, unit)

    @classmethod
    def fields_of(cls, text: str) -> dict[str, Any] | None:
        """Take its own text apart: ``<= 5.0 mmag``, or with a sign of print."""
        found = matched(r"(?P<operator>[<>]=?|[=!]=|[=≤≥≠]) \s* (?P<value>NUMBER) \s* UNIT", text)
        return found and found | {"operator": _MEANT.get(found["operator"], found["operator"])}

    @property
    def json(self) -> dict[str, Any]:
        """The fields as the original writes them."""
        return {"value": self.value, "unit": self.unit, "operator": self.operator}

    @property
    def passing(self) -> PassingSet:
        """The values that pass."""
        value = self.value
        below, above = Interval(upper=value), Interval(lower=value)
        intervals = {
            "<": (below,),
            "<=": (Interval(upper=value, upper_closed=True),),
            ">": (above,),
            ">=": (Interval(lower=value, lower_closed=True),),
            "==": (Interval(value, value, lower_closed=True, upper_closed=True),),
            "!=": (below, above),
        }[self.operator]
        return PassingSet(intervals if not math.isnan(value) else (), self.unit)

    @property
    def latex(self) -> str:
        """How it is typeset."""
        return f"{_LATEX[self.operator]} {units.latex(self.value, self.unit)}"

    def __str__(self) -> str:
        return f"{self.operator} {self.value} {self.unit}".rstrip()


class ThresholdSpecification(Specification):
    """A specification that compares a measurement with a limit.

    Parameters
    ----------
    name
        ``package.metric.spec``.
    threshold
        The limit, a scalar.
    operator_str
        ``measurement operator threshold`` must hold: one of ``<``, ``<=``, ``>``, ``>=``, ``==``, ``!=``.
    metadata_query
        Terms that the metadata of a job must have; none, it applies to all jobs.
    tags
        Words to find it by.
    abstract
        Whether it is a requirement.

    Raises
    ------
    TypeError
        The threshold is no scalar quantity, or there is no such operator.

    Examples
    --------
    >>> import astropy.units as u
    >>> str(ThresholdSpecification("validate_drp.PA1.design", 5 * u.mmag, "<="))
    '<= 5.0 mmag'
    """

    __slots__ = ()

    type = Threshold.type
    test_type = Threshold
    test: Threshold

    def __init__(
        self,
        name: Name | str,
        threshold: Quantity,
        operator_str: str,
        metadata_query: Mapping[str, Any] | None = None,
        tags: Iterable[str] | str | None = None,
        *,
        abstract: bool = False,
    ) -> None:
        try:
            self.convert_operator_str(operator_str)
        except ValueError as error:
            raise TypeError(str(error)) from None
        if not hasattr(threshold, "unit"):  # a limit whose unit was forgotten would be dimensionless
            raise TypeError(f"the threshold must be a quantity, not {threshold!r}")
        value, unit = units.number_and_unit(threshold)
        self._fill(name, Threshold(operator_str, value, unit), metadata_query, tags, abstract=abstract)

    @property
    def threshold(self) -> Quantity:
        """The limit."""
        return units.quantity(self.test.value, self.test.unit)

    @property
    def operator_str(self) -> str:
        """How a measurement compares to the limit."""
        return self.test.operator

    @property
    def operator(self) -> Callable[[Any, Any], bool]:
        """The operator as a function of measurement and limit; `check` also allows for rounding."""
        return self.convert_operator_str(self.test.operator)

    @property
    def datum(self) -> Datum:
        """The limit with the name of the specification as its label."""
        return Datum(self.threshold, label=str(self.name))

    @staticmethod
    def convert_operator_str(op_str: str) -> Callable[[Any, Any], bool]:
        """Give the function of an operator.

        Raises
        ------
        ValueError
            There is no such operator.
        """
        if op_str not in _FUNCTIONS:
            raise ValueError(f"{op_str!r} is not an operator of a threshold; use one of {', '.join(OPERATORS)}")
        return _FUNCTIONS[op_str]


_LATEX = {"<": "<", "<=": r"\leq", ">": ">", ">=": r"\geq", "==": "=", "!=": r"\neq"}
_FUNCTIONS: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {
        "<": operators.lt,
        "<=": operators.le,
        ">": operators.gt,
        ">=": operators.ge,
        "==": operators.eq,
        "!=": operators.ne,
    }
)
