"""The history of a definition from excerpts is that from all definitions, whatever is done to the files."""

from __future__ import annotations

import random
import re
import subprocess
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import git
from gnomon.changes.history import history
from gnomon.changes.timeline import Noted, timeline
from gnomon.git import GitRepository
from gnomon.render.history import as_json
from plain_history import plain_history, plain_timeline

TEST = "threshold: {operator: '<=', value: VALUE, unit: mmag}\n"
SPECS = [
    f"---\nname: s1\nmetric: A\n{TEST}",
    f"---\nname: s1\nmetric: p.A\n{TEST}tags: [x]\n",
    f"---\nname: A.s2\n{TEST}",
    f"--- # told\nname: p.B.s2\n{TEST}# end\n\n",
    "--- {name: s3, metric: A, threshold: {operator: '<', value: VALUE, unit: s}}\n",
    f"---\n'name': \"s3\"\nmetric: B\n{TEST}",
    f"---\nid: b1\nmetric: A\n{TEST}",
    f"---\nid: b1\nmetric: B\n{TEST}",
    "---\nid: b2\nbase: '#b1'\ntags: [y]\n",
    "---\nid: b3\nbase: ['#b2', 'b#b1']\nmetadata_query: {camera: hsc}\n",
    "---\nname: t1\nbase: '#b1'\n",
    "---\nname: t2\nbase: '#b2'\nthreshold: {value: VALUE}\n",
    "---\nname: t3\nbase: '#b3'\n",
    "---\nname: t4\nbase: ['A.s1', 'a#b2']\n",
    "---\nname: B.t5\nbase: B.t1\n",
    "---\nname: t6\nbase: 'q:a#b1'\n",
    "---\nname: t7\nbase: q.A.s1\n",
    "---\nname: t8\nbase: ['#none', 'A.t1']\n",
    "---\nname: t9\nbase: A.t9\n",
    "---\nid: y1\nbase: '#y2'\n",
    "---\nid: y2\nbase: '#y1'\nmetric: A\n",
    "---\nname: y3\nbase: ['#y1', '#y2']\n",
    f"---\nname: k1\nmetric: A\ndescription: |+\n  text\n\n{TEST}",
    "---\nid: k2\nmetric: A\nthreshold: {operator: '<=', value: VALUE, unit: mmag}\ntags:\n  - |+\n   text\n\n\n",
    f"---\nname: k3\nmetric: A\ndescription: 'one\ntwo'\n{TEST}",
    f"---\nname: n1\n{TEST}",
    f"---\nmetric: A\n{TEST}",
    "---\nname: n2\nmetric: A\n",
    f"---\nname: n3\nmetric: A\n{TEST}".replace("mmag", "nonsense"),
    f"---\nname: r.A.s1\n{TEST}",
    "---\nname: c1\nmetric: A\nthreshold: &a {operator: '<=', value: VALUE, unit: mmag}\nextra: *a\n",
    f"---\nname: c2\nmetric: A\nextra: [&a 1, &a 2, *a]\n{TEST}",
    f"---\nname: c3\nmetric: A\nextra: *none\n{TEST}",
    "---\nname: [\n",
    "---\nname: 'open\n",
    "---\n- item\n",
    "---\n",
    "---\ttext\n",
    "# a remark\n",
    "...\n",
    "%YAML 1.1\n",
    "  odd: \u2028---\n",
]
METRICS = [
    "A: {unit: mmag, description: Scatter VALUE.}\n",
    "A:\n  unit: mag\n  description: |+\n    Scatter.\n\n\n",
    "'A': {unit: s, description: Time.}\n",
    "p.A: {unit: s, description: Time.}\n",
    "B: {unit: mmag, description: Bias.}\n",
    "B:\n  unit: mmag\n# told\n  description: Bias VALUE.\n",
    "C: {unit: mmag, description: Old., deprecated: {reason: r, replaced_by: A}}\n",
    "A: {unit: mmag, description: Old., deprecated: {reason: r, replaced_by: B}}\n",
    "B: {unit: mmag, description: Old., deprecated: {reason: r, replaced_by: D}}\n",
    "D: &d {unit: mmag, description: New.}\n",
    "B: *d\n",
    "C:\n  <<: *d\n  unit: mag\n",
    "A: {unit: &d mmag, description: Scatter.}\n",
    "C: {unit: nonsense, description: None.}\n",
    "D: 3\n",
    "a/b: {unit: nonsense, description: None.}\n",
    "1: {unit: s, description: One.}\n",
    "1.0: {unit: s, description: One.}\n",
    "x.y: {unit: s, description: Two.}\n",
    "C: {unit: s,\n  description: Closed.\n}\n",
    "C: {unit: s, description: 'one\n\ntwo'}\n",
    "? C\n",
    ": {unit: s, description: Asked.}\n",
    "- item\n",
    "D: 'open\n",
    "# a remark\n",
    "\n",
    "---\n",
    "<<: {D: {unit: s, description: Merged.}}\n",
    "&k D: {unit: s, description: Key.}\n",
    "E: {unit: s}\r",
]
FILES = {
    "metrics/p.yaml": METRICS,
    "metrics/q.yaml": METRICS[:9],
    "specs/p/a.yaml": SPECS,
    "specs/p/b.yaml": SPECS,
    "specs/p/b.yml": SPECS[:16],
    "specs/q/a.yaml": SPECS[:16],
    "specs/vocabulary.yaml": ["camera: {values: [hsc, cfht]}\n", "camera: [\n", "band: {values: [g]}\n"],
}
# Most of what people do is sound; what is odd comes now and then.
SOUND = {"metrics": 9, "specs": 17}
NAMES = ["p.A", "p.B", "p.C", "p.D", "p.A.s1", "p.B.s2", "p.A.s3", "p.A.t1", "p.B.t1", "p.A.t4", "p.B.t5", "p.A.t7"]
WAYS = ["add", "remove", "swap", "move", "ends", "gone", "double"]
Tree = dict[str, list[str]]


def piece(chance: random.Random, path: str, odd: float) -> str:
    pool = FILES[path]
    if chance.random() >= odd:
        pool = pool[: SOUND[path.partition("/")[0]]]
    return chance.choice(pool).replace("VALUE", str(chance.randint(1, 3)))


def edit(chance: random.Random, tree: Tree, odd: float) -> None:
    path = chance.choice(list(FILES))
    pieces = tree.setdefault(path, [])
    at = chance.randrange(len(pieces) + 1)
    what = chance.choice(
        ["add", *4 * ["replace"], "replace", "value", "value", "remove", "swap", "move", "ends", "gone", "double"]
    )
    if what == "add" or at == len(pieces):
        pieces.insert(at, piece(chance, path, odd))
    elif what == "replace":
        pieces[at] = piece(chance, path, odd)
    elif what == "remove":
        del pieces[at]
    elif what == "swap":
        chance.shuffle(pieces)
    elif what == "value":
        pieces[at] = re.sub(r"\b[1-5]\b(?=[,. ])", str(chance.randint(1, 5)), pieces[at])
    elif what == "double":
        pieces.append(pieces[at])
    elif what == "ends":
        pieces[:] = [text.replace("\n", "\r\n") if "\r" not in text else text.replace("\r", "") for text in pieces]
    elif what == "move":
        folder = path.partition("/")[0]
        other = chance.choice([name for name in FILES if name.startswith(folder)])
        tree.setdefault(other, []).append(pieces.pop(at))
    elif what == "gone":
        del tree[path]


def commits(chance: random.Random) -> list[Tree]:
    odd = chance.choice([0, 0, 0.05, 0.3])
    tree = {path: [piece(chance, path, odd) for _ in range(chance.randint(0, 6))] for path in FILES}
    if odd < 0.1:  # something to inherit from
        tree["specs/p/a.yaml"] += [SPECS[6].replace("VALUE", "5"), SPECS[8]]
    trees = [{path: list(pieces) for path, pieces in tree.items()}]
    for _ in range(chance.randint(1, 7)):
        for _ in range(chance.choice([1, 1, 1, 2, 5])):
            edit(chance, tree, odd)
        trees.append({path: list(pieces) for path, pieces in tree.items()})
    return trees


def record(root: Path, trees: list[Tree]) -> None:
    """Make a Git repository in which each state is a commit."""
    lines = []
    for number, tree in enumerate(trees):
        lines.append(
            f"commit refs/heads/main\ncommitter A <a@example.org> {number} +0000\ndata 1\nx\ndeleteall\n".encode()
        )
        for path, pieces in {"metrics/README": [f"{number}"], **tree}.items():
            content = "".join(pieces).encode()
            lines.append(f"M 100644 inline {path}\ndata {len(content)}\n".encode() + content + b"\n")
    git(root, "init", "--quiet", "--initial-branch=main")
    subprocess.run(["git", "-C", str(root), "fast-import", "--quiet"], input=b"".join(lines), check=True)


def _said(item: Noted) -> tuple[object, ...]:
    return (item.message, item.field) if item.broken is None else (item.broken,)


def assert_same(seed: int) -> None:
    trees = commits(random.Random(seed))  # noqa: S311  # no secret
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        record(root, trees)
        with GitRepository(root) as repository:
            noted = [
                (commit.commit, [(item.name, item.kind, *(_said(item))) for item in commit.noted])
                for commit in timeline(repository, root, "HEAD")
            ]
            assert noted == plain_timeline(repository, root), seed
            for name in [*NAMES, "p", "q"]:
                package, full = name.partition(".")[0], name if "." in name else None
                found = history(repository, root, package, full)
                assert as_json(name, found) == as_json(name, plain_history(repository, root, package, full)), (
                    seed,
                    name,
                )


@settings(max_examples=15)
@given(st.integers(0, 2**32))
def test_excerpts_tell_what_all_definitions_tell(seed: int) -> None:
    assert_same(seed)
