"""``gnomon job``: combine job files, look into them, enrich them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from gnomon.commands import options, terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gnomon.jobs.job import Job

_ENVIRONMENTS = ("jenkins", "github", "gitlab", "none")


@click.group("job")
def command() -> None:
    """Combine job files, look into them, enrich them.

    A job file holds what a run of a pipeline measured. `-` is standard input, and for --output standard output.
    """


def _enriching(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of what enriches a job."""
    for option in (
        click.option(
            "--definitions",
            metavar="PATH[@REV]",
            help="Take definitions from a metrics repository, or from a Git revision of it; `verify_metrics` are the "
            "bundled ones. Values are then in the units of their metrics.",
        ),
        click.option(
            "--package-repo",
            "packages",
            metavar="PATH",
            multiple=True,
            help="Add the version of a package, which is a Git repository, under `packages`; may be repeated.",
        ),
        click.option(
            "--env",
            "environment",
            type=click.Choice(_ENVIRONMENTS),
            default="none",
            help="Add, under `env`, what the variables of this environment tell about the run.",
        ),
        click.option("--output", metavar="FILE", help="Where to write the job."),
    ):
        function = option(function)
    return function


@command.command("merge", short_help="Merge job files into one.")
@click.argument("arguments", metavar="FILE... [KEY=VALUE...]", nargs=-1, required=True)
@click.option(
    "--prefer", type=click.Choice(["first", "last"]), help="Whose measurement, term or definition stays in a conflict."
)
@_enriching
@click.pass_obj
def merge(
    directory: Path,
    /,
    *,
    arguments: tuple[str, ...],
    prefer: Literal["first", "last"] | None,
    output: str | None,
    **given: Any,
) -> int:
    """Merge job files into one, and write it to --output or standard output.

    Files that measure a metric differently, or differ in a definition, a metadata term or another field, are an error
    that names both, unless --prefer says whose stays. The terms `packages`, `env` and `gnomon` are merged member by
    member. KEY=VALUE sets a term, its value read as YAML; a file with `=` in its name needs a folder: `./a=b.json`.
    """
    from gnomon.commands.options import progress
    from gnomon.jobs.merge import merge as merge_jobs
    from gnomon.jobs.metadata import with_terms

    files = [argument for argument in arguments if not _is_term(argument)]
    if not files:
        raise click.UsageError("there is no file to merge")
    more = terms.read((argument for argument in arguments if _is_term(argument)), "merge")
    added = with_terms(_tell(directory, **given), more)
    parts = []
    with progress("Reading jobs") as advance:
        for index, name in enumerate(files):
            parts.append((name, _read(directory, name)))
            advance(index + 1, len(files))
    merged, notes = merge_jobs(parts, prefer, _definitions(directory, given["definitions"]), added)
    for note in notes:
        options.tell("note", note)
    _finish(merged, directory, output or "-")
    return 0


@command.command("metadata", short_help="Set metadata terms of a job file.")
@click.argument("file")
@click.argument("pairs", metavar="[KEY=VALUE]...", nargs=-1)
@_enriching
@click.pass_obj
def metadata(directory: Path, /, *, file: str, pairs: tuple[str, ...], output: str | None, **given: Any) -> int:
    """Set metadata terms of a job file, in place or in --output; values are read as YAML (`r`, `9813`, `'1'`).

    A term `package.metric.key` of a metric that is measured is a note of its measurement.
    """
    from gnomon.jobs.merge import merge as merge_jobs
    from gnomon.jobs.metadata import with_terms

    if not (pairs or given["packages"] or given["definitions"] or given["environment"] != "none"):
        raise click.UsageError("there is nothing to add: give KEY=VALUE, --env, --package-repo or --definitions")
    added = with_terms(_tell(directory, **given), terms.read(pairs, "metadata"))
    job, _ = merge_jobs([(file, _read(directory, file))], None, _definitions(directory, given["definitions"]), added)
    _finish(job, directory, output or file)
    return 0


@command.command("inspect", short_help="Show what a job file holds.")
@click.argument("file")
@options.output_format("text", "json", text="How to write it.")
@click.pass_obj
def inspect(directory: Path, /, *, file: str, style: str) -> int:
    """Show what a job file holds: measurements, metadata, blobs, definitions, and what is odd in it."""
    from gnomon.jobs.inspecting import inspect as look_into
    from gnomon.render import inspected

    found = look_into(file, _read(directory, file, quiet=True))
    click.echo(inspected.as_json(found) if style == "json" else "\n".join(inspected.as_text(found)))
    return 0


def _is_term(argument: str) -> bool:
    key, equals, _ = argument.partition("=")
    return bool(equals) and "/" not in key and os.sep not in key


def _read(directory: Path, name: str, *, quiet: bool = False) -> Job:
    from gnomon.jobs.job import Job

    job = Job.read(name if name == "-" else _within(directory, name))
    if not quiet:
        _warn(job.warnings)
    return job


def _within(directory: Path, name: str) -> str:
    return os.path.join(directory, name) if directory != Path() else name  # noqa: PTH118  # a Path would drop `./`


def _definitions(directory: Path, where: str | None) -> Job | None:
    """Load definitions, as a job without measurements that remembers where they came from."""
    from gnomon.errors import UsageError
    from gnomon.jobs.definitions import BUNDLED
    from gnomon.jobs.job import Job

    if where is None:
        return None
    try:
        return Job.load_metrics_package(where if where == BUNDLED else _within(directory, where))
    except OSError as error:
        raise UsageError(str(error)) from error


def _tell(directory: Path, *, packages: Iterable[str], environment: str, **_: Any) -> dict[str, Any]:
    """Give the metadata that repositories and the environment tell."""
    from datetime import UTC, datetime

    from gnomon.jobs.environment import environment_terms
    from gnomon.jobs.packages import package_version

    told: dict[str, Any] = {}
    versions: dict[str, dict[str, str | None]] = {}
    for path in packages:
        version, dirty = package_version(Path(_within(directory, path)))
        name = str(version["name"])
        if name in versions:
            raise click.UsageError(f"two packages are called {name}")
        versions[name] = version
        if dirty:
            options.tell("warning", f"{path} has changes that are in no commit; the commit alone is recorded")
    if versions:
        told["packages"] = versions
    if environment != "none":
        told["env"] = environment_terms(environment, os.environ, datetime.now(UTC))
    return told


def _finish(job: Job, directory: Path, output: str) -> None:
    """Write a job, and say what is in it."""
    from gnomon.errors import VerifyError
    from gnomon.jobs.files import to_json
    from gnomon.jobs.merge import undefined
    from gnomon.render.inspected import summary
    from gnomon.render.terminal import clean
    from gnomon.writing import write_atomically

    text = to_json(job.json)
    _warn(job.nulls())
    if unknown := undefined(job):
        options.tell("warning", f"there is no definition of {', '.join(unknown)}")
    if output == "-":
        click.echo(text, nl=False)
        return
    try:
        write_atomically(Path(_within(directory, output)), text)
    except OSError as error:
        raise VerifyError(f"cannot write {output}: {error.strerror}") from error
    click.echo(clean(f"Wrote {output}: {summary(job)}"))


def _warn(lines: Iterable[str]) -> None:
    for line in lines:
        options.tell("warning", line)
