"""L3 section 7.1 step 13: one well-formed CBOR map, of bounded size, with the three members."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from shared.errors import MalformedRequest, Reason, RegistrationRejected
from tests.authenticator import cbor
from tests.authenticator.malformed import (
    MALFORMED_ITEMS,
    RUINOUS_ITEMS,
    SPOILED_ATTESTATION_OBJECTS,
)
from tests.webauthn.relying_party import asked_to_create, register, soft_authenticator

type Members = Mapping[str, Any]

# Other encodings of honest content that all readers read in the same way.
TOLERATED = (
    "overlong",
    "overlong-fmt",
    "overlong-attStmt",
    "overlong-authData",
    "unordered",
    "unknown-member",
)
SPOILED = {
    name: form for name, form in SPOILED_ATTESTATION_OBJECTS.items() if name not in TOLERATED
}


def refusal(form: bytes | Callable[[Members], object]) -> Reason:
    message = soft_authenticator().create(asked_to_create(), attestation_object=form)
    with pytest.raises(RegistrationRejected) as refused:
        register(message)
    return refused.value.reason


@pytest.mark.parametrize("form", SPOILED.values(), ids=SPOILED)
def test_rejects_registration(form: Callable[[Members], object]) -> None:
    assert refusal(form) is Reason.ATTESTATION_OBJECT_MALFORMED


@pytest.mark.parametrize("name", [name for name in MALFORMED_ITEMS if name != "empty"])
def test_rejects_malformed_item(name: str) -> None:
    assert refusal(MALFORMED_ITEMS[name]) is Reason.ATTESTATION_OBJECT_MALFORMED


@pytest.mark.parametrize("item", MALFORMED_ITEMS.values(), ids=MALFORMED_ITEMS)
def test_rejects_malformed_item_in_the_statement(item: bytes) -> None:
    def with_item(members: Members) -> object:
        return {**members, "attStmt": cbor.Raw(cbor.encode({"x": cbor.Raw(item)}))}

    assert refusal(with_item) is Reason.ATTESTATION_OBJECT_MALFORMED


@pytest.mark.parametrize("item", RUINOUS_ITEMS.values(), ids=RUINOUS_ITEMS)
def test_rejects_ruinous_item(item: bytes) -> None:
    assert refusal(item) is Reason.ATTESTATION_OBJECT_MALFORMED


@pytest.mark.parametrize("name", TOLERATED)
def test_accepts_another_encoding_of_the_same_object(name: str) -> None:
    form = SPOILED_ATTESTATION_OBJECTS[name]
    message = soft_authenticator().create(asked_to_create(), attestation_object=form)
    assert register(message).user_verified


def test_an_absent_object_is_malformed_json() -> None:
    message = soft_authenticator().create(asked_to_create(), attestation_object=b"")
    with pytest.raises(MalformedRequest, match=r"response\.attestationObject"):
        register(message)


def test_an_object_has_a_size_limit() -> None:
    message = soft_authenticator().create(asked_to_create(), attestation_object=bytes(16385))
    with pytest.raises(MalformedRequest, match="16384"):
        register(message)


def test_an_object_of_the_largest_size_is_accepted() -> None:
    def padded(members: Members) -> bytes:
        size = 16384 - len(cbor.encode({**members, "x": b""})) - 2
        written = cbor.encode({**members, "x": bytes(size)})
        assert len(written) == 16384
        return written

    message = soft_authenticator().create(asked_to_create(), attestation_object=padded)
    assert register(message).user_verified
