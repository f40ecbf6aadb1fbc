"""``gnomon fmt`` from the outside."""

from __future__ import annotations

import io
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conftest import git, state

if TYPE_CHECKING:
    from collections.abc import Callable

    Gnomon = Callable[..., tuple[int, str, str]]
    Tree = Callable[[dict[str, str | bytes]], Path]

ROUGH = "a:\n    description:  A thing.\n    unit: m\n"
FINE = "a:\n  description: A thing.\n  unit: m\n"
SPEC = "name: a.b\nthreshold: {operator: '<', value: 1.0, unit: m}\n"


def test_all_files_are_laid_out(tree: Tree, gnomon: Gnomon) -> None:
    root = tree(
        {
            "metrics/p.yaml": ROUGH,
            "metrics/notes.txt": "a:   1\n",
            "specs/p/x/a.yml": SPEC,
            "specs/p/b.yaml": SPEC.replace(": ", ":   "),
            "specs/vocabulary.yaml": "camera:\n    description: Which.\n",
            "changes/x.yaml": "-   rule:   x\n",
        }
    )
    assert gnomon(root, "fmt") == (
        0,
        "".join(f"Laid out {path}.yaml\n" for path in ("changes/x", "metrics/p", "specs/p/b", "specs/vocabulary"))
        + "4 files laid out, 1 file is laid out already.\n",
        "",
    )
    assert (root / "metrics/p.yaml").read_text(encoding="utf-8") == FINE
    assert (root / "metrics/notes.txt").read_text(encoding="utf-8") == "a:   1\n"
    assert (root / "specs/p/b.yaml").read_text(encoding="utf-8") == SPEC
    assert (root / "changes/x.yaml").read_text(encoding="utf-8") == "- rule: x\n"
    assert gnomon(root, "fmt") == (0, "5 files are laid out already.\n", "")


def test_the_check_writes_nothing(tree: Tree, gnomon: Gnomon) -> None:
    root = tree({"metrics/p.yaml": ROUGH, "specs/p/a.yaml": SPEC})
    before = state(root)
    assert gnomon(root, "fmt", "--check") == (
        1,
        "Would lay out metrics/p.yaml\n1 file would be laid out, 1 file is laid out already.\n",
        "",
    )
    assert state(root) == before
    assert gnomon(root, "fmt", "--check", "specs") == (0, "1 file is laid out already.\n", "")


def test_the_difference_is_shown(tree: Tree, gnomon: Gnomon) -> None:
    root = tree({"metrics/p.yaml": ROUGH})
    before = state(root)
    assert gnomon(root, "fmt", "--diff") == (
        1,
        (
            "--- metrics/p.yaml\n+++ metrics/p.yaml\n@@ -1,3 +1,3 @@\n a:\n-    description:  A thing.\n-    unit: m\n"
            "+  description: A thing.\n+  unit: m\n"
        ),
        "1 file would be laid out.\n",
    )
    assert state(root) == before


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf" + FINE.encode(), FINE.replace("\n", "\r\n"), FINE[:-1]])
def test_a_difference_that_nobody_sees_is_told(content: str | bytes, tree: Tree, gnomon: Gnomon) -> None:
    root = tree({"metrics/p.yaml": content})
    told = "metrics/p.yaml: only its line ends, its last line end or its byte order mark would change\n"
    assert gnomon(root, "fmt", "--diff") == (1, told, "1 file would be laid out.\n")
    assert gnomon(root, "fmt")[0] == 0
    assert (root / "metrics/p.yaml").read_bytes() == FINE.encode()


def test_a_difference_cannot_forge_output(tree: Tree, gnomon: Gnomon) -> None:
    root = tree({"metrics/p.yaml": "# \u202eabc\na:   1\n"})
    assert gnomon(root, "fmt", "--diff")[1].splitlines()[3] == " # \\u202eabc"


def test_paths_choose_files(tree: Tree, gnomon: Gnomon) -> None:
    root = tree({"metrics/p.yaml": ROUGH, "metrics/q.yaml": ROUGH, "README.md": "x"})
    assert gnomon(root, "fmt", "metrics/q.yaml") == (0, "Laid out metrics/q.yaml\n1 file laid out.\n", "")
    assert (root / "metrics/p.yaml").read_text(encoding="utf-8") == ROUGH
    assert gnomon(root / "metrics", "fmt", "p.yaml") == (0, "Laid out metrics/p.yaml\n1 file laid out.\n", "")
    assert gnomon(root, "fmt", "README.md") == (0, "No files to lay out.\n", "")
    assert gnomon(root, "fmt", "metrics/x.yaml") == (
        2,
        "",
        "error: no such file or folder: metrics/x.yaml (see `gnomon fmt --help`)\n",
    )


def test_paths_are_those_of_git(commit: Callable[..., Path], gnomon: Gnomon) -> None:
    root = commit({"data/metrics/p.yaml": ROUGH})
    assert gnomon(root / "data", "fmt") == (0, "Laid out data/metrics/p.yaml\n1 file laid out.\n", "")
    assert git(root, "status", "--short") == "M data/metrics/p.yaml"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('a: "b\n', "metrics/x.yaml:1:4: error: a quote that is never closed [yaml-syntax]\n"),
        (
            b"a: \xff\n",
            "metrics/x.yaml:1:4: error: the byte 0xFF is not UTF-8, and the file is not read [not-utf8]\n",
        ),
        (FINE.encode("utf-16"), "metrics/x.yaml:1:1: error: this file is UTF-16 [not-utf8]\n"),
        (
            "a: b\u2028 c\n",
            (
                "metrics/x.yaml: error: it is left as it is: it holds U+2028, which YAML takes for a line end and "
                "editors do not\n"
            ),
        ),
    ],
)
def test_what_cannot_be_read_is_told_and_left_while_the_rest_is_laid_out(
    content: str | bytes, told: str, tree: Tree, gnomon: Gnomon
) -> None:
    root = tree({"metrics/x.yaml": content, "metrics/p.yaml": ROUGH})
    before = (root / "metrics/x.yaml").read_bytes()
    assert gnomon(root, "fmt") == (2, "Laid out metrics/p.yaml\n1 file laid out, 1 file cannot be.\n", told)
    assert (root / "metrics/x.yaml").read_bytes() == before


def test_what_is_wrong_with_a_definition_does_not_matter(tree: Tree, gnomon: Gnomon) -> None:
    root = tree({"metrics/p.yaml": "a:   {unti: q}\na:\n    unit: *x\n"})
    assert gnomon(root, "fmt")[0] == 0
    assert (root / "metrics/p.yaml").read_text(encoding="utf-8") == "a: {unti: q}\na:\n  unit: *x\n"


def test_a_file_keeps_its_mode_and_a_link_stays_one(tree: Tree, gnomon: Gnomon) -> None:
    root = tree({"metrics/p.yaml": ROUGH, "specs/p/real.yaml": "name:   a.b\n"})
    (root / "metrics/p.yaml").chmod(0o640)
    (root / "specs/p/link.yaml").symlink_to("real.yaml")
    (root / "specs/p/out.yaml").symlink_to("../../../out.yaml")
    status, output, errors = gnomon(root, "fmt")
    outside = "this is not read: it is a link to a place outside the repository"
    assert (status, errors) == (2, f"specs/p/out.yaml:1:1: error: {outside} [irregular-file]\n")
    assert output.startswith("Laid out metrics/p.yaml\nLaid out specs/p/link.yaml\n")
    assert stat.S_IMODE((root / "metrics/p.yaml").stat().st_mode) == 0o640
    assert (root / "specs/p/link.yaml").is_symlink()
    assert (root / "specs/p/real.yaml").read_text(encoding="utf-8") == "name: a.b\n"


def _fed(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_standard_input_goes_to_standard_output(
    tmp_path: Path, gnomon: Gnomon, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fed(ROUGH.encode(), monkeypatch)
    assert gnomon(tmp_path, "fmt", "-") == (0, FINE, "")
    _fed(b'a: "b\n', monkeypatch)
    assert gnomon(tmp_path, "fmt", "-") == (2, "", "<stdin>:1:4: error: a quote that is never closed [yaml-syntax]\n")


def test_standard_input_stands_alone(tmp_path: Path, gnomon: Gnomon) -> None:
    status, output, errors = gnomon(tmp_path, "fmt", "-", "--check")
    assert (status, output) == (2, "")
    assert errors.splitlines()[-1] == "error: `-` stands alone: gnomon fmt - < FILE (see `gnomon fmt --help`)"


def test_a_file_that_cannot_be_written_is_told(tree: Tree, gnomon: Gnomon, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree({"metrics/p.yaml": ROUGH})

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    status, output, errors = gnomon(root, "fmt")
    assert (status, output, errors) == (2, "", "error: cannot write metrics/p.yaml: No space left on device\n")
    assert (root / "metrics/p.yaml").read_text(encoding="utf-8") == ROUGH


def test_our_own_definitions_are_laid_out(gnomon: Gnomon) -> None:
    status, output, errors = gnomon(Path(__file__).parent.parent, "fmt", "--check")
    assert (status, errors) == (0, ""), output
