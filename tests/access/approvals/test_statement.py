"""What is asked for has one spelling, and what has two is refused."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.access.approvals.exact_numbers import check_numbers
from shared.access.approvals.statement import (
    MOST_BYTES,
    AskedBy,
    AskedProfile,
    Request,
    database_in,
    profile_state_in,
    read_statement,
    write_statement,
)
from shared.access.postgresql.asked import AskedDatabase
from shared.accounts.handles import UserHandle
from shared.errors import MalformedRequest

HANDLE = UserHandle(bytes(range(32)))
DATABASE = AskedDatabase(host="db.example.com", port=5432, name="orders", role="app_ro")


def request(details: Any, *, reason: str | None = "monthly") -> Request:  # noqa: ANN401
    return Request(
        id="0191d9e2-7b3c-7000-8000-000000000001",
        service="https://id.example.org",
        profile=AskedProfile(name="pay", title="Payments", kind="custom", state="s"),
        details=details,
        reason=reason,
        asker=AskedBy(
            handle=HANDLE,
            username="alice",
            display_name="Alice",
            client=None,
            address="2001:db8::1",
        ),
        created_at=datetime(2031, 5, 17, 12, 0, 7, tzinfo=UTC),
        expires_at=datetime(2031, 5, 17, 13, 0, 7, tzinfo=UTC),
        lifetime_seconds=300,
    )


def test_a_statement_is_written_as_documented() -> None:
    """The bytes that people sign never change: receipts of years ago are checked by them."""
    text = write_statement(request({"type": "custom", "b": [1.50, True, None], "a": {"é": "x/y"}}))
    assert text == (
        '{"approval":"0191d9e2-7b3c-7000-8000-000000000001","asker":{"address":"2001:db8::1",'
        '"client":null,"displayName":"Alice","id":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",'
        '"username":"alice"},"createdAt":"2031-05-17T12:00:07Z","details":{"a":{"é":"x/y"},'
        '"b":[1.5,true,null],"type":"custom"},"expiresAt":"2031-05-17T13:00:07Z",'
        '"lifetimeSeconds":300,"profile":{"kind":"custom","name":"pay","state":"s",'
        '"title":"Payments"},"reason":"monthly","service":"https://id.example.org","version":1}'
    )
    assert read_statement(text)["details"]["b"] == [1.5, True, None]
    assert profile_state_in(text) == "s"


def test_a_database_is_written_as_documented() -> None:
    """Other statements have no such member: their bytes are as before."""
    text = write_statement(replace(request({}), database=DATABASE))
    assert (
        '"database":{"host":"db.example.com","name":"orders","port":5432,"role":"app_ro"}' in text
    )
    assert database_in(read_statement(text)) == DATABASE
    assert database_in(read_statement(write_statement(request({})))) is None


def test_the_order_of_members_does_not_matter() -> None:
    one = write_statement(request({"a": 1, "__proto__": {"b": 2}, "\U0001f600": 1, "\ufb33": 2}))
    other = write_statement(request({"\ufb33": 2, "\U0001f600": 1, "__proto__": {"b": 2}, "a": 1}))
    assert one == other
    assert one.index("\U0001f600") < one.index("\ufb33")  # by UTF-16, as RFC 8785 wants it


@pytest.mark.parametrize(
    "details",
    [
        {"n": 2**53},
        {"n": -(2**53)},
        {"n": float("inf")},
        {"n": float("nan")},
        {"t": "a\nb"},
        {"t": "\x00"},
        {"t": "\x9b"},
        {"t": "\u2028"},
        {"t": "\ud800"},
        {"a\tb": 1},
        {"": 1},
        {"n" * 65: 1},
        {"a": [{"b": {"c": [[[[[[1]]]]]]}}]},
        {"a": list(range(256))},
        {"t": ["x" * 512] * 40},
    ],
    ids=repr,
)
def test_what_cannot_be_written_exactly_is_refused(details: dict[str, Any]) -> None:
    with pytest.raises(MalformedRequest):
        write_statement(request(details))


def test_what_can_be_written_exactly_is_not() -> None:
    for details in ({"n": 2**53 - 1}, {"n": 1e21}, {"n": -0.5}, {"t": "𝄞 שלום e\u0301"}):
        assert read_statement(write_statement(request(details)))["details"] == details


def test_a_reason_has_no_control_characters() -> None:
    with pytest.raises(MalformedRequest, match="reason"):
        write_statement(request({}, reason="a\x1b[31m"))


def test_a_statement_is_bounded_in_bytes() -> None:
    room = MOST_BYTES - len(write_statement(request({"t": ""})).encode())
    assert write_statement(request({"t": "é" * (room // 2)}))
    with pytest.raises(MalformedRequest, match="bytes"):
        write_statement(request({"t": "é" * (room // 2 + 1)}))


@pytest.mark.parametrize("number", ["0.1", "0.10", "1e2", "1E+2", "-0.0", "123456789.125", "1e21"])
def test_numbers_that_readers_keep_are_accepted(number: str) -> None:
    check_numbers(b'{"a":[' + number.encode() + b"]}")


@pytest.mark.parametrize(
    "number", ["0.1000000000000000055", "9007199254740993.0", "1e400", "-1e400", "1e-400"]
)
def test_numbers_that_readers_change_are_refused(number: str) -> None:
    with pytest.raises(MalformedRequest, match="digits"):
        check_numbers(b'{"a":' + number.encode() + b"}")


def test_members_are_a_plain_mapping() -> None:
    text = write_statement(request(json.loads('{"__proto__":{"admin":true}}')))
    assert '"__proto__":{"admin":true}' in text
