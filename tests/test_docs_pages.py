"""What the pages are made of: addresses, drawings, words, and templates that let nothing through."""

from __future__ import annotations

import itertools
import json
import math
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from conftest import git, write
from gnomon.changes.timeline import timeline
from gnomon.explaining import explain_all
from gnomon.git import GitRepository
from gnomon.loader import load
from gnomon.render import sarif
from gnomon.render.axis import axis_for
from gnomon.rules import check
from gnomon.sources import Memory
from gnomon.specifications.passing import Interval, PassingSet

pytest.importorskip("jinja2")

from gnomon.docs import graph, ladder, wording  # they need what may not be there
from gnomon.docs.assembling import sources
from gnomon.docs.drawings import draw_graph, draw_ladder
from gnomon.docs.layout import Layout, Target, distinct
from gnomon.docs.making import Past, make_plan, read_guides
from gnomon.docs.page import web_address
from gnomon.docs.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gnomon.registry import Registry


@given(st.lists(st.text(min_size=1), unique=True))
def test_every_name_has_an_address_of_its_own_that_is_safe_everywhere(names: list[str]) -> None:
    found = distinct(names)
    assert list(found) == names
    assert len({slug.casefold() for slug in found.values()}) == len(names)
    for slug in found.values():
        assert slug.isascii()
        assert not set(slug) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.+-")
        assert not slug.startswith((".", "-")) or "-" in slug[1:]
        assert ".." != slug != "."


def test_a_good_name_is_its_own_address() -> None:
    assert distinct(["validate_drp.PA1", "a+b-c"]) == {"validate_drp.PA1": "validate_drp.PA1", "a+b-c": "a+b-c"}


@pytest.mark.parametrize(
    ("target", "page", "address"),
    [
        (Target("reference/metrics/p.A", "p.A.s"), "reference/tags/t", "../metrics/p.A.html#p.A.s"),
        (Target("reference/metrics/p.A", "p.A.s"), "reference/metrics/p.A", "#p.A.s"),
        (Target("reference/metrics/p.A"), "index", "reference/metrics/p.A.html"),
    ],
)
def test_links_are_relative(target: Target, page: str, address: str) -> None:
    assert target.seen_from(page) == address


def test_thousands_of_tags_share_pages() -> None:
    few = Layout((), (), tuple(f"t{number:05}" for number in range(200)), ())
    many = Layout((), (), tuple(f"t{number:05}" for number in range(10_000)), ())
    assert (len(few.tag_pages), len(many.tag_pages)) == (200, 100)
    assert many.tag("t00150") == Target("reference/tags/page-2", "tag-t00150")


@pytest.mark.parametrize("text", ["https://a.org", "http://a.org/x?y=1#z", "HTTPS://a.org/~b"])
def test_addresses_on_the_web_become_links(text: str) -> None:
    assert web_address(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        " https://a.org",
        "https:a.org",
        "https://",
        "//a.org",
        "data:text/html,x",
        "https://a.org/\u202etxt",
        "https://a.org\njavascript:x",
        "https://user@evil.org",
        'https://a.org/"onclick="x',
    ],
)
def test_what_is_no_address_on_the_web_stays_text(text: str) -> None:
    assert web_address(text) is None


def mark(label: str, upper: float) -> ladder.Mark:
    return ladder.Mark(label, f"≤ {upper:g}", PassingSet((Interval(upper=upper, upper_closed=True),), "mmag"))


def test_a_ladder_is_in_order_and_says_so_in_words() -> None:
    drawn = ladder.draw([ladder.Lane("Every job", (mark("minimum", 8.0), mark("design", 5.0), mark("stretch", 3.0)))])
    assert drawn is not None
    (strip,) = drawn.strips
    limits = [limit.x for limit in strip.limits]
    assert limits == sorted(limits, reverse=True)
    assert [band.x for band in strip.bands] == [drawn.left] * 3
    assert drawn.sentences == ("Every job: minimum ≤ 8; design ≤ 5; stretch ≤ 3.",)
    assert drawn.ticks[0].text == "0"
    assert not drawn.logarithmic


def test_limits_far_apart_are_drawn_on_powers_of_ten() -> None:
    drawn = ladder.draw([ladder.Lane("x", (mark("a", 0.01), mark("b", 1000.0)))])
    assert drawn is not None
    assert drawn.logarithmic
    assert drawn.ticks[-1].text == "10000"


_bounds = st.floats(allow_nan=False)


@given(st.lists(st.tuples(_bounds, _bounds), min_size=1, max_size=8), st.sampled_from([680.0, ladder.NARROW]))
def test_whatever_the_limits_everything_is_inside_and_no_labels_touch(
    pairs: list[tuple[float, float]], width: float
) -> None:
    marks = tuple(
        ladder.Mark(
            f"a name of length {number}",
            "x" * 60 * (number % 2),
            PassingSet((Interval(min(pair), max(pair), lower_closed=True, upper_closed=False),), ""),
        )
        for number, pair in enumerate(pairs)
    )
    drawn = ladder.draw([ladder.Lane("for jobs of many instruments and filters " * 4, marks)], width)
    if drawn is None:
        return
    for strip in drawn.strips:
        assert all(len(line) * 6.9 * 1.08 <= drawn.right - drawn.left for line in strip.title)
        for band in strip.bands:
            assert drawn.left - 0.1 <= band.x <= band.x + band.width <= drawn.right + 0.1
        rows: dict[float, list[tuple[float, float]]] = {}
        for label in strip.labels:
            half = len(label.text) * 6.9 / 2
            rows.setdefault(label.y, []).append((label.x - half, label.x + half))
        for row in rows.values():
            ordered = sorted(row)
            assert drawn.left - 0.1 <= ordered[0][0]
            assert ordered[-1][1] <= drawn.right + 0.1
            assert all(left[1] <= right[0] for left, right in itertools.pairwise(ordered))
    assert all(math.isfinite(tick.x) for tick in drawn.ticks)


def registry_of(specs: str, metrics: str = "A: {unit: mmag, description: Scatter of magnitudes.}\n") -> Registry:
    return load(Memory({"metrics/p.yaml": metrics, "specs/p/s.yaml": specs}))


def test_jobs_with_the_same_limits_share_a_lane() -> None:
    test = "threshold: {operator: '<', value: %s, unit: mmag}\nmetadata_query: {filter_name: %s}\ntags: [design]\n"
    jobs = (("a", 5.0, "g"), ("b", 5.0, "r"), ("c", 7.0, "u"))
    specs = "---\n".join(f"name: {name}\nmetric: A\n{test % (limit, band)}" for name, limit, band in jobs)
    tests = list(registry_of(specs).resolved_specifications())
    drawn = draw_ladder(tests, "mmag", {"level": ("minimum", "design")})
    assert drawn is not None
    assert sorted(strip.title for strip in drawn.strips) == [("filter_name g, r",), ("filter_name u",)]


def test_what_the_same_values_pass_has_one_label() -> None:
    names = ("FY17_g", "FY18_g", "ORR_g", "FY17_r", "FY18_r", "ORR_r")
    test = "metric: A\nthreshold: {operator: '<=', value: 8.0, unit: mmag}\n"
    specs = "---\n".join(f"name: {name}\nmetadata_query: {{band: {name[-1]}}}\n{test}" for name in names)
    drawn = draw_ladder(list(registry_of(specs).resolved_specifications()), "mmag", {})
    assert drawn is not None
    assert drawn.sentences == ("band g, r: FY17_g and 5 more ≤ 8.",)
    assert [label.text for label in drawn.strips[0].labels] == ["FY17_g and 5 more ≤ 8"]


def test_a_level_that_has_two_limits_is_told_apart_by_names() -> None:
    test = "metric: A\ntags: [design]\nthreshold: {operator: '<=', value: %s, unit: mmag}\n"
    specs = "---\n".join(f"name: {name}\n{test % limit}" for name, limit in (("gri", 5.0), ("uzy", 7.5)))
    drawn = draw_ladder(list(registry_of(specs).resolved_specifications()), "mmag", {"level": ("design",)})
    assert drawn is not None
    assert drawn.sentences == ("Every job: gri ≤ 5; uzy ≤ 7.5.",)


def test_every_job_and_requirements_have_lanes_of_their_own() -> None:
    test = "metric: A\nthreshold: {operator: '<=', value: 8.0, unit: mmag}\n"
    documents = ("name: r\nmetadata_query: {band: r}\n", "name: all\n", "name: q\nabstract: true\n")
    registry = registry_of("---\n".join(document + test for document in documents))
    drawn = draw_ladder(list(registry.resolved_specifications()), "mmag", {})
    assert drawn is not None
    assert [strip.title for strip in drawn.strips] == [("Requirements",), ("Every job",), ("band r",)]


@pytest.mark.parametrize(
    ("limit", "low", "high"),
    [(1e-5, 0.0, 1.5e-5), (12.0, 0.0, 18.0), (-4.0, -6.0, 0.0), (0.0, -1.0, 1.0)],
)
def test_one_limit_is_drawn_beside_zero(limit: float, low: float, high: float) -> None:
    found = axis_for([limit])
    assert found is not None
    assert [found.low, found.high] == pytest.approx([low, high])


@pytest.mark.parametrize("values", [[5e-321, 0.0], [-1e308, 1e308], [1.0, 1.0 + 1e-15]])
def test_where_floats_cannot_tell_places_apart_there_is_no_axis(values: list[float]) -> None:
    assert axis_for(values) is None


@given(st.lists(_bounds.filter(math.isfinite), min_size=1), st.sampled_from([680.0, ladder.NARROW]))
def test_every_axis_holds_its_values_and_some_ticks(values: list[float], width: float) -> None:
    found = axis_for(values, width)
    if found is None:
        return
    assert found.low <= min(values) <= max(values) <= found.high
    assert len(found.ticks()) <= 13
    assert all(14.0 <= found.x(value) <= width - 14.0 for value in [*values, *found.ticks()])


def test_limits_in_other_units_are_drawn_in_the_unit_of_the_metric() -> None:
    registry = registry_of("name: s\nmetric: A\nthreshold: {operator: '<=', value: 0.005, unit: mag}\n")
    drawn = draw_ladder(list(registry.resolved_specifications()), "mmag", {})
    assert drawn is not None
    assert drawn.sentences == ("Every job: s ≤ 0.005 mag.",)
    assert [tick.text for tick in drawn.ticks] == ["0", "2", "4", "6"]
    assert drawn.strips[0].limits == (ladder.Limit(round(14 + 652 * 5 / 7.5, 1), closed=True),)


def test_many_heirs_of_the_same_bases_are_one_box() -> None:
    heirs = "".join(f"---\nname: s{number}\nbase: A.r\n" for number in range(9))
    base = "name: r\nmetric: A\nabstract: true\nthreshold: {operator: '<', value: 1.0, unit: mmag}\n"
    registry = registry_of(base + heirs)
    drawn = draw_graph([document for document, _ in registry.resolved_specifications()])
    assert drawn is not None
    assert [(vertex.label, vertex.kind) for vertex in drawn.vertices] == [
        ("r", "requirement"),
        ("9 specifications", "specification"),
    ]
    assert len(drawn.edges) == 1


@pytest.mark.parametrize(("requirements", "shown"), [(8, ["a", "b"]), (13, ["2 specifications"])])
def test_in_a_large_graph_pairs_are_one_box_too(requirements: int, shown: list[str]) -> None:
    heirs = {f"{letter}{number}": [f"r{number}"] for number in range(requirements) for letter in "ab"}
    kinds = {**{f"r{number}": "requirement" for number in range(requirements)}, **dict.fromkeys(heirs, "specification")}
    drawn = graph.draw(kinds, heirs, {name: name[0] for name in kinds})
    assert drawn is not None
    found = [vertex.label for vertex in drawn.vertices if vertex.kind == "specification"]
    assert found == shown * requirements


def test_where_a_graph_is_too_large_the_bases_are_listed() -> None:
    chain = "".join(f"---\nname: s{number:03}\nbase: A.s{number - 1:03}\n" for number in range(1, 160))
    first = "name: s000\nmetric: A\nthreshold: {operator: '<', value: 1.0, unit: mmag}\n"
    registry = registry_of(first + chain)
    assert draw_graph([document for document, _ in registry.resolved_specifications()]) is None
    page = json.loads(sources(Site(registry, explain_all(registry)), {}, "{}")["reference/metrics/p.A.json"])
    (told,) = (block["body"][0]["html"] for block in page["body"] if block.get("id") == "inheritance")
    assert "<svg" not in told
    assert "160 specifications inherit in too many ways for a drawing." in told
    found = re.findall(r"<code>([^<]*)</code></a>\s*<span[^>]*>(\d+)</span>", told)
    assert found[:2] == [("p.A.s000", "159"), ("p.A.s001", "158")]
    assert len(found) == 60
    assert "and 99 more" in told


def test_a_graph_without_inheritance_is_not_drawn() -> None:
    assert graph.draw({"a": "specification"}, {"a": []}, {"a": "a"}) is None


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({}, []),
        ({"x": [1], "filter_name": "r", "instrument": "HSC"}, ["instrument = HSC", "filter_name = r", "x = [1]"]),
        ({"a": {"in": ["x", 1]}}, ["a is one of x, 1"]),
        ({"a": {">=": 20, "<": 22}}, ["a ≥ 20 and < 22"]),
        ({"a": {"exists": False}, "b": {"glob": "HSC-*"}}, ["a is not given", "b matches HSC-*"]),
        ({"a": {"inn": [1]}}, ["a = {inn: [1]}"]),
    ],
)  # fmt: skip
def test_queries_in_words(query: dict[str, Any], words: list[str]) -> None:
    assert wording.conditions(query) == words


@pytest.mark.parametrize(
    ("spelling", "html"),
    [("", ""), ("mmag", "mmag"), ("m / s2", "m s<sup>\N{MINUS SIGN}2</sup>"), ("%", "%"), ("mag(AB)", "mag(AB)")],
)
def test_units_are_typeset(spelling: str, html: str) -> None:
    assert str(wording.unit(spelling)) == html


def test_ten_thousand_tags_do_not_blow_up_a_site() -> None:
    tags = ", ".join(f"t{number:05}" for number in range(10_000))
    registry = registry_of("", f"A: {{unit: '', description: Things that were counted., tags: [{tags}]}}\n")
    plan = make_plan(registry, {}, Past(), check(registry), None)
    pages = [path for path in plan.files if path.startswith("reference/tags/") and path.endswith(".rst")]
    assert len(pages) == 100
    assert sum(map(len, plan.files.values())) < 10_000_000


def test_a_long_chain_of_bases_is_told_as_far_as_people_read() -> None:
    first = "name: s0\nmetric: A\nthreshold: {operator: '<', value: 1.0, unit: mmag}\n"
    chain = "".join(f"---\nname: s{number}\nbase: A.s{number - 1}\n" for number in range(1, 600))
    registry = registry_of(first + chain)
    page = sources(Site(registry, explain_all(registry)), {}, "{}")["reference/metrics/p.A.json"].decode()
    assert "and 539 more.</p>" in page
    assert len(page) < 5_000 * 600


_TRAPS = "</script><img src=x onerror=a>\"'`:ref:`x`{{ 1 }}{% x %}\\"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_no_text_of_a_definition_becomes_markup(text: str) -> None:
    hostile = f"{text}{_TRAPS}"
    metrics = json.dumps(
        {"A": {"unit": "", "description": hostile, "tags": [hostile], "label": hostile, "owner": hostile}}
    )
    specs = {"name": "s", "metric": "A", "threshold": {"operator": "<", "value": 1.0, "unit": ""}}
    registry = registry_of(json.dumps({**specs, "metadata_query": {hostile: hostile}, "tags": [hostile]}), metrics)
    assume(not registry.unresolved)
    assert list(map(str, registry.metrics)) == ["p.A"]
    own = sources(Site(registry, explain_all(registry)), {}, "{}")
    for path, content in own.items():
        if path.endswith(".rst") and path != "reference/glossary.rst":
            page = content.removesuffix(b"\n.. toctree::\n   :hidden:\n\n   reference/index\n")
            assert re.fullmatch(rb"(:orphan:)?\s*\.\. gnomon:page:: [\w.+-]+\.json\n", page)
        if path.endswith(".json") and path != "definitions.json":
            for html in htmls(json.loads(content)["body"]):
                assert "<img" not in html
                assert html.count("</script>") == html.count('<script type="application/json">')


def htmls(body: list[dict[str, Any]]) -> list[str]:
    return [html for block in body for html in ([block["html"]] if "html" in block else htmls(block.get("body", [])))]


def test_guides_are_read_without_programs_and_hidden_files() -> None:
    source = Memory(
        {"docs/a.md": "a", "docs/sub/b.md": "b", "docs/conf.py": "1/0", "docs/_x/c.md": "c", "docs/.d": "d"}
    )
    assert read_guides(source) == {"a.md": b"a", "sub/b.md": b"b"}


def test_a_site_that_was_built_among_the_guides_is_no_guide() -> None:
    source = Memory({"docs/a.md": "a", "docs/site/.gnomon/files.json": "[]", "docs/site/index.html": "b"})
    assert read_guides(source) == {"a.md": b"a"}


def test_the_history_of_everything(commit: Callable[..., Path]) -> None:
    metric = "A: {unit: mmag, description: Scatter of the magnitudes of stars.}\n"
    root = commit({"metrics/p.yaml": metric}, "Add A")
    commit({"README": "x"}, "Other things")
    commit({"metrics/p.yaml": "# A comment.\n" + metric}, "No change of meaning")
    commit({"metrics/p.yaml": metric.replace("mmag", "mag")}, "Other unit")
    commit({"metrics/p.yaml": metric.replace("mmag", "magg")}, "Broken")
    expected = [("Add A", [("p.A", "added")]), ("Other unit", [("p.A", "changed")]), ("Broken", [("p.A", "broken")])]
    for _ in range(2):  # the second time from what was kept
        with GitRepository(root) as opened:
            found = timeline(opened, root, "HEAD")
        assert [(step.subject, [(noted.name, noted.kind) for noted in step.noted]) for step in found] == expected
    changed = found[1].noted[0]
    assert (changed.field, changed.before, changed.after, changed.impacts) == ("/unit", "mmag", "mag", ("breaking",))
    assert found[2].noted[0].broken is not None
    with GitRepository(root) as opened:
        assert [step.subject for step in timeline(opened, root, "HEAD~3")] == ["Add A"]


def test_the_history_of_a_renamed_metric_begins_with_its_old_name(commit: Callable[..., Path]) -> None:
    old = "A: {unit: mmag, description: Scatter of the magnitudes of stars.%s}\n"
    new = old.replace("A:", "B:") % ""
    root = commit({"metrics/p.yaml": old % ""}, "Add A")
    commit({"metrics/p.yaml": old % ", deprecated: {replaced_by: p.B}"}, "Deprecate A")
    commit({"metrics/p.yaml": new}, "Rename")
    with GitRepository(root) as opened:
        found = timeline(opened, root, "HEAD")
    site = Site(load(Memory({"metrics/p.yaml": new})), {}, commits=found)
    told = [(step.subject, noted.name, noted.kind) for step, noted in site.histories["p.B"]]
    assert told == [
        ("Add A", "p.A", "added"),
        ("Deprecate A", "p.A", "changed"),
        ("Rename", "p.B", "renamed"),
    ]


def test_a_shallow_clone_says_that_its_history_is_cut_off(commit: Callable[..., Path], tmp_path: Path) -> None:
    root = commit({"metrics/p.yaml": "A: {unit: '', description: Things.}\n"})
    commit({"metrics/p.yaml": "A: {unit: '', description: Other things.}\n"})
    git(tmp_path, "clone", "--quiet", "--depth", "1", root.as_uri(), "shallow")
    with GitRepository(tmp_path / "shallow") as opened:
        assert opened.is_shallow
    with GitRepository(root) as opened:
        assert not opened.is_shallow


def test_settings_name_the_site(tmp_path: Path) -> None:
    root = write(tmp_path, {"gnomon.toml": "[docs]\ntitle = 'A <b> `c`'\n"})
    content = (root / "gnomon.toml").read_text()
    registry = load(
        Memory({"gnomon.toml": content, "metrics/p.yaml": "A: {unit: s, description: Time that was spent.}\n"})
    )
    plan = make_plan(registry, {"guide.md": b"# G\n"}, Past(), check(registry), "https://a.org/")
    assert plan.settings["html_theme_options"]["logo"] == {"text": "A &lt;b&gt; `c`"}
    assert plan.settings["html_baseurl"] == "https://a.org"
    assert json.loads(plan.files["index.json"])["title"] == "A <b> `c`"
    assert b"   /guide\n" in plan.files["index.rst"]


def test_findings_in_sarif_link_the_page_of_their_rule() -> None:
    metrics = "A: {unit: magg, description: Scatter of the magnitudes.}\n"
    for configured, address in (
        ("", None),
        ("docs.base-url = 'https://a.org/m/'", "https://a.org/m/reference/rules/unknown-unit.html"),
    ):
        log = sarif.document(check(load(Memory({"gnomon.toml": configured, "metrics/p.yaml": metrics}))))
        assert [rule.get("helpUri") for rule in log["runs"][0]["tool"]["driver"]["rules"]] == [address]
    assert Layout((), (), (), ("unknown-unit",)).rule("unknown-unit") == Target("reference/rules/unknown-unit")
