"""How the text of a file is cut into slices, and what of two states is loaded to compare them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gnomon.changes import excerpts
from gnomon.changes.history import history
from gnomon.changes.slices import SlicedFile, cut
from gnomon.git import GitRepository
from gnomon.loader import load
from gnomon.sources import Memory

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gnomon.registry import Registry

TEST = "threshold: {operator: '<=', value: 1, unit: s}\n"
A, B = "A: {unit: s, description: One.}\n", "B:\n  unit: s\n  description: |+\n    Two.\n\n"
S, P = f"name: s\nmetric: A\n{TEST}", f"---\nid: p\n{TEST}"


def sliced(text: str, path: str = "metrics/p.yaml") -> SlicedFile:
    source = Memory({path: text})
    return cut(source, next(iter(source.files(path.partition("/")[0]))), {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("# nothing\n", []),
        (A + B, [A, B]),
        (f"# told\n--- # begins\n\n{A}# of A\n{B}", [A + "# of A\n", B]),
        ("'A':\n  unit: s\n\"B\": {unit: s,\n}\n", ["'A':\n  unit: s\n", '"B": {unit: s,\n}\n']),
        (A.replace("\n", "\r\n") + B, [A.replace("\n", "\r\n"), B]),
        ("A: &a {unit: s}\nB: &b {unit: s}\n", ["A: &a {unit: s}\n", "B: &b {unit: s}\n"]),
        (A + A, [A, A]),
    ],
    ids=repr,
)
def test_metrics_are_cut_at_their_keys(text: str, expected: list[str]) -> None:
    found = sliced(text)
    assert ([piece.text for piece in found.slices], found.whole) == (expected, False)


@pytest.mark.parametrize(
    "text",
    [
        "A: &a {unit: s}\nB: *a\n",
        "A: &a {unit: s}\nB: &a {unit: s}\n",
        "A: {unit: s, description: 'one\ntwo: three'}\n",
        "A:\n- item\n",
        "{A: {unit: s},\nB: {unit: s}}\n",
        "  A: {unit: s}\n",
        "? A\n: {unit: s}\n",
        "1: {unit: s}\n",
        "x.y: {unit: s}\n",
        "A: 3\n",
        "<<: {A: {unit: s}}\n",
        A + "---\n" + B,
        A + "...\n",
        "--- !!map\n" + A,
        "%YAML 1.1\n---\n" + A,
        A.replace("\n", "\r") + B,
        A + "\ufeff" + B,
        "A: {unit: s, description: 'odd \u2028'}\n",
        "A: [\n",
    ],
    ids=repr,
)
def test_metrics_that_hang_together_are_not_cut(text: str) -> None:
    found = sliced(text)
    assert (len(found.slices), found.whole) == (1, True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (S, [S]),
        (f"# told\n---\n{S}{P}", ["# told\n", f"---\n{S}", P]),
        (f"{S}--- # next\nid: p\n---\n", [S, "--- # next\nid: p\n", "---\n"]),
        (f"{S}# ---\n  # ---\n---x: 1\n", [f"{S}# ---\n  # ---\n---x: 1\n"]),
        (f"{S}extra: &a 1\n{P}extra: [&a 2, *a]\n", [f"{S}extra: &a 1\n", f"{P}extra: [&a 2, *a]\n"]),
    ],
    ids=repr,
)
def test_specifications_are_cut_at_their_documents(text: str, expected: list[str]) -> None:
    found = sliced(text, "specs/p/a.yaml")
    assert ([piece.text for piece in found.slices], found.whole) == (expected, False)


@pytest.mark.parametrize(
    "text", [f"{S}---\n- item\n", f"{S}---\nname: [\n", f"{S}...\n", f"%YAML 1.1\n---\n{S}"], ids=repr
)
def test_specifications_that_are_no_documents_of_their_own_are_not_cut(text: str) -> None:
    found = sliced(text, "specs/p/a.yaml")
    assert (len(found.slices), found.whole) == (1, True)


def test_what_is_left_out_leaves_its_lines() -> None:
    found = sliced(f"# head\n{A}{B}C: {{unit: s}}\n")
    assert found.excerpt({0, 2}) == f"# head\n{A}#\n\n\n\n\nC: {{unit: s}}\n"
    assert found.excerpt({1}) == f"# head\n#\n{B}#\n"


@pytest.fixture
def many(commit: Callable[..., Path]) -> Path:
    """Make a package of fifty specifications, two of which inherit, in which the base and another one are edited."""
    files = {f"specs/p/f{number}.yaml": f"name: s{number}\nmetric: A\n{TEST}" for number in range(50)}
    heirs = "name: t\nbase: A.s1\n---\nname: u\nbase: A.t\n"
    commit({"metrics/p.yaml": A + B, **files, "specs/p/heirs.yaml": heirs}, "first")
    commit({"specs/p/f1.yaml": files["specs/p/f1.yaml"].replace("value: 1", "value: 2")}, "base")
    return commit({"specs/p/f2.yaml": files["specs/p/f2.yaml"].replace("value: 1", "value: 2")}, "other")


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Note the specifications of each state that is loaded."""
    names: list[list[str]] = []

    def noting(*arguments: object, **options: object) -> Registry:
        registry = load(*arguments, **options)  # type: ignore[arg-type]  # passed on
        names.append(sorted(registry.specifications))
        return registry

    monkeypatch.setattr(excerpts, "load", noting)
    return names


def test_a_commit_costs_what_it_changes(many: Path, loaded: list[list[str]]) -> None:
    with GitRepository(many) as repository:
        steps = history(repository, many, "p", None)
    assert [step.subject for step in steps] == ["first", "base", "other"]
    assert [len(names) for names in loaded[:1]] == [52]
    assert loaded[1:] == [["p.A.s1", "p.A.t", "p.A.u"], ["p.A.s1", "p.A.t", "p.A.u"], ["p.A.s2"], ["p.A.s2"]]


def test_a_commit_that_cannot_concern_what_is_asked_costs_nothing(many: Path, loaded: list[list[str]]) -> None:
    with GitRepository(many) as repository:
        steps = history(repository, many, "p", "p.A.u")
    assert [step.subject for step in steps] == ["first", "base"]
    assert len(loaded) == 3  # one state of the first, two of the second


def test_of_duplicates_the_last_counts_wherever_it_moves(commit: Callable[..., Path]) -> None:
    one, two = f"---\nname: s\nmetric: A\n{TEST}", f"---\nname: s\nmetric: A\n{TEST}".replace("value: 1", "value: 2")
    commit({"metrics/p.yaml": A, "specs/p/a.yaml": one + two}, "first")
    root = commit({"specs/p/a.yaml": two + one}, "swapped")
    with GitRepository(root) as repository:
        steps = history(repository, root, "p", "p.A.s")
    assert [[change.rule for change in step.changes] for step in steps] == [
        ["specification-added"],
        ["specification-test-changed"],
    ]


def test_an_acknowledgement_that_came_with_a_change_is_told(commit: Callable[..., Path]) -> None:
    commit({"metrics/p.yaml": A, "specs/p/a.yaml": S}, "first")
    root = commit({"specs/p/a.yaml": S.replace("value: 1", "value: 2")}, "loosen")
    with GitRepository(root) as repository:
        (change,) = history(repository, root, "p", "p.A.s")[-1].changes
    commit({"specs/p/a.yaml": S}, "back")
    said = f"fingerprint: {change.fingerprint}, rule: {change.rule}, name: p.A.s, reason: because, decision: us"
    root = commit({"specs/p/a.yaml": S.replace("value: 1", "value: 2"), "changes/a.yaml": f"- {{{said}}}\n"}, "again")
    with GitRepository(root) as repository:
        steps = history(repository, root, "p", "p.A.s")
    reasons = [change.acknowledged.reason if change.acknowledged else None for step in steps for change in step.changes]
    assert reasons == [None, None, None, "because"]
