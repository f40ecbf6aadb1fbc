"""``gnomon log``: each commit at which the meaning of a definition changed; and ``changelog`` of many at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from conftest import git, write
from gnomon import schemas

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Gnomon

METRICS = "A: {unit: mmag, description: Scatter.}\n"


def limit(value: float, name: str = "s", metric: str = "A") -> str:
    return f"name: {name}\nmetric: {metric}\nthreshold: {{operator: '<=', value: {value}, unit: mmag}}\n"


START: dict[str, str | bytes] = {"metrics/p.yaml": METRICS, "specs/p/a.yaml": limit(5)}


def log(gnomon: Gnomon, root: Path, name: str) -> list[dict[str, Any]]:
    """Give the steps, oldest first."""
    status, out, err = gnomon(root, "log", name, "--format=json")
    assert (status, err) == (0, "")
    document = json.loads(out)
    Draft202012Validator(schemas.load("log-1")).validate(document)
    steps: list[dict[str, Any]] = document["steps"]
    return steps


def told(gnomon: Gnomon, root: Path, name: str) -> list[tuple[str, list[str] | str]]:
    """Give subjects with the rules of the changes, or why nothing could be read."""
    return [
        (step["subject"], step["broken"] or [change["rule"] for change in step["changes"]])
        for step in log(gnomon, root, name)
    ]


ADDED, TEST, GONE = ["specification-added"], ["specification-test-changed"], ["specification-removed"]


def test_a_history_looks_like_this(gnomon: Gnomon, commit: Callable[..., Path]) -> None:
    root = commit(START, "Begin")
    commit({"README.md": "x"}, "Nothing of ours")
    commit({"specs/p/a.yaml": "# A comment.\n" + limit(5)}, "Only a comment")
    commit({"specs/p/a.yaml": limit(6)}, "Loosen")
    git(root, "rm", "--quiet", "specs/p/a.yaml")
    commit({}, "Remove")
    hashes = git(root, "log", "--format=%h", "--abbrev=10").split()
    expected = (
        f"{hashes[0]} 2026-01-02 A. Author: Remove\n"
        "    weakening: the specification is gone: <= 6.0 mmag\n"
        "\n"
        f"{hashes[1]} 2026-01-02 A. Author: Loosen\n"
        "    weakening: the test is <= 6.0 mmag instead of <= 5.0 mmag: more values pass\n"
        "      - {value: 5.0, unit: mmag, operator: <=}\n"
        "      + {value: 6.0, unit: mmag, operator: <=}\n"
        "\n"
        f"{hashes[4]} 2026-01-02 A. Author: Begin\n"
        "    compatible: a specification of a new metric: <= 5.0 mmag\n"
        "\n"
    )
    assert gnomon(root, "log", "p.A.s") == (0, expected, "")


def test_its_json_holds_the_whole_change_oldest_first(gnomon: Gnomon, commit: Callable[..., Path]) -> None:
    root = commit(START, "Begin")
    commit({"specs/p/a.yaml": limit(6)}, "Loosen")
    first, second = log(gnomon, root, "p.A.s")
    assert (first["subject"], first["broken"], first["commit"]) == ("Begin", None, git(root, "rev-parse", "HEAD~1"))
    assert {key: second[key] for key in ("commit", "author", "date", "subject", "broken")} == {
        "commit": git(root, "rev-parse", "HEAD"),
        "author": "A. Author",
        "date": "2026-01-02T03:04:05+00:00",
        "subject": "Loosen",
        "broken": None,
    }
    (change,) = second["changes"]
    assert (change["before"]["value"], change["after"]["value"], change["impacts"]) == (5.0, 6.0, ["weakening"])


def test_files_may_be_renamed_and_partials_introduced(gnomon: Gnomon, commit: Callable[..., Path]) -> None:
    root = commit(START, "begin")
    git(root, "mv", "specs/p/a.yaml", "specs/p/b.yaml")
    commit({}, "rename the file")
    (root / "specs/p/b.yaml").unlink()
    partial = "id: common\nthreshold: {{operator: '<=', value: {}, unit: mmag}}\n---\nname: A.s\nbase: '#common'\n"
    commit({"specs/p/deep/c.yml": partial.format(5)}, "inherit")
    commit({"specs/p/deep/c.yml": partial.format(6)}, "edit the partial")
    assert told(gnomon, root, "p.A.s") == [("begin", ADDED), ("edit the partial", TEST)]


def test_an_edit_in_another_package_counts_where_it_is_inherited(gnomon: Gnomon, commit: Callable[..., Path]) -> None:
    base = "id: common\nthreshold: {{operator: '<=', value: {}, unit: mmag}}\n"
    heir = "name: A.s\nbase: 'q:base#common'\n"
    commit({"metrics/p.yaml": METRICS, "specs/q/base.yaml": base.format(5), "specs/p/a.yaml": heir}, "begin")
    root = commit({"specs/q/base.yaml": base.format(6)}, "edit the other package")
    assert told(gnomon, root, "p.A.s") == [("begin", ADDED), ("edit the other package", TEST)]
    assert told(gnomon, root, "p")[-1] == ("edit the other package", TEST)


def test_a_definition_is_followed_to_its_old_names(gnomon: Gnomon, commit: Callable[..., Path]) -> None:
    def state(name: str, value: float, replaced_by: str = "") -> dict[str, str | bytes]:
        deprecated = f", deprecated: {{replaced_by: {replaced_by}}}" if replaced_by else ""
        return {
            "metrics/p.yaml": f"{name}: {{unit: mmag, description: Scatter.{deprecated}}}\n",
            "specs/p/a.yaml": limit(value, "s", name),
        }

    commit(state("A", 5), "begin")
    commit(state("A", 6), "loosen A")
    commit(state("A", 6, "B"), "deprecate A")
    commit(state("B", 6), "A is B")
    commit(state("B", 7), "loosen B")
    commit(state("B", 7, "A"), "deprecate B")
    commit(state("A", 7), "B is A")
    root = commit(state("A", 8), "loosen A again")
    renamed = ["specification-renamed"]
    assert told(gnomon, root, "p.A.s") == [
        ("begin", ADDED),
        ("loosen A", TEST),
        ("A is B", renamed),
        ("loosen B", TEST),
        ("B is A", renamed),
        ("loosen A again", TEST),
    ]
    assert [subject for subject, _ in told(gnomon, root, "p.A")] == [
        *("begin", "deprecate A", "A is B", "deprecate B", "B is A"),
    ]
    # By its other name it ends where that name does.
    assert [subject for subject, _ in told(gnomon, root, "p.B.s")] == [
        *("begin", "loosen A", "A is B", "loosen B", "B is A"),
    ]


def test_a_definition_may_go_and_come_back(gnomon: Gnomon, commit: Callable[..., Path]) -> None:
    root = commit({**START, "specs/p/b.yaml": limit(1, "other")}, "begin")
    git(root, "rm", "--quiet", "specs/p/a.yaml")
    commit({}, "remove")
    commit({"specs/p/a.yaml": limit(6)}, "bring back")
    assert told(gnomon, root, "p.A.s") == [("begin", ADDED), ("remove", GONE), ("bring back", ADDED)]
    git(root, "rm", "--quiet", "specs/p/a.yaml")
    commit({}, "remove again")
    assert told(gnomon, root, "p.A.s")[-1] == ("remove again", GONE)


def test_a_merge_is_one_step(gnomon: Gnomon, commit: Callable[..., Path]) -> None:
    root = commit(START, "begin")
    git(root, "checkout", "--quiet", "-b", "side")
    commit({"specs/p/a.yaml": limit(6)}, "loosen on a branch")
    commit({"specs/p/a.yaml": limit(7)}, "loosen further on a branch")
    git(root, "checkout", "--quiet", "main")
    commit({"metrics/p.yaml": METRICS.replace("Scatter", "Spread")}, "reword on main")
    git(root, "merge", "--quiet", "--no-ff", "--message=merge", "side")
    assert told(gnomon, root, "p.A.s") == [("begin", ADDED), ("merge", TEST)]
    (before, after) = (log(gnomon, root, "p.A.s")[-1]["changes"][0][side]["value"] for side in ("before", "after"))
    assert (before, after) == (5.0, 7.0)


BROKEN = "specs/p/a.yaml:2:1: a bracket that is never closed"


def test_what_changed_while_it_was_broken_is_told_when_it_is_mended(
    gnomon: Gnomon, commit: Callable[..., Path]
) -> None:
    commit(START, "begin")
    commit({"specs/p/a.yaml": "name: [\n"}, "break")
    commit({"specs/p/b.yaml": limit(1, "other")}, "meanwhile")
    root = commit({"specs/p/a.yaml": limit(6)}, "mend")
    assert told(gnomon, root, "p.A.s") == [("begin", ADDED), ("break", BROKEN), ("meanwhile", BROKEN), ("mend", TEST)]
    # Of the package nothing is lost either.
    steps = log(gnomon, root, "p")
    assert [(step["subject"], [change["name"] for change in step["changes"]]) for step in steps] == [
        ("begin", ["p.A", "p.A.s"]),
        ("break", []),
        ("meanwhile", ["p.A.other"]),
        ("mend", ["p.A.s"]),
    ]


def test_what_is_broken_beside_it_is_no_matter(gnomon: Gnomon, commit: Callable[..., Path]) -> None:
    commit(START, "begin")
    commit({"specs/p/b.yaml": "name: [\n"}, "break another file")
    commit({"specs/q/a.yaml": "name: [\n"}, "break another package")
    root = commit({"specs/p/a.yaml": limit(6)}, "loosen")
    assert told(gnomon, root, "p.A.s") == [("begin", ADDED), ("loosen", TEST)]
    assert told(gnomon, root, "p.A") == [("begin", ["metric-added"])]


def test_a_specification_that_does_not_resolve_is_broken_with_its_reason(
    gnomon: Gnomon, commit: Callable[..., Path]
) -> None:
    commit(START, "begin")
    commit({"specs/p/a.yaml": limit(5) + "base: '#none'\n"}, "inherit from nothing")
    root = commit({"specs/p/a.yaml": limit(5)}, "mend")
    (_, broken) = told(gnomon, root, "p.A.s")
    assert broken[0] == "inherit from nothing"
    assert str(broken[1]).startswith("specs/p/a.yaml:4:7: ")


def test_a_commit_without_definitions_removes_them(gnomon: Gnomon, commit: Callable[..., Path]) -> None:
    root = commit(START, "begin")
    git(root, "rm", "-r", "--quiet", "metrics", "specs")
    commit({"README.md": ""}, "remove all")
    commit(START, "bring all back")
    assert told(gnomon, root, "p.A.s") == [("begin", ADDED), ("remove all", GONE), ("bring all back", ADDED)]


LIST = "`gnomon list` shows what there is"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("p.A.t", "there is and was no definition `p.A.t`; did you mean `p.A.s`?"),
        ("p.B", f"there is and was no definition `p.B`; {LIST}"),
        ("q", f"there is and was no definition `q`; {LIST}"),
        ("nonsense.metric", f"there is and was no definition `nonsense.metric`; {LIST}"),
        ("p.A.s.t", "`p.A.s.t` is no name; write package, package.metric or package.metric.spec"),
        ("", "`` is no name; write package, package.metric or package.metric.spec"),
        ("p.", "`p.` is no name; write package, package.metric or package.metric.spec"),
        ("p/./q", f"there is and was no definition `p/./q`; {LIST}"),
        ("p/../q", "`p/../q` is no name; write package, package.metric or package.metric.spec"),
        ("*", f"there is and was no definition `*`; {LIST}"),
        (":(top)p", f"there is and was no definition `:(top)p`; {LIST}"),
        ("a\x1b[31m\n::error::x", f"there is and was no definition `a\\x1b[31m ::error::x`; {LIST}"),
    ],
    ids=ascii,
)
def test_what_never_was_is_refused_with_a_suggestion(
    gnomon: Gnomon, commit: Callable[..., Path], name: str, message: str
) -> None:
    assert gnomon(commit(START), "log", name) == (2, "", f"error: {message}\n")


# Changelog


def test_a_changelog_is_by_impact_and_package_and_tells_each_change_once(
    gnomon: Gnomon, commit: Callable[..., Path]
) -> None:
    ranges = "name: A.r\nrange: {{lower: {}, upper: {}, unit: mmag}}\n"
    commit(
        {
            "metrics/p.yaml": METRICS,
            "metrics/q.yaml": METRICS,
            "specs/p/a.yaml": limit(5) + "---\n" + ranges.format(1, 2),
            "specs/q/a.yaml": limit(5) + "metadata_query: {filter: g}\n",
        }
    )
    root = commit(
        {
            "metrics/q.yaml": METRICS + "N: {unit: s, description: New.}\n",
            "specs/p/a.yaml": limit(6) + "---\n" + ranges.format(1.5, 2.5),
            "specs/q/a.yaml": limit(5),
        }
    )
    git(root, "tag", "definitions/2026.11")
    status, out, err = gnomon(root, "changelog", "HEAD~1", "definitions/2026.11")
    shifted = "some values pass that did not, and some no longer"
    tightened = f"the test is \\[1.5, 2.5\\] mmag instead of \\[1.0, 2.0\\] mmag: {shifted}"
    assert (status, err, out.splitlines()) == (
        0,
        "",
        [
            "## definitions/2026.11",
            "",
            "Definitions from `HEAD~1` to `definitions/2026.11`.",
            "",
            "### Tightening: what passed may fail",
            "",
            "#### `p`",
            "",
            f"- `p.A.r`: {tightened}",
            "",
            "#### `q`",
            "",
            "- `q.A.s`: it applies to more jobs (`{filter: g}` → `{}`)",
            "",
            "### Weakening: what was caught may pass",
            "",
            "#### `p`",
            "",
            "- `p.A.s`: the test is <= 6.0 mmag instead of <= 5.0 mmag: more values pass",
            "",
            "### Compatible",
            "",
            "#### `q`",
            "",
            "- `q.N`: a new metric in s",
        ],
    )


def test_a_changelog_without_changes_says_so(gnomon: Gnomon, commit: Callable[..., Path]) -> None:
    assert gnomon(commit(START), "changelog", "HEAD", "main") == (
        0,
        "## main\n\nDefinitions from `HEAD` to `main`.\n\nNo definition changed its meaning.\n",
        "",
    )


def test_a_changelog_that_could_not_judge_all_says_so_and_fails(gnomon: Gnomon, commit: Callable[..., Path]) -> None:
    commit(START)
    root = commit({"specs/p/a.yaml": "name: [\n"})
    status, out, _ = gnomon(root, "changelog", "HEAD~1", "HEAD")
    assert (status, out.splitlines()[3:]) == (
        1,
        ["", "### Not judged", "", f"- at the head: {BROKEN}: nothing is known of p.A.s"],
    )


@pytest.mark.parametrize("arguments", [[], ["HEAD"], ["HEAD..HEAD"], ["HEAD", "HEAD", "HEAD"], ["HEAD", "none"]])
def test_a_changelog_needs_two_revisions(gnomon: Gnomon, commit: Callable[..., Path], arguments: list[str]) -> None:
    status, out, err = gnomon(commit(START), "changelog", *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)


def test_a_working_tree_does_not_matter_to_history(gnomon: Gnomon, commit: Callable[..., Path]) -> None:
    root = commit(START, "begin")
    before = gnomon(root, "log", "p.A.s"), gnomon(root, "changelog", "HEAD", "HEAD")
    write(root, {"specs/p/a.yaml": "name: [\n", "metrics/p.yaml": ""})
    git(root, "add", "--all")
    assert (gnomon(root, "log", "p.A.s"), gnomon(root, "changelog", "HEAD", "HEAD")) == before


def test_what_is_new_while_it_cannot_be_read_is_told_when_it_can(gnomon: Gnomon, commit: Callable[..., Path]) -> None:
    commit(START, "begin")
    commit({"specs/p/a.yaml": limit(5) + "---\nname: [\n"}, "break")
    root = commit({"specs/p/a.yaml": limit(5) + "---\n" + limit(3, "t")}, "mend")
    assert told(gnomon, root, "p.A.t") == [("break", BROKEN.replace(":2:", ":6:")), ("mend", ADDED)]
    assert [change["name"] for change in log(gnomon, root, "p")[-1]["changes"]] == ["p.A.t"]
