"""Canonical JSON."""

import pytest

from shared.access.canonical import NotCanonical, canonical_json


def test_order_spaces_and_numbers_do_not_matter() -> None:
    assert canonical_json({"b": 1.0, "a": [1, "\u00e9"]}) == '{"a":[1,"\u00e9"],"b":1}'.encode()
    # Names are in the order of their UTF-16 units, in which an emoji is before U+FB33.
    assert canonical_json({"\ufb33": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ufb33":1}'.encode()


@pytest.mark.parametrize(
    "value", [2**53, float("nan"), float("inf"), "\ud800", {"\ud800": 1}, {1: 2}], ids=repr
)
def test_what_readers_change_has_no_canonical_form(value: object) -> None:
    with pytest.raises(NotCanonical) as refused:
        canonical_json([value])
    assert str(2**53) not in str(refused.value)
