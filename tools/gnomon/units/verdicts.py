"""What texts mean as units, found out once: kept in memory, and on disk by the version of astropy."""

from __future__ import annotations

import functools
from dataclasses import asdict, replace
from importlib import util
from pathlib import Path

from gnomon import limits
from gnomon.cache import Cache
from gnomon.units.spelling import examine, is_alike_everywhere, strange_word, suggestions
from gnomon.units.unit_facts import UnitFacts

MAX_KEPT = 2_000  # spellings on disk, where people use dozens; a full cache is begun anew


def facts(spelling: str) -> UnitFacts:
    """Tell what a text means as a unit.

    Parameters
    ----------
    spelling
        As in a definition; ``''`` is dimensionless.
    """
    return _verdicts().facts(spelling)


def save_cache() -> None:
    """Write what was learnt about units, for the next run."""
    _verdicts().cache.save()


class _Verdicts:
    """What this process knows of units.

    The first texts that are no units are told what they may mean. Which these are must not depend on what is on disk,
    so they are counted whether they are found there or not.
    """

    def __init__(self) -> None:
        self.cache = Cache(f"units-5-astropy-{_astropy_version()}")
        self._known: dict[str, UnitFacts] = {}
        self._wrong = 0

    def facts(self, spelling: str) -> UnitFacts:
        if len(spelling) > limits.MAX_UNIT:
            return examine(spelling)  # which is quick, and too long a text to keep
        if spelling not in self._known:
            found = self._hasty(spelling) if self._wrong >= limits.MAX_UNITS_GUESSED else self._thorough(spelling)
            self._known[spelling] = found
            self._wrong += found.canonical is None
        return self._known[spelling]

    def _thorough(self, spelling: str) -> UnitFacts:
        found = UnitFacts.restored(self.cache.values.get(spelling))
        if found is None:
            found = examine(spelling)
            if found.canonical is None:
                found = replace(found, suggestions=suggestions(spelling))
            if is_alike_everywhere():
                self._keep(spelling, found)
        return found

    def _keep(self, spelling: str, found: UnitFacts) -> None:
        if len(self.cache.values) >= MAX_KEPT:
            self.cache.values.clear()
        self.cache.store(spelling, asdict(found))

    @staticmethod
    def _hasty(spelling: str) -> UnitFacts:
        word = strange_word(spelling)
        if word is not None and not word.group().isascii():
            # Only astropy knows, which looks for what was meant before it says no.
            wrong = limits.MAX_UNITS_GUESSED
            return UnitFacts(None, error=f"after {wrong} texts that are no units, nobody looks closer")
        return examine(spelling)


@functools.cache
def _verdicts() -> _Verdicts:
    return _Verdicts()


def _astropy_version() -> str:
    """Find astropy's version without importing it, or the machinery that reads metadata, which is slow."""
    found = util.find_spec("astropy")
    if found is not None and found.origin is not None:
        for folder in Path(found.origin).parent.parent.glob("astropy-*.dist-info"):
            return folder.name.removeprefix("astropy-").removesuffix(".dist-info")
    from importlib import metadata  # noqa: PLC0415  # unusual installs only

    return metadata.version("astropy")
