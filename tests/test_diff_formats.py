"""How changes look in each format, and that no text of others becomes more than text in any of them."""

from __future__ import annotations

import importlib
import json
import re
import unicodedata
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import git
from gnomon.changes import compare
from gnomon.commands.diff import FORMATS
from gnomon.loader import load
from gnomon.render import changelog
from gnomon.render.markdown import code, escape, prose
from gnomon.render.terminal import clean
from gnomon.render.words import word_diff
from gnomon.sources import Memory

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Gnomon
    from gnomon.changes import Comparison

# What a reviewer sees

METRICS = """\
A:
  unit: mmag
  description: Scatter of the magnitudes of bright stars.
B:
  unit: s
  description: Time spent.
C:
  unit: mag
  description: Depth of a visit.
  deprecated: {reason: Unclear name., replaced_by: Depth}
D:
  unit: arcsec
  description: Size of the PSF in a visit.
"""
HEIRS = """\
id: common
threshold: {operator: '<=', value: 5.0, unit: mmag}
---
name: A.g
base: '#common'
metadata_query: {filter: g}
---
name: A.r
base: '#common'
metadata_query: {filter: r}
---
name: A.i
base: '#common'
metadata_query: {filter: i}
---
name: D.design
threshold: {operator: '<=', value: 0.9, unit: arcsec}
"""
DEPTH = "name: {}.s\nthreshold: {{operator: '>', value: 24, unit: mag}}\n"
GOOD = "name: D.good\nthreshold: {operator: '<=', value: 1, unit: arcsec}\n"
BASE = {"metrics/p.yaml": METRICS, "specs/p/a.yaml": HEIRS, "specs/p/b.yaml": DEPTH.format("C"), "specs/p/c.yaml": GOOD}
HEAD = {
    "metrics/p.yaml": METRICS.replace("B:\n  unit: s\n  description: Time spent.\n", "")
    .replace("C:", "Depth:")
    .replace("  deprecated: {reason: Unclear name., replaced_by: Depth}\n", "")
    .replace("Size of the PSF", "Median size of the PSF"),
    "specs/p/a.yaml": HEIRS.replace("5.0", "6.0").replace("0.9", "0.7"),
    "specs/p/b.yaml": DEPTH.format("Depth"),
    "specs/p/c.yaml": "name: [\n",
    "changes/d.yaml": (
        "- fingerprint: {}\n  rule: specification-test-changed\n  name: p.D.design\n"
        "  reason: The new camera is sharper.\n  decision: RFC-1\n"
    ),
}


def between(base: dict[str, str], head: dict[str, str]) -> Comparison:
    return compare(load(Memory(base, label="v1")), load(Memory(head, label="v2")))


@pytest.fixture(scope="module")
def representative() -> Comparison:
    """A threshold tightened (and acknowledged), a partial edited, a metric removed, one renamed, a description
    changed, and a file that cannot be read.
    """
    (fingerprint,) = (change.fingerprint for change in between(BASE, HEAD).changes if change.name == "p.D.design")
    acknowledged = {path: text.replace("{}", fingerprint) if "- f" in text else text for path, text in HEAD.items()}
    return between(BASE, acknowledged)


def rendered(comparison: Comparison, style: str) -> str:
    return "\n".join(importlib.import_module(FORMATS[style]).render(comparison))


FULL = """\
breaking[metric-removed]: p.B: the metric is gone
  --> metrics/p.yaml:4:1
  = help: deprecate it first, so that those who measure it are told

breaking[metric-renamed]: p.Depth: `p.C` is now `p.Depth`, as its deprecation said
  --> metrics/p.yaml:4:1

breaking[specification-renamed]: p.Depth.s: `p.C.s` is now `p.Depth.s`, with its metric
  --> specs/p/b.yaml:1:7

tightening[specification-test-changed]: p.D.design: the test is <= 0.7 arcsec instead of <= 0.9 arcsec: fewer values \
pass
  --> specs/p/a.yaml:17:36
    - {value: 0.9, unit: arcsec, operator: <=}
    + {value: 0.7, unit: arcsec, operator: <=}
  = witness: 0.8 arcsec in a job with any metadata: pass before, fail now
  = acknowledged: The new camera is sharper. (RFC-1)

weakening[specification-test-changed]: 3 specifications that inherit from p:a#common: the test is <= 6.0 mmag instead \
of <= 5.0 mmag: more values pass
  --> specs/p/a.yaml:2:36
    - {value: 5.0, unit: mmag, operator: <=}
    + {value: 6.0, unit: mmag, operator: <=}
  = witness: 5.5 mmag in a job with filter=g: fail before, pass now
  = these are p.A.g, p.A.i, p.A.r

editorial[metric-description-changed]: p.D: the description says something else
  --> metrics/p.yaml:9:16
    ~ [-Size-] {+Median size+} of the PSF in a visit.
  = help: same measured quantity? If not, raise `revision`

not judged at the head: specs/p/c.yaml:2:1: a bracket that is never closed: nothing is known of p.D.good

8 changes: 3 breaking, 1 tightening, 3 weakening, 1 editorial (1 acknowledged); 1 definition was not judged."""

CONCISE = """\
metrics/p.yaml:4:1: breaking[metric-removed] p.B: the metric is gone
metrics/p.yaml:4:1: breaking[metric-renamed] p.Depth: `p.C` is now `p.Depth`, as its deprecation said
specs/p/b.yaml:1:7: breaking[specification-renamed] p.Depth.s: `p.C.s` is now `p.Depth.s`, with its metric
specs/p/a.yaml:17:36: tightening[specification-test-changed] p.D.design: the test is <= 0.7 arcsec instead of \
<= 0.9 arcsec: fewer values pass (acknowledged)
specs/p/a.yaml:2:36: weakening[specification-test-changed] p.A.g: the test is <= 6.0 mmag instead of <= 5.0 mmag: \
more values pass
specs/p/a.yaml:2:36: weakening[specification-test-changed] p.A.i: the test is <= 6.0 mmag instead of <= 5.0 mmag: \
more values pass
specs/p/a.yaml:2:36: weakening[specification-test-changed] p.A.r: the test is <= 6.0 mmag instead of <= 5.0 mmag: \
more values pass
metrics/p.yaml:9:16: editorial[metric-description-changed] p.D: the description says something else
not judged at the head: specs/p/c.yaml:2:1: a bracket that is never closed: nothing is known of p.D.good
8 changes: 3 breaking, 1 tightening, 3 weakening, 1 editorial (1 acknowledged); 1 definition was not judged."""

GITHUB = """\
::error title=gnomon%3A breaking,file=metrics/p.yaml,line=4,endLine=4,col=1,endColumn=1::p.B: the metric is gone\
%0Adeprecate it first, so that those who measure it are told
::error title=gnomon%3A breaking,file=metrics/p.yaml,line=4,endLine=4,col=1,endColumn=5::p.Depth: `p.C` is now \
`p.Depth`, as its deprecation said
::error title=gnomon%3A breaking,file=specs/p/b.yaml,line=1,endLine=1,col=7,endColumn=13::p.Depth.s: `p.C.s` is now \
`p.Depth.s`, with its metric
::notice title=gnomon%3A tightening,file=specs/p/a.yaml,line=17,endLine=17,col=36,endColumn=38::p.D.design: the test \
is <= 0.7 arcsec instead of <= 0.9 arcsec: fewer values pass%0AWitness: 0.8 arcsec in a job with any metadata: pass \
before, fail now%0AAcknowledged: The new camera is sharper. (RFC-1)
::error title=gnomon%3A weakening,file=specs/p/a.yaml,line=2,endLine=2,col=36,endColumn=38::3 specifications that \
inherit from p:a#common: the test is <= 6.0 mmag instead of <= 5.0 mmag: more values pass%0AWitness: 5.5 mmag in a job \
with filter=g: fail before, pass now
::notice title=gnomon%3A editorial,file=metrics/p.yaml,line=9,endLine=9,col=16,endColumn=49::p.D: the description says \
something else%0A[-Size-] {+Median size+} of the PSF in a visit.%0Asame measured quantity? If not, raise `revision`
::error title=gnomon%3A not judged::not judged at the head: specs/p/c.yaml:2:1: a bracket that is never closed: \
nothing is known of p.D.good"""

MARKDOWN = r"""**Metric definitions:** 8 changes (3 breaking, 1 tightening, 3 weakening, 1 editorial)

### Breaking: stored numbers or names are no longer valid

- `p.B`: the metric is gone
  - **deprecate it first, so that those who measure it are told**
- `p.Depth`: `p.C` is now `p.Depth`, as its deprecation said
- `p.Depth.s`: `p.C.s` is now `p.Depth.s`, with its metric

### Tightening: what passed may fail

- `p.D.design`: the test is <= 0.7 arcsec instead of <= 0.9 arcsec: fewer values pass
  - witness: 0.8 arcsec in a job with any metadata: pass before, fail now
  - acknowledged: The new camera is sharper. (RFC-1)

### Weakening: what was caught may pass

- 3 specifications that inherit from `p:a#common`: the test is <= 6.0 mmag instead of <= 5.0 mmag: more values pass
  - witness: 5.5 mmag in a job with filter=g: fail before, pass now
  - `p.A.g`, `p.A.i`, `p.A.r`

### Editorial

- `p.D`: the description says something else
  - ~~Size~~ **Median size** of the PSF in a visit.
  - **same measured quantity? If not, raise `revision`**

### Not judged

- at the head: specs/p/c.yaml:2:1: a bracket that is never closed: nothing is known of p.D.good"""

CHANGELOG = """## v2

Definitions from `v1` to `v2`.

### Breaking: stored numbers or names are no longer valid

#### `p`

- `p.B`: the metric is gone
- `p.Depth`: `p.C` is now `p.Depth`, as its deprecation said
- `p.Depth.s`: `p.C.s` is now `p.Depth.s`, with its metric

### Tightening: what passed may fail

#### `p`

- `p.D.design`: the test is <= 0.7 arcsec instead of <= 0.9 arcsec: fewer values pass. \
The new camera is sharper. (RFC-1)

### Weakening: what was caught may pass

#### `p`

- 3 specifications that inherit from `p:a#common`: the test is <= 6.0 mmag instead of <= 5.0 mmag: more values pass

### Editorial

#### `p`

- `p.D`: the description says something else: ~~Size~~ **Median size** of the PSF in a visit.

### Not judged

- at the head: specs/p/c.yaml:2:1: a bracket that is never closed: nothing is known of p.D.good"""


@pytest.mark.parametrize(
    ("style", "expected"), [("full", FULL), ("concise", CONCISE), ("github", GITHUB), ("markdown", MARKDOWN)]
)
def test_a_representative_change_looks_like_this(representative: Comparison, style: str, expected: str) -> None:
    out = re.sub(r"\x1b\[\d*m", "", rendered(representative, style))  # colours, which no terminal means no one sees
    assert out == expected


def test_its_changelog_looks_like_this(representative: Comparison) -> None:
    assert "\n".join(changelog.lines(representative)) == CHANGELOG


def test_its_json_holds_all_of_it(representative: Comparison) -> None:
    document = json.loads(rendered(representative, "json"))
    assert document["summary"] == {"breaking": 3, "tightening": 1, "weakening": 3, "compatible": 0, "editorial": 1}
    assert [change["name"] for change in document["changes"]] == [
        *("p.B", "p.Depth", "p.Depth.s", "p.D.design", "p.A.g", "p.A.i", "p.A.r", "p.D")
    ]
    (heir,) = (change for change in document["changes"] if change["name"] == "p.A.r")
    assert heir == {
        "rule": "specification-test-changed",
        "subject": "specification",
        "name": "p.A.r",
        "kind": "changed",
        "field": "/threshold",
        "before": {"value": 5.0, "unit": "mmag", "operator": "<="},
        "after": {"value": 6.0, "unit": "mmag", "operator": "<="},
        "impacts": ["weakening"],
        "direction": "loosened",
        "message": "the test is <= 6.0 mmag instead of <= 5.0 mmag: more values pass",
        "hint": None,
        "before_at": {"path": "specs/p/a.yaml", "line": 2, "column": 36},
        "after_at": {"path": "specs/p/a.yaml", "line": 2, "column": 36},
        "caused_by": {"name": "p:a#common", "path": "specs/p/a.yaml", "line": 2, "column": 36},
        "witness": {
            "metadata": {"filter": "r"},
            "value": 5.5,
            "unit": "mmag",
            "base": "fail",
            "head": "pass",
            "reason": None,
        },
        "fingerprint": heir["fingerprint"],
        "acknowledged": None,
    }
    assert document["changes"][3]["acknowledged"] == {
        "path": "changes/d.yaml",
        "reason": "The new camera is sharper.",
        "decision": "RFC-1",
    }
    assert document["not_comparable"] == [
        {
            "side": "head",
            "path": "specs/p/c.yaml",
            "name": name,
            "reason": "specs/p/c.yaml:2:1: a bracket that is never closed",
        }
        for name in (None, "p.D.good")
    ]


def test_its_sarif_holds_all_of_it(representative: Comparison) -> None:
    (run,) = json.loads(rendered(representative, "sarif"))["runs"]
    told = [(result["level"], result["ruleId"], result["message"]["text"].split(":")[0]) for result in run["results"]]
    assert told == [
        ("error", "metric-removed", "p.B"),
        ("error", "metric-renamed", "p.Depth"),
        ("error", "specification-renamed", "p.Depth.s"),
        ("warning", "specification-test-changed", "p.D.design"),
        ("error", "specification-test-changed", "p.A.g"),
        ("error", "specification-test-changed", "p.A.i"),
        ("error", "specification-test-changed", "p.A.r"),
        ("note", "metric-description-changed", "p.D"),
    ]
    assert run["results"][0]["message"]["text"] == (
        "p.B: the metric is gone\ndeprecate it first, so that those who measure it are told"
    )
    suppressed = [result for result in run["results"] if "suppressions" in result]
    assert [result["suppressions"] for result in suppressed] == [
        [{"kind": "external", "justification": "The new camera is sharper."}]
    ]
    message = "not judged at the head: specs/p/c.yaml:2:1: a bracket that is never closed: nothing is known of p.D.good"
    assert run["invocations"] == [
        {
            "executionSuccessful": True,
            "toolExecutionNotifications": [{"level": "error", "message": {"text": message}}],
        }
    ]


NONE = {
    "full": "No change of meaning.",
    "concise": "No change of meaning.",
    "github": "",
    "markdown": "**Metric definitions:** no change of meaning.",
}


@pytest.mark.parametrize("style", NONE)
def test_no_change_looks_like_this(style: str) -> None:
    assert re.sub(r"\x1b\[\d*m", "", rendered(between(BASE, BASE), style)) == NONE[style]


def test_where_nothing_could_be_judged_nobody_says_that_nothing_changed() -> None:
    comparison = between(BASE, {**BASE, "specs/p/c.yaml": "name: [\n", "specs/p/b.yaml": "name: {\n"})
    expected = "o change in what could be judged"
    last = "; 2 definitions were not judged."
    assert re.sub(r"\x1b\[\d*m", "", rendered(comparison, "full")).endswith(f"\n\nN{expected}{last}")
    assert rendered(comparison, "markdown").startswith(f"**Metric definitions:** n{expected}\n\n### Not judged\n\n- ")


# What comes from one edit

EDITED = "name: A.r\nabstract: true\nthreshold: {operator: '<=', value: %s, unit: %s}\n"
HEIR = "---\nname: A.%s\nbase: A.r\nmetadata_query: {filter: %s}\n"


def plainly(comparison: Comparison, style: str) -> list[str]:
    return re.sub(r"\x1b\[\d*m", "", rendered(comparison, style)).splitlines()


def edited(before: str, after: str, style: str) -> list[str]:
    return plainly(between({"specs/p/a.yaml": before}, {"specs/p/a.yaml": after}), style)


def test_what_was_edited_and_its_heirs_are_one() -> None:
    heirs = HEIR % ("g", "g") + HEIR % ("i", "i")
    states = EDITED % (5, "mmag") + heirs, EDITED % (6, "mmag") + heirs
    told = "the test is <= 6.0 mmag instead of <= 5.0 mmag: more values pass"
    assert edited(*states, "full") == [
        f"weakening[specification-test-changed]: p.A.r and 2 specifications that inherit from it: {told}",
        "  --> specs/p/a.yaml:3:36",
        "    - {value: 5.0, unit: mmag, operator: <=}",
        "    + {value: 6.0, unit: mmag, operator: <=}",
        "  = witness: 5.5 mmag in a job with filter=g: fail before, pass now",
        "  = these are p.A.g, p.A.i, p.A.r",
        "",
        "3 changes: 3 weakening.",
    ]
    marked = f"- `p.A.r` and 2 specifications that inherit from it: {told}"
    assert marked in edited(*states, "markdown")


def test_what_one_edit_does_to_different_values_is_told_of_one_by_its_name() -> None:
    heirs = "".join(f"{HEIR % (name, name)}threshold: {{value: {name}}}\n" for name in "79")
    partial = "id: base\nthreshold: {operator: '<=', value: 5.0, unit: %s}\n"
    before, after = (partial % unit + heirs.replace("A.r", "'#base'") for unit in ("mmag", "mag"))
    told = "the test is <= 7.0 mag instead of <= 7.0 mmag: more values pass"
    first = f"weakening[specification-test-changed]: 2 specifications that inherit from p:a#base, such as p.A.7: {told}"
    assert edited(before, after, "full")[0] == first


def test_of_many_names_the_first_are_told() -> None:
    names = [f"s{number:02}" for number in range(12)]
    heirs = "".join(HEIR % (name, name) for name in names)
    lines = edited(EDITED % (5, "mmag") + heirs, EDITED % (6, "mmag") + heirs, "full")
    assert f"  = these are {', '.join(f'p.A.{name}' for name in ['r', *names][:10])} and 3 more" in lines


def test_what_one_fault_leaves_open_is_told_once() -> None:
    names = [f"s{number:02}" for number in range(12)]
    before = EDITED % (5, "mmag") + "".join(HEIR % (name, name) for name in names)
    listed = ", ".join(f"p.A.{name}" for name in ["r", *names][:10])
    faults = {
        "name: [\n": f"specs/p/a.yaml:2:1: a bracket that is never closed: nothing is known of {listed} and 3 more",
        before.replace("abstract: true\n", "base: '#gone'\n"): (
            f"specs/p/a.yaml:2:7: there is no partial `p:a#gone`: nothing is known of {listed} and 3 more"
        ),
        before.replace("base: A.r", "base: '#gone'", 1): "p.A.s00: specs/p/a.yaml:6:7: there is no partial `p:a#gone`",
    }
    for after, told in faults.items():
        for style in ("full", "concise"):
            assert [line for line in edited(before, after, style) if "not judged" in line][:-1] == [
                f"not judged at the head: {told}"
            ]
    (_, after, _) = faults
    assert edited(before, after, "concise")[-1] == (
        "No change in what could be judged; 13 definitions were not judged."
    )


# Text of others

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</details></li></ul><h1>forged</h1>",
    "<!-- gnomon-diff -->",
    "<https://evil.example>",
    "[text](https://evil.example)",
    "![text](https://evil.example/x.png)",
    "[text]\n\n[text]: https://evil.example",
    "](https://evil.example) [x",
    "https://evil.example/a and HTTP://evil.example",
    "www.evil.example, _www.evil.example and WWW.evil.example",
    "someone@evil.example mailto:someone@evil.example",
    "@octocat and @org/team (@octocat)",
    "&#64;octocat &#35;1 &lt;b&gt; &amp;",
    "\\@octocat \\<b> \\`",
    "#123 octo/repo#1 GH-1 gh-1",
    "0123456789abcdef0123456789abcdef01234567 and 0123abc",
    ":shipit: and :+1:",
    "| a | b |\n|---|---|\n| c | d |",
    "```\ncode",
    "`code` ``code`` `",
    "`",
    "` `` ```",
    "\n# Heading\n\n- item\n\n> quote\n\n***\n\na\n===",
    "$x$ $$y$$ \\$z\\$ $`w`$ `$`v`$`",
    "**bold** __bold__ *it* _it_ ~~gone~~ ~gone~",
    "::error::forged",
    "\n::error title=x,file=y::forged",
    "##[error]forged ##[add-mask]a",
    "\r::error::forged\r\n::add-mask::a",
    "\u2028::error::forged\u0085::error::forged\u000b::error::forged",
    "%0A::error::forged%0D",
    "\x1b[31mred\x1b]8;;https://evil.example\x07link\x1b]8;;\x07\x9b31m",
    "\u202edesrever\u2066 \u200b@octocat \ufeff",
    "\x00\x07\x08\x7f",
    "x" * 5000,
    "# " * 3000,
    "{0} {tool}",
]


def sides(text: str) -> Comparison:
    """Compare two states in which a text stands wherever people can write one."""
    word = json.dumps(text)
    gone, new = json.dumps(f"gone{text[:200]}"), json.dumps(f"new{text[:200]}")
    base = {
        "metrics/p.yaml": (
            f"A: {{unit: mmag, description: {json.dumps(text + ' was')}}}\n"
            "O: {unit: s, description: Old., deprecated: {replaced_by: N}}\n"
            f"{gone}: {{unit: s, description: Goes.}}\n"
        ),
        "specs/p/a.yaml": "name: s\nmetric: A\nthreshold: {operator: '<=', value: 5, unit: mmag}\n",
    }
    head = {
        "metrics/p.yaml": (
            f"A: {{unit: mmag, description: {json.dumps(text + ' is')}, tags: [{word}], label: {word}, owner: {word}, "
            f"reference: {{doc: {word}, url: {word}}}, "
            f"deprecated: {{since: {word}, reason: {word}, replaced_by: {word}}}}}\n"
            f"N: {{unit: s, description: New.}}\n{new}: {{unit: s, description: {word}}}\n"
        ),
        "specs/p/a.yaml": (
            f"name: s\nmetric: A\ntags: [{word}]\nthreshold: {{operator: '<=', value: 6, unit: mmag}}\n"
            f"metadata_query: {{{word}: {word}}}\n---\n"
            f"name: {new}\nmetric: A\nthreshold: {{operator: '<=', value: 6, unit: mmag}}\n---\n"
            f"name: u\nmetric: A\nthreshold: {{operator: '<=', value: 6, unit: {word}}}\n"
        ),
        f"specs/q{text.replace('/', '')[:100]}/a.yaml": "name: [\n",
    }
    first = between(base, head)
    entries = "".join(
        f"- fingerprint: '{change.fingerprint}'\n  rule: {change.rule}\n  name: {json.dumps(change.name)}\n"
        f"  reason: {word}\n  decision: {word}\n"
        for change in first.changes[::2]
    )
    stale = f"- fingerprint: '0123456789abcdef'\n  rule: x\n  name: {word}\n  reason: {word}\n  decision: {word}\n"
    return between(base, {**head, "changes/x.yaml": entries + stale})


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:30]))
@pytest.mark.parametrize("style", FORMATS)
def test_no_format_lets_a_text_control_what_shows_it(style: str, text: str) -> None:
    own = re.sub(r"\x1b\[\d*m", "", rendered(sides(text), style))
    assert_harmless(own, style)


def assert_harmless(out: str, style: str) -> None:
    unusual = {char for char in out if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}}
    assert unusual <= {"\n"}
    assert "##[" not in out
    commands = [line for line in out.split("\n") if line.lstrip().startswith("::")]
    if style == "github":
        # Each line is one of ours, and has one command.
        assert commands == out.split("\n")
        own = re.compile(r"::(error|warning|notice) title=gnomon%3A [a-z, ]+?(,(file|line|col|end\w+)=[^:,]*)*::")
        assert [line for line in commands if not own.match(line.replace("%2C", ""))] == []
    else:
        assert commands == []


def test_json_keeps_a_text_as_it_is() -> None:
    for text in HOSTILE:
        changes: list[dict[str, Any]] = json.loads(rendered(sides(text), "json"))["changes"]
        (found,) = (change["after"] for change in changes if change["field"] == "/label")
        assert found == text


def test_sarif_makes_no_links_of_a_text() -> None:
    for text in ("[text](https://evil.example)", "[[a](b)", "[a](1)"):
        for result in json.loads(rendered(sides(text), "sarif"))["runs"][0]["results"]:
            assert re.search(r"(?<!\\)\[[^\]]*\]\(", result["message"]["text"]) is None


class _Page(HTMLParser):
    """Collects the elements of a page, and its text that is not code."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.comments: list[str] = []
        self.text = ""
        self.has_formula = False
        self._inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(f"{tag} {attrs}" if attrs else tag)
        self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._inside.pop() == tag

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        # A dollar in a span of its own begins no formula.
        self.has_formula = self.has_formula or ("$" in data and not {"code", "span"}.intersection(self._inside[-1:]))
        self.text += data if "code" not in self._inside else "\N{OBJECT REPLACEMENT CHARACTER}"


def page_of(markdown: str) -> _Page:
    """Read Markdown as GitHub does, without the filter that would hide what it finds there."""
    return _Page(cmarkgfm.github_flavored_markdown_to_html(markdown, options=Options.CMARK_OPT_UNSAFE))


# GitHub looks for these in the text of a page, whatever Markdown has escaped.
LINKED = re.compile(
    r"@\w|#\d|GH-\d|://|www\.|:[a-z+-][\w+-]*:|(?<![0-9a-zA-Z_])[0-9a-f]{7,40}(?![0-9a-zA-Z_])", re.IGNORECASE
)


def structure(page: _Page) -> list[str]:
    # How often a text is code depends on the backticks in it, and each dollar is in a span.
    return [element for element in page.elements if element not in {"code", "span"}]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:30]))
@pytest.mark.parametrize("style", ["markdown", "changelog"])
def test_markdown_makes_nothing_but_text_of_a_text(style: str, text: str) -> None:
    comparison = sides(text)
    out = "\n".join(changelog.lines(comparison)) if style == "changelog" else rendered(comparison, style)
    page = page_of(out)
    assert set(page.elements) <= {"h2", "h3", "h4", "ul", "li", "p", "strong", "del", "code", "span"}
    assert (page.comments, LINKED.findall(page.text), page.has_formula) == ([], [], False)
    assert page.elements.count("span") == out.count("<span>$</span>")
    # What begins a line is ours.
    begun = {start: len(re.findall(rf"^ *{start} ", out, re.MULTILINE)) for start in ("###", "-")}
    assert {"###": structure(page).count("h3"), "-": structure(page).count("li")} == begun
    titles = re.findall(r"^### (\w+)", out, re.MULTILINE)
    assert titles == sorted(
        set(titles), key=["Breaking", "Tightening", "Weakening", "Compatible", "Editorial", "Not"].index
    )


WORDS = ["://", "www.", "]: ", "```", "&#64;", "GH-1", "<!--", "-->", "deadbee"]
PIECES = st.sampled_from([*"<>[]()!`*_~#@|&:/\\-+.=$'\" \n\ra1", *WORDS])


@settings(max_examples=300)
@given(st.lists(PIECES | st.characters(codec="utf-8"), max_size=30).map("".join))
def test_any_text_is_one_paragraph_of_text_in_markdown(text: str) -> None:
    shown = page_of(f"- a: {escape(text)}\n- b: {prose(text)}\n- c: {code(text)}\n- **{escape(text)}x**\n")
    assert structure(shown) == ["ul", "li", "li", "li", "li", "strong"]
    assert (shown.comments, LINKED.findall(shown.text), shown.has_formula) == ([], [], False)


@settings(max_examples=200)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_a_text_reads_in_markdown_as_it_was_written(text: str) -> None:
    shown = page_of(f"x {escape(text)}").text.replace("\u200b", "")
    assert " ".join(shown.split()) == clean(" ".join(f"x {text}".split()))


# The same through the command line, where commits have words too


def test_a_commit_forges_nothing(gnomon: Gnomon, commit: Callable[..., Path]) -> None:
    root = commit({"metrics/p.yaml": "A: {unit: s, description: x.}\n"})
    fake = f"{'0' * 40}\x1fMallory\x1f2020-01-01T00:00:00Z"
    subjects = (f"a\x1e{fake}\x1fforged\x1e", "b\x1b[31m\u202e ##[error]x <b> [a](b) @c\x1f", "::d")
    for number, words in enumerate(subjects):
        (root / "metrics/p.yaml").write_text(f"A: {{unit: {'smg'[number]}, description: x.}}\n", encoding="utf-8")
        author = ("-c", f"user.name={words}", "-c", "user.email=a@b")
        git(root, *author, "commit", "--quiet", "--all", "--allow-empty", "--author", f"::{words} <a@b>", "-m", words)
    for style in ("text", "json"):
        status, out, err = gnomon(root, "log", "p.A", "--format", style)
        assert (status, err) == (0, "")
        assert_harmless(out.rstrip("\n"), style)
    steps = json.loads(out)["steps"]
    assert [step["subject"] for step in steps] == ["A change", *subjects[1:]]
    assert {step["commit"] for step in steps} <= set(git(root, "rev-list", "HEAD").split())


def test_the_names_of_revisions_are_text(gnomon: Gnomon, commit: Callable[..., Path]) -> None:
    root = commit({"metrics/p.yaml": "A: {unit: s, description: x.}\n"})
    for name in ("<img/src=x>", "@octocat", "#1", "`code`", "[a](b)"):
        if name != "[a](b)":  # which Git refuses
            git(root, "branch", name)
            status, out, _ = gnomon(root, "changelog", name, name)
            assert (status, set(page_of(out).elements)) == (0, {"h2", "p", "code"})
            assert LINKED.findall(page_of(out).text) == []
        else:
            assert gnomon(root, "changelog", name, name)[0] == 2


# What is too long


def many(count: int, text: str = "") -> Comparison:
    metrics = "".join(f"m{number:05}: {{unit: s, description: {text or 'x'}}}\n" for number in range(count))
    return between({"gnomon.toml": ""}, {"metrics/p.yaml": metrics})


def test_markdown_is_no_longer_than_github_takes_and_says_what_is_left_out() -> None:
    out = rendered(many(5000), "markdown")
    shown = out.count("\n- `p.m")
    assert 40_000 < len(out) < 60_200
    assert len(out.encode()) < 1024 * 1024
    assert out.startswith("**Metric definitions:** 5,000 changes (5000 compatible)\n\n### Compatible\n\n- `p.m00000`")
    assert out.endswith(f"\n\n… and {5000 - shown:,} more, which are left out here: `gnomon diff` tells all.")
    assert rendered(many(500), "markdown").count("\n- `p.m") == 500


def test_what_could_not_be_judged_is_counted_too() -> None:
    broken = {f"specs/p/{number:05}.yaml": "name: [\n" for number in range(3000)}
    out = rendered(between({"gnomon.toml": ""}, broken), "markdown")
    left = int(re.findall(r"… and ([\d,]+) more", out)[0].replace(",", ""))
    assert left == 3000 - out.count("\n- at the head: ")
    assert len(out) < 60_200


def test_no_heading_stands_over_nothing() -> None:
    long = "x" * 70_000
    base = {"metrics/p.yaml": "A: {unit: s, description: a.}\n"}
    head = {"metrics/p.yaml": f"A: {{unit: s, description: {' '.join([long] * 50)}}}\n"}
    out = rendered(between(base, head), "markdown")
    assert len(out) < 60_200
    assert not out.split("\n\n… and")[0].rstrip().endswith("Editorial")


@pytest.mark.parametrize("words", [60_000, 600])
def test_a_long_text_costs_little_and_shows_what_changed(words: int) -> None:
    # Words that repeat are the worst case of comparing sequences: without a bound this takes minutes.
    before = " ".join(["a", "b"] * words)
    after = " ".join(["b", "a", "a"] * words)
    runs = list(word_diff(before, after))
    assert sum(len(text.split()) for _, text in runs) < 400
    assert {kind for kind, _ in runs} >= {"-", "+"}


def test_of_a_long_text_only_the_surroundings_are_shown() -> None:
    before = " ".join(f"w{number}" for number in range(1000))
    assert list(word_diff(before, before.replace(" w500 ", " changed "))) == [
        (" ", " ".join([*(f"w{n}" for n in range(12)), "… (476 words) …", *(f"w{n}" for n in range(488, 500))])),
        ("-", "w500"),
        ("+", "changed"),
        (" ", " ".join([*(f"w{n}" for n in range(501, 513)), "… (475 words) …", *(f"w{n}" for n in range(988, 1000))])),
    ]
