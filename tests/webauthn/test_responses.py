"""The JSON of a ceremony: a malformed member is refused by its name, before any decoding."""

import re
from typing import Any

import pytest

from shared.errors import AuthenticationRejected, MalformedRequest, Reason
from shared.webauthn.client_data import MAX_BYTES
from tests.authenticator import RegistrationLies, base64url
from tests.webauthn.relying_party import (
    USERNAMELESS,
    Registered,
    asked_to_create,
    read_created,
    read_signed,
    register,
    saying,
    soft_authenticator,
)

type Message = dict[str, Any]

BYTES = base64url.encode(b"some bytes, honestly")
# In place of anything that is base64url
NO_BYTES: tuple[object, ...] = (
    *(None, "", 0, 1, 300_000_000, -1, 1.5, True, False, [], [1, 2], {}, {"0": 1}),
    *("A", "AB", "A A", "A\nAA", "!", "*AAA", "AA.A", "é", "\ud800"),
    *(BYTES + "\n", " " + BYTES, BYTES + "\0", "\ufeff" + BYTES),
)
OPTIONAL_NO_BYTES = tuple(value for value in NO_BYTES if value not in (None, ""))
BASE64 = {
    **dict.fromkeys(("=", "AA==", BYTES + "=", BYTES + "==", "A" * 86 + "=="), "out the ="),
    **dict.fromkeys(("AA+A", "AA/A", "AA+=", "A/=="), "- and _"),
}
NO_OBJECT: tuple[object, ...] = (None, "", "{}", 0, True, [], [{}])
NO_TYPE: tuple[object, ...] = (
    *(None, "", 0, True, [], {}, ["public-key"]),
    *("publickey", "Public-Key", "public-key ", "public-key\0", "password"),
)
ODD_TRANSPORTS: tuple[object, ...] = (
    *("usb", 0, True, {}, {"usb": 1}, [1], [None], [["usb"]], ["x" * 33], ["usb,nfc"], ["\ud800"]),
)
REGISTRATION: dict[str, tuple[object, ...]] = {
    "id": NO_BYTES,
    "rawId": NO_BYTES,
    "type": NO_TYPE,
    "response": NO_OBJECT,
    "response.clientDataJSON": NO_BYTES,
    "response.attestationObject": NO_BYTES,
}
AUTHENTICATION: dict[str, tuple[object, ...]] = {
    "id": NO_BYTES,
    "rawId": NO_BYTES,
    "type": NO_TYPE,
    "response": NO_OBJECT,
    "response.clientDataJSON": NO_BYTES,
    "response.authenticatorData": NO_BYTES,
    "response.signature": NO_BYTES,
    "response.userHandle": OPTIONAL_NO_BYTES,
}
LIMITS = {
    "response.clientDataJSON": 8192,
    "response.attestationObject": 16384,
    "response.authenticatorData": 4096,
    "response.signature": 8192,
    "response.userHandle": 64,
    "id": 1023,
}


def rows(table: dict[str, tuple[object, ...]]) -> list[tuple[str, object]]:
    return [(path, value) for path, values in table.items() for value in values]


def created(lies: RegistrationLies) -> Message:
    return soft_authenticator().create(asked_to_create(), **lies)


def naming(path: str) -> str:
    return f"^{re.escape(path)} (must |is required)"


@pytest.mark.parametrize(("path", "value"), rows(REGISTRATION))
def test_refuses_registration(path: str, value: object) -> None:
    with pytest.raises(MalformedRequest, match=naming(path)):
        read_created(created({"replace": {path: value}}))


@pytest.mark.parametrize(("path", "value"), rows(AUTHENTICATION))
def test_refuses_assertion(alice: Registered, path: str, value: object) -> None:
    with pytest.raises(MalformedRequest, match=naming(path)):
        read_signed(alice.sign(replace={path: value}))


@pytest.mark.parametrize(
    "path", ["id", "rawId", "type", "response", "response.clientDataJSON", "response.signature"]
)
def test_refuses_assertion_without(alice: Registered, path: str) -> None:
    with pytest.raises(MalformedRequest, match=naming(path)):
        read_signed(alice.sign(omit=(path,)))


@pytest.mark.parametrize(
    "path",
    ["id", "rawId", "type", "response", "response.clientDataJSON", "response.attestationObject"],
)
def test_refuses_registration_without(path: str) -> None:
    with pytest.raises(MalformedRequest, match=naming(path)):
        read_created(created({"omit": (path,)}))


@pytest.mark.parametrize(
    "path",
    [
        "authenticatorAttachment",
        "clientExtensionResults",
        "response.authenticatorData",
        "response.publicKey",
        "response.publicKeyAlgorithm",
        "response.transports",
    ],
)
def test_a_registration_may_lack(path: str) -> None:
    assert read_created(created({"omit": (path,)})).attestation_object


@pytest.mark.parametrize("path", ["clientExtensionResults", "authenticatorAttachment"])
def test_an_assertion_may_lack(alice: Registered, path: str) -> None:
    assert read_signed(alice.sign(omit=(path,))).signature


def test_a_response_of_the_other_kind_is_refused(alice: Registered) -> None:
    with pytest.raises(MalformedRequest, match=naming("response.attestationObject")):
        read_created(alice.sign())
    with pytest.raises(MalformedRequest, match=naming("response.signature")):
        read_signed(created({}))


def test_two_different_ids_are_refused(alice: Registered) -> None:
    with pytest.raises(MalformedRequest, match=r"^rawId must equal id"):
        read_signed(alice.sign(raw_id=b"another"))
    with pytest.raises(MalformedRequest, match=r"^rawId must equal id"):
        read_created(created({"id": b"another"}))


@pytest.mark.parametrize("path", LIMITS)
def test_a_member_may_be_as_long_as_its_limit(alice: Registered, path: str) -> None:
    read = read_created if path == "response.attestationObject" else read_signed
    message = created({}) if read is read_created else alice.sign()
    for name in ("id", "rawId") if path == "id" else (path,):
        longest, too_long = bytes(LIMITS[path]), bytes(LIMITS[path] + 1)
        message = replaced(message, name, base64url.encode(longest))
    if path != "response.clientDataJSON":  # which is parsed immediately, and must be JSON
        read(message)
    with pytest.raises(MalformedRequest, match=naming(path) + f".* {LIMITS[path]} bytes"):
        read(replaced(message, path, base64url.encode(too_long)))


def test_client_data_may_be_as_long_as_its_limit(alice: Registered) -> None:
    def padded(honest: bytes) -> bytes:
        return honest[:-1] + b" " * (MAX_BYTES - len(honest)) + b"}"

    assert len(read_signed(alice.sign(client_data=padded)).client_data.raw) == MAX_BYTES


def test_transports_are_sorted_and_each_named_once() -> None:
    response = created({"replace": {"response.transports": ["usb", "x-new", "nfc", "usb"]}})
    assert read_created(response).transports == ("nfc", "usb", "x-new")


@pytest.mark.parametrize("odd", ODD_TRANSPORTS, ids=repr)
def test_malformed_transports_are_ignored(odd: object) -> None:
    beside = [*odd, "usb"] if isinstance(odd, list) else odd
    response = created({"replace": {"response.transports": beside}})
    assert read_created(response).transports == (("usb",) if isinstance(odd, list) else ())


def test_of_too_many_transports_the_first_are_kept() -> None:
    many = [f"{number:02}" for number in range(17)]
    response = created({"replace": {"response.transports": ["", "99", "99", *many]}})
    assert read_created(response).transports == (*many[:15], "99")


def test_sixteen_transports_of_32_characters_are_enough() -> None:
    many = [f"{number:032}" for number in range(16)]
    response = created({"replace": {"response.transports": many}})
    assert read_created(response).transports == tuple(many)


@pytest.mark.parametrize(("text", "advice"), BASE64.items())
@pytest.mark.parametrize("path", ["id", "response.signature", "response.userHandle"])
def test_the_error_for_base64_names_the_right_encoding(
    alice: Registered, path: str, text: str, advice: str
) -> None:
    with pytest.raises(MalformedRequest, match=naming(path) + f".*{re.escape(advice)}"):
        read_signed(alice.sign(replace={path: text}))


# What may be missing, and what stands for it: ABSENT is the member left out. Whatever is said by
# none of these is refused (above) or passed over (authenticatorAttachment and
# clientExtensionResults, which nothing here reads; outputs of extensions that were not asked for).
ABSENT = object()
NOTHING: dict[str, tuple[object, ...]] = {
    "authenticatorAttachment": (ABSENT, None, "", "platform", "new-kind", "x" * 33, 0, [], {}),
    "clientExtensionResults": (ABSENT, None, {}, {"new": True}, "", 0, []),
}
NO_HANDLE: tuple[object, ...] = (ABSENT, None, "")
TRANSPORTS: list[tuple[object, tuple[str, ...]]] = [
    (ABSENT, ()),
    (None, ()),
    ([], ()),
    ([""], ()),
    (["usb", "", "x-new"], ("usb", "x-new")),
]
NOTHING_IN_REGISTRATION: dict[str, tuple[object, ...]] = {
    **NOTHING,
    **dict.fromkeys(
        ("response.authenticatorData", "response.publicKey", "response.publicKeyAlgorithm"),
        (ABSENT, None, "", 0, "AA=="),
    ),
}
NOTHING_IN_CLIENT_DATA: dict[str, tuple[object, ...]] = {
    "crossOrigin": (None, False),
    "topOrigin": (None, ""),
    "tokenBinding": (None, {"status": "supported"}),
}


def with_member(value: object, path: str) -> dict[str, Any]:
    return {"omit": (path,)} if value is ABSENT else {"replace": {path: value}}


@pytest.mark.parametrize(("path", "value"), rows(NOTHING_IN_REGISTRATION))
def test_a_malformed_unused_member_does_not_stop_a_registration(path: str, value: object) -> None:
    assert register(created(with_member(value, path))).user_verified  # type: ignore[arg-type]


@pytest.mark.parametrize(("path", "value"), rows(NOTHING))
def test_a_malformed_unused_member_does_not_stop_a_sign_in(
    alice: Registered, path: str, value: object
) -> None:
    assert alice.authenticate(alice.sign(**with_member(value, path))).user_verified


@pytest.mark.parametrize("value", NO_HANDLE, ids=["absent", "null", "empty"])
def test_a_missing_user_handle_has_three_forms(alice: Registered, value: object) -> None:
    signed = alice.sign(**with_member(value, "response.userHandle"))
    assert read_signed(signed).user_handle is None
    assert alice.authenticate(signed).user_verified
    with pytest.raises(AuthenticationRejected) as refused:
        alice.authenticate(signed, ceremony=USERNAMELESS)
    assert refused.value.reason is Reason.USER_HANDLE_MISSING


@pytest.mark.parametrize(
    ("value", "kept"), TRANSPORTS, ids=["absent", "null", "none", "empty", "some"]
)
def test_transports_may_be_missing_or_empty(value: object, kept: tuple[str, ...]) -> None:
    assert read_created(created(with_member(value, "response.transports"))).transports == kept  # type: ignore[arg-type]


@pytest.mark.parametrize(("member", "value"), rows(NOTHING_IN_CLIENT_DATA))
def test_optional_members_of_client_data_may_be_empty(
    alice: Registered, member: str, value: object
) -> None:
    lies = {"client_data": saying(**{member: value})}
    assert alice.authenticate(alice.sign(**lies)).user_verified  # type: ignore[arg-type]
    assert register(created(lies)).user_verified  # type: ignore[arg-type]


def test_unknown_members_are_ignored(alice: Registered) -> None:
    message = alice.sign()
    message["response"]["unknown"] = {"deep": [1, 2, {"er": None}]}
    assert read_signed(message | {"unknown": 300_000_000}).signature


def replaced(message: Message, path: str, value: object) -> Message:
    if path in ("id", "rawId"):
        return message | {path: value}
    name = path.removeprefix("response.")
    return message | {"response": message["response"] | {name: value}}
