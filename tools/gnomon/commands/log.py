"""``gnomon log``: the history of a definition, as its meaning changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gnomon.commands import options

if TYPE_CHECKING:
    from pathlib import Path

    from gnomon.git import GitRepository


@click.command("log")
@click.argument("name", metavar="NAME|PACKAGE")
@options.output_format("text", "json", text="How to write it.")
@click.pass_obj
def command(directory: Path, *, name: str, style: str) -> int:
    """Tell every commit at which the meaning of a definition changed, newest first.

    NAME is a metric or specification by its full name, also one that is gone; PACKAGE tells all of a package. Commits
    that cannot be read are told and passed over; only first parents are followed, so that a merge is one step.
    """
    from gnomon.changes.history import history
    from gnomon.errors import UsageError
    from gnomon.git import GitRepository
    from gnomon.render import history as render

    if name.count(".") > 2 or not all(name.split(".")):  # noqa: PLR2004  # package.metric.spec
        raise UsageError(f"`{name}` is no name; write package, package.metric or package.metric.spec")
    package = name.partition(".")[0]
    with GitRepository(directory) as repository, options.progress("Reading commits") as advance:
        full = name if "." in name else None
        steps = history(repository, directory, package, full, rules=options.rule_names(), progress=advance)
        if not any(step.changes for step in steps):
            raise UsageError(f"there is and was no definition `{name}`; {_hint(directory, repository, name)}")
        if repository.is_shallow:
            told = "this clone is shallow, and what its oldest commit holds looks new"
            options.tell("note", f"{told}: `git fetch --unshallow` brings the rest")
    columns = options.terminal_columns()
    lines = [render.as_json(name, steps)] if style == "json" else render.as_text(name, steps, columns)
    click.echo("\n".join(lines))
    return 0


def _hint(directory: Path, repository: GitRepository, name: str) -> str:
    from gnomon.errors import RepositoryError
    from gnomon.git import CommitTree
    from gnomon.loader import load
    from gnomon.names import closest, did_you_mean

    try:
        registry = load(CommitTree(repository, "HEAD", directory))
    except RepositoryError:
        return "the last commit has no definitions at all"
    known = {*map(str, registry.metrics), *registry.specifications, *registry.packages}
    return did_you_mean(closest(name, known), "`gnomon list` shows what there is")
