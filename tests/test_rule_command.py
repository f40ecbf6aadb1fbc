"""``gnomon rule``: the rules explain themselves, with examples that are true."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from gnomon import schemas
from gnomon.changes import DIFF_CATALOGUE
from gnomon.cli import execute
from gnomon.loader import load
from gnomon.rules import CATALOGUE, check
from gnomon.sources import Memory

if TYPE_CHECKING:
    from collections.abc import Callable

    from gnomon.rules import Rule

    Gnomon = Callable[..., tuple[int, str, str]]

RULES = list(CATALOGUE.values())
# The others describe their example: no text in a file can show it.
SHOWN = [rule for rule in RULES if rule.bad.endswith("\n")]
CONTEXT = {
    "metrics/p.yaml": (
        "A: {unit: mmag, description: Scatter of the magnitudes of bright stars over visits.}\n"
        "Old: {unit: mmag, description: Offset of the magnitudes of bright stars., deprecated: {replaced_by: A}}\n"
    )
}


@pytest.fixture
def gnomon(capsys: pytest.CaptureFixture[str]) -> Gnomon:
    def run(*arguments: str) -> tuple[int, str, str]:
        return (execute(["rule", *arguments]), *capsys.readouterr())

    return run


def by_name(rule: Rule) -> str:
    return rule.name


def valid(text: str) -> list[dict[str, Any]]:
    document = json.loads(text)
    Draft202012Validator(schemas.load("rule-1")).validate(document)
    rules: list[dict[str, Any]] = document["rules"]
    return rules


def test_one_rule_is_explained(gnomon: Gnomon) -> None:
    assert gnomon("invalid-url") == (
        0,
        """\
invalid-url (warning, references)

The `url` of a reference is no web address.

Why: Nobody can follow it.

Mend: Write the whole address, beginning with https:// or http://.

Found in metrics/p.yaml:

    A: {unit: mmag, description: Scatter of magnitudes., reference: {url: ls.st/lpm-17}}

Mended:

    A: {unit: mmag, description: Scatter of magnitudes., reference: {url: 'https://ls.st/lpm-17'}}
""",
        "",
    )


def test_one_rule_as_json(gnomon: Gnomon) -> None:
    rule = CATALOGUE["unused-partial"]
    status, out, err = gnomon("unused-partial", "--format", "json")
    assert (status, err) == (0, "")
    assert valid(out) == [
        {
            "name": "unused-partial",
            "command": "check",
            "group": "references",
            "severity": "warning",
            "enabled": True,
            "summary": rule.summary,
            "why": rule.why,
            "mend": rule.mend,
            "example": {"path": "specs/p/a.yaml", "bad": rule.bad, "good": rule.good},
        }
    ]


def test_rules_are_listed_one_a_line(gnomon: Gnomon) -> None:
    status, out, err = gnomon()
    assert (status, err) == (0, "")
    summaries = (
        {name: row.summary for name, row in CATALOGUE.items()},
        {name: row.summary for name, row in DIFF_CATALOGUE.items()},
    )
    for part, title, rows in zip(out.split("\n\n"), ("check rule", "diff rule"), summaries, strict=True):
        header, *lines = part.splitlines()
        assert header.split("  ")[0] == title
        assert [line.split()[0] for line in lines] == list(rows)
        assert all(line.endswith(summary) for line, summary in zip(lines, rows.values(), strict=True))


def test_impacts_that_follow_from_the_direction_are_listed_so(gnomon: Gnomon) -> None:
    (line,) = (line for line in gnomon()[1].splitlines() if line.startswith("specification-test-changed "))
    assert re.split(" {2,}", line)[1:] == [
        "by direction",
        "specification",
        "The values that pass a specification are others.",
    ]


def test_a_rule_of_the_diff_is_explained(gnomon: Gnomon) -> None:
    assert gnomon("specification-renamed") == (
        0,
        """\
specification-renamed (breaking, change of a specification)

A specification moved with its metric, which is replaced by another one.

Why it matters: Reports and dashboards know the old name.

Before, in metrics/p.yaml:

    A: {unit: mmag, description: Scatter of magnitudes., deprecated: {replaced_by: B}}

Before, in specs/p/a.yaml:

    name: s
    metric: A
    threshold: {operator: '<=', value: 5.0, unit: mmag}

After, in metrics/p.yaml:

    B: {unit: mmag, description: Scatter of magnitudes.}

After, in specs/p/a.yaml:

    name: s
    metric: B
    threshold: {operator: '<=', value: 5.0, unit: mmag}

The other way round: a rename back is a rename.
""",
        "",
    )


def test_a_rule_of_the_diff_as_json(gnomon: Gnomon) -> None:
    row = DIFF_CATALOGUE["specification-level-changed"]
    assert valid(gnomon("specification-level-changed", "--format", "json")[1]) == [
        {
            "name": "specification-level-changed",
            "command": "diff",
            "subject": "specification",
            "impacts": ["tightening", "weakening"],
            "summary": row.summary,
            "why": row.why,
            "twin": row.twin,
            "example": {"before": dict(row.before), "after": dict(row.after)},
        }
    ]


def test_all_rules_are_explained(gnomon: Gnomon) -> None:
    status, out, _ = gnomon("--all")
    assert status == 0
    checked = re.findall(r"^([a-z0-9-]+) \((?:error|warning|note)(?: \(off\))?, [a-z]+\)$", out, re.MULTILINE)
    compared = re.findall(r"^([a-z0-9-]+) \([a-z, ]+, change of a [a-z]+\)$", out, re.MULTILINE)
    assert (checked, compared) == (list(CATALOGUE), list(DIFF_CATALOGUE))


@pytest.mark.parametrize("option", [[], ["--all"]], ids=["list", "all"])
def test_all_rules_as_json(gnomon: Gnomon, option: list[str]) -> None:
    rules = valid(gnomon(*option, "--format", "json")[1])
    assert [(rule["name"], rule["severity"], rule["enabled"]) for rule in rules[: len(RULES)]] == [
        (rule.name, rule.severity.label, rule.on) for rule in RULES
    ]
    assert [(rule["name"], rule["command"]) for rule in rules[len(RULES) :]] == [
        (name, "diff") for name in DIFF_CATALOGUE
    ]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("unused-partail", "there is no rule `unused-partail`; did you mean `unused-partial`?"),
        ("metric-add", "there is no rule `metric-add`; did you mean `metric-added`?"),
        ("Yaml-Syntax", "there is no rule `Yaml-Syntax`; did you mean `yaml-syntax`?"),
        ("q", "there is no rule `q`; `gnomon rule` lists them"),
    ],
)
def test_unknown_rules_are_refused(gnomon: Gnomon, name: str, told: str) -> None:
    assert gnomon(name) == (2, "", f"error: {told}\n")


def test_rules_are_explained_outside_of_a_repository(
    gnomon: Gnomon, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert gnomon("yaml-syntax")[0] == 0


# The rows


@pytest.mark.parametrize("rule", RULES, ids=by_name)
def test_rows_are_whole_sentences(rule: Rule) -> None:
    for text in (rule.summary, rule.why, rule.mend):
        assert re.fullmatch(r"[A-Z`'].*[.]", text, re.DOTALL), text
        assert "\n" not in text
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)


def fires(rule: Rule, text: str) -> bool:
    registry = load(Memory({**CONTEXT, rule.path: text}))
    found = check(registry, select=[] if rule.on else [rule.name]).findings
    return rule.name in {finding.diagnostic.rule for finding in found}


@pytest.mark.parametrize("rule", SHOWN, ids=by_name)
def test_the_example_of_a_rule_fires(rule: Rule) -> None:
    assert fires(rule, rule.bad)


@pytest.mark.parametrize("rule", [rule for rule in SHOWN if rule.name != "misplaced-file"], ids=by_name)
def test_the_mended_example_of_a_rule_is_quiet(rule: Rule) -> None:
    assert not fires(rule, rule.good)
