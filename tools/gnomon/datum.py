"""A datum: a quantity, text or flag with a label and a description, as measurements keep them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gnomon import units

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    from astropy.units import Quantity, UnitBase

    Value: TypeAlias = Quantity | str | bool | int | None


class Datum:
    """A value that helps to understand a measurement.

    Parameters
    ----------
    quantity
        A quantity, scalar or array of any shape; text, a boolean, an int or None stand for themselves. Plain floats and
        arrays get `unit`, or are dimensionless.
    unit
        For numbers without one.
    label
        Short name, for the axis of a plot.
    description
        What it is.

    Raises
    ------
    TypeError
        The value is of none of these types, such as a list of texts, or has a unit besides `unit`.

    Notes
    -----
    Not-a-numbers, infinities and masked elements are null in JSON, which has no name for them, and not-a-number when
    read again. An array without elements also writes its `shape`, where nested lists cannot tell it.
    """

    __slots__ = ("_quantity", "_unit_str", "description", "extra", "label")

    def __init__(
        self,
        quantity: Any = None,
        unit: UnitBase | str | None = None,
        label: str | None = None,
        description: str | None = None,
    ) -> None:
        self.label = label
        self.description = description
        self.extra: dict[str, Any] = {}
        self._set(quantity, unit)

    def _set(self, quantity: Any, unit: UnitBase | str | None) -> None:
        if isinstance(quantity, Datum):
            quantity = quantity.quantity
        if unit is None:
            quantity = _plain(quantity)
        if quantity is None or isinstance(quantity, str | bool) or (isinstance(quantity, int) and unit is None):
            if unit not in {None, ""}:
                raise TypeError(f"{quantity!r} has no unit, so it cannot be in {unit}")
            self._quantity: Any = quantity
            self._unit_str: str | None = None
            return
        if hasattr(quantity, "unit"):
            if unit is not None:
                raise TypeError(f"{quantity!r} has a unit already; convert it with its method `to`")
            self._quantity = quantity
        else:
            spelling = "" if unit is None else unit if isinstance(unit, str) else units.spelling_of(unit)
            self._quantity = units.quantity(_numbers(quantity), spelling)
        _require_real(self._quantity.value)
        self._unit_str = units.spelling_of(self._quantity.unit)

    @property
    def quantity(self) -> Value:
        """The value."""
        found: Value = self._quantity
        return found

    @quantity.setter
    def quantity(self, value: Any) -> None:
        self._set(value, None)

    @property
    def unit(self) -> UnitBase | None:
        """The unit; None for what is no quantity."""
        return None if self._unit_str is None else self._quantity.unit

    @property
    def unit_str(self) -> str:
        """The unit's spelling; empty for what has none."""
        return self._unit_str or ""

    @property
    def latex_unit(self) -> str:
        """The unit, typeset with its dollars; empty for what has none."""
        return "$" + units.latex_unit(self._unit_str).lstrip("~") + "$" if self._unit_str else ""

    @property
    def json(self) -> dict[str, Any]:
        """Its four fields, and those it was read with that are not ours."""
        value, shape = self._quantity, {}
        if self._unit_str is not None:
            shape = {"shape": list(value.shape)} if 0 in value.shape[:-1] else {}
            value = _listed(value.value)
        own = {"value": value, "unit": self._unit_str, "label": self.label, "description": self.description}
        return {**self.extra, **own, **shape}

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of an array; empty for one value."""
        return tuple(self._quantity.shape) if self._unit_str is not None else ()

    @property
    def nulls(self) -> int:
        """How many of its numbers JSON cannot hold, so that they are written as null."""
        import numpy as np  # noqa: PLC0415  # comes with astropy

        return 0 if self._unit_str is None else int(np.size(self._quantity.value) - _finite(self._quantity.value).sum())

    @classmethod
    def deserialize(
        cls,
        /,
        label: str | None = None,
        description: str | None = None,
        value: Any = None,
        unit: str | None = None,
        **extra: Any,
    ) -> Datum:
        """Make it from the fields of its JSON.

        Raises
        ------
        TypeError, ValueError
            The value or the unit is none.
        """
        for name, text in (("label", label), ("description", description), ("unit", unit)):
            if not isinstance(text, str | None):
                raise TypeError(f"`{name}` must be text, not {_short(text)}")
        made = cls(None, None, label, description)
        shape = extra.get("shape")
        if _is_hollow(value) and isinstance(shape, list) and _is_empty_shape(shape):
            value = _of_shape(shape)
            del extra["shape"]
        if unit is not None:
            if units.facts(unit).canonical is None:
                raise ValueError(f"{_short(unit)} is not a unit")
            made._quantity = units.quantity(_numbers(value), unit)
            made._unit_str = units.spelling_of(made._quantity.unit)
        else:
            made._set(value, None)
        made.extra = extra
        return made

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Datum):
            return NotImplemented
        mine, theirs = (
            (datum._unit_str, datum.label, datum.description, datum.extra)  # noqa: SLF001  # it is of this class
            for datum in (self, other)
        )
        return mine == theirs and _same(self._quantity, other._quantity)

    __hash__ = None  # type: ignore[assignment]  # it can be changed

    def __str__(self) -> str:
        return f"{self.label}: {self._quantity}" if self.label else str(self._quantity)

    def __repr__(self) -> str:
        more = [f"label={self.label!r}"] if self.label else []
        more += [f"description={self.description!r}"] if self.description else []
        return f"Datum({', '.join([repr(self._quantity), *more])})"


def _is_hollow(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_hollow, value))


def _is_empty_shape(shape: list[Any]) -> bool:
    return all(type(size) is int and 0 <= size < 2**31 for size in shape) and 0 in shape


def _of_shape(shape: list[int]) -> Any:
    """Make an array without elements."""
    import numpy as np  # noqa: PLC0415  # comes with astropy

    try:
        return np.empty(shape)
    except ValueError:
        raise TypeError("`shape` has too many dimensions") from None


def _require_real(value: Any) -> None:
    kind = "c" if isinstance(value, complex) else getattr(getattr(value, "dtype", None), "kind", "f")
    if kind in "cV":
        what = "complex" if kind == "c" else "a structure"
        raise TypeError(f"{_short(value)} is {what}, which has no form in JSON: keep its parts")


def _plain(value: Any) -> Any:
    """Give Python's own type for numpy's scalars of text, booleans and whole numbers."""
    kind = getattr(getattr(value, "dtype", None), "kind", "")
    if kind and not hasattr(value, "unit") and getattr(value, "shape", None) == () and kind in "biuU":
        return value.item()
    return value


def _numbers(value: Any) -> Any:
    """Give a number or an array of numbers, None being not-a-number.

    Raises
    ------
    TypeError
        There is something else in it.
    """
    import numpy as np  # noqa: PLC0415  # comes with astropy, for quantities only

    if isinstance(value, np.ma.MaskedArray):
        value = np.ma.filled(value.astype(float), np.nan)  # a masked value is none
    if _has_boolean(value):
        raise TypeError("its elements are not numbers")  # numpy would count them as 0 and 1
    try:
        array = np.asarray(value)
    except ValueError:
        raise TypeError("the rows of the array have different lengths") from None
    if array.dtype.kind == "O":
        odd = next((item for item in array.flat if item is not None and not _is_number(item)), None)
        if isinstance(odd, list | tuple):
            raise TypeError("it has too many dimensions, or its rows have different lengths")
        if odd is not None:
            raise TypeError(f"{_short(odd)} is not a number")
        try:
            array = array.astype(float)
        except OverflowError:
            raise TypeError("a number in it is too large") from None
    _require_real(array)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{_short(value)} is not a number" if array.ndim == 0 else "its elements are not numbers")
    return array if array.ndim or units.has_large_integers(array) else float(array)


def _has_boolean(value: Any) -> bool:
    if not isinstance(value, list | tuple):
        return False
    kinds = set(map(type, value))
    return bool in kinds or (bool(kinds & {list, tuple}) and any(map(_has_boolean, value)))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."  # noqa: PLR2004  # as much as one reads


def _listed(value: Any) -> Any:
    """Give numbers as JSON can hold them."""
    import numpy as np  # noqa: PLC0415  # comes with astropy

    array, finite = np.asarray(value), _finite(value)
    if not finite.all():
        array = np.where(finite, array, None)  # type: ignore[call-overload]  # an array of objects, on purpose
    return array.tolist()


def _finite(value: Any) -> Any:
    import numpy as np  # noqa: PLC0415  # comes with astropy

    known = np.isfinite(np.asarray(value))
    mask = getattr(value, "mask", None)  # of astropy's masked quantities
    return known if mask is None else known & ~np.asarray(mask)


def _same(one: Any, other: Any) -> bool:
    import numpy as np  # noqa: PLC0415  # comes with astropy

    if hasattr(one, "unit") and hasattr(other, "unit"):
        return bool(np.array_equal(one.value, other.value, equal_nan=np.asarray(one.value).dtype.kind == "f"))
    return type(one) is type(other) and bool(one == other)


def datum_from(fields: Mapping[str, Any]) -> Datum:
    """Make a datum from a JSON object."""
    return Datum.deserialize(**{str(key): value for key, value in fields.items()})
