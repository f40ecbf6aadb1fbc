"""Which packages two states of a repository need to be compared in: the cost of a diff is that of what changed."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from gnomon.cache import Cache
from gnomon.loader import package_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from gnomon.sources import Source

# How a base names another package: `package:path#id` or `package.metric.spec`.
_FOREIGN = re.compile(rb"([\w+-]+)(?::[\w+./-]*#|\.[\w+-]+\.[\w+-]+)")


def packages_to_compare(base: Source, head: Source) -> frozenset[str]:
    """Find the packages whose files differ, those that inherit from them, and those that these inherit from."""
    references = Cache("references-2")
    sides = [_identities(source) for source in (base, head)]
    changed = {
        package_of(path) for path in sides[0].keys() | sides[1].keys() if sides[0].get(path) != sides[1].get(path)
    }
    uses: dict[str, set[str]] = {}
    for source, files in zip((base, head), sides, strict=True):
        _add_uses(uses, source, files, references)
    references.save()
    return reach_of(changed, uses)


def reach_of(changed: Collection[str], uses: Mapping[str, Collection[str]]) -> frozenset[str]:
    """Find what is to be compared where some packages changed.

    Parameters
    ----------
    uses
        The packages that each inherits from, on either side.
    """
    wanted = set(changed)
    while True:
        more = {package for package, used in uses.items() if not wanted.isdisjoint(used)} - wanted
        if not more:
            break
        wanted |= more
    return _with_bases(wanted, uses)


def _add_uses(uses: dict[str, set[str]], source: Source, files: dict[str, str], references: Cache) -> None:
    for path, identity in files.items():
        if path.startswith("specs/"):
            found = _references(source, path, identity, references)
            uses.setdefault(package_of(path), set()).update(found)


def _with_bases(packages: Collection[str], uses: Mapping[str, Collection[str]]) -> frozenset[str]:
    wanted = set(packages)
    while True:
        more = {used for package in wanted for used in uses.get(package, ())} - wanted
        if not more:
            return frozenset(wanted)
        wanted |= more


def _identities(source: Source) -> dict[str, str]:
    """Map the paths of all files to Git's hash of their content; what is not read has its reason."""
    return {
        file.path: file.irregular or file.identity or _blob_hash(source.read(file.path) or b"")
        for folder in ("metrics", "specs")
        for file in source.files(folder)
    }


def _blob_hash(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _references(source: Source, path: str, identity: str, cache: Cache) -> list[str]:
    known = cache.values.get(identity)
    if isinstance(known, list):
        return known
    # Its own package may be among them: another package can hold the same file.
    found = sorted(packages_named(source.read(path) or b""))
    cache.store(identity, found)
    return found


def packages_named(content: bytes) -> set[str]:
    """Find the packages that the bases in a file may be of; a few that it only seems to name do no harm."""
    return {name.decode() for name in _FOREIGN.findall(content)}
