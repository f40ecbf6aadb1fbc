"""``gnomon show``: what a definition means, and where each of its values comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gnomon.commands import options

if TYPE_CHECKING:
    from pathlib import Path


@click.command("show")
@click.argument("name")
@options.revision
@options.output_format("text", "json", "yaml", text="How to write it.")
@click.pass_obj
def command(directory: Path, name: str, revision: str | None, style: str) -> int:
    """Show a metric, specification or partial: its effective values, each with the file and line that gave it.

    NAME is fully qualified (validate_drp.PA1.design_gri, validate_drp:base#hsc) or any shorter form that is unique.
    """
    from gnomon.explaining import explain
    from gnomon.render import shown, shown_data

    registry = options.load_registry(directory, revision)
    explanation = explain(registry, name)
    if style == "text":
        click.echo(shown.render(explanation, registry, options.terminal_columns()))
    else:
        click.echo({"json": shown_data.as_json, "yaml": shown_data.as_yaml}[style](explanation))
    return int(explanation.resolved is None)
