"""Codes can be guessed, so wrong ones are counted."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from shared.accounts.records import CredentialRecord
from shared.composition.openid.device_flow import make_device_asking
from shared.errors import StorageUnavailable, TooManyRequests, UserCodeUnknown
from shared.openid.device.user_code import RANDOM_BYTES
from shared.openid_provider.device.asking import DeviceAsking
from shared.relying_party.callers.client import Client as Sender
from tests.harness.service_harness import ServiceHarness
from tests.openid_provider.device_flow.devices import PSQL, Devices
from tests.storage_transport import RecordingTransport

WRONG = "BCDF-GHJK"
ELSEWHERE = Sender(address="192.0.2.1", user_agent="x")


def with_codes(party: ServiceHarness, drawn: Iterator[bytes]) -> DeviceAsking:
    """Its codes come from these random bytes."""
    asking = make_device_asking(party.parts, party.service.database_devices)
    chance = asking.random
    return replace(asking, random=lambda n: next(drawn) if n == RANDOM_BYTES else chance(n))


async def test_wrong_codes_are_limited_for_the_address(devices: Devices) -> None:
    asked = await devices.ask()
    for _ in range(20):
        with pytest.raises(UserCodeUnknown):
            await devices.look(WRONG)
    with pytest.raises(TooManyRequests) as raised:
        await devices.look(asked.user_code)
    assert raised.value.policy == "user-code.address"
    await devices.look(asked.user_code, sender=ELSEWHERE)


async def test_wrong_codes_are_limited_for_the_account_wherever_it_is(
    devices: Devices, alice: CredentialRecord
) -> None:
    asked = await devices.ask()
    for number in range(10):
        sender = Sender(address=f"192.0.2.{number % 2}", user_agent="x")
        with pytest.raises(UserCodeUnknown):
            await devices.look(WRONG, account=alice.user_handle, sender=sender)
    with pytest.raises(TooManyRequests) as raised:
        await devices.look(asked.user_code, account=alice.user_handle, sender=ELSEWHERE)
    assert raised.value.policy == "user-code.account"


async def test_right_codes_and_what_cannot_be_a_code_are_not_counted(
    devices: Devices, transport: RecordingTransport
) -> None:
    asked = await devices.ask()
    await devices.look(asked.user_code)
    transport.forget()
    for _ in range(30):
        with pytest.raises(UserCodeUnknown):
            await devices.look("an apple")
    assert transport.names == []
    for _ in range(30):
        await devices.look(asked.user_code)


async def test_devices_that_wait_are_limited(devices: Devices) -> None:
    for _ in range(30):
        await devices.ask()
    with pytest.raises(TooManyRequests) as raised:
        await devices.ask()
    assert raised.value.policy == "device.address"
    await devices.ask(address="192.0.2.1")


async def test_two_devices_never_have_the_same_code(party: ServiceHarness) -> None:
    drawn = iter([bytes(RANDOM_BYTES), bytes(RANDOM_BYTES), b"\x01" * RANDOM_BYTES])
    asking = with_codes(party, drawn)
    first = await asking.ask(PSQL, scope=(), resources=(), address=None)
    second = await asking.ask(PSQL, scope=(), resources=(), address=None)
    assert first.user_code != second.user_code


async def test_if_all_codes_are_taken_the_device_is_told_to_come_later(
    party: ServiceHarness,
) -> None:
    asking = with_codes(party, iter([bytes(RANDOM_BYTES)] * 6))
    await asking.ask(PSQL, scope=(), resources=(), address=None)
    with pytest.raises(StorageUnavailable):
        await asking.ask(PSQL, scope=(), resources=(), address=None)
