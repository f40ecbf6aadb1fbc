"""JSON Pointers lead to what they name, whatever is in the keys."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnomon import pointers

VALUES = st.recursive(
    st.none() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("~/01a", max_size=3), inner, max_size=3),
    max_leaves=8,
)


def leaves(value: Any, *keys: object) -> list[tuple[tuple[object, ...], Any]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(keys, value), *(leaf for key, item in inner for leaf in leaves(item, *keys, key))]


@given(VALUES)
def test_every_value_is_found_by_its_pointer(value: Any) -> None:
    for keys, expected in leaves(value):
        pointer = pointers.join(*keys)
        assert pointers.parts(pointer) == [str(key) for key in keys]
        assert pointers.find(value, pointer) is expected


@pytest.mark.parametrize("pointer", ["/b", "/a/2", "/a/-1", "/a/0/x", "/a/\u0661", "/"])
def test_a_pointer_may_lead_nowhere(pointer: str) -> None:
    assert pointers.find({"a": [None, 1]}, pointer) is pointers.NOTHING


def test_null_is_a_value() -> None:
    assert pointers.find({"a": [None, 1]}, "/a/0") is None
