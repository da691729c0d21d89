"""Decoys are stable, look like credentials, and can never sign in."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pytest
from fido2 import cbor

from shared.accounts.handles import AccountLocator
from shared.accounts.records import CredentialDescriptor
from shared.errors import AuthenticationRejected, Reason, RegistrationRejected
from shared.storage.accounts.entities import credential_row
from shared.webauthn.authentication import verify_assertion
from shared.webauthn.decoys import decoy_credentials, decoy_record
from shared.webauthn.policy import BackupEligibilityPolicy
from shared.webauthn.public_keys import read_public_key
from tests.authenticator import keys
from tests.webauthn.relying_party import (
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
LOCATORS = [AccountLocator(number.to_bytes(16)) for number in range(2560)]
MOST = 20
NUMBERS = {1: 160, 2: 64, 3: 22, 4: 7, 5: 3}
SHAPES = {
    (20, ("hybrid", "internal")): 72,
    (16, ("hybrid", "internal")): 64,
    (32, ("internal",)): 40,
    (48, ("nfc", "usb")): 28,
    (16, ("internal",)): 16,
    (64, ("nfc", "usb")): 12,
    (64, ("usb",)): 12,
    (32, ("hybrid", "internal")): 8,
    (32, ()): 4,
}


def decoys(
    locator: AccountLocator, *, service_key: bytes = KEY, most: int = MOST
) -> tuple[CredentialDescriptor, ...]:
    return decoy_credentials(locator, service_key=service_key, most=most)


def test_decoys_are_the_same_for_each_request() -> None:
    for locator in LOCATORS[:50]:
        assert decoys(locator) == decoys(locator) != ()


def test_decoys_are_the_same_in_every_later_version() -> None:
    """If only the decoys changed with a deployment, the change would reveal them."""
    shown = [
        (decoy.id.hex()[:12], len(decoy.id), decoy.transports) for decoy in decoys(LOCATORS[3])
    ]
    assert shown == [
        ("e637f69ec0c5", 48, ("nfc", "usb")),
        ("14d79c814d05", 32, ("internal",)),
        ("7bc6004bada5", 20, ("hybrid", "internal")),
    ]


def test_decoys_differ_by_account_and_by_service() -> None:
    ids = [decoy.id for locator in LOCATORS for decoy in decoys(locator)]
    assert len(set(ids)) == len(ids)
    assert decoys(LOCATOR) != decoys(LOCATOR, service_key=b"K" * 32)


def test_decoys_have_the_usual_numbers_of_credentials() -> None:
    """Counts of accounts with one, two or more decoys, in ten times 256. The key is fixed."""
    found = Counter(len(decoys(locator)) for locator in LOCATORS)
    assert_near(found, NUMBERS)


def test_decoys_have_the_usual_kinds_of_authenticators() -> None:
    found = Counter(
        (len(decoy.id), decoy.transports) for locator in LOCATORS for decoy in decoys(locator)
    )
    assert_near(found, SHAPES)


def assert_near[T](found: Counter[T], shares: Mapping[T, int]) -> None:
    """Within four standard deviations of its share of 256 each."""
    assert found.keys() == shares.keys()
    assert sum(shares.values()) == 256
    for each, share in shares.items():
        expected = found.total() * share / 256
        assert abs(found[each] - expected) < 4 * expected**0.5


def test_several_decoys_of_one_account_differ_in_kind() -> None:
    several = [decoys(locator) for locator in LOCATORS]
    kinds = [{(len(each.id), each.transports) for each in found} for found in several]
    assert sum(len(each) > 1 for each in kinds) > 500


@pytest.mark.parametrize("most", [1, 2, 3])
def test_there_are_no_more_decoys_than_an_account_may_have(most: int) -> None:
    assert max(len(decoys(locator, most=most)) for locator in LOCATORS) == most


def test_decoys_come_in_the_order_and_form_of_stored_credentials() -> None:
    for locator in LOCATORS:
        found = decoys(locator)
        rows = [credential_row(decoy.id) for decoy in found]
        assert rows == sorted(rows)
        for decoy in found:
            assert list(decoy.transports) == sorted(decoy.transports)


def test_a_decoy_record_fails_at_the_signature_and_not_before(alice: Registered) -> None:
    """It fails as late as a real record, so that the time does not reveal it."""
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


@pytest.mark.parametrize("eligible", [False, True])
def test_a_flag_does_not_reveal_a_decoy(alice: Registered, eligible: bool) -> None:
    """A strict policy too checks the signature, whatever else is wrong."""
    strict = replace(POLICY, backup_eligibility=BackupEligibilityPolicy.STRICT)
    synced = replace(alice.record, backup_eligible=True)
    response = read_signed(alice.sign(backup_eligible=eligible, signature=b"forged"))
    decoy = decoy_record(response.credential_id, owner=HANDLE)
    for record in (alice.record, synced, decoy):
        with pytest.raises(AuthenticationRejected) as refused:
            verify_assertion(
                response, ceremony=NAMED, record=record, challenge=CHALLENGE, policy=strict
            )
        assert refused.value.reason is Reason.SIGNATURE_INVALID


def test_a_decoy_key_is_a_key_like_any_other() -> None:
    key = cbor.decode(decoy_record(b"id", owner=None).public_key)
    assert isinstance(key, Mapping)
    assert read_public_key(key, offered=(keys.ES256,))[3] == keys.ES256
    with pytest.raises(RegistrationRejected):
        read_public_key(key, offered=(keys.EDDSA,))


def test_a_decoy_without_an_owner_has_a_handle_of_zeros() -> None:
    assert decoy_record(b"id", owner=None).user_handle == bytes(32)
    assert decoy_record(b"id", owner=None).id == b"id"
