"""Definitions of a Git commit are read from the object store, and nothing is ever written."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conftest import git, state, write
from gnomon.errors import GnomonError, RepositoryError, RevisionError
from gnomon.exporting import export
from gnomon.git import CommitTree, GitRepository
from gnomon.loader import load
from gnomon.opening import open_source

if TYPE_CHECKING:
    from collections.abc import Callable

METRICS = "A: {unit: mmag, description: Scatter of magnitudes.}\n"
OTHER = "B: {unit: mag, description: Depth of a visit.}\n"
SPECIFICATION = "name: s\nmetric: A\nthreshold: {operator: '<=', value: 5, unit: mmag}\n"
SOUND: dict[str, str | bytes] = {"metrics/p.yaml": METRICS, "specs/p/a.yaml": SPECIFICATION}
MISSING = (
    "cannot read {} from Git: an object is missing or damaged; in a shallow or partial clone fetch all of it "
    "(`git fetch --unshallow`, in CI `fetch-depth: 0`), otherwise ask `git fsck`"
)


pytestmark = pytest.mark.usefixtures("environment_is_put_back")


@pytest.fixture
def history(commit: Callable[..., Path]) -> Path:
    """Make three commits: tagged `v1`, tagged `v2` with an annotation, and the head of `main`, which has no metrics."""
    root = commit(SOUND)
    git(root, "tag", "v1")
    commit({"metrics/p.yaml": OTHER})
    git(root, "tag", "--annotate", "--message=two", "v2")
    git(root, "branch", "work/two")
    commit({"metrics/p.yaml": ""})
    return root


def metrics(directory: Path, revision: str) -> list[str]:
    with open_source(directory, revision) as source:
        return [entry["name"] for entry in export(load(source)).metrics]


def commit_of(directory: Path, revision: str) -> str | None:
    with open_source(directory, revision) as source:
        return source.commit


def refused(directory: Path, revision: str) -> str:
    with pytest.raises(GnomonError) as caught, open_source(directory, revision) as source:
        load(source)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def listed(directory: Path, revision: str = "HEAD", folder: str = "specs") -> dict[str, int | str]:
    with open_source(directory, revision) as source:
        return {file.path: file.irregular or file.size for file in source.files(folder)}


# Revisions


@pytest.mark.parametrize(
    ("revision", "expected"),
    [
        ("v1", ["p.A"]),
        ("v2", ["p.B"]),
        ("work/two", ["p.B"]),
        ("refs/tags/v1", ["p.A"]),
        ("main", []),
        ("HEAD", []),
        ("@", []),
        ("HEAD~1", ["p.B"]),
        ("HEAD^^", ["p.A"]),
        ("v2^{commit}", ["p.B"]),
        ("v2^0", ["p.B"]),
        ("main@{0}", []),
    ],
)
def test_a_revision_is_whatever_git_understands(history: Path, revision: str, expected: list[str]) -> None:
    assert metrics(history, revision) == expected


@pytest.mark.parametrize("length", [7, 12, 40])
def test_a_revision_may_be_a_hash(history: Path, length: int) -> None:
    full = git(history, "rev-parse", "v1")
    with open_source(history, full[:length]) as source:
        assert (source.label, source.commit, source.prefix) == (full[:length], full, "")


def test_an_annotated_tag_is_the_commit_that_it_tells_of(history: Path) -> None:
    assert commit_of(history, "v2") == git(history, "rev-parse", "work/two")
    assert commit_of(history, git(history, "rev-parse", "v2")) == git(history, "rev-parse", "work/two")


def test_a_commit_is_read_whatever_the_working_tree_holds(history: Path) -> None:
    shutil.rmtree(history / "metrics")
    write(history, {"specs/p/a.yaml": "name: [", "metrics/q.yaml": OTHER})
    git(history, "add", "--all")
    assert metrics(history, "v1") == ["p.A"]


@pytest.mark.parametrize(
    "revision",
    [
        *("", " ", "-", "-x", "--", "--output=x", "--all", "-O/tmp/x", "--upload-pack=touch x"),
        *("a b", "main ", " main", "main\n", "main\n--all", "a\tb", "main\x00", "a\x7fb", "main\u00a0"),
        *("^main", "^v1", ":/Add", ":0:metrics/p.yaml", "main:metrics", "v?", "v*", "v[12]", "a\\b"),
    ],
    ids=ascii,
)
def test_what_is_no_name_of_one_commit_never_reaches_git(history: Path, revision: str) -> None:
    assert refused(history, revision) == f"{revision!r} is not a revision; give a branch, a tag or a commit"


@pytest.mark.parametrize(
    "revision",
    [
        *("none", "v3", "HEAD~9", "0" * 40, "f" * 7, "v1^{blob}", "main^2", "main@{99}"),
        *("main..v1", "v1...main", "main^@", "main^!", "main^-", "..", "@{-1}", "@{u}", "~", "{"),
    ],
)
def test_an_unknown_revision_is_one_helpful_line(history: Path, revision: str) -> None:
    assert refused(history, revision) == (
        f"no such revision: {revision}; `git fetch` may bring it, `git log --oneline --all` lists what is here"
    )


def test_an_unknown_revision_in_a_shallow_clone_says_how_to_get_it(history: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=main", history.as_uri(), "shallow")
    full = git(history, "rev-parse", "v1")
    assert refused(tmp_path / "shallow", full) == (
        f"no such revision: {full}; this clone is shallow: `git fetch --unshallow` brings the rest "
        "(in CI: `fetch-depth: 0`)"
    )
    assert metrics(tmp_path / "shallow", "main") == []


def test_a_repository_without_commits_says_so(tree: Callable[..., Path]) -> None:
    root = tree(SOUND)
    git(root, "init", "--quiet")
    assert refused(root, "HEAD") == "no such revision: HEAD (the repository has no commits yet)"


def test_a_folder_outside_git_has_no_revisions(tree: Callable[..., Path]) -> None:
    root = tree(SOUND)
    assert refused(root, "HEAD") == f"{root} is not in a Git repository"
    assert refused(root / "none", "HEAD") == f"{root / 'none'} is not in a Git repository"


def test_a_folder_outside_git_is_named_in_full(tree: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree(SOUND)
    monkeypatch.chdir(root)
    assert refused(Path(), "HEAD") == f"{root} is not in a Git repository"


def test_errors_are_of_the_kinds_that_callers_tell_apart(history: Path, tmp_path: Path) -> None:
    with pytest.raises(RevisionError), open_source(history, "none"):
        pass
    with pytest.raises(RepositoryError), open_source(tmp_path, "HEAD"):
        pass


# Repositories


@pytest.mark.parametrize("start", ["", "metrics", "specs/p", "specs/p/none"], ids=["top", "metrics", "specs", "none"])
def test_the_metrics_repository_may_be_a_folder_of_the_repository(commit: Callable[..., Path], start: str) -> None:
    root = commit({f"deep/er/{path}": content for path, content in SOUND.items()})
    (root / "deep/er/specs/p/none").mkdir()
    with open_source(root / "deep/er" / start, "HEAD") as source:
        assert source.prefix == "deep/er/"
        assert [file.path for file in source.files("specs")] == ["specs/p/a.yaml"]
        assert source.read("metrics/p.yaml") == METRICS.encode()
        (found,) = load(source).texts.keys() - {"deep/er/metrics/p.yaml"}
        assert found == "deep/er/specs/p/a.yaml"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"gnomon.toml": ""}, ""),
        ({"pyproject.toml": "[tool.gnomon]\n"}, ""),
        ({"deep/gnomon.toml": "", "metrics/p.yaml": METRICS}, "deep/"),
        ({"deep/pyproject.toml": "[project]\n", "metrics/p.yaml": METRICS}, ""),
        ({"deep/er/metrics/p.yaml": METRICS, "metrics/p.yaml": METRICS}, "deep/er/"),
    ],
    ids=["gnomon.toml", "pyproject.toml", "inner", "not-ours", "innermost"],
)
def test_the_metrics_repository_is_the_nearest_one_upward(
    commit: Callable[..., Path], files: dict[str, str | bytes], expected: str
) -> None:
    root = commit({**files, "deep/er/README.md": ""})
    with open_source(root / "deep/er", "HEAD") as source:
        assert source.prefix == expected


def test_a_commit_without_definitions_is_one_helpful_line(commit: Callable[..., Path]) -> None:
    root = commit({"README.md": ""})
    commit(SOUND)
    assert refused(root, "HEAD~1") == (
        "no metrics repository in HEAD~1: it has no folder `metrics/` and no configuration"
    )
    assert metrics(root, "HEAD") == ["p.A"]


def test_a_detached_head_is_a_revision(history: Path) -> None:
    git(history, "checkout", "--quiet", "--detach", "v1")
    assert metrics(history, "HEAD") == ["p.A"]


def test_a_linked_worktree_has_its_own_head(history: Path, tmp_path: Path) -> None:
    git(history, "worktree", "add", "--quiet", str(tmp_path / "linked"), "work/two")
    assert metrics(tmp_path / "linked", "HEAD") == ["p.B"]
    assert metrics(tmp_path / "linked" / "metrics", "main") == []


def test_a_bare_repository_is_read(history: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(history), "bare.git")
    assert metrics(tmp_path / "bare.git", "v1") == ["p.A"]


def test_a_submodule_is_a_repository(history: Path, tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    outer.mkdir()
    git(outer, "init", "--quiet")
    git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(history), "inner")
    assert metrics(outer / "inner", "HEAD~2") == ["p.A"]


@pytest.mark.parametrize(
    "arguments",
    [["pack-refs", "--all"], ["gc", "--quiet"], ["repack", "-adq"], ["config", "extensions.worktreeConfig", "true"]],
    ids=lambda arguments: arguments[0],
)
def test_however_git_keeps_its_data_it_is_read(history: Path, arguments: list[str]) -> None:
    git(history, *arguments)
    assert metrics(history, "v1") == ["p.A"]


def test_a_clone_that_borrows_its_objects_is_read(history: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--shared", str(history), "borrower")
    assert metrics(tmp_path / "borrower", "v1") == ["p.A"]


def test_a_replaced_commit_is_read_as_it_was(history: Path) -> None:
    git(history, "replace", "v1", "main")
    assert metrics(history, "v1") == ["p.A"]


def test_hashes_of_another_kind_are_read_or_refused_in_one_line(tree: Callable[..., Path]) -> None:
    root = tree(SOUND)
    git(root, "init", "--quiet", "--object-format=sha256")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=one")
    try:
        assert metrics(root, "HEAD") == ["p.A"]
    except RepositoryError as error:
        assert "sha256" in str(error)  # noqa: PT017  # either is fine


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_repository_that_git_refuses_is_refused(history: Path) -> None:
    for path in [history, *history.rglob("*")]:
        os.chown(path, 12345, 12345)
    assert refused(history, "v1") == (
        "Git refuses this repository because somebody else owns it (see `git help safe.directory`)"
    )


# The environment of a hook


def test_a_hook_of_this_repository_reads_it(history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    monkeypatch.setenv("GIT_PREFIX", "")
    monkeypatch.chdir(history)
    assert metrics(history, "v1") == ["p.A"]
    monkeypatch.chdir(history / "specs")
    assert metrics(history, "v1") == ["p.A"]


@pytest.mark.parametrize(
    "variables",
    [
        {"GIT_DIR": "{other}/.git"},
        {"GIT_DIR": "{other}/.git", "GIT_WORK_TREE": "{other}", "GIT_INDEX_FILE": "{other}/.git/index"},
        {"GIT_COMMON_DIR": "{other}/.git"},
        {"GIT_OBJECT_DIRECTORY": "{other}/.git/objects"},
        {"GIT_NAMESPACE": "other"},
        {"GIT_CEILING_DIRECTORIES": "{here}"},
        {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.worktree", "GIT_CONFIG_VALUE_0": "{other}"},
    ],
    ids="+".join,
)
@pytest.mark.parametrize("start", ["", "specs/p"], ids=["top", "subfolder"])
def test_a_hook_of_another_repository_does_not_mislead(
    history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], start: str
) -> None:
    other = write(tmp_path / "other", {"metrics/q.yaml": METRICS})
    git(other, "init", "--quiet", "--initial-branch=main")
    git(other, "add", "--all")
    git(other, "commit", "--quiet", "--message=other")
    expected = git(history, "rev-parse", "v1")
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(other=other, here=history / "specs"))
    with open_source(history / start, "v1") as source:
        assert (source.commit, source.prefix) == (expected, "")
        assert [entry["name"] for entry in export(load(source)).metrics] == ["p.A"]


def test_the_environment_of_the_caller_stays_as_it_was(history: Path) -> None:
    before = dict(os.environ)
    metrics(history, "v1")
    assert dict(os.environ) == before


# Objects


def _object(root: Path, name: str) -> Path:
    found = git(root, "rev-parse", name)
    return root / ".git/objects" / found[:2] / found[2:]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("HEAD:metrics/p.yaml", "metrics/p.yaml"),
        ("HEAD:specs/p/a.yaml", "specs/p/a.yaml"),
        ("HEAD:specs/p", "HEAD"),
        ("HEAD:specs", "HEAD"),
        ("HEAD:", "HEAD"),
    ],
)
@pytest.mark.parametrize("damage", ["missing", "empty", "garbage"])
def test_a_missing_or_damaged_object_is_one_helpful_line(
    commit: Callable[..., Path], name: str, what: str, damage: str
) -> None:
    root = commit({"metrics/p.yaml": METRICS, "specs/p/a.yaml": SPECIFICATION})
    location = _object(root, name)
    location.chmod(0o644)
    if damage == "missing":
        location.unlink()
    else:
        location.write_bytes(b"" if damage == "empty" else b"x\x9cgarbage")
    message = refused(root, "HEAD")
    assert message in {MISSING.format(text) for text in (what, "HEAD", git(root, "rev-parse", "HEAD"))}


def test_a_missing_commit_is_one_helpful_line(commit: Callable[..., Path]) -> None:
    root = commit(SOUND)
    _object(root, "HEAD").unlink()
    assert refused(root, "HEAD").startswith(("no such revision: HEAD", "cannot read "))


def test_a_partial_clone_fetches_nothing(history: Path, tmp_path: Path) -> None:
    git(history, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", "--no-checkout", history.as_uri(), "partial")
    before = state(tmp_path / "partial")
    assert refused(tmp_path / "partial", "v1") in {MISSING.format("metrics/p.yaml"), MISSING.format("v1")}
    assert state(tmp_path / "partial") == before


# Links and submodules


def test_links_are_followed_inside_the_repository_only(commit: Callable[..., Path]) -> None:
    root = commit({**SOUND, "text.txt": "name: t"})
    for name, target in {
        "beside": "a.yaml",
        "chain": "beside.yaml",
        "up": "../../text.txt",
        "outside": "../../../text.txt",
        "absolute": "/etc/passwd",
        "nothing": "none.yaml",
        "circle": "circle.yaml",
        "folder": "..",
        "git": "../../.git/config",
        "empty-target": "a.yaml/..",
    }.items():
        (root / f"specs/p/{name}.yaml").symlink_to(target)
    commit({})
    size = len(SPECIFICATION)
    assert listed(root) == {
        "specs/p/a.yaml": size,
        "specs/p/beside.yaml": size,
        "specs/p/chain.yaml": size,
        "specs/p/up.yaml": 7,
        "specs/p/outside.yaml": "it is a link to a place outside the repository",
        "specs/p/absolute.yaml": "it is a link with an absolute path, which holds on one machine only",
        "specs/p/nothing.yaml": "it is a link to nothing",
        "specs/p/circle.yaml": "it is a link that leads in a circle",
        "specs/p/folder.yaml": "it is a link to a folder, which is not followed",
        "specs/p/git.yaml": "it is a link into Git's own data",
        "specs/p/empty-target.yaml": "it is a link to a folder, which is not followed",
    }
    with open_source(root, "HEAD") as source:
        assert source.read("specs/p/chain.yaml") == SPECIFICATION.encode()
        assert source.read("specs/p/up.yaml") == b"name: t"
        assert source.read("specs/p/none.yaml") is None
        assert source.read("specs/p") is None


@pytest.mark.parametrize("name", ["gnomon.toml", "pyproject.toml"])
@pytest.mark.parametrize("target", ["/etc/hostname", "../outside.toml", "none.toml"])
def test_a_configuration_that_is_a_link_out_of_the_repository_is_not_read(
    commit: Callable[..., Path], name: str, target: str
) -> None:
    root = commit(SOUND)
    (root / name).symlink_to(target)
    commit({})
    with open_source(root, "HEAD") as source:
        assert source.read(name) is None


def test_a_submodule_is_not_read(commit: Callable[..., Path], tmp_path: Path) -> None:
    inner = write(tmp_path / "inner", {"a.yaml": SPECIFICATION})
    git(inner, "init", "--quiet")
    git(inner, "add", "--all")
    git(inner, "commit", "--quiet", "--message=inner")
    root = commit(SOUND)
    git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "specs/p/sub")
    commit({})
    assert listed(root) == {
        "specs/p/a.yaml": len(SPECIFICATION),
        "specs/p/sub": "it is another Git repository (a submodule?)",
    }


@pytest.mark.parametrize("where", ["extern", "metrics/extern", "specs/extern", "specs/p/extern", "specs/z"])
def test_definitions_beside_a_submodule_are_read(commit: Callable[..., Path], tmp_path: Path, where: str) -> None:
    inner = write(tmp_path / "inner", {"a.yaml": SPECIFICATION})
    git(inner, "init", "--quiet")
    git(inner, "add", "--all")
    git(inner, "commit", "--quiet", "--message=inner")
    root = commit(SOUND)
    git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), where)
    commit({})
    assert metrics(root, "HEAD") == ["p.A"]
    assert listed(root)["specs/p/a.yaml"] == len(SPECIFICATION)


def test_definitions_that_are_a_submodule_are_told_and_not_lost(commit: Callable[..., Path], tmp_path: Path) -> None:
    inner = write(tmp_path / "inner", {"p/a.yaml": SPECIFICATION})
    git(inner, "init", "--quiet")
    git(inner, "add", "--all")
    git(inner, "commit", "--quiet", "--message=inner")
    root = commit({"metrics/p.yaml": METRICS})
    git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "specs")
    commit({})
    assert listed(root) == {"specs": "it is another Git repository (a submodule?)"}


def test_odd_file_names_are_read(commit: Callable[..., Path]) -> None:
    names = ["with space.yaml", 'quo"te.yaml', "new\nline.yaml", "tab\t.yaml", "é.yaml", "\udcff.yaml", "-x.yaml"]
    root = commit({f"specs/p/{name}": "x" for name in names} | {"metrics/p.yaml": METRICS})
    assert sorted(listed(root)) == sorted(f"specs/p/{name}" for name in names)


# Nothing is written


@pytest.mark.parametrize("revision", ["HEAD", "v1", "none", "--output=x"])
def test_nothing_is_written(history: Path, tmp_path: Path, revision: str) -> None:
    (history / ".git/index").touch()  # which `git status` would refresh
    before = state(tmp_path)
    try:
        with open_source(history, revision) as source:
            load(source)
    except RevisionError:
        pass
    assert state(tmp_path) == before


def test_a_repository_that_cannot_be_written_to_is_read(history: Path, tmp_path: Path) -> None:
    shutil.copytree(history, tmp_path / "copy")
    for path in [*(tmp_path / "copy").rglob("*"), tmp_path / "copy"]:
        path.chmod(path.stat().st_mode & ~0o222)
    assert metrics(tmp_path / "copy", "v1") == ["p.A"]
    for path in [tmp_path / "copy", *(tmp_path / "copy").rglob("*")]:
        path.chmod(path.stat().st_mode | 0o200)


def test_what_the_configuration_of_a_repository_names_is_not_run(history: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    for key in (
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "core.editor",
        "diff.external",
        "uploadpack.packObjectsHook",
    ):
        git(history, "config", key, str(trap))
    write(history, {".gitattributes": "* filter=trap diff=trap\n"})
    git(history, "config", "filter.trap.smudge", str(trap))
    git(history, "config", "diff.trap.textconv", str(trap))
    assert metrics(history, "v1") == ["p.A"]
    assert not (tmp_path / "sprung").exists()


def test_no_process_of_git_outlives_the_reading(history: Path) -> None:
    with GitRepository(history) as repository:
        tree = CommitTree(repository, "v1")
        assert tree.read("metrics/p.yaml") == METRICS.encode()
        assert _children() != []
    assert _children() == []


def _children() -> list[str]:
    done = subprocess.run(
        ["ps", "-o", "args=", "--ppid", str(os.getpid())], capture_output=True, text=True, check=False
    )
    return [line for line in done.stdout.splitlines() if "cat-file" in line]
