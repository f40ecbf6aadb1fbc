"""Names of packages, metrics and specifications."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from gnomon import limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# What one part of a name may look like: no dot, since dots join the parts, and nothing that
# bases (`#`, `:`, `/`), YAML or a shell would read as their own.
PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_+-]*")

_SUGGESTION_LENGTH = 80  # comparing longer words costs more than anybody gains


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """Find the candidate that a misspelt word most likely means.

    Returns
    -------
    str or None
        None when nothing is near.
    """
    if len(word) > _SUGGESTION_LENGTH:
        return None
    pool = sorted(candidates)
    folded = {candidate.casefold(): candidate for candidate in reversed(pool)}
    if word.casefold() in folded:
        return folded[word.casefold()]
    import difflib  # noqa: PLC0415  # only for mistakes

    matches = difflib.get_close_matches(word, pool, n=1, cutoff=0.7)
    return matches[0] if matches else None


def did_you_mean(meant: str | Sequence[str] | None, otherwise: str = "", *, mark: str = "`") -> str:
    """Ask whether a misspelt word meant another one, or one of some, or say what else helps where nothing is near.

    Parameters
    ----------
    mark
        What stands around a word; messages for Python and for documents have none.
    """
    words = [meant] if isinstance(meant, str) else meant or []
    return f"did you mean {' or '.join(f'{mark}{word}{mark}' for word in words)}?" if words else otherwise


def with_guess(message: str, meant: str | None, otherwise: str = "", *, mark: str = "`") -> str:
    """Add to a message about a name that is not there what it perhaps meant, or what else helps."""
    hint = did_you_mean(meant, otherwise, mark=mark)
    return f"{message}; {hint}" if hint else message


class Guesses:
    """What misspelt words most likely mean, for as many of them as comparing them is worthwhile.

    Thousands of mistakes beside thousands of names are rather one mistake, or a stranger's; the first are guessed.

    Parameters
    ----------
    candidates
        What may be meant.
    """

    def __init__(self, candidates: Iterable[str]) -> None:
        self._candidates = sorted(candidates)
        self._known: dict[str, str | None] = {}
        self._most = max(limits.MAX_WORDS_COMPARED // max(len(self._candidates), 1), 1)

    def closest(self, word: str) -> str | None:
        """Find the candidate that a misspelt word most likely means; the same word is compared once."""
        if word not in self._known:
            if len(self._known) >= self._most:
                return None
            self._known[word] = closest(word, self._candidates)
        return self._known[word]


def _split(text: str, most: int, what: str) -> list[str]:
    parts = text.split(".")
    if len(parts) > most or not all(parts):
        raise TypeError(f"{text!r} is not the name of a {what}: it needs one to {most} parts joined by dots")
    return parts


@functools.total_ordering
class Name:
    """The name of a package, a metric or a specification.

    Any argument may be a string, relative or fully qualified, or another `Name`; what they say
    together must agree.

    Parameters
    ----------
    package
        ``'validate_drp'``, or a longer name to start from.
    metric
        ``'PA1'`` or ``'validate_drp.PA1'``.
    spec
        ``'design'``, ``'PA1.design'`` or ``'validate_drp.PA1.design'``.

    Raises
    ------
    TypeError
        A name that cannot be parsed, arguments that contradict each other, or a package with a
        specification but no metric between them.

    Examples
    --------
    >>> Name("validate_drp.PA1.design").metric
    'PA1'
    >>> Name("validate_drp", spec="PA1.design") in Name("validate_drp.PA1")
    True
    """

    __slots__ = ("_key", "metric", "package", "spec")

    package: str | None
    metric: str | None
    spec: str | None
    _key: tuple[str, str, str]

    def __init__(
        self,
        package: str | Name | None = None,
        metric: str | Name | None = None,
        spec: str | Name | None = None,
    ) -> None:
        parts: dict[str, str | None] = {"package": None, "metric": None, "spec": None}
        for level, given in (("package", package), ("metric", metric), ("spec", spec)):
            if given is None:
                continue
            for part, value in _parts_of(given, level).items():
                if value is None:
                    continue
                if parts[part] not in {None, value}:
                    raise TypeError(f"conflicting {part}: {parts[part]!r} and {value!r}")
                parts[part] = value
        if parts["package"] and parts["spec"] and not parts["metric"]:
            raise TypeError(f"a metric is missing between package {parts['package']!r} and spec {parts['spec']!r}")
        self._set(parts["package"], parts["metric"], parts["spec"])

    @classmethod
    def of(cls, package: str, metric: str | None = None, spec: str | None = None) -> Name:
        """Make a fully-qualified name from parts that are known to be single ones."""
        name = cls.__new__(cls)
        name._set(package, metric, spec)  # noqa: SLF001  # it is of this class
        return name

    def _set(self, package: str | None, metric: str | None, spec: str | None) -> None:
        setter = object.__setattr__
        setter(self, "package", package)
        setter(self, "metric", metric)
        setter(self, "spec", spec)
        setter(self, "_key", (package or "", metric or "", spec or ""))

    def __setattr__(self, attribute: str, value: object) -> None:
        raise AttributeError(f"a Name is immutable; cannot set {attribute!r}")

    def __delattr__(self, attribute: str) -> None:
        raise AttributeError(f"a Name is immutable; cannot delete {attribute!r}")

    def __reduce__(self) -> tuple[type[Name], tuple[str | None, str | None, str | None]]:
        return (Name, (self.package, self.metric, self.spec))

    @property
    def has_package(self) -> bool:
        """Whether the package is known."""
        return self.package is not None

    @property
    def has_metric(self) -> bool:
        """Whether the metric is known."""
        return self.metric is not None

    @property
    def has_spec(self) -> bool:
        """Whether the specification is known."""
        return self.spec is not None

    @property
    def has_relative(self) -> bool:
        """Whether there is a ``metric.spec`` form."""
        return self.has_metric and self.has_spec

    @property
    def is_package(self) -> bool:
        """Whether this names a package."""
        return self.has_package and not self.has_metric

    @property
    def is_metric(self) -> bool:
        """Whether this names a metric."""
        return self.has_metric and not self.has_spec

    @property
    def is_spec(self) -> bool:
        """Whether this names a specification."""
        return self.has_spec

    @property
    def is_fq(self) -> bool:
        """Whether the name is fully qualified."""
        return self.has_package

    @property
    def is_relative(self) -> bool:
        """Whether this is a ``metric.spec`` name without its package."""
        return self.has_relative and not self.has_package

    @property
    def fqn(self) -> str:
        """The fully-qualified name, such as ``'validate_drp.PA1.design'``.

        Raises
        ------
        AttributeError
            The package is not known.
        """
        if not self.is_fq:
            raise AttributeError(f"{self!r} has no fully-qualified form: its package is not known")
        return ".".join(part for part in self._key if part)

    @property
    def relative_name(self) -> str:
        """The name of a specification within its package, such as ``'PA1.design'``.

        Raises
        ------
        AttributeError
            The metric or the specification is not known.
        """
        if not self.has_relative:
            raise AttributeError(f"{self!r} has no relative form: it needs a metric and a specification")
        return f"{self.metric}.{self.spec}"

    def __contains__(self, other: object) -> bool:
        if isinstance(other, str):
            other = Name(other)
        if not isinstance(other, Name):
            return False
        mine = [part for part in (self.package, self.metric, self.spec) if part]
        if self.has_package != other.has_package or self.is_spec or len(mine) >= sum(map(bool, other._key)):
            return False
        return self.package == other.package and self.metric in {None, other.metric}

    def __eq__(self, other: object) -> bool:
        return self._key == other._key if isinstance(other, Name) else NotImplemented

    def __lt__(self, other: object) -> bool:
        return self._key < other._key if isinstance(other, Name) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key)

    def __str__(self) -> str:
        return ".".join(part for part in self._key if part)

    def __repr__(self) -> str:
        if self.has_package:
            return f"Name({', '.join(repr(part) for part in self._key if part)})"
        known = [f"{level}={part!r}" for level, part in (("metric", self.metric), ("spec", self.spec)) if part]
        return f"Name({', '.join(known)})"


def _parts_of(given: str | Name, level: str) -> dict[str, str | None]:
    if isinstance(given, Name):
        if getattr(given, level) is None:
            raise TypeError(f"{given!r} does not say a {level}")
        return {"package": given.package, "metric": given.metric, "spec": given.spec}
    if not isinstance(given, str):
        raise TypeError(f"a name is a str or a Name, not {type(given).__name__}")
    if level == "package":
        return dict(
            zip(("package", "metric", "spec"), _split(given, 3, "package, metric or specification"), strict=False)
        )
    if level == "metric":
        return dict(zip(("metric", "package"), reversed(_split(given, 2, "metric")), strict=False))
    return dict(zip(("spec", "metric", "package"), reversed(_split(given, 3, "specification")), strict=False))
