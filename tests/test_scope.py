"""Which packages of two states are compared."""

from __future__ import annotations

from gnomon.changes.scope import packages_to_compare
from gnomon.sources import Memory

HEIR = "name: s\nmetric: A\nbase: 'p:b#x'\n"


def test_the_same_file_in_two_packages_inherits_from_one_of_them() -> None:
    # What a file names is kept by its content, which says nothing of the package that it is in.
    old = {"specs/p/a.yaml": HEIR, "specs/q/a.yaml": HEIR, "specs/p/b.yaml": "id: x\n", "specs/r/a.yaml": "id: x\n"}
    new = {**old, "specs/p/b.yaml": "id: x\ntags: [t]\n"}
    for _ in range(2):
        assert packages_to_compare(Memory(old), Memory(new)) == {"p", "q"}
