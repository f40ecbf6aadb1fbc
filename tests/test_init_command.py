"""``gnomon init``: a repository to begin with, and nothing that is there is touched."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from conftest import git, state, write
from gnomon import __version__
from gnomon.editing.layout import lay_out
from test_workflows import PINNED

if TYPE_CHECKING:
    from collections.abc import Callable

    Gnomon = Callable[..., tuple[int, str, str]]

ROOT = Path(__file__).parent.parent
FILES = [
    *("gnomon.toml", "metrics/README.md", "specs/README.md", "changes/README.md", ".vscode/settings.json"),
    *(".pre-commit-config.yaml", ".github/workflows/definitions.yml"),
]
EXAMPLES = ["metrics/survey.yaml", "specs/survey/exampleScatter.yaml"]
NEXT = "\nNext:\n  gnomon new metric PACKAGE.METRIC --unit UNIT --description TEXT\n  gnomon check\n"
NEXT_EXAMPLE = "\nNext:\n  gnomon check\n  gnomon list specs --package survey\n"
CLEAN = "No findings in {} metric{}, {} specifications and 0 partials in {} package{}.\n"


def listed(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def told(what: str, paths: list[str]) -> str:
    return "".join(f"{what}  {path}\n" for path in paths)


def block(page: str, start: str) -> str:
    """Give the fenced block of a page of docs/ that begins so."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    bodies: list[str] = re.findall(r"^```\w+\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    (found,) = (body for body in bodies if body.startswith(start))
    return found


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Be in an empty folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_an_empty_folder_becomes_a_repository(here: Path, gnomon: Gnomon) -> None:
    assert gnomon(here, "init") == (0, told("made", FILES) + NEXT, "")
    assert listed(here) == sorted(FILES)
    assert gnomon(here, "check", "--fail-on", "note") == (0, CLEAN.format(0, "s", 0, 0, "s"), "")


def test_a_package_begins_with_an_example_that_is_sound(here: Path, gnomon: Gnomon) -> None:
    files = [*FILES[:5], *EXAMPLES, *FILES[5:]]
    assert gnomon(here, "init", "--package", "survey") == (0, told("made", files) + NEXT_EXAMPLE, "")
    assert listed(here) == sorted(files)
    assert gnomon(here, "check", "--fail-on", "note") == (0, CLEAN.format(1, "", 2, 1, ""), "")
    assert gnomon(here, "list", "specs", "--package", "survey")[1].splitlines()[1:3] == [
        "survey.exampleScatter.design    <= 5.0 mmag  requirement  design, example",
        "survey.exampleScatter.design_r  <= 5.0 mmag  filter=r     design, example",
    ]


def test_what_is_added_to_it_is_as_its_examples_are(here: Path, gnomon: Gnomon) -> None:
    gnomon(here, "init", "--package", "survey")
    head = (here / EXAMPLES[0]).read_text(encoding="utf-8").partition("\n")[0]
    assert head.startswith("# yaml-language-server: $schema=https://")
    described = "Number of the stars that are matched to the catalogue."
    assert gnomon(here, "new", "metric", "other.count", "--unit", "", "--description", described)[0] == 0
    assert (here / "metrics/other.yaml").read_text("utf-8").startswith(f"{head}\n\ncount:\n")
    assert gnomon(here, "check", "--fail-on", "note")[0] == 0


def test_the_folder_is_made_and_the_next_commands_say_where_it_is(here: Path, gnomon: Gnomon) -> None:
    following = NEXT.replace("  gnomon", "  gnomon -C 'a b/c'")
    assert gnomon(here, "init", "a b/c") == (0, told("made", FILES) + following, "")
    assert listed(here / "a b" / "c") == sorted(FILES)
    assert gnomon(here / "a b", "init", "d")[1].endswith(NEXT.replace("  gnomon", "  gnomon -C 'a b/d'"))


@pytest.mark.parametrize(
    ("flags", "left_out"),
    [
        (["--no-github"], {FILES[6]}),
        (["--no-pre-commit"], {FILES[5]}),
        (["--no-github", "--no-pre-commit"], {*FILES[5:]}),
    ],
)
def test_what_is_not_wanted_is_left_out(here: Path, gnomon: Gnomon, flags: list[str], left_out: set[str]) -> None:
    files = [path for path in FILES if path not in left_out]
    assert gnomon(here, "init", *flags) == (0, told("made", files) + NEXT, "")
    assert listed(here) == sorted(files)


# What is there


def test_a_second_time_nothing_is_touched(here: Path, gnomon: Gnomon) -> None:
    gnomon(here, "init", "--package", "survey")
    before = state(here)
    kept = told("kept", [*FILES[:5], "metrics/survey.yaml", *FILES[5:]])
    assert gnomon(here, "init", "--package", "survey") == (0, kept + NEXT_EXAMPLE, "")
    assert state(here) == before


def test_files_that_are_there_are_kept_and_what_they_lack_is_shown(here: Path, gnomon: Gnomon) -> None:
    mine = {path: f"mine: {path}\n" for path in [*FILES[1:], EXAMPLES[0]]}
    write(here, {**mine, "pyproject.toml": "[tool.gnomon]\n"})
    before = state(here)
    address = "https://raw.githubusercontent.com/gnomon-metrics/gnomon/main/tools/gnomon/schemas"
    out = f"""\
kept  pyproject.toml
kept  metrics/README.md
kept  specs/README.md
kept  changes/README.md
kept  .vscode/settings.json; add to it:
          "yaml.schemas": {{
            "{address}/metrics.schema.json": "metrics/*.yaml",
            "{address}/specification.schema.json": "specs/*/**/*.yaml",
            "{address}/vocabulary.schema.json": "specs/vocabulary.yaml"
          }}
kept  metrics/survey.yaml
kept  .pre-commit-config.yaml; add to it:
          - repo: https://github.com/gnomon-metrics/gnomon
            rev: v{__version__}
            hooks:
              - id: gnomon-check
                # args: [--since, origin/main] # where there are old faults: only what is new
              - id: gnomon-fmt
              - id: gnomon-diff
kept  .github/workflows/definitions.yml
{NEXT_EXAMPLE}"""
    assert gnomon(here, "init", "--package", "survey") == (0, out, "")
    assert state(here) == before


def test_where_there_are_definitions_the_next_command_judges_them(here: Path, gnomon: Gnomon) -> None:
    write(here, {"metrics/p.yaml": "A: {unit: mmag, description: Scatter of the magnitudes of stars.}\n"})
    assert gnomon(here, "init")[1].endswith("\nNext:\n  gnomon check --statistics\n  gnomon check --fix\n")


def test_a_pyproject_without_settings_of_gnomon_leaves_room_for_them(here: Path, gnomon: Gnomon) -> None:
    write(here, {"pyproject.toml": "[project]\n"})
    assert gnomon(here, "init")[1].startswith("made  gnomon.toml\n")


def test_links_and_folders_in_the_place_of_files_are_kept(here: Path, gnomon: Gnomon) -> None:
    (here / "gnomon.toml").symlink_to("nowhere")
    (here / ".pre-commit-config.yaml").mkdir()
    status, out, _ = gnomon(here, "init")
    assert status == 0
    assert "kept  gnomon.toml\n" in out
    assert "kept  .pre-commit-config.yaml; add to it:\n" in out
    assert not (here / "nowhere").exists()


def test_within_a_git_repository_what_belongs_at_its_top_is_shown_only(here: Path, gnomon: Gnomon) -> None:
    git(here, "init", "--quiet")
    made = told("made", FILES[:5])
    out = f"""\
{made}left  .pre-commit-config.yaml, which belongs at Git's top level; put there:
        repos:
          - repo: https://github.com/gnomon-metrics/gnomon
            rev: v{__version__}
            hooks:
              - id: gnomon-check
                entry: gnomon -C data/defs check
                # args: [--since, origin/main] # where there are old faults: only what is new
              - id: gnomon-fmt
                entry: gnomon -C data/defs fmt
                pass_filenames: false
              - id: gnomon-diff
                entry: gnomon -C data/defs diff
left  .github/workflows/definitions.yml, which belongs at Git's top level; put there:
"""
    status, shown, err = gnomon(here, "init", "data/defs")
    assert (status, err, shown.startswith(out)) == (0, "", True)
    assert listed(here / "data") == sorted(f"defs/{path}" for path in FILES[:5])
    assert not (here / ".github").exists()
    workflow = shown.removeprefix(out).partition("\nNext:")[0]
    (job,) = yaml.safe_load(workflow)["jobs"].values()
    assert job["steps"][-1]["with"] == {"directory": "data/defs"}


def test_at_the_top_of_a_git_repository_all_is_made(here: Path, gnomon: Gnomon) -> None:
    git(here, "init", "--quiet")
    assert gnomon(here, "init")[1] == told("made", FILES) + NEXT


# What is refused

NAME = (
    "the name of a package: letters, digits, `_`, `-` and `+`, beginning with a letter, digit or `_` "
    "(see `gnomon init --help`)"
)


def test_inside_another_metrics_repository_the_folder_must_be_named(here: Path, gnomon: Gnomon) -> None:
    write(here, {"metrics/p.yaml": "", "pipeline/x.py": ""})
    reason = f"{here}/pipeline is in the metrics repository {here}"
    inside = f"error: {reason}; `gnomon init .` starts one inside it all the same\n"
    before = state(here)
    assert gnomon(here / "pipeline", "init") == (2, "", inside)
    assert state(here) == before
    assert gnomon(here / "pipeline", "init", ".")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["init", "file"], "{here}/file is no folder"),
        (["init", "file/inner"], "cannot make the folder {here}/file/inner: Not a directory"),
        (["init", "x" * 300], "cannot start a repository in {here}/" + "x" * 300 + ": File name too long"),
        (["-C", "nowhere", "init"], "no such folder: nowhere"),
        (["init", "a", "b"], "Got unexpected extra argument (b) (see `gnomon init --help`)"),
        *((["init", "--package", name], f"`{name}` cannot be {NAME}") for name in ("a.b", "../x", "", "é", "-x")),
    ],
)
def test_what_cannot_be_started_is_refused_in_a_line(
    here: Path, gnomon: Gnomon, arguments: list[str], message: str
) -> None:
    write(here, {"file": ""})
    assert gnomon(here, *arguments) == (2, "", f"error: {message.format(here=here)}\n")
    assert listed(here) == ["file"]


@pytest.mark.parametrize("path", ["metrics", ".github/workflows"])
def test_nothing_is_written_through_links(here: Path, gnomon: Gnomon, path: str) -> None:
    elsewhere = here.parent / "elsewhere"
    elsewhere.mkdir()
    (here / path).parent.mkdir(exist_ok=True)
    (here / path).symlink_to(elsewhere)
    status, _, err = gnomon(here, "init")
    assert (status, listed(elsewhere)) == (2, [])
    assert err.endswith(f": {path} is a link, and nothing is written through links\n")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write into every folder")
def test_a_folder_that_is_not_writable_is_told(here: Path, gnomon: Gnomon) -> None:
    here.chmod(0o500)
    try:
        assert gnomon(here, "init") == (2, "", "error: cannot write gnomon.toml: Permission denied\n")
    finally:
        here.chmod(0o700)


# What the files say


@pytest.fixture
def started(here: Path, gnomon: Gnomon) -> Path:
    """Give a repository that was just started."""
    assert gnomon(here, "init", "--package", "survey")[0] == 0
    return here


def test_the_workflow_is_the_one_of_the_guide(started: Path) -> None:
    workflow = (started / FILES[6]).read_text(encoding="utf-8")
    assert workflow == block("pull-requests.md", "name: Definitions").replace("@v0.1.0", f"@v{__version__}")
    ((action, commit, version),) = re.findall(r"uses: (\S+)@(\S+) # (\S+)$", workflow, re.MULTILINE)
    assert PINNED[action] == (commit, version)


def test_the_workflow_fits_the_schema_of_github(started: Path) -> None:
    if importlib.util.find_spec("check_jsonschema") is None:
        pytest.skip("check-jsonschema is not installed")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    done = subprocess.run([*command, started / FILES[6]], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "ok -- validation done\n")


def test_the_hooks_are_those_that_are_offered(started: Path) -> None:
    offered = [hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))]
    text = (started / FILES[5]).read_text(encoding="utf-8")
    ((repository),) = yaml.safe_load(text)["repos"]
    assert [hook["id"] for hook in repository["hooks"]] == offered
    ((repository),) = yaml.safe_load(text.replace("# args", "args"))["repos"]
    assert repository["hooks"][0] == {"id": "gnomon-check", "args": ["--since", "origin/main"]}
    assert text == block("your-own-repository.md", "repos:").replace("v0.1.0", f"v{__version__}")


def test_the_editor_knows_the_schemas_that_are_published(started: Path) -> None:
    settings = json.loads((started / FILES[4]).read_text(encoding="utf-8"))
    assert settings == json.loads(block("your-own-repository.md", '{\n  "yaml.schemas"'))
    for address in settings["yaml.schemas"]:
        schema = ROOT / "tools" / "gnomon" / "schemas" / address.rpartition("/")[2]
        assert json.loads(schema.read_text(encoding="utf-8"))["$id"] == address


def test_every_setting_that_is_shown_is_sound(started: Path, gnomon: Gnomon) -> None:
    settings = started / "gnomon.toml"
    shown = settings.read_text(encoding="utf-8")
    assert {line[:2] for line in shown.splitlines() if line} == {"# "}
    used = re.sub(r"^# (?=[\w-]+ = |\[)", "", shown, flags=re.MULTILINE)
    assert used != shown
    settings.write_text(used, encoding="utf-8")
    assert gnomon(started, "check", "--fail-on", "note")[0] == 0


def test_what_is_said_of_yaml_is_sound(started: Path, gnomon: Gnomon) -> None:
    def shown(folder: str) -> str:
        text = (started / folder / "README.md").read_text(encoding="utf-8")
        found: list[str] = re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        return found[0]

    write(started, {"metrics/sky.yaml": shown("metrics"), "specs/sky/depth.yaml": shown("specs")})
    assert gnomon(started, "check", "--fail-on", "note") == (0, CLEAN.format(2, "s", 4, 2, "s"), "")


def test_all_of_it_is_laid_out(started: Path) -> None:
    texts: dict[str, Any] = {path: (started / path).read_bytes().decode() for path in listed(started)}
    odd = [path for path, text in texts.items() if re.search(r"[ \t]\n|\r|\t", text) or not text.endswith("\n")]
    assert odd == []
    assert [path for path in EXAMPLES if lay_out(texts[path]) != texts[path]] == []
    assert {path: "$" in text for path, text in texts.items() if "$" in text.replace("$schema", "")} == {}
