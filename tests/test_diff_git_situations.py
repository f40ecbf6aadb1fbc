"""``diff``, ``log`` and ``changelog`` in odd repositories: they answer, or say why not, and nothing is written."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from conftest import git, state, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Gnomon

METRICS = "A: {unit: mmag, description: Scatter of the magnitudes of bright stars.}\n"
LOOSENED = (
    "weakening[specification-test-changed] p.A.s: the test is <= 6.0 mmag instead of <= 5.0 mmag: more values pass"
)
TIGHTENED = (
    "tightening[specification-test-changed] p.A.s: the test is <= 5.0 mmag instead of <= 6.0 mmag: fewer values pass"
)
NOTHING = "No change of meaning."
UNSHALLOW = "this clone is shallow: `git fetch --unshallow` brings the rest (in CI: `fetch-depth: 0`)"
DAMAGED = (
    "an object is missing or damaged; in a shallow or partial clone fetch all of it (`git fetch --unshallow`, in CI "
    "`fetch-depth: 0`), otherwise ask `git fsck`"
)
UNKNOWN = "no such revision: {0}; `git fetch` may bring it, `git log --oneline --all` lists what is here"
NO_REVISION = "{0!r} is not a revision; give a branch, a tag or a commit"
NOT_THERE = "no metrics repository in {0}: it has no folder `metrics/` and no configuration"

ADVICE = "This fails. `gnomon diff --acknowledge` drafts an acknowledgement of what is meant.\n"


def limit(value: float, name: str = "s") -> str:
    return f"name: {name}\nmetric: A\nthreshold: {{operator: '<=', value: {value}, unit: mmag}}\n"


@pytest.fixture
def root(commit: Callable[..., Path]) -> Path:
    """Make two commits, tagged `v1` and `v2`: the second loosens a threshold."""
    root = commit({"metrics/p.yaml": METRICS, "specs/p/a.yaml": limit(5)}, "first")
    git(root, "tag", "v1")
    commit({"specs/p/a.yaml": limit(6)}, "loosen")
    git(root, "tag", "v2")
    return root


pytestmark = pytest.mark.usefixtures("environment_is_put_back")


def told(gnomon: Gnomon, root: Path, *arguments: str) -> list[str]:
    """Give the changes, one a line without its place, and see that nothing below the folder was written."""
    before = state(root)
    status, out, err = gnomon(root, "diff", "--format=concise", *arguments)
    assert (status in {0, 1}, err) == (True, "")
    assert state(root) == before
    *lines, summary = out.splitlines()
    return [line.partition(": ")[2] for line in lines] or [summary]


def refused(gnomon: Gnomon, root: Path, *arguments: str) -> str:
    """Give the one line on standard error that says why a command cannot run."""
    before = state(root)
    status, out, err = gnomon(root, *arguments)
    assert (status, out, err.count("\n"), err[:7]) == (2, "", 1, "error: ")
    assert state(root) == before
    return err.removeprefix("error: ").rstrip("\n")


# How two states are named


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["v1", "v2"], LOOSENED),
        (["v1..v2"], LOOSENED),
        (["v1...v2"], LOOSENED),
        (["v1.."], LOOSENED),
        (["v1..."], LOOSENED),
        (["..v1"], TIGHTENED),
        (["...v1"], NOTHING),  # from their common ancestor, which is v1
        ([".."], NOTHING),
        (["v2", "v1"], TIGHTENED),
        (["--merge-base", "v2", "v1"], NOTHING),
        (["--merge-base", "v1", "v2"], LOOSENED),
        (["--merge-base", "v1..v2"], LOOSENED),
        (["--merge-base", "v1"], LOOSENED),
        (["--merge-base"], NOTHING),
        (["@~1", "@"], LOOSENED),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_two_states_are_named_as_in_git(gnomon: Gnomon, root: Path, arguments: list[str], expected: str) -> None:
    assert told(gnomon, root, *arguments) == [expected]


def test_an_annotated_tag_stands_for_its_commit(gnomon: Gnomon, root: Path) -> None:
    git(root, "tag", "--annotate", "--message=one", "definitions/2026.11", "v1")
    git(root, "tag", "--annotate", "--message=a tag of a tag", "nested", "definitions/2026.11")
    assert told(gnomon, root, "definitions/2026.11", "v2") == [LOOSENED]
    assert told(gnomon, root, "nested", "v2") == [LOOSENED]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nope"], UNKNOWN.format("nope")),
        (["v1", "nope"], UNKNOWN.format("nope")),
        (["v1..nope"], UNKNOWN.format("nope")),
        (["nope...v1"], UNKNOWN.format("nope")),
        (["--merge-base", "v1", "nope"], UNKNOWN.format("nope")),
        (["--", "-x"], NO_REVISION.format("-x")),
        (["--", "v1..--output=x"], NO_REVISION.format("--output=x")),
        (["--", "--output=x..v1"], NO_REVISION.format("--output=x")),
        (["--", "v1", "--all"], NO_REVISION.format("--all")),
        ([""], NO_REVISION.format("")),
        (["a b"], NO_REVISION.format("a b")),
        (["v1\n"], NO_REVISION.format("v1\n")),
        (["^v1", "v2"], NO_REVISION.format("^v1")),
        (["v1", "HEAD:metrics"], NO_REVISION.format("HEAD:metrics")),
        (["\u202ev1"], UNKNOWN.format("\\u202ev1")),
        (["v1", "v1..v2"], "give v1..v2 alone, or two revisions"),
        (["v1..v2", "v1"], "give v1..v2 alone, or two revisions"),
        (["v1...v2", "v1"], "give v1...v2 alone, or two revisions"),
        (
            ["v1..v2..v1"],
            "v1..v2..v1 is no range of two revisions; write A..B, or A...B from their common ancestor",
        ),
        (["v1....v2"], "v1....v2 is no range of two revisions; write A..B, or A...B from their common ancestor"),
        (["a-file", "v1"], "a-file is no commit but a file of one; give a commit"),
        (["a-folder", "v1"], "a-folder is no commit but a folder of one; give a commit"),
        (["HEAD^{tree}", "v1"], "HEAD^{tree} is no commit but a folder of one; give a commit"),
    ],
    ids=lambda value: ascii(" ".join(value)) if isinstance(value, list) else "",
)
def test_what_names_no_two_states_is_refused(gnomon: Gnomon, root: Path, arguments: list[str], message: str) -> None:
    git(root, "tag", "--annotate", "--message=a file", "a-file", "HEAD:metrics/p.yaml")
    git(root, "tag", "a-folder", "HEAD:metrics")
    assert refused(gnomon, root, "diff", *arguments).removesuffix(" (see `gnomon diff --help`)") == message


@pytest.mark.parametrize("quietly", [False, True])
def test_a_branch_and_a_tag_of_one_name_are_ambiguous(gnomon: Gnomon, root: Path, *, quietly: bool) -> None:
    git(root, "branch", "same", "v1")
    git(root, "tag", "same", "v2")
    if quietly:
        git(root, "config", "core.warnAmbiguousRefs", "false")
    message = "same is ambiguous: it is refs/heads/same and refs/tags/same; write which one you mean"
    assert refused(gnomon, root, "diff", "same", "v2") == message
    assert refused(gnomon, root, "changelog", "same", "v2") == message
    assert told(gnomon, root, "refs/heads/same", "refs/tags/same") == [LOOSENED]
    assert told(gnomon, root, "heads/same", "tags/same") == [LOOSENED]


def test_a_branch_named_like_a_hash_is_ambiguous(gnomon: Gnomon, root: Path) -> None:
    name = git(root, "rev-parse", "--short", "v1")
    git(root, "branch", name, "v2")
    expected = f"{name} is ambiguous: it is refs/heads/{name} and the beginning of a hash; write which one you mean"
    assert refused(gnomon, root, "diff", name) == expected


def test_the_beginning_of_several_hashes_is_ambiguous(gnomon: Gnomon, commit: Callable[..., Path]) -> None:
    root = commit({"metrics/p.yaml": METRICS})
    tree = git(root, "rev-parse", "HEAD^{tree}")
    seen: dict[str, bytes] = {}
    for number in itertools.count():
        content = f"tree {tree}\nauthor A <a@b> 0 +0000\ncommitter A <a@b> 0 +0000\n\n{number}\n".encode()
        shared = hashlib.sha1(b"commit %d\0" % len(content) + content, usedforsecurity=False).hexdigest()[:4]
        if shared in seen:
            break
        seen[shared] = content
    for number, body in enumerate((content, seen[shared])):
        write(root, {f"commit-{number}": body})
        git(root, "hash-object", "-t", "commit", "-w", f"commit-{number}")
    expected = f"{shared} is ambiguous: several objects begin like it; give more of the hash"
    assert refused(gnomon, root, "diff", shared) == expected


# Kinds of repositories


def test_a_bare_repository_has_commits_and_no_files_on_disk(gnomon: Gnomon, root: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(root), "bare.git")
    bare = tmp_path / "bare.git"
    assert told(gnomon, bare, "v1", "v2") == [LOOSENED]
    for arguments in ([], ["v1"], ["main"]):
        assert refused(gnomon, bare, "diff", *arguments) == (
            "a bare repository has no files on disk; give two revisions (see `gnomon diff --help`)"
        )
    assert gnomon(bare, "log", "p.A.s")[1] == gnomon(root, "log", "p.A.s")[1] != ""
    assert gnomon(bare, "changelog", "v1", "v2")[1] == gnomon(root, "changelog", "v1", "v2")[1] != ""


def test_a_detached_head_is_the_head(gnomon: Gnomon, root: Path) -> None:
    git(root, "checkout", "--quiet", "--detach", "v1")
    assert told(gnomon, root, "v2..") == [TIGHTENED]
    assert told(gnomon, root, "HEAD", "main") == [LOOSENED]
    assert gnomon(root, "log", "p.A.s")[1].count("first") == 1


def test_a_linked_worktree_has_a_head_and_files_of_its_own(gnomon: Gnomon, root: Path, tmp_path: Path) -> None:
    git(root, "worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"), "v1")
    linked = tmp_path / "linked"
    before = state(root)
    assert told(gnomon, linked, "v2") == [TIGHTENED]
    assert told(gnomon, linked) == [NOTHING]
    assert "loosen" not in gnomon(linked, "log", "p.A.s")[1]
    assert state(root) == before


def test_definitions_in_a_folder_and_two_sets_in_one_repository(gnomon: Gnomon, commit: Callable[..., Path]) -> None:
    files = {"metrics/p.yaml": METRICS, "specs/p/a.yaml": limit(5)}
    root = commit({f"{folder}/{path}": text for folder in ("one[1]", "two") for path, text in files.items()}, "both")
    commit({"one[1]/specs/p/a.yaml": limit(6)}, "loosen one")
    assert told(gnomon, root / "one[1]", "HEAD~1", "HEAD") == [LOOSENED]
    assert told(gnomon, root / "one[1]/specs/p", "HEAD~1") == [LOOSENED]
    assert told(gnomon, root / "two", "HEAD~1", "HEAD") == [NOTHING]
    assert gnomon(root / "one[1]", "diff", "HEAD~1")[1].splitlines()[1] == "  --> one[1]/specs/p/a.yaml:3:36"
    subjects = [gnomon(root / folder, "log", "p.A.s")[1].count("loosen one") for folder in ("one[1]", "two")]
    assert subjects == [1, 0]
    assert refused(gnomon, root, "diff", "HEAD~1", "HEAD") == NOT_THERE.format("HEAD")


def test_definitions_that_moved_into_a_folder_are_the_same(gnomon: Gnomon, root: Path) -> None:
    (root / "deep/er").mkdir(parents=True)
    git(root, "mv", "metrics", "specs", "deep/er")
    git(root, "commit", "--quiet", "--message=move")
    assert told(gnomon, root / "deep/er", "HEAD~1", "HEAD") == [NOTHING]
    assert told(gnomon, root / "deep/er", "v1") == [LOOSENED]
    lines = gnomon(root / "deep/er", "log", "p.A.s")[1].splitlines()
    assert [line.partition(": ")[2] for line in lines if line.startswith(git(root, "rev-parse", "v1")[:4])] == ["first"]
    assert "move" not in "\n".join(lines)


def test_a_repository_within_a_metrics_repository_is_not_compared_with_its_files(gnomon: Gnomon, root: Path) -> None:
    inner = write(root / "inner", {"metrics/q.yaml": METRICS})
    git(inner, "init", "--quiet", "--initial-branch=main")
    git(inner, "add", "--all")
    git(inner, "commit", "--quiet", "--message=inner")
    shutil.rmtree(inner / "metrics")
    status, out, err = gnomon(inner, "diff", "HEAD", "--format=concise")
    told = "metrics/q.yaml:1:1: breaking[metric-removed] q.A: the metric is gone\n1 change: 1 breaking.\n"
    assert (status, out) == (1, told)
    assert err.startswith(f"note: no metrics repository on disk in {inner}: ")


def test_a_shallow_clone_says_what_to_fetch(gnomon: Gnomon, root: Path, tmp_path: Path) -> None:
    git(root, "branch", "other", "v1")
    git(tmp_path, "clone", "--quiet", "--depth=1", "--no-single-branch", root.as_uri(), "shallow")
    shallow = tmp_path / "shallow"
    expected = f"no such revision: HEAD~1; {UNSHALLOW}"
    assert refused(gnomon, shallow, "diff", "HEAD~1") == expected
    assert refused(gnomon, shallow, "changelog", "HEAD~1", "HEAD") == expected
    assert refused(gnomon, shallow, "diff", "origin/other...HEAD") == (
        f"origin/other and HEAD have no common ancestor; {UNSHALLOW}"
    )
    assert told(gnomon, shallow, "origin/other", "HEAD") == [LOOSENED]
    status, out, err = gnomon(shallow, "log", "p.A.s")
    assert (status, out.count("a specification of a new metric")) == (0, 1)
    told_too = "this clone is shallow, and what its oldest commit holds looks new"
    assert err == f"note: {told_too}: `git fetch --unshallow` brings the rest\n"


def test_histories_that_share_nothing_have_no_common_ancestor(gnomon: Gnomon, root: Path) -> None:
    git(root, "checkout", "--quiet", "--orphan", "apart")
    git(root, "commit", "--quiet", "--message=apart")
    expected = "main and apart have no common ancestor; give a base that they share"
    assert refused(gnomon, root, "diff", "main...apart") == expected
    assert refused(gnomon, root, "diff", "--merge-base", "main", "apart") == expected
    assert told(gnomon, root, "v1", "apart") == [LOOSENED]


def test_a_repository_without_commits_says_so(gnomon: Gnomon, tree: Callable[..., Path]) -> None:
    root = tree({"metrics/p.yaml": METRICS})
    git(root, "init", "--quiet")
    yet = "the repository has no commits yet"
    assert refused(gnomon, root, "diff") == f"there is nothing to compare with: {yet}"
    assert refused(gnomon, root, "diff", "HEAD") == f"no such revision: HEAD ({yet})"
    assert refused(gnomon, root, "diff", "v1..v2") == f"no such revision: v2 ({yet})"
    assert refused(gnomon, root, "log", "p.A") == f"no such revision: HEAD ({yet})"
    assert refused(gnomon, root, "changelog", "v1", "v2") == f"no such revision: v2 ({yet})"


def test_a_folder_outside_git_has_no_history(gnomon: Gnomon, tree: Callable[..., Path]) -> None:
    root = tree({"metrics/p.yaml": METRICS})
    for arguments in (["diff"], ["diff", "HEAD"], ["log", "p.A"], ["changelog", "v1", "v2"]):
        assert refused(gnomon, root, *arguments) == f"{root} is not in a Git repository"


def test_hashes_that_gitpython_cannot_read_are_refused(gnomon: Gnomon, tree: Callable[..., Path]) -> None:
    root = tree({"metrics/p.yaml": METRICS})
    git(root, "init", "--quiet", "--object-format=sha256", "--initial-branch=main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=one")
    expected = "this repository uses sha256 for its objects, which GitPython cannot read yet"
    for arguments in (["diff"], ["diff", "HEAD"], ["log", "p.A"], ["changelog", "HEAD", "HEAD"]):
        assert refused(gnomon, root, *arguments) == expected
    assert refused(gnomon, root, "diff", "nope") == UNKNOWN.format("nope")


@pytest.mark.parametrize(
    "arguments", [["pack-refs", "--all"], ["gc", "--quiet"], ["repack", "-adq"]], ids=lambda value: value[0]
)
def test_packed_references_and_objects_are_read(gnomon: Gnomon, root: Path, arguments: list[str]) -> None:
    git(root, *arguments)
    assert told(gnomon, root, "v1", "v2") == [LOOSENED]
    assert gnomon(root, "log", "p.A.s")[0] == 0


def test_borrowed_objects_are_read(gnomon: Gnomon, root: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--shared", str(root), "borrower")
    assert told(gnomon, tmp_path / "borrower", "v1", "v2") == [LOOSENED]


@pytest.mark.parametrize("by", ["replace", "graft"])
def test_history_is_read_as_it_was_written(gnomon: Gnomon, root: Path, by: str) -> None:
    if by == "replace":
        git(root, "replace", "v2", "v1")
    else:
        write(root, {".git/info/grafts": git(root, "rev-parse", "v2") + "\n"})
    assert told(gnomon, root, "v2~1", "v2") == [LOOSENED]
    out = gnomon(root, "log", "p.A.s", "--format=json")[1]
    assert [step["subject"] for step in json.loads(out)["steps"]] == ["first", "loosen"]


# The environment that a hook is started in


@pytest.mark.parametrize("start", ["", "specs/p"], ids=["top", "subfolder"])
def test_a_hook_compares_its_own_repository(
    gnomon: Gnomon, root: Path, monkeypatch: pytest.MonkeyPatch, start: str
) -> None:
    monkeypatch.chdir(root)
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    assert told(gnomon, root / start, "v1", "v2") == [LOOSENED]
    assert told(gnomon, root / start, "v1") == [LOOSENED]


def test_a_hook_of_another_repository_does_not_mislead(
    gnomon: Gnomon, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = write(tmp_path / "other", {"metrics/q.yaml": METRICS})
    git(other, "init", "--quiet", "--initial-branch=main")
    git(other, "add", "--all")
    git(other, "commit", "--quiet", "--message=other")
    for name, place in {"DIR": ".git", "WORK_TREE": "", "INDEX_FILE": ".git/index"}.items():
        monkeypatch.setenv(f"GIT_{name}", str(other / place))
    assert told(gnomon, root, "v1", "v2") == [LOOSENED]
    assert gnomon(root, "log", "p.A.s")[0] == 0


@pytest.mark.parametrize(
    "setting", ["log.showSignature=true", "log.showRoot=false", "diff.renames=copies", "color.ui=always"]
)
def test_the_configuration_of_git_does_not_disturb(gnomon: Gnomon, root: Path, setting: str) -> None:
    before = gnomon(root, "log", "p.A.s")
    git(root, "config", *setting.split("="))
    assert gnomon(root, "log", "p.A.s") == before
    assert told(gnomon, root, "v1", "v2") == [LOOSENED]


# Damage


def _damage(root: Path, name: str, how: str) -> None:
    found = git(root, "rev-parse", name)
    location = root / ".git/objects" / found[:2] / found[2:]
    location.chmod(0o644)
    if how == "missing":
        location.unlink()
    else:
        location.write_bytes(b"" if how == "empty" else b"x\x9cgarbage")


@pytest.mark.parametrize("how", ["missing", "empty", "garbage"])
@pytest.mark.parametrize("name", ["v1", "v1^{tree}", "v1:specs/p", "v1:specs/p/a.yaml"])
def test_a_damaged_object_is_told_in_one_line(gnomon: Gnomon, root: Path, name: str, how: str) -> None:
    _damage(root, name, how)
    # What is read first is named: a revision, a commit or a file.
    commit = git(root, "rev-parse", "v1")
    allowed = {f"cannot read {what} from Git: {DAMAGED}" for what in ("v1", commit, "specs/p/a.yaml", "HEAD")}
    for arguments in (["diff", "v1"], ["diff", "v1", "v2"], ["changelog", "v1", "v2"], ["log", "p.A.s"]):
        assert refused(gnomon, root, *arguments) in allowed
    assert told(gnomon, root, "v2") == [NOTHING]


def test_history_that_cannot_be_followed_is_not_called_unrelated(gnomon: Gnomon, root: Path) -> None:
    git(root, "commit", "--quiet", "--allow-empty", "--message=third")
    _damage(root, "v2", "garbage")
    assert refused(gnomon, root, "diff", "v1...HEAD") == f"cannot follow the history of v1 and HEAD: {DAMAGED}"


# Files that are none


def test_a_file_that_becomes_a_link_inside_is_the_same(gnomon: Gnomon, root: Path) -> None:
    shutil.copy(root / "specs/p/a.yaml", root / "real.yaml")
    (root / "specs/p/a.yaml").unlink()
    (root / "specs/p/a.yaml").symlink_to("../../real.yaml")
    assert told(gnomon, root, "v2") == [NOTHING]
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=link")
    assert told(gnomon, root, "v2", "HEAD") == [NOTHING]
    assert told(gnomon, root, "v1", "HEAD") == [LOOSENED]
    write(root, {"real.yaml": limit(5)})
    assert told(gnomon, root, "HEAD") == [TIGHTENED]


def _submodule(root: Path, tmp_path: Path, place: str) -> None:
    inner = write(tmp_path / "inner", {"a.yaml": limit(5), "p/a.yaml": limit(5), "p.yaml": METRICS})
    git(inner, "init", "--quiet")
    git(inner, "add", "--all")
    git(inner, "commit", "--quiet", "--message=inner")
    git(root, "rm", "-r", "--quiet", place)
    git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), place)


SUBMODULE, TO_FOLDER = "it is another Git repository (a submodule?)", "it is a link to a folder, which is not followed"


@pytest.mark.parametrize("place", ["metrics", "specs", "specs/p"])
@pytest.mark.parametrize("what", ["submodule", "link"])
def test_a_folder_that_is_not_read_hides_definitions_and_removes_none(
    gnomon: Gnomon, root: Path, tmp_path: Path, place: str, what: str
) -> None:
    write(root, {"gnomon.toml": ""})
    if what == "submodule":
        _submodule(root, tmp_path, place)
    else:
        shutil.move(root / place, root / "moved")
        (root / place).symlink_to(os.path.relpath(root / "moved", (root / place).parent))
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=hide")
    reason = f"{place}:1:1: this is not read: {SUBMODULE if what == 'submodule' else TO_FOLDER}"
    for arguments in (["v2", "HEAD"], ["v2"]):
        status, out, _ = gnomon(root, "diff", *arguments, "--format=json")
        document = json.loads(out)
        assert (status, document["changes"]) == (1, [])
        hidden = [None, "p.A"] if place == "metrics" else [None, "p.A.s"]
        assert document["not_comparable"] == [
            {"side": "head", "path": place, "name": name, "reason": reason} for name in hidden
        ]
    status, out, _ = gnomon(root, "diff", "HEAD", "v2", "--format=json")
    assert (status, json.loads(out)["changes"], json.loads(out)["not_comparable"][0]["side"]) == (1, [], "base")
    asked = "p.A" if place == "metrics" else "p.A.s"
    steps = json.loads(gnomon(root, "log", asked, "--format=json")[1])["steps"]
    assert [(step["subject"], step["broken"]) for step in steps][-1:] == [("hide", reason)]
    assert [change["kind"] for step in steps for change in step["changes"] if change["kind"] == "removed"] == []


@pytest.mark.parametrize("target", ["../../../outside.yaml", "/etc/passwd", "none.yaml", "../../.git/config"])
def test_a_link_to_where_nothing_is_read_is_not_judged(gnomon: Gnomon, root: Path, tmp_path: Path, target: str) -> None:
    write(tmp_path, {"outside.yaml": limit(9)})
    (root / "specs/p/a.yaml").unlink()
    (root / "specs/p/a.yaml").symlink_to(target)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=link")
    for arguments in (["v2", "HEAD"], ["v2"]):
        status, out, _ = gnomon(root, "diff", *arguments, "--format=json")
        assert (status, json.loads(out)["changes"]) == (1, [])
        items = json.loads(out)["not_comparable"]
        assert [(item["side"], item["path"], item["name"]) for item in items] == [
            ("head", "specs/p/a.yaml", None),
            ("head", "specs/p/a.yaml", "p.A.s"),
        ]
        assert all(item["reason"].startswith("specs/p/a.yaml:1:1: this is not read: it is a link ") for item in items)


# Names and contents that differ in form only


def test_a_file_whose_name_changes_case_is_the_same(gnomon: Gnomon, root: Path) -> None:
    git(root, "mv", "specs/p/a.yaml", "specs/p/A.yaml")
    git(root, "commit", "--quiet", "--message=case")
    assert told(gnomon, root, "v2", "HEAD") == [NOTHING]


def test_a_package_whose_name_changes_case_is_another(gnomon: Gnomon, root: Path) -> None:
    git(root, "mv", "specs/p", "specs/P")
    git(root, "mv", "metrics/p.yaml", "metrics/P.yaml")
    git(root, "commit", "--quiet", "--message=case")
    assert [line.split(" ")[0] + " " + line.split(" ")[1] for line in told(gnomon, root, "v2", "HEAD")] == [
        "breaking[metric-removed] p.A:",
        "weakening[specification-removed] p.A.s:",
        "compatible[metric-added] P.A:",
        "compatible[specification-added] P.A.s:",
    ]


def test_ends_of_lines_mean_nothing(gnomon: Gnomon, commit: Callable[..., Path]) -> None:
    text = "A:\n  unit: mmag\n  description: |\n    Scatter\n    of magnitudes.\n"
    root = commit({"metrics/p.yaml": text, "specs/p/a.yaml": limit(5)})
    git(root, "config", "core.autocrlf", "true")
    (root / "metrics/p.yaml").unlink()
    git(root, "checkout", "--quiet", ".")
    assert b"\r\n" in (root / "metrics/p.yaml").read_bytes()
    assert told(gnomon, root, "HEAD") == [NOTHING]
    git(root, "config", "core.autocrlf", "false")
    git(root, "commit", "--quiet", "--all", "--message=CRLF")
    assert git(root, "cat-file", "-s", "HEAD:metrics/p.yaml") == str(len(text) + 5)
    assert told(gnomon, root, "HEAD~1", "HEAD") == [NOTHING]


ODD = [
    "new\nline.yaml",
    'quo"te.yaml',
    "it's.yaml",
    "tab\t.yaml",
    "\udcff\udcfe.yaml",
    "é.yaml",
    "-x.yaml",
    ":(top)a.yaml",
]


@pytest.mark.parametrize("style", ["full", "concise", "json", "github", "markdown", "sarif"])
def test_odd_names_of_files_are_shown_in_one_line(gnomon: Gnomon, root: Path, style: str) -> None:
    write(root, {f"specs/p/{name}": limit(1, f"t{number}") for number, name in enumerate(ODD)})
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=odd")
    status, out, err = gnomon(root, "diff", "v2", "HEAD", "--format", style)
    assert (status, err) == (0, "")
    assert [line for line in out.splitlines() if line.startswith(("line.yaml", "te.yaml"))] == []
    assert out.encode("utf-8", "strict")
    assert "\t" not in out
    if style == "json":
        places = [change["after_at"]["path"] for change in json.loads(out)["changes"]]
        assert places == [f"specs/p/{name}" for name in ODD]
    # The same, seen from the files on disk, and in the history.
    assert gnomon(root, "diff", "v2", "--format", style)[0] == 0
    for number in range(len(ODD)):
        assert "a new specification: <= 1.0 mmag" in gnomon(root, "log", f"p.A.t{number}")[1]


# A side without definitions


def test_all_that_a_configured_repository_loses_is_told(gnomon: Gnomon, root: Path) -> None:
    git(root, "rm", "-r", "--quiet", "metrics", "specs")
    write(root, {"gnomon.toml": ""})
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=nothing")
    expected = [
        "breaking[metric-removed] p.A: the metric is gone",
        "weakening[specification-removed] p.A.s: the specification is gone: <= 6.0 mmag",
    ]
    assert told(gnomon, root, "v2", "HEAD") == expected
    assert told(gnomon, root, "v2") == expected


def test_a_base_without_definitions_makes_all_new(gnomon: Gnomon, commit: Callable[..., Path]) -> None:
    commit({"README.md": ""})
    root = commit({"metrics/p.yaml": METRICS, "specs/p/a.yaml": limit(5)})
    status, out, err = gnomon(root, "diff", "HEAD~1", "HEAD", "--format=concise")
    assert (status, out.splitlines()[-1]) == (0, "2 changes: 2 compatible.")
    assert err == f"note: {NOT_THERE.format('HEAD~1')}; everything is new\n"


@pytest.mark.parametrize("arguments", [["v2", "HEAD"], ["v2"]], ids=["a commit", "the files on disk"])
def test_a_head_without_definitions_has_lost_all(gnomon: Gnomon, root: Path, arguments: list[str]) -> None:
    git(root, "rm", "-r", "--quiet", "metrics", "specs")
    git(root, "commit", "--quiet", "--allow-empty", "--message=nothing")
    status, out, err = gnomon(root, "diff", *arguments, "--format=concise")
    assert (status, out.splitlines()) == (
        1,
        [
            "metrics/p.yaml:1:1: breaking[metric-removed] p.A: the metric is gone",
            "specs/p/a.yaml:1:7: weakening[specification-removed] p.A.s: the specification is gone: <= 6.0 mmag",
            "2 changes: 1 breaking, 1 weakening.",
        ],
    )
    assert err.startswith("note: no metrics repository ")
    assert err.endswith("; it is compared as one without definitions\n")


def test_the_loss_of_all_definitions_can_be_acknowledged(gnomon: Gnomon, root: Path) -> None:
    git(root, "rm", "-r", "--quiet", "metrics", "specs")
    changes = json.loads(gnomon(root, "diff", "v2", "--format=json")[1])["changes"]
    entry = "- {{fingerprint: '{fingerprint}', rule: {rule}, name: {name}, reason: It is over., decision: RFC-9}}\n"
    write(root, {"changes/all.yaml": "".join(entry.format(**change) for change in changes)})
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=nothing")
    for arguments in (["v2", "HEAD"], ["v2"]):
        status, out, _ = gnomon(root, "diff", *arguments, "--format=concise")
        assert (status, out.splitlines()[-1]) == (0, "2 changes: 1 breaking, 1 weakening (2 acknowledged).")


def test_two_states_without_definitions_cannot_be_compared(gnomon: Gnomon, root: Path) -> None:
    git(root, "rm", "-r", "--quiet", "metrics", "specs")
    git(root, "commit", "--quiet", "--message=nothing")
    git(root, "commit", "--quiet", "--allow-empty", "--message=still nothing")
    for arguments in (["diff", "HEAD~1", "HEAD"], ["changelog", "HEAD~1", "HEAD"], ["diff", "HEAD", "HEAD"]):
        assert refused(gnomon, root, *arguments) == NOT_THERE.format("HEAD")
    assert refused(gnomon, root, "diff", "HEAD").startswith(f"no metrics repository at {root} or above it: ")


@pytest.mark.parametrize("arguments", [["v2", "HEAD"], ["v2"]], ids=["a commit", "the files on disk"])
def test_a_link_in_place_of_all_metrics_removes_none_even_without_configuration(
    gnomon: Gnomon, root: Path, arguments: list[str]
) -> None:
    git(root, "mv", "metrics", "moved")
    (root / "metrics").symlink_to("moved")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=link")
    status, out, _ = gnomon(root, "diff", *arguments, "--format=concise")
    told = f"not judged at the head: metrics:1:1: this is not read: {TO_FOLDER}: nothing is known of p.A"
    assert (status, out.splitlines()) == (
        1,
        [told, "No change in what could be judged; 1 definition was not judged."],
    )


def test_a_history_without_definitions_at_its_end_is_told(gnomon: Gnomon, root: Path) -> None:
    git(root, "rm", "-r", "--quiet", "metrics", "specs")
    git(root, "commit", "--quiet", "--message=nothing")
    steps = json.loads(gnomon(root, "log", "p.A.s", "--format=json")[1])["steps"]
    assert [(step["subject"], [change["rule"] for change in step["changes"]]) for step in steps] == [
        ("first", ["specification-added"]),
        ("loosen", ["specification-test-changed"]),
        ("nothing", ["specification-removed"]),
    ]
    told = refused(gnomon, root, "log", "p.B")
    assert told == "there is and was no definition `p.B`; the last commit has no definitions at all"


# A broken configuration

EDITORIAL = 'impacts.specification-test-changed = "editorial"\n'


def test_a_change_cannot_loosen_its_own_gate(gnomon: Gnomon, root: Path) -> None:
    write(root, {"gnomon.toml": EDITORIAL})
    status, out, _ = gnomon(root, "diff", "v1", "--format=concise")
    changed = "the setting `impacts` changed; the base's still judges this change"
    assert (status, out.splitlines()) == (
        1,
        [
            f"specs/p/a.yaml:3:36: {LOOSENED}",
            f"editorial[configuration-changed] gnomon.toml: {changed}",
            "2 changes: 1 weakening, 1 editorial.",
        ],
    )


@pytest.mark.parametrize("broken", ["impacts = [\n", EDITORIAL + "[rules", b"\xff\xfe"], ids=ascii)
def test_a_broken_configuration_of_the_head_does_not_matter(gnomon: Gnomon, root: Path, broken: str | bytes) -> None:
    write(root, {"gnomon.toml": broken})
    assert told(gnomon, root, "v1") == [LOOSENED]


def test_a_broken_configuration_of_the_base_is_told(gnomon: Gnomon, root: Path) -> None:
    write(root, {"gnomon.toml": EDITORIAL + "[rules\n"})
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=broken")
    write(root, {"specs/p/a.yaml": limit(7)})
    status, out, err = gnomon(root, "diff", "HEAD", "--format=concise")
    assert (status, "weakening[specification-test-changed]" in out) == (1, True)
    assert err == (
        "note: gnomon.toml:2:7: this is no TOML: Expected ']' at the end of a table declaration: only what is sound in "
        "the base's configuration judges this change\n"
    )


# What is written


@pytest.mark.parametrize(
    "arguments",
    [["diff", "v1", "v2"], ["diff", "v1"], ["diff", "v1...v2"], ["diff"], ["log", "p"], ["changelog", "v1", "v2"]],
    ids=" ".join,
)
def test_nothing_is_written(gnomon: Gnomon, root: Path, arguments: list[str]) -> None:
    (root / ".git/index").touch()  # which `git status` would refresh
    before = state(root)
    gnomon(root, *arguments)
    assert state(root) == before


def test_acknowledging_writes_one_file(gnomon: Gnomon, root: Path) -> None:
    (root / ".git/index").touch()
    before = state(root)
    status, _, err = gnomon(root, "diff", "v1", "--acknowledge")
    after = state(root)
    (name,) = (path.name for path in (root / "changes").iterdir())
    assert (status, err) == (1, f"wrote changes/{name}: fill in the reasons and decisions\n")
    assert sorted(after.keys() - before.keys()) == ["changes", f"changes/{name}"]
    assert {path: after[path] for path in before} == before
    # A second time there is nothing to write.
    status, _, err = gnomon(root, "diff", "v1", "--acknowledge")
    assert (status, err, state(root)) == (1, "nothing to acknowledge\n", after)


def test_what_a_repository_names_in_its_configuration_is_not_run(gnomon: Gnomon, root: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n", encoding="utf-8")
    trap.chmod(0o755)
    for key in ("core.fsmonitor", "core.pager", "diff.external", "gpg.program", "diff.trap.textconv", "pager.log"):
        git(root, "config", key, str(trap))
    git(root, "config", "log.showSignature", "true")
    write(root, {".gitattributes": "* filter=trap diff=trap\n"})
    for arguments in (["diff", "v1", "v2"], ["diff", "v1"], ["log", "p.A.s"], ["changelog", "v1", "v2"]):
        assert gnomon(root, *arguments)[2] in {"", ADVICE}
    assert not (tmp_path / "sprung").exists()
