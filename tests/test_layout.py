"""Files are laid out: what becomes of white space, and that nothing else is touched."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from gnomon.editing.layout import LayoutError, lay_out

CASES = {
    "a laid out file": (
        "# yaml-language-server: x\n#\n# About the file.\n\na:\n  unit: ''\n  tags: [x, y]  # why\n\nb:\n  unit: mag\n",
    ),
    "nothing": ("",),
    "only comments": ("# a\n\n# b\n",),
    "blank lines at the ends": ("\n\n# a\n\na: 1\n\n\n", "# a\n\na: 1\n"),
    "several blank lines": ("a: 1\n\n\n\nb: 2\n\n\n# c\n\n\nc: 3\n", "a: 1\n\nb: 2\n\n# c\n\nc: 3\n"),
    "no line end at the end": ("a: 1", "a: 1\n"),
    "line ends of Windows and of old": ("a: 1\r\nb: 2\rc: 3\n", "a: 1\nb: 2\nc: 3\n"),
    "white space at the ends of lines": ("a: 1  \n# b \t\nc:\t\n  d: e\n", "a: 1\n# b\nc:\n  d: e\n"),
    "indentation of four": ("a:\n    b:\n        c: 1\n", "a:\n  b:\n    c: 1\n"),
    "lists at their key": ("tags:\n- a\n- b\nunit: m\n", "tags:\n  - a\n  - b\nunit: m\n"),
    "lists far from their key": ("a:\n  tags:\n      - x\n      - y\n", "a:\n  tags:\n    - x\n    - y\n"),
    "lists in lists": ("- - a\n  - b\n-   c: 1\n    d: 2\n", "- - a\n  - b\n- c: 1\n  d: 2\n"),
    "a dash alone": ("a:\n-\n    b: 1\n    c: 2\n-\n- d\n", "a:\n  - b: 1\n    c: 2\n  -\n  - d\n"),
    "a dash with a comment": ("- # why\n  a: 1\n", "-  # why\n  a: 1\n"),
    "space around colons": ("a :   1\n'b'   : 2\nc:\n  &x  d:   e\n", "a: 1\n'b': 2\nc:\n  &x d: e\n"),
    "an alias as a key": ("a: &x b\n*x : c\n",),
    "anchors, tags and merge keys": (
        "a:   &x   !!map\n    b: 1\nc:\n    <<:   *x\n",
        "a: &x !!map\n  b: 1\nc:\n  <<: *x\n",
    ),
    "a set": ("tags:   !!set\n    ?   a\n    ? b\n", "tags: !!set\n  ? a\n  ? b\n"),
    "brackets": ("a: [ 1,2 ,3 ]\nb: {c: 1,d : 2}\ne: [ ]\n", "a: [1, 2, 3]\nb: {c: 1, d: 2}\ne: []\n"),
    "values that are missing": ("a: {b: , c: }\nd: [!!str , x]\n",),
    "aligned brackets": ("base:   [a,\n         b,\n         c]\n", "base: [a,\n       b,\n       c]\n"),
    "hanging brackets": (
        "a:\n    b: [\n        x,\n        # why\n        y,\n    ]\n",
        "a:\n  b: [\n      x,\n      # why\n      y,\n  ]\n",
    ),
    "brackets to the left of their key": ("a:\n    b: [\n  x]\n", "a:\n  b: [\n  x]\n"),
    "comments after values": ("a: 1 # x\nb: 22     # y\n", "a: 1  # x\nb: 22     # y\n"),
    "a comment goes with what follows": ("a:\n    b: 1\n    # of c\n    c: 2\n", "a:\n  b: 1\n  # of c\n  c: 2\n"),
    "a comment before the first key": ("a:\n    # of b\n    b: 1\n", "a:\n  # of b\n  b: 1\n"),
    "a comment goes with what it stands under": ("a:\n    b: 1\n    # of a\nc: 2\n", "a:\n  b: 1\n  # of a\nc: 2\n"),
    "a comment at the margin": ("a:\n    b: 1\n# of the file\n    c: 2\n", "a:\n  b: 1\n# of the file\n  c: 2\n"),
    "a comment between two columns": ("a:\n    b: 1\n  # whose?\nc: 2\n", "a:\n  b: 1\n# whose?\nc: 2\n"),
    "comments are not rewritten": ("#a\n#  b\n#: c\na: 1\n",),
    "a text over several lines": (
        "a:\n    b: one\n       two\n\n       three\n",
        "a:\n  b: one\n    two\n\n    three\n",
    ),
    "quotes over several lines": ('a: "one  \n     two \\\n     three"\n', 'a: "one\n  two \\\n  three"\n'),
    "an escaped space at the end": ('a: "one\\ \n     two"\n', 'a: "one\\ \n  two"\n'),
    "a text in lines": (
        "a:\n    b: |\n          x\n            y \n\n          z\n    c: 1\n",
        "a:\n  b: |\n    x\n      y \n\n    z\n  c: 1\n",
    ),
    "a folded text": ("a: >-   \n     x\n\n     y\nb: 1\n", "a: >-\n  x\n\n  y\nb: 1\n"),
    "blank lines after a text in lines": ("a: |\n  x\n\n\nb: |\n  y\n\n\n", "a: |\n  x\n\nb: |\n  y\n"),
    "blank lines that a text keeps": ("a: |+\n  x\n\n\nb: |+\n  y\n\n\n",),
    "blanks that belong to a text": ("a: |\n  x\n    \nb: 1\n",),
    "an indentation that is said": ("a:\n    b: |2\n          x\n    c: 1\n", "a:\n  b: |2\n        x\n  c: 1\n"),
    "a text in lines without a line end": ("a:   |\n  x", "a: |\n  x"),
    "a folded text without a line end": ("a:   >-\n  x", "a: >-\n  x\n"),
    "documents": (
        "---\n\na:   1\n---   # b\nb: 2\n...\n\n\n---\nc: 3\n",
        "---\na: 1\n---   # b\nb: 2\n...\n\n---\nc: 3\n",
    ),
    "a document that is a text": ("   x\n   y\n",),
    "a document that looks like a marker": (" ---\n",),
    "directives": ("%YAML 1.1\n---\na:  1\n", "%YAML 1.1\n---\na: 1\n"),
    "characters of several bytes": ("é😀:   'ü'   # ñ\n", "é😀: 'ü'   # ñ\n"),
}


@pytest.mark.parametrize("name", CASES)
def test_layout(name: str) -> None:
    before, after = CASES[name][0], CASES[name][-1]
    assert lay_out(before) == after
    assert lay_out(after) == after


@pytest.mark.parametrize("char", ["\x85", "\u2028", "\u2029"])
def test_a_line_end_that_editors_do_not_see_is_left_alone(char: str) -> None:
    with pytest.raises(LayoutError, match=f"U\\+{ord(char):04X}, which YAML takes for a line end"):
        lay_out(f"a:  b{char}  c\n")


def test_what_would_not_say_the_same_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gnomon.editing.layout._space", lambda _before, _after: "")
    with pytest.raises(LayoutError, match="it would not say the same afterwards"):
        lay_out("a: 1\n")


def test_a_comment_that_would_be_lost_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gnomon.editing.layout._Writer._trail", lambda _self, _rest: None)
    with pytest.raises(LayoutError, match="it would not say the same afterwards"):
        lay_out("a: 1  # b\n")


PIECES = [
    *("a", "b c", "1", "é😀", "'", '"', "\\", "#", " # c\n", "&a ", "*a", "!!set", "!x ", "---\n", "...\n", "\t", "\r"),
    *(" ", "  ", "\n", "\n  ", "\n\n", " \n", "- ", "? ", ": ", ":\n", "{", "}", "[", "]", ", ", ","),
    *("|\n", ">-\n", "|+\n", "|2\n", "a: ", "\n  b: ", "\n    c: ", "\n- ", "\n  - "),
]


@given(st.lists(st.sampled_from(PIECES), max_size=24).map("".join))
@example("? \n> \n \n\n")
@example("!x : 1")
@example("[!x \t]")
@example("\n\n>\r ? ")
def test_any_yaml_says_the_same_and_is_laid_out_once(text: str) -> None:
    try:
        before = list(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.YAMLError:
        return
    after = lay_out(text)
    assert [(type(event), getattr(event, "value", None)) for event in yaml.parse(after, Loader=yaml.CSafeLoader)] == [
        (type(event), getattr(event, "value", None)) for event in before
    ]
    assert after.count("#") == text.count("#")
    assert lay_out(after) == after
