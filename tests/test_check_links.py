"""The check of the references' links, against a server on the loopback interface."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

import check_links
from check_links import Answer, Link, Verdict, Visitor
from gnomon.loader import load
from gnomon.sources import Memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# path -> what each request to it is answered, the last one for ever: method (or any), status, headers
SCRIPT: dict[str, list[tuple[str, int, dict[str, str]]]] = {
    "/fine": [("*", 200, {})],
    "/only-get": [("HEAD", 405, {}), ("GET", 200, {})],
    "/gone": [("*", 404, {})],
    "/robots": [("*", 403, {})],
    "/busy-once": [("HEAD", 503, {"Retry-After": "0"}), ("GET", 503, {}), ("GET", 200, {})],
    "/busy": [("*", 503, {})],
    "/asked-too-often": [("*", 429, {})],
    "/moved": [("*", 301, {"Location": "/fine"})],
    "/moved-twice": [("*", 308, {"Location": "/moved"})],
    "/elsewhere-today": [("*", 302, {"Location": "/moved#part"})],
    "/log-in": [("*", 302, {"Location": "/robots"})],
    "/moved-and-gone": [("*", 301, {"Location": "/gone"})],
    "/circle": [("*", 302, {"Location": "/back"})],
    "/back": [("*", 302, {"Location": "/circle"})],
    "/nowhere": [("*", 302, {})],
    **{f"/on{'.' * count}": [("*", 302, {"Location": f"/on{'.' * (count + 1)}"})] for count in range(20)},
    "/to-a-file": [("*", 302, {"Location": "file:///etc/passwd"})],
    "/a%20b?c=%C3%A9&d=%3C": [("*", 200, {})],
    "/silent": [],
}


class Handler(BaseHTTPRequestHandler):
    """Answers as the script says."""

    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        asked: list[tuple[str, str, str]] = self.server.asked  # type: ignore[attr-defined]
        asked.append((self.command, self.path, self.headers["User-Agent"]))
        answers = SCRIPT.get(self.path, [("*", 418, {})])
        count = sum(path == self.path for _, path, _ in asked)
        if not answers:
            self.close_connection = True
            return
        method, status, headers = answers[min(count, len(answers)) - 1]
        assert method in {"*", self.command}
        self.send_response(status)
        for name, value in {"Content-Length": "0", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    do_HEAD = do_GET = _answer  # noqa: N815  # the names that http.server looks for

    def log_message(self, *_: object) -> None:
        pass


class Server:
    """A server and what it was asked."""

    def __init__(self) -> None:
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str, str]] = []
        self.http.asked = self.asked  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"

    def methods(self, path: str) -> list[str]:
        return [method for method, asked, _ in self.asked if asked == path]


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    made.http.shutdown()
    made.http.server_close()
    thread.join()


def visit(url: str, **options: object) -> tuple[Verdict, str]:
    visitor = Visitor(**{"delay": 0.0, "timeout": 5.0, "allow_private": True, **options})  # type: ignore[arg-type]
    answer = visitor.visit(Link(url, ()))
    return answer.verdict, answer.detail


@pytest.mark.parametrize(
    ("path", "verdict", "detail", "methods"),
    [
        ("/fine", Verdict.ALIVE, "200 OK", ["HEAD"]),
        ("/only-get", Verdict.ALIVE, "200 OK", ["HEAD", "GET"]),
        ("/gone", Verdict.DEAD, "404 Not Found", ["HEAD", "GET"]),
        ("/robots", Verdict.CLOSED, "403 Forbidden", ["HEAD", "GET"]),
        ("/busy-once", Verdict.ALIVE, "200 OK", ["HEAD", "GET", "GET"]),
        ("/busy", Verdict.DEAD, "503 Service Unavailable", ["HEAD", "GET", "GET", "GET"]),
        ("/asked-too-often", Verdict.CLOSED, "429 Too Many Requests", ["HEAD", "GET", "GET", "GET"]),
        ("/moved", Verdict.MOVED, "moved for good to {url}/fine", ["HEAD"]),
        ("/moved-twice", Verdict.MOVED, "moved for good to {url}/fine", ["HEAD"]),
        ("/elsewhere-today", Verdict.MOVED, "redirects to {url}/fine", ["HEAD"]),
        ("/log-in", Verdict.CLOSED, "403 Forbidden, after a redirect to {url}/robots", ["HEAD"]),
        ("/moved-and-gone", Verdict.DEAD, "404 Not Found, after a redirect to {url}/gone", ["HEAD"]),
        ("/circle", Verdict.DEAD, "302 Found, without end, after a redirect to {url}/back", ["HEAD"]),
        ("/on", Verdict.DEAD, "302 Found, without end, after a redirect to {url}/on..........", ["HEAD"]),
        ("/nowhere", Verdict.DEAD, "302 Found, to nowhere", ["HEAD"]),
        (
            "/to-a-file",
            Verdict.DEAD,
            "refused: only http and https are asked, after a redirect to file:///etc/passwd",
            ["HEAD"],
        ),
        ("/silent", Verdict.DEAD, "Remote end closed connection without response", ["HEAD", "GET", "GET", "GET"]),
    ],
)
def test_answers(server: Server, path: str, verdict: Verdict, detail: str, methods: list[str]) -> None:
    assert (*visit(server.url + path), server.methods(path)) == (verdict, detail.format(url=server.url), methods)


def test_addresses_are_escaped_as_a_browser_does_it(server: Server) -> None:
    assert visit(f"{server.url}/a b?c=é&d=%3C")[0] is Verdict.ALIVE
    assert server.methods("/a%20b?c=%C3%A9&d=%3C") == ["HEAD"]


def test_says_who_asks(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://forge.example")
    monkeypatch.setenv("GITHUB_REPOSITORY", "team/metrics")
    visit(f"{server.url}/fine", agent=check_links.agent_name())
    (*_, agent), *_ = server.asked
    assert agent == f"{Visitor.agent} (+https://forge.example/team/metrics)"


def test_waits_between_requests_to_one_host(server: Server) -> None:
    visitor = Visitor(delay=0.2, allow_private=True)
    began = time.monotonic()
    visitor.visit(Link(f"{server.url}/fine", ()))
    visitor.visit(Link(f"{server.url}/moved", ()))  # two requests
    assert time.monotonic() - began >= 0.4


def test_does_what_retry_after_says_within_reason(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    monkeypatch.setitem(SCRIPT, "/later", [("*", 429, {"Retry-After": "7"}), ("*", 503, {"Retry-After": "90000"})])
    visit(f"{server.url}/later")
    assert [pause for pause in pauses if pause] == [7.0, 60.0, 60.0]


def test_gives_up_on_a_server_that_says_nothing(server: Server) -> None:
    port = server.url.rpartition(":")[2]
    server.http.shutdown()  # connections are still taken, by the kernel
    assert visit(f"http://127.0.0.1:{port}/fine", timeout=0.05, retries=0) == (Verdict.DEAD, "timed out")


def test_private_addresses_are_not_asked(server: Server) -> None:
    refused = (Verdict.DEAD, "refused: 127.0.0.1 is no public address")
    assert visit(f"{server.url}/fine", allow_private=False) == refused
    port = server.url.rpartition(":")[2]
    assert visit(f"https://127.0.0.1:{port}/", allow_private=False) == refused
    verdict, detail = visit(f"http://localhost:{port}/fine", allow_private=False)
    assert verdict is Verdict.DEAD
    assert detail.endswith("is no public address")
    assert server.asked == []


def test_a_redirect_leads_to_no_private_address(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def allow_the_first(address: str) -> None:
        seen.append(address)
        if len(seen) > 2:  # looked up and connected to
            raise check_links.RefusedError(f"{address} is no public address")

    monkeypatch.setattr(check_links, "require_public", allow_the_first)
    wanted = f"refused: 127.0.0.1 is no public address, after a redirect to {server.url}/fine"
    assert visit(f"{server.url}/moved", allow_private=False) == (Verdict.DEAD, wanted)


def test_a_name_cannot_change_its_address_after_it_was_looked_up(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def refuse_the_second(address: str) -> None:
        seen.append(address)
        if len(seen) == 2:
            raise check_links.RefusedError(f"{address} is no public address")

    monkeypatch.setattr(check_links, "require_public", refuse_the_second)
    assert visit(f"{server.url}/fine", allow_private=False)[1] == "refused: 127.0.0.1 is no public address"
    assert server.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104  # to be refused
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:224.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::a00:1",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    with pytest.raises(check_links.RefusedError):
        check_links.require_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822", "::ffff:8.8.8.8", "2002:808:808::1"]
)
def test_addresses_that_are_public(address: str) -> None:
    check_links.require_public(address)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.org/a", "only http and https are asked"),
        ("file:///etc/passwd", "only http and https are asked"),
        ("javascript:alert(1)", "only http and https are asked"),
        ("example.org/a", "only http and https are asked"),
        ("", "only http and https are asked"),
        ("http:///a", "it names no host"),
        ("http://a b/", "it names no host"),
        ("http://user:secret@example.org/", "it holds the name of a user"),
        ("http://example.org:99999/", "it is no web address: Port out of range 0-65535"),
        ("http://[::1/", "it is no web address: Invalid IPv6 URL"),
        (f"http://{'ü' * 70}.example/", f"{'ü' * 70 + '.example'!r} is no name of a host"),
    ],
)
def test_what_is_never_asked(url: str, reason: str) -> None:
    assert visit(url) == (Verdict.DEAD, f"refused: {reason}")


METRICS = """\
A: {unit: '', description: One., reference: {url: 'URL/fine#page=2'}}
B: {unit: '', description: Two., reference: [{url: [URL/fine, URL/gone]}, {doc: D}]}
C: {unit: '', description: Three., reference: {doc: D}}
"""


def test_links_are_unique_and_know_who_gives_them() -> None:
    configuration = "[documents]\nD = {title = 'A document', url = 'http://h/fine'}\nE = {title = 'No address'}\n"
    registry = load(Memory({"metrics/p.yaml": METRICS.replace("URL", "http://h"), "gnomon.toml": configuration}))
    assert check_links.links(registry) == [
        Link("http://h/fine", ("p.A (metrics/p.yaml:1)", "p.B (metrics/p.yaml:2)", "D (gnomon.toml)")),
        Link("http://h/gone", ("p.B (metrics/p.yaml:2)",)),
    ]


def test_the_command(
    server: Server,
    tree: Callable[[dict[str, str | bytes]], Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("Of an earlier step.\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    root = tree({"metrics/p.yaml": METRICS.replace("URL", server.url)})
    arguments = ["-C", str(root), "--allow-private", "--delay", "0"]

    assert check_links.main(arguments) == 1
    output = f"alive  {server.url}/fine  200 OK\ndead   {server.url}/gone  404 Not Found\n2 links: 1 alive, 1 dead.\n"
    assert capsys.readouterr() == (output, "")
    assert summary.read_text(encoding="utf-8") == (
        "Of an earlier step.\n"
        "## Links of the definitions\n\n2 links: 1 alive, 1 dead.\n\n"
        "| | link | what it answers | where it is |\n|---|---|---|---|\n"
        f"| dead | {server.url}/gone | 404 Not Found | p.B (metrics/p.yaml:2) |\n\n"
        "*Closed* links answer, but not to a machine (log-in, robots refused): look at them by hand now and then.\n"
    )

    (root / "metrics" / "p.yaml").write_text("A: {unit: '', description: One.}\n", encoding="utf-8")
    monkeypatch.delenv("GITHUB_STEP_SUMMARY")
    assert check_links.main(arguments) == 0
    assert capsys.readouterr() == ("0 links.\n", "")


def test_what_cannot_be_read_is_told(
    tree: Callable[[dict[str, str | bytes]], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    told = "warning: not all metrics can be read, see `gnomon check`; their links are not asked\n"
    root = tree({"metrics/p.yaml": "A: {unit: no unit, description: One., reference: {url: 'http://127.0.0.1/'}}\n"})
    assert (check_links.main(["-C", str(root)]), capsys.readouterr()) == (0, ("0 links.\n", told))
    (root / "metrics" / "p.yaml").write_text("A: [\n", encoding="utf-8")
    assert (check_links.main(["-C", str(root)]), capsys.readouterr()) == (0, ("0 links.\n", told))


def test_no_repository(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check_links.main(["-C", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_strangers_write_no_markdown() -> None:
    hostile = "http://h/|</td><img src=x>[a](javascript:b)`*_\n::error::x"
    users = tuple(f"p.{name}" for name in "ABCDE")
    *_, row, _, _ = check_links.markdown([Answer(Link(hostile, users), Verdict.DEAD, "404 @team <b>")])
    assert row == (
        "| dead | http://h/&#124;&#60;/td&#62;&#60;img src&#61;x&#62;&#91;a&#93;(javascript:b)&#96;&#42;&#95;&#92;n::"
        "error::x | 404 &#64;team &#60;b&#62; | p.A, p.B, p.C and 2 more |"
    )


def test_the_log_holds_no_control_characters() -> None:
    answer = Answer(Link("http://h/\x1b[31m\n::error::x", ()), Verdict.DEAD, "404")
    assert check_links.line(answer) == "dead   http://h/\\x1b[31m\\n::error::x  404"
