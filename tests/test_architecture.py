"""A module imports only from floors below its own; see ARCHITECTURE.md."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).parent.parent / "tools" / "gnomon"
LONGEST = 400

# From the ground up. Modules of one floor may import each other, except where `APART` says no.
FLOORS: tuple[tuple[str, ...], ...] = (
    (
        "_version",
        "build_info",
        "names",
        "diagnostics",
        "errors",
        "limits",
        "pointers",
        "text",
        "cache",
        "unknown_fields",
        "writing",
    ),
    ("scalars", "syntax", "nodes", "parser", "sources", "reading", "git", "opening"),
    ("schemas", "shapes", "queries", "globs", "reach", "configuration", "vocabulary"),
    ("units", "datum", "metrics", "specifications", "documents", "merging", "inheritance", "acknowledgements"),
    ("registry", "loader"),
    ("rules", "changes", "jobs", "explaining", "listing", "exporting"),
    ("render", "docs", "sphinxext", "editing"),
    ("cli", "commands", "__main__", "testing"),
)
# The answers to different questions know nothing of each other.
APART = frozenset({"rules", "changes", "jobs", "explaining", "listing", "exporting"})
TOP = {name: index for index, floor in enumerate(FLOORS) for name in floor}
MODULES = sorted(PACKAGE.rglob("*.py"))


def _room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "gnomon":
            parts = node.module.split(".")
            found.update([parts[1]] if len(parts) > 1 else [alias.name for alias in node.names])
        elif isinstance(node, ast.Import):
            found.update(alias.name.split(".")[1] for alias in node.names if alias.name.startswith("gnomon."))
    return found - {"__version__"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_come_from_floors_below(path: Path) -> None:
    room = _room(path)
    if room == "__init__":
        return  # the public face gathers names from all floors
    wrong = {name for name in _imports(path) if TOP[name] > TOP[room] or ({room, name} <= APART and room != name)}
    assert wrong == set()


def test_every_module_has_a_floor_and_every_room_exists() -> None:
    assert {_room(path) for path in MODULES} - {"__init__", "_build"} == set(TOP)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_is_longer_than_a_reader_can_hold(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def _run(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the nodes of what runs: not what only type checkers read."""
    for node in tree.body:
        if not (isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"):
            yield from ast.walk(node)


def test_astropy_is_imported_by_one_room_only() -> None:
    users = {
        str(path.relative_to(PACKAGE))
        for path in MODULES
        for node in _run(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("astropy")
    }
    # A report is one of astropy's tables.
    assert users == {"units/spelling.py", "units/quantities.py", "jobs/report.py"}
