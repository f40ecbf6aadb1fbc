"""``gnomon docs``: the definitions as a site for reading."""

from __future__ import annotations

import gc
import importlib.util
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gnomon.commands import options

if TYPE_CHECKING:
    from gnomon.docs.making import Plan
    from gnomon.rules import Result

_NEEDED = ("sphinx", "pydata_sphinx_theme", "myst_parser", "jinja2")
_OUTPUT = "build/docs"

_output = click.option(
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help=f"Where the site is.  [default: {_OUTPUT} in the metrics repository]",
)


def _web_address(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and re.fullmatch(r"https?://[^\s/\"<>][^\s\"<>]*", value) is None:
        raise click.BadParameter(f"`{value}` is not a web address; write it with `https://`")
    return value


_base_url = click.option(
    "--base-url",
    metavar="URL",
    callback=_web_address,
    help="Where the site will be read, for canonical links and a sitemap.",
)
_keep_going = click.option(
    "--keep-going", is_flag=True, help="Build what is sound although there are errors, and say so on the pages."
)


@click.group("docs")
def command() -> None:
    """Build the site of the definitions, or tell whether it is out of date.

    The pages of the definitions and the guides in `docs/` are one site with one search. This needs `gnomon[docs]`.
    """


@command.command("build", short_help="Make the site, or what changed of it.")
@options.revision
@_output
@_base_url
@_keep_going
@click.pass_obj
def build(directory: Path, *, revision: str | None, output: Path | None, base_url: str | None, keep_going: bool) -> int:
    """Turn the definitions and guides into a site; only pages that changed are made anew.

    Exit status: 0 built, 1 errors in the definitions or warnings about the guides, 2 it could not run.
    """
    gc.enable()  # Sphinx makes cycles, unlike everything else here
    _require_extra()
    from gnomon.docs import building
    from gnomon.docs.output import Output
    from gnomon.docs.workplace import workplace
    from gnomon.render.terminal import plural
    from gnomon.sources import find_repository

    plan, sound = _plan(directory, revision, base_url, keep_going=keep_going)
    if plan is None:
        return 1
    site = Output(_output_of(directory, output))
    tools = building.tools()
    with site.claimed(), workplace(site.path, find_repository(directory)) as place:
        site.forget()
        place.begin(tools)
        written, removed = place.write(plan.files)
        built = building.run_sphinx(place, plan.settings, sys.stderr if sys.stderr.isatty() else None)
        place.end(tools)
        extra = {**building.sitemap(built.docnames, plan.base_url), "searchindex.js": built.search_index.encode()}
        site.publish({**place.made(built.docnames, plan.commit), **extra})
        site.finish({"digest": plan.digest, "tools": tools})
    for warning in built.warnings:
        options.tell("warning", warning)
    changed = f"{plural(written, 'source')} written, {removed:,} removed"
    click.echo(f"{plural(len(built.docnames), 'page')} in {site.path} ({changed})")
    return int(bool(built.warnings) or not sound)


@command.command("check", short_help="Tell whether the site is out of date.")
@options.revision
@_output
@_base_url
@_keep_going
@click.pass_obj
def check(directory: Path, *, revision: str | None, output: Path | None, base_url: str | None, keep_going: bool) -> int:
    """Tell whether the site is what `gnomon docs build` with the same options would make.

    Exit status: 0 up to date, 1 out of date or not built, 2 it could not run.
    """
    _require_extra()
    from gnomon.docs import building
    from gnomon.docs.output import Output

    site = Output(_output_of(directory, output))
    manifest = site.manifest
    if not manifest:
        click.echo(f"there is no finished site in {site.path}: run `gnomon docs build`")
        return 1
    plan, _ = _plan(directory, revision, base_url, keep_going=keep_going)
    if plan is None:
        return 1
    current = (manifest.get("digest"), manifest.get("tools")) == (plan.digest, building.tools())
    click.echo(f"{site.path} is {'up to date' if current else 'out of date: run `gnomon docs build`'}")
    return int(not current)


def _require_extra() -> None:
    from gnomon.errors import UsageError

    if any(importlib.util.find_spec(name) is None for name in _NEEDED):
        raise UsageError("`gnomon docs` needs Sphinx and its theme: python -m pip install 'gnomon[docs]'")


def _output_of(directory: Path, output: Path | None) -> Path:
    """Give the folder of the site: as if gnomon was started in the directory."""
    from gnomon.errors import UsageError
    from gnomon.sources import find_repository

    if output is not None:
        return directory / output
    root = find_repository(directory)
    if not (root / _OUTPUT).resolve().is_relative_to(root):
        # A pull request can put a link there; who means another place names it.
        raise UsageError(f"{_OUTPUT} is a link out of the repository; name the place with --output")
    return root / _OUTPUT


def _plan(directory: Path, revision: str | None, base_url: str | None, *, keep_going: bool) -> tuple[Plan | None, bool]:
    """Make all sources, and tell whether the definitions are sound; errors in them are told on standard error."""
    from gnomon.docs import making
    from gnomon.loader import load
    from gnomon.opening import open_source
    from gnomon.render.terminal import plural
    from gnomon.rules import check as check_definitions

    rules = options.rule_names()
    with open_source(directory, revision) as source:
        with options.progress() as advance:
            registry = load(source, rules=rules, progress=advance)
        guides = making.read_guides(source)
        findings = _errors(check_definitions(registry))
        if findings.findings and not keep_going:
            _tell(findings)
            return None, False
        with options.progress("Reading commits") as advance:
            past = making.read_past(directory, revision, source, registry, rules, advance)
    if findings.findings:
        count = plural(len(findings.findings), "error")
        options.tell("warning", f"{count} in the definitions; only what is sound is built (see `gnomon check`)")
    with options.progress("Writing pages") as advance:
        return making.make_plan(registry, guides, past, findings, base_url, advance), not findings.findings


def _errors(result: Result) -> Result:
    from gnomon.diagnostics import Severity

    return replace(result, findings=tuple(item for item in result.findings if item.severity is Severity.ERROR))


def _tell(result: Result) -> None:
    from gnomon.render.full import render

    for block in render(result):
        click.echo(block, err=True)
    click.echo("No site is built from definitions with errors; `--keep-going` builds what is sound.", err=True)
