"""The command ``gnomon``: parse arguments, call a command, decide the exit status.

Exit status: 0 fine, 1 findings, 2 cannot run, 3 a fault of gnomon.
"""

from __future__ import annotations

import errno
import gc
import importlib
import os
import sys
from pathlib import Path
from typing import Any

import click

from gnomon.errors import GnomonError

_SECTIONS = {
    "Write definitions": {
        "init": "Start a metrics repository.",
        "new": "Add a metric or a specification.",
        "check": "Find every fault in the definitions, and mend what can be mended.",
        "rule": "Explain a rule of the check or the diff, or list them all.",
        "fmt": "Lay files of definitions out: white space, and nothing else.",
    },
    "Read them": {
        "list": "List metrics, specifications, partials, packages or tags.",
        "show": "Show what a definition means, and where each of its values comes from.",
        "export": "Write all definitions, resolved, for other programs.",
        "docs": "Build the site of the definitions, or tell whether it is out of date.",
    },
    "Change them": {
        "diff": "Tell what a change of the definitions breaks, tightens or weakens.",
        "log": "Tell the history of a definition, as its meaning changed.",
        "changelog": "Write what changed in the definitions between two releases.",
    },
    "Test measurements": {
        "report": "Tell whether jobs met the specifications, and by how much.",
        "job": "Merge, look into and enrich job files: the measurements of pipeline runs.",
    },
}
COMMANDS = {name: text for commands in _SECTIONS.values() for name, text in commands.items()}
FINDINGS, CANNOT_RUN, OUR_FAULT, INTERRUPTED = 1, 2, 3, 130
PIPE_CLOSED = 141  # as a shell says of a program that SIGPIPE ended
_NOT_OUR_FAULT = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG, errno.EBADF})


class _Commands(click.Group):
    """Commands that are imported when they are called: ``--help`` costs no more than click."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's signature
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"gnomon.commands.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS:
            from gnomon.names import closest, with_guess  # noqa: PLC0415  # only for mistakes

            ctx.fail(with_guess(f"there is no command `{args[0]}`", closest(args[0], COMMANDS)))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # click's signature
        widest = max(map(len, COMMANDS))
        for title, commands in _SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(widest), text) for name, text in commands.items()])


def _print_version(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:  # noqa: FBT001  # click's signature
    if value and not ctx.resilient_parsing:
        from gnomon.build_info import describe  # noqa: PLC0415  # only for this option

        click.echo(describe())
        ctx.exit()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "-C", "directory", metavar="DIR", type=click.Path(path_type=Path), default=Path(), help="Run as if started in DIR."
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Show the version and exit.",
)
@click.pass_context
def main(ctx: click.Context, directory: Path) -> None:
    """Check, explain and compare the metric definitions of science pipelines.

    The definitions are those of the metrics repository that DIR or the working directory is in: the nearest folder
    upward with `metrics/` or a configuration.

    Exit status: 0 fine, 1 findings, 2 cannot run, 3 a fault of gnomon.
    """
    ctx.obj = directory
    ctx.color = _colour()


def _colour() -> bool | None:
    """Tell whether to colour output: None leaves it to whether that is a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    return True if os.environ.get("FORCE_COLOR") else None


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and exit."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            # A file name that is no UTF-8 must not end the program that reports it; what is no terminal gets UTF-8, as
            # JSON must be, whatever the locale.
            getattr(stream, "reconfigure", lambda **_: None)(
                encoding=None if stream.isatty() else "utf-8", errors="backslashreplace"
            )
    # Nodes make no cycles, and looking for some in a hundred thousand of them is a fifth of a check.
    gc.disable()
    status = execute(arguments)
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        # A closed pipe or a full disk: what Python would still flush at its end goes nowhere, or it would end with 120.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)


def execute(arguments: list[str] | None = None) -> int:
    """Run a command and give its exit status."""
    try:
        status: Any = main.main(args=arguments, prog_name="gnomon", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help(), err=True)
        return CANNOT_RUN
    except click.UsageError as error:
        where = f" (see `{error.ctx.command_path} --help`)" if error.ctx is not None else ""
        return _refuse(error.format_message().rstrip(".") + where)
    except click.ClickException as error:
        return _refuse(error.format_message())
    except GnomonError as error:
        return _refuse(str(error))
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        return PIPE_CLOSED
    except Exception as error:  # noqa: BLE001  # the last resort: tell what to report
        if isinstance(error, OSError) and error.errno in _NOT_OUR_FAULT:
            return _refuse(os.strerror(error.errno or 0))
        _report_our_fault()
        return OUR_FAULT
    return status if isinstance(status, int) else 0


def _refuse(message: str) -> int:
    """Say in one line why this cannot be done."""
    from gnomon.render.terminal import clean  # noqa: PLC0415  # only for mistakes

    label = click.style("error", fg="red", bold=True)
    click.echo(f"{label}: {clean(' '.join(message.split()))}", err=True, color=_colour())
    return CANNOT_RUN


def _report_our_fault() -> None:
    import platform  # noqa: PLC0415  # only for this message
    import traceback  # noqa: PLC0415

    from gnomon.build_info import describe  # noqa: PLC0415

    traceback.print_exc()
    click.echo(
        f"\n{click.style('error', fg='red', bold=True)}: this is a fault of gnomon, not of your definitions. "
        "Please report it with the text above and: "
        f"{describe()}, Python {platform.python_version()}, {platform.platform()}",
        err=True,
        color=_colour(),
    )
