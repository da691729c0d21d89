"""fido2 reads every accepted item in the same way, in limited time and depth."""

from collections.abc import Callable

import pytest
from fido2 import cbor as fido2_cbor
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.webauthn.cbor_shape import MAX_DEPTH, MAX_PARTS, check_item, item_end
from tests.authenticator import cbor
from tests.authenticator.malformed import MALFORMED_ITEMS

bounded = settings(max_examples=300)
scalars = (
    st.integers(-(2**64), 2**64 - 1)
    | st.booleans()
    | st.binary(max_size=300)
    | st.text(st.characters(codec="utf-8"), max_size=40)
)
map_keys = st.integers(-300, 300) | st.text(st.characters(codec="utf-8"), max_size=8) | st.binary()
items = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(map_keys, inner, max_size=6),
    max_leaves=20,
)


def depth(value: object) -> int:
    match value:
        case dict():
            return 1 + max(map(depth, value.values()), default=0)
        case list():
            return 1 + max(map(depth, value), default=0)
    return 0


@bounded
@given(items.filter(lambda value: depth(value) <= MAX_DEPTH), st.binary(max_size=4))
def test_an_item_ends_where_it_ends(value: object, rest: bytes) -> None:
    encoded = cbor.encode(value)
    check_item(encoded)
    assert item_end(b"before" + encoded + rest, 6) == 6 + len(encoded)
    assert fido2_cbor.decode(encoded) == value
    if rest:
        with pytest.raises(ValueError, match="bytes after"):
            check_item(encoded + rest)


@bounded
@given(items.filter(lambda value: depth(value) <= MAX_DEPTH), st.data())
def test_a_truncated_item_is_refused(value: object, data: st.DataObject) -> None:
    encoded = cbor.encode(value)
    cut = data.draw(st.integers(0, len(encoded) - 1))
    with pytest.raises(ValueError, match="CBOR"):
        check_item(encoded[:cut])


@bounded
@given(st.binary(max_size=64))
def test_fido2_reads_an_accepted_item_in_the_same_way(data: bytes) -> None:
    try:
        check_item(data)
    except ValueError:
        return
    value = fido2_cbor.decode(data)
    again = fido2_cbor.encode(value)
    check_item(again)
    assert fido2_cbor.decode(again) == value


@pytest.mark.parametrize("item", MALFORMED_ITEMS.values(), ids=MALFORMED_ITEMS)
def test_refuses(item: bytes) -> None:
    with pytest.raises(ValueError, match=r"CBOR|codec"):
        check_item(item)


@pytest.mark.parametrize("initial", [i for i in range(256) if i >> 5 >= 6])
def test_of_tags_and_simple_values_only_booleans_pass(initial: int) -> None:
    item = bytes([initial]) + bytes(9)
    if initial in (0xF4, 0xF5):
        assert item_end(item, 0) == 1
        return
    with pytest.raises(ValueError, match="CBOR"):
        item_end(item, 0)


@pytest.mark.parametrize("form", [b"\xf8\x14", b"\xf8\x15", b"\xf9\0\x14", b"\xfa\0\0\0\x15"])
def test_a_boolean_has_one_form(form: bytes) -> None:
    with pytest.raises(ValueError, match="no authenticator sends"):
        check_item(form)


@pytest.mark.parametrize(
    "pairs",
    [
        [("a", 1), ("a", 2)],
        [(1, 1), (cbor.Overlong(1), 2)],
        [("a", 1), (cbor.Overlong("a"), 2)],
        [(-1, 1), (2, 1), (cbor.Overlong(-1), 1)],
    ],
)
def test_a_key_in_two_encodings_is_a_duplicate(pairs: list[tuple[object, object]]) -> None:
    with pytest.raises(ValueError, match="twice"):
        check_item(cbor.encode(cbor.Pairs(pairs)))


def test_keys_of_different_types_are_different() -> None:
    check_item(cbor.encode(cbor.Pairs([(1, 0), (-2, 0), ("\1", 0), (b"\1", 0)])))


@pytest.mark.parametrize("key", [True, [1], {1: 1}, cbor.Tagged(1, 1), cbor.Simple(22), 1.5])
def test_a_key_is_an_integer_or_a_string(key: object) -> None:
    with pytest.raises(ValueError, match="map key"):
        check_item(cbor.encode(cbor.Pairs([(key, 1)])))


def test_nesting_has_a_limit() -> None:
    check_item(cbor.nested(MAX_DEPTH))
    with pytest.raises(ValueError, match="too deeply"):
        check_item(cbor.nested(MAX_DEPTH + 1))
    deep_map = b"\xa1\x01" * (MAX_DEPTH + 1) + b"\xa0"
    check_item(deep_map[2:])
    with pytest.raises(ValueError, match="too deeply"):
        check_item(deep_map)


@pytest.mark.parametrize(
    "wide",
    [
        lambda count: [0] * count,
        lambda count: dict.fromkeys(range(count), 0),
        lambda count: [[0] * ((count - 9) // 8 + 1)] * 8,
    ],
    ids=["array", "map", "arrays-in-an-array"],
)
def test_an_item_has_a_limited_number_of_parts(wide: Callable[[int], object]) -> None:
    """fido2's decoder copies the rest of the buffer for each part."""
    check_item(cbor.encode(wide(MAX_PARTS // 2 - 1)))
    with pytest.raises(ValueError, match="too many parts"):
        check_item(cbor.encode(wide(MAX_PARTS + 1)))
