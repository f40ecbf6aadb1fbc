"""Read a page of docs/ and do what it says, in order, in a folder of its own.

What a fenced block is, its language tells:

- ``yaml``, ``toml``, ``python`` whose first line is a comment with nothing but a path: a file with that content (of
  pyproject.toml, its end);
- ``sh``: commands that must work; nothing is said about their output;
- ``console``: commands after ``$ ``, and exactly what they show; a line ``...`` stands for any lines;
- ``python``: statements; a ``text`` block right after it is what they print, and the value of the last, as in a
  notebook.

A comment ``<!-- not run: why -->`` before a block takes it out. What follows is run in the order of the page.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gnomon.cli import COMMANDS, execute

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).parent.parent / "docs"
EXAMPLE = DOCS / "example-project"
TOOLS = DOCS.parent / "tools"
_BLOCK = re.compile(
    r"^(?:<!-- (?P<note>not run: [^>]*) -->\n+)?```(?P<kind>[a-z]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
_PATH = re.compile(r"# ([\w./-]+\.(?:yaml|toml|py))\n")
_SHELL = set("|<>&;$*`")


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    kind: str
    text: str
    line: int
    is_run: bool
    follows: bool

    @property
    def path(self) -> str | None:
        """The file that it shows."""
        found = _PATH.match(self.text)
        return found[1] if found else None


def blocks(page: Path) -> Iterator[Block]:
    """Yield the fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    end = 0
    for match in _BLOCK.finditer(text):
        follows = not text[end : match.start()].strip()
        yield Block(
            match["kind"], match["text"], text.count("\n", 0, match.start("kind")) + 1, match["note"] is None, follows
        )
        end = match.end()


class Unavailable(Exception):  # noqa: N818  # not an error of the page
    """A command that this gnomon does not have yet."""


class Reader:
    """Somebody who does what a page says.

    Parameters
    ----------
    folder
        Where.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: dict[str, Any] = {"__name__": "page"}
        self.ran = 0

    def read(self, page: Path) -> None:
        """Do all that a page says; what it shows must come of it."""
        shown: str | None = None
        for block in blocks(page):
            where = f"{page.name}:{block.line}"
            if block.kind == "text" and block.follows and shown is not None:
                assert matches(shown, block.text), f"{where}: really shown is\n{shown}"
            shown = None
            if not block.is_run:
                continue
            if block.path is not None:
                self.write(block.path, block.text)
            elif block.kind == "python":
                shown = self.execute(block.text, where)
            elif block.kind == "console":
                self.type(block.text, where)
            elif block.kind == "sh":
                for command in block.text.replace("\\\n", " ").splitlines():
                    status, output = self.run(command)
                    assert status == 0, f"{where}: {command}\n{output}"

    def write(self, path: str, text: str) -> None:
        """Write a file that a page shows; pyproject.toml may have content already, and the example project is whole."""
        if (EXAMPLE / path).exists():
            shutil.copytree(EXAMPLE, self.folder, dirs_exist_ok=True)
            return
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        before = target.read_text(encoding="utf-8") + "\n" if path == "pyproject.toml" and target.exists() else ""
        target.write_text(before + text, encoding="utf-8")

    def execute(self, code: str, where: str) -> str:
        """Run statements one after the other; give what they print, and the value of the last."""
        self.ran += 1
        printed = io.StringIO()
        body = ast.parse(code, where).body
        before = Path.cwd()
        os.chdir(self.folder)
        try:
            with contextlib.redirect_stdout(printed):
                for node in body:
                    if node is body[-1] and isinstance(node, ast.Expr):
                        value = eval(compile(ast.Expression(node.value), where, "eval"), self.names)  # noqa: S307  # our own page
                        if value is not None:
                            print(repr(value))  # noqa: T201  # as a notebook does
                    else:
                        exec(compile(ast.Module([node], []), where, "exec"), self.names)  # noqa: S102  # our own page
        finally:
            os.chdir(before)
        return printed.getvalue()

    def type(self, session: str, where: str) -> None:
        """Type the commands of a session, and compare what is shown."""
        for command, expected in re.findall(r"^\$ ((?:.*\\\n)*.*\n)((?:(?!\$ ).*\n)*)", session, re.MULTILINE):
            _, output = self.run(command.replace("\\\n", ""))
            assert matches(output, expected), f"{where}: {command}really shows\n{output}"

    def run(self, command: str) -> tuple[int, str]:
        """Run a command; gnomon's own in this process, since starting it takes longer than most of its work."""
        self.ran += 1
        words = shlex.split(command, comments=True)
        if not words:
            return 0, ""
        if words[0] == "gnomon" and not _SHELL & set(command):
            if words[1] in {"report", "job", "docs"} - set(COMMANDS):
                raise Unavailable(f"gnomon {words[1]}")
            shown = io.StringIO()
            with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
                status = execute(["-C", str(self.folder), *words[1:]])
            return status, shown.getvalue()
        done = subprocess.run(  # noqa: S602  # the commands of our own page
            f'gnomon() {{ "{sys.executable}" -m gnomon "$@"; }}; '
            f'pytest() {{ "{sys.executable}" -m pytest -p no:cacheprovider -p gnomon.testing "$@"; }}; {command}',
            shell=True,
            executable="bash",
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(TOOLS), "COLUMNS": "100"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout


def matches(shown: str, expected: str) -> bool:
    """Tell whether a text is the expected one, in which lines ``...`` stand for any lines."""
    lines = ["(?:.*\n)*" if line.strip() == "..." else re.escape(line) + "\n" for line in expected.splitlines()]
    laid_out = "".join(line.rstrip() + "\n" for line in shown.rstrip().splitlines())
    return re.fullmatch("".join(lines), laid_out) is not None
