"""What a pull request does is told, for forks as well: the action's steps, run on repositories that play both sides.

The workflow has a token that may write and is started by strangers; the first part is the list of what keeps it safe.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from conftest import git, write

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent
WORKFLOW_TEXT = (ROOT / ".github" / "workflows" / "definitions.yml").read_text(encoding="utf-8")
ACTION_TEXT = (ROOT / ".github" / "actions" / "gnomon" / "action.yml").read_text(encoding="utf-8")
PAGE = (ROOT / "docs" / "pull-requests.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
WORKFLOW: dict[Any, Any] = yaml.safe_load(WORKFLOW_TEXT)
ACTION: dict[str, Any] = yaml.safe_load(ACTION_TEXT)
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
SHELL = [pytest.param(step, id=step["name"]) for step in STEPS if "run" in step]
MARKER = "<!-- gnomon-diff -->"
TRIGGER = True  # YAML 1.1 reads the key `on` so


def named(name: str) -> dict[str, Any]:
    (found,) = (step for step in STEPS if step.get("name") == name)
    return found


# What keeps it safe


def test_the_job_runs_the_target_branch_and_nothing_else() -> None:
    assert list(WORKFLOW[TRIGGER]) == ["pull_request_target"]
    (job,) = WORKFLOW["jobs"].values()
    checkout, action = job["steps"]
    assert checkout["uses"].startswith("actions/checkout@")
    # No `ref` and no `repository`: with either it could be the head.
    assert checkout["with"] == {"fetch-depth": 0, "persist-credentials": False}
    assert action == {"uses": "./.github/actions/gnomon"}
    assert "env" not in job
    assert "secrets" not in WORKFLOW_TEXT + ACTION_TEXT


def test_a_run_that_is_left_out_cannot_stand_for_one_that_failed() -> None:
    assert WORKFLOW[TRIGGER]["pull_request_target"] == {"types": ["opened", "synchronize", "reopened", "edited"]}
    (job,) = WORKFLOW["jobs"].values()
    assert "if" not in job


def test_runs_of_different_pull_requests_do_not_cancel_each_other() -> None:
    group = "definitions-${{ github.event.pull_request.number }}"
    assert WORKFLOW["concurrency"] == {"group": group, "cancel-in-progress": True}
    assert re.findall(r"\$\{\{.*?\}\}", WORKFLOW_TEXT) == ["${{ github.event.pull_request.number }}"]


def test_nothing_that_another_run_made_is_used() -> None:
    used = {step["uses"].partition("@")[0] for step in STEPS if "uses" in step}
    assert used == {"actions/setup-python", "actions/github-script"}
    assert not {"cache", "cache-dependency-path"} & {key for step in STEPS for key in step.get("with", {})}


def test_a_pull_request_can_choose_nothing_that_is_evaluated() -> None:
    names = r"\b(?:github|runner|env|secrets|inputs|steps)\.[\w.-]+"
    expressions = set(re.findall(names, " ".join(expressions_in(ACTION))))
    assert {found for found in expressions if found.startswith(("github.", "env.", "secrets."))} == {
        "github.token",
        "github.event.pull_request.number",
        "github.event.pull_request.base.sha",
        "github.event.pull_request.head.sha",
    }


def expressions_in(value: Any) -> list[str]:
    if isinstance(value, dict | list):
        return [
            found for item in (value.values() if isinstance(value, dict) else value) for found in expressions_in(item)
        ]
    return re.findall(r"\$\{\{.*?\}\}", str(value))


@pytest.mark.parametrize("step", SHELL)
def test_shell_steps_hold_no_expressions(step: dict[str, Any]) -> None:
    assert (step["shell"], expressions_in(step["run"])) == ("bash", [])
    subprocess.run(["bash", "-n"], input=step["run"], text=True, check=True)


def test_the_comment_is_read_and_not_put_into_the_script() -> None:
    step = named("Comment")
    assert expressions_in(step["with"]["script"]) == []
    assert step["env"]["BODY"] == "${{ runner.temp }}/gnomon/comment.md"


def test_only_the_steps_that_fetch_and_comment_see_the_token() -> None:
    seeing = [step["name"] for step in STEPS if "token" in str([step.get("env"), step.get("with")])]
    assert seeing == ["Fetch the objects of the pull request", "Comment"]


def test_the_comment_is_written_also_when_something_failed() -> None:
    assert "!cancelled()" in named("Comment")["if"]
    assert STEPS[-1] == named("Verdict")


def test_every_folder_with_actions_is_kept_up_to_date() -> None:
    updates = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8"))["updates"]
    (watched,) = (update["directories"] for update in updates if update["package-ecosystem"] == "github-actions")
    actions = (ROOT / ".github" / "actions").glob("*/action.y*ml")
    assert watched == ["/", *(f"/{path.parent.relative_to(ROOT).as_posix()}" for path in sorted(actions))]


# The steps, run

GOOD: dict[str, str | bytes] = {
    "metrics/p.yaml": "A:\n  unit: mmag\n  description: Scatter of the magnitudes of stars.\n",
    "specs/p/A.yaml": "name: A.design\nmetadata_query: {band: r}\nthreshold: {operator: <=, unit: mmag, value: 5.0}\n",
}
WEAKER = {"specs/p/A.yaml": str(GOOD["specs/p/A.yaml"]).replace("5.0", "6.0")}
NOTHING = {"README.md": "About nothing.\n"}


@dataclass
class Told:
    """What a run of the action left behind."""

    statuses: dict[str, int] = field(default_factory=dict)
    output: str = ""
    summary: str = ""
    comment: str | None = None
    outputs: dict[str, str] = field(default_factory=dict)

    @property
    def annotations(self) -> list[tuple[str, str, str]]:
        """The level, title and line of each."""
        found = re.findall(
            r"^::(\w+) title=gnomon(?:%3A )?([^,:]*)(?:,file=([^,]*),line=(\d+))?", self.output, re.MULTILINE
        )
        return [(level, title, f"{path}:{line}" if path else "") for level, title, path, line in found]


class Forge:
    """A repository with pull requests, and a runner that has checked its main branch out."""

    def __init__(self, root: Path) -> None:
        self.origin, self.author, self.checkout, self.temp = (
            root / name for name in ("origin.git", "author", "checkout", "temp")
        )
        git(root, "init", "--quiet", "--bare", "--initial-branch=main", str(self.origin))
        git(root, "init", "--quiet", "--initial-branch=main", str(self.author))
        self.base = self.commit({**GOOD, **NOTHING, "gnomon.toml": ""})
        git(self.author, "push", "--quiet", str(self.origin), "main")
        git(root, "clone", "--quiet", str(self.origin), str(self.checkout))
        program = self.temp / "gnomon" / "venv" / "bin" / "gnomon"
        write(self.temp, {"gnomon/venv/bin/gnomon": f'#!/bin/sh\nexec "{sys.executable}" -m gnomon "$@"\n'})
        program.chmod(0o755)

    def commit(self, files: dict[str, str | bytes] | dict[str, str], *removed: str) -> str:
        write(self.author, dict(files))
        for name in removed:
            shutil.rmtree(self.author / name) if (self.author / name).is_dir() else (self.author / name).unlink()
        git(self.author, "add", "--all")
        git(self.author, "commit", "--quiet", "--allow-empty", "--message", "A change")
        return git(self.author, "rev-parse", "HEAD")

    def propose(self, files: dict[str, str], *removed: str, branch: str = "change") -> str:
        """Open the pull request 7, or push to it."""
        git(self.author, "checkout", "--quiet", "-B", branch)
        head = self.commit(files, *removed)
        git(self.author, "push", "--quiet", "--force", str(self.origin), f"{branch}:refs/pull/7/head")
        return head

    def run(
        self,
        head: str,
        *,
        number: str = "7",
        base: str | None = None,
        fetched: Callable[[], None] | None = None,
        **inputs: str,
    ) -> Told:
        """Run the shell steps after the installation, as GitHub would; names in capitals go into the environment."""
        variables = {name: value for name, value in inputs.items() if name.isupper()}
        values = {f"inputs.{name}": spec.get("default", "") for name, spec in ACTION["inputs"].items()}
        values |= {f"inputs.{name.replace('_', '-')}": value for name, value in inputs.items()}
        values |= {
            "inputs.token": "",
            "github.event.pull_request.number": number,
            "github.event.pull_request.base.sha": base or self.base,
            "github.event.pull_request.head.sha": head,
        }
        told = Told()
        summary = self.temp / "summary.md"
        summary.unlink(missing_ok=True)
        for step in STEPS:
            if "run" not in step or step["name"] == "Install gnomon":
                continue
            outputs = self.temp / "outputs"
            outputs.unlink(missing_ok=True)
            environment = {name: self._value(given, values) for name, given in step.get("env", {}).items()}
            environment |= {
                "RUNNER_TEMP": str(self.temp),
                "GITHUB_SERVER_URL": "https://github.example",
                "GITHUB_OUTPUT": str(outputs),
                "GITHUB_STEP_SUMMARY": str(summary),
                "PYTHONPATH": str(ROOT / "tools"),
            }
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
                cwd=self.checkout,
                env=os.environ | environment | variables,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            told.statuses[step["name"]] = done.returncode
            told.output += done.stdout + done.stderr
            for line in outputs.read_text(encoding="utf-8").splitlines() if outputs.exists() else ():
                name, _, value = line.partition("=")
                told.outputs[f"{step['id']}.{name}"] = values[f"steps.{step['id']}.outputs.{name}"] = value
            if done.returncode:
                break
            if fetched is not None and step.get("id") == "fetch":
                fetched()
        told.summary = summary.read_text(encoding="utf-8") if summary.exists() else ""
        comment = self.temp / "gnomon" / "comment.md"
        told.comment = comment.read_text(encoding="utf-8") if comment.exists() else None
        return told

    @staticmethod
    def _value(given: str, values: dict[str, str]) -> str:
        expression = re.fullmatch(r"\$\{\{ (\S+) \}\}", given)
        assert expression, given
        return values[expression[1]]


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    return Forge(tmp_path)


def assert_untouched(forge: Forge) -> None:
    """Nothing of the head is on disk, and nothing points at it."""
    assert git(forge.checkout, "rev-parse", "HEAD") == forge.base
    assert git(forge.checkout, "status", "--porcelain") == ""
    assert git(forge.checkout, "for-each-ref", "--contains", "FETCH_HEAD") == ""


def test_no_change_of_meaning(forge: Forge) -> None:
    told = forge.run(forge.propose({"README.md": "About something.\n"}))
    assert set(told.statuses.values()) == {0}
    assert (told.annotations, told.outputs["diff.changes"]) == ([], "false")
    assert told.summary == (
        "**Check:** this change brings no faults.\n\n**Metric definitions:** no change of meaning.\n"
    )
    assert told.comment is not None
    assert told.comment.startswith(f"{MARKER}\n**Metric definitions:** no change of meaning.\n")
    assert_untouched(forge)


def test_a_change_that_weakens_fails_and_is_told(forge: Forge) -> None:
    head = forge.propose(WEAKER)
    told = forge.run(head)
    assert told.statuses["Verdict"] == 1
    assert (told.outputs["check.status"], told.outputs["diff.status"], told.outputs["diff.changes"]) == (
        "0",
        "1",
        "true",
    )
    assert told.annotations == [("error", "weakening", "specs/p/A.yaml:3")]
    assert told.comment is not None
    assert told.comment.startswith(f"{MARKER}\n**Metric definitions:** 1 change (1 weakening)\n")
    assert "witness: 5.5 mmag in a job with band=r: fail before, pass now" in told.comment
    assert "**This does not pass.**" in told.comment
    assert "what is breaking or weakening to be acknowledged: `gnomon diff --acknowledge` writes a file" in told.comment
    assert told.comment.endswith(f"\n<sub>{head} since {forge.base}</sub>\n")
    assert "(1 weakening)" in told.summary
    assert_untouched(forge)


def test_a_changed_description_shows_its_words_and_asks(forge: Forge) -> None:
    told = forge.run(forge.propose({"metrics/p.yaml": str(GOOD["metrics/p.yaml"]).replace("magnitudes", "colours")}))
    assert told.statuses["Verdict"] == 0
    assert "Scatter of the ~~magnitudes~~ **colours** of stars." in str(told.comment)
    assert "same measured quantity?" in str(told.comment)
    assert [annotation[:2] for annotation in told.annotations] == [("notice", "editorial")]


def test_what_is_acknowledged_passes_and_is_told(forge: Forge) -> None:
    head = forge.propose(WEAKER)
    environment = os.environ | {"PYTHONPATH": str(ROOT / "tools")}
    command = [sys.executable, "-m", "gnomon", "diff", "main", "--acknowledge"]
    subprocess.run(command, cwd=forge.author, env=environment, capture_output=True, check=False)
    (path,) = (forge.author / "changes").iterdir()
    draft = path.read_text(encoding="utf-8")
    head = forge.propose({f"changes/{path.name}": draft})
    assert forge.run(head).outputs["diff.status"] == "1"
    filled = re.sub(r"(decision: &\w+) ''", r"\1 RFC-1", re.sub(r"(reason: &\w+) ''", r"\1 'We @all agree'", draft))
    told = forge.run(forge.propose({f"changes/{path.name}": filled}))
    assert told.statuses["Verdict"] == 0
    assert told.annotations == [("notice", "weakening", "specs/p/A.yaml:3")]
    assert "acknowledged: We @&#8203;all agree (RFC-1)" in str(told.comment)
    assert "does not pass" not in str(told.comment)


def test_the_impacts_that_fail_can_be_chosen(forge: Forge) -> None:
    head = forge.propose(WEAKER)
    assert forge.run(head, fail_on="breaking").statuses["Verdict"] == 0
    assert forge.run(head, fail_on="none").statuses["Verdict"] == 0
    told = forge.run(head, fail_on="--format=json")
    assert (told.outputs["diff.status"], told.statuses["Verdict"]) == ("2", 1)


def test_only_what_the_pull_request_brings_is_told(forge: Forge) -> None:
    head = forge.propose({"metrics/q.yaml": "B:\n  unit: mmag\n  description: Scatter of other magnitudes.\n"})
    git(forge.author, "checkout", "--quiet", "main")
    # The target branch goes on, with a fault and a change of its own.
    base = forge.commit({"metrics/old.yaml": "C:\n  unit: mmagg\n  description: An old fault.\n", **WEAKER})
    git(forge.author, "push", "--quiet", str(forge.origin), "main")
    git(forge.checkout, "pull", "--quiet")
    told = forge.run(head, base=base)
    assert told.statuses["Verdict"] == 0
    assert [title for _, title, _ in told.annotations] == ["compatible"]


def test_a_new_fault_is_annotated_and_fails(forge: Forge) -> None:
    told = forge.run(forge.propose({"metrics/q.yaml": "B:\n  unit: mmagg\n  description: Scatter of others.\n"}))
    assert told.statuses["Verdict"] == 1
    assert ("error", "unknown-unit", "metrics/q.yaml:2") in told.annotations
    assert "**Check:** this change brings faults: 1 errors" in told.summary


def test_a_head_that_deletes_all_definitions(forge: Forge) -> None:
    told = forge.run(forge.propose({}, "metrics", "specs"))
    assert (told.statuses["Verdict"], told.outputs["diff.status"]) == (1, "1")
    assert {title for _, title, _ in told.annotations} >= {"breaking", "weakening"}
    assert "the metric is gone" in str(told.comment)


def test_a_head_that_is_no_metrics_repository_any_more(forge: Forge) -> None:
    told = forge.run(forge.propose({}, "metrics", "specs", "gnomon.toml"))
    assert (told.statuses["Verdict"], told.outputs["check.status"], told.outputs["diff.status"]) == (1, "0", "1")
    assert {title for _, title, _ in told.annotations} >= {"breaking", "weakening"}
    assert "the metric is gone" in str(told.comment)


def test_a_head_that_cannot_be_read_as_yaml(forge: Forge) -> None:
    told = forge.run(forge.propose({"metrics/p.yaml": "A: [\n"}))
    assert (told.statuses["Verdict"], told.outputs["diff.status"]) == (1, "1")
    assert ("error", "not judged", "") in told.annotations
    assert "### Not judged" in str(told.comment)
    assert "is gone" not in str(told.comment)


def test_a_head_with_a_missing_object(forge: Forge) -> None:
    head = forge.propose(WEAKER)

    def lose() -> None:
        blob = git(forge.checkout, "rev-parse", f"{head}:specs/p/A.yaml")
        (forge.checkout / ".git" / "objects" / blob[:2] / blob[2:]).unlink()

    told = forge.run(head, fetched=lose)
    assert (told.statuses["Verdict"], told.outputs["check.status"], told.outputs["diff.status"]) == (1, "2", "2")
    assert "\n    error: cannot read" in str(told.comment)


def test_errors_do_not_look_like_commands(forge: Forge) -> None:
    program = forge.temp / "gnomon" / "venv" / "bin" / "gnomon"
    program.write_text("#!/bin/sh\necho '::add-mask::a ##[add-matcher]b <b> @all' >&2\nexit 2\n", encoding="utf-8")
    told = forge.run(forge.propose(WEAKER))
    assert told.output.count("\n| ::add-mask::a ## [add-matcher]b") == 1
    assert re.search(r"^\s*::(?!error title=gnomon::)|##\[", told.output, re.MULTILINE) is None
    assert "\n\n    ::add-mask::a ##[add-matcher]b <b> @all\n" in str(told.comment)


def test_what_takes_forever_ends(forge: Forge) -> None:
    (forge.temp / "gnomon" / "venv" / "bin" / "gnomon").write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    timeout = forge.temp / "bin" / "timeout"
    write(forge.temp, {"bin/timeout": '#!/bin/sh\n[ "$1" = 200 ] && shift\nPATH=$REAL exec timeout 0.2 "$@"\n'})
    timeout.chmod(0o755)
    path = os.environ["PATH"]
    told = forge.run(forge.propose(WEAKER), PATH=f"{timeout.parent}:{path}", REAL=path)
    assert (told.statuses["Verdict"], told.outputs["diff.status"]) == (1, "124")
    assert "this change could not be judged (exit status 124)." in str(told.comment)


HOSTILE = "$(touch pwned)`touch pwned`\";touch${IFS}pwned;'#"


def test_names_of_branches_and_texts_of_definitions_do_nothing(forge: Forge) -> None:
    text = (
        "::error::forged%0A::add-mask::a ##[add-matcher]x $(touch pwned) `touch pwned` <!-- gnomon-diff --> "
        "${{ github.token }} @everyone </sub><img src=x> [a](https://evil.example)"
    )
    metric = {"B": {"unit": "mmag", "description": f"Scatter. {text}\n::error::forged\n## Forged"}}
    files = {
        "metrics/q.yaml": yaml.safe_dump(metric),
        "metrics/::error::forged ##[error]x\n::error::forged.yaml": "A: [\n",
        "metrics/p.yaml": str(GOOD["metrics/p.yaml"]).replace("Scatter", f"Scatter {json.dumps(text)[1:-1]}"),
    }
    head = forge.propose(files, branch="$(touch-pwned)`touch-pwned`;touch${IFS}pwned")
    told = forge.run(head)
    assert told.statuses["Verdict"] == 1
    # Whatever begins a line with a command is gnomon's own.
    commands = [line for line in told.output.splitlines() if line.lstrip().startswith("::")]
    assert commands
    assert [line for line in commands if not re.match(r"::(error|warning|notice) title=gnomon", line)] == []
    others = [line for line in told.output.splitlines() if line not in commands]
    assert [line for line in others if "##[" in line] == []
    assert str(told.comment).count(MARKER) == 1
    assert not re.search(
        r"<(?!!-- gnomon-diff -->|/?sub>)|(?<!\\)\[a\]|@everyone|^## ", str(told.comment), re.MULTILINE
    )
    assert not list(forge.checkout.glob("pwned*"))
    assert_untouched(forge)


@pytest.mark.parametrize("number", ["", "0", "7; id", "7/head:main +refs/heads/x", "--upload-pack=id", "12345678901"])
def test_a_number_that_is_none(forge: Forge, number: str) -> None:
    told = forge.run(forge.propose(WEAKER), number=number)
    assert told.statuses == {"Fetch the objects of the pull request": 2}
    assert "::error title=gnomon::this is no pull request" in told.output


@pytest.mark.parametrize(("side", "value"), [("head", HOSTILE), ("head", "main"), ("base", "--all"), ("base", "HEAD")])
def test_a_hash_that_is_none(forge: Forge, side: str, value: str) -> None:
    head = forge.propose(WEAKER)
    told = forge.run(value) if side == "head" else forge.run(head, base=value)
    assert told.statuses == {"Fetch the objects of the pull request": 2}
    assert not list(forge.checkout.glob("pwned*"))


@pytest.mark.parametrize(
    ("number", "head", "message"),
    [
        ("8", None, "the pull request cannot be fetched"),
        ("7", "0123456789" * 4, "the pull request has moved on"),
    ],
)
def test_a_head_that_is_not_there(forge: Forge, number: str, head: str | None, message: str) -> None:
    proposed = forge.propose(WEAKER)
    told = forge.run(head or proposed, number=number)
    assert told.statuses == {"Fetch the objects of the pull request": 2}
    assert (message in told.output, told.comment) == (True, None)


def test_a_head_of_another_history(forge: Forge) -> None:
    git(forge.author, "checkout", "--quiet", "--orphan", "strange")
    forge.commit({"README.md": "Of another beginning.\n"})
    told = forge.run(forge.propose({"README.md": "About something else.\n"}))
    assert told.statuses == {"Fetch the objects of the pull request": 2}
    assert "no common ancestor" in told.output


def test_a_shallow_checkout_is_told_what_to_do(forge: Forge) -> None:
    head = forge.propose(WEAKER)
    shutil.rmtree(forge.checkout)
    git(forge.temp, "clone", "--quiet", "--depth=1", forge.origin.as_uri(), str(forge.checkout))
    told = forge.run(head)
    assert told.statuses == {"Fetch the objects of the pull request": 2}
    assert "`fetch-depth: 0`" in told.output


def test_the_token_is_for_git_alone_and_masked(forge: Forge, tmp_path: Path) -> None:
    head = forge.propose(WEAKER)
    fake = tmp_path / "bin" / "git"
    told = '[ "$1" = fetch ] && env | grep -E "^GIT_CONFIG_(COUNT|KEY|VALUE)" && echo "$@"'
    write(tmp_path, {"bin/git": f'#!/bin/sh\n{told}\nPATH=$REAL exec git "$@"\n'})
    fake.chmod(0o755)
    step = named("Fetch the objects of the pull request")
    outputs = tmp_path / "outputs"
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", step["run"]],
        cwd=forge.checkout,
        env=os.environ
        | {"PATH": f"{fake.parent}:{os.environ['PATH']}", "REAL": os.environ["PATH"]}
        | {"NUMBER": "7", "BASE": forge.base, "HEAD": head, "TOKEN": "s3cret"}
        | {"GITHUB_SERVER_URL": "https://github.example", "GITHUB_OUTPUT": str(outputs)},
        capture_output=True,
        text=True,
        check=True,
    )
    secret = "eC1hY2Nlc3MtdG9rZW46czNjcmV0"  # noqa: S105  # x-access-token:s3cret in base64
    assert done.stdout.splitlines()[0] == f"::add-mask::{secret}"
    assert set(done.stdout.splitlines()[1:4]) == {
        "GIT_CONFIG_COUNT=1",
        "GIT_CONFIG_KEY_0=http.https://github.example/.extraheader",
        f"GIT_CONFIG_VALUE_0=AUTHORIZATION: basic {secret}",
    }
    assert done.stdout.splitlines()[4] == "fetch --quiet --no-tags --no-recurse-submodules origin +refs/pull/7/head"
    assert secret not in (forge.checkout / ".git" / "config").read_text(encoding="utf-8")
    assert outputs.read_text(encoding="utf-8") == f"base={forge.base}\nhead={head}\nancestor={forge.base}\n"


@pytest.mark.parametrize(("install", "wanted"), [("", "/action/../../.."), ("gnomon==0.1.0", "gnomon==0.1.0")])
def test_gnomon_comes_from_the_action_or_from_what_is_asked_for(tmp_path: Path, install: str, wanted: str) -> None:
    write(
        tmp_path,
        {
            "python": '#!/bin/bash\necho "$@"\nmkdir -p "$4/bin"\ncp "$0" "$4/bin/python"\n',
            "checkout/pip.py": "raise SystemExit('not me')\n",
            "temp/gnomon/comment.md": "of another use\n",
        },
    )
    (tmp_path / "python").chmod(0o755)
    environment = {"INSTALL": install, "PYTHON": str(tmp_path / "python"), "RUNNER_TEMP": str(tmp_path / "temp")}
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", named("Install gnomon")["run"]],
        cwd=tmp_path / "checkout",
        env=os.environ | environment | {"GITHUB_ACTION_PATH": "/action"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == [
        f"-I -m venv {tmp_path}/temp/gnomon/venv",
        f"-I -m pip install --quiet --disable-pip-version-check -- {wanted}",
    ], done.stderr
    assert not (tmp_path / "temp" / "gnomon" / "comment.md").exists()
    assert (ROOT / ".github/actions/gnomon" / ".." / ".." / ".." / "pyproject.toml").exists()


# The comment

RUN_SCRIPT = """\
const given = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const calls = [];
const call = (name) => async (parameters) => {
  calls.push([name, parameters]);
  if (given.refused) throw Object.assign(new Error('refused'), { status: given.refused });
};
const list = call('list');
const github = {
  paginate: async (method, parameters) => { await method(parameters); return given.comments; },
  rest: { issues: { listComments: list, createComment: call('create'), updateComment: call('update') } },
};
const context = {
  repo: { owner: 'o', repo: 'r' }, issue: { number: 7 }, serverUrl: 'https://github.example', runId: 5,
};
const core = { warning: (text) => calls.push(['warning', text]) };
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
new AsyncFunction('github', 'context', 'core', 'require', given.script)(github, context, core, require)
  .then(() => console.log(JSON.stringify(calls)), (error) => { console.error(error.message); process.exit(1); });
"""
BODY = f"{MARKER}\nWhat `it` does: ${{1 + 1}} ${{{{ github.token }}}} '; process.exit(9); //\n"


def commented(
    tmp_path: Path,
    comments: list[dict[str, Any]],
    *,
    body: str | None = BODY,
    changes: str = "true",
    refused: int | None = None,
) -> list[Any]:
    """Run the script; give what it asks of GitHub."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed, with which the script of the comment is run")
    path = tmp_path / "comment.md"
    if body is not None:
        path.write_text(body, encoding="utf-8")
    given = {"script": named("Comment")["with"]["script"], "comments": comments, "refused": refused}
    done = subprocess.run(
        [node, "-e", RUN_SCRIPT],
        input=json.dumps(given),
        env=os.environ | {"BODY": str(path), "CHANGES": changes},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (_, asked), *calls = json.loads(done.stdout)
    assert asked == {"owner": "o", "repo": "r", "issue_number": 7, "per_page": 100}
    return list(calls)


def said(text: str | None, *, by: str = "Bot", number: int = 3) -> dict[str, Any]:
    return {"id": number, "body": text, "user": {"type": by}}


OLD = f"{MARKER}\nWhat it did"
PEOPLE = [said(OLD, by="User", number=1), said(f"> {OLD}", number=2), said(None), {"id": 9, "body": "x", "user": None}]


def test_the_first_comment_is_made(tmp_path: Path) -> None:
    made = {"owner": "o", "repo": "r", "issue_number": 7, "body": BODY.strip()}
    assert commented(tmp_path, []) == [["create", made]]
    # Neither a person's comment with the marker nor a bot's that only quotes it is ours.
    assert commented(tmp_path, PEOPLE) == [["create", made]]


def test_later_ones_are_edits(tmp_path: Path) -> None:
    edited = {"owner": "o", "repo": "r", "comment_id": 5, "body": BODY.strip()}
    assert commented(tmp_path, [*PEOPLE, said(OLD, number=5), said(OLD, number=6)]) == [["update", edited]]


def test_a_comment_that_says_so_already_is_left_alone(tmp_path: Path) -> None:
    assert commented(tmp_path, [said(BODY.strip())]) == []


def test_without_a_change_of_meaning_none_is_made_and_an_old_one_is_edited(tmp_path: Path) -> None:
    assert commented(tmp_path, PEOPLE, changes="false") == []
    ((name, edited),) = commented(tmp_path, [said(OLD)], changes="false")
    assert (name, edited["comment_id"]) == ("update", 3)


def test_a_run_that_got_nowhere_says_so(tmp_path: Path) -> None:
    log = "[the log](https://github.example/o/r/actions/runs/5)"
    ((name, made),) = commented(tmp_path, [], body=None, changes="")
    assert (name, made["body"]) == (
        "create",
        f"{MARKER}\n**Metric definitions:** this change could not be judged; {log} says why.",
    )


def test_a_token_that_may_not_comment_is_a_warning(tmp_path: Path) -> None:
    ((name, text),) = commented(tmp_path, [], refused=403)
    assert (name, "pull_request_target" in text) == ("warning", True)


def test_another_failure_is_one(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="refused"):
        commented(tmp_path, [], refused=500)


# What is written about it


def blocks(page: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def test_another_repository_needs_five_lines(tmp_path: Path) -> None:
    lines, whole = blocks(PAGE, "yaml")
    assert lines.count("\n") == 5
    assert whole.endswith(lines)
    # The same as ours, but for where the action comes from.
    theirs, ours = yaml.safe_load(whole), yaml.safe_load(WORKFLOW_TEXT)
    assert theirs[TRIGGER] == ours[TRIGGER]
    assert theirs["permissions"] == ours["permissions"]
    (job,), (own,) = theirs["jobs"].values(), ours["jobs"].values()
    assert (job["permissions"], job["steps"][0]) == (own["permissions"], own["steps"][0])
    assert re.search(re.escape(job["steps"][0]["uses"]) + r" # v[\d.]+$", WORKFLOW_TEXT, re.MULTILINE)
    assert job["steps"][1]["uses"].partition("@")[0] == "gnomon-metrics/gnomon/.github/actions/gnomon"
    if importlib.util.find_spec("check_jsonschema") is None:
        pytest.skip("check-jsonschema is not installed")
    (tmp_path / "definitions.yml").write_text(whole, encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    subprocess.run([*command, str(tmp_path / "definitions.yml")], capture_output=True, check=True)


def test_all_inputs_are_described() -> None:
    described = dict(re.findall(r"^\| `([\w-]+)` \| .* \| (.*) \|$", PAGE, re.MULTILINE))
    assert list(described) == list(ACTION["inputs"])
    for name in ("fail-on", "comment"):
        assert described[name] == f"`{ACTION['inputs'][name]['default']}`"


def test_the_guide_shows_what_a_change_does(tmp_path: Path) -> None:
    section = GUIDE.partition("## What your change does\n")[2].partition("\n## ")[0]
    shown, acknowledging, acknowledged = blocks(section, "console")
    (entry,) = blocks(section, "yaml")
    for folder in ("metrics", "specs"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    program = write(tmp_path, {".venv/bin/gnomon": f'#!/bin/sh\nexec "{sys.executable}" -m gnomon "$@"\n'})
    (program / ".venv" / "bin" / "gnomon").chmod(0o755)

    def typed(block: str) -> str:
        environment = os.environ | {"PYTHONPATH": str(ROOT / "tools"), "COLUMNS": "120"}
        command = re.findall(r"^\$ ((?:.*\\\n)*.*)$", block, re.MULTILINE)[0]
        done = subprocess.run(
            ["bash", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        return f"$ {command}\n{done.stdout}"

    for block in blocks(GUIDE, "console"):
        if "gnomon new " in block:
            typed(block)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    git(tmp_path, "add", "metrics", "specs")
    git(tmp_path, "commit", "--quiet", "--message", "Before")
    specification = tmp_path / "specs" / "validate_drp" / "zeroPointScatter.yaml"
    specification.write_text(specification.read_text(encoding="utf-8").replace("10.0", "12.0"), encoding="utf-8")

    assert typed(shown) == shown
    typed(acknowledging)
    (path,) = (tmp_path / "changes").iterdir()
    draft = path.read_text(encoding="utf-8").partition("\n")[2]
    told = re.compile(r"^(  (?:reason|decision):) .*$", re.MULTILINE)
    assert told.sub(r"\1", draft) == told.sub(r"\1", entry)
    path.write_text(entry, encoding="utf-8")
    assert typed(acknowledged) == acknowledged


def test_the_folder_of_acknowledgements_is_described() -> None:
    page = (ROOT / "changes" / "README.md").read_text(encoding="utf-8")
    (example,) = blocks(page, "yaml")
    schema = json.loads((ROOT / "tools/gnomon/schemas/acknowledgements.schema.json").read_text(encoding="utf-8"))
    assert [list(item) for item in yaml.safe_load(example)] == [schema["items"]["required"]]
    assert "gnomon diff --acknowledge" in page
    assert "CODEOWNERS" in page
