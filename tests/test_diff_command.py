"""``gnomon diff``, ``log`` and ``changelog`` on real Git repositories."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from conftest import git, write
from gnomon import schemas

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Gnomon

METRICS = "A: {unit: mmag, description: Scatter of the magnitudes of bright stars.}\n"


def limit(value: float) -> str:
    return f"name: s\nmetric: A\nthreshold: {{operator: '<=', value: {value}, unit: mmag}}\n"


@pytest.fixture
def root(commit: Callable[..., Path]) -> Path:
    commit({"metrics/p.yaml": METRICS, "specs/p/a.yaml": limit(5.0)}, "first")
    return commit({"specs/p/a.yaml": limit(6.0)}, "loosen")


def changes(gnomon: Gnomon, root: Path, *arguments: str) -> tuple[int, list[tuple[str, str, list[str]]]]:
    status, out, _ = gnomon(root, "diff", *arguments, "--format", "json")
    document: dict[str, Any] = json.loads(out)
    Draft202012Validator(schemas.load("diff-1")).validate(document)
    return status, [(found["rule"], found["name"], found["impacts"]) for found in document["changes"]]


SAID = "the test is <= 6.0 mmag instead of <= 5.0 mmag: more values pass"
LOOSENED = [("specification-test-changed", "p.A.s", ["weakening"])]
TIGHTENED = [("specification-test-changed", "p.A.s", ["tightening"])]


@pytest.mark.parametrize(
    ("arguments", "status", "expected"),
    [
        (["HEAD~1", "HEAD"], 1, LOOSENED),
        (["HEAD~1..HEAD"], 1, LOOSENED),
        (["HEAD~1...HEAD"], 1, LOOSENED),
        (["HEAD~1"], 1, LOOSENED),
        (["HEAD", "HEAD~1"], 0, TIGHTENED),
        (["HEAD", "HEAD"], 0, []),
        (["HEAD", "HEAD~1", "--fail-on", "tightening"], 1, TIGHTENED),
        (["HEAD~1", "HEAD", "--fail-on", "none"], 0, LOOSENED),
        ([], 0, []),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, list) else "",
)
def test_states(gnomon: Gnomon, root: Path, arguments: list[str], status: int, expected: list[Any]) -> None:
    assert changes(gnomon, root, *arguments) == (status, expected)


def test_text_tells_place_values_and_witness(gnomon: Gnomon, root: Path) -> None:
    status, out, err = gnomon(root, "diff", "HEAD~1", "HEAD")
    assert (status, out.splitlines(), err) == (
        1,
        [
            f"weakening[specification-test-changed]: p.A.s: {SAID}",
            "  --> specs/p/a.yaml:3:36",
            "    - {value: 5.0, unit: mmag, operator: <=}",
            "    + {value: 6.0, unit: mmag, operator: <=}",
            "  = witness: 5.5 mmag in a job with any metadata: fail before, pass now",
            "",
            "1 change: 1 weakening.",
        ],
        "",
    )


@pytest.mark.parametrize(
    ("arguments", "is_told"),
    [
        (["HEAD~1"], True),
        (["HEAD~1", "--fail-on", "none"], False),
        (["HEAD~1", "HEAD"], False),
        (["HEAD~1", "--acknowledge"], False),
        (["HEAD~1", "--format", "concise"], False),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_diff_that_fails_tells_how_to_go_on(
    gnomon: Gnomon, root: Path, arguments: list[str], *, is_told: bool
) -> None:
    _, out, err = gnomon(root, "diff", *arguments)
    told = "This fails. `gnomon diff --acknowledge` drafts an acknowledgement of what is meant.\n"
    assert (err == told, told in out) == (is_told, False)


def test_what_cannot_be_read_is_not_judged_and_fails(gnomon: Gnomon, root: Path) -> None:
    write(root, {"specs/p/a.yaml": "name: [\n"})
    status, out, _ = gnomon(root, "diff", "HEAD", "--format", "json")
    document = json.loads(out)
    assert (status, document["changes"]) == (1, [])
    assert [(item["side"], item["path"], item["name"]) for item in document["not_comparable"]] == [
        ("head", "specs/p/a.yaml", None),
        ("head", "specs/p/a.yaml", "p.A.s"),
    ]


def test_an_acknowledged_change_is_shown_and_does_not_fail(gnomon: Gnomon, root: Path) -> None:
    status, _, err = gnomon(root, "diff", "HEAD~1", "--acknowledge")
    (path,) = (root / "changes").iterdir()
    assert (status, err) == (1, f"wrote changes/{path.name}: fill in the reasons and decisions\n")
    assert gnomon(root, "check")[0] == 1
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("reason1 ''", "reason1 Agreed.").replace("decision1 ''", "decision1 RFC-1"), encoding="utf-8"
    )
    assert gnomon(root, "check")[0] == 0
    status, out, _ = gnomon(root, "diff", "HEAD~1")
    assert (status, "= acknowledged: Agreed. (RFC-1)" in out) == (0, True)


def acknowledge(gnomon: Gnomon, root: Path, base: str, reason: str = "Agreed.") -> Path:
    """Write the acknowledgement of what changed since a revision, with its reasons."""
    before = {*(root / "changes").glob("*")}
    gnomon(root, "diff", base, "--acknowledge")
    (path,) = {*(root / "changes").glob("*")} - before
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(&(?:reason|decision)\d+) ''", rf"\1 {reason}", text), encoding="utf-8")
    return path


def save(root: Path, files: dict[str, str | bytes], message: str = "change") -> None:
    write(root, files)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", message)


def test_a_draft_acknowledges_nothing_and_is_pointed_at(gnomon: Gnomon, root: Path) -> None:
    gnomon(root, "diff", "HEAD~1", "--acknowledge")
    (path,) = (root / "changes").iterdir()
    status, out, err = gnomon(root, "diff", "HEAD~1")
    told = f"= help: it is drafted in changes/{path.name}: fill in the reason and the decision"
    advice = f"This fails. If it is meant, fill in the reasons and decisions in changes/{path.name}.\n"
    assert (status, told in out, err) == (1, True, advice)


def test_an_acknowledgement_excuses_no_later_change(gnomon: Gnomon, root: Path) -> None:
    path = acknowledge(gnomon, root, "HEAD~1")
    save(root, {}, "acknowledge")
    save(root, {"specs/p/a.yaml": limit(5.0)}, "back")
    save(root, {"specs/p/a.yaml": limit(6.0)}, "loosen again")
    status, out, _ = gnomon(root, "diff", "HEAD~1", "HEAD")
    told = f"= help: changes/{path.name} acknowledges the same change made earlier; decide again"
    assert (status, told in out) == (1, True)
    # A decision of its own counts, once it stands in the place of the old one.
    path.unlink()
    acknowledge(gnomon, root, "HEAD~1", "Agreed again.")
    status, out, _ = gnomon(root, "diff", "HEAD~1")
    assert (status, "= acknowledged: Agreed again." in out) == (0, True)
    assert gnomon(root, "check")[0] == 0


@pytest.mark.parametrize(
    ("style", "told"),
    [
        ("full", "note: the acknowledgement of `p.A.s` fits no change (changes/old.yaml:1:17)\n"),
        (
            "github",
            (
                "::warning title=gnomon%3A stale acknowledgement,"
                "file=changes/old.yaml,line=1,endLine=1,col=17,endColumn=34"
                "::the acknowledgement of `p.A.s` fits no change: remove it, or write it anew\n"
            ),
        ),
        ("markdown", "\nThe acknowledgement of `p.A.s` in `changes/old.yaml` fits no change.\n"),
    ],
)
def test_a_stale_acknowledgement_is_told_also_where_nothing_changed(
    gnomon: Gnomon, root: Path, style: str, told: str
) -> None:
    entry = "rule: specification-test-changed, name: p.A.s, reason: r, decision: d"
    write(root, {"changes/old.yaml": f"- {{fingerprint: '0123456789abcdef', {entry}}}\n"})
    status, out, _ = gnomon(root, "diff", "HEAD", "--format", style)
    assert (status, told in out) == (0, True)
    # At the base it is history.
    save(root, {})
    assert told not in gnomon(root, "diff", "HEAD", "--format", style)[1]


def test_a_requirement_and_its_heirs_share_a_reason(gnomon: Gnomon, commit: Callable[..., Path]) -> None:
    heirs = "".join(f"---\nname: {name}\nbase: A.req\nmetadata_query: {{band: {name}}}\n" for name in "gr")
    text = limit(5.0).replace("name: s", "name: req") + heirs
    commit({"metrics/p.yaml": METRICS, "specs/p/a.yaml": text})
    root = commit({"specs/p/a.yaml": text.replace("5.0", "6.0")})
    gnomon(root, "diff", "HEAD~1", "--acknowledge")
    (path,) = (root / "changes").iterdir()
    draft = path.read_text(encoding="utf-8")
    assert draft.count("- fingerprint:") == 3
    assert re.findall(r"reason: (\S+)", draft) == ["&reason1", "*reason1", "*reason1"]


@pytest.mark.parametrize(
    ("content", "rule"),
    [(b"- reason: caf\xe9\n", "not-utf8"), (b"#" * (16 * 1024 * 1024 + 1), "too-large"), (None, "irregular-file")],
    ids=["Latin-1", "large", "link"],
)
def test_files_of_acknowledgements_are_read_like_the_others(
    gnomon: Gnomon, root: Path, content: bytes | None, rule: str
) -> None:
    path = root / "changes" / "a.yaml"
    path.parent.mkdir()
    if content is None:
        path.symlink_to("/etc/hostname")
    else:
        path.write_bytes(content)
    status, out, _ = gnomon(root, "check", "--format", "concise")
    assert (status, out.startswith("changes/a.yaml:1:")) == (1, True)
    assert f"error[{rule}]" in out


def test_nothing_in_git_is_written(gnomon: Gnomon, root: Path) -> None:
    def listing() -> dict[str, int]:
        return {str(path): path.stat().st_mtime_ns for path in sorted((root / ".git").rglob("*"))}

    before = listing()
    gnomon(root, "diff", "HEAD~1", "HEAD")
    gnomon(root, "log", "p.A.s")
    assert listing() == before


@pytest.mark.parametrize("revision", ["nope", "-x", "a b"], ids=repr)
def test_what_is_no_revision_is_refused(gnomon: Gnomon, root: Path, revision: str) -> None:
    status, out, err = gnomon(root, "diff", "--", revision)
    assert (status, out, err.count("\n")) == (2, "", 1)


def test_log_tells_each_change_of_meaning_and_passes_over_what_is_broken(gnomon: Gnomon, root: Path) -> None:
    write(root, {"specs/p/a.yaml": "name: [\n"})
    git(root, "commit", "--quiet", "--all", "--message", "break")
    write(root, {"specs/p/a.yaml": limit(6.0), "README.md": ""})
    git(root, "commit", "--quiet", "--all", "--message", "mend")
    git(root, "mv", "specs/p/a.yaml", "specs/p/b.yaml")
    git(root, "commit", "--quiet", "--message", "move")
    status, out, _ = gnomon(root, "log", "p.A.s", "--format", "json")
    document = json.loads(out)
    Draft202012Validator(schemas.load("log-1")).validate(document)
    assert status == 0
    told = [(step["subject"], [found["rule"] for found in step["changes"]]) for step in document["steps"]]
    assert told[:2] == [("first", ["specification-added"]), ("loosen", ["specification-test-changed"])]
    assert [subject for subject, rules in told if rules] == ["first", "loosen"]


def test_changelog_is_markdown_by_impact_and_package(gnomon: Gnomon, root: Path) -> None:
    status, out, _ = gnomon(root, "changelog", "HEAD~1", "HEAD")
    assert (status, out.splitlines()[:8]) == (
        0,
        [
            "## HEAD",
            "",
            "Definitions from `HEAD~1` to `HEAD`.",
            "",
            "### Weakening: what was caught may pass",
            "",
            "#### `p`",
            "",
        ],
    )
