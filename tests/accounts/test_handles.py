"""User handles: 32 bytes that find an account and reveal no personal data."""

import pytest

from shared.accounts.handles import (
    HANDLE_BYTES,
    LOCATOR_BYTES,
    AccountLocator,
    locate_handle,
    locate_username,
    new_handle,
    parse_handle,
)
from shared.accounts.names import read_username

KEY, OTHER_KEY = b"k" * 32, b"K" * 32
ALICE, BOB = read_username("alice"), read_username("bob")
RANDOM = bytes(range(16))


def test_a_name_has_the_same_locator_each_time() -> None:
    locator = locate_username(ALICE, service_key=KEY)
    assert locate_username(read_username("ALICE"), service_key=KEY) == locator
    assert len(locator) == LOCATOR_BYTES


def test_each_name_and_service_has_its_own_locator() -> None:
    located = {
        locate_username(name, service_key=key) for name in (ALICE, BOB) for key in (KEY, OTHER_KEY)
    }
    assert len(located) == 4


def test_a_handle_leads_to_its_account() -> None:
    locator = locate_username(ALICE, service_key=KEY)
    handle = new_handle(locator, random=RANDOM)
    assert len(handle) == HANDLE_BYTES
    assert locate_handle(handle) == locator
    assert parse_handle(bytes(handle)) == handle


def test_an_account_made_again_has_another_handle() -> None:
    locator = locate_username(ALICE, service_key=KEY)
    assert new_handle(locator, random=RANDOM) != new_handle(locator, random=bytes(16))


def test_a_handle_has_no_personal_data() -> None:
    handle = new_handle(locate_username(ALICE, service_key=KEY), random=RANDOM)
    assert b"alice" not in bytes(handle)


@pytest.mark.parametrize(("locator", "random"), [(15, 16), (17, 16), (16, 15), (16, 17), (0, 32)])
def test_a_handle_has_two_halves(locator: int, random: int) -> None:
    with pytest.raises(ValueError, match="locator and 16 random bytes"):
        new_handle(AccountLocator(bytes(locator)), random=bytes(random))


@pytest.mark.parametrize("length", [0, 1, 16, 31, 33, 64, 1000])
def test_bytes_of_another_length_are_not_a_handle(length: int) -> None:
    assert parse_handle(bytes(length)) is None


def test_a_locator_has_a_fixed_value_in_every_version() -> None:
    """Another derivation would lose every account, so this value may never change."""
    assert locate_username(ALICE, service_key=KEY).hex() == "d30541f3924a26980e9fde54fa767333"
