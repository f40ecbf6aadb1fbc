"""``gnomon check``: find every fault in the definitions."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gnomon.commands import options

if TYPE_CHECKING:
    from collections.abc import Callable

    from gnomon.registry import Registry
    from gnomon.rules import Result

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
@options.output_format(*FORMATS, text="How to write findings.")
@click.option(
    "--select", metavar="RULES", multiple=True, callback=_split, help="Run only these rules, separated by commas."
)
@click.option("--ignore", metavar="RULES", multiple=True, callback=_split, help="Leave these rules out.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note", "none"]),
    help="Exit with 1 if something at least this severe is found.  [default: error, or as configured]",
)
@click.option("--fix", "mends", is_flag=True, help="Mend in the files what can be mended without changing a meaning.")
@click.option("--unsafe-fixes", "guesses", is_flag=True, help="With --fix, mend also by good guesses.")
@click.option("--statistics", is_flag=True, help="Count findings by rule instead of showing them.")
@click.pass_obj
def command(  # noqa: PLR0913  # one for each option
    directory: Path,
    *,
    paths: tuple[Path, ...],
    revision: str | None,
    since: str | None,
    style: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str | None,
    mends: bool,
    guesses: bool,
    statistics: bool,
) -> int:
    """Find every fault in the definitions, with file, line, column, reason and mend.

    The whole repository is always read; with PATHS, only findings in these files and folders are shown, and with --fix
    mended. Exit status: 0 nothing to fail on, 1 findings, 2 the check could not run.
    """
    from gnomon.diagnostics import Severity
    from gnomon.rules import check, new_since

    if statistics and style in {"json", "github", "sarif"}:
        raise click.UsageError(f"--statistics is for people, and --format {style} for programs")
    if mends and revision is not None:
        raise click.UsageError("--fix changes files, and --rev reads a commit")
    if guesses and not mends:
        raise click.UsageError("--unsafe-fixes goes with --fix")
    registry, before = _load(directory, revision, since)
    within = options.within(directory, paths, {*registry.texts}) if paths else None
    gate = before.configuration if before is not None else None

    def judge(now: Registry) -> Result:
        result = check(now, select=select, ignore=ignore, within=within, gate=gate)
        if before is None:
            return result
        # The rules of today judge both, or a change of the configuration would look like one of the definitions.
        before.configuration = now.configuration
        return new_since(result, check(before, select=select, ignore=ignore, gate=gate))

    result = judge(registry)
    if mends:
        result = _fix(directory, result, judge, with_unsafe=guesses)
    if statistics:
        from gnomon.render.summary import statistics as lines

        chosen = lines(result, options.terminal_columns())
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


def _fix(directory: Path, found: Result, judge: Callable[[Registry], Result], *, with_unsafe: bool) -> Result:
    """Mend files, tell what was mended on standard error, and give what is left."""
    from gnomon.editing.fixing import fix
    from gnomon.editing.places import put
    from gnomon.opening import open_source
    from gnomon.render.terminal import plural
    from gnomon.sources import find_repository

    root = find_repository(directory)
    with open_source(directory) as source:
        fixed = fix(source, found, judge, rules=options.rule_names(), with_unsafe=with_unsafe)
    for path, content in sorted(fixed.contents.items()):
        put(root, path, content)
    counts = ", ".join(f"{count} {rule}" for rule, count in sorted(fixed.counts.items()))
    if counts:
        click.echo(
            f"Mended {plural(fixed.counts.total(), 'finding')} in {plural(len(fixed.contents), 'file')}: {counts}.",
            err=True,
        )
    return fixed.result


def _load(directory: Path, revision: str | None, since: str | None) -> tuple[Registry, Registry | None]:
    """Load what is checked, and what there was before; of two commits one may have no definitions, and so no faults."""
    from gnomon.errors import RepositoryError, RevisionError
    from gnomon.registry import Registry

    if since is None:
        return options.load_registry(directory, revision), None
    found: list[Registry | RepositoryError] = []
    for state in (revision, since):
        try:
            found.append(options.load_registry(directory, state))
        except RevisionError:
            raise
        except RepositoryError as error:
            found.append(error)
    now, before = found
    if isinstance(now, RepositoryError):
        if revision is None or isinstance(before, RepositoryError):
            raise now
        options.tell("note", f"{now}; so there is nothing to check")
        return Registry(label=revision, configuration=before.configuration), before
    if isinstance(before, RepositoryError):
        options.tell("note", f"{before}; everything is new")
        before = Registry(label=since, configuration=now.configuration)
    return now, before
