"""Options and behaviour that several commands share."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.registry import Registry

_PATIENCE = 1.0  # seconds before progress is worth showing

_Command = Callable[..., Any]

revision = click.option("--rev", "revision", metavar="REV", help="Read the definitions of a Git revision.")


def output_format(*choices: str, text: str) -> Callable[[_Command], _Command]:
    """Make the option ``--format``, given to the command as `style`; the first choice is the default."""
    return click.option(
        "--format", "style", type=click.Choice(choices), default=choices[0], show_default=True, help=text
    )


def tell(kind: Literal["note", "warning"], message: str) -> None:
    """Say on standard error what is no result, but belongs to it."""
    from gnomon.render.terminal import clean

    label = click.style(kind, fg={"note": "cyan", "warning": "yellow"}[kind], bold=True)
    click.echo(f"{label}: {clean(message)}", err=True)


@contextlib.contextmanager
def progress(label: str = "Reading definitions") -> Iterator[Callable[[int, int], None]]:
    """Show a bar on a terminal for what takes longer than a second.

    Yields
    ------
    callable
        To be called with the number of files done and of all.
    """
    began = time.monotonic()
    bar = None

    def advance(done: int, total: int) -> None:
        nonlocal bar
        if bar is None:
            if time.monotonic() - began < _PATIENCE or not sys.stderr.isatty():
                return
            bar = click.progressbar(length=total, label=label, file=sys.stderr)
            bar.__enter__()
        bar.update(done - bar.pos)

    try:
        yield advance
    finally:
        if bar is not None:
            bar.__exit__(None, None, None)


def terminal_columns() -> int | None:
    """Give the width of the terminal that output goes to, or None where it goes elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def load_registry(directory: Path, revision: str | None = None) -> Registry:
    """Load the definitions that a user asks for."""
    from gnomon.loader import load
    from gnomon.opening import open_source

    with progress() as advance, open_source(directory, revision) as source:
        return load(source, rules=rule_names(), progress=advance)


def rule_names() -> frozenset[str]:
    """Give the names of all rules that a configuration may name."""
    from gnomon.changes import DIFF_CATALOGUE
    from gnomon.rules import CATALOGUE

    return frozenset(CATALOGUE) | frozenset(DIFF_CATALOGUE)


def warn_unresolved(registry: Registry) -> int:
    """Say on standard error what could not be resolved; give the exit status."""
    from gnomon.render.terminal import clean, plural

    if not registry.unresolved:
        return 0
    count = len(registry.unresolved)
    told = f"{plural(count, 'definition')} could not be resolved and {'is' if count == 1 else 'are'} left out"
    tell("warning", f"{told} (see `gnomon check`):")
    for name in sorted(registry.unresolved):
        click.echo(f"  {clean(name)}: {clean(registry.why_unresolved(name))}", err=True)
    return 1


def within(directory: Path, paths: tuple[Path, ...], known: set[str]) -> Callable[[str], bool]:
    """Make a test for paths that are wanted, which are relative to Git's top level or the metrics repository.

    Parameters
    ----------
    known
        Paths of the files that were read: one of them need not be on disk, since a revision may have been read.
    """
    from gnomon.sources import find_repository, git_top_level

    root = find_repository(directory)
    top = git_top_level(root) or root
    wanted = []
    for path in paths:
        # normpath, not resolve: a link is found under its own name.
        absolute = Path(os.path.normpath(directory.resolve() / path))
        if not absolute.is_relative_to(top):
            absolute = absolute.resolve()
        if not absolute.is_relative_to(top):
            raise click.UsageError(f"{path} is not in the repository {top}")
        name = absolute.relative_to(top).as_posix()
        if not os.path.lexists(absolute) and not any(_is_in(found, name) for found in known):
            raise click.UsageError(f"no such file or folder: {path}")
        wanted.append(name)
    return lambda found: any(_is_in(found, name) for name in wanted)


def _is_in(path: str, folder: str) -> bool:
    return folder in {".", path} or path.startswith(folder + "/")


def require_name(text: str, role: str) -> None:
    """Refuse what cannot be a name, or a part of one.

    Parameters
    ----------
    role
        What it is to be, for the message.
    """
    from gnomon import limits
    from gnomon.names import PART

    if not PART.fullmatch(text) or len(text) > limits.MAX_NAME:
        allowed = "letters, digits, `_`, `-` and `+`, beginning with a letter, digit or `_`"
        raise click.UsageError(f"`{text}` cannot be {role}: {allowed}")
