"""``gnomon check``: formats, filters, levels and configuration."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from conftest import git
from gnomon import schemas
from gnomon.cli import execute
from gnomon.rules import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Make = Callable[..., Path]
    Gnomon = Callable[..., tuple[int, str, str]]

METRICS = """\
A:
  unit: mmag
  description: Scatter of the magnitudes of bright stars over visits.
B:
  unit: milliarcsecond
  description: Error of the positions of bright stars on the sky.
"""
SPECS = """\
name: A.hsc
metadata_qurey: {camera: hsc}
threshold: {operator: "<=", value: 5, unit: mmag}
---
id: unused
tags: [x]
"""
# One finding of each severity.
FAULTY: dict[str, str | bytes] = {"metrics/p.yaml": METRICS, "specs/p/a.yaml": SPECS}
SOUND: dict[str, str | bytes] = {
    "metrics/p.yaml": METRICS.replace("milliarcsecond", "marcsec"),
    "specs/p/a.yaml": SPECS.replace("qurey", "query").partition("---")[0],
}
NOTE, ERROR, WARNING = (
    (
        "metrics/p.yaml:5:9: note[unit-spelling] the unit `milliarcsecond` is spelled `marcsec` by astropy "
        "(write `marcsec`)"
    ),
    "specs/p/a.yaml:2:1: error[unknown-field] unknown field `metadata_qurey`; did you mean `metadata_query`?",
    (
        "specs/p/a.yaml:5:5: warning[unused-partial] nothing inherits from the partial `p:a#unused` "
        "(remove it, or name it as a base)"
    ),
)
MENDS = "--fix mends 1 of them, and --fix --unsafe-fixes 1 more."
CHECKED = "2 metrics, 1 specification and 1 partial in 1 package."


def findings(output: str) -> list[str]:
    return [line for line in output.splitlines() if not line.startswith(("Found ", "No findings ", "--fix "))]


def test_full_shows_the_lines_that_findings_are_about(tree: Make, gnomon: Gnomon) -> None:
    assert gnomon(tree(FAULTY), "check") == (
        1,
        """\
note[unit-spelling]: the unit `milliarcsecond` is spelled `marcsec` by astropy
 --> metrics/p.yaml:5:9
  |
3 |   description: Scatter of the magnitudes of bright stars over visits.
4 | B:
5 |   unit: milliarcsecond
  |         ^^^^^^^^^^^^^^
6 |   description: Error of the positions of bright stars on the sky.
  |
  = help: write `marcsec`

error[unknown-field]: unknown field `metadata_qurey`; did you mean `metadata_query`?
 --> specs/p/a.yaml:2:1
  |
1 | name: A.hsc
2 | metadata_qurey: {camera: hsc}
  | ^^^^^^^^^^^^^^
3 | threshold: {operator: "<=", value: 5, unit: mmag}
  |

warning[unused-partial]: nothing inherits from the partial `p:a#unused`
 --> specs/p/a.yaml:5:5
  |
3 | threshold: {operator: "<=", value: 5, unit: mmag}
4 | ---
5 | id: unused
  |     ^^^^^^
6 | tags: [x]
  |
  = help: remove it, or name it as a base

Found 1 error, 1 warning, 1 note in 2 metrics, 1 specification and 1 partial in 1 package.
--fix mends 1 of them, and --fix --unsafe-fixes 1 more.
""",
        "",
    )


def test_concise_is_a_line_a_finding(tree: Make, gnomon: Gnomon) -> None:
    lines = [NOTE, ERROR, WARNING, f"Found 1 error, 1 warning, 1 note in {CHECKED}", MENDS, ""]
    assert gnomon(tree(FAULTY), "check", "--format", "concise") == (1, "\n".join(lines), "")


def test_json_follows_its_schema(tree: Make, gnomon: Gnomon) -> None:
    status, out, err = gnomon(tree(FAULTY), "check", "--format", "json")
    document = json.loads(out)
    Draft202012Validator(schemas.load("check-1")).validate(document)
    counts = {"packages": 1, "metrics": 2, "specifications": 1, "partials": 1, "error": 1, "warning": 1, "note": 1}
    found = document.pop("diagnostics")
    assert (status, err) == (1, "")
    assert document == {
        "schema": "gnomon/check/1",
        "source": {"label": "repository", "commit": None},
        "counts": counts,
    }
    assert [(item["severity"], item["rule"]) for item in found] == [
        ("note", "unit-spelling"),
        ("error", "unknown-field"),
        ("warning", "unused-partial"),
    ]
    place = {"path": "specs/p/a.yaml", "line": 2, "column": 1, "end_line": 2, "end_column": 15}
    assert found[1] == {
        "rule": "unknown-field",
        "severity": "error",
        "message": "unknown field `metadata_qurey`; did you mean `metadata_query`?",
        "hint": None,
        "subject": "p.A.hsc",
        **place,
        "related": [],
        "fix": {"applicability": "unsafe", "edits": [{**place, "text": "metadata_query"}]},
    }
    assert found[2]["subject"] == "p:a#unused"


def test_json_has_the_other_places_of_a_finding(tree: Make, gnomon: Gnomon) -> None:
    twice = "name: A.s\nthreshold: {operator: '<', value: 1, unit: mmag}\n"
    root = tree({"metrics/p.yaml": METRICS, "specs/p/a.yaml": twice, "specs/p/b.yaml": twice})
    document = json.loads(gnomon(root, "check", "--format", "json", "--select", "duplicate-specification")[1])
    Draft202012Validator(schemas.load("check-1")).validate(document)
    assert [item["related"] for item in document["diagnostics"]] == [
        [{"message": "another definition", "path": "specs/p/b.yaml", "line": 1, "column": 7}],
        [{"message": "another definition", "path": "specs/p/a.yaml", "line": 1, "column": 7}],
    ]


def test_statistics_count_findings_by_rule(tree: Make, gnomon: Gnomon) -> None:
    two = SPECS + "---\nid: unused2\ntags: [y]\n"
    assert gnomon(tree({**FAULTY, "specs/p/a.yaml": two}), "check", "--statistics") == (
        1,
        """\
count  severity  rule            what it finds
2      warning   unused-partial  No document inherits from a partial.
1      note      unit-spelling   A unit is not spelled as astropy writes it.
1      error     unknown-field   A field that the format does not have.
Found 1 error, 2 warnings, 1 note in 2 metrics, 1 specification and 2 partials in 1 package.
--fix mends 1 of them, and --fix --unsafe-fixes 1 more.
""",
        "",
    )


@pytest.mark.parametrize(("count", "is_told"), [(50, False), (51, True)])
def test_where_there_are_many_findings_it_is_told_how_to_see_fewer(
    tree: Make, gnomon: Gnomon, count: int, *, is_told: bool
) -> None:
    root = tree({**FAULTY, "specs/p/a.yaml": "---\n".join(f"id: unused{n}\ntags: [x]\n" for n in range(count))})
    last = gnomon(root, "check", "--select", "unused-partial")[1].splitlines()[-1]
    told = "`--statistics` counts them by rule, and `--since REV` shows only what is new since a Git revision."
    assert (last == told) == is_told


def test_statistics_are_no_json(tree: Make, gnomon: Gnomon) -> None:
    assert gnomon(tree(FAULTY), "check", "--statistics", "--format", "json")[:2] == (2, "")


@pytest.mark.parametrize("option", [["--format", "full"], ["--format", "concise"], ["--statistics"]], ids="".join)
def test_nothing_found_is_said(tree: Make, gnomon: Gnomon, option: list[str]) -> None:
    clean = "No findings in 2 metrics, 1 specification and 0 partials in 1 package.\n"
    assert gnomon(tree(SOUND), "check", *option) == (0, clean, "")


def test_empty_repository_is_sound(tree: Make, gnomon: Gnomon) -> None:
    root = tree({"metrics/README.md": "none yet"})
    assert gnomon(root, "check") == (
        0,
        "No findings in 0 metrics, 0 specifications and 0 partials in 0 packages.\n",
        "",
    )
    document = json.loads(gnomon(root, "check", "--format", "json")[1])
    Draft202012Validator(schemas.load("check-1")).validate(document)
    assert document["diagnostics"] == []


# Levels


@pytest.mark.parametrize(
    ("level", "severity", "status"),
    [
        ("error", "error", 1),
        ("error", "warning", 0),
        ("error", "note", 0),
        ("warning", "error", 1),
        ("warning", "warning", 1),
        ("warning", "note", 0),
        ("note", "error", 1),
        ("note", "warning", 1),
        ("note", "note", 1),
        ("none", "error", 0),
        ("none", "warning", 0),
        ("none", "note", 0),
    ],
)
def test_fails_from_a_level_on(tree: Make, gnomon: Gnomon, level: str, severity: str, status: int) -> None:
    rule = {"error": "unknown-field", "warning": "unused-partial", "note": "unit-spelling"}[severity]
    root = tree(FAULTY)
    assert gnomon(root, "check", "--select", rule, "--fail-on", level)[0] == status
    configured = tree({"gnomon.toml": f"fail-on = '{level}'\n"})
    assert gnomon(configured, "check", "--select", rule)[0] == status


def test_command_line_beats_the_configured_level(tree: Make, gnomon: Gnomon) -> None:
    root = tree({**FAULTY, "gnomon.toml": "fail-on = 'none'\n"})
    assert [gnomon(root, "check", *option)[0] for option in ([], ["--fail-on", "error"])] == [0, 1]


def test_fails_on_errors_unless_told_otherwise(tree: Make, gnomon: Gnomon) -> None:
    root = tree({**FAULTY, "specs/p/a.yaml": SPECS.replace("qurey", "query")})
    status, out, _ = gnomon(root, "check", "--format", "concise")
    assert (status, findings(out)) == (0, [NOTE, WARNING])


# Rules


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--select", "unknown-field"], [ERROR]),
        (["--select", "unknown-field,unit-spelling"], [NOTE, ERROR]),
        (["--select", "unknown-field", "--select", " unit-spelling ,"], [NOTE, ERROR]),
        (["--ignore", "unknown-field"], [NOTE, WARNING]),
        (["--ignore", "unknown-field,unit-spelling", "--ignore", "unused-partial"], []),
        (["--select", "unknown-field,unused-partial", "--ignore", "unused-partial"], [ERROR]),
        (["--select", "non-finite"], []),
    ],
    ids=lambda value: " ".join(value) if value and value[0].startswith("--") else "",
)
def test_rules_are_chosen(tree: Make, gnomon: Gnomon, options: list[str], expected: list[str]) -> None:
    assert findings(gnomon(tree(FAULTY), "check", "--format", "concise", *options)[1]) == expected


@pytest.mark.parametrize(
    ("option", "name", "told"),
    [
        ("--select", "unknown-fild", "there is no rule `unknown-fild`; did you mean `unknown-field`?"),
        ("--ignore", "Unit-Spelling", "there is no rule `Unit-Spelling`; did you mean `unit-spelling`?"),
        ("--ignore", "qqq", "there is no rule `qqq`; `gnomon rule` lists them"),
    ],
)
def test_unknown_rules_are_refused(tree: Make, gnomon: Gnomon, option: str, name: str, told: str) -> None:
    assert gnomon(tree(FAULTY), "check", option, name) == (2, "", f"error: {told}\n")


# Configuration


def configured(where: str, settings: str) -> dict[str, str | bytes]:
    """Put settings, whose tables are named in full, into one of the two files."""
    if where == "gnomon.toml":
        return {**FAULTY, where: settings}
    lines = [line.replace("[", "[tool.gnomon.", 1) if line[:1] == "[" else line for line in settings.splitlines()]
    return {**FAULTY, where: "\n".join(["[project]", "name = 'x'", "[tool.gnomon]", *lines])}


@pytest.mark.parametrize("where", ["gnomon.toml", "pyproject.toml"])
@pytest.mark.parametrize(
    ("settings", "options", "expected"),
    [
        ("select = ['unknown-field']", [], [ERROR]),
        ("select = ['unknown-field']", ["--select", "unit-spelling"], [NOTE]),
        ("ignore = ['unknown-field', 'unused-partial']", [], [NOTE]),
        ("ignore = ['unknown-field']", ["--ignore", "unit-spelling"], [WARNING]),
        ("ignore = ['unknown-field']", ["--select", "unknown-field"], [ERROR]),
        ("[rules]\nunknown-field = 'off'\nunused-partial = 'off'", [], [NOTE]),
        ("[rules]\nunknown-field = 'off'", ["--select", "unknown-field"], [ERROR]),
        (
            "[rules]\nunknown-field = 'note'\nunit-spelling = 'warning'\nunused-partial = 'error'",
            [],
            [
                NOTE.replace("note[", "warning["),
                ERROR.replace("error[", "note["),
                WARNING.replace("warning[", "error["),
            ],
        ),
    ],
    ids=["select", "select-beaten", "ignore", "ignore-more", "ignore-beaten", "off", "off-beaten", "severities"],
)
def test_configuration_is_obeyed(
    tree: Make, gnomon: Gnomon, where: str, settings: str, options: list[str], expected: list[str]
) -> None:
    status, out, err = gnomon(tree(configured(where, settings)), "check", "--format", "concise", *options)
    failing = any(": error[" in line for line in expected)
    assert (status, findings(out), err) == (int(failing), expected, "")


@pytest.mark.parametrize("where", ["gnomon.toml", "pyproject.toml"])
def test_mistakes_of_the_configuration_are_findings(tree: Make, gnomon: Gnomon, where: str) -> None:
    settings = "ingore = ['x']\nfail-on = 'sometimes'\nignore = ['unit-speling']\n[rules]\nunused-partial = 'bad'"
    options = ["--select", "invalid-configuration", "--format", "concise"]
    status, out, _ = gnomon(tree(configured(where, settings)), "check", *options)
    first = 1 if where == "gnomon.toml" else 4
    rule = "error[invalid-configuration]"
    assert status == 1
    assert [(line.split(rule)[0], line.rpartition(" (")[2]) for line in findings(out)] == [
        (f"{where}:{first}:1: ", "did you mean `ignore`?)"),
        (f"{where}:{first + 1}:1: ", "use `error`, `warning`, `note` or `none`)"),
        (f"{where}:{first + 2}:12: ", "did you mean `unit-spelling`?)"),
        (f"{where}:{first + 4}:1: ", "use `error`, `warning`, `note` or `off`)"),
    ]


def test_broken_configuration_hides_no_definition(tree: Make, gnomon: Gnomon) -> None:
    status, out, _ = gnomon(tree({**FAULTY, "gnomon.toml": "ignore = [\n"}), "check", "--format", "concise")
    assert (status, findings(out)[1:]) == (1, [NOTE, ERROR, WARNING])
    assert findings(out)[0].startswith("gnomon.toml:")
    assert "error[invalid-configuration] this is no TOML" in findings(out)[0]


# Paths


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["metrics"], [NOTE]),
        (["specs/"], [ERROR, WARNING]),
        (["specs/p/a.yaml"], [ERROR, WARNING]),
        (["./specs/../specs/p"], [ERROR, WARNING]),
        (["metrics/p.yaml", "specs/p/a.yaml"], [NOTE, ERROR, WARNING]),
        (["."], [NOTE, ERROR, WARNING]),
        (["README.md"], []),
        (["met"], []),
    ],
    ids=lambda value: ",".join(value) if value and "[" not in value[0] else "",
)
def test_paths_choose_what_is_shown(tree: Make, gnomon: Gnomon, paths: list[str], expected: list[str]) -> None:
    root = tree({**FAULTY, "README.md": "", "met/x": ""})
    status, out, err = gnomon(root, "check", "--format", "concise", *paths)
    assert (status, findings(out), err) == (int(ERROR in expected), expected, "")


def test_paths_are_of_the_folder_where_one_stands(
    tree: Make, gnomon: Gnomon, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tree(FAULTY)
    assert findings(gnomon(root / "specs", "check", "--format", "concise", "p/a.yaml")[1]) == [ERROR, WARNING]
    assert findings(gnomon(root / "specs", "check", "--format", "concise")[1]) == [NOTE, ERROR, WARNING]
    monkeypatch.chdir(root / "specs" / "p")
    assert execute(["check", "--format", "concise", "."]) == 1
    assert findings(capsys.readouterr().out) == [ERROR, WARNING]
    assert execute(["check", "--format", "concise", str(root / "metrics")]) == 0
    assert findings(capsys.readouterr().out) == [NOTE]


def test_paths_may_lead_through_a_link(tree: Make, gnomon: Gnomon, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tree(FAULTY))
    path = str(tmp_path / "link" / "metrics")
    assert findings(gnomon(tmp_path / "link", "check", "--format", "concise", path)[1]) == [NOTE]


@pytest.mark.parametrize(
    ("path", "told"),
    [("specs/q", "no such file or folder: specs/q"), ("..", ".. is not in the repository {root}")],
    ids=["missing", "outside"],
)
def test_paths_that_hold_nothing_are_refused(tree: Make, gnomon: Gnomon, path: str, told: str) -> None:
    root = tree(FAULTY)
    status, out, err = gnomon(root, "check", path)
    assert (status, out) == (2, "")
    assert told.format(root=root) in err


# Revisions


def test_a_revision_is_checked_instead_of_the_files(commit: Make, gnomon: Gnomon) -> None:
    root = commit(FAULTY)
    first = git(root, "rev-parse", "HEAD")
    commit(SOUND)
    (root / "metrics" / "p.yaml").write_text("broken: [\n")
    assert gnomon(root, "check", "--rev", "HEAD")[:2] == (
        0,
        "No findings in 2 metrics, 1 specification and 0 partials in 1 package.\n",
    )
    status, out, _ = gnomon(root, "check", "--rev", "HEAD~1", "--format", "json")
    document = json.loads(out)
    Draft202012Validator(schemas.load("check-1")).validate(document)
    assert (status, document["source"]) == (1, {"label": "HEAD~1", "commit": first})
    assert [item["rule"] for item in document["diagnostics"]] == ["unit-spelling", "unknown-field", "unused-partial"]
    assert gnomon(root, "check")[0] == 1


def test_a_path_may_be_gone_since_a_revision(commit: Make, gnomon: Gnomon) -> None:
    root = commit(FAULTY)
    git(root, "rm", "--quiet", "specs/p/a.yaml")
    commit({})
    assert findings(gnomon(root, "check", "--rev", "HEAD~1", "--format", "concise", "specs/p/a.yaml")[1]) == [
        ERROR,
        WARNING,
    ]


def test_the_pages_of_rules_are_told_where_there_is_a_site(tree: Make, gnomon: Gnomon) -> None:
    settings = '[docs]\nbase-url = "https://example.org/metrics/"\n'
    line = "Each rule has a page: https://example.org/metrics/reference/rules.html (or `gnomon rule NAME`).\n"
    assert "Each rule has a page" not in gnomon(tree(FAULTY), "check")[1]
    root = tree(FAULTY | {"gnomon.toml": settings})
    assert gnomon(root, "check")[1].endswith(line)
    assert "Each rule has a page" not in gnomon(root, "check", "--ignore", ",".join(CATALOGUE))[1]


def test_only_what_is_new_since_a_revision_is_shown(commit: Make, gnomon: Gnomon) -> None:
    root = commit(FAULTY)
    moved = "# A comment moves every line.\n\n" + SPECS
    commit({"specs/p/a.yaml": moved, "specs/p/b.yaml": "name: A.t\nbase: A.hsc\nfoo: 1\n"})
    status, out, err = gnomon(root, "check", "--since", "HEAD~1", "--format", "concise")
    assert (status, [line.split(" (")[0] for line in findings(out)], err) == (
        1,
        ["specs/p/b.yaml:3:1: error[unknown-field] unknown field `foo`"],
        "",
    )
    assert gnomon(root, "check", "--since", "HEAD", "--format", "concise")[0] == 0
    assert gnomon(root, "check", "--since", "gone")[:2] == (2, "")


@pytest.mark.parametrize(
    ("before", "after", "status", "rules"),
    [
        ("", "ignore = ['unknown-field']\n", 1, ["error[unknown-field]"]),
        ("", "[rules]\nunknown-field = 'off'\n", 1, ["error[unknown-field]"]),
        ("", "select = ['duplicate-key']\n", 1, ["error[unknown-field]"]),
        ("", "fail-on = 'none'\n", 1, ["error[unknown-field]"]),
        ("", "[rules]\nunknown-field = 'note'\n", 1, ["error[unknown-field]"]),
        ("[rules]\nunknown-field = 'note'\n", "", 1, ["error[unknown-field]"]),
        ("ignore = ['unknown-field']\n", "", 1, ["error[unknown-field]"]),
        ("ignore = ['unknown-field']\n", "ignore = ['unknown-field']\n", 0, []),
    ],
)
def test_a_change_cannot_loosen_its_own_gate(
    commit: Make, gnomon: Gnomon, before: str, after: str, status: int, rules: list[str]
) -> None:
    """Of the configurations at both ends the stricter judges."""
    commit(FAULTY | {"gnomon.toml": before})
    root = commit({"gnomon.toml": after, "specs/p/b.yaml": "name: A.t\nbase: A.hsc\nfoo: 1\n"})
    found, out, _ = gnomon(root, "check", "--since", "HEAD~1", "--format", "concise")
    assert (found, [line.split()[1] for line in findings(out)]) == (status, rules)


def test_old_findings_stay_old_where_others_join_them(commit: Make, gnomon: Gnomon) -> None:
    limit = "threshold: {operator: '<=', value: 5, unit: mmag}\n"
    alike = "  unit: mmag\n  description: Scatter of the magnitudes of bright stars over visits.\n"
    metrics = f"A:\n{alike}B:\n{alike}"
    specs = [f"name: A.{name}\n{query}{limit}" for name, query in (("all", ""), ("r", "metadata_query: {band: r}\n"))]
    root = commit({"metrics/p.yaml": metrics, "specs/p/a.yaml": "---\n".join([*specs, specs[0]])})
    more = [*specs, specs[0], specs[1].replace("A.r", "A.g"), specs[0]]
    commit({"metrics/p.yaml": f"{metrics}C:\n{alike}", "specs/p/a.yaml": "---\n".join(more)})
    _, out, _ = gnomon(root, "check", "--since", "HEAD~1", "--format", "concise")
    # The definition that was added is a fault, and those that were there are no new ones.
    assert [line.partition(" ")[0] + line.partition("] ")[2][:60] for line in findings(out)] == [
        "specs/p/a.yaml:15:7:the specification `p.A.all` is defined 3 times; the last def"
    ]


def test_everything_is_new_since_there_was_nothing(commit: Make, gnomon: Gnomon) -> None:
    root = commit({"README.md": "# Nothing yet\n"})
    commit(FAULTY)
    status, out, err = gnomon(root, "check", "--since", "HEAD~1", "--format", "concise")
    assert (status, findings(out)) == (1, [NOTE, ERROR, WARNING])
    assert err.startswith("note: no metrics repository in HEAD~1")
    assert err.endswith("; everything is new\n")


def test_where_all_definitions_are_gone_nothing_is_new(commit: Callable[..., Path], gnomon: Gnomon) -> None:
    root = commit(FAULTY)
    shutil.rmtree(root / "metrics")
    shutil.rmtree(root / "specs")
    commit({"README.md": "They are elsewhere now."})
    missing = "no metrics repository in HEAD: it has no folder `metrics/` and no configuration"
    assert gnomon(root, "check", "--rev", "HEAD", "--since", "HEAD~1") == (
        0,
        "No findings in 0 metrics, 0 specifications and 0 partials in 0 packages.\n",
        f"note: {missing}; so there is nothing to check\n",
    )
    assert gnomon(root, "check", "--rev", "HEAD") == (2, "", f"error: {missing}\n")
    assert gnomon(root, "check", "--rev", "HEAD", "--since", "HEAD") == (2, "", f"error: {missing}\n")
    # What is on disk may be another place than the one that is meant.
    assert gnomon(root, "check", "--since", "HEAD~1")[0] == 2


def test_working_tree_and_revision_agree(commit: Make, gnomon: Gnomon) -> None:
    root = commit(FAULTY)
    assert gnomon(root, "check") == gnomon(root, "check", "--rev", "HEAD")


def test_paths_are_relative_to_the_top_level_of_git(commit: Make, gnomon: Gnomon) -> None:
    root = commit({f"science/quality/{path}": text for path, text in FAULTY.items()})
    inner = root / "science" / "quality"
    expected = [f"science/quality/{line}" for line in (NOTE, ERROR, WARNING)]
    assert findings(gnomon(inner, "check", "--format", "concise")[1]) == expected
    assert findings(gnomon(inner, "check", "--format", "concise", "--rev", "HEAD")[1]) == expected
    assert findings(gnomon(inner, "check", "--format", "concise", "metrics")[1]) == expected[:1]


# Everything is told


def test_a_broken_base_hides_no_other_fault(tree: Make, gnomon: Gnomon) -> None:
    spec = "name: A.s\nbase: '#gone'\nthreshold: {operator: '=<', value: [1], unit: marcsecs}\n"
    root = tree({"metrics/p.yaml": SOUND["metrics/p.yaml"], "specs/p/a.yaml": spec})
    out = gnomon(root, "check", "--format", "json")[1]
    rules = {item["rule"] for item in json.loads(out)["diagnostics"]}
    assert rules >= {"unknown-base", "unknown-operator", "not-scalar", "unknown-unit"}


def test_one_broken_file_hides_no_other(tree: Make, gnomon: Gnomon) -> None:
    # Only the partial is not called unused: a file that cannot be read may use it.
    root = tree({**FAULTY, "specs/p/0.yaml": "name: [\n", "specs/p/z.yaml": b"name: \xff\n"})
    out = gnomon(root, "check", "--format", "concise")[1]
    assert [line.split()[1] for line in findings(out)] == [
        "note[unit-spelling]",
        "error[yaml-syntax]",
        "error[unknown-field]",
        "error[not-utf8]",
    ]


@pytest.mark.parametrize("value", [".inf", "-.inf", ".nan", "1.0e+999"])
@pytest.mark.parametrize("operator", ["<=", "=="])
@pytest.mark.parametrize("unit", ["mmag", ""], ids=["mmag", "dimensionless"])
def test_what_is_no_finite_number_is_a_finding(
    tree: Make, gnomon: Gnomon, value: str, operator: str, unit: str
) -> None:
    metric = f"A: {{unit: '{unit}', description: Scatter of the magnitudes of bright stars over visits.}}\n"
    spec = f"name: A.s\nthreshold: {{operator: '{operator}', value: {value}, unit: '{unit}'}}\n"
    root = tree({"metrics/p.yaml": metric, "specs/p/a.yaml": spec})
    status, out, err = gnomon(root, "check", "--format", "json")
    found: list[dict[str, Any]] = json.loads(out)["diagnostics"]
    assert (status, err) == (1, "")
    assert "non-finite" in {item["rule"] for item in found}
