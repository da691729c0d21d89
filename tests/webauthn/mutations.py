"""Hypothesis strategies that spoil honest messages: their bytes, their CBOR, their JSON."""

from collections.abc import Callable, Mapping
from typing import Any

from fido2 import cbor as fido2_cbor
from hypothesis import settings
from hypothesis import strategies as st

from tests.authenticator import base64url, cbor
from tests.authenticator.malformed import MALFORMED_ITEMS

type Message = dict[str, Any]

bounded = settings(max_examples=100)
"""The same examples in every run, on every machine."""

texts = st.text(max_size=20) | st.sampled_from(["public-key", "AAAA", "\ud800", "=", "null"])
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | numbers | texts
members = st.sampled_from(
    [
        *("id", "rawId", "type", "response", "clientDataJSON", "attestationObject"),
        *("authenticatorData", "signature", "userHandle", "transports"),
        "authenticatorAttachment",
    ]
)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(members | texts, inner, max_size=5),
    max_leaves=8,
)
json_objects = st.dictionaries(members | texts, json_values, max_size=7)


@st.composite
def spoiled(draw: st.DrawFn, honest: bytes) -> bytes:
    """One to three edits: bytes are changed, removed, inserted or repeated."""
    data = honest
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(start + 8, len(data))))
        middle = draw(
            st.binary(max_size=8)
            | st.sampled_from([data[start:end] * 2, b"\xff" * (end - start), bytes(end - start)])
        )
        data = data[:start] + middle + data[end:]
    return data


cbor_items: st.SearchStrategy[Any] = (
    st.sampled_from([cbor.Raw(item) for item in MALFORMED_ITEMS.values()])
    | st.sampled_from([0, -7, 2**63, b"", "", [], {}, True, None, 1.5, cbor.Simple(23)])
    | st.binary(max_size=80)
    | st.text(st.characters(codec="utf-8"), max_size=10)
)
wrappings: st.SearchStrategy[Callable[[object], object]] = st.sampled_from(
    [
        cbor.Indefinite,
        cbor.Overlong,
        lambda value: cbor.Tagged(24, value),
        lambda value: [value],
        lambda value: {0: value},
        lambda value: cbor.encode(value),
    ]
)


@st.composite
def spoiled_cbor(draw: st.DrawFn, honest: bytes) -> bytes:
    """The same item with one changed place."""
    return cbor.encode(_spoil(draw, fido2_cbor.decode(honest)))


def _spoil(draw: st.DrawFn, value: object) -> object:
    inner = list(value) if isinstance(value, Mapping) else range(_length(value))
    if not inner or draw(st.integers(0, 4)) == 0:
        return draw(cbor_items | wrappings.map(lambda wrap: wrap(value)))
    chosen = draw(st.sampled_from(inner))
    if isinstance(value, list):
        return [*value[:chosen], _spoil(draw, value[chosen]), *value[chosen + 1 :]]
    assert isinstance(value, Mapping)
    how = draw(st.sampled_from(["spoil", "drop", "double", "rename"]))
    rest = [(key, held) for key, held in value.items() if key != chosen]
    match how:
        case "drop":
            return cbor.Pairs(rest)
        case "double":
            return cbor.Pairs([(chosen, value[chosen]), *value.items()])
        case "rename":
            return cbor.Pairs([*rest, (draw(cbor_items), value[chosen])])
    return cbor.Pairs([*rest, (chosen, _spoil(draw, value[chosen]))])


def _length(value: object) -> int:
    return len(value) if isinstance(value, list) else 0


@st.composite
def spoiled_json(draw: st.DrawFn, honest: Message) -> Message:
    """One member replaced, by nonsense or by the bytes of another member."""
    inside = draw(st.booleans())
    held: Message = honest["response"] if inside else honest
    name = draw(st.sampled_from(sorted(held)))
    others = [value for value in honest["response"].values() if isinstance(value, str)]
    value = draw(json_values | st.sampled_from(others) | st.binary().map(base64url.encode))
    changed = {**held, name: value}
    return {**honest, "response": changed} if inside else changed
