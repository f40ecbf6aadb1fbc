"""``gnomon export``: all definitions, resolved, for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gnomon.commands import options

if TYPE_CHECKING:
    from pathlib import Path


_SHOWN = 3  # names of definitions that lose the same


@click.command("export")
@options.revision
@options.output_format("json", "lsst", "yaml", text="All of it as JSON or YAML, or what lsst.verify reads.")
@click.pass_obj
def command(directory: Path, revision: str | None, style: str) -> int:
    """Write all definitions, resolved, sorted by name.

    What cannot be resolved is listed on standard error, and the exit status is 1. With `--format lsst`, so is what
    lsst.verify cannot hold; that alone is no failure.
    """
    from gnomon.exporting import export, export_lsst
    from gnomon.render.findings_json import dump
    from gnomon.render.terminal import clean, plural

    registry = options.load_registry(directory, revision)
    found = export_lsst(registry) if style == "lsst" else export(registry)
    entries = {"metrics": found.metrics, "specs": found.specs}
    if style == "yaml":
        from gnomon.render import yaml_text

        click.echo(yaml_text.dump({"schema": "gnomon/export/1", **entries}))
    else:
        click.echo(dump(entries if style == "lsst" else {"schema": "gnomon/export/1", **entries}))
    if found.left_out:
        count = plural(sum(map(len, found.left_out.values())), "part")
        options.tell("warning", f"left out, since lsst.verify cannot read it, {count}:")
        for what, names in found.left_out.items():
            more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
            click.echo(f"  {clean(what)}: {clean(', '.join(names[:_SHOWN]))}{more}", err=True)
    return options.warn_unresolved(registry)
