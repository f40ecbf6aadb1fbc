"""Lists of definitions as tables and as JSON (``gnomon/list/1``)."""

from __future__ import annotations

from typing import Any

from gnomon.render.findings_json import dump
from gnomon.render.terminal import plural, table
from gnomon.render.yaml_text import inline

_NOUNS = {"metrics": "metric", "specs": "specification", "partials": "partial", "packages": "package", "tags": "tag"}
_COLUMNS = {
    "metrics": ("name", "unit", "specifications", "tags"),
    "specs": ("name", "test", "applies to", "tags"),
    "partials": ("name", "heirs", "gives"),
    "packages": ("name", "metrics", "specifications", "partials"),
    "tags": ("name", "metrics", "specifications"),
}
_QUERY_WIDTH = 60


def as_table(kind: str, rows: list[dict[str, Any]]) -> list[str]:
    """Lay the rows out, with their number below."""
    columns = _COLUMNS[kind]
    cells = [tuple(_cell(row, column) for column in columns) for row in rows]
    total = plural(len(rows), _NOUNS[kind])
    return [*table(cells, columns), "", total] if rows else [f"No {_NOUNS[kind]}s."]


def _cell(row: dict[str, Any], column: str) -> str:
    if column == "applies to":
        if row["abstract"]:
            return "requirement"
        query = ", ".join(f"{term}={inline(value)}" for term, value in row["metadata_query"].items())
        return (query if len(query) <= _QUERY_WIDTH else query[: _QUERY_WIDTH - 3] + "...") or "every job"
    value = row[column]
    return ", ".join(value) if isinstance(value, list) else f"{value:,}" if isinstance(value, int) else str(value)


def as_json(kind: str, rows: list[dict[str, Any]]) -> str:
    """Write the rows for programs."""
    return dump({"schema": "gnomon/list/1", "kind": kind, "items": rows})
