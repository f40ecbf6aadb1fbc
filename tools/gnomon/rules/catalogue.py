"""All rules, in the order in which people read them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from gnomon.rules import references, sense_rows, shape_rows, units, values, yaml_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gnomon.rules.rule import Rule

CATALOGUE: Mapping[str, Rule] = MappingProxyType(
    {row.name: row for module in (yaml_rows, shape_rows, units, references, values, sense_rows) for row in module.ROWS}
)
