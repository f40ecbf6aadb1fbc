"""Read the parts of a test from nodes, and say what is wrong with them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gnomon import units
from gnomon.diagnostics import Diagnostic, Edit, Fix
from gnomon.names import did_you_mean
from gnomon.nodes import Mapping, Node, Scalar

if TYPE_CHECKING:
    from collections.abc import Collection

# The parts of schemas that all tests share.
NUMBER: dict[str, Any] = {"type": ["number"], "x-judged": "number", "x-expected": "a number"}
UNIT: dict[str, Any] = {
    "description": "Unit of the numbers beside it, as astropy.units reads it; must convert to the metric's.",
    "type": "string",
    "x-expected": "text that astropy.units reads, such as `mmag`, or `''` for none",
    "x-judged": "unit",
}

# The parts of texts that all tests share: a number as Python and people write it, and a unit, which ends the text. To
# astropy `-2 mag` is a unit; behind a number it is a slip.
NUMBER_TEXT = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
UNIT_TEXT = r"(?P<unit>(?![-+\s\d]).*|(?<=\s)(?![-+\s]).*)"


def matched(pattern: str, text: str) -> dict[str, Any] | None:
    """Give the named groups of a pattern that a whole text matches: the unit as it is, words that are numbers as such.

    Parameters
    ----------
    pattern
        In the verbose form of `re`; NUMBER and UNIT stand for those of texts.
    """
    whole = pattern.replace("NUMBER", NUMBER_TEXT).replace("UNIT", UNIT_TEXT)
    match = re.fullmatch(whole, text.strip(), re.VERBOSE | re.ASCII)
    if match is None:
        return None
    given = {name: found for name, found in match.groupdict().items() if found is not None}
    return {
        name: float(found) if name != "unit" and re.fullmatch(NUMBER_TEXT, found) else found.strip()
        for name, found in given.items()
    }


def judge_unit(node: Node) -> tuple[str | None, Diagnostic | None]:
    """Read a unit.

    Returns
    -------
    canonical
        astropy's spelling, or None when it is no unit.
    fault
        What is wrong with it; numbers are units to astropy (``1`` is dimensionless), but not to a reader.
    """
    if not isinstance(node, Scalar) or isinstance(node.value, bool) or not isinstance(node.value, str | int | float):
        hint = "write a unit such as `mmag`, or `''` for a dimensionless quantity"
        return None, Diagnostic("wrong-type", f"`unit` must be text, not {node.kind}", node.place, hint)
    found = units.facts(str(node.value))
    if found.canonical is None:
        return None, _unknown_unit(node, found)
    if not isinstance(node.value, str):
        hint = (
            "write `''` for a dimensionless quantity" if found.canonical == "" else f"put it in quotes: '{node.text}'"
        )
        return found.canonical, Diagnostic("wrong-type", "`unit` must be text, not a number", node.place, hint)
    return found.canonical, None


def _unknown_unit(node: Scalar, found: units.UnitFacts) -> Diagnostic:
    hint, fix = "see https://docs.astropy.org/en/stable/units/ for the units there are", None
    if found.suggestions:
        hint = did_you_mean(found.suggestions)
    elif node.text.endswith("\n") and units.facts(node.text.strip()).canonical is not None:
        hint = "it ends in a line break: write it on the line of the key, or `>-` instead of `>`"
    if len(found.suggestions) == 1 and node.plain:
        fix = Fix((Edit(node.place, found.suggestions[0]),), "unsafe")
    reason = f": {found.error}" if found.error else ""
    return Diagnostic("unknown-unit", f"`{node.text.strip()}` is not a unit{reason}", node.place, hint, fix=fix)


@dataclass
class Reader:
    """Reads the fields of one test.

    Attributes
    ----------
    body
        The mapping under the type's name.
    place_of
        The node to point at where a field is missing: the key of the test.
    diagnostics
        Every fault; the test cannot be made when `broken`.
    """

    type: str
    body: Mapping
    place_of: Node
    diagnostics: list[Diagnostic] = field(default_factory=list)
    broken: bool = False

    def fault(self, rule: str, message: str, node: Node, hint: str | None = None, *, breaks: bool = False) -> None:
        """Record a fault; one that `breaks` leaves no test."""
        self.diagnostics.append(Diagnostic(rule, message, node.place, hint))
        self.broken = self.broken or breaks

    def missing(self, name: str, hint: str | None = None) -> None:
        """Record that a field which the test cannot do without is not there."""
        message = f"`{self.type}` has no `{name}`, neither here nor inherited"
        self.fault("missing-field", message, self.place_of, hint or f"add `{name}:`", breaks=True)

    def has(self, name: str) -> bool:
        """Tell whether a field is there and not null."""
        node = self.body.get(name)
        return node is not None and not is_null(node)

    def nearest(self, *names: str) -> Node:
        """Give the value of the first of some fields that the document itself writes, or of the first that is there."""
        nodes = [node for name in names if (node := self.body.get(name)) is not None]
        return next((node for node in nodes if node.document is self.place_of.document), nodes[0])

    def number(self, name: str, *, required: bool = True) -> float:
        """Give a number; a numeric string is that number. NaN where there is none."""
        node = self.body.get(name)
        if node is None or is_null(node):
            if required:
                self.missing(name)
            return math.nan
        if not isinstance(node, Scalar):
            self.fault(
                "not-scalar",
                f"`{name}` is {node.kind}, not one number",
                node,
                "a test has a single number here",
                breaks=True,
            )
            return math.nan
        value = number_of(node)
        if value is None:
            self.fault(
                "wrong-type",
                f"`{name}` must be a number, not {_shown(node)}",
                node,
                "write a number such as 5.0",
                breaks=True,
            )
            return math.nan
        if not math.isfinite(value):
            self.fault(
                "non-finite",
                f"`{name}` is {node.text}, which is no finite number",
                node,
                "write the number that is meant",
            )
        return value

    def unit(self) -> str:
        """Give the canonical unit; an empty text where there is none."""
        node = self.body.get("unit")
        if node is None:
            self.missing("unit", "add `unit:` (`''` for a dimensionless quantity)")
            return ""
        canonical, found = judge_unit(node)
        if found is not None:
            self.diagnostics.append(found)
        self.broken = self.broken or canonical is None
        return canonical or ""

    def word(self, name: str, choices: Collection[str]) -> str | None:
        """Give a word out of several, or None where there is none or another one."""
        node = self.body.get(name)
        if isinstance(node, Scalar) and isinstance(node.value, str) and node.value in choices:
            return node.value
        return None


def is_null(node: Node) -> bool:
    """Tell whether a node is YAML's null."""
    return isinstance(node, Scalar) and node.value is None


def number_of(node: Node) -> float | None:
    """Give the number that a scalar is, reading a numeric string as that number; None where it is none."""
    if not isinstance(node, Scalar) or isinstance(node.value, bool) or not isinstance(node.value, int | float | str):
        return None
    try:
        return float(node.value)
    except (ValueError, OverflowError):
        return None


def _shown(node: Scalar) -> str:
    return f"`{node.text}`" if isinstance(node.value, str) else node.kind
