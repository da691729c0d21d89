"""The one reader of untrusted JSON."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared import base64url
from shared.errors import MalformedRequest
from shared.json_shape import Shape, parse_object

bounded = settings(max_examples=100)
NO_OBJECTS: dict[str, bytes] = {
    "nothing": b"",
    "space": b" ",
    "null": b"null",
    "true": b"true",
    "number": b"1",
    "text": b'"{}"',
    "list": b"[{}]",
    "two": b"{}{}",
    "two-lines": b"{}\n{}",
    "cut": b'{"a":1',
    "trailing-comma": b'{"a":1,}',
    "no-quotes": b"{a:1}",
    "single-quotes": b"{'a':1}",
    "comment": b'{"a":1}//',
    "nan": b'{"a":NaN}',
    "infinity": b'{"a":Infinity}',
    "minus-infinity": b'{"a":[-Infinity]}',
    "leading-zero": b'{"a":01}',
    "plus": b'{"a":+1}',
    "hexadecimal": b'{"a":0x1}',
    "control-in-text": b'{"a":"\n"}',
    "bad-escape": b'{"a":"\\x41"}',
    "half-escape": b'{"a":"\\u12"}',
    "not-utf-8": b'{"a":"\xff"}',
    "overlong-utf-8": b'{"a":"\xc0\xaf"}',
    "surrogate-in-utf-8": b'{"a":"\xed\xa0\x80"}',
    "utf-16": '{"a":1}'.encode("utf-16"),
    "utf-16-be": '{"a":1}'.encode("utf-16-be"),
    "utf-32": '{"a":1}'.encode("utf-32"),
    "byte-order-mark": b"\xef\xbb\xbf{}",
    "duplicate": b'{"a":1,"a":1}',
    "duplicate-escaped": b'{"a":1,"\\u0061":1}',
    "duplicate-below": b'{"a":{"b":1,"b":1}}',
    "duplicate-in-list": b'{"a":[{"b":1,"b":1}]}',
    "long-integer": b'{"a":' + b"9" * 10_000 + b"}",
    "deep-list": b'{"a":' + b"[" * 200_000,
    "deep-object": b'{"a":' * 200_000,
    "gzip": b"\x1f\x8b\x08\x00",
}
SHAPE = Shape({"a": "text", "n": None}, "outer.")
TEXTS: tuple[object, ...] = (
    "",
    0,
    1,
    True,
    False,
    [],
    ["a"],
    {},
    1.5,
    "toolong",
    "\ud800",
    "\udfff",
)


@pytest.mark.parametrize("data", NO_OBJECTS.values(), ids=NO_OBJECTS)
def test_other_values_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_object(data)


@bounded
@given(
    st.dictionaries(
        st.text(),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=10,
        ),
    )
)
def test_reads_what_json_writes(value: dict[str, Any]) -> None:
    assert parse_object(json.dumps(value).encode()) == value


@pytest.mark.parametrize("data", [b"{}", b' \t\r\n{"a" : [1, 2.5e3, "\xc3\xa9\\ud83d\\udd11"]} '])
def test_matching_values_are_accepted(data: bytes) -> None:
    assert parse_object(data) == json.loads(data)


def test_unknown_members_are_refused() -> None:
    SHAPE.only("a", "n", "unused")
    SHAPE.only("a", "n")
    with pytest.raises(MalformedRequest, match=r"^Only these members are known here: b, n\.$"):
        SHAPE.only("b", "n")


def test_an_unknown_member_may_be_null() -> None:
    SHAPE.only("a")


@pytest.mark.parametrize("value", TEXTS)
def test_a_text_is_a_text_of_some_length(value: object) -> None:
    shape = Shape({"a": value}, "outer.")
    for read in (shape.text, shape.optional_text):
        with pytest.raises(MalformedRequest, match=r"^outer\.a must be a string of 1 to 4 "):
            read("a", limit=4)
    assert SHAPE.text("a", limit=4) == SHAPE.optional_text("a", limit=4) == "text"


@pytest.mark.parametrize("name", ["n", "absent"])
def test_an_optional_member_may_be_null_or_absent(name: str) -> None:
    assert SHAPE.optional_text(name, limit=4) is None
    assert SHAPE.optional_binary(name, limit=4) is None
    assert SHAPE.optional_choice(name, ["x"]) is None
    assert SHAPE.optional_choices(name, ["x"]) == ()
    assert SHAPE.optional_texts(name, limit=4, each=4) == ()
    assert SHAPE.flag(name) is False
    for read in (SHAPE.text, SHAPE.binary):
        with pytest.raises(MalformedRequest, match=rf"^outer\.{name} is required\.$"):
            read(name, limit=4)


@pytest.mark.parametrize("value", [None, "", "{}", 0, True, [], [{}]])
def test_an_object_is_an_object(value: object) -> None:
    with pytest.raises(MalformedRequest, match=r"^outer\.a must be an object\.$"):
        Shape({"a": value}, "outer.").inner("a")


def test_a_refusal_names_the_whole_path() -> None:
    inner = Shape({"a": {"b": {"c": 5}}}).inner("a").inner("b")
    with pytest.raises(MalformedRequest, match=r"^a\.b\.c must be"):
        inner.text("c", limit=4)


@pytest.mark.parametrize("length", range(12))
def test_the_limit_of_binary_counts_bytes(length: int) -> None:
    shape = Shape({"a": base64url.encode(bytes(length))})
    for limit in range(1, 12):
        if 0 < length <= limit:
            assert shape.binary("a", limit=limit) == bytes(length)
        else:
            with pytest.raises(MalformedRequest, match=rf"1 to {limit} bytes"):
                shape.binary("a", limit=limit)


@pytest.mark.parametrize("value", [0, 1, True, [], {}, "z", "", ["x"], "\ud800"])
def test_a_choice_is_one_of_several(value: object) -> None:
    with pytest.raises(MalformedRequest, match=r"^a must be one of: x, y\.$"):
        Shape({"a": value}).optional_choice("a", ["x", "y"])
    assert Shape({"a": "y"}).optional_choice("a", ["x", "y"]) == "y"


@pytest.mark.parametrize("value", [4, 8, -5, True, False, "5", 5.0, [], {}, 10**30])
def test_an_integer_is_a_number_within_limits(value: object) -> None:
    with pytest.raises(MalformedRequest, match=r"^a must be a whole number from 5 to 7\.$"):
        Shape({"a": value}).optional_integer("a", least=5, most=7)


@pytest.mark.parametrize("value", [5, 7, 2**31 - 1, None])
def test_an_integer_within_the_limits_is_accepted(value: int | None) -> None:
    assert Shape({"a": value}).optional_integer("a", least=5) == value
    assert Shape({}).optional_integer("a", least=5) is None


@pytest.mark.parametrize("value", [0, 1, "", "true", [], {}])
def test_a_flag_is_true_or_false(value: object) -> None:
    with pytest.raises(MalformedRequest, match=r"^a must be true or false\.$"):
        Shape({"a": value}).flag("a")
    assert Shape({"a": True}).flag("a") is True
    assert Shape({"a": False}).flag("a") is False
    assert Shape({}).flag("a") is False


def test_choices_are_all_among_several() -> None:
    def read(value: object) -> tuple[str, ...]:
        return Shape({"a": value}).optional_choices("a", ["x", "yy"])

    assert read([]) == ()
    assert read(["yy", "x"]) == ("yy", "x")
    assert Shape({}).optional_choices("a", ["x"]) == ()
    for value in (["z"], ["x", "z"], ["x", "yy", "x"], ["xxx"], "x", {"x": 1}, 1, [["x"]]):
        with pytest.raises(MalformedRequest, match=r"^a m"):
            read(value)
    with pytest.raises(MalformedRequest, match=r"^a may hold only: x, yy\.$"):
        read(["z"])


@pytest.mark.parametrize(
    "value",
    [
        "ab",
        0,
        True,
        {},
        {"a": 1},
        [1],
        [None],
        [""],
        ["abcd"],
        ["a"] * 3,
        [["a"]],
        ["\ud800"],
    ],
)
def test_texts_are_a_short_list_of_short_texts(value: object) -> None:
    with pytest.raises(MalformedRequest, match=r"^a must be a list of at most 2 short strings\.$"):
        Shape({"a": value}).optional_texts("a", limit=2, each=3)
    assert Shape({"a": ["abc", "b"]}).optional_texts("a", limit=2, each=3) == ("abc", "b")
    assert Shape({}).optional_texts("a", limit=2, each=3) == ()
