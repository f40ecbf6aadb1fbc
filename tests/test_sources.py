"""Definitions come from a working tree, a commit or memory, and are the same whichever it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conftest import git, write
from gnomon import limits
from gnomon.diagnostics import Diagnostic, Place
from gnomon.errors import RepositoryError
from gnomon.exporting import export
from gnomon.loader import load
from gnomon.opening import open_source
from gnomon.sources import Memory, Overlay, Source, SourceFile, WorkingTree, find_repository

if TYPE_CHECKING:
    from collections.abc import Callable

    from gnomon.registry import Registry

METRICS = "A: {unit: mmag, description: Scatter of magnitudes.}\n"
SPECIFICATION = "name: s\nmetric: A\nthreshold: {operator: '<=', value: 5, unit: mmag}\n"
SOUND: dict[str, str | bytes] = {"metrics/p.yaml": METRICS, "specs/p/a.yaml": SPECIFICATION}

OUTSIDE = "it is a link to a place outside the repository"
ABSOLUTE = "it is a link with an absolute path, which holds on one machine only"
GIT = "it is a link into Git's own data"
NOTHING = "it is a link to nothing"
CIRCLE = "it is a link that leads in a circle"
FOLDER = "it is a link to a folder, which is not followed"
IRREGULAR = "it is no regular file"
REPOSITORY = "it is another Git repository (a submodule?)"


def listed(source: Source, folder: str = "specs") -> dict[str, int | str]:
    """Give the size of each file, or why it is not read."""
    return {file.path: file.irregular or file.size for file in source.files(folder)}


def snapshot(registry: Registry) -> tuple[object, ...]:
    """Give all that a source decides, except what it is called."""
    found = export(registry)
    texts = {path: text.content for path, text in registry.texts.items()}
    return found.metrics, found.specs, sorted(registry.partials), registry.diagnostics, texts, registry.unreadable


# Memory


def test_memory_gives_what_it_was_given() -> None:
    source = Memory({"metrics/p.yaml": "é", "specs/p/a.yaml": b"\xff", "other/x.yaml": ""})
    assert list(source.files("metrics")) == [SourceFile("metrics/p.yaml", 2)]
    assert list(source.files("specs")) == [SourceFile("specs/p/a.yaml", 1)]
    assert [source.read(path) for path in ("metrics/p.yaml", "specs/p/a.yaml", "none")] == [b"\xc3\xa9", b"\xff", None]
    assert (source.label, source.commit, source.prefix) == ("memory", None, "")


def test_an_overlay_is_a_source_as_if_files_had_been_written() -> None:
    below = Memory({"metrics/p.yaml": "old", "specs/p/a.yaml": "a"}, label="folder", commit="0123", prefix="data/")
    source = Overlay(below, {"metrics/p.yaml": b"newer", "metrics/q.yaml": b"q"})
    assert listed(source, "metrics") == {"metrics/p.yaml": 5, "metrics/q.yaml": 1}
    assert listed(source) == {"specs/p/a.yaml": 1}
    read = [source.read(path) for path in ("metrics/p.yaml", "metrics/q.yaml", "specs/p/a.yaml", "none")]
    assert (read, source.read("metrics/p.yaml", 2)) == ([b"newer", b"q", b"a", None], b"ne")
    assert (source.label, source.commit, source.prefix) == ("folder", None, "data/")


# The working tree


def test_a_working_tree_lists_and_reads_all_files_of_a_folder(tree: Callable[..., Path]) -> None:
    source = WorkingTree(tree({**SOUND, "specs/p/deep/er/b.yml": "b", "specs/README.md": "read", "other/c.yaml": ""}))
    assert listed(source) == {
        "specs/README.md": 4,
        "specs/p/a.yaml": len(SPECIFICATION),
        "specs/p/deep/er/b.yml": 1,
    }
    assert listed(source, "metrics") == {"metrics/p.yaml": len(METRICS)}
    assert listed(source, "nowhere") == {}
    assert source.read("specs/p/deep/er/b.yml") == b"b"
    assert source.read("specs/p/none.yaml") is None
    assert (source.label, source.commit, source.prefix) == ("repository", None, "")


def test_a_working_tree_in_git_knows_where_it_is(commit: Callable[..., Path]) -> None:
    root = commit({f"deep/er/{path}": content for path, content in SOUND.items()})
    source = WorkingTree(root / "deep" / "er")
    assert (source.label, source.commit, source.prefix) == ("working tree", None, "deep/er/")
    assert listed(source) == {"specs/p/a.yaml": len(SPECIFICATION)}


def test_a_link_inside_the_repository_is_read(tree: Callable[..., Path]) -> None:
    root = tree({**SOUND, "shared/text.txt": "name: t"})
    (root / "specs/p/b.yaml").symlink_to("a.yaml")
    (root / "specs/p/c.yaml").symlink_to("b.yaml")
    (root / "specs/p/d.yaml").symlink_to("../../shared/text.txt")
    source = WorkingTree(root)
    size = len(SPECIFICATION)
    assert listed(source) == {f"specs/p/{name}.yaml": size for name in "abc"} | {"specs/p/d.yaml": 7}
    assert source.read("specs/p/d.yaml") == b"name: t"


def test_a_link_to_elsewhere_in_the_git_repository_is_read(commit: Callable[..., Path]) -> None:
    root = commit({**{f"deep/{path}": content for path, content in SOUND.items()}, "top.yaml": "name: t"})
    (root / "deep/specs/p/b.yaml").symlink_to("../../../top.yaml")
    assert listed(WorkingTree(root / "deep"))["specs/p/b.yaml"] == 7


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("../../../outside.yaml", OUTSIDE),
        ("/etc/passwd", ABSOLUTE),
        ("/dev/zero", ABSOLUTE),
        ("/dev/stdin", ABSOLUTE),
        ("/proc/self/environ", ABSOLUTE),
        ("none.yaml", NOTHING),
        ("../../../none.yaml", OUTSIDE),
        ("link.yaml", CIRCLE),
        (".", FOLDER),
        ("../../metrics", FOLDER),
        ("a.yaml/b", NOTHING),
    ],
)
def test_links_that_leave_the_repository_or_lead_nowhere_are_not_followed(
    tree: Callable[..., Path], tmp_path: Path, target: str, why: str
) -> None:
    write(tmp_path, {"outside.yaml": SPECIFICATION})
    root = tree(SOUND)
    (root / "specs/p/link.yaml").symlink_to(target)
    assert listed(WorkingTree(root)) == {"specs/p/a.yaml": len(SPECIFICATION), "specs/p/link.yaml": why}
    assert [(found.rule, found.message) for found in load(WorkingTree(root)).diagnostics] == [
        ("irregular-file", f"this is not read: {why}")
    ]


def test_an_absolute_link_is_not_followed_even_inside_the_repository(tree: Callable[..., Path]) -> None:
    root = tree(SOUND)
    (root / "specs/p/link.yaml").symlink_to(root / "specs/p/a.yaml")
    (root / "specs/p/second.yaml").symlink_to("link.yaml")
    found = listed(WorkingTree(root))
    assert (found["specs/p/link.yaml"], found["specs/p/second.yaml"]) == (ABSOLUTE, ABSOLUTE)


def test_links_to_folders_are_not_followed(tree: Callable[..., Path], tmp_path: Path) -> None:
    write(tmp_path, {"other/x.yaml": SPECIFICATION})
    root = tree(SOUND)
    (root / "specs/q").symlink_to("p")
    (root / "specs/r").symlink_to("..")
    (root / "specs/s").symlink_to(tmp_path / "other")
    assert listed(WorkingTree(root)) == {
        "specs/p/a.yaml": len(SPECIFICATION),
        "specs/q": FOLDER,
        "specs/r": FOLDER,
        "specs/s": ABSOLUTE,
    }


def test_a_folder_of_definitions_that_is_a_link_is_not_followed(tree: Callable[..., Path]) -> None:
    root = tree({"metrics/p.yaml": METRICS, "elsewhere/p/a.yaml": SPECIFICATION})
    (root / "specs").symlink_to("elsewhere")
    assert listed(WorkingTree(root)) == {"specs": FOLDER}
    assert [(found.rule, found.place.path) for found in load(WorkingTree(root)).diagnostics] == [
        ("irregular-file", "specs")
    ]


def test_links_into_the_data_of_git_are_not_followed(commit: Callable[..., Path]) -> None:
    root = commit(SOUND)
    (root / "specs/p/link.yaml").symlink_to("../../.git/config")
    assert listed(WorkingTree(root))["specs/p/link.yaml"] == GIT


def test_devices_are_not_read(tree: Callable[..., Path]) -> None:
    root = tree(SOUND)
    os.mkfifo(root / "specs/p/pipe.yaml")
    (root / "specs/p/link.yaml").symlink_to("pipe.yaml")
    assert listed(WorkingTree(root)) == {
        "specs/p/a.yaml": len(SPECIFICATION),
        "specs/p/link.yaml": "it is a link to no regular file",
        "specs/p/pipe.yaml": IRREGULAR,
    }
    assert [str(found.place) for found in load(WorkingTree(root)).diagnostics] == [
        "specs/p/link.yaml:1:1",
        "specs/p/pipe.yaml:1:1",
    ]


@pytest.mark.parametrize("name", ["gnomon.toml", "pyproject.toml"])
def test_a_configuration_outside_the_repository_is_not_read(
    tree: Callable[..., Path], tmp_path: Path, name: str
) -> None:
    write(tmp_path, {"outside.toml": "[tool.gnomon]\nignore = ['x']\n"})
    root = tree(SOUND)
    (root / name).symlink_to("../outside.toml")
    assert WorkingTree(root).read(name) is None


def test_what_is_no_file_is_told_alike_by_a_working_tree_and_a_commit(commit: Callable[..., Path]) -> None:
    root = commit({**SOUND, "folder/a.txt": ""})
    (root / "link").symlink_to("none")
    (root / "out").symlink_to("../outside")
    (root / "sound").symlink_to("metrics/p.yaml")
    commit({})
    expected = {"link": NOTHING, "out": OUTSIDE, "folder": "it is a folder", "sound": None, "metrics/p.yaml": None}
    for revision in (None, "HEAD"):
        with open_source(root, revision) as source:
            assert {path: source.irregular(path) for path in expected} == expected
            assert source.irregular("nothing") is None


@pytest.mark.parametrize(("name", "is_mild"), [("gnomon.toml", False), ("pyproject.toml", True)])
def test_a_configuration_that_is_no_file_is_told(tree: Callable[..., Path], name: str, is_mild: bool) -> None:  # noqa: FBT001  # of the table
    root = tree(SOUND)
    os.mkfifo(root / name)
    assert load(WorkingTree(root)).diagnostics == [
        Diagnostic(
            "invalid-configuration",
            "this is not read: it is no regular file",
            Place(name, 1, 1, 1, 1),
            "put the file itself here",
            mild=is_mild,
        )
    ]


@pytest.mark.parametrize("name", ["gnomon.toml", "pyproject.toml"])
def test_a_folder_is_no_metrics_repository_for_a_configuration_that_is_outside_of_it(
    tree: Callable[..., Path], tmp_path: Path, name: str
) -> None:
    write(tmp_path, {"outside.toml": "[tool.gnomon]\n"})
    root = tree({"README.md": ""})
    (root / name).symlink_to("../outside.toml")
    with pytest.raises(RepositoryError, match="no metrics repository"):
        find_repository(root)


@pytest.mark.parametrize("name", ["gnomon.toml", "pyproject.toml"])
def test_looking_for_the_repository_never_waits_for_a_pipe(tree: Callable[..., Path], name: str) -> None:
    root = tree({"README.md": ""})
    os.mkfifo(root / name)
    code = "import pathlib, sys; from gnomon.sources import *; find_repository(pathlib.Path(sys.argv[1]))"
    # The limit is not a measurement: what opens the pipe waits for ever.
    done = subprocess.run(
        [sys.executable, "-c", code, str(root)], capture_output=True, text=True, timeout=10, check=False
    )
    assert "RepositoryError: no metrics repository" in done.stderr


def test_another_repository_inside_this_one_is_not_read(commit: Callable[..., Path]) -> None:
    root = commit(SOUND)
    write(root / "specs/sub", {"b.yaml": SPECIFICATION})
    git(root / "specs/sub", "init", "--quiet")
    write(root / "specs/q/module", {"b.yaml": SPECIFICATION, ".git": "gitdir: ../../../.git/modules/module\n"})
    assert listed(WorkingTree(root)) == {
        "specs/p/a.yaml": len(SPECIFICATION),
        "specs/q/module": REPOSITORY,
        "specs/sub": REPOSITORY,
    }


@pytest.mark.parametrize("folder", ["metrics", "specs"])
def test_a_folder_of_definitions_that_is_another_repository_is_not_read(tree: Callable[..., Path], folder: str) -> None:
    root = tree(SOUND)
    git(root / folder, "init", "--quiet")
    assert listed(WorkingTree(root), folder) == {folder: REPOSITORY}


def test_hidden_files_and_other_files_hold_no_definitions(tree: Callable[..., Path]) -> None:
    root = tree({
        **SOUND,
        "specs/p/.hidden.yaml": ": [",
        "specs/.hidden/b.yaml": ": [",
        "metrics/.q.yaml": ": [",
        "specs/p/README.md": ": [",
        "specs/p/a.yaml~": ": [",
        "specs/p/a.yaml.orig": ": [",
        "specs/README": ": [",
    })  # fmt: skip
    (root / "specs/p/.link.yaml").symlink_to("/etc/passwd")
    assert load(WorkingTree(root)).diagnostics == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_cannot_be_passed_over(tree: Callable[..., Path]) -> None:
    root = tree(SOUND)
    (root / "specs/p/a.yaml").chmod(0)
    with pytest.raises(RepositoryError, match=r"cannot read specs/p/a\.yaml: Permission denied"):
        load(WorkingTree(root))


def test_a_file_that_cannot_be_read_is_one_helpful_line(
    tree: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: Path, *_mode: object) -> None:
        raise PermissionError(13, "Permission denied")

    source = WorkingTree(tree(SOUND))
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(RepositoryError) as caught:
        source.read("specs/p/a.yaml")
    assert str(caught.value) == "cannot read specs/p/a.yaml: Permission denied"


def test_a_folder_that_cannot_be_read_is_one_helpful_line(
    tree: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: Path) -> None:
        raise PermissionError(13, "Permission denied")

    source = WorkingTree(tree(SOUND))
    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(RepositoryError) as caught:
        list(source.files("specs"))
    assert str(caught.value) == "cannot read the folder specs: Permission denied"


# Finding the repository


@pytest.mark.parametrize(
    "files",
    [
        {"metrics/p.yaml": METRICS},
        {"gnomon.toml": ""},
        {"pyproject.toml": "[tool.gnomon]\n"},
        {"pyproject.toml": "[tool.gnomon.ladders]\n"},
    ],
    ids=["metrics", "gnomon.toml", "pyproject.toml", "table"],
)
def test_the_repository_is_the_nearest_one_upward(tree: Callable[..., Path], files: dict[str, str | bytes]) -> None:
    root = tree({**files, "specs/p/deep/a.yaml": "", "inner/metrics/q.yaml": "", "inner/specs/q/b.yaml": ""})
    for folder in (root, root / "specs", root / "specs/p/deep"):
        assert find_repository(folder) == root
    for folder in (root / "inner", root / "inner/specs/q"):
        assert find_repository(folder) == root / "inner"


def test_the_repository_is_found_through_a_relative_path_and_a_link(
    tree: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree(SOUND)
    (tmp_path / "link").symlink_to(root)
    monkeypatch.chdir(root / "specs")
    assert find_repository(Path()) == find_repository(tmp_path / "link" / "specs") == root.resolve()


@pytest.mark.parametrize("name", ["", "specs", "none"])
def test_no_repository_is_one_helpful_line(tree: Callable[..., Path], name: str) -> None:
    folder = tree({"specs/p/a.yaml": "", "pyproject.toml": "[project]\n"}) / name
    with pytest.raises(RepositoryError) as caught:
        find_repository(folder)
    expected = f"no such folder: {folder}" if name == "none" else f"no metrics repository at {folder} or above it"
    assert str(caught.value).partition(":" if name != "none" else "\n")[0] == expected
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["bare", "marked"])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_file_in_a_wide_encoding_is_understood_and_told_once(encoding: str, mark: str) -> None:
    registry = load(Memory({"metrics/p.yaml": (mark + METRICS).encode(encoding)}))
    assert [str(name) for name in registry.metrics] == ["p.A"]
    assert [(found.rule, found.message) for found in registry.diagnostics] == [
        ("not-utf8", f"this file is {encoding[:6].upper()}")
    ]


# The same from all three

HARD: dict[str, str | bytes] = {
    "gnomon.toml": "ignore = ['unit-spelling']\nnonsense = 1\n",
    "metrics/p.yaml": METRICS
    + "B: {unit: nonsense, description: é}\nC: {unit: s, description: c}\nC: {unit: mag, description: c}\n",
    "metrics/crlf.yaml": "A: {unit: mag,\r\n  description: a}\r\n",
    "metrics/marked.yaml": b"\xef\xbb\xbfA: {unit: mag, description: a}\n",
    "metrics/latin.yaml": b"A: {unit: mag, description: \xe9}\n",
    "metrics/wide.yaml": "A: {unit: mag, description: é}\n".encode("utf-16"),
    "metrics/deep/q.yaml": METRICS,
    "metrics/nothing.yaml": "",
    "specs/p/a.yaml": SPECIFICATION + "tags: !!set {b, a}\n---\nname: t\nbase: [A.s, 'sub/b#x']\n---\nname: [\n",
    "specs/p/sub/b.yml": "id: x\nmetadata_query: {on: 012, k: 1e-6}\n---\nid: x\ntags: [\U0001f52d]\n",
    "specs/p/Z.yaml": "name: A.z\nbase: '#none'\n",
    "specs/p/a-b.yaml": "name: A.c1\nbase: A.c2\n---\nname: A.c2\nbase: A.c1\n",
    "specs/p/a/b.yaml": "name: A.s\nthreshold: {operator: '<', value: 1, unit: mag}\n",
    "specs/p.q/a.yaml": SPECIFICATION,
    "specs/é/ü.yaml": SPECIFICATION,
    "specs/p/with space.yaml": "name: A.space\nthreshold: {operator: '<', value: .nan, unit: mag}\n",
    "specs/vocabulary.yaml": "camera: {values: [hsc]}\n",
    "specs/p/big.yaml": b"#" * (limits.MAX_FILE_BYTES + 1),
    "specs/p/README.md": "not read",
    "specs/loose.yaml": SPECIFICATION,
}


@pytest.mark.parametrize("prefix", ["", "deep/er/"], ids=["top", "subfolder"])
def test_the_same_content_gives_the_same_snapshot(commit: Callable[..., Path], prefix: str) -> None:
    root = commit({prefix + path: content for path, content in HARD.items()})
    from_memory = load(Memory(HARD, prefix=prefix))
    from_tree = load(WorkingTree(root / prefix))
    with open_source(root / prefix, "HEAD") as source:
        from_commit = load(source)
    assert snapshot(from_tree) == snapshot(from_memory)
    assert snapshot(from_commit) == snapshot(from_memory)
    assert {found.rule for found in from_memory.diagnostics} == {
        *("cyclic-base", "duplicate-metric", "duplicate-partial", "duplicate-specification", "empty-document"),
        *("invalid-configuration", "invalid-name", "misplaced-file", "non-finite", "not-utf8", "too-large"),
        *("unknown-base", "unknown-unit", "wrong-type", "yaml-syntax"),
    }
    assert {found.place.path.startswith(prefix) for found in from_memory.diagnostics} == {True}


def test_the_same_links_give_the_same_snapshot(commit: Callable[..., Path], tmp_path: Path) -> None:
    write(tmp_path, {"outside.yaml": SPECIFICATION})
    root = commit({**SOUND, "text.txt": "name: A.t\nbase: A.s\n", "folder/x.yaml": SPECIFICATION})
    links = {
        "inside": "../../text.txt",
        "chain": "inside.yaml",
        "outside": "../../../outside.yaml",
        "absolute": str(root / "text.txt"),
        "chain-to-absolute": "absolute.yaml",
        "nothing": "none.yaml",
        "self": "self.yaml",
        "folder": "../../folder",
        "through-a-file": "a.yaml/x",
        "through-a-folder": "folder.yaml/x.yaml",
        "out-and-in-again": "../../../repository/text.txt",
        "git": "../../.git/config",
    }
    for name, target in links.items():
        (root / f"specs/p/{name}.yaml").symlink_to(target)
    commit({})
    with open_source(root, "HEAD") as source:
        assert listed(source) == listed(WorkingTree(root))
        assert snapshot(load(source)) == snapshot(load(WorkingTree(root)))
    found = listed(WorkingTree(root))
    assert [name for name in links if isinstance(found[f"specs/p/{name}.yaml"], int)] == ["inside", "chain"]


def test_the_order_in_which_files_are_listed_means_nothing() -> None:
    turned = dict(reversed(HARD.items()))
    assert snapshot(load(Memory(turned))) == snapshot(load(Memory(HARD)))


def test_files_count_in_the_order_of_their_code_points() -> None:
    names = ["Z", "a-b", "a.b", "a", "a/b", "b", "é"]
    text = "name: A.s\nthreshold: {{operator: '<', value: {}, unit: mmag}}\n"
    files = {f"specs/p/{name}.yaml": text.format(number) for number, name in enumerate(names)}
    registry = load(Memory({"metrics/p.yaml": METRICS, **files}))
    assert [document.path for document in registry.documents] == sorted(names, key=lambda name: f"{name}.yaml")
    assert registry.specifications["p.A.s"].path == "é"


def test_a_byte_order_mark_takes_no_column() -> None:
    registry = load(Memory({"metrics/p.yaml": "A: {unit: mmagg, description: a}\n".encode("utf-8-sig")}))
    assert [str(found.place) for found in registry.diagnostics] == ["metrics/p.yaml:1:11"]
    assert registry.texts["metrics/p.yaml"].line(1) == "A: {unit: mmagg, description: a}"
