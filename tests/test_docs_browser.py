"""The site as a person uses it: in Chromium, by mouse, keyboard and telephone, with nothing from elsewhere."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import http.server
import json
import shutil
import subprocess
import sys
import tarfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conftest import git
from docs_site import ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selenium.webdriver import Chrome

    from docs_site import Site

pytestmark = pytest.mark.xdist_group("site")

AXE = "4.14.1"
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
PAGES = {
    "overview": "reference/index",
    "metric": "reference/metrics/photo.PA1",
    "table": "reference/specifications",
    "rule": "reference/rules/unknown-base",
    "guide": "guide",
}
# What hides a page's own mistakes from the tests is that they are not looked for.
_LOOKED_FOR = "return {pwned: window.pwned ?? null, dialogs: document.querySelectorAll('dialog[open]').length}"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base's signature
        pass


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    """Serve the site on this machine."""
    handler = functools.partial(_Quiet, directory=str(site.output))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    """Start Chromium."""
    webdriver = pytest.importorskip("selenium.webdriver")
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("Chromium and its driver are not installed (apt-get install chromium chromium-driver)")
    chosen = webdriver.ChromeOptions()
    chosen.binary_location = chromium
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--force-prefers-reduced-motion"):
        chosen.add_argument(argument)
    chosen.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    started: Chrome = webdriver.Chrome(options=chosen, service=webdriver.ChromeService(driver))
    yield started
    started.quit()


def look(browser: Chrome, width: int = 1280, height: int = 900, scheme: str = "light") -> None:
    """Choose the window, and whether the person likes it dark."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    wanted = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", wanted)


@pytest.fixture
def page(browser: Chrome, address: str) -> Iterator[Chrome]:
    """Give a fresh browser; afterwards nothing may have gone wrong in it, and nothing come from elsewhere."""
    look(browser)
    browser.get(f"{address}/index.html")
    browser.execute_script("localStorage.clear()")
    _log(browser, "browser")
    _log(browser, "performance")
    yield browser
    assert [entry["message"] for entry in _log(browser, "browser") if entry["level"] != "INFO"] == []
    assert [url for url in requests(browser) if not url.startswith((address, "file:", "data:"))] == []
    assert browser.execute_script(_LOOKED_FOR) == {"pwned": None, "dialogs": 0}


def _log(browser: Chrome, kind: str) -> list[Any]:
    entries: list[Any] = browser.get_log(kind)  # type: ignore[no-untyped-call]  # selenium has no type for it
    return entries


def requests(browser: Chrome) -> list[str]:
    """List what the browser asked for."""
    events = (json.loads(entry["message"])["message"] for entry in _log(browser, "performance"))
    return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]


def wait(browser: Chrome, script: str) -> Any:
    """Wait for what a script returns to be something."""
    from selenium.webdriver.support.ui import WebDriverWait  # noqa: PLC0415  # skipped where it is missing

    return WebDriverWait(browser, 20).until(lambda found: found.execute_script(script))


def texts(browser: Chrome, selector: str) -> list[str]:
    """Give what a person reads in the elements that a selector finds."""
    script = "return [...document.querySelectorAll(arguments[0])].map((found) => found.innerText.trim())"
    found: list[str] = browser.execute_script(script, selector)
    return found


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("PA1", "photo.PA1"),
        ("photo.PA1", "photo.PA1"),
        ("astrometric", "photo.AM1"),
        ("astrometry", "photo.AM1"),
        ("marcsec", "photo.AM1"),
        ("milliarcsecond", "photo.AM1"),
        ("hsc_design_r", "photo.PA1"),
        ("calibrated", "photo.PA1"),
    ],
)
def test_a_search_finds_a_metric_first(page: Chrome, address: str, words: str, first: str) -> None:
    page.get(f"{address}/search.html?q={words}")
    wait(page, "return document.querySelector('#search-results p.search-summary')?.innerText.includes('found')")
    found = wait(page, "return [...document.querySelectorAll('#search-results li > a')].map((link) => link.innerText)")
    assert first in found[:2], found


def search(page: Chrome, address: str, words: str) -> None:
    """Search, until it is known what was found."""
    page.get(f"{address}/search.html?q={words}")
    wait(page, "return document.querySelector('#search-results > h2')?.innerText === 'Search Results'")


def test_a_result_says_what_the_metric_is(page: Chrome, address: str) -> None:
    search(page, address, "PA1")
    wait(page, "return document.querySelector('#search-results li .context')")
    assert texts(page, "#search-results li .context")[0] == (
        "Scatter of the calibrated magnitudes of stars over repeated visits."
    )


@pytest.mark.parametrize("words", ["history", "inheritance", "definitions"])
def test_the_headings_of_every_metric_are_not_searched(page: Chrome, address: str, words: str) -> None:
    search(page, address, words)
    assert [found for found in texts(page, "#search-results li > a") if found.startswith("photo.")] == []


@pytest.mark.parametrize(("words", "meant"), [("photmo", "photo"), ("astrometrik", "astrometry"), ("FLXU", "FLUX")])
def test_a_word_that_is_nowhere_has_its_neighbours_suggested(
    page: Chrome, address: str, words: str, meant: str
) -> None:
    search(page, address, words)
    assert meant in texts(page, "#search-results .gnomon-suggestions a")
    assert texts(page, "#search-results .search-summary") == ["No page has all of these words."]


def test_of_many_rows_the_first_are_shown_and_the_rest_when_asked_for(page: Chrome, address: str) -> None:
    rows = "return [...document.querySelectorAll('#specifications tbody tr')].filter((row) => !row.hidden).length"
    details = "return [...document.querySelectorAll('details.gnomon-definition')].filter((row) => !row.hidden).length"
    page.get(f"{address}/reference/metrics/photo.AM1.html")
    assert (page.execute_script(rows), page.execute_script(details)) == (25, 25)
    field = page.find_element("css selector", "#specifications .gnomon-quickly input")
    field.send_keys("job_08")
    assert page.execute_script(rows) == 10  # job_080 to job_089, none of which was shown
    field.clear()
    field.send_keys(" ")
    assert page.execute_script(rows) == 25
    for button in page.find_elements("css selector", ".gnomon-rest button"):
        page.execute_script("arguments[0].click()", button)
    assert (page.execute_script(rows), page.execute_script(details)) == (91, 91)


def test_a_link_to_a_definition_that_is_not_shown_shows_it(page: Chrome, address: str) -> None:
    page.get(f"{address}/reference/metrics/photo.AM1.html#photo.AM1.offset")
    assert page.find_element("id", "photo.AM1.offset").is_displayed()
    assert page.execute_script("return document.getElementById('photo.AM1.offset').open")


def test_on_a_telephone_everything_is_read_without_scrolling_sideways(page: Chrome, address: str) -> None:
    look(page, 390, 844)
    page.get(f"{address}/reference/metrics/photo.PA1.html")
    page.execute_script("document.querySelectorAll('details').forEach((found) => (found.open = true))")
    wide = page.execute_script("""
        return [...document.querySelectorAll('.gnomon-scroll')]
            .filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => box.getAttribute('aria-label'));
    """)
    assert wide == []
    row = "const cell = document.querySelector('#specifications tbody td'); return [cell.dataset.label, cell.innerText]"
    assert page.execute_script(row) == ["Level", "minimum"]
    sizes = page.execute_script("""
        return [...document.querySelectorAll('.gnomon-ladder.gnomon-narrow text')]
            .map((text) => text.getBoundingClientRect().height);
    """)
    assert sizes
    assert min(sizes) > 12  # pixels: of 12 pixels' letters


@pytest.mark.parametrize("from_file", [False, True], ids=["served", "file"])
def test_a_table_is_filtered_without_a_server(page: Chrome, address: str, site: Site, *, from_file: bool) -> None:
    page.get(f"{site.output.as_uri() if from_file else address}/reference/metrics.html")
    script = """
        const labels = [...document.querySelectorAll('.gnomon-filter label')];
        const label = labels.find((found) => found.innerText === 'Unit');
        const select = document.getElementById(label.htmlFor);
        select.value = [...select.options].find((option) => option.text.startsWith('mmag')).value;
        select.dispatchEvent(new Event('input', {bubbles: true}));
    """
    page.execute_script(script)
    assert texts(page, ".gnomon-browse tbody th") == ["photo.OLD", "photo.PA1"]
    assert texts(page, ".gnomon-browse .gnomon-status") == ["2 of 12 metrics"]
    page.find_element("css selector", ".gnomon-browse tbody a[href*='PA1']").click()
    assert page.title.startswith("photo.PA1")


def test_words_and_facets_are_kept_in_the_address(page: Chrome, address: str) -> None:
    page.get(f"{address}/reference/specifications.html#words=hsc&Level=design")
    assert texts(page, ".gnomon-browse tbody th") == ["photo.PA1.hsc_design_r"]
    page.find_element("css selector", ".gnomon-filter button[type=reset]").click()
    wait(page, "return document.querySelectorAll('.gnomon-browse tbody tr').length > 1")
    assert "#" not in page.current_url


def test_the_ladder_says_what_it_draws(page: Chrome, address: str) -> None:
    page.get(f"{address}/reference/metrics/photo.PA1.html")
    lanes = "return [...document.querySelectorAll('.gnomon-wide text.lane')].map((text) => text.textContent)"
    assert page.execute_script(lanes) == ["Requirements", "instrument HSC; filter_name HSC-R"]
    labels = page.execute_script("return document.querySelector('#ladder-text').textContent.trim()")
    assert labels.startswith("Requirements: minimum ≤ 8; design ≤ 5; stretch ≤ 3.")


def test_labels_of_the_ladder_do_not_overlap(page: Chrome, address: str) -> None:
    page.get(f"{address}/reference/metrics/photo.PA1.html")
    overlapping = page.execute_script("""
        const boxes = [...document.querySelectorAll('.gnomon-ladder text')]
            .map((text) => [text.textContent, text.getBoundingClientRect()]);
        return boxes.flatMap(([one, a], index) => boxes.slice(index + 1)
            .filter(([, b]) => a.left < b.right && b.left < a.right && a.top + 2 < b.bottom && b.top + 2 < a.bottom)
            .map(([other]) => [one, other]));
    """)
    assert overlapping == []


def test_an_origin_leads_to_its_line_at_the_built_commit(page: Chrome, address: str, site: Site) -> None:
    page.get(f"{address}/reference/metrics/photo.PA1.html#photo.PA1.design")
    assert page.execute_script("return document.getElementById('photo.PA1.design').open")
    links = page.execute_script(
        "const found = document.getElementById('photo.PA1.design').querySelectorAll('a.gnomon-place');"
        "return [...found].map((link) => link.href)"
    )
    commit = git(site.root, "rev-parse", "HEAD")
    assert f"https://forge.example/group/metrics/blob/{commit}/specs/photo/PA1.yaml#L14" in links


def test_dark_mode_is_switched_by_its_button(page: Chrome, address: str) -> None:
    page.get(f"{address}/{PAGES['metric']}.html")
    colour = "return getComputedStyle(document.body).backgroundColor"
    light = page.execute_script(colour)
    page.find_element("css selector", ".bd-header .theme-switch-button").click()
    page.find_element("css selector", ".bd-header .theme-change-button[data-mode=dark]").click()
    assert page.execute_script("return document.documentElement.dataset.theme") == "dark"
    assert page.execute_script(colour) != light


@pytest.mark.parametrize(("scheme", "second"), [("light", "two.svg"), ("dark", "two-dark.svg")])
def test_an_image_is_replaced_by_its_variant_for_dark_pages(
    page: Chrome, address: str, scheme: str, second: str
) -> None:
    look(page, scheme=scheme)
    page.get(f"{address}/{PAGES['guide']}.html")
    shown = page.execute_script(
        "const images = [...document.querySelectorAll('article img')];"
        "return images.filter((image) => image.checkVisibility()).map((image) => image.getAttribute('src'))"
    )
    assert shown == ["_images/one.svg", f"_images/{second}", ADDRESS]


@pytest.mark.parametrize("name", PAGES)
def test_a_telephone_does_not_scroll_sideways(page: Chrome, address: str, name: str) -> None:
    look(page, 390, 844)
    page.get(f"{address}/{PAGES[name]}.html")
    assert page.execute_script("return document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("name", PAGES)
def test_the_keyboard_reaches_everything(page: Chrome, address: str, name: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains  # noqa: PLC0415  # skipped where it is missing
    from selenium.webdriver.common.keys import Keys  # noqa: PLC0415

    page.get(f"{address}/{PAGES[name]}.html")
    wanted = page.execute_script("""
        const shown = (found) => found.checkVisibility({visibilityProperty: true}) && found.tabIndex >= 0;
        const selector = ['a', 'button', 'input', 'select', 'summary'].map((name) => `.bd-main ${name}`).join(', ');
        window.wanted = [...document.querySelectorAll(selector)].filter(shown);
        window.reached = new Set();
        document.addEventListener('focusin', (event) => window.reached.add(event.target));
        return window.wanted.length;
    """)
    presses = min(wanted + 90, 400)
    keys = ActionChains(page)
    for _ in range(presses):
        keys.send_keys(Keys.TAB)
    keys.perform()
    missed = "return window.wanted.filter((found) => !window.reached.has(found)).map((found) => found.outerHTML)"
    assert page.execute_script(missed) == []


@pytest.fixture(scope="module")
def axe() -> str:
    """Fetch the accessibility checker once, into this environment."""
    kept = Path(sys.prefix) / "share" / f"axe-core-{AXE}.js"
    if not kept.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("npm is not installed, which axe-core comes from")
        kept.parent.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [npm, "pack", f"axe-core@{AXE}", "--silent", "--pack-destination", str(kept.parent)],
            capture_output=True,
            text=True,
            check=False,
        )
        archive = kept.parent / f"axe-core-{AXE}.tgz"
        if done.returncode or not archive.exists():
            pytest.skip("axe-core could not be fetched by npm")
        with tarfile.open(archive) as opened, contextlib.closing(opened.extractfile("package/axe.min.js")) as file:  # type: ignore[type-var]  # it is a file
            kept.write_bytes(file.read())  # type: ignore[union-attr]  # it is a file
        archive.unlink()
    content = kept.read_bytes()
    assert hashlib.sha256(content).hexdigest() == AXE_SHA256
    return content.decode()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_serious_barrier(page: Chrome, address: str, axe: str, name: str, scheme: str) -> None:
    look(page, scheme=scheme)
    page.get(f"{address}/{PAGES[name]}.html")
    page.execute_script("document.querySelectorAll('details').forEach((found) => (found.open = true))")
    page.execute_script(axe)
    found = page.execute_async_script("axe.run(document).then(arguments[arguments.length - 1])")
    serious = [
        (violation["id"], [node["target"] for node in violation["nodes"]][:3])
        for violation in found["violations"]
        if violation["impact"] in {"serious", "critical"}
    ]
    assert serious == []


@pytest.mark.parametrize("name", ["html", "rest", "myst", "latex", "rtl", "control", "quotes"])
def test_what_strangers_write_is_text(page: Chrome, address: str, name: str) -> None:
    page.get(f"{address}/reference/metrics/hostile.{name}.html")
    assert page.execute_script("return document.querySelectorAll('.bd-article img, .bd-article script').length") == 0
    assert page.execute_script("return document.querySelectorAll('a[href^=\"javascript\" i]').length") == 0
    assert f"javascript:window.pwned=1//{name}" in texts(page, "span.gnomon-url")
