"""Values of a JSON document of any size: the same as the standard library's, wherever the chunks end."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weakties.sources import json_stream
from weakties.sources.json_stream import ITEM, OPENED, Damaged, values

INTO = frozenset([(), ("a",), ("a", ITEM), ("a", ITEM, "m")])
LEAVES = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text() | st.floats(allow_nan=False)
ANY = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from('abm\\"é'), inner), max_leaves=12
)


def found(text: str, into: frozenset[tuple[str, ...]] = INTO, **more: str) -> list[tuple[tuple[str, ...], object]]:
    return list(values(io.StringIO(text), into, **more))


def told(value: object, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], object]]:
    """Return what must be said of a value that is already decoded."""
    if path not in INTO or not isinstance(value, dict | list):
        return [(path, value)]
    inner = [(ITEM, v) for v in value] if isinstance(value, list) else list(value.items())
    return [(path, OPENED), *(said for key, v in inner for said in told(v, (*path, key)))]


@given(ANY, st.sampled_from([None, 1]), st.integers(1, 9))
def test_it_says_what_the_standard_library_does(value: object, indent: int | None, chunk: int) -> None:
    usual, json_stream._CHUNK = json_stream._CHUNK, chunk
    try:
        assert found(json.dumps(value, indent=indent)) == told(value)
    finally:
        json_stream._CHUNK = usual


@given(ANY, st.data())
def test_what_is_cut_off_is_damaged_or_a_shorter_number(value: object, data: st.DataObject) -> None:
    text = json.dumps([value])
    with pytest.raises(Damaged):
        found(text[: data.draw(st.integers(0, len(text) - 1))])


@pytest.mark.parametrize(
    "text", ["", "   ", "{", "[1,", "[1 2]", '{"a" 1}', "{]", "[}", "nul", '{"a":', "[" * 100_000, '"\\u12']
)
def test_what_is_no_json_is_damaged(text: str) -> None:
    with pytest.raises(Damaged):
        found(text)


def test_numbers_too_long_to_be_meant_are_none() -> None:
    assert found("[" + "9" * 50_000 + ", 12]") == [((), OPENED), ((ITEM,), 0), ((ITEM,), 12)]


def test_what_stands_before_the_document_is_passed_over() -> None:
    assert found("window.x.part0 = [1]", after="=") == [((), OPENED), ((ITEM,), 1)]
    with pytest.raises(Damaged):
        found("window.x.part0 [1]", after="=")
