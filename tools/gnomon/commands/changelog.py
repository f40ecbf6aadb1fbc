"""``gnomon changelog``: what changed in the definitions between two releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path


@click.command("changelog")
@click.argument("base")
@click.argument("head")
@click.pass_obj
def command(directory: Path, *, base: str, head: str) -> int:
    """Write the section of a release of the definitions in Markdown: from BASE to HEAD, by impact and package.

    Reasons and decisions come from the acknowledgements in changes/. The definitions are released by tags of their own,
    such as definitions/2026.11; the tool by its version.
    """
    from gnomon.commands.comparison import compare_states
    from gnomon.render import changelog

    comparison = compare_states(directory, base, head)
    click.echo("\n".join(changelog.lines(comparison)))
    return int(bool(comparison.not_comparable))
