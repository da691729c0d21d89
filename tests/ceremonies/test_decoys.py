"""Decoys are stable, look like credentials, and can never be signed in with."""

from collections.abc import Mapping

import pytest
from fido2 import cbor

from shared.accounts.handles import AccountLocator
from shared.ceremonies.algorithms import read_public_key
from shared.ceremonies.authentication import verify_assertion
from shared.ceremonies.decoys import decoy_credentials, decoy_record
from shared.errors import AuthenticationRejected, Reason, RegistrationRejected
from tests.authenticator import keys
from tests.ceremonies.relying_party import (
    CHALLENGE,
    HANDLE,
    LOCATOR,
    NAMED,
    POLICY,
    USERNAMELESS,
    Registered,
    read_signed,
)

KEY = b"k" * 32
LOCATORS = [AccountLocator(number.to_bytes(16)) for number in range(200)]


def test_a_decoy_is_the_same_at_each_asking() -> None:
    first = decoy_credentials(LOCATOR, service_key=KEY)
    assert decoy_credentials(LOCATOR, service_key=KEY) == first
    assert len(first) == 1


def test_a_decoy_is_the_same_in_every_later_version() -> None:
    """A deployment at which some credentials change tells which ones are decoys."""
    (decoy,) = decoy_credentials(LOCATOR, service_key=KEY)
    assert (decoy.id.hex(), decoy.transports) == (
        "e6b2251ee81c46f460882c578683206ae074ace2",
        ("hybrid", "internal"),
    )


def test_decoys_differ_by_account_and_by_service() -> None:
    ids = {decoy_credentials(each, service_key=KEY)[0].id for each in LOCATORS}
    assert len(ids) == len(LOCATORS)
    assert decoy_credentials(LOCATOR, service_key=b"K" * 32) != decoy_credentials(
        LOCATOR, service_key=KEY
    )


def test_decoys_come_in_the_shapes_of_common_authenticators() -> None:
    decoys = [decoy_credentials(each, service_key=KEY)[0] for each in LOCATORS]
    assert {len(decoy.id) for decoy in decoys} == {16, 20, 32, 48, 64}
    assert {decoy.transports for decoy in decoys} == {
        ("hybrid", "internal"),
        ("internal",),
        ("nfc", "usb"),
        ("usb",),
    }
    for decoy in decoys:
        assert list(decoy.transports) == sorted(decoy.transports)


def test_a_decoy_record_fails_at_the_signature_and_not_before(alice: Registered) -> None:
    """As late as a true record, so that the time taken does not tell them apart."""
    response = read_signed(alice.sign())
    for ceremony in (NAMED, USERNAMELESS):
        with pytest.raises(AuthenticationRejected) as refused:
            verify_assertion(
                response,
                ceremony=ceremony,
                record=decoy_record(response.credential_id, owner=HANDLE),
                challenge=CHALLENGE,
                policy=POLICY,
            )
        assert refused.value.reason is Reason.SIGNATURE_INVALID


def test_a_decoy_key_is_a_key_like_any_other() -> None:
    key = cbor.decode(decoy_record(b"id", owner=None).public_key)
    assert isinstance(key, Mapping)
    assert read_public_key(key, offered=(keys.ES256,))[3] == keys.ES256
    with pytest.raises(RegistrationRejected):
        read_public_key(key, offered=(keys.EDDSA,))


def test_nobody_owns_a_decoy_without_an_owner() -> None:
    assert decoy_record(b"id", owner=None).user_handle == bytes(32)
    assert decoy_record(b"id", owner=None).id == b"id"
