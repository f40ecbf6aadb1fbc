"""``gnomon docs``: what it builds, when it refuses, and that the same definitions always give the same site."""

from __future__ import annotations

import filecmp
import html
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import git, write
from docs_site import FILES, HOSTILE, IMAGE, METRICS, SPECIFICATIONS, Site, repository, run
from gnomon.cache import cache_directory
from gnomon.cli import run as cli
from gnomon.docs.output import Output
from gnomon.docs.workplace import Workplace, workplace
from gnomon.errors import UsageError
from gnomon.rules import CATALOGUE

pytestmark = pytest.mark.xdist_group("site")


def differences(one: Path, other: Path) -> list[str]:
    """List the files that differ between two sites, or are in one of them only."""
    names = [
        {
            path.relative_to(root).as_posix()
            for path in root.rglob("*")
            if path.is_file() and ".gnomon" not in path.parts
        }
        for root in (one, other)
    ]
    _, different, failed = filecmp.cmpfiles(one, other, sorted(names[0] & names[1]), shallow=False)
    return sorted(names[0] ^ names[1]) + different + failed


@pytest.fixture(scope="module")
def clone(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Clone the repository elsewhere, and build it there."""
    folder = tmp_path_factory.mktemp("clone")
    git(folder, "clone", "--quiet", str(site.root), str(folder / "its-own-name"))
    root = folder / "its-own-name"
    status, _, err = run(root, "build", "--rev", "HEAD", "--output", str(folder / "site"), PYTHONHASHSEED="2")
    assert (status, err) == (0, "")
    return Site(root, folder / "site")


def test_two_builds_of_a_commit_are_the_same_in_every_byte(site: Site, clone: Site) -> None:
    assert differences(site.output, clone.output) == []


def test_a_rebuild_makes_what_changed_and_removes_what_is_gone(clone: Site, tmp_path: Path) -> None:
    output = str(clone.output)
    assert run(clone.root, "check", "--rev", "HEAD", "--output", output)[:2] == (0, f"{output} is up to date\n")
    assert (clone.output / "reference/metrics/photo.OLD.html").exists()
    metrics = METRICS.partition("OLD:")[0].replace("over repeated visits", "over many visits")
    repository(clone.root, {"metrics/photo.yaml": metrics}, "Retire OLD")
    status, out, _ = run(clone.root, "check", "--rev", "HEAD", "--output", output)
    assert (status, out) == (1, f"{output} is out of date: run `gnomon docs build`\n")

    status, out, err = run(clone.root, "build", "--rev", "HEAD", "--output", output)
    assert (status, err) == (0, "")
    found = re.search(r"\((\d+) sources written, (\d+) removed\)", out)
    assert found is not None
    assert int(found[1]) < 20
    assert int(found[2]) == 4  # of two metrics, and each has two files
    assert not (clone.output / "reference/metrics/photo.OLD.html").exists()
    assert "over many visits" in clone.page("reference/metrics/photo.PA1")
    assert "Retire OLD" in clone.page("reference/index")
    assert run(clone.root, "check", "--rev", "HEAD", "--output", output)[0] == 0
    fresh = tmp_path / "fresh"
    assert run(clone.root, "build", "--rev", "HEAD", "--output", str(fresh))[0] == 0
    assert differences(clone.output, fresh) == []


def test_a_variant_of_an_image_for_dark_pages_may_come_and_go(clone: Site) -> None:
    repository(clone.root, {"docs/images/one-dark.svg": IMAGE.format("white")}, "Draw in the dark")
    assert run(clone.root, "build", "--rev", "HEAD", "--output", str(clone.output))[::2] == (0, "")
    assert clone.page("guide").count("one-dark.svg") == 1
    (clone.root / "docs/images/one-dark.svg").unlink()
    repository(clone.root, {}, "Light again")
    assert run(clone.root, "build", "--rev", "HEAD", "--output", str(clone.output))[::2] == (0, "")
    assert "one-dark.svg" not in clone.page("guide")


def test_errors_stop_the_build_and_are_told_as_by_the_check(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"metrics/p.yaml": "A: {unit: parsecks, description: How far away they are.}\n"}
    root = write(tmp_path / "r", files)
    status, out, err = run(root, "build", "--output", str(tmp_path / "site"))
    assert (status, out) == (1, "")
    assert "error[unknown-unit]: `parsecks` is not a unit" in err
    assert "metrics/p.yaml:1:11" in err
    assert not (tmp_path / "site").exists()


def test_with_keep_going_what_is_sound_is_built_and_the_pages_say_so(tmp_path: Path) -> None:
    metrics = (
        "A: {unit: parsecks, description: How far away stars are.}\nB: {unit: s, description: Time that was spent.}\n"
    )
    specs = "name: s\nmetric: A\nthreshold: {operator: '<', value: 1.0, unit: pc}\n"
    root = write(tmp_path / "outside-git", {"metrics/p.yaml": metrics, "specs/p/s.yaml": specs})
    output = tmp_path / "site"
    status, out, err = run(root, "build", "--keep-going", "--output", str(output), "--base-url", "https://a.org/m/")
    assert (status, "pages in" in out) == (1, True)
    assert "1 error in the definitions; only what is sound is built" in err
    built = Site(root, output)
    for page in ("reference/index", "reference/metrics/p.B", "index"):
        assert "The definitions have 1 error: only what is sound is shown." in built.page(page)
    assert "Not defined" in built.page("reference/metrics/p.A")
    assert "is not a unit" in built.page("reference/metrics/p.A")
    assert "Time that was spent." in built.page("reference/metrics/p.B")
    assert '<link rel="canonical" href="https://a.org/m/reference/metrics/p.B.html"' in built.page(
        "reference/metrics/p.B"
    )
    assert "<loc>https://a.org/m/reference/metrics/p.B.html</loc>" in (output / "sitemap.xml").read_text()


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run gnomon; give the one line that says why it cannot."""
    with pytest.raises(SystemExit) as exit_:
        cli(list(arguments))
    out, err = capsys.readouterr()
    assert (exit_.value.code, out, err.count("\n")) == (2, "", 1)
    return err


def test_without_the_extra_one_line_says_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gnomon.commands.docs._NEEDED", ("sphinx", "no_such_module"))
    wanted = "error: `gnomon docs` needs Sphinx and its theme: python -m pip install 'gnomon[docs]'\n"
    assert refused(capsys, "docs", "build") == wanted
    assert refused(capsys, "docs", "check") == wanted


def test_a_folder_of_somebody_else_is_not_written_to(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    root = write(tmp_path / "r", {"metrics/p.yaml": "B: {unit: s, description: Time that was spent.}\n"})
    write(tmp_path / "home", {"thesis.tex": "years of work"})
    told = refused(capsys, "-C", str(root), "docs", "build", "--output", str(tmp_path / "home"))
    assert "holds files that gnomon did not write; give an empty --output" in told
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["thesis.tex"]


def test_what_others_put_into_a_site_stays(clone: Site) -> None:
    kept = {"CNAME": "metrics.example", "reference/notes/mine.txt": "read me"}
    write(clone.output, dict(kept))
    for _ in range(2):
        assert run(clone.root, "build", "--rev", "HEAD", "--output", str(clone.output))[0] == 0
        assert {name: (clone.output / name).read_text() for name in kept} == kept
    for name in kept:
        (clone.output / name).unlink()


def test_a_list_of_files_from_a_stranger_removes_nothing_elsewhere(tmp_path: Path) -> None:
    write(tmp_path, {"thesis.tex": "years of work", "elsewhere/page.html": "a page", "site/old.html": "a page"})
    (tmp_path / "site/link").symlink_to(tmp_path / "elsewhere")
    names = ["../thesis.tex", str(tmp_path / "thesis.tex"), "link/page.html", "old.html", "never.html", 3]
    write(tmp_path, {"site/.gnomon/files.json": json.dumps(names)})
    Output(tmp_path / "site").publish({"index.html": b"new"})
    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert left == ["elsewhere/page.html", "site/.gnomon/files.json", "site/index.html", "thesis.tex"]


def test_pages_are_not_written_through_links(tmp_path: Path) -> None:
    write(tmp_path, {"elsewhere/index.html": "a page", "site/.gnomon/files.json": "[]"})
    (tmp_path / "site/reference").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "site/index.html").symlink_to(tmp_path / "elsewhere/index.html")
    Output(tmp_path / "site").publish({"index.html": b"new"})
    with pytest.raises(UsageError, match="reference is a link, which may lead anywhere: remove it"):
        Output(tmp_path / "site").publish({"reference/index.html": b"new"})
    assert (tmp_path / "elsewhere/index.html").read_text() == "a page"


def test_what_gnomon_notes_of_a_site_is_not_written_through_links(tmp_path: Path) -> None:
    """A pull request can commit a site that was begun, with links for files."""
    write(tmp_path, {"elsewhere/mine": "years of work"})
    mark = tmp_path / "site/.gnomon"
    mark.mkdir(parents=True)
    for name in (".gitignore", "lock", "files.json", "manifest.json"):
        (mark / name).symlink_to(tmp_path / "elsewhere/mine")
    site = Output(tmp_path / "site")
    with site.claimed():
        site.publish({"index.html": b"new"})
        site.finish({})
    assert (tmp_path / "elsewhere/mine").read_text() == "years of work"
    assert [path for path in mark.iterdir() if path.is_symlink()] == []


def test_the_folder_of_gnomon_in_a_site_is_no_link(tmp_path: Path) -> None:
    write(tmp_path, {"elsewhere/.gitignore": "mine", "site/index.html": "a page"})
    (tmp_path / "site/.gnomon").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match=r"\.gnomon is a link"), Output(tmp_path / "site").claimed():
        pass
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == [".gitignore"]
    assert (tmp_path / "elsewhere/.gitignore").read_text() == "mine"


def test_no_site_is_built_where_a_link_leads_out_of_the_repository(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "repository/metrics").mkdir(parents=True)
    (tmp_path / "repository/build").symlink_to(tmp_path / "elsewhere")
    told = refused(capsys, "-C", str(tmp_path / "repository"), "docs", "build")
    assert told == "error: build/docs is a link out of the repository; name the place with --output\n"
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_guide_that_nests_too_deep_is_no_fault_of_gnomon(tmp_path: Path) -> None:
    deep = "A\n=\n\n" + "".join(f"{' ' * 2 * level}* x\n" for level in range(800))
    page = {"definitions": [], "parents": [], "siblings": [], "title": "x", "entries": [1], "body": [], "keywords": []}
    write(
        tmp_path / "repository",
        {
            "metrics/photo.yaml": METRICS,
            "docs/index.rst": "A\n=\n\n.. gnomon:page:: page.json\n",
            "docs/page.json": json.dumps(page),
        },
    )
    status, _, err = run(tmp_path / "repository", "build", "--output", str(tmp_path / "site"))
    assert status == 1
    assert "`gnomon docs` did not write page.json: AttributeError" in err
    write(tmp_path / "repository", {"docs/deep.rst": deep})
    status, _, err = run(tmp_path / "repository", "build", "--output", str(tmp_path / "site"))
    assert (status, err) == (2, "error: a guide in docs/ is nested too deep for Sphinx\n")


def test_nothing_in_the_output_is_unpickled(site: Site, tmp_path: Path) -> None:
    """Else a pull request that commits a file there could run what it likes."""
    committed = {path.name for path in (site.output / ".gnomon").iterdir()}
    assert committed == {".gitignore", "manifest.json", "files.json", "lock"}
    places = [path.parent for path in (cache_directory() or tmp_path).rglob("environment.pickle")]
    assert places
    assert not [path for path in places if path.is_relative_to(site.output)]


def test_guides_run_no_programs_and_show_no_files_of_the_machine(tmp_path: Path) -> None:
    """A pull request may change a guide, and workflows build sites with secrets in the environment and on the disk."""
    write(tmp_path, {"secret.txt": "a secret", "secret-dark.txt": "a secret"})
    secret = f"{'../' * 30}{tmp_path.relative_to('/')}/secret.txt"
    head = "---\nmyst: {enable_extensions: [substitution]}\n---\n"
    program = f"cycler.__init__.__globals__.os.popen('touch {tmp_path}/written').read()"
    options = ("raw:: html", "csv-table::")
    guides = {
        "docs/index.md": f"{head}# Start\n\n{{{{ {program} }}}}\n\n"
        f"{{download}}`a <{secret}>` ![b]({secret}) [c]({secret}) ![{'x' * 300}]({'x' * 300}.png)\n",
        "docs/more.rst": "More\n====\n\n"
        + "".join(
            [f".. {name}:: {secret}\n\n" for name in ("include", "literalinclude", "image")]
            + [f".. {name}\n   :file: {secret}\n\n" for name in options]
        ),
        "docs/part.md": f"# Part\n\n```{{include}} {secret}\n```\n",
    }
    record = f"[general]\nrecord_dependencies: {tmp_path}/written\n"
    root = write(tmp_path / "repository", {**guides, "docutils.conf": record, "docs/docutils.conf": record})
    (root / "metrics").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "gnomon", "docs", "build", "--output", "../site"],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent / "tools")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "`substitution` cannot be enabled in a guide: its expressions are programs" in done.stderr
    assert done.stderr.count("is not in the folder of the guides") == 5  # with the variants of two images
    assert len(re.findall(r"(?i)insertion disabled|directive.* disabled|access deactivated", done.stderr)) == 5
    assert not (tmp_path / "written").exists()
    pages = [path for path in (tmp_path / "site").rglob("*") if path.is_file()]
    assert [path for path in pages if b"a secret" in path.read_bytes()] == []


@pytest.mark.parametrize("cache", ["", "{repository}/cache", "/proc/nowhere"])
def test_where_no_cache_can_be_trusted_a_place_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: str
) -> None:
    monkeypatch.setenv("GNOMON_CACHE_DIR", cache.format(repository=tmp_path))
    with workplace(tmp_path / "site", tmp_path) as place:
        assert place.path.is_dir()
        assert not place.path.is_relative_to(tmp_path)
    assert not place.path.exists()


def test_the_place_of_a_site_is_kept_until_the_site_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GNOMON_CACHE_DIR", str(tmp_path / "cache"))
    repository, places = tmp_path / "repository", []
    for name in ("one", "other", "one"):
        (tmp_path / name).mkdir(exist_ok=True)
        with workplace(tmp_path / name, repository) as place:
            places.append(place.path)
    assert places[0] == places[2] != places[1]
    assert all(path.is_dir() for path in places)
    (tmp_path / "other").rmdir()
    with workplace(tmp_path / "one", repository):
        assert [path.is_dir() for path in places] == [True, False, True]


def test_a_run_that_was_interrupted_is_forgotten(tmp_path: Path) -> None:
    place = Workplace(tmp_path)
    place.begin("tools 1")
    assert place.write({"a.rst": b"a", "sub/b.rst": b"b"}) == (2, 0)
    place.end("tools 1")
    place.begin("tools 1")
    assert place.write({"a.rst": b"a"}) == (0, 1)
    assert not (place.sources / "sub").exists()
    place.begin("tools 1")  # the run before had no end
    assert place.write({"a.rst": b"a"}) == (1, 0)
    place.end("tools 1")
    place.begin("tools 2")
    assert place.write({"a.rst": b"a"}) == (1, 0)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such locks")
def test_two_builds_of_one_site_do_not_mix(site: Site) -> None:
    with Output(site.output).claimed():
        status, out, err = run(site.root, "build", "--output", str(site.output))
    wanted = f"error: another `gnomon docs build` is writing to {site.output}: wait for its end\n"
    assert (status, out, err) == (2, "", wanted)


@pytest.mark.parametrize("address", ["metrics", "javascript:alert(1)", "https://", 'https://a.org/"x', ""])
def test_a_base_url_is_a_web_address(capsys: pytest.CaptureFixture[str], site: Site, address: str) -> None:
    told = refused(capsys, "-C", str(site.root), "docs", "build", "--base-url", address)
    assert told == (
        f"error: Invalid value for '--base-url': `{address}` is not a web address; write it with `https://` "
        "(see `gnomon docs build --help`)\n"
    )


def test_a_shallow_clone_does_not_say_when_things_were_first_seen(site: Site, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth", "1", site.root.as_uri(), "shallow")
    assert run(tmp_path / "shallow", "build", "--output", str(tmp_path / "site"))[0] == 0
    built = Site(tmp_path / "shallow", tmp_path / "site")
    assert "This clone is shallow" in built.page("reference/index")
    assert "First seen" not in built.page("reference/metrics/photo.PA1")
    assert "First in this clone, which is shallow, on 2026-01-02" in built.page("reference/metrics/photo.PA1")


def test_an_unknown_revision_is_one_line(capsys: pytest.CaptureFixture[str], site: Site) -> None:
    told = refused(capsys, "-C", str(site.root), "docs", "build", "--rev", "nowhere")
    assert told.startswith("error: no such revision: nowhere")


def test_a_site_that_was_never_built_is_out_of_date(
    capsys: pytest.CaptureFixture[str], site: Site, tmp_path: Path
) -> None:
    with pytest.raises(SystemExit) as exit_:
        cli(["-C", str(site.root), "docs", "check", "--output", str(tmp_path)])
    assert exit_.value.code == 1
    assert capsys.readouterr().out == f"there is no finished site in {tmp_path}: run `gnomon docs build`\n"


def test_nothing_is_loaded_from_elsewhere(site: Site) -> None:
    loaded = re.compile(r"<(?:script|link|img|iframe|source)\b[^>]*?(?:src|href)=\"((?:https?:)?//[^\"]*)\"")
    pages = [path for path in site.output.rglob("*.html") if ".gnomon" not in path.parts]
    assert len(pages) > 100
    assert {found for path in pages for found in loaded.findall(path.read_text(encoding="utf-8"))} == set()
    styles = [path for path in site.output.rglob("*.css") if ".gnomon" not in path.parts]
    imported = re.compile(r"(?:url\(|@import)\s*[\"']?((?:https?:)?//[^\"')\s]*)")
    assert {found for path in styles for found in imported.findall(path.read_text(encoding="utf-8"))} == set()


def test_what_strangers_write_is_on_the_pages_as_text(site: Site) -> None:
    for name in HOSTILE:
        page = site.page(f"reference/metrics/hostile.{name}")
        article = page[page.index("<article") : page.index("</article>")]
        assert "<script>window" not in article
        assert "<img" not in article
        assert 'href="javascript' not in article.lower()
    assert "&lt;script&gt;window.pwned = 1&lt;/script&gt;" in site.page("reference/metrics/hostile.html")
    assert ".. raw:: html" in site.page("reference/metrics/hostile.rest")
    assert "{{ 7 * 7 }} {% raw %}" in site.page("reference/metrics/hostile.myst")
    assert "\\input{/etc/passwd}" in site.page("reference/metrics/hostile.latex")
    assert "\\x07" in site.page("reference/metrics/hostile.control")
    assert "\\u202egnp.exe\\u202c" in site.page("reference/metrics/hostile.rtl")
    assert "It’s" not in site.page("reference/metrics/hostile.quotes")  # noqa: RUF001  # no typographer has been there
    assert " -- with dashes... and (c)." in site.page("reference/metrics/hostile.quotes")


def test_the_page_of_a_metric_tells_everything(site: Site) -> None:
    page = re.sub(r"<[^>]+>", " ", site.page("reference/metrics/photo.PA1"))
    text = re.sub(r" (?=[,.)])|(?<=[(]) ", "", " ".join(page.split()))
    for told in (
        "Scatter of the calibrated magnitudes of stars over repeated visits.",
        "Unit mmag (astropy: mmag)",
        "Owner Photometry group",
        "Reference LPM-17 (Science Requirements), page 21",
        "stretch (≤ 3 mmag)",
        "no specification verifies it",
        "verified by hsc_design_r",
        "First seen on 2026-01-02",
        "Define the metrics",
    ):
        assert told in text, told
    commit = git(site.root, "rev-parse", "HEAD")
    assert f'href="https://forge.example/group/metrics/blob/{commit}/metrics/photo.yaml#L1"' in site.page(
        "reference/metrics/photo.PA1"
    )
    assert "Deprecated since 2026.01" in site.page("reference/metrics/photo.OLD")
    assert "erg s<sup>\N{MINUS SIGN}1</sup> cm<sup>\N{MINUS SIGN}2</sup>" in site.page("reference/metrics/photo.FLUX")


def test_the_page_of_a_rule_shows_its_files_line_by_line(site: Site) -> None:
    page = site.page("reference/rules/inverted-ladder")
    found = re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)
    assert [html.unescape(text) for text in found] == [
        CATALOGUE["inverted-ladder"].bad,
        CATALOGUE["inverted-ladder"].good,
    ]


def test_a_package_is_counted(site: Site) -> None:
    text = " ".join(re.sub(r"<[^>]+>", "", site.page("reference/packages/photo")).split())
    assert "4 metrics, 96 specifications and 2 partials." in text


def test_lines_that_changed_since_the_commit_are_not_linked(tmp_path: Path) -> None:
    from gnomon.docs.making import read_past  # noqa: PLC0415  # with what it is for
    from gnomon.loader import load  # noqa: PLC0415
    from gnomon.opening import open_source  # noqa: PLC0415

    root = repository(tmp_path / "r", FILES)
    write(root, {"specs/photo/PA1.yaml": "# Moved.\n" + SPECIFICATIONS})
    with open_source(root) as source:
        registry = load(source)
        past = read_past(root, None, source, registry, (), lambda _done, _all: None)
    assert past.commit == git(root, "rev-parse", "HEAD")
    assert set(past.unchanged or ()) == {path for path in FILES if path.startswith(("metrics/", "specs/"))} - {
        "specs/photo/PA1.yaml"
    }


PROJECT = """\
project = "Other"
extensions = [{extensions}]
intersphinx_mapping = {{"metrics": ("https://metrics.example", {inventory!r})}}
{more}
"""


def sphinx(folder: Path, text: str, *, extensions: str, inventory: Path, more: str = "") -> str:
    """Build a page of another project, where every warning is a failure; give its HTML."""
    settings = PROJECT.format(extensions=extensions, inventory=str(inventory), more=more)
    write(folder, {"conf.py": settings, "index.rst": text})
    command = [sys.executable, "-m", "sphinx", "-n", "-W", "-q", "-b", "html", str(folder), str(folder / "out")]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return (folder / "out" / "index.html").read_text(encoding="utf-8")


def test_a_project_without_the_extension_links_by_labels(site: Site, tmp_path: Path) -> None:
    text = (
        "Title\n=====\n\n:external+metrics:ref:`photo.PA1` and :ref:`photo.PA1.hsc_design_r` and :ref:`package:photo`\n"
    )
    page = sphinx(tmp_path, text, extensions='"sphinx.ext.intersphinx"', inventory=site.output / "objects.inv")
    for address in (
        "reference/metrics/photo.PA1.html",
        "reference/metrics/photo.PA1.html#photo.PA1.hsc_design_r",
        "reference/packages/photo.html",
    ):
        assert f'href="https://metrics.example/{address}"' in page


def test_a_project_with_the_extension_links_and_shows_definitions(site: Site, tmp_path: Path) -> None:
    text = """\
Title
=====

:gnomon:metric:`photo.AM1`, :gnomon:partial:`photo:PA1#base`, :gnomon:tag:`astrometry`, :any:`photo.PA1.design`

.. gnomon:metric:: photo.PA1

   We measure it every night.

.. gnomon:specification:: photo.PA1.stretch

:gnomon:specification:`~photo.PA1.stretch`
"""
    page = sphinx(
        tmp_path,
        text,
        extensions='"gnomon.sphinxext", "sphinx.ext.intersphinx"',
        inventory=site.output / "objects.inv",
        more=f"gnomon_definitions = {str(site.root)!r}",
    )
    assert 'href="https://metrics.example/reference/metrics/photo.AM1.html"' in page
    assert 'href="https://metrics.example/reference/partials/photo.html#photo-PA1-base-' in page
    assert 'href="#photo-pa1-stretch"' in page or 'href="#photo.PA1.stretch"' in page
    assert "Scatter of the calibrated magnitudes of stars over repeated visits." in page
    assert "We measure it every night." in page
    assert "value 3.0, unit mmag, operator &lt;=" in page


MISUSES = """\
Title
=====

.. gnomon:metric::

.. gnomon:metric:: photo.NONE

.. gnomon:specification:: photo.PA1

.. gnomon:page:: nowhere.json

.. gnomon:page:: conf.py

.. gnomon:metric:: photo.PA1

.. gnomon:metric:: photo.PA1

:gnomon:metric:`photo.OTHER`
"""


def test_misuses_of_directives_are_told_with_their_lines(site: Site, tmp_path: Path) -> None:
    repository, more = site.root, f"gnomon_definitions = {str(site.root)!r}"
    settings = PROJECT.format(extensions='"gnomon.sphinxext"', inventory="", more=more)
    write(tmp_path, {"conf.py": settings.replace("intersphinx_mapping", "_"), "index.rst": MISUSES})
    command = [sys.executable, "-m", "sphinx", "-n", "-q", "-b", "html", str(tmp_path), str(tmp_path / "out")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told = [line.partition("index.rst:")[2] for line in done.stderr.splitlines() if "index.rst:" in line]
    assert [line for line in told if "conf.py" not in line and "nowhere" not in line] == [
        '4: ERROR: Error in "gnomon:metric" directive:',
        f"6: WARNING: there is no metric photo.NONE in {repository} [gnomon]",
        f"8: WARNING: there is no specification photo.PA1 in {repository} [gnomon]",
        "16: WARNING: metric photo.PA1 is also defined in index; use :no-index: for one of them [gnomon]",
        "18: WARNING: gnomon:metric reference target not found: photo.OTHER [ref.metric]",
    ]
    assert [line.partition(":")[0] for line in told if "`gnomon docs` did not write" in line] == ["10", "12"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "no such folder"),
        ("[3", "Expecting ',' delimiter"),
        ('{"schema": "gnomon/export/2", "metrics": [], "specs": []}', "$.schema: 'gnomon/export/1' was expected"),
        ('{"schema": "gnomon/export/1", "metrics": [{"name": "p.A"}], "specs": []}', "$.metrics[0]: "),
    ],
)
def test_definitions_that_cannot_be_read_are_told_where_they_are_wanted(
    tmp_path: Path, content: str | None, why: str
) -> None:
    settings = 'extensions = ["gnomon.sphinxext"]\ngnomon_definitions = "definitions.json"\n'
    write(tmp_path, {"conf.py": settings, "index.rst": "Title\n=====\n\n.. gnomon:metric:: photo.PA1\n"})
    if content is not None:
        write(tmp_path, {"definitions.json": content})
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", str(tmp_path), str(tmp_path / "out")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stderr.count("WARNING") == 1
    assert f"index.rst:4: WARNING: cannot read the definitions in {tmp_path}/definitions.json" in done.stderr
    assert why in done.stderr


def test_the_inventory_holds_every_name_twice(site: Site) -> None:
    from sphinx.util.inventory import InventoryFile  # noqa: PLC0415  # half a second

    inventory = InventoryFile.loads((site.output / "objects.inv").read_bytes(), uri="").data
    assert set(inventory["gnomon:metric"]) == {
        *(f"photo.{name}" for name in ("PA1", "AM1", "OLD", "FLUX")),
        *(f"hostile.{name}" for name in HOSTILE),
    }
    assert set(inventory["gnomon:package"]) == {"photo", "hostile"}
    assert set(inventory["gnomon:partial"]) == {"photo:PA1#base", "photo:many#jobs"}
    assert "astrometry" in inventory["gnomon:tag"]
    for kind in ("metric", "specification", "partial"):
        assert set(inventory[f"gnomon:{kind}"]) <= set(inventory["std:label"])
    assert not [name for name in inventory if name.startswith("py:")]  # a tag that looks like a line of an inventory
