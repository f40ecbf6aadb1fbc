"""``gnomon check``: find every fault in the definitions."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gnomon.commands import options

if TYPE_CHECKING:
    from gnomon.registry import Registry

FORMATS = {
    "full": "gnomon.render.full",
    "concise": "gnomon.render.concise",
    "json": "gnomon.render.findings_json",
    "github": "gnomon.render.github",
    "sarif": "gnomon.render.sarif",
}


def _split(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@options.revision
@click.option("--since", metavar="REV", help="Show only what was not there at a Git revision.")
@click.option(
    "--format",
    "style",
    type=click.Choice(list(FORMATS)),
    default="full",
    show_default=True,
    help="How to write findings.",
)
@click.option(
    "--select", metavar="RULES", multiple=True, callback=_split, help="Run only these rules, separated by commas."
)
@click.option("--ignore", metavar="RULES", multiple=True, callback=_split, help="Leave these rules out.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note", "none"]),
    help="Exit with 1 if something at least this severe is found.  [default: error, or as configured]",
)
@click.option("--statistics", is_flag=True, help="Count findings by rule instead of showing them.")
@click.pass_obj
def command(
    directory: Path,
    *,
    paths: tuple[Path, ...],
    revision: str | None,
    since: str | None,
    style: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str | None,
    statistics: bool,
) -> int:
    """Find every fault in the definitions, with file, line, column, reason and mend.

    The whole repository is always read; with PATHS, only findings in these files and folders are shown. Exit status: 0
    nothing to fail on, 1 findings, 2 the check could not run.
    """
    from gnomon.diagnostics import Severity
    from gnomon.rules import check, new_since

    if statistics and style in {"json", "github", "sarif"}:
        raise click.UsageError(f"--statistics is for people, and --format {style} for programs")
    registry = options.load_registry(directory, revision)
    within = options.within(directory, paths, {*registry.texts}) if paths else None
    before = _load_before(directory, since, registry) if since is not None else None
    gate = before.configuration if before is not None else None
    result = check(registry, select=select, ignore=ignore, within=within, gate=gate)
    if before is not None:
        # The rules of today judge both, or a change of the configuration would look like one of the definitions.
        before.configuration = registry.configuration
        result = new_since(result, check(before, select=select, ignore=ignore, gate=gate))
    if statistics:
        from gnomon.render.summary import statistics as lines

        chosen = lines(result)
    elif style == "full":
        from gnomon.render import full

        chosen = full.render(result, options.terminal_columns())
    else:
        chosen = importlib.import_module(FORMATS[style]).render(result)
    for block in chosen:
        click.echo(block)
    levels = [fail_on] if fail_on else [found.fail_on or "error" for found in (registry.configuration, gate) if found]
    wanted = [Severity[level.upper()] for level in levels if level != "none"]
    return int(result.fails(min(wanted, default=None)))


def _load_before(directory: Path, revision: str, now: Registry) -> Registry:
    """Load what there was at a revision; a repository that did not exist yet had no faults and no gate of its own."""
    from gnomon.errors import RepositoryError, RevisionError
    from gnomon.registry import Registry

    try:
        return options.load_registry(directory, revision)
    except RevisionError:
        raise
    except RepositoryError as error:
        click.echo(f"{click.style('note', fg='cyan', bold=True)}: {error}; everything is new", err=True)
        return Registry(label=revision, configuration=now.configuration)
