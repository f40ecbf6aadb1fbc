"""``gnomon fmt``: lay files of definitions out."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gnomon.commands import options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.editing.files import LaidOut

_STANDARD_INPUT = Path("-")
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@click.command("fmt")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--check", is_flag=True, help="Write nothing; tell which files are not laid out, and exit with 1.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change, and exit with 1 if anything would.")
@click.pass_obj
def command(directory: Path, *, paths: tuple[Path, ...], check: bool, diff: bool) -> int:
    """Lay files of definitions out: indentation, blank lines, the space around values and comments.

    Only white space is changed, never a value, a comment or the order of things: each file is read again before it is
    written, and must say the same. Without PATHS all files of the repository are laid out; with `-` standard input is,
    and goes to standard output. Exit status: 0 done, 1 something to lay out (with --check or --diff), 2 a file cannot
    be read.
    """
    if _STANDARD_INPUT in paths:
        if len(paths) > 1 or check or diff:
            raise click.UsageError("`-` stands alone: gnomon fmt - < FILE")
        return _filter()
    from gnomon.editing.files import definition_files, lay_out_file
    from gnomon.editing.places import put
    from gnomon.opening import open_source
    from gnomon.sources import find_repository

    root = find_repository(directory)
    is_dry = check or diff
    changed = refused = sound = 0
    with options.progress("Laying out") as advance, open_source(directory) as source:
        files = definition_files(source)
        if paths:
            is_within = options.within(directory, paths, {source.prefix + file.path for file in files})
            files = [file for file in files if is_within(source.prefix + file.path)]
        for index, file in enumerate(files):
            advance(index, len(files))
            result = lay_out_file(source, file)
            refused += result.is_refused
            changed += result.is_changed
            sound += not (result.is_refused or result.is_changed)
            _complain(result)
            if result.is_changed:
                if not is_dry:
                    put(root, file.path, result.after)
                _tell(result, is_dry=is_dry, diff=diff)
    click.echo(_summary(changed, sound, refused, is_dry=is_dry), err=diff)
    return 2 if refused else int(is_dry and changed > 0)


def _filter() -> int:
    """Lay standard input out."""
    from gnomon.editing.files import lay_out_file
    from gnomon.sources import Memory, SourceFile

    content = sys.stdin.buffer.read()
    result = lay_out_file(Memory({"<stdin>": content}), SourceFile("<stdin>", len(content)))
    _complain(result)
    if result.is_refused:
        return 2
    click.echo(result.after, nl=False)
    return 0


def _complain(result: LaidOut) -> None:
    from gnomon.render.terminal import clean

    label = click.style("error", fg="red", bold=True)
    for fault in result.faults:
        click.echo(f"{clean(str(fault.place))}: {label}: {clean(fault.message)} [{fault.rule}]", err=True)
    if result.refusal is not None:
        click.echo(f"{clean(result.path)}: {label}: it is left as it is: {clean(result.refusal)}", err=True)


def _tell(result: LaidOut, *, is_dry: bool, diff: bool) -> None:
    from gnomon.render.terminal import clean

    if not diff:
        click.echo(f"{'Would lay out' if is_dry else 'Laid out'} {clean(result.path)}")
        return
    for line in _diff(result):
        click.echo(line)


def _diff(result: LaidOut) -> Iterator[str]:
    """Yield the lines of a unified diff; line ends and byte order marks, which nobody sees, are told in words."""
    from gnomon.render.terminal import expand

    before, after = (content.decode("utf-8").removeprefix("\ufeff") for content in (result.before, result.after))
    lines = list(
        difflib.unified_diff(before.splitlines(), after.splitlines(), result.path, result.path, lineterm="", n=2)
    )
    for line in lines:
        yield click.style(expand(line), fg=_COLOURS.get(line[:1]))
    if not lines:
        yield f"{expand(result.path)}: only its line ends, its last line end or its byte order mark would change"


def _summary(changed: int, sound: int, refused: int, *, is_dry: bool) -> str:
    from gnomon.render.terminal import plural

    parts = [f"{plural(changed, 'file')} {'would be laid out' if is_dry else 'laid out'}"] if changed else []
    parts += [f"{plural(sound, 'file')} {'is' if sound == 1 else 'are'} laid out already"] if sound else []
    parts += [f"{plural(refused, 'file')} cannot be"] if refused else []
    return f"{', '.join(parts) or 'No files to lay out'}."
