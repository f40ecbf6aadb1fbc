"""``gnomon diff``: what a change does to those who measure and to those who rely on a requirement."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import click

from gnomon.commands import options

if TYPE_CHECKING:
    from pathlib import Path

    from gnomon.changes import Comparison, Impact

FORMATS = {
    "full": "gnomon.render.diff_full",
    "concise": "gnomon.render.diff_concise",
    "json": "gnomon.render.diff_json",
    "github": "gnomon.render.diff_github",
    "markdown": "gnomon.render.diff_markdown",
    "sarif": "gnomon.render.diff_sarif",
}
_IMPACTS = ("breaking", "tightening", "weakening", "compatible", "editorial")


def _impacts(_context: click.Context, _parameter: click.Parameter, value: str) -> frozenset[str] | None:
    words = frozenset(word.strip() for word in value.split(",") if word.strip())
    if words == {"none"}:
        return None
    unknown = sorted(words - set(_IMPACTS))
    if unknown or not words:
        raise click.BadParameter(f"use some of {', '.join(_IMPACTS)}, separated by commas, or none")
    return words


@click.command("diff")
@click.argument("base", required=False)
@click.argument("head", required=False)
@click.option("--merge-base", is_flag=True, help="Compare from the common ancestor of BASE and HEAD.")
@options.output_format(*FORMATS, text="How to write changes.")
@click.option(
    "--fail-on",
    metavar="LIST",
    default="breaking,weakening",
    show_default=True,
    callback=_impacts,
    help="Exit with 1 for changes with these impacts that nobody acknowledged; `none` never fails.",
)
@click.option(
    "--acknowledge", is_flag=True, help="Write a file in changes/ for what fails; its reasons are yours to fill in."
)
@click.pass_obj
def command(
    directory: Path,
    *,
    base: str | None,
    head: str | None,
    merge_base: bool,
    style: str,
    fail_on: frozenset[str] | None,
    acknowledge: bool,
) -> int:
    """Tell what changed in the definitions between two states, by identity and by meaning.

    Without arguments: from the common ancestor with the default branch to the files on disk. BASE alone: from that
    revision to the files on disk. BASE HEAD, or BASE..HEAD: between two revisions; BASE...HEAD from their common
    ancestor. Nothing in Git is written or checked out.
    """
    from gnomon.changes import Impact
    from gnomon.commands.comparison import compare_states

    comparison = compare_states(directory, base, head, merge_base=merge_base)
    impacts = frozenset(Impact(word) for word in fail_on) if fail_on is not None else None
    drafted = _acknowledge(directory, comparison, impacts) if acknowledge else None
    renderer = importlib.import_module(FORMATS[style])
    # What programs read has lines of any length.
    blocks = renderer.render(comparison, options.terminal_columns()) if style == "full" else renderer.render(comparison)
    for block in blocks:
        click.echo(block)
    fails = comparison.fails(impacts)
    # What could not be read has to be mended first; two revisions are not the files that an acknowledgement joins.
    is_advised = style == "full" and not acknowledge and not comparison.not_comparable
    if drafted is not None:
        click.echo(drafted, err=True)
    elif impacts is not None and fails and is_advised and comparison.head.commit is None:
        click.echo(f"This fails. {_advice(comparison, impacts)}", err=True)
    return int(fails)


def _advice(comparison: Comparison, impacts: frozenset[Impact]) -> str:
    """Say what to do about a change that fails and is meant."""
    from gnomon.changes.acknowledging import new_acknowledgements
    from gnomon.render.terminal import clean

    added = new_acknowledgements(comparison.base, comparison.head)
    drafts = {entry.fingerprint: entry.path for entry in added if not entry.is_complete}
    paths = {drafts.get(change.fingerprint, "") for change in comparison.undecided(impacts)}
    if "" in paths:
        return "`gnomon diff --acknowledge` drafts an acknowledgement of what is meant."
    return f"If it is meant, fill in the reasons and decisions in {clean(', '.join(sorted(paths)))}."


def _acknowledge(directory: Path, comparison: Comparison, impacts: frozenset[Impact] | None) -> str:
    """Draft an acknowledgement of what fails; say what was written."""
    from gnomon.changes import Impact
    from gnomon.editing.drafting import draft
    from gnomon.sources import find_repository

    if comparison.head.commit is not None:
        raise click.UsageError("--acknowledge writes into the files on disk: give no HEAD")
    wanted = impacts if impacts is not None else frozenset(Impact)
    path = draft(find_repository(directory), comparison, wanted)
    return f"wrote {path}: fill in the reasons and decisions" if path else "nothing to acknowledge"
