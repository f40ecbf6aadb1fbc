"""What a stranger may put into a pull request: it costs no more than it is long, and never ends in a traceback.

Costs are counted, never timed.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import git
import pytest

from gnomon import limits
from gnomon.changes import Direction, Witness, compare
from gnomon.diagnostics import Severity
from gnomon.explaining import explain
from gnomon.git import CommitTree, GitRepository
from gnomon.loader import load
from gnomon.reach import Doubt, Reach, _texts, common_job
from gnomon.render import concise, findings_json, full, github, sarif, shown
from gnomon.rules import CATALOGUE, Result, check
from gnomon.sources import Memory, WorkingTree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

METRICS = "A: {unit: mag, description: Scatter of the magnitudes of stars.}\n"
LIMIT = "threshold: {operator: '<=', value: 5, unit: mag}\n"


def checked(*documents: str, metrics: str = METRICS, select: Iterable[str] = (), **files: str) -> Result:
    """Check documents of specs/p/a.yaml, and other files of specs/."""
    more = {f"specs/{name}.yaml": text for name, text in files.items()}
    found = load(
        Memory({"metrics/p.yaml": metrics, "specs/p/a.yaml": "---\n".join(documents), **more}), rules=CATALOGUE
    )
    return check(found, select=select)


def spec(name: str, query: str = "{}", limit: str = LIMIT) -> str:
    return f"name: {name}\nmetric: A\nmetadata_query: {query}\n{limit}"


def rules(result: Result) -> list[str]:
    return [finding.diagnostic.rule for finding in result.findings]


def written(result: Result) -> Iterable[str]:
    for form in (full, concise, findings_json, github, sarif):
        yield "\n".join(form.render(result))


@pytest.mark.parametrize(
    "value",
    ["1" + "0" * 320, "-0x" + "f" * 300, "{'>': 1" + "0" * 320 + "}", "{in: [1" + "0" * 320 + "]}", "0b" + "1" * 1200],
    ids=["decimal", "hexadecimal", "ordering", "list", "binary"],
)
def test_a_whole_number_beyond_all_floats_is_text(value: str) -> None:
    result = checked(spec("s", f"{{visit: {value}}}"), spec("t", f"{{visit: {value}}}", LIMIT.replace("<=", ">")))
    assert all(written(result))
    assert len(result.registry.specifications) == 2


@pytest.mark.parametrize(
    "value", ["0x" + "f" * 5000, "9" * 320, ":".join("1" * 5000)], ids=["hex", "decimal", "base60"]
)
def test_a_whole_number_beyond_all_floats_does_not_fit_its_tag(value: str) -> None:
    assert rules(checked(spec("s", f"{{visit: !!int '{value}'}}"))) == ["yaml-syntax"]


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Give the numbers of words that misspelt ones were compared with."""
    found: list[int] = []
    real = difflib.get_close_matches
    monkeypatch.setattr(limits, "MAX_WORDS_COMPARED", 1000)

    def counting(word: str, words: list[str], n: int, cutoff: float) -> list[str]:
        found.append(len(words))
        return real(word, words, n, cutoff)

    monkeypatch.setattr(difflib, "get_close_matches", counting)
    return found


def many(count: int, text: str) -> str:
    return "---\n".join(text.replace("%", str(number)) for number in range(count))


MISTAKES = {
    "metrics": {"specs": many(60, "name: s%\nmetric: star%\n" + LIMIT)},
    "terms": {"specs": many(60, spec("s%", "{traem%: 1}")), "vocabulary": many(60, "team%: {}\n").replace("---\n", "")},
    "values": {
        "specs": many(60, spec("s%", "{band: raad%}")),
        "vocabulary": f"band: {{values: [{', '.join(f'read{number}' for number in range(60))}]}}",
    },
    "partials": {"specs": many(60, f"id: raed%\n{LIMIT}---\nname: s%\nmetric: A\nbase: '#raad%'\n")},
    "specifications": {"specs": many(60, f"name: raed%\nmetric: A\n{LIMIT}---\nname: s%\nmetric: A\nbase: A.raad%\n")},
    "query terms": {
        "specs": "---\n".join(
            many(60, spec(f"{name}%", query))
            for name, query in zip("stu", ["{team%: 1, teem%: 1}", "{team%: 1}", "{team%: 1}"], strict=True)
        )
    },
    "replacements": {
        "metrics": "".join(
            f"stars{number}: {{unit: '', description: d, deprecated: {{replaced_by: stras{number}}}}}\n"
            for number in range(60)
        )
    },
}


@pytest.mark.parametrize("kind", MISTAKES)
def test_thousands_of_mistakes_are_not_compared_with_thousands_of_names(kind: str, compared: list[int]) -> None:
    files = {
        "metrics": "".join(f"stars{number}: {{unit: '', description: d}}\n" for number in range(60)),
        **MISTAKES[kind],
    }
    metrics, specs = files.pop("metrics"), files.pop("specs", "")
    checked(specs, metrics=metrics + METRICS, **files)
    assert sum(compared) <= 3 * 1000


def test_of_cycles_that_overlap_no_more_are_told_than_anybody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gnomon.limits.MAX_LINKS_TOLD", 50)
    bases = [f"id: d{number}\nbase: ['#d0', '#d{number + 1}']\n" for number in range(100)]
    result = checked(*bases, "id: d100\nbase: '#d0'\n", spec("s", "{}", "base: '#d0'\n"), spec("t"))
    cycles = [finding.diagnostic for finding in result.findings if finding.diagnostic.rule == "cyclic-base"]
    assert len(cycles) == 9  # of itself, and of 2 to 9 documents: 44 links
    assert set(result.registry.unresolved) == {*(f"p:a#d{number}" for number in range(101)), "p.A.s"}


def test_an_heir_does_not_take_over_thousands_of_causes() -> None:
    bases = ", ".join(f"'#x{number}'" for number in range(50))
    result = checked(f"id: b\nbase: [{bases}]\n", "id: c\nbase: ['#b', '#b']\n", spec("s", "{}", "base: '#c'\n"))
    assert len(result.registry.unresolved["p:a#b"]) == 50
    assert len(result.registry.unresolved["p.A.s"]) == 12


def test_a_long_text_counts_as_what_it_is_long() -> None:
    terms = ", ".join(f"t{number}: *long" for number in range(200))
    found = checked(f"long: &long {'x' * 100_000}\n{spec('s', '{' + terms + '}')}")
    assert "alias-bomb" in rules(found)
    heirs = [spec(f"s{number}", "{}", f"{LIMIT}base: '#b'\n") for number in range(3)]
    found = checked(f"id: b\nmetadata_query: {{t: {'x' * 2_100_000}}}\n", *heirs)
    assert rules(found) == ["too-large"]


def test_what_all_definitions_inherit_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gnomon.limits.MAX_VALUES_MERGED", 1000)
    base = f"id: b\ntags: [{', '.join(f't{number}' for number in range(500))}]\n"
    heirs = [spec(f"s{number}", "{}", f"{LIMIT}base: '#b'\n") for number in range(50)]
    result = checked(base, *heirs, spec("alone"))
    assert rules(result) == ["too-large"]
    names = set(result.registry.specifications) - set(result.registry.unresolved)
    assert {"p.A.s0", "p.A.alone"} < names
    assert len(names) < 40


def test_what_a_message_quotes_is_cut() -> None:
    unit = "x" * 5000
    (finding,) = checked(spec("s", "{}", f"threshold: {{operator: '<=', value: 5, unit: {unit}}}\n")).findings
    assert finding.diagnostic.message == f"`{unit[:996]}..."


@pytest.mark.parametrize(
    ("documents", "rule"),
    [
        ([f"name: {'x' * 501}\nmetric: A\n{LIMIT}"], "invalid-name"),
        (
            [f"id: b\nmetric: {'x' * 501}\n", spec("t", "{}", f"{LIMIT}base: '#b'\n").replace("metric: A", "")],
            "invalid-name",
        ),
        ([f"id: {'x' * 501}\n{LIMIT}", spec("t", "{}", f"base: '#{'x' * 501}'\n")], "invalid-name"),
        ([spec("t", "{}", f"{LIMIT}base: '#{'x' * 1000}'\n")], "unknown-base"),
    ],
    ids=["name", "metric", "id", "base"],
)
def test_a_name_that_is_longer_than_any_is_refused(documents: list[str], rule: str) -> None:
    result = checked(*documents)
    assert rule in rules(result)
    assert not [label for label in result.registry.specifications if label not in result.registry.unresolved]


@pytest.mark.parametrize("rule", ["contradiction", "inverted-ladder", "redundant-specification"])
def test_where_specifications_are_too_many_to_compare_that_is_told(monkeypatch: pytest.MonkeyPatch, rule: str) -> None:
    monkeypatch.setattr(limits, "MAX_SPECIFICATIONS_COMPARED", 50)
    equal = [LIMIT.replace("<=", "==").replace("5", str(number)) for number in range(12)]
    levels = [f"tags: [{level}]\n" for level in ("minimum", "design")] * 6
    several = checked(
        *(spec(f"s{number}", "{}", equal[number] + levels[number]) for number in range(12)), select=[rule]
    )
    (told,) = [finding.diagnostic for finding in several.findings if finding.severity is Severity.NOTE]
    assert told.rule == rule
    assert told.message.startswith("`A` has 12 specifications")
    assert told.message.endswith(": too many to compare all of them with each other")
    few = checked(*(spec(f"s{number}", "{}", equal[number] + levels[number]) for number in range(4)), select=[rule])
    assert not [finding for finding in few.findings if finding.severity is Severity.NOTE]


@pytest.mark.parametrize("content", [f"a{'.a' * 301} = 1\n", f"# {'x' * 1024**2}\n"], ids=["dots", "size"])
def test_a_configuration_that_would_cost_too_much_is_not_read(content: str) -> None:
    (found,) = load(Memory({"metrics/p.yaml": METRICS, "gnomon.toml": content})).diagnostics
    assert (found.rule, str(found.place)) == ("invalid-configuration", "gnomon.toml:1:1")
    assert found.message.endswith("and is not read")


def test_of_thousands_of_faults_of_a_configuration_only_the_first_are_searched_for() -> None:
    content = "".join(f"key{number} = 1\n" for number in range(300))
    found = load(Memory({"metrics/p.yaml": METRICS, "gnomon.toml": content})).diagnostics
    assert [fault.place.line for fault in found] == [*[1] * 101, *range(2, 201)]


def test_folders_within_folders_have_a_limit(tree: Callable[..., Path], commit: Callable[..., Path]) -> None:
    files: dict[str, str | bytes] = {"metrics/p.yaml": METRICS, f"specs/p/{'d/' * 100}a.yaml": spec("s")}
    found = load(WorkingTree(tree(files)))
    (fault,) = found.diagnostics
    deepest = "specs/p" + "/d" * 64
    assert (fault.rule, fault.message) == ("irregular-file", "this is not read: it is more than 64 folders deep")
    assert (fault.place.path, found.specifications) == (deepest, {})
    root = commit(files)
    with GitRepository(root) as repository:
        assert load(CommitTree(repository, "HEAD")).diagnostics == [fault]


def test_a_star_filled_with_stars_is_no_text_of_billions() -> None:
    pattern = "*a" * 2000
    with_itself = common_job([{"t": {"glob": pattern, ">": 3}}])
    assert with_itself == Reach(None, Doubt.PATTERNS)
    assert max(len(text) for text in _texts([{"glob": pattern}], [], frozenset())) <= 100_000


def test_documents_that_cannot_be_read_are_counted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gnomon.limits.MAX_DOCUMENTS", 3)
    assert rules(checked("---\n\t%\n" * 8)) == [*["yaml-syntax"] * 3, "too-large"]


def test_each_of_many_faults_is_told_at_its_own_place() -> None:
    metrics = "".join(f"{number}: {{unit: [mag]}}\n'm {number}': x\nn{number}: {{[1]: 2}}\n" for number in range(3))
    found = [(fault.rule, fault.place.line) for fault in load(Memory({"metrics/p.yaml": metrics})).diagnostics]
    assert sorted(set(found), key=lambda fault: (fault[1], fault[0])) == [
        (rule, line + 3 * block)
        for block in range(3)
        for line, expected in enumerate(
            (
                ["invalid-name", "missing-field", "wrong-type"],
                ["invalid-name", "wrong-type"],
                ["missing-field", "yaml-syntax"],
            ),
            start=1,
        )
        for rule in expected
    ]


@pytest.mark.parametrize(
    ("condition", "cost"),
    # Five for each character of a pattern, and one for each member of a list and each value that is tried.
    [("{glob: '*19'}", 35), ("{in: [v18, v19], glob: '*19'}", 19), ("{not_in: [v1], glob: '*19'}", 36)],
)
def test_where_a_vocabulary_has_too_many_values_to_try_that_is_told(
    monkeypatch: pytest.MonkeyPatch, condition: str, cost: int
) -> None:
    monkeypatch.setattr(limits, "MAX_VALUES_TRIED", 3 * cost - 1)
    vocabulary = "x: {values: [" + ", ".join(f"v{number}" for number in range(20)) + "]}\n"
    documents = [spec(f"s{number}", f"{{x: {condition}}}") for number in range(3)]
    assert checked(*documents[:2], vocabulary=vocabulary, select=["never-applies"]).findings == ()
    (told,) = checked(*documents, vocabulary=vocabulary, select=["never-applies"]).findings
    assert (told.severity, told.diagnostic.message) == (
        Severity.NOTE,
        "the conditions of queries have too many values to look for a job that meets each of them",
    )


def test_where_changes_have_too_many_values_to_try_that_is_told_and_none_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "MAX_VALUES_TRIED", 300)
    vocabulary = "x: {values: [" + ", ".join(f"v{number}" for number in range(20)) + "]}\n"
    sides = [
        checked(*(spec(f"s{number}", f"{{x: {{glob: '{pattern}'}}}}") for number in range(6)), vocabulary=vocabulary)
        for pattern in ("*19", "*1[89]")
    ]
    changes = compare(*(side.registry for side in sides)).changes
    assert [change.name for change in changes] == [f"p.A.s{number}" for number in range(6)]
    assert (changes[0].direction, changes[0].message) == (Direction.TIGHTENED, "it applies to more jobs")
    told = "the changes have too many values to try to find a job for each of them"
    for change in changes[1:]:
        assert change.rule == "specification-query-changed"
        assert (change.direction, change.message) == (Direction.INCOMPARABLE, f"it may apply to other jobs: {told}")
        assert change.witness == Witness(reason=told)


def test_a_long_chain_of_bases_is_not_all_indentation() -> None:
    links = [f"name: s{number}\nmetric: A\nbase: A.s{number - 1}\n" for number in range(1, 60)]
    registry = checked(spec("s0"), *links).registry
    lines = shown.render(explain(registry, "p.A.s59"), registry).splitlines()
    assert max(map(len, lines)) < 80


def test_links_of_a_commit_are_followed_without_reading_their_folder_for_each(
    commit: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = commit({"metrics/p.yaml": METRICS, "specs/p/a.yaml": f"id: b\n{LIMIT}"})
    for number in range(50):
        (root / f"specs/p/l{number}.yaml").symlink_to("a.yaml")
    commit({})
    looked: list[str] = []
    real = git.Tree.__iter__

    def counting(tree: git.Tree) -> Iterator[Any]:
        looked.append(str(tree.path))
        return real(tree)

    monkeypatch.setattr(git.Tree, "__iter__", counting)
    with GitRepository(root) as repository:
        assert len(load(CommitTree(repository, "HEAD")).partials) == 51
    assert len(looked) < 20


def test_names_of_many_words_are_not_exchanged_word_by_word() -> None:
    one, two = ("_".join(f"{letter}{number}" for number in range(21)) for letter in "ab")
    names = [f"{two}_FY17", f"{two}_FY18", f"{one}_FY18"]
    result = checked(*map(spec, names[:2]), f"name: {names[2]}\nbase: A.{names[0]}\n")
    assert "suspicious-base" not in rules(result)
