"""The pages of docs/ are true: what they say to do works, and what they show comes of it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from gnomon.configuration import _KEYS
from pages import DOCS, EXAMPLE, Reader, Unavailable, blocks, matches

if TYPE_CHECKING:
    from pathlib import Path

SCHEMAS = DOCS.parent / "tools" / "gnomon" / "schemas"
PAGES = sorted(path for path in DOCS.glob("*.md") if "```" in path.read_text(encoding="utf-8"))
# Its blocks are steps of a workflow on GitHub, held to the truth by test_pull_request.py.
NOT_DONE = {"pull-requests.md"}


@pytest.mark.parametrize("page", [page for page in PAGES if page.name not in NOT_DONE], ids=lambda page: page.stem)
def test_what_a_page_says_works(page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    reader = Reader(folder)
    try:
        reader.read(page)
    except Unavailable as command:
        pytest.skip(f"waits for {command}")
    assert reader.ran or all(not block.is_run or block.kind == "text" for block in blocks(page))


def test_what_the_readme_says_works(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    reader.read(DOCS.parent / "README.md")
    assert reader.run("gnomon check --fail-on note")[0] == 0


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.stem)
def test_pages_link_to_what_is_there(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    linked = re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", text)
    missing = []
    for target in linked:
        name, _, anchor = target.partition("#")
        if name.startswith("reference/"):  # which is generated
            continue
        path = DOCS / name if name else page
        is_page = path.suffix == ".md" and path.exists()
        headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE) if is_page else []
        anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
        if not path.exists() or (anchor and anchor not in anchors):
            missing.append(target)
    assert missing == []


def test_files_that_a_page_shows_of_the_example_project_are_those() -> None:
    shown = {
        block.path: block.text.partition("\n")[2]
        for block in blocks(DOCS / "check-measurements.md")
        if block.path and (EXAMPLE / block.path).exists()
    }
    assert sorted(shown) == ["definitions/specs/photometry/scatter.yaml", "photometry.py", "tests/test_photometry.py"]
    wrong = [path for path, text in shown.items() if text not in (EXAMPLE / path).read_text("utf-8")]
    assert wrong == []


@pytest.mark.parametrize("name", ["grid", "inheritance"])
def test_a_drawing_and_its_variant_for_dark_pages_differ_in_colours_only(name: str) -> None:
    light, dark = (
        re.sub(r"#[0-9a-f]{6}", "#", (DOCS / "images" / f"{name}{mode}.svg").read_text("utf-8"))
        for mode in ("", "-dark")
    )
    paper = re.search(r"<!-- The paper .*? -->\n<rect [^>]*/>\n", light)
    assert paper is not None
    assert light.replace(paper[0], "") == dark


def test_dots_stand_for_lines() -> None:
    assert matches("a\nb\nc\n", "a\n...\nc\n")
    assert matches("a  \n\n", "a\n")
    assert not matches("a\nb\n", "a\n")
    assert not matches("ab\n", "a.\n")


def test_the_command_reference_is_what_the_program_says() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import write_command_reference as w; print(w.page().rstrip())"],
        env=os.environ | {"PYTHONPATH": str(DOCS.parent / "tools")},
        capture_output=True,
        text=True,
        check=True,
    )
    written = (DOCS / "command-reference.md").read_text(encoding="utf-8")
    assert done.stdout == written, "run `python tools/write_command_reference.py`"


def test_the_configuration_reference_has_a_section_for_every_setting() -> None:
    text = (DOCS / "configuration-reference.md").read_text(encoding="utf-8")
    headings = {word for line in re.findall(r"^## ([a-z, -]+)$", text, re.MULTILINE) for word in line.split(", ")}
    assert headings == set(_KEYS)


@pytest.mark.parametrize("schema", ["metrics", "specification", "vocabulary"])
def test_the_format_reference_names_every_field(schema: str) -> None:
    text = (DOCS / "format-reference.md").read_text(encoding="utf-8")
    fields = _fields(json.loads((SCHEMAS / f"{schema}.schema.json").read_text(encoding="utf-8")))
    assert {field for field in fields if not re.search(rf"[`{{ ]{field}[`,:}} ]", text)} == set()


def _fields(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return {field for item in schema for field in _fields(item)}
    if not isinstance(schema, dict):
        return set()
    return set(schema.get("properties", ())) | {field for value in schema.values() for field in _fields(value)}
