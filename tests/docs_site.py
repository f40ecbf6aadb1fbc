"""A small site that the tests of the documentation look at, built once a process."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from conftest import git, write

SETTINGS = """\
[docs]
title = "Photometry"
repository = "https://forge.example/group/metrics"

[documents]
LPM-17 = { title = "Science Requirements", url = "https://documents.example/lpm-17" }
"""
METRICS = """\
PA1:
  label: PA1
  owner: [Photometry group]
  description: Scatter of the calibrated magnitudes of stars over repeated visits.
  unit: mmag
  tags: [photometry, key]
  reference: {doc: LPM-17, page: 21}
AM1:
  description: Astrometric repeatability of the distances between stars, pair by pair.
  unit: milliarcsecond
  tags: [astrometry]
OLD:
  description: Scatter of instrumental magnitudes, before they are calibrated.
  unit: mmag
  deprecated: {since: '2026.01', reason: Nobody needs it., replaced_by: photo.PA1}
FLUX:
  description: Flux of the faintest source per area and time.
  unit: erg / (s cm2)
  revision: 2
"""
# Jobs of many bands: a page that would never end.
MANY = "metric: AM1\nid: jobs\nthreshold: {operator: '<=', value: 20.0, unit: marcsec}\n" + "".join(
    f"---\nname: job_{number:03}\nbase: '#jobs'\nmetadata_query: {{band: b{number:03}}}\n" for number in range(90)
)
SPECIFICATIONS = """\
id: base
metric: PA1
threshold: {operator: "<=", unit: mmag}
---
name: minimum
base: '#base'
abstract: true
threshold: {value: 8.0}
tags: [minimum]
---
name: design
base: '#base'
abstract: true
threshold: {value: 5.0}
tags: [design]
---
name: stretch
base: '#base'
abstract: true
threshold: {value: 3.0}
tags: [stretch]
---
name: hsc_design_r
base: PA1.design
metadata_query: {instrument: HSC, filter_name: HSC-R}
---
name: hsc_minimum_r
base: PA1.minimum
metadata_query: {instrument: HSC, filter_name: HSC-R}
---
name: offset
metric: AM1
range: {lower: -10.0, upper: 10.0, unit: marcsec}
"""
GUIDE = """\
# How we measure

The {gnomon:metric}`photo.PA1` has the limit {gnomon:specification}`~photo.PA1.design`, see {ref}`photo.PA1`.

```{gnomon:metric} photo.PA1
:no-index:
```

![Grey.](images/one.svg) ![Black on white.](images/two.svg)
"""
IMAGE = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><path d="M2 2h16v16z" fill="{}"/></svg>\n'
# An image in its address, which is longer than the name of a file may be.
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
ADDRESS = f"data:image/png;base64,{base64.b64encode(base64.b64decode(DOT) + bytes(300)).decode()}"
GUIDE += f"\n![In the page.]({ADDRESS})\n"
# What strangers may write: none of it is more than text.
SCRIPT = "<script>window.pwned = 1</script><img src=x onerror='window.pwned = 1'>"
HOSTILE = {
    "html": f"Counts of {SCRIPT} sources & 'quotes' &amp; entities.",
    "rest": "Counts.\n\n.. raw:: html\n\n   <b>bold</b>\n\n:gnomon:metric:`nothing` |version| target_ `x <y>`__ ::",
    "myst": "Counts.\n```{eval-rst}\n.. include:: /etc/passwd\n```\n{{ 7 * 7 }} {% raw %} # heading [a](javascript:x)",
    "latex": "Counts of $\\alpha^2$ and \\input{/etc/passwd} \\( x_1 \\) %.",
    "long": "Counts of " + "x" * 3000 + " in one word, and more.",
    "rtl": "Counts of \u05e9\u05dc\u05d5\u05dd and \u202egnp.exe\u202c reversed.",
    "control": "Counts with a bell \x07, a null \x00 and \x1b[31mcolours\x1b[0m.",
    "quotes": 'It\'s "quoted" -- with dashes... and (c).',
}
HOSTILE_TAGS = [
    "</script><script>window.pwned = 1</script>",
    "a py:function 1 evil.html x",
    "\"'><b>",
    "../../up",
    "PA",
    "pa",
]


def hostile() -> dict[str, str | bytes]:
    """Give a package that is all traps."""
    metrics = {
        name: {
            "description": text,
            "unit": "",
            "tags": HOSTILE_TAGS,
            "owner": SCRIPT,
            "label": SCRIPT[:40],
            "reference": {"doc": "LPM-17", "url": f"javascript:window.pwned=1//{name}"},
        }
        for name, text in HOSTILE.items()
    }
    specification = {
        "name": "s",
        "metric": "html",
        "threshold": {"operator": "<", "value": 1.0, "unit": ""},
        "metadata_query": {SCRIPT: f"{SCRIPT}`|x|`", "visits": [1, 2]},
        "tags": HOSTILE_TAGS,
    }
    return {
        "metrics/hostile.yaml": yaml.safe_dump(metrics, allow_unicode=False),
        "specs/hostile/s.yaml": yaml.safe_dump(specification),
    }


FILES: dict[str, str | bytes] = {
    "gnomon.toml": SETTINGS,
    "metrics/photo.yaml": METRICS,
    "specs/photo/PA1.yaml": SPECIFICATIONS,
    "specs/photo/many.yaml": MANY,
    "docs/guide.md": GUIDE,
    "docs/images/one.svg": IMAGE.format("grey"),
    "docs/images/two.svg": IMAGE.format("black"),
    "docs/images/two-dark.svg": IMAGE.format("white"),
    **hostile(),
}


def repository(root: Path, files: dict[str, str | bytes], message: str = "Define the metrics") -> Path:
    """Make a Git repository of files, or commit them to one."""
    root.mkdir(parents=True, exist_ok=True)
    if not (root / ".git").exists():
        git(root, "init", "--quiet", "--initial-branch=main")
    write(root, files)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", message)
    return root


def run(root: Path, *arguments: str, **environment: str) -> tuple[int, str, str]:
    """Run ``gnomon docs`` in a process of its own: Sphinx changes much of the one that it runs in."""
    done = subprocess.run(
        [sys.executable, "-m", "gnomon", "-C", str(root), "docs", *arguments],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent / "tools")} | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@dataclass(frozen=True)
class Site:
    """A site, and the repository that it was built from."""

    root: Path
    output: Path

    def page(self, name: str) -> str:
        """Read a page."""
        return (self.output / f"{name}.html").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Build the site."""
    pytest.importorskip("sphinx")
    folder = tmp_path_factory.mktemp("site")
    root = repository(folder / "repository", FILES)
    status, out, err = run(root, "build", "--output", str(folder / "site"), PYTHONHASHSEED="1")
    assert (status, err) == (0, ""), out  # every link in guides leads somewhere, too
    return Site(root, folder / "site")
