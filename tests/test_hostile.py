"""What a stranger may put into a pull request: it costs no more than it is long, and never ends in a traceback.

Costs are counted, never timed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gnomon.loader import load
from gnomon.render import concise, findings_json, full, github, sarif
from gnomon.rules import CATALOGUE, Result, check
from gnomon.sources import Memory

if TYPE_CHECKING:
    from collections.abc import Iterable

METRICS = "A: {unit: mag, description: Scatter of the magnitudes of stars.}\n"
LIMIT = "threshold: {operator: '<=', value: 5, unit: mag}\n"


def checked(*documents: str, metrics: str = METRICS, **files: str) -> Result:
    """Check documents of specs/p/a.yaml, and other files of specs/."""
    more = {f"specs/{name}.yaml": text for name, text in files.items()}
    found = load(
        Memory({"metrics/p.yaml": metrics, "specs/p/a.yaml": "---\n".join(documents), **more}), rules=CATALOGUE
    )
    return check(found)


def spec(name: str, query: str = "{}", limit: str = LIMIT) -> str:
    return f"name: {name}\nmetric: A\nmetadata_query: {query}\n{limit}"


def rules(result: Result) -> list[str]:
    return [finding.diagnostic.rule for finding in result.findings]


def written(result: Result) -> Iterable[str]:
    for form in (full, concise, findings_json, github, sarif):
        yield "\n".join(form.render(result))


@pytest.mark.parametrize(
    "value",
    ["1" + "0" * 320, "-0x" + "f" * 300, "{'>': 1" + "0" * 320 + "}", "{in: [1" + "0" * 320 + "]}", "0b" + "1" * 1200],
    ids=["decimal", "hexadecimal", "ordering", "list", "binary"],
)
def test_a_whole_number_beyond_all_floats_is_text(value: str) -> None:
    result = checked(spec("s", f"{{visit: {value}}}"), spec("t", f"{{visit: {value}}}", LIMIT.replace("<=", ">")))
    assert all(written(result))
    assert len(result.registry.specifications) == 2


@pytest.mark.parametrize(
    "value", ["0x" + "f" * 5000, "9" * 320, ":".join("1" * 5000)], ids=["hex", "decimal", "base60"]
)
def test_a_whole_number_beyond_all_floats_does_not_fit_its_tag(value: str) -> None:
    assert rules(checked(spec("s", f"{{visit: !!int '{value}'}}"))) == ["yaml-syntax"]
