"""Ask whether the links of the definitions' references still lead somewhere: ``python tools/check_links.py``.

Every address that a metric's reference or a configured document gives is asked once, politely: HEAD before GET, a pause
between two requests to one host, a few more tries for what may pass. Definitions are edited by strangers and this runs
on a machine of ours, so that it talks to public addresses only, and goes without a proxy, which would look names up
itself. Exit status: 0 nothing is dead, 1 a link is, 2 it could not run.
"""

from __future__ import annotations

import argparse
import http.client
import ipaddress
import os
import re
import socket
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urldefrag, urljoin, urlsplit

from gnomon import __version__
from gnomon.errors import GnomonError
from gnomon.loader import load
from gnomon.opening import open_source
from gnomon.render.terminal import clean, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gnomon.registry import Registry

_MAX_REDIRECTS = 10
_MAX_PAUSE = 60.0  # seconds that a server may ask us to wait
_SHOWN_USERS = 3
_SUCCESS = range(200, 300)
_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)
_PASSING = (408, 425, 429, 500, 502, 503, 504)  # may be over in a moment
_CLOSED = (401, 402, 403, 407, 429, 451, 999)  # there is something, but not for a machine without an account
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_KEPT = "/%:@!$&'()*+,;=~?"  # characters of a path or query that are no data to be escaped
_CONNECTIONS = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}


class Verdict(Enum):
    """What became of a link."""

    ALIVE = "alive"
    MOVED = "moved"
    CLOSED = "closed"
    DEAD = "dead"


@dataclass(frozen=True)
class Link:
    """An address, without its fragment, and the definitions that give it."""

    url: str
    users: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What was found out about a link."""

    link: Link
    verdict: Verdict
    detail: str


@dataclass(frozen=True)
class Response:
    """The part of an HTTP response that counts."""

    status: int
    reason: str
    location: str | None
    retry_after: float

    def __str__(self) -> str:
        return f"{self.status} {self.reason}".strip()


class RefusedError(Exception):
    """A link that is not asked at all; the text says why."""


def links(registry: Registry) -> list[Link]:
    """Collect the addresses, each once, in order."""
    users: defaultdict[str, list[str]] = defaultdict(list)
    for document, metric in registry.resolved_metrics():
        place = document.key.place
        for reference in metric.references:
            for url in reference.urls:
                users[urldefrag(url.strip()).url].append(f"{document.label} ({place.path}:{place.line})")
    configuration = registry.configuration
    for handle, document_facts in configuration.documents.items():
        if url := document_facts.get("url", "").strip():
            users[urldefrag(url).url].append(f"{handle} ({configuration.path})")
    return [Link(url, tuple(dict.fromkeys(found))) for url, found in sorted(users.items())]


def require_public(address: str) -> None:
    """Refuse an address that is not on the public internet, however it is wrapped.

    Raises
    ------
    RefusedError
        It is private, loopback, link-local, multicast or reserved.
    """
    found = ipaddress.ip_address(address)
    meant: ipaddress.IPv4Address | ipaddress.IPv6Address = found
    if isinstance(found, ipaddress.IPv6Address):
        meant = found.ipv4_mapped or found.sixtofour or found
        if found in _NAT64:
            meant = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    if not meant.is_global or meant.is_multicast:
        raise RefusedError(f"{address} is no public address")


class _Public(http.client.HTTPConnection):
    """Looks before it connects, and at whom it reached before it says anything: a name may change its address."""

    def connect(self) -> None:
        for *_, found in socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM):
            require_public(str(found[0]))
        super().connect()
        require_public(self.sock.getpeername()[0])


class _PublicTLS(_Public, http.client.HTTPSConnection):
    """The same with TLS."""


_PUBLIC_CONNECTIONS = {"http": _Public, "https": _PublicTLS}


@dataclass
class Visitor:
    """Asks servers, one request at a time.

    Attributes
    ----------
    delay
        Seconds between two requests to one host; failures that may pass make it wait longer.
    retries
        How often GET is tried again.
    timeout
        Seconds to wait for a server.
    allow_private
        Talk to any address, for tests.
    agent
        Who asks.
    """

    delay: float = 1.0
    retries: int = 2
    timeout: float = 20.0
    allow_private: bool = False
    agent: str = f"gnomon-check-links/{__version__}"
    _free_at: dict[str, float] = field(default_factory=dict)

    def visit(self, link: Link) -> Answer:
        """Follow a link to its end."""
        way = [link.url]
        try:
            verdict, detail = self._follow(way)
        except RefusedError as refusal:
            verdict, detail = Verdict.DEAD, f"refused: {refusal}"
        except (OSError, http.client.HTTPException) as error:
            verdict, detail = Verdict.DEAD, str(error) or type(error).__name__
        if len(way) > 1 and verdict is not Verdict.MOVED:
            detail += f", after a redirect to {way[-1]}"
        return Answer(link, verdict, detail)

    def _follow(self, way: list[str]) -> tuple[Verdict, str]:
        """Go on from the last address of a way, adding those that it redirects to."""
        permanent = True
        response = self._ask(way[-1])
        while response.status in _REDIRECTS:
            if not response.location:
                return Verdict.DEAD, f"{response}, to nowhere"
            target = _join(way[-1], response.location)
            if target in way or len(way) > _MAX_REDIRECTS:
                return Verdict.DEAD, f"{response}, without end"
            way.append(target)
            permanent = permanent and response.status in _PERMANENT
            response = self._ask(target)
        if response.status in _CLOSED:
            return Verdict.CLOSED, str(response)
        if response.status not in _SUCCESS:
            return Verdict.DEAD, str(response)
        if len(way) > 1:
            return Verdict.MOVED, f"{'moved for good' if permanent else 'redirects'} to {way[-1]}"
        return Verdict.ALIVE, str(response)

    def _ask(self, url: str) -> Response:
        """Try HEAD, and GET where that gives no good answer, as some servers know only GET."""
        failure: Exception | None = None
        response: Response | None = None
        for attempt, method in enumerate(("HEAD", *("GET",) * (self.retries + 1))):
            if response is not None and response.status in _PASSING:
                time.sleep(min(max(response.retry_after, self.delay * 2**attempt), _MAX_PAUSE))
            try:
                response, failure = self._request(method, url), None
            except (OSError, http.client.HTTPException) as error:
                response, failure = None, error
                continue
            is_final = method == "GET" and response.status not in _PASSING
            if is_final or response.status in (*_SUCCESS, *_REDIRECTS):
                return response
        if response is None:
            raise failure or OSError("no answer")
        return response

    def _request(self, method: str, url: str) -> Response:
        scheme, host, port, target = _parts(url)
        self._wait_for(host)
        kind = (_CONNECTIONS if self.allow_private else _PUBLIC_CONNECTIONS)[scheme]
        connection = kind(host, port, timeout=self.timeout)
        try:
            connection.request(method, target, headers={"User-Agent": self.agent, "Accept": "*/*"})
            with connection.getresponse() as answer:
                after = answer.headers.get("Retry-After", "")
                return Response(
                    answer.status,
                    answer.reason,
                    answer.headers.get("Location"),
                    float(after) if re.fullmatch(r"[0-9]{1,9}", after) else 0.0,
                )
        except UnicodeError as error:
            raise RefusedError(f"{host!r} is no name of a host") from error
        finally:
            connection.close()
            self._free_at[host] = time.monotonic() + self.delay

    def _wait_for(self, host: str) -> None:
        time.sleep(max(self._free_at.get(host, 0.0) - time.monotonic(), 0.0))


def _parts(url: str) -> tuple[str, str, int | None, str]:
    """Give scheme, host, port and what to ask for, or refuse."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise RefusedError(f"it is no web address: {error}") from error
    if parts.scheme not in _CONNECTIONS:
        raise RefusedError("only http and https are asked")
    if not parts.hostname or re.search(r"[\x00-\x20\x7f]", parts.hostname):
        raise RefusedError("it names no host")
    if parts.username is not None:
        raise RefusedError("it holds the name of a user")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, parts.hostname, port, quote(target, safe=_KEPT)


def _join(here: str, location: str) -> str:
    # Headers are read as Latin-1, and servers that do not escape an address write UTF-8.
    address = location.encode("latin-1", "replace").decode("utf-8", "replace")
    try:
        return urldefrag(urljoin(here, address)).url
    except ValueError as error:
        raise RefusedError(f"it redirects to {address!r}, which is no web address") from error


def line(answer: Answer) -> str:
    """Write an answer for the log."""
    return clean(f"{answer.verdict.value:6} {answer.link.url}  {answer.detail}")


def totals(answers: Sequence[Answer]) -> str:
    """Count the answers in words."""
    counts = Counter(answer.verdict for answer in answers)
    told = ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in Verdict if counts[verdict])
    return plural(len(answers), "link") + (f": {told}." if told else ".")


def markdown(answers: Sequence[Answer]) -> Iterator[str]:
    """Yield the lines of a summary in Markdown: all that is not simply alive, the dead first."""
    yield "## Links of the definitions"
    yield ""
    yield totals(answers)
    worth_telling = [answer for answer in answers if answer.verdict is not Verdict.ALIVE]
    if not worth_telling:
        return
    yield ""
    yield "| | link | what it answers | where it is |"
    yield "|---|---|---|---|"
    for answer in sorted(worth_telling, key=lambda answer: list(Verdict).index(answer.verdict), reverse=True):
        users = answer.link.users
        rest = f" and {len(users) - _SHOWN_USERS} more" if len(users) > _SHOWN_USERS else ""
        cells = (answer.verdict.value, answer.link.url, answer.detail, ", ".join(users[:_SHOWN_USERS]) + rest)
        yield f"| {' | '.join(_escaped(cell) for cell in cells)} |"
    yield ""
    yield "*Closed* links answer, but not to a machine (log-in, robots refused): look at them by hand now and then."


def _escaped(text: str) -> str:
    """Make a text mean nothing in Markdown or HTML."""
    return re.sub(r"[^\w\s./:,()-]|_", lambda found: f"&#{ord(found[0])};", clean(text))


def agent_name() -> str:
    """Say who asks, and where to complain when that is known."""
    server, repository = os.environ.get("GITHUB_SERVER_URL"), os.environ.get("GITHUB_REPOSITORY")
    return Visitor.agent + (f" (+{server}/{repository})" if server and repository else "")


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Ask whether the links of the definitions' references are alive.")
    parser.add_argument("-C", dest="directory", type=Path, default=Path(), metavar="DIR", help="run as if in DIR")
    parser.add_argument("--delay", type=float, default=Visitor.delay, help="seconds between requests to one host")
    parser.add_argument("--retries", type=int, default=Visitor.retries, help="how often GET is tried again")
    parser.add_argument("--timeout", type=float, default=Visitor.timeout, help="seconds to wait for a server")
    parser.add_argument("--allow-private", action="store_true", help="ask private addresses, too (for tests)")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Check all links and give the exit status."""
    arguments = _arguments(argv)
    try:
        with open_source(arguments.directory) as source:
            registry = load(source)
    except GnomonError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    if registry.unreadable["metrics"] or any(document.metric is None for document in registry.metrics.values()):
        sys.stderr.write("warning: not all metrics can be read, see `gnomon check`; their links are not asked\n")
    visitor = Visitor(
        delay=arguments.delay,
        retries=arguments.retries,
        timeout=arguments.timeout,
        allow_private=arguments.allow_private,
        agent=agent_name(),
    )
    answers = []
    for link in links(registry):
        answers.append(visitor.visit(link))
        sys.stdout.write(line(answers[-1]) + "\n")
        sys.stdout.flush()
    sys.stdout.write(totals(answers) + "\n")
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.writelines(f"{text}\n" for text in markdown(answers))
    return int(any(answer.verdict is Verdict.DEAD for answer in answers))


if __name__ == "__main__":
    sys.exit(main())
