"""``gnomon init``: start a metrics repository."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import click

from gnomon.commands import options

_MORE = {"kept": "; add to it:", "left": ", which belongs at Git's top level; put there:"}


@click.command("init")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--package", metavar="NAME", help="Begin with an example metric and its specifications in this package.")
@click.option("--no-github", is_flag=True, help="Without the workflow that tells what pull requests change.")
@click.option("--no-pre-commit", is_flag=True, help="Without the hooks for pre-commit.")
@click.pass_obj
def command(directory: Path, *, folder: Path | None, package: str | None, no_github: bool, no_pre_commit: bool) -> int:
    """Start a metrics repository in DIR, or where gnomon was started.

    Made are settings, folders for metrics, specifications and acknowledged changes with a few words in each, hooks for
    pre-commit, a workflow for pull requests on GitHub, and the settings by which VS Code checks definitions. A file
    that is there is never touched; what it lacks is shown.
    """
    from gnomon.editing.starting import require_outside, start
    from gnomon.errors import RepositoryError
    from gnomon.render.terminal import clean

    if package is not None:
        options.require_name(package, "the name of a package")
    if not directory.is_dir():
        raise RepositoryError(f"no such folder: {directory}")
    where = Path(os.path.realpath(directory / folder if folder is not None else directory))
    try:
        if where.exists() and not where.is_dir():
            raise RepositoryError(f"{where} is no folder")
        if folder is None:
            require_outside(where)
    except OSError as error:  # such as a name that is too long
        raise RepositoryError(f"cannot start a repository in {where}: {error.strerror}") from error
    had_some = any(where.glob("metrics/*.y*ml"))
    for step in start(where, package, with_github=not no_github, with_pre_commit=not no_pre_commit):
        click.echo(clean(f"{step.what}  {step.path}{_MORE[step.what] if step.lines else ''}"))
        for line in step.lines:
            click.echo(f"        {clean(line)}".rstrip())
    call = "gnomon" if where == Path.cwd() else f"gnomon -C {shlex.quote(os.path.relpath(where))}"
    following = ["new metric PACKAGE.METRIC --unit UNIT --description TEXT", "check"]
    if had_some:
        following = ["check --statistics", "check --fix"]
    if package is not None:
        following = ["check", f"list specs --package {package}"]
    click.echo("\n".join(["", "Next:", *(f"  {call} {arguments}" for arguments in following)]))
    return 0
