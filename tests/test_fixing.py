"""``gnomon check --fix``: the mends that findings know of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conftest import git, state
from gnomon.diagnostics import Diagnostic, Edit, Finding, Fix, Place, Severity
from gnomon.editing import fixing
from gnomon.editing.fixing import Fixed, fix
from gnomon.exporting import export
from gnomon.loader import load
from gnomon.parser import Parsed, parse
from gnomon.rules import CATALOGUE, Result, check
from gnomon.sources import Memory, WorkingTree

if TYPE_CHECKING:
    from collections.abc import Callable

    from gnomon.registry import Registry
    from gnomon.sources import Source
    from gnomon.text import Text

    Gnomon = Callable[..., tuple[int, str, str]]
    Tree = Callable[[dict[str, str | bytes]], Path]

METRIC = "A:\n  description: Scatter of the magnitudes of stars.\n  unit: marcsec\n"
PERCENT = METRIC.replace("marcsec\n", "percent")
SPEC = "name: A.s\nmetadata_query: {band: r}\nthreshold: {operator: '<=', value: 5.0, unit: marcsec}\n"
CASES = Path(__file__).parent / "cases"


def mended(source: Source, judge: Callable[[Registry], Result], *, with_unsafe: bool = False) -> Fixed:
    return fix(source, judge(load(source, rules=CATALOGUE)), judge, rules=CATALOGUE, with_unsafe=with_unsafe)


@pytest.mark.parametrize(
    ("path", "before", "after", "rule"),
    [
        ("metrics/p.yaml", METRIC.replace("marcsec", "milliarcsecond"), METRIC, "unit-spelling"),
        ("metrics/p.yaml", METRIC.replace("marcsec", "percent"), METRIC.replace("marcsec", "'%'"), "unit-spelling"),
        ("metrics/p.yaml", METRIC.replace("marcsec", "'milliarcsecond'"), METRIC, "unit-spelling"),
        ("specs/p/a.yaml", SPEC.replace("5.0", "'5'"), SPEC.replace("5.0", "5"), "numeric-string"),
        ("specs/p/a.yaml", SPEC.replace("5.0", "5e-3"), SPEC.replace("5.0", "0.005"), "numeric-string"),
        ("specs/p/a.yaml", SPEC.replace("5.0", "'-1e400'"), SPEC.replace("5.0", "-.inf"), "numeric-string"),
    ],
)  # fmt: skip
def test_what_keeps_the_meaning_is_mended(
    path: str, before: str, after: str, rule: str, tree: Tree, gnomon: Gnomon
) -> None:
    root = tree({"metrics/p.yaml": METRIC.replace("marcsec", "arcsec"), path: before})
    meaning = gnomon(root, "export")
    status, output, errors = gnomon(root, "check", "--fix", "--select", rule)
    assert (status, errors) == (0, f"Mended 1 finding in 1 file: 1 {rule}.\n")
    assert output.startswith("No findings in 1 metric, ")
    assert (root / path).read_text(encoding="utf-8") == after
    assert gnomon(root, "export") == meaning


@pytest.mark.parametrize(
    ("path", "before", "after", "rule"),
    [
        ("metrics/p.yaml", METRIC.replace("unit", "units"), METRIC, "unknown-field"),
        ("specs/p/a.yaml", SPEC.replace("metadata_query", "provenance_query"), SPEC, "unknown-field"),
        ("metrics/p.yaml", PERCENT + "t\n", PERCENT + "\n", "unknown-unit"),
        ("specs/p/a.yaml", SPEC.replace(": r", ": on"), SPEC.replace(": r", ": 'on'"), "ambiguous-scalar"),
        ("specs/p/a.yaml", SPEC.replace("band: r", "n: 1e5"), SPEC.replace("band: r", "n: 100000.0"), "numeric-string"),
    ],
)  # fmt: skip
def test_a_good_guess_is_mended_where_that_is_asked_for(
    path: str, before: str, after: str, rule: str, tree: Tree, gnomon: Gnomon
) -> None:
    root = tree({"metrics/p.yaml": METRIC, path: before})
    files = state(root)
    _, output, errors = gnomon(root, "check", "--fix", "--select", rule)
    assert output.endswith(".\n--fix --unsafe-fixes mends 1 of them.\n")
    assert (errors, state(root)) == ("", files)
    status, _, errors = gnomon(root, "check", "--fix", "--unsafe-fixes", "--select", rule)
    assert (status, errors) == (0, f"Mended 1 finding in 1 file: 1 {rule}.\n")
    assert (root / path).read_text(encoding="utf-8") == after


def test_the_summary_tells_what_can_be_mended(tree: Tree, gnomon: Gnomon) -> None:
    misspelt = METRIC.replace("A:", "B:").replace("unit", "units")
    root = tree({"metrics/p.yaml": METRIC.replace("marcsec", "milliarcsecond") + misspelt})
    mends = gnomon(root, "check")[1].splitlines()[-1]
    assert mends == "--fix mends 1 of them, and --fix --unsafe-fixes 1 more."
    mends = gnomon(root, "check", "--ignore", "unknown-field")[1].splitlines()[-1]
    assert mends == "--fix mends 1 of them."


def test_what_is_left_decides_the_exit_status(tree: Tree, gnomon: Gnomon) -> None:
    root = tree(
        {"metrics/p.yaml": METRIC.replace("marcsec", "milliarcsecond"), "specs/p/a.yaml": SPEC.replace("A.s", "B.s")}
    )
    status, output, errors = gnomon(root, "check", "--fix", "--format", "concise")
    assert (status, errors) == (1, "Mended 1 finding in 1 file: 1 unit-spelling.\n")
    assert output.splitlines()[0].startswith("specs/p/a.yaml:1:7: error[unknown-metric]")
    assert len(output.splitlines()) == 2


def test_only_what_is_asked_for_is_mended(tree: Tree, gnomon: Gnomon) -> None:
    odd = METRIC.replace("marcsec", "milliarcsecond")
    root = tree({"metrics/p.yaml": odd, "metrics/q.yaml": odd, "specs/p/a.yaml": SPEC.replace("5.0", "'5'")})
    gnomon(root, "check", "--fix", "metrics/p.yaml")
    gnomon(root, "check", "--fix", "--ignore", "unit-spelling", "specs")
    assert (root / "metrics/p.yaml").read_text(encoding="utf-8") == METRIC
    assert (root / "metrics/q.yaml").read_text(encoding="utf-8") == odd
    assert (root / "specs/p/a.yaml").read_text(encoding="utf-8") == SPEC.replace("5.0", "5")


def test_only_what_is_new_is_mended(commit: Callable[..., Path], gnomon: Gnomon) -> None:
    odd = METRIC.replace("marcsec", "milliarcsecond")
    root = commit({"metrics/p.yaml": odd})
    (root / "metrics/p.yaml").write_text(odd + odd.replace("A:", "B:"), encoding="utf-8")
    (root / "metrics/q.yaml").write_text(odd, encoding="utf-8")
    _, _, errors = gnomon(root, "check", "--since", "HEAD", "--fix")
    assert errors == "Mended 2 findings in 2 files: 2 unit-spelling.\n"
    assert (root / "metrics/p.yaml").read_text(encoding="utf-8") == odd + METRIC.replace("A:", "B:")
    assert git(root, "status", "--short") == "M metrics/p.yaml\n?? metrics/q.yaml"


def test_what_is_suppressed_stays(tree: Tree, gnomon: Gnomon) -> None:
    content = METRIC.replace("marcsec", "milliarcsecond  # gnomon: ignore[unit-spelling] as in the paper")
    root = tree({"metrics/p.yaml": content})
    assert gnomon(root, "check", "--fix")[::2] == (0, "")
    assert (root / "metrics/p.yaml").read_text(encoding="utf-8") == content


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_marks_stay(mark: bytes, tree: Tree, gnomon: Gnomon) -> None:
    content = METRIC.replace("\n", "\r\n").encode()
    root = tree({"metrics/p.yaml": mark + content.replace(b"marcsec", b"milliarcsecond")})
    gnomon(root, "check", "--fix")
    assert (root / "metrics/p.yaml").read_bytes() == mark + content


def test_mends_after_characters_of_several_bytes_hit(tree: Tree, gnomon: Gnomon) -> None:
    content = "A: {description: 'Größe 😀 of the stars in one field.', unit: marcsec}\n"
    root = tree({"metrics/p.yaml": content.replace("marcsec", "milliarcsecond")})
    gnomon(root, "check", "--fix")
    assert (root / "metrics/p.yaml").read_text(encoding="utf-8") == content


def test_of_a_shared_value_one_mend_is_made(tree: Tree, gnomon: Gnomon) -> None:
    content = "A: &a\n  description: Scatter of the magnitudes of stars.\n  unit: {}\nB:\n  <<: *a\n  unit: {}\n"
    root = tree({"metrics/p.yaml": content.format("milliarcsecond", "marcsec")})
    assert (
        gnomon(root, "check", "--fix", "--select", "unit-spelling")[2]
        == "Mended 1 finding in 1 file: 1 unit-spelling.\n"
    )
    assert (root / "metrics/p.yaml").read_text(encoding="utf-8") == content.format("marcsec", "marcsec")


def test_a_mend_that_nobody_could_read_is_left_out_and_others_are_made() -> None:
    def judge(registry: Registry) -> Result:
        text = registry.texts["metrics/p.yaml"]
        mends = [("%", 3), ("mag", 5)] if "x" in text.content else []
        findings = [
            Finding(Severity.ERROR, Diagnostic("unknown-unit", f"{new}", place, fix=Fix((Edit(place, new),), "unsafe")))
            for new, line in mends
            for place in [Place("metrics/p.yaml", line, 9, line, 10)]
        ]
        return Result(tuple(findings), registry)

    content = "A:\n  description: x\n  unit: x\nB:\n  unit: x\n"
    fixed = mended(Memory({"metrics/p.yaml": content}), judge, with_unsafe=True)
    assert fixed.contents == {"metrics/p.yaml": b"A:\n  description: x\n  unit: x\nB:\n  unit: mag\n"}
    assert fixed.counts == {"unknown-unit": 1}


def test_of_mends_that_overlap_one_is_made_at_a_time() -> None:
    def judge(registry: Registry) -> Result:
        content = registry.texts["metrics/p.yaml"].content
        places = [Place("metrics/p.yaml", 1, 4, 1, end) for end in (5, 6) if content[3:5] == "bb"]
        return Result(
            tuple(
                Finding(Severity.NOTE, Diagnostic("unit-spelling", "", place, fix=Fix((Edit(place, "c"),), "unsafe")))
                for place in places
            ),
            registry,
        )

    fixed = mended(Memory({"metrics/p.yaml": "a: bb\n"}), judge, with_unsafe=True)
    assert (fixed.contents, fixed.counts.total()) == ({"metrics/p.yaml": b"a: c\n"}, 1)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--fix", "--rev", "HEAD"], "--fix changes files, and --rev reads a commit"),
        (["--unsafe-fixes"], "--unsafe-fixes goes with --fix"),
    ],
)
def test_usage(arguments: list[str], told: str, tree: Tree, gnomon: Gnomon) -> None:
    root = tree({"metrics/p.yaml": METRIC})
    assert gnomon(root, "check", *arguments) == (2, "", f"error: {told} (see `gnomon check --help`)\n")


def test_json_tells_what_is_left(tree: Tree, gnomon: Gnomon) -> None:
    root = tree({"metrics/p.yaml": METRIC.replace("marcsec", "milliarcsecond")})
    status, output, errors = gnomon(root, "check", "--fix", "--format", "json")
    assert (status, json.loads(output)["diagnostics"], errors) == (
        0,
        [],
        "Mended 1 finding in 1 file: 1 unit-spelling.\n",
    )


def test_a_safe_mend_that_changes_a_meaning_is_a_fault_of_ours(
    tree: Tree, gnomon: Gnomon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gnomon.rules.scalars.as_yaml_number", lambda _: "6.0")
    root = tree({"metrics/p.yaml": METRIC, "specs/p/a.yaml": SPEC.replace("5.0", "5e-3")})
    files = state(root)
    status, output, errors = gnomon(root, "check", "--fix")
    assert (status, output) == (3, "")
    assert "a safe fix changed the meaning of a definition; nothing was written" in errors
    assert state(root) == files


@pytest.mark.parametrize("rule", sorted(CATALOGUE))
def test_nothing_that_can_be_mended_is_left_and_no_safe_mend_changes_a_meaning(rule: str) -> None:
    source = WorkingTree(CASES / rule / "firing")
    before = load(source, rules=CATALOGUE)
    for with_unsafe in (False, True):
        fixed = mended(source, check, with_unsafe=with_unsafe)
        again = mended(Memory(_contents(source) | fixed.contents), check, with_unsafe=with_unsafe)
        assert again.counts.total() == 0
        if not with_unsafe:
            assert export(fixed.result.registry) == export(before)


def _contents(source: WorkingTree) -> dict[str, str | bytes]:
    files = [file.path for folder in ("metrics", "specs", "changes") for file in source.files(folder)]
    return {path: source.read(path) or b"" for path in [*files, "gnomon.toml", "pyproject.toml"] if source.read(path)}


HEAD = "A:\n  description: Scatter of the magnitudes of stars.\n  unit: "


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("&u milliarcsecond", "&u marcsec"),
        ("&u !!str milliarcsecond", "&u marcsec"),
        ("!!str &u 'milliarcsecond'", "&u marcsec"),
        ("'milliarcsecond'# as before", "marcsec  # as before"),
        ("'milliarcsecond' # as before", "marcsec # as before"),
        # What an alias stands for is for a person to judge.
        ("&u milliarcsecond\n  label: *u", "&u milliarcsecond\n  label: *u"),
    ],
)
def test_anchors_and_comments_stay(before: str, after: str) -> None:
    source = Memory({"metrics/p.yaml": f"{HEAD}{before}\n"})
    fixed = mended(source, check)
    content = fixed.contents.get("metrics/p.yaml", source.read("metrics/p.yaml") or b"")
    assert content.decode() == f"{HEAD}{after}\n"


def test_a_key_in_quotes_stays_one() -> None:
    content = "A: {'descripton':'Scatter of the magnitudes of stars.', unit: mmag}\n"
    fixed = mended(Memory({"metrics/p.yaml": content}), check, with_unsafe=True)
    assert fixed.contents == {"metrics/p.yaml": content.replace("descripton", "description").encode()}


def test_no_field_is_renamed_to_one_that_is_there() -> None:
    content = "A: {description: Scatter of the magnitudes of stars., unit: mmag, unti: mag}\n"
    assert mended(Memory({"metrics/p.yaml": content}), check, with_unsafe=True).contents == {}


def test_many_mends_cost_one_reading_of_the_file_and_some_more_for_those_that_nobody_could_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[Text] = []

    def counted(text: Text) -> Parsed:
        read.append(text)
        return parse(text)

    def judge(registry: Registry) -> Result:
        lines = registry.texts["metrics/p.yaml"].content.splitlines()
        places = [Place("metrics/p.yaml", line, 4, line, 5) for line, text in enumerate(lines, 1) if text[-1] == "x"]
        mends = {place: "%" if place.line % 200 == 100 else "mag" for place in places}  # five of them
        findings = [
            Finding(Severity.ERROR, Diagnostic("unknown-unit", "", place, fix=Fix((Edit(place, new),), "unsafe")))
            for place, new in mends.items()
        ]
        return Result(tuple(findings), registry)

    monkeypatch.setattr(fixing, "parse", counted)
    content = "".join(f"{chr(97 + number % 26)}: x\n" for number in range(1000))
    fixed = mended(Memory({"metrics/p.yaml": content}), judge, with_unsafe=True)
    assert fixed.counts.total() > 500
    assert len(read) <= 2 * 64
