"""``gnomon new``: what is added is what was asked for, as its file is laid out, and only where it is sound."""

from __future__ import annotations

import io
import os
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from conftest import git, state, write
from gnomon.editing import adding, pieces
from gnomon.editing.layout import lay_out
from gnomon.errors import GnomonError
from gnomon.loader import load
from gnomon.parser import parse
from gnomon.sources import WorkingTree
from gnomon.specifications import Specification, parse_test
from gnomon.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Make = Callable[..., Path]
    Gnomon = Callable[..., tuple[int, str, str]]

WORDS = "Scatter of the magnitudes of bright stars over visits"
METRIC = ["--unit", "mmag", "--description", WORDS]
SOUND: dict[str, str | bytes] = {
    "metrics/p.yaml": "A:\n  unit: mmag\n  description: Scatter of the magnitudes of stars.\n",
    "specs/p/A.yaml": "name: A.design\nabstract: true\nthreshold: {operator: <=, value: 5, unit: mmag}\n",
}
UNVERIFIED = """\
note[unverified-requirement]: no specification verifies the requirement `B.design`
 --> specs/p/B.yaml:1:7
  |
1 | name: B.design
  |       ^^^^^^^^
2 | abstract: true
  |
  = help: add a specification that inherits from it, for the jobs that measure it
"""


def text_of(root: Path, path: str) -> str:
    return (root / path).read_bytes().decode()


# What is written


def test_a_metric_is_added_to_a_new_package(tree: Make, gnomon: Gnomon) -> None:
    root = tree({"gnomon.toml": ""})
    written = (
        "A1:\n"
        "  label: a one\n"
        "  description: >-\n"
        "    Root-mean-square (RMS) scatter of the magnitudes of one star over all visits about their mean,\n"
        "    median over all stars between 17 and 21.5 mag.\n"
        "  unit: mmag\n"
        "  tags: [stars, 'on', 'y']\n"
        "  owner: [me, 'No']\n"
        "  reference: {doc: LPM-17, page: 21, section: '3.10', url: 'http://ls.st/lpm-17#page=21'}\n"
    )
    described = (
        "Root-mean-square (RMS) scatter of the magnitudes of one star over all visits about their mean, median over "
        "all stars between 17 and 21.5 mag."
    )
    arguments = ["--unit", "mmag", "--description", described, "--label", "a one", "--doc", "LPM-17", "--page", "21"]
    arguments = [
        "--url",
        "http://ls.st/lpm-17#page=21",
        "--section",
        "3.10",
        *arguments,
        "--owner",
        "me",
        "--owner",
        "No",
    ]
    arguments += ["--tag", "stars", "--tag", "on", "--tag", "y"]
    assert gnomon(root, "new", "metric", "p.A1", *arguments) == (0, f"metrics/p.yaml:1: p.A1\n{written}", "")
    assert text_of(root, "metrics/p.yaml") == written


def test_a_specification_is_added_to_a_new_file(tree: Make, gnomon: Gnomon) -> None:
    root = tree(SOUND)
    written = """\
name: A.hsc_r
base: A.design
metadata_query:
  camera: hsc
  visit: {">=": 100}
  filter: {in: [g, r]}
  'on': true
  ccd: '012'
  night: '2026-01-01'
tolerance: {target: 4.0, within: 1.0, unit: mmag}
tags: [design]
"""
    terms = ["camera=hsc", 'visit={">=": 100}', "filter={in: [g, r]}", "on=on", "ccd='012'", "night=2026-01-01"]
    where = [argument for term in terms for argument in ("--where", term)]
    arguments = ["--test", "4 +- 1 mmag", "--base", "A.design", "--tag", "design", "--file", "specs/p/hsc/r.yaml"]
    found = gnomon(root, "new", "spec", "p.A.hsc_r", *where, *arguments)
    assert found == (0, f"specs/p/hsc/r.yaml:1: p.A.hsc_r\n{written}", "")
    assert text_of(root, "specs/p/hsc/r.yaml") == written


def test_a_specification_is_the_last_document_of_its_file(tree: Make, gnomon: Gnomon) -> None:
    root = tree(SOUND)
    arguments = ["--base", "#limit", "--base", "A.design", "--where", "filter=r"]
    write(root, {"specs/p/A.yaml": f"{SOUND['specs/p/A.yaml']!s}---\nid: limit\nmetadata_query: {{camera: hsc}}\n"})
    before = text_of(root, "specs/p/A.yaml")
    piece = "name: A.hsc_r\nbase: ['#limit', A.design]\nmetadata_query: {filter: r}\n"
    assert gnomon(root, "new", "spec", "p.A.hsc_r", *arguments) == (0, f"specs/p/A.yaml:8: p.A.hsc_r\n{piece}", "")
    assert text_of(root, "specs/p/A.yaml") == f"{before}---\n{piece}"


@pytest.mark.parametrize(
    ("test", "written"),
    [
        ("<= 5 mmag", 'threshold: {operator: "<=", value: 5.0, unit: mmag}'),
        ("[1, 2] mag", "range: {lower: 1.0, upper: 2.0, unit: mag}"),
        ("(1, 2] mag", "range: {lower: 1.0, upper: 2.0, unit: mag, inclusive: upper}"),
        ("(-inf, 2] mag", "range: {upper: 2.0, unit: mag}"),
        ("1e-7 ± 1e-8 mag", "tolerance: {target: 1.0e-07, within: 1.0e-08, unit: mag}"),
        ("27 +0.1 -0.2 mag", "tolerance: {target: 27.0, plus: 0.1, minus: 0.2, unit: mag}"),
        ("(27 ± 1) mag", "tolerance: {target: 27.0, within: 1.0, unit: mag}"),
    ],
)
def test_every_test_is_written_as_documents_have_it(tree: Make, gnomon: Gnomon, test: str, written: str) -> None:
    root = tree({"metrics/p.yaml": SOUND["metrics/p.yaml"]})
    assert gnomon(root, "new", "spec", "p.A.s", "--test", test) == (
        0,
        f"specs/p/A.yaml:1: p.A.s\nname: A.s\n{written}\n",
        "",
    )


def test_what_a_check_notes_of_it_is_told_beside(tree: Make, gnomon: Gnomon) -> None:
    metrics = f"{SOUND['metrics/p.yaml']!s}B:\n  unit: mmag\n  description: Noise of stars that are measured.\n"
    # What is wrong already is no matter of what is new.
    root = tree({**SOUND, "metrics/p.yaml": metrics, "specs/p/old.yaml": "name: A.x\nbase: '#gone'\n"})
    piece = 'name: B.design\nabstract: true\nthreshold: {operator: "<=", value: 5.0, unit: mmag}\n'
    found = gnomon(root, "new", "spec", "p.B.design", "--test", "<= 5 mmag", "--abstract")
    assert found == (0, f"specs/p/B.yaml:1: p.B.design\n{piece}", UNVERIFIED)


def test_the_definition_means_what_was_asked_for(tree: Make, gnomon: Gnomon) -> None:
    root = tree(SOUND)
    assert gnomon(root, "new", "spec", "p.A.r", "--test", "[1, 2) mag", "--where", "filter=r", "--tag", "a")[0] == 0
    ((_, found),) = [item for item in load(WorkingTree(root)).resolved_specifications() if item[0].spec == "r"]
    assert found == Specification.of("p.A.r", parse_test("[1, 2) mag"), {"filter": "r"}, {"a"})


def test_a_new_package_that_is_nearly_another_is_told(tree: Make, gnomon: Gnomon) -> None:
    root = tree({"metrics/photometry.yaml": SOUND["metrics/p.yaml"]})
    status, _, err = gnomon(root, "new", "metric", "fotometry.B", *METRIC, "--dry-run")
    assert (status, err) == (0, "note: `fotometry` is a new package; did you mean `photometry`?\n")
    for name in ("jointcal.B", "photometry.B"):
        assert gnomon(root, "new", "metric", name, *METRIC, "--dry-run")[::2] == (0, "")


# How files are laid out

CRLF = "# Two.\r\nB:\r\n    unit: s\r\n    reference:\r\n        doc: X\r\n    description: Time that it took.\r\n"
PIECE = f"C:\n  description: {WORDS}\n  unit: mmag\n"


@pytest.mark.parametrize(
    ("before", "added"),
    [
        pytest.param("", PIECE, id="empty"),
        pytest.param("# Only words.\n", f"\n{PIECE}", id="comment"),
        pytest.param("A: {unit: s, description: Time.}\n", f"\n{PIECE}", id="one"),
        pytest.param("A: {unit: s, description: Time.}\n\n\n", PIECE, id="empty-lines-at-the-end"),
        pytest.param("A: {unit: s, description: T.}\nB: {unit: s, description: T.}\n", PIECE, id="close"),
        pytest.param("A: {unit: s, description: T.}\n\n# b\nB: {unit: s, description: T.}\n", f"\n{PIECE}", id="apart"),
        pytest.param("A:\n    unit: s\n    description: T.\n", f"\n{PIECE}".replace("  ", "    "), id="four"),
        pytest.param(CRLF, f"\n{PIECE}".replace("  ", "    ").replace("\n", "\r\n"), id="crlf"),
        pytest.param("A: {unit: s, description: T.}", f"\n\n{PIECE[:-1]}", id="no-line-end"),
        pytest.param("---\n  A: {unit: s, description: T.}\n", "\n" + re.sub("(?m)^(?=.)", "  ", PIECE), id="margin"),
        pytest.param("A: {unit: s, description: T.}\n# the end\n", f"\n{PIECE}", id="last-comment"),
        pytest.param("\ufeffA: {unit: s, description: T.}\n", f"\n{PIECE}", id="mark"),
        pytest.param("A:\n  unit: s\n  description: |+\n    Text.\n", PIECE, id="text-that-keeps-lines"),
        pytest.param("A:\n  unit: s\n  description: |+\n    Text.\n\n\n", PIECE, id="text-that-keeps-empty-lines"),
    ],
)  # fmt: skip
def test_a_file_of_metrics_stays_as_it_is_laid_out(tree: Make, gnomon: Gnomon, before: str, added: str) -> None:
    root = tree({"metrics/p.yaml": before})
    status, out, _ = gnomon(root, "new", "metric", "p.C", *METRIC)
    assert (status, text_of(root, "metrics/p.yaml")) == (0, before + added)
    line, _, shown = out.partition("\n")
    assert shown == added.replace("\r\n", "\n").strip("\n") + "\n"
    place = int(line.split(":")[1])
    assert text_of(root, "metrics/p.yaml").splitlines()[place - 1].strip() == "C:"


DOCUMENT = "name: A.s\nthreshold: {operator: \"<=\", value: 5.0, unit: mmag}\n"  # fmt: skip  # noqa: Q003  # YAML
OLD = "name: A.o\nthreshold: {operator: '<', value: 9, unit: mmag}\n"


@pytest.mark.parametrize(
    ("before", "added"),
    [
        pytest.param("", DOCUMENT, id="empty"),
        pytest.param("# Only words.\n", f"---\n{DOCUMENT}", id="comment"),
        pytest.param(f"{OLD}", f"---\n{DOCUMENT}", id="one"),
        pytest.param(f"---\n{OLD}\n---\nid: x\nmetric: A\n", f"\n---\n{DOCUMENT}", id="spaced"),
        pytest.param(f"{OLD[:-1]}", f"\n---\n{DOCUMENT[:-1]}", id="no-line-end"),
        pytest.param(f"{OLD}...\n", f"---\n{DOCUMENT}", id="ended"),
        pytest.param(f"{OLD}---\n", DOCUMENT, id="begun"),
        pytest.param(f"{OLD}".replace("\n", "\r\n"), f"---\n{DOCUMENT}".replace("\n", "\r\n"), id="crlf"),
        pytest.param("id: x\nmetadata_query:\n  a: |\n    ---\n", f"---\n{DOCUMENT}", id="text-like-a-document"),
    ],
)
def test_a_file_of_specifications_stays_as_it_is_laid_out(tree: Make, gnomon: Gnomon, before: str, added: str) -> None:
    root = tree({"metrics/p.yaml": SOUND["metrics/p.yaml"], "specs/p/A.yaml": before})
    assert gnomon(root, "new", "spec", "p.A.s", "--test", "<= 5 mmag")[0] == 0
    assert text_of(root, "specs/p/A.yaml") == before + added


@pytest.mark.parametrize(
    ("files", "path", "head"),
    [
        ({"metrics/a.yaml": "# yaml-language-server: $schema=../s/m.json\n"}, "metrics/p.yaml", "../s/m.json"),
        ({"metrics/a.yaml": "# yaml-language-server: $schema=https://x.org/m.json\n"}, "metrics/p.yaml", "https://x.org/m.json"),
        ({"metrics/a.yaml": "", "metrics/b.yaml": "# yaml-language-server: $schema=m.json\n"}, "metrics/p.yaml", None),
        ({"specs/q/a.yaml": "# yaml-language-server: $schema=../../s.json\n"}, "specs/p/A.yaml", "../../s.json"),
        ({"specs/q/x/a.yaml": "# yaml-language-server: $schema=../../../s.json\n"}, "specs/p/A.yaml", "../../s.json"),
        ({"specs/q/a.yaml": "# yaml-language-server: $schema=/s.json\n"}, "specs/p/A.yaml", "/s.json"),
        ({"specs/vocabulary.yaml": "# yaml-language-server: $schema=v.json\n"}, "specs/p/A.yaml", None),
    ],
)  # fmt: skip
def test_a_new_file_names_its_schema_as_the_others_do(
    tree: Make, gnomon: Gnomon, files: dict[str, str], path: str, head: str | None
) -> None:
    metric = "{unit: s, description: Time that it took.}\n"
    bodies = {name: text + ("A: " + metric if name[0] == "m" else "id: x\n") for name, text in files.items()}
    root = tree({**bodies, "metrics/z.yaml": ""} if path[0] == "s" else {**bodies})
    if path[0] == "s":
        write(root, {"metrics/p.yaml": f"A: {metric}", "specs/vocabulary.yaml": "x: {description: A term.}\n"})
        assert gnomon(root, "new", "spec", "p.A.s", "--test", "<= 5 s")[0] == 0
    else:
        assert gnomon(root, "new", "metric", "p.B", *METRIC)[0] == 0
    gap = "\n" if path[0] == "m" else "---\n"
    first = "" if head is None else f"# yaml-language-server: $schema={head}\n{gap}"
    assert text_of(root, path).startswith(f"{first}{'B:' if path[0] == 'm' else 'name:'}")


# Where


def test_it_works_from_anywhere_and_in_git_paths_are_git_s(commit: Make, gnomon: Gnomon) -> None:
    root = commit({f"data/{path}": content for path, content in SOUND.items()} | {"data/gnomon.toml": ""})
    inner = root / "data" / "specs" / "p"
    assert gnomon(inner, "new", "metric", "p.C", *METRIC)[1].startswith("data/metrics/p.yaml:5: p.C\n")
    arguments = ["--test", "<= 5 mmag", "--where", "filter=r", "--file", "more/c.yml"]
    assert gnomon(inner, "new", "spec", "p.C.s", *arguments)[1].startswith("data/specs/p/more/c.yml:1: p.C.s\n")
    assert git(root, "status", "--short", "--untracked-files=all").splitlines() == [
        "M data/metrics/p.yaml",
        "?? data/specs/p/more/c.yml",
    ]


def test_a_file_that_ends_in_yml_is_the_metric_s_own_as_well(tree: Make, gnomon: Gnomon) -> None:
    root = tree({"metrics/p.yaml": SOUND["metrics/p.yaml"], "specs/p/A.yml": OLD})
    assert gnomon(root, "new", "spec", "p.A.s", "--base", "A.o")[1].startswith("specs/p/A.yml:4: p.A.s\n")


def test_nothing_is_written_of_a_dry_run_which_shows_the_same(tree: Make, gnomon: Gnomon) -> None:
    root = tree(SOUND)
    before = state(root)
    arguments = ["new", "spec", "p.A.s", "--test", "<= 4 mmag", "--where", "filter=r", "--file", "specs/p/x/y.yaml"]
    shown = gnomon(root, *arguments, "--dry-run")
    assert (shown[0], state(root)) == (0, before)
    assert gnomon(root, *arguments) == shown


# What is refused

FULL = "a full name is needed, {}, not `{}` (see `gnomon new {} --help`)"
PART = "`{}` cannot be a part of a name: letters, digits, `_`, `-` and `+`, beginning with a letter, digit or `_`"
HELP = " (see `gnomon new {} --help`)"
BROKEN_FILE = "nothing can be added to a file that is broken"
AT_THE_END = (
    "nothing can be added at the end of metrics/p.yaml: what stands there would be read otherwise; end it with a line "
    "break and without `...`"
)
BROKEN = {**SOUND, "metrics/p.yaml": "A: {unit: s\n"}


@pytest.mark.parametrize(
    ("files", "arguments", "told"),
    [
        ({}, ["metric", "A", *METRIC], FULL.format("PACKAGE.METRIC", "A", "metric")),
        ({}, ["metric", "p.A.s", *METRIC], FULL.format("PACKAGE.METRIC", "p.A.s", "metric")),
        ({}, ["spec", "A.s", "--test", "<= 5 mmag"], FULL.format("PACKAGE.METRIC.NAME", "A.s", "spec")),
        ({}, ["metric", "p.é", *METRIC], PART.format("é") + HELP.format("metric")),
        ({}, ["metric", "../p.A", *METRIC], FULL.format("PACKAGE.METRIC", "../p.A", "metric")),
        ({}, ["metric", "/p.A", *METRIC], PART.format("/p") + HELP.format("metric")),
        ({}, ["metric", "p.", *METRIC], PART.format("") + HELP.format("metric")),
        ({}, ["metric", "p.A", *METRIC], "there is a metric p.A already: metrics/p.yaml:1:1"),
        (
            {},
            ["spec", "p.A.design", "--test", "<= 5 mmag"],
            "there is a specification p.A.design already: specs/p/A.yaml:1:7",
        ),
        ({}, ["metric", "p.B", "--unit", "s"], "Missing option '--description'" + HELP.format("metric")),
        (
            {},
            ["metric", "p.B", *METRIC, "--page", "x"],
            "Invalid value for '--page': 'x' is not a valid integer" + HELP.format("metric"),
        ),
        (
            {},
            ["metric", "p.B", "--unit", "s", "--description", "\udcff"],
            "what is given for `description` cannot be written in YAML such that it is read as it was",
        ),
        ({}, ["spec", "p.A.s", "--where", "a"], "--where takes KEY=VALUE, not 'a'" + HELP.format("spec")),
        ({}, ["spec", "p.A.s", "--where", "a=1", "--where", "a=2"], "a is given twice" + HELP.format("spec")),
        (
            {},
            ["spec", "p.A.s", "--where", "a={b"],
            "the value of a is no YAML; put it in quotes: a=\"'{b'\"" + HELP.format("spec"),
        ),
        (
            {},
            ["spec", "p.A.s", "--test", "<= 5 mmagg"],
            "`mmagg` is not a unit; did you mean `mmag` or `maggy` or `mag`?" + HELP.format("spec"),
        ),
        *(
            (
                {},
                ["spec", "p.A.s", "--test", "<= 5 mmag", "--file", file],
                f"--file must be a file in specs/p/ that ends in .yaml, not {file}" + HELP.format("spec"),
            )
            for file in (
                *("specs/q/A.yaml", "specs/p.yaml", "specs/p/../../x.yaml", "metrics/p.yaml", "/x/specs/p/a.yaml"),
                *("specs/p/A.txt", "specs/p/.hidden/A.yaml", "specs/p"),
            )
        ),
        (
            BROKEN,
            ["metric", "p.B", *METRIC],
            f"{BROKEN_FILE}: metrics/p.yaml:1:4: a bracket that is never closed",
        ),
        (
            {**SOUND, "metrics/p.yaml": b"A: \xff\n"},
            ["metric", "p.B", *METRIC],
            f"{BROKEN_FILE}: metrics/p.yaml:1:4: the byte 0xFF is not UTF-8, and the file is not read",
        ),
        (
            {**SOUND, "metrics/p.yaml": "{A: {unit: s, description: T.}}\n"},
            ["metric", "p.B", *METRIC],
            "metrics/p.yaml:1:1: nothing can be added to metrics in brackets; write them in lines first",
        ),
        (
            {**SOUND, "metrics/p.yaml": "- A\n"},
            ["metric", "p.B", *METRIC],
            "metrics/p.yaml:1:1: nothing can be added to a list, where metrics should be",
        ),
        (
            {**SOUND, "metrics/p.yaml": "A: {unit: s, description: T.}\n...\n"},
            ["metric", "p.B", *METRIC],
            AT_THE_END,
        ),
        (
            {**SOUND, "metrics/p.yaml": "A:\n  unit: s\n  description: |\n    T."},
            ["metric", "p.B", *METRIC],
            AT_THE_END,
        ),
        (
            {**SOUND, "specs/p/B": "a file"},
            ["spec", "p.A.s", "--test", "<= 5 mmag", "--file", "specs/p/B/a.yaml"],
            "cannot write specs/p/B/a.yaml: specs/p/B is no folder",
        ),
        (
            {**SOUND, "specs/p/B.yaml/x": "a folder"},
            ["spec", "p.A.s", "--test", "<= 5 mmag", "--file", "specs/p/B.yaml"],
            "cannot write specs/p/B.yaml: specs/p/B.yaml is no file",
        ),
        (
            {**SOUND, "specs/p/sub/.git/HEAD": ""},
            ["spec", "p.A.s", "--test", "<= 5 mmag", "--file", "specs/p/sub/B.yaml"],
            "cannot write specs/p/sub/B.yaml: specs/p/sub is another Git repository (a submodule?)",
        ),
        (
            {},
            ["metric", "p" * 300 + ".B", *METRIC],
            f"cannot write metrics/{'p' * 300}.yaml: File name too long",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_added_is_refused_in_a_line(
    tree: Make, gnomon: Gnomon, files: dict[str, str | bytes], arguments: list[str], told: str
) -> None:
    root = tree(files or SOUND)
    before = state(root)
    assert gnomon(root, "new", *arguments) == (2, "", f"error: {told}\n")
    assert state(root) == before


def test_a_unit_that_was_forgotten_is_asked_for(tree: Make, gnomon: Gnomon) -> None:
    root = tree({"metrics/p.yaml": "A: {unit: '%', description: Share of the stars that are matched.}\n"})
    hint = "and p.A is measured in `%`: write, say, `<= 5 %` or `(50 ± 2) %`" + HELP.format("spec")
    for test, shown in (("<= 5", "<= 5.0"), ("50 ± 2 %", "50.0 ± 2.0 %")):
        told = f"error: `{shown}` has no unit after its numbers, {hint}\n"
        assert gnomon(root, "new", "spec", "p.A.s", "--test", test) == (2, "", told)
    for test in ("<= 5 %", "(50 ± 2) %", "50 ± 2 % %"):
        assert gnomon(root, "new", "spec", "p.A.s", "--test", test, "--dry-run")[0] == 0
    hint = "has no unit after its numbers, and p.A is measured in `mmag`: write, say, `<= 5 mmag`" + HELP.format("spec")
    assert gnomon(tree(SOUND), "new", "spec", "p.A.s", "--test", "<= 5") == (2, "", f"error: `<= 5.0` {hint}\n")


@pytest.mark.parametrize("link", ["metrics", "metrics/p.yaml", "metrics/p.yaml to nothing"])
def test_nothing_is_written_through_a_link(tree: Make, gnomon: Gnomon, tmp_path: Path, link: str) -> None:
    root = tree({"gnomon.toml": ""})
    elsewhere = write(tmp_path / "elsewhere", {"p.yaml": "# mine\n"})
    path, _, target = link.partition(" to ")
    (root / path).parent.mkdir(exist_ok=True)
    (root / path).symlink_to(elsewhere / (target or ("p.yaml" if "/" in path else "")))
    told = f"error: cannot write metrics/p.yaml: {path} is a link, and nothing is written through links\n"
    assert gnomon(root, "new", "metric", "p.A", *METRIC) == (2, "", told)
    assert {found.name: found.read_text("utf-8") for found in elsewhere.iterdir()} == {"p.yaml": "# mine\n"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write into every folder")
def test_a_folder_that_is_not_writable_is_told(tree: Make, gnomon: Gnomon) -> None:
    root = tree(SOUND)
    (root / "metrics").chmod(0o500)
    try:
        told = (2, "", "error: cannot write metrics/p.yaml: Permission denied\n")
        assert gnomon(root, "new", "metric", "p.B", *METRIC) == told
    finally:
        (root / "metrics").chmod(0o700)


def test_folders_that_were_made_for_nothing_are_removed(
    tree: Make, gnomon: Gnomon, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    root = tree(SOUND)
    before = state(root)
    monkeypatch.setattr("gnomon.editing.places.write_atomically", full)
    arguments = ["--test", "<= 4 mmag", "--file", "specs/p/x/y.yaml"]
    told = "error: cannot write specs/p/x/y.yaml: No space left on device\n"
    assert gnomon(root, "new", "spec", "p.A.s", *arguments) == (2, "", told)
    assert {path: found[::2] for path, found in state(root).items()} == {
        path: found[::2] for path, found in before.items()
    }


def test_a_file_that_somebody_else_changed_meanwhile_is_left_alone(tree: Make) -> None:
    root = tree(SOUND)
    source = WorkingTree(root)
    fields = pieces.metric_fields(description=WORDS, unit="mmag")
    proposal = adding.propose(source, load(source), (), "metrics/p.yaml", fields, "B")
    write(root, {"metrics/p.yaml": "# otherwise\n"})
    with pytest.raises(GnomonError, match=r"^metrics/p\.yaml was changed in the meantime; try again$"):
        adding.write(source, proposal)
    assert text_of(root, "metrics/p.yaml") == "# otherwise\n"


def test_what_brings_an_error_is_shown_and_not_written(tree: Make, gnomon: Gnomon) -> None:
    root = tree({**SOUND, "specs/p/old.yaml": "name: A.x\nbase: '#gone'\n"})  # an error that is there already
    before = state(root)
    out = """\
error[incompatible-unit]: `s` does not convert to `mmag`, the unit of `p.A`
 --> specs/p/A.yaml:6:47
  |
4 | ---
5 | name: A.s
6 | threshold: {operator: "<=", value: 5.0, unit: s}
  |                                               ^
  |
  = help: write a unit that converts, or mend that of the metric
  = note: the unit of the metric (metrics/p.yaml:2:9)

"""
    err = "p.A.s is not written, since it would bring what is shown\n"
    assert gnomon(root, "new", "spec", "p.A.s", "--test", "<= 5 s") == (1, out, err)
    assert state(root) == before


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        (["metric", "p.B", "--unit", "mmagg", "--description", WORDS], "unknown-unit"),
        (["spec", "p.A.s"], "missing-test"),
        (["spec", "p.B.s", "--test", "<= 5 mmag"], "unknown-metric"),
        (["spec", "p.A.s", "--base", "#gone"], "unknown-base"),
        (["spec", "p.A.s", "--test", "[2, 1] mag"], "empty-range"),
        (["spec", "p.A.s", "--test", "5 ± -1 mag"], "invalid-tolerance"),
        (["spec", "p.A.s", "--test", "<= 5 s", "--where", "b="], "incompatible-unit"),  # and a warning
        (["spec", "p.A.s", "--test", "<= 5 mmag", "--where", "a={in: 1}"], "invalid-query"),
    ],
)
def test_the_check_judges_what_is_new(tree: Make, gnomon: Gnomon, arguments: list[str], rule: str) -> None:
    root = tree(SOUND)
    before = state(root)
    status, out, _ = gnomon(root, "new", *arguments)
    assert (status, re.findall(r"^\w+\[(.*?)\]", out, re.MULTILINE), state(root)) == (1, [rule], before)


# Whatever is given


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.text(
    st.sampled_from(" \n\t'\"#:-%&*!|>{}[],?@`\\ab01.eE~<=\x07\x85\u2028\u2029\ufeff\u202e\u00a0é😀"), max_size=60
)
words = st.lists(texts, max_size=4).map(tuple)
values = st.recursive(
    texts | st.integers() | st.floats(allow_nan=False) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
paragraphs = st.lists(st.sampled_from(["word", "# no", "- no", "a" * 120, "x: y", " ", "", "\n", "é"]), max_size=40)
long_texts = paragraphs.map(" ".join) | st.tuples(paragraphs, paragraphs).map(lambda two: "\n".join(map(" ".join, two)))


def loaded(text: str) -> Any:
    return yaml.load(io.StringIO(text), Loader=yaml.SafeLoader)  # it is the safe one, written in Python


@given(texts | long_texts, texts, texts, words, words, st.integers(2, 8))
@example("on", "012", "", ("---",), ("1e-6", "=", "<<", "y"), 2)
@example("a\n\nb " * 30, " x", "x ", ("%", "\t"), ("0o7", "1:30", "2026-01-01"), 4)
def test_a_metric_is_read_back_as_it_was_given(
    description: str, unit: str, label: str, tags: tuple[str, ...], owners: tuple[str, ...], step: int
) -> None:
    fields = pieces.metric_fields(description=description, unit=unit, label=label, tags=tags, owners=owners)
    assert (fields["description"], fields["unit"], fields["label"]) == (description, unit, label)
    assert fields.get("tags", []) == list(tags)
    assert fields.get("owner", []) == (owners[0] if len(owners) == 1 else list(owners))
    written = "\n".join(pieces.lines(fields, step=step)) + "\n"
    assert [root.data for root in parse(Text("", written)).roots] == [fields]
    assert loaded(written) == fields
    if step == 2:
        assert lay_out(written) == written


@given(st.dictionaries(texts, values, max_size=3))
@example({"<<": {"<<": 1}, "=": None})
@example({"a" * 130: {"b" * 130: [1e22, 1e-7, -0.0, 10**30]}})
def test_a_query_is_read_back_as_it_was_given(query: dict[str, Any]) -> None:
    fields = pieces.specification_fields("A.s", query=query)
    written = "\n".join(pieces.lines(fields, step=2)) + "\n"
    assert [root.data for root in parse(Text("", written)).roots] == [fields]
    assert repr(loaded(written)) == repr(fields)


@given(long_texts)
def test_lines_of_words_are_as_long_as_they_may_be_and_no_longer(description: str) -> None:
    fields = pieces.metric_fields(description=description, unit="mmag")
    lines = list(pieces.lines(fields, step=2))
    if lines[0] != "description: >-":
        return
    body = lines[1 : lines.index("unit: mmag")]
    for line, following in pairwise([*body, ""]):
        assert len(line) <= pieces.WIDTH or " " not in re.sub(" {2,}", "", line.strip())
        if line and following:
            assert len(line) + 1 + len(re.split("(?<! ) (?! )", following.strip())[0]) > pieces.WIDTH


newlines = st.sampled_from(["\n", "\r\n", "\r"])


@st.composite
def files(draw: st.DrawFn) -> tuple[str, str, bool]:
    """Make a file of metrics; give its kind of line ends, and whether it ends with one."""
    newline, step, gap = draw(newlines), draw(st.sampled_from([1, 2, 4])), draw(st.sampled_from([0, 1, 2]))
    count, ends = draw(st.integers(1, 4)), draw(st.booleans())
    pad = " " * step
    body = draw(st.sampled_from(["T.", "'T: {'", ">-\n__Long\n__text.", "|\n__Text.", "y # why"]))
    metrics = [f"M{index}:\n{pad}unit: s\n{pad}description: {body.replace('_', pad)}\n" for index in range(count)]
    text = ("\n" * gap).join(metrics)
    head = draw(st.sampled_from(["", "# About.\n", "---\n", "# About.\n\n"]))
    text = head + (text if ends else text.rstrip("\n"))
    return text.replace("\n", newline), newline, ends


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("property")


@given(made=files(), description=texts | long_texts)
def test_what_was_there_is_still_there_and_laid_out_alike(
    folder: Path, made: tuple[str, str, bool], description: str
) -> None:
    before, newline, ends = made
    root = write(folder, {"metrics/p.yaml": before})
    source = WorkingTree(root)
    fields = pieces.metric_fields(description=description, unit="s")
    if not ends and loaded(f"{before}{newline}") != loaded(before):
        # The text that comes last would get the line end that the file lacks.
        with pytest.raises(GnomonError, match=r"^nothing can be added at the end of metrics/p\.yaml"):
            adding.propose(source, load(source), (), "metrics/p.yaml", fields, "New")
        return
    proposal = adding.propose(source, load(source), (), "metrics/p.yaml", fields, "New")
    after = proposal.content.decode()
    assert after.startswith(before)
    assert set(re.findall(r"\r\n|\r|\n", after)) <= {newline}
    assert after.endswith(newline) == ends
    assert loaded(after) == {**loaded(before), "New": fields}
    if lay_out(before) == before:
        assert lay_out(after) == after
