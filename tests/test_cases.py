"""Every rule has a repository in which it fires and one in which it stays quiet, and its own examples hold."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from gnomon.loader import load
from gnomon.render.concise import render
from gnomon.rules import CATALOGUE, check
from gnomon.sources import Memory, WorkingTree
from gnomon.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.diagnostics import Place
    from gnomon.rules import Result, Rule

CASES = Path(__file__).parent / "cases"
RULES = sorted(CATALOGUE)
FOLDERS = sorted(path.name for path in CASES.iterdir() if path.is_dir())

# Their examples are told in words: they need another encoding, a link, a configuration or a vocabulary.
TOLD_IN_WORDS = frozenset(
    {
        "invalid-configuration",
        "irregular-file",
        "not-utf8",
        "unknown-document",
        "unknown-query-term",
        "unknown-query-value",
    }
)
EXAMPLES = [row for name, row in CATALOGUE.items() if name not in TOLD_IN_WORDS]
# Where the mended file belongs, if that is what the rule is about.
MENDED_PATHS = {"misplaced-file": "specs/p/a.yaml"}
# What the examples of specifications refer to.
METRICS = """\
A: {description: Scatter of repeated magnitudes of bright stars., unit: mmag}
B: {description: Duration of the measurement., unit: s}
Old: {description: Scatter of all magnitudes., unit: mmag, deprecated: {replaced_by: A}}
"""


@dataclass(frozen=True)
class Case:
    """A repository that was checked."""

    repository: Path
    result: Result

    @property
    def rules(self) -> set[str]:
        return {finding.diagnostic.rule for finding in self.result.findings}

    @property
    def output(self) -> str:
        """What ``gnomon check --format concise`` prints, without colours."""
        return "".join(f"{click.unstyle(block)}\n" for block in render(self.result))

    @property
    def places(self) -> Iterator[Place]:
        """The places of all findings, of what is related to them and of what would mend them."""
        for finding in self.result.findings:
            diagnostic = finding.diagnostic
            yield diagnostic.place
            yield from (related.place for related in diagnostic.related)
            yield from (edit.place for edit in (diagnostic.fix.edits if diagnostic.fix else ()))

    def text(self, path: str) -> Text | None:
        """Give the text of a file; None where it is not read at all."""
        read = self.result.registry.texts.get(path)
        file = self.repository / path
        if read is not None or file.is_symlink() or not file.is_file():
            return read
        return Text(path, file.read_text(encoding="utf-8"))


def run(rule: str, kind: str, folder: Path) -> Case:
    # A copy: the cases themselves lie inside another metrics repository.
    repository = folder / "repository"
    shutil.copytree(CASES / rule / kind, repository, symlinks=True)
    return Case(repository, check(load(WorkingTree(repository), rules=CATALOGUE)))


def check_example(row: Rule, path: str, content: str) -> list[str]:
    source = Memory({"metrics/p.yaml": METRICS, path: content})
    result = check(load(source, rules=CATALOGUE), select=() if row.on else (row.name,))
    return [finding.diagnostic.rule for finding in result.findings]


def test_every_rule_has_cases_and_every_case_a_rule() -> None:
    assert FOLDERS == RULES


@pytest.mark.parametrize("rule", RULES)
def test_cases_are_complete(rule: str) -> None:
    assert sorted(path.name for path in (CASES / rule).iterdir()) == ["expected.txt", "firing", "quiet"]


@pytest.mark.parametrize("rule", FOLDERS)
def test_firing(rule: str, tmp_path: Path) -> None:
    case = run(rule, "firing", tmp_path)
    assert case.output == (CASES / rule / "expected.txt").read_text(encoding="utf-8")
    assert rule in case.rules


@pytest.mark.parametrize("rule", FOLDERS)
def test_quiet(rule: str, tmp_path: Path) -> None:
    assert run(rule, "quiet", tmp_path).result.findings == ()


@pytest.mark.parametrize("rule", FOLDERS)
def test_places_exist(rule: str, tmp_path: Path) -> None:
    case = run(rule, "firing", tmp_path)
    for place in case.places:
        text = case.text(place.path)
        start, end = (place.line, place.column), (place.end_line, place.end_column)
        assert start <= end
        for line, column in (start, end):
            if text is None:
                assert (line, column) == (1, 1), f"{place} is in no file that can be read"
            else:
                assert 1 <= line <= text.line_count, f"{place} is after the last line"
                assert 1 <= column <= len(text.line(line)) + 1, f"{place} is after the end of its line"


def test_examples_told_in_words_are_of_rules() -> None:
    assert CATALOGUE.keys() >= TOLD_IN_WORDS


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: row.name)
def test_bad_example_fires(row: Rule) -> None:
    assert row.name in check_example(row, row.path, row.bad)


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: row.name)
def test_good_example_is_quiet(row: Rule) -> None:
    assert check_example(row, MENDED_PATHS.get(row.name, row.path), row.good) == []
