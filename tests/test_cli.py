"""The command line as programs and people meet it: exit status, streams, colours, and nothing hostile on a terminal."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import gnomon as package
from gnomon import listing
from gnomon.cli import COMMANDS, execute

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[..., Path]
    Gnomon = Callable[..., tuple[int, str, str]]

TOOLS = Path(package.__file__).parent.parent
METRICS = """\
A: {unit: mmag, description: Scatter of the magnitudes of bright stars over visits., tags: [stars]}
B: {unit: '', description: Number of the stars that are matched to a catalogue.}
"""
SPECS = "name: A.s\nthreshold: {operator: '<=', value: 5, unit: mmag}\n"
SOUND: dict[str, str | bytes] = {"metrics/p.yaml": METRICS, "specs/p/a.yaml": SPECS}
FAULTY: dict[str, str | bytes] = {**SOUND, "specs/p/b.yaml": "name: A.t\nbase: '#gone'\n"}
EVERY_OUTPUT = [
    ["check"],
    ["check", "--format", "concise"],
    ["check", "--format", "json"],
    ["check", "--format", "github"],
    ["check", "--format", "sarif"],
    ["check", "--statistics"],
    ["list"],
    ["list", "specs"],
    ["list", "partials"],
    ["list", "packages"],
    ["list", "tags"],
    ["list", "specs", "--format", "json"],
    ["show", "p.A"],
    ["show", "p.A.s"],
    ["show", "p.A.t"],
    ["show", "p.A.s", "--format", "json"],
    ["show", "p.A.s", "--format", "yaml"],
    ["export"],
    ["export", "--format", "yaml"],
    ["export", "--format", "lsst"],
]


def environment(**variables: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(TOOLS), **variables}


def start(*arguments: str, cwd: Path, **variables: str) -> tuple[int, str, str]:
    """Run the command as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "gnomon", *arguments],
        cwd=cwd,
        env=environment(**variables),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def start_on_terminal(*arguments: str, cwd: Path, **variables: str) -> tuple[str, str]:
    """Run the command with a terminal for both of its streams; give what it writes to each."""
    written = []
    ends = [pty.openpty() for _ in range(2)]
    process = subprocess.Popen(
        [sys.executable, "-m", "gnomon", *arguments],
        cwd=cwd,
        env=environment(**variables),
        stdin=subprocess.DEVNULL,
        stdout=ends[0][1],
        stderr=ends[1][1],
    )
    for reader, writer in ends:
        os.close(writer)
        content = b""
        while True:
            try:
                chunk = os.read(reader, 65536)
            except OSError:  # the other end is closed
                break
            if not chunk:
                break
            content += chunk
        os.close(reader)
        written.append(content.decode())
    process.wait()
    return written[0], written[1]


# The width of a terminal


@pytest.mark.parametrize("arguments", [["check"], ["show", "p.A.s"]], ids=" ".join)
def test_lines_fit_the_terminal_and_are_whole_elsewhere(tree: Callable[..., Path], arguments: list[str]) -> None:
    root = tree(
        {
            "metrics/p.yaml": f"A: {{unit: mmag, description: {'Scatter of magnitudes. ' * 8}, lable: a}}\n",
            "specs/p/base.yaml": f"id: base\nmetadata_query: {{camera: {'hsc' * 10}}}\n",
            "specs/p/a.yaml": "name: s\nmetric: A\nbase: base#base\nthreshold: {operator: '<', value: 5, unit: mmag}\n",
        }
    )
    on_terminal, _ = start_on_terminal(*arguments, cwd=root, TERM="xterm", NO_COLOR="1", COLUMNS="80")
    _, elsewhere, _ = start(*arguments, cwd=root, COLUMNS="80")
    assert max(map(len, on_terminal.splitlines())) <= 80 < max(map(len, elsewhere.splitlines()))


@pytest.mark.parametrize("arguments", [["diff", "HEAD~1", "HEAD"], ["log", "p"]], ids=" ".join)
def test_lines_of_changes_fit_the_terminal_and_are_whole_elsewhere(
    commit: Callable[..., Path], arguments: list[str]
) -> None:
    words = "Scatter of the magnitudes of bright stars. " * 4
    heirs = "".join(f"---\nname: A.{'s' * 20}{number}\nbase: A.r\n" for number in range(9))
    limit = "name: A.r\nthreshold: {operator: '<', value: %s, unit: mmag}\n"
    commit({"metrics/p.yaml": f"A: {{unit: mmag, description: {words}}}\n", "specs/p/a.yaml": limit % 5 + heirs})
    metrics = f"A: {{unit: mmag, description: {words}More.}}\n"
    root = commit({"metrics/p.yaml": metrics, "specs/p/a.yaml": limit % 6 + heirs})
    on_terminal, _ = start_on_terminal(*arguments, cwd=root, TERM="xterm", NO_COLOR="1", COLUMNS="80")
    _, elsewhere, _ = start(*arguments, cwd=root, COLUMNS="80")
    assert max(map(len, on_terminal.splitlines())) <= 80 < max(map(len, elsewhere.splitlines()))
    assert on_terminal.split() == elsewhere.split()


# Exit status and streams


@pytest.mark.parametrize(
    ("files", "arguments", "status"),
    [
        (SOUND, ["check"], 0),
        (FAULTY, ["check"], 1),
        (FAULTY, ["check", "--rev", "no-such-revision"], 2),
        (SOUND, ["show", "p.A.s"], 0),
        (FAULTY, ["show", "p.A.t"], 1),
        (SOUND, ["show", "p.A.gone"], 2),
    ],
    ids=["check-fine", "check-findings", "check-cannot", "show-fine", "show-unresolved", "show-cannot"],
)
def test_exit_status_of_a_process(tree: Make, files: dict[str, str], arguments: list[str], status: int) -> None:
    found, out, err = start(*arguments, cwd=tree(files))
    assert found == status
    assert "Traceback" not in err
    assert (bool(out), bool(err)) == (status < 2, status == 2)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ("list", 1),
        ("list specs", 1),
        ("show p.A", 0),
        ("show p.A.s", 0),
        ("export", 1),
        ("rule", 0),
        ("rule yaml-syntax", 0),
        ("rule no-such-rule", 2),
        ("--help", 0),
        ("--version", 0),
        ("check --help", 0),
        ("check --fail-on none", 0),
        ("check --fail-on sometimes", 2),
    ],
)
def test_exit_status(tree: Make, gnomon: Gnomon, arguments: str, status: int) -> None:
    assert gnomon(tree(FAULTY), *arguments.split())[0] == status


CANNOT_RUN = {
    "unknown-command": (["chekc"], "there is no command `chekc`; did you mean `check`?"),
    "strange-command": (["frobnicate"], "there is no command `frobnicate`"),
    "unknown-option": (["check", "--fromat", "json"], "--format"),
    "unknown-choice": (["check", "--format", "xml"], "'xml' is not one of 'full', 'concise', 'json'"),
    "missing-argument": (["show"], "NAME"),
    "unknown-name": (["show", "p.A.t"], "there is no definition `p.A.t`; did you mean `p.A.s`?"),
    "unknown-rule": (["check", "--select", "yaml-sintax"], "did you mean `yaml-syntax`?"),
    "unknown-path": (["check", "specs/q"], "no such file or folder: specs/q"),
    "path-outside": (["check", "/"], "/ is not in the repository"),
    "not-git": (["check", "--rev", "HEAD"], "is not in a Git repository"),
}


@pytest.mark.parametrize(("arguments", "told"), CANNOT_RUN.values(), ids=CANNOT_RUN)
def test_what_cannot_run_says_so_in_one_line(tree: Make, gnomon: Gnomon, arguments: list[str], told: str) -> None:
    status, out, err = gnomon(tree(SOUND), *arguments)
    assert (status, out) == (2, "")
    assert told in err
    assert re.fullmatch(r"error: .+\n", err)


def test_usage_errors_say_where_help_is(tree: Make, gnomon: Gnomon) -> None:
    assert gnomon(tree(SOUND), "show")[2].endswith(" (see `gnomon show --help`)\n")
    assert gnomon(tree(SOUND), "chekc")[2].endswith(" (see `gnomon --help`)\n")


@pytest.mark.parametrize(
    ("revision", "told"),
    [
        ("gone", "no such revision: gone; `git fetch` may bring it, `git log --oneline --all` lists what is here"),
        ("--upload-pack=x", "'--upload-pack=x' is not a revision; give a branch, a tag or a commit"),
        ("a b", "'a b' is not a revision; give a branch, a tag or a commit"),
        ("HEAD:metrics", "'HEAD:metrics' is not a revision; give a branch, a tag or a commit"),
        ("\x1b[5m", "'\\x1b[5m' is not a revision; give a branch, a tag or a commit"),
        ("", "'' is not a revision; give a branch, a tag or a commit"),
    ],
    ids=["unknown", "option", "space", "path", "escape", "empty"],
)
def test_revisions_that_are_none_are_refused(commit: Make, gnomon: Gnomon, revision: str, told: str) -> None:
    assert gnomon(commit(SOUND), "check", f"--rev={revision}") == (2, "", f"error: {told}\n")


@pytest.mark.parametrize("command", ["check", "list", "show x", "export"])
def test_a_folder_without_definitions_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert execute(command.split()) == 2
    assert capsys.readouterr() == (
        "",
        (
            f"error: no metrics repository at {tmp_path} or above it: it needs a folder `metrics/`, or a configuration "
            "in `gnomon.toml` or `[tool.gnomon]` of pyproject.toml (say where it is with -C DIR; `gnomon init` starts "
            "one)\n"
        ),
    )


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path, gnomon: Gnomon) -> None:
    assert gnomon(tmp_path / "gone", "check") == (2, "", f"error: no such folder: {tmp_path / 'gone'}\n")


def test_nothing_asked_for_shows_the_help(
    tree: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tree(SOUND))
    assert execute([]) == 2
    out, err = capsys.readouterr()
    assert (out, err.splitlines()[0]) == ("", "Usage: gnomon [OPTIONS] COMMAND [ARGS]...")


def test_warnings_are_no_part_of_the_result(tree: Make) -> None:
    status, out, err = start("export", cwd=tree(FAULTY))
    assert status == 1
    assert [entry["name"] for entry in json.loads(out)["specs"]] == ["p.A.s"]
    assert err == (
        "warning: 1 definition could not be resolved and is left out (see `gnomon check`):\n"
        "  p.A.t: specs/p/b.yaml:2:7: there is no partial `p:b#gone`\n"
    )


# Where it runs


def test_it_runs_from_any_folder_of_the_repository(tree: Make) -> None:
    root = tree({**SOUND, "specs/p/deep/er/c.yaml": "name: A.u\nfoo: 1\nbase: A.s\n"})
    expected = start("check", "--format", "concise", cwd=root)
    assert expected[0] == 1
    assert start("check", "--format", "concise", cwd=root / "specs" / "p" / "deep" / "er") == expected
    assert start("-C", "p/deep", "check", "--format", "concise", cwd=root / "specs") == expected
    assert start("-C", str(root), "check", "--format", "concise", cwd=root.parent) == expected


def test_the_nearest_repository_counts(tree: Make, gnomon: Gnomon) -> None:
    root = tree({**SOUND, "inner/gnomon.toml": "", "inner/metrics/q.yaml": METRICS, "inner/a/b": ""})
    assert "\nq " in gnomon(root / "inner" / "a", "list", "packages")[1]
    assert "\nq " not in gnomon(root, "list", "packages")[1]


# Failures of the machine, and ours


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
@pytest.mark.parametrize("path", ["specs/p/a.yaml", "specs/p", "gnomon.toml"])
def test_a_file_that_may_not_be_read_is_refused(tree: Make, gnomon: Gnomon, path: str) -> None:
    root = tree({**SOUND, "gnomon.toml": ""})
    (root / path).chmod(0)
    try:
        status, out, err = gnomon(root, "check")
    finally:
        (root / path).chmod(0o700)
    assert (status, out) == (2, "")
    assert re.fullmatch(rf"error: cannot read (the folder )?{path}: Permission denied\n", err)


def test_a_file_that_cannot_be_read_is_refused(tree: Make, gnomon: Gnomon, monkeypatch: pytest.MonkeyPatch) -> None:
    # As above, for root; the name is a stranger's.
    root = tree({**SOUND, "specs/p/\x1b[5m.yaml": SPECS})
    original = Path.open

    def refuse(self: Path, *mode: Any, **options: Any) -> Any:
        if self.name.startswith("\x1b"):
            raise PermissionError(13, "Permission denied", str(self))
        return original(self, *mode, **options)

    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setenv("FORCE_COLOR", "1")
    status, out, err = gnomon(root, "check")
    assert (status, out) == (2, "")
    assert err.endswith(": cannot read specs/p/\\x1b[5m.yaml: Permission denied\n")


def test_whoever_stops_reading_is_no_fault(tree: Make) -> None:
    root = tree({"metrics/p.yaml": "".join(f"M{n}: {{unit: '', description: {'x' * 500}.}}\n" for n in range(2000))})
    process = subprocess.Popen(
        [sys.executable, "-m", "gnomon", "export"],
        cwd=root,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == b"{\n"
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() in {0, 1}


def test_a_pipe_into_head_is_quiet(tree: Make) -> None:
    line = f"'{sys.executable}' -m gnomon rule --all | head -1"
    done = subprocess.run(
        ["sh", "-c", line], cwd=tree(SOUND), env=environment(), capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("yaml-syntax (error, yaml)\n", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_no_fault_of_ours(tree: Make, unbuffered: str) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "gnomon", "list"],
            cwd=tree(SOUND),
            env=environment() | {"PYTHONUNBUFFERED": unbuffered},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (2, "error: No space left on device\n")


def test_a_closed_output_is_no_fault_of_ours(tree: Make) -> None:
    done = subprocess.run(
        ["sh", "-c", f"'{sys.executable}' -m gnomon list >&-"],
        cwd=tree(SOUND),
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_fault_of_ours_says_what_to_report(tree: Make, gnomon: Gnomon, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise LookupError("the moon")

    monkeypatch.setattr(listing, "rows", broken)
    status, out, err = gnomon(tree(SOUND), "list")
    assert (status, out) == (3, "")
    assert err.startswith("Traceback (most recent call last):\n")
    assert "\nLookupError: the moon\n" in err
    last = err.splitlines()[-1]
    assert last.startswith("error: this is a fault of gnomon, not of your definitions. Please report it with")
    assert f"gnomon {package.__version__}" in last
    assert f"Python {sys.version_info.major}.{sys.version_info.minor}." in last


def test_a_fault_of_ours_is_the_exit_status_of_the_process(tree: Make) -> None:
    code = "from gnomon import cli, listing\nlisting.rows = lambda *_: 1 / 0\ncli.run(['list'])\n"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tree(SOUND), env=environment(), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert "ZeroDivisionError" in done.stderr


def test_an_interrupt_is_quiet(tree: Make, gnomon: Gnomon, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(listing, "rows", interrupted)
    assert gnomon(tree(SOUND), "list") == (130, "", "\n")


# Colours


@pytest.mark.parametrize("arguments", [["list"], ["show", "gone"]], ids=["result", "error"])
@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False)],
    ids=["default", "no-color", "no-color-empty", "both"],
)
def test_colours_on_a_terminal(
    tree: Make,
    arguments: list[str],
    variables: dict[str, str],
    coloured: bool,  # noqa: FBT001  # a column of the table
) -> None:
    written = "".join(start_on_terminal(*arguments, cwd=tree(SOUND), TERM="xterm", **variables))
    assert ("\x1b[" in written) is coloured


@pytest.mark.parametrize("arguments", [["list"], ["show", "gone"]], ids=["result", "error"])
@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
    ids=["default", "force-color", "both"],
)
def test_colours_in_a_pipe(
    tree: Make,
    arguments: list[str],
    variables: dict[str, str],
    coloured: bool,  # noqa: FBT001  # a column of the table
) -> None:
    _, out, err = start(*arguments, cwd=tree(SOUND), **variables)
    assert ("\x1b[" in out + err) is coloured


@pytest.mark.parametrize("arguments", EVERY_OUTPUT, ids=" ".join)
def test_no_output_has_colours_in_a_pipe(tree: Make, gnomon: Gnomon, arguments: list[str]) -> None:
    _, out, err = gnomon(tree(FAULTY), *arguments)
    assert out
    assert "\x1b" not in out + err


@pytest.mark.parametrize("style", ["json", "yaml"])
def test_no_colours_in_what_programs_read(
    tree: Make, gnomon: Gnomon, monkeypatch: pytest.MonkeyPatch, style: str
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" not in gnomon(tree(FAULTY), "export", "--format", style)[1]


# The same again


@pytest.mark.parametrize("arguments", [*EVERY_OUTPUT, ["rule"], ["rule", "--all", "--format", "json"]], ids=" ".join)
def test_every_output_is_the_same_twice(tree: Make, gnomon: Gnomon, arguments: list[str]) -> None:
    root = tree(FAULTY)
    assert gnomon(root, *arguments) == gnomon(root, *arguments)


@pytest.mark.parametrize("arguments", [["check", "--format", "json"], ["export"]], ids=" ".join)
def test_outputs_do_not_depend_on_hashes(tree: Make, arguments: list[str]) -> None:
    tags = ", ".join(f"tag{n}" for n in range(20))
    files = {
        "metrics/p.yaml": METRICS.replace("[stars]", f"[{tags}]"),
        "specs/p/a.yaml": f"id: x\ntags: [{tags}]\nmetadata_query: {{a: {{in: [{tags}]}}}}\n---\n"
        "name: A.s\nbase: ['#x', '#y', '#z']\nfoo: 1\nbar: 2\nthreshold: {operator: '=', value: x, unit: y}\n",
    }
    root = tree({**files, "specs/q/a.yaml": files["specs/p/a.yaml"]})
    first, second = (start(*arguments, cwd=root, PYTHONHASHSEED=seed) for seed in ("1", "2"))
    assert first == second


# Start-up


def loaded(*arguments: str, cwd: Path) -> set[str]:
    """Tell which of the costly modules a command imports."""
    code = (
        "import sys\n"
        "from gnomon.cli import execute\n"
        f"execute({list(arguments)!r})\n"
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=cwd, env=environment(), capture_output=True, text=True, check=True
    )
    return set(done.stderr.split()) & {"astropy", "numpy", "git", "gitdb", "jsonschema", "referencing", "yaml"}


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["check", "--help"]], ids=" ".join)
def test_help_imports_nothing_costly(tmp_path: Path, arguments: list[str]) -> None:
    assert loaded(*arguments, cwd=tmp_path) == set()


def test_known_units_do_not_import_astropy(tree: Make) -> None:
    root = tree(SOUND)
    start("check", cwd=root)
    assert loaded("check", cwd=root) & {"astropy", "numpy", "git"} == set()


# Help


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(tree: Make, gnomon: Gnomon, command: str) -> None:
    status, out, err = gnomon(tree(SOUND), command, "--help")
    assert (status, err) == (0, "")
    assert out.startswith(f"Usage: gnomon {command} [OPTIONS]")
    assert gnomon(tree(SOUND), command, "-h")[1] == out
    described = re.findall(r"^  (--?\S+.*)$", out.partition("\nOptions:\n")[2], re.MULTILINE)
    assert all(re.search(r"\s{2,}\S|^\S+ \[.*\]$", option) for option in described)


def test_help_lists_every_command(tree: Make, gnomon: Gnomon) -> None:
    out = gnomon(tree(SOUND), "--help")[1]
    listed = re.findall(r"^  ([a-z]+)  ", out.partition("Write definitions:\n")[2], re.MULTILINE)
    folder = Path(package.__file__).parent / "commands"
    assert listed == list(COMMANDS)
    assert sorted(listed) == sorted(
        path.stem for path in folder.glob("*.py") if path.stem not in {"__init__", "comparison", "options", "terms"}
    )


def test_version_is_shown(tree: Make, gnomon: Gnomon) -> None:
    status, out, err = gnomon(tree(SOUND), "--version")
    assert (status, err) == (0, "")
    assert re.fullmatch(rf"gnomon {re.escape(package.__version__)}( \(.+\))?\n", out)


# Strangers' text

OUR_STYLES = re.compile(r"\x1b\[(?:0|1|2|3[1-6])m")
# Blinking, a new title for the window, a C1 control, marks that turn the direction of writing, line separators.
EVIL = r"\e[5m\e]0;title\a\x9b5m\x7f\u202e\u2066\u200b\u2028\ufeff"
EVIL_NAME = "\x1b[5m\u202e"
HOSTILE: dict[str, str | bytes] = {
    "metrics/p.yaml": f"""\
A:
  unit: mmag
  description: "Scatter {EVIL}"
  tags: ["{EVIL}"]
  label: "{EVIL}"
  owner: ["{EVIL}"]
  reference: {{doc: "{EVIL}", url: "{EVIL}"}}
  deprecated: {{reason: "{EVIL}", replaced_by: "{EVIL}"}}
  "{EVIL}": 1
"B{EVIL}": {{unit: "{EVIL}", description: "{EVIL}"}}
""",
    "specs/p/a.yaml": f"""\
id: "x{EVIL}"
tags: ["{EVIL}"]
"{EVIL}": 1
---
name: A.s
base: "#x{EVIL}"
metadata_query: {{"{EVIL}": "{EVIL}", a: {{in: ["{EVIL}"]}}, b: {{"{EVIL}": 1}}}}
threshold: {{operator: "<", value: 5, unit: mmag}}
---
name: "A.s{EVIL}"
threshold: {{operator: "{EVIL}", value: "{EVIL}", unit: "{EVIL}"}}
---
name: A.t
base: ["#gone{EVIL}", "A.{EVIL}", "{EVIL}"]
""",
    f"specs/p/{EVIL_NAME}.yaml": "name: A.u\nbase: A.s\nfoo: 1\n",
    f"specs/q{EVIL_NAME}/a.yaml": f"name: A.s\nfoo: 1\n{SPECS.partition(chr(10))[2]}",
    f"specs/{EVIL_NAME}.yaml": "misplaced: 1\n",
    "gnomon.toml": 'ignore = ["\\u001b[5m\\u202e"]\n"\\u001b[5m\\u202e" = 1\n',
}


def harmful(text: str) -> set[str]:
    """Give the characters that control a terminal or turn the direction of writing, other than our own styles."""
    own = OUR_STYLES.sub("", text).replace("\n", "")
    return {char for char in own if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}}


@pytest.mark.parametrize("arguments", EVERY_OUTPUT, ids=" ".join)
def test_nothing_hostile_reaches_the_terminal(
    tree: Make, gnomon: Gnomon, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # or click would strip what it takes for styles
    _, out, err = gnomon(tree(HOSTILE), *arguments)
    assert out
    assert harmful(out + err) == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "A.s"],  # of two packages
        ["show", "p.A.ss"],
        ["show", "#x"],
        ["show", "p.B"],
        ["list", "--package", "q"],
        ["list", "--metric", "B"],
        ["show", "\x1b[5m"],
        ["check", "--select", "\x1b[5m"],
        ["check", "\x1b[5m"],
        ["\x1b[5m"],
        ["list", "specs", "--applies", "\x1b[5m={"],
        ["check", "--rev", "\u202e"],
    ],
    ids=ascii,
)
def test_nothing_hostile_is_in_an_error(
    tree: Make, gnomon: Gnomon, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    status, out, err = gnomon(tree(HOSTILE), *arguments)
    assert (status, out) == (2, "")
    assert harmful(err) == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", "--format", "json"],
        ["show", "A.t"],
        ["show", "A.t", "--format", "yaml"],
        ["list"],
        ["export"],
        ["export", "--format", "yaml"],
    ],
    ids=" ".join,
)
def test_neither_file_names_nor_the_locale_need_be_utf8(tree: Make, arguments: list[str]) -> None:
    root = tree(SOUND)
    for path, text in (
        (b"specs/p/l\xfftin.yaml", "name: A.t\nbase: A.s\nfoö: é\nmetadata_query: {é: ö}\n"),
        (b"metrics/l\xfftin.yaml", METRICS),
    ):
        with open(os.fsencode(root) + b"/" + path, "wb") as file:  # noqa: PTH123  # bytes are no Path
            file.write(text.encode())
    status, out, err = start(*arguments, cwd=root)
    assert (status, err) == (int(arguments[0] == "check"), "")
    assert "\\udcff" in out.lower()
    if "json" in arguments or arguments == ["export"]:
        assert json.loads(out)
    for encoding in ("ascii", "latin-1", "utf-16"):
        assert start(*arguments, cwd=root, PYTHONIOENCODING=encoding) == (status, out, err)
