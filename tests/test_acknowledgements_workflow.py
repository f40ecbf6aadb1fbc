"""How people acknowledge a change: draft, reasons, check, diff, changelog; and what acknowledges nothing."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
import yaml

from conftest import git, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Gnomon

METRICS = "A: {unit: mmag, description: Scatter.}\nB: {unit: s, description: Time spent.}\n"
HEIRS = (
    "id: common\nthreshold: {{operator: '<=', value: {}, unit: mmag}}\n---\nname: A.g\nbase: '#common'\n"
    "metadata_query: {{filter: g}}\n---\nname: A.r\nbase: '#common'\nmetadata_query: {{filter: r}}\n"
)


@pytest.fixture
def root(commit: Callable[..., Path]) -> Path:
    """Make a repository whose files on disk loosen a partial with two heirs, and remove a metric."""
    root = commit({"metrics/p.yaml": METRICS, "specs/p/a.yaml": HEIRS.format(5)}, "base")
    return write(root, {"metrics/p.yaml": METRICS.splitlines(keepends=True)[0], "specs/p/a.yaml": HEIRS.format(6)})


def drafted(gnomon: Gnomon, root: Path) -> Path:
    before = set((root / "changes").glob("*"))
    _, _, err = gnomon(root, "diff", "HEAD", "--acknowledge")
    (path,) = set((root / "changes").glob("*")) - before
    assert isinstance(path, type(root))
    assert err == f"wrote changes/{path.name}: fill in the reasons and decisions\n"
    return path


def filled(path: Path, reason: str = "Agreed.", decision: str = "RFC-1") -> Path:
    """Give every draft in a file its reason and decision."""
    text = re.sub(r"(&reason\d+) ''", rf"\1 {reason}", path.read_text(encoding="utf-8"))
    path.write_text(re.sub(r"(&decision\d+) ''", rf"\1 {decision}", text), encoding="utf-8")
    return path


def acknowledged(gnomon: Gnomon, root: Path, *arguments: str) -> dict[str, str | None]:
    changes = json.loads(gnomon(root, "diff", *(arguments or ("HEAD",)), "--format=json")[1])["changes"]
    return {change["name"]: (change["acknowledged"] or {}).get("reason") for change in changes}


def faults(gnomon: Gnomon, root: Path) -> list[str]:
    return [line for line in gnomon(root, "check", "--format=concise")[1].splitlines() if line.startswith("changes/")]


def said(gnomon: Gnomon, root: Path) -> list[str]:
    return [line.partition("] ")[2].partition(" (")[0] for line in faults(gnomon, root)]


def test_a_draft_holds_everything_but_the_reasons(gnomon: Gnomon, root: Path) -> None:
    path = drafted(gnomon, root)
    text = path.read_text(encoding="utf-8")
    prints = [entry["fingerprint"] for entry in yaml.safe_load(text)]
    assert path.name == f"p-b-{prints[0][:8]}.yaml"
    assert text.splitlines()[1:] == [
        "# breaking: the metric is gone",
        f"- fingerprint: '{prints[0]}'",
        "  rule: metric-removed",
        "  name: p.B",
        "  reason: &reason1 ''",
        "  decision: &decision1 ''",
        "",
        "# weakening: the test is <= 6.0 mmag instead of <= 5.0 mmag: more values pass",
        f"- fingerprint: '{prints[1]}'",
        "  rule: specification-test-changed",
        "  name: p.A.g",
        "  reason: &reason2 ''",
        "  decision: &decision2 ''",
        "",
        "# weakening: the test is <= 6.0 mmag instead of <= 5.0 mmag: more values pass",
        f"- fingerprint: '{prints[2]}'",
        "  rule: specification-test-changed",
        "  name: p.A.r",
        "  reason: *reason2",
        "  decision: *decision2",
    ]
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_draft_acknowledges_nothing_and_check_asks_for_reasons(gnomon: Gnomon, root: Path) -> None:
    path = drafted(gnomon, root)
    assert acknowledged(gnomon, root) == {"p.B": None, "p.A.g": None, "p.A.r": None}
    assert said(gnomon, root) == [
        f"the acknowledgement of `{name}` has no reason and decision" for name in ("p.B", "p.A.g", "p.A.r")
    ]
    filled(path, decision="''")
    assert said(gnomon, root) == [
        f"the acknowledgement of `{name}` has no decision" for name in ("p.B", "p.A.g", "p.A.r")
    ]


def test_a_reason_of_heirs_is_written_once_and_read_for_each(gnomon: Gnomon, root: Path) -> None:
    filled(drafted(gnomon, root))
    assert acknowledged(gnomon, root) == {"p.B": "Agreed.", "p.A.g": "Agreed.", "p.A.r": "Agreed."}
    assert (gnomon(root, "diff", "HEAD")[0], faults(gnomon, root)) == (0, [])
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=loosen")
    status, out, _ = gnomon(root, "changelog", "HEAD~1", "HEAD")
    loosened = "the test is <= 6.0 mmag instead of <= 5.0 mmag: more values pass"
    assert (status, out.splitlines()[4:]) == (
        0,
        [
            "### Breaking: stored numbers or names are no longer valid",
            "",
            "#### `p`",
            "",
            "- `p.B`: the metric is gone. Agreed. (RFC-1)",
            "",
            "### Weakening: what was caught may pass",
            "",
            "#### `p`",
            "",
            f"- 2 specifications that inherit from `p:a#common`: {loosened}. Agreed. (RFC-1)",
        ],
    )


def test_only_what_fails_is_drafted(gnomon: Gnomon, root: Path) -> None:
    gnomon(root, "diff", "HEAD", "--acknowledge", "--fail-on=breaking")
    (path,) = (root / "changes").iterdir()
    assert [entry["name"] for entry in yaml.safe_load(path.read_text(encoding="utf-8"))] == ["p.B"]
    # The rest goes to a file of its own.
    second = drafted(gnomon, root)
    assert [entry["name"] for entry in yaml.safe_load(second.read_text(encoding="utf-8"))] == ["p.A.g", "p.A.r"]
    status, _, err = gnomon(root, "diff", "HEAD", "--acknowledge")
    assert (status, err) == (1, "nothing to acknowledge\n")


def test_it_holds_for_that_change_alone(gnomon: Gnomon, root: Path) -> None:
    filled(drafted(gnomon, root))
    write(root, {"specs/p/a.yaml": HEIRS.format(7)})
    assert acknowledged(gnomon, root) == {"p.B": "Agreed.", "p.A.g": None, "p.A.r": None}
    status, out, _ = gnomon(root, "diff", "HEAD", "--format=concise")
    stale = [line.partition(": ")[2] for line in out.splitlines() if "fits no change" in line]
    assert (status, stale) == (1, [f"the acknowledgement of {name} fits no change" for name in ("p.A.g", "p.A.r")])


@pytest.mark.parametrize(
    ("old", "new"), [("rule: metric-removed", "rule: metric-renamed"), ("name: p.B", "name: p.C")], ids=["rule", "name"]
)
def test_a_fingerprint_under_another_rule_or_name_is_stale(gnomon: Gnomon, root: Path, old: str, new: str) -> None:
    path = filled(drafted(gnomon, root))
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert acknowledged(gnomon, root)["p.B"] is None
    status, out, _ = gnomon(root, "diff", "HEAD", "--format=concise")
    assert (status, out.count("fits no change")) == (1, 1)
    # Nobody is stuck: it can be drafted.
    assert [entry["name"] for entry in yaml.safe_load(drafted(gnomon, root).read_text(encoding="utf-8"))] == ["p.B"]


def test_a_change_made_again_gets_a_file_of_its_own(gnomon: Gnomon, root: Path) -> None:
    path = filled(drafted(gnomon, root), decision="RFC-1")
    first = path.read_text(encoding="utf-8")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=loosen")
    write(root, {"metrics/p.yaml": METRICS, "specs/p/a.yaml": HEIRS.format(5)})
    git(root, "commit", "--quiet", "--all", "--message=back")
    write(root, {"metrics/p.yaml": METRICS.splitlines(keepends=True)[0], "specs/p/a.yaml": HEIRS.format(6)})
    again = filled(drafted(gnomon, root), decision="RFC-2")
    assert again.name == path.name.replace(".yaml", "-2.yaml")
    assert path.read_text(encoding="utf-8") == first
    assert (gnomon(root, "diff", "HEAD")[0], faults(gnomon, root)) == (0, [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}\n", "a list of acknowledgements"),
        ("- 1\n", "a mapping"),
        ("- {fingerprint: abc, rule: r, name: n, reason: x, decision: y}\n", "16 hexadecimal digits in quotes"),
        ("- {fingerprint: '0123456789abcdef', rule: r, name: n, reason: x}\n", "decision"),
        ("- {fingerprint: '0123456789abcdef', rule: r, name: n, reason: x, decision: y, why: z}\n", "why"),
        ("- [\n", "never closed"),
        ("- {fingerprint: '0123456789abcdef', rule: r, name: n, reason: [x], decision: y}\n", "reason"),
    ],
)
def test_a_file_of_another_shape_is_a_fault(gnomon: Gnomon, root: Path, text: str, expected: str) -> None:
    write(root, {"changes/x.yaml": text})
    found = faults(gnomon, root)
    assert found != []
    assert expected in " ".join(found)
    assert gnomon(root, "diff", "HEAD")[0] == 1


def test_the_same_change_acknowledged_twice_is_a_fault(gnomon: Gnomon, root: Path) -> None:
    path = filled(drafted(gnomon, root))
    write(root, {"changes/again.yaml": path.read_bytes()})
    (first, *_) = faults(gnomon, root)
    assert re.search(
        r"the change `[0-9a-f]{16}` is acknowledged twice \(remove one of them \(changes/again\.yaml:", first
    )


# Odd places and names


@pytest.mark.parametrize(
    ("what", "told"),
    [("file", "changes is no folder"), ("link", "changes is a link, and nothing is written through links")],
    ids=["file", "link"],
)
def test_what_is_no_folder_is_not_written_into(
    gnomon: Gnomon, root: Path, tmp_path: Path, what: str, told: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    if what == "file":
        write(root, {"changes": ""})
    else:
        (root / "changes").symlink_to(outside)
    status, out, err = gnomon(root, "diff", "HEAD", "--acknowledge")
    assert (status, out) == (2, "")
    assert re.fullmatch(rf"error: cannot write changes/[\w-]+\.yaml: {told}\n", err)
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("arguments", [["HEAD", "HEAD"], ["HEAD~1..HEAD"]], ids=" ".join)
def test_a_commit_cannot_be_written_into(gnomon: Gnomon, root: Path, arguments: list[str]) -> None:
    git(root, "commit", "--quiet", "--all", "--message=loosen")
    status, out, err = gnomon(root, "diff", *arguments, "--acknowledge")
    assert (status, out, (root / "changes").exists()) == (2, "", False)
    assert err.startswith("error: --acknowledge writes into the files on disk: give no HEAD")


@pytest.mark.parametrize(
    "name",
    [
        "x\n- {fingerprint: '0123456789abcdef', rule: r, name: n, reason: forged, decision: forged}",
        "a: b",
        "#",
        "'",
        "*reason1",
        "yes",
        "x" * 900,
        "\u202e\x1b[31m",
        "???",
    ],
    ids=lambda name: ascii(name[:20]),
)
def test_the_name_of_a_definition_writes_nothing_but_itself(
    gnomon: Gnomon, commit: Callable[..., Path], name: str
) -> None:
    root = commit({"metrics/p.yaml": METRICS + f"{json.dumps(name)}: {{unit: s, description: x}}\n"})
    write(root, {"metrics/p.yaml": METRICS})
    path = filled(drafted(gnomon, root))
    (entry,) = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert entry["name"] == f"p.{name}"
    assert len(path.name) < 100
    assert gnomon(root, "diff", "HEAD")[0] == 0


def test_a_changelog_over_several_changes_of_one_limit_tells_the_decisions_of_each(gnomon: Gnomon, root: Path) -> None:
    for value, reason in ((6, "Six."), (7, "Seven.")):
        write(root, {"specs/p/a.yaml": HEIRS.format(value)})
        filled(drafted(gnomon, root), reason, f"RFC-{value}")
        git(root, "add", "--all")
        git(root, "commit", "--quiet", "--message", reason)
    lines = gnomon(root, "changelog", "HEAD~2", "HEAD")[1].splitlines()
    limit = "2 specifications that inherit from `p:a#common`: the test is <= 7.0 mmag instead of <= 5.0 mmag"
    (found,) = (line for line in lines if "7.0 mmag" in line)
    assert found.startswith(f"- {limit}: more values pass. ")
    said = found.partition("pass. ")[2].split("; ")
    assert sorted(said) == ["Seven. (RFC-7)", "Six. (RFC-6)"]
    assert [line for line in lines if "`p.B`" in line] == ["- `p.B`: the metric is gone. Six. (RFC-6)"]
