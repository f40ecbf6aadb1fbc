"""Where each page of the site is, and what things on it are called in its address."""

from __future__ import annotations

import hashlib
import posixpath
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROOT = "reference"
OVERVIEW = f"{ROOT}/index"
METRICS = f"{ROOT}/metrics"
SPECIFICATIONS = f"{ROOT}/specifications"
TAGS = f"{ROOT}/tags"
RULES = f"{ROOT}/rules"
GLOSSARY = f"{ROOT}/glossary"

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,119}")
_MOST_TAG_PAGES = 200
_TAGS_A_PAGE = 100


def slug(name: str) -> str:
    """Give a part of an address for a name: the name itself where that can be."""
    if _PLAIN.fullmatch(name) and not name.endswith("."):
        return name
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    words = re.sub(r"[^A-Za-z0-9_+-]+", "-", name[:60]).strip("-")
    return f"{words or 'x'}-{digest}"


def distinct(names: Iterable[str]) -> dict[str, str]:
    """Give each name a part of an address that no other has, also where files are told apart without case."""
    result: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        chosen = slug(name)
        if chosen.casefold() in taken:
            digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:10]
            chosen = f"{chosen[:100]}-{digest}"
        taken.add(chosen.casefold())
        result[name] = chosen
    return result


@dataclass(frozen=True)
class Target:
    """A place on the site: a page, and an anchor on it."""

    docname: str
    anchor: str = ""

    def seen_from(self, docname: str) -> str:
        """Give the address as a link on another page."""
        anchor = f"#{quote(self.anchor)}" if self.anchor else ""
        if self.docname == docname and anchor:
            return anchor
        return _relative(self.docname, posixpath.dirname(docname)) + anchor


@lru_cache(maxsize=100_000)
def _relative(docname: str, folder: str) -> str:
    return quote(posixpath.relpath(f"{docname}.html", folder or "."))


@dataclass(frozen=True)
class Layout:
    """The pages of a site by what they show."""

    packages: tuple[str, ...]
    metrics: tuple[str, ...]
    tags: tuple[str, ...]
    rules: tuple[str, ...]

    @cached_property
    def _slugs(self) -> dict[str, Mapping[str, str]]:
        return {
            "packages": distinct(self.packages),
            "metrics": distinct(self.metrics),
            "tags": distinct(self.tags),
        }

    @cached_property
    def tag_pages(self) -> list[tuple[str, tuple[str, ...]]]:
        """Pages of tags with the tags on them: one each, or a hundred where there are too many for that."""
        if len(self.tags) <= _MOST_TAG_PAGES:
            return [(f"{TAGS}/{self._slugs['tags'][tag]}", (tag,)) for tag in self.tags]
        chunks = (self.tags[start : start + _TAGS_A_PAGE] for start in range(0, len(self.tags), _TAGS_A_PAGE))
        return [(f"{TAGS}/page-{number}", tuple(chunk)) for number, chunk in enumerate(chunks, start=1)]

    @cached_property
    def _page_of_tag(self) -> dict[str, str]:
        return {tag: docname for docname, tags in self.tag_pages for tag in tags}

    def package(self, name: str) -> Target:
        """Find a package."""
        return Target(f"{ROOT}/packages/{self._slugs['packages'][name]}")

    def partials(self, package: str) -> Target:
        """Find the partials of a package."""
        return Target(f"{ROOT}/partials/{self._slugs['packages'][package]}")

    def metric(self, name: str) -> Target:
        """Find a metric by its full name."""
        return Target(f"{METRICS}/{self._slugs['metrics'][name]}")

    def specification(self, name: str) -> Target:
        """Find a specification by its full name: it is on the page of its metric."""
        return Target(self.metric(name.rpartition(".")[0]).docname, slug(name))

    def partial(self, name: str) -> Target:
        """Find a partial by its label."""
        return Target(self.partials(name.partition(":")[0]).docname, slug(name))

    def tag(self, name: str) -> Target:
        """Find a tag."""
        return Target(self._page_of_tag[name], f"tag-{self._slugs['tags'][name]}")

    def rule(self, name: str) -> Target:
        """Find a rule of the check."""
        return Target(f"{RULES}/{slug(name)}")
