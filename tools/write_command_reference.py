"""Write docs/command-reference.md from the program itself; a test keeps the page true."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gnomon.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parent.parent / "docs" / "command-reference.md"
_INTRODUCTION = """\
# Command reference

This page is what `gnomon --help` and `gnomon COMMAND --help` say, written by `python tools/write_command_reference.py`.

Results go to standard output, everything else to standard error. Colour is used on a terminal only, and not where
`NO_COLOR` is set. Every command exits with

- 0: fine,
- 1: findings, at or above what `--fail-on` says,
- 2: it cannot run, with one line that says what to do,
- 3: a fault of gnomon, with what to report.

Verdicts on units and on the shape of unchanged files are cached in the folder `$GNOMON_CACHE_DIR` (else gnomon's
folder in the user's cache; where the variable is empty, nowhere); losing them costs time only.
"""


def page() -> str:
    """Give the text of the page."""
    return "\n".join([_INTRODUCTION, *_sections(main, "gnomon", None)])


def _sections(command: click.Command, name: str, parent: click.Context | None) -> Iterator[str]:
    settings = {**command.context_settings, "max_content_width": 100, "terminal_width": 100}
    context = click.Context(command, info_name=name, parent=parent, **settings)
    yield f"{'##' if parent is None or parent.parent is None else '###'} {context.command_path}\n"
    yield f"```text\n{command.get_help(context).rstrip()}\n```\n"
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            if found is not None:
                yield from _sections(found, inner, context)


if __name__ == "__main__":
    PAGE.write_text(page().rstrip("\n") + "\n", encoding="utf-8")
