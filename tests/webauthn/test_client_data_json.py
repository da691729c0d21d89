"""L3 section 7.1 step 5 and section 7.2 step 8: client data that two readers could read in two ways
is read by none."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from shared import base64url
from shared.errors import MalformedRequest
from shared.webauthn.client_data import MAX_BYTES
from tests.webauthn.relying_party import (
    CHALLENGE,
    Registered,
    asked_to_create,
    register,
    saying,
    soft_authenticator,
)

type Lie = Callable[[bytes], bytes]

TOP = "https://top.example"


def without(name: str) -> Lie:
    return lambda honest: json.dumps(
        {k: v for k, v in json.loads(honest).items() if k != name}
    ).encode()


def repeating(name: str, value: str) -> Lie:
    return lambda honest: b'{"%s":%s,' % (name.encode(), value.encode()) + honest[1:]


def in_codec(name: str) -> Lie:
    return lambda honest: honest.decode().encode(name)


MALFORMED: dict[str, Lie] = {
    "not-utf-8": lambda honest: honest[:-1] + b',"x":"\xff"}',
    "overlong-utf-8": lambda honest: honest.replace(b"/", b"\xc0\xaf"),
    "surrogates-in-utf-8": lambda honest: honest[:-1] + b',"x":"\xed\xa0\x80"}',
    "utf-16": in_codec("utf-16"),
    "utf-16-without-mark": in_codec("utf-16-le"),
    "utf-32": in_codec("utf-32"),
    "byte-order-mark": in_codec("utf-8-sig"),
    "nul": lambda honest: honest + b"\0",
    "nothing-but-space": lambda _: b" ",
    "array": lambda honest: b"[" + honest + b"]",
    "string": lambda honest: json.dumps(honest.decode()).encode(),
    "number": lambda _: b"300000000",
    "null": lambda _: b"null",
    "true": lambda _: b"true",
    "nan": lambda honest: honest[:-1] + b',"x":NaN}',
    "infinity": lambda honest: honest[:-1] + b',"x":-Infinity}',
    "single-quotes": lambda honest: honest.replace(b'"', b"'"),
    "trailing-comma": lambda honest: honest[:-1] + b",}",
    "trailing-object": lambda honest: honest + honest,
    "comment": lambda honest: b"/**/" + honest,
    "cut-short": lambda honest: honest[:-1],
    "deep": lambda honest: honest[:-1] + b',"x":' + b"[" * 6_000,
    "big-integer": lambda honest: honest[:-1] + b',"x":' + b"9" * 5_000 + b"}",
    "duplicate-type": repeating("type", '"webauthn.get"'),
    "duplicate-challenge": repeating("challenge", '"AA"'),
    "duplicate-origin": repeating("origin", '"https://evil.example"'),
    "duplicate-cross-origin": repeating("crossOrigin", "true"),
    "duplicate-in-other-words": repeating("\\u006frigin", '"https://evil.example"'),
    "duplicate-unknown": repeating("x", '1,"x":2'),
    "duplicate-below": lambda honest: honest[:-1] + b',"x":{"y":1,"y":2}}',
    "longer-than-any": lambda honest: honest[:-1] + b" " * MAX_BYTES + b"}",
    **{f"no-{name}": without(name) for name in ("type", "challenge", "origin")},
}
NO_TYPE: tuple[Any, ...] = (None, "", 0, 1, True, ["webauthn.create"], {}, "\ud800", "t" * 65)
NO_CHALLENGE: tuple[Any, ...] = (
    *(None, "", 0, 300_000_000, True, [1], {}, "\ud800", "é", "!"),
    base64url.encode(CHALLENGE) + "=",
    base64url.encode(CHALLENGE) + "\n",
    " " + base64url.encode(CHALLENGE),
    base64url.encode(CHALLENGE)[:-1] + "9",  # the same bytes in another spelling
    "A",
    "+/+/",
)
NO_BOOLEAN: tuple[Any, ...] = ("", "true", "false", 0, 1, [], {})
NO_TOP_ORIGIN: tuple[Any, ...] = (0, True, [TOP], {}, "\ud800", "https://" + "a" * 1017)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("type", value) for value in NO_TYPE),
        *(("challenge", value) for value in NO_CHALLENGE),
        *(("crossOrigin", value) for value in NO_BOOLEAN),
        *(("topOrigin", value) for value in NO_TOP_ORIGIN),
    ],
)
def test_names_the_malformed_member(alice: Registered, name: str, value: object) -> None:
    lie = saying(**{name: value})
    message = soft_authenticator().create(asked_to_create(), client_data=lie)
    with pytest.raises(MalformedRequest, match=rf"^clientDataJSON\.{name} "):
        register(message)
    with pytest.raises(MalformedRequest, match=rf"^clientDataJSON\.{name} "):
        alice.authenticate(alice.sign(client_data=lie))


@pytest.mark.parametrize("lie", MALFORMED.values(), ids=MALFORMED)
def test_refuses_malformed_client_data(alice: Registered, lie: Lie) -> None:
    message = soft_authenticator().create(asked_to_create(), client_data=lie)
    with pytest.raises(MalformedRequest, match="clientDataJSON"):
        register(message)
    with pytest.raises(MalformedRequest, match="clientDataJSON"):
        alice.authenticate(alice.sign(client_data=lie))
