import math

import pytest
from fido2 import cbor as fido2_cbor
from hypothesis import given
from hypothesis import strategies as st

from tests.authenticator import cbor
from tests.authenticator.cbor import Float, Indefinite, Overlong, Pairs, Raw, Simple, Tagged

INTEGERS = st.integers(-(2**64), 2**64 - 1)
VALUES = st.recursive(
    st.booleans() | INTEGERS | st.binary() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(INTEGERS | st.text() | st.binary(), inner),
    max_leaves=20,
)


@given(VALUES)
def test_plain_values_are_canonical(value: object) -> None:
    encoded = cbor.encode(value)
    assert encoded == fido2_cbor.encode(value)  # type: ignore[arg-type]  # fido2 spells the union out
    assert fido2_cbor.decode(encoded) == value


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        (None, "f6"),
        (Simple(23), "f7"),
        (Simple(24), "f818"),
        (1.5, "fb3ff8000000000000"),
        (Float(1.5, 2), "f93e00"),
        (Float(math.inf, 4), "fa7f800000"),
        (Tagged(1, 0), "c100"),
        (Indefinite([1, 2]), "9f0102ff"),
        (Indefinite({"a": 1}), "bf616101ff"),
        (Indefinite(b"ab"), "5f426162ff"),
        (Overlong(1, 2), "190001"),
        (Overlong(b"ab", 1), "58026162"),
        (Overlong({"a": 1}), "bb0000000000000001616101"),
        (Pairs([("a", 1), ("a", 2)]), "a2616101616102"),
        ({"aa": 1, "b": Raw(b"\xff")}, "a26162ff62616101"),
    ],
)
def test_each_malformed_item_is_written_as_rfc_8949_describes_it(
    value: object, encoded: str
) -> None:
    assert cbor.encode(value).hex() == encoded


def test_nesting_and_declared_lengths() -> None:
    assert cbor.nested(2).hex() == "818180"
    assert cbor.declared(cbor.BYTES, 2**32, b"x").hex() == "5b000000010000000078"


def test_a_type_without_a_form_is_refused() -> None:
    with pytest.raises(TypeError, match="set"):
        cbor.encode({1})
