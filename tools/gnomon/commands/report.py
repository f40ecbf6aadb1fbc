"""``gnomon report``: whether jobs met the specifications."""

from __future__ import annotations

import functools
import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gnomon.commands import options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gnomon.jobs.evaluation import Selection
    from gnomon.jobs.job import Job
    from gnomon.jobs.reporting import Definitions, FullReport

FORMATS = {
    "table": "gnomon.render.report_table",
    "json": "gnomon.render.report_json",
    "markdown": "gnomon.render.report_markdown",
    "html": "gnomon.render.report_html",
    "junit": "gnomon.render.report_junit",
}
_FAILURES = ("fail", "missing", "unmatched")


def _failures(_context: click.Context, _parameter: click.Parameter, value: str) -> frozenset[str]:
    words = frozenset(word.strip() for word in value.split(",") if word.strip())
    if words == {"none"}:
        return frozenset()
    if not words or words - set(_FAILURES):
        raise click.BadParameter(f"use some of {', '.join(_FAILURES)}, separated by commas, or none")
    return words


@click.command("report")
@click.argument("jobs", metavar="JOB.json...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--definitions", "chosen", metavar="PATH[@REV]", help="Judge by these definitions.")
@click.option("--package", "packages", metavar="P", multiple=True, help="Only of this package; may be repeated.")
@click.option(
    "--metric", "metrics", metavar="M", multiple=True, help="Only of this metric, `M` or `package.M`; may be repeated."
)
@click.option(
    "--tag", "tags", metavar="T", multiple=True, help="Only with this tag; may be repeated, all must be there."
)
@click.option(
    "--level", "levels", metavar="L", multiple=True, help="Only of this level; may be repeated, one must be there."
)
@options.output_format(*FORMATS, text="How to write the report.")
@click.option(
    "--fail-on",
    metavar="LIST",
    default="fail,unmatched",
    show_default=True,
    callback=_failures,
    help="Exit with 1 for these of fail, missing, unmatched; `none` never fails.",
)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="In a table, list all: what was not measured, and what passes in several jobs.",
)
@click.pass_obj
def command(
    directory: Path,
    *,
    jobs: tuple[Path, ...],
    chosen: str | None,
    packages: tuple[str, ...],
    metrics: tuple[str, ...],
    tags: tuple[str, ...],
    levels: tuple[str, ...],
    style: str,
    fail_on: frozenset[str],
    everything: bool,
) -> int:
    """Tell which specifications apply to jobs, and which of them pass, by how much.

    Definitions are those of --definitions, else those in the job file, else those of the metrics repository that DIR
    or the working directory is in, else those that are bundled with gnomon; the report names them. Paths that are not
    in DIR are looked for in the working directory.

    A job is `unmatched` if no specification of its measured metrics applies although there are some; a job of which
    nothing was tested counts as one for --fail-on. Definitions that cannot be resolved are told, and the exit status
    is 1 unless --fail-on is `none`.
    """
    from gnomon.jobs.evaluation import Selection
    from gnomon.jobs.reporting import known_names, report

    if everything and style != "table":
        raise click.UsageError(f"--all is for tables; --format {style} has everything")
    loaded = _load(directory, jobs, chosen)
    selection = Selection(*(frozenset(words) for words in (packages, metrics, tags, levels)))
    _judge(selection, known_names(loaded))
    found = report(loaded, selection)
    renderer = importlib.import_module(FORMATS[style])
    details: dict[str, Any] = {"everything": True} if everything else {}
    if style == "table":
        details["columns"] = options.terminal_columns()
    for block in renderer.render(found, **details):
        click.echo(block)
    if style != "table":
        _warn(found)
    return int(found.fails(fail_on))


def _load(directory: Path, paths: Iterable[Path], chosen: str | None) -> list[tuple[str, Job, Definitions]]:
    """Read the jobs, and find for each the definitions to judge it by."""
    from gnomon.jobs.job import Job
    from gnomon.jobs.reporting import Definitions

    if not directory.is_dir():
        raise click.UsageError(f"no such folder: {directory}")
    jobs, distinct = [], list(dict.fromkeys(paths))
    with options.progress("Reading jobs") as advance:
        for index, path in enumerate(distinct):
            jobs.append((str(path), Job.read(_located(directory, path))))
            advance(index + 1, len(distinct))
    own = {id(job): Definitions.of_job(job) for _, job in jobs if job.specs} if chosen is None else {}
    shared: Callable[[], Definitions] = functools.cache(lambda: _definitions(directory, chosen))
    return [(label, job, own.get(id(job)) or shared()) for label, job in jobs]


def _located(directory: Path, path: Path) -> Path:
    """Find a path as if started in a folder, or else from where gnomon was started."""
    inside = directory / path
    return inside if inside.exists() or not path.exists() else path


def _definitions(directory: Path, chosen: str | None) -> Definitions:
    from gnomon.errors import RepositoryError, UsageError
    from gnomon.jobs.definitions import load_definitions
    from gnomon.jobs.reporting import Definitions, Origin
    from gnomon.sources import find_repository

    origin: Origin = "option"
    where: str | Path | None = None
    if chosen is not None:
        where = _source(directory, chosen)
    else:
        try:
            origin, where = "repository", find_repository(directory)
        except RepositoryError:
            origin = "bundled"
    try:
        registry, provenance = load_definitions(where)
    except OSError as error:
        raise UsageError(str(error)) from error
    return Definitions.from_registry(origin, registry, provenance)


def _source(directory: Path, chosen: str) -> str:
    from gnomon.jobs.definitions import BUNDLED, split_revision

    if not chosen:
        raise click.UsageError("--definitions needs a path, PATH@REV or verify_metrics")
    inside = str(directory / chosen)
    return inside if chosen != BUNDLED and split_revision(inside)[0].exists() else chosen


def _judge(selection: Selection, known: dict[str, set[str]]) -> None:
    """Refuse a filter for something that is not there: nothing would be tested, and that would look like an answer."""
    from gnomon.errors import UsageError
    from gnomon.names import closest, with_guess

    wanted = {
        "package": selection.packages,
        "metric": selection.metrics,
        "tag": selection.tags,
        "level": selection.levels,
    }
    for kind, words in wanted.items():
        for word in sorted(words - known[kind]):
            meant = closest(word, known[kind])
            levels = f"the levels are {', '.join(f'`{level}`' for level in sorted(known[kind]))}"
            raise UsageError(with_guess(f"there is no {kind} `{word}`", meant, levels if kind == "level" else ""))


def _warn(found: FullReport) -> None:
    """Say on standard error, too, what could not be resolved: the report may go into a file."""
    from gnomon.render import report_words
    from gnomon.render.terminal import clean

    for definitions in found.definitions:
        told = report_words.unresolved(definitions)
        if told is not None:
            options.tell("warning", f"{told}:")
            for name, reason in definitions.unresolved:
                click.echo(f"  {clean(name)}: {clean(reason)}", err=True)
