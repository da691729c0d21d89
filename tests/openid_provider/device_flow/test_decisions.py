"""Who may approve a device, by which gesture, and who may reject it."""

import asyncio
from dataclasses import replace

import pytest

from shared.accounts.records import CredentialRecord
from shared.errors import CeremonyNotFound, GrantRefused, UserCodeUnknown
from shared.json_shape import Shape
from shared.openid.clients.client import Client
from shared.openid_provider.device.asked import Asked
from shared.openid_provider.device.asking import DeviceAuthorization
from shared.relying_party.callers.client import Client as Sender
from shared.webauthn.responses import read_authentication_response
from tests.authenticator import SoftAuthenticator
from tests.harness.record import record
from tests.harness.service_harness import Clock, ServiceHarness, new_authenticator
from tests.openid.asking_client import CLIENT
from tests.openid_provider.device_flow.devices import (
    DEVICES_ADDRESS,
    INTERVAL,
    PERSON,
    PSQL,
    Devices,
)


async def waiting(devices: Devices) -> tuple[DeviceAuthorization, Asked]:
    asked = await devices.ask()
    return asked, await devices.look(asked.user_code)


async def test_a_rejected_device_is_told_so_at_each_poll(
    devices: Devices, party: ServiceHarness, alice: CredentialRecord, clock: Clock
) -> None:
    asked, shown = await waiting(devices)
    await devices.deciding.reject(shown.review, by=alice.user_handle, client=PERSON)
    for _ in range(2):
        with pytest.raises(GrantRefused) as raised:
            await devices.poll(asked)
        assert raised.value.name == "access_denied"
        assert raised.value.description == "The person rejected this sign-in."
        clock.advance(seconds=INTERVAL)
    (event,) = [each for each in await record(party) if each["kind"] == "device.rejected"]
    assert event["outcome"] == "success"
    assert event["facts"] == {"client": "psql", "scope": "openid db:read", "sameAddress": False}


async def test_who_does_not_know_the_code_cannot_decide(
    devices: Devices, alices: SoftAuthenticator, alice: CredentialRecord
) -> None:
    asked, shown = await waiting(devices)
    for made_up in ("", "x", "A" * 200, asked.device_code, shown.waiting.stored.request):
        with pytest.raises(CeremonyNotFound):
            await devices.deciding.reject(made_up, by=None, client=PERSON)
    assert await devices.refusal(asked) == "authorization_pending"


async def test_a_decision_is_final(
    devices: Devices, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    asked, shown = await waiting(devices)
    again = await devices.look(asked.user_code)
    await devices.approve(shown, alices)
    with pytest.raises(CeremonyNotFound):
        await devices.deciding.reject(shown.review, by=None, client=PERSON)
    with pytest.raises(CeremonyNotFound):
        await devices.approve(again, alices)
    with pytest.raises(UserCodeUnknown):
        await devices.look(asked.user_code)
    await devices.poll(asked)


async def test_a_gesture_approves_only_the_device_that_it_was_made_for(
    devices: Devices, party: ServiceHarness, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    """A phishing page shows one device, and has another one approved."""
    asked, shown = await waiting(devices)
    theirs, others = await waiting(devices)
    for options in (others.options.options, await party.begin_authentication("alice")):
        response = read_authentication_response(Shape(alices.get(options)))
        with pytest.raises(CeremonyNotFound):
            await devices.deciding.approve(shown.review, response, client=PERSON)
    for each in (asked, theirs):
        assert await devices.refusal(each) == "authorization_pending"


async def test_a_gesture_for_a_device_signs_nobody_in(
    devices: Devices, party: ServiceHarness, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    _, shown = await waiting(devices)
    with pytest.raises(CeremonyNotFound):
        await party.finish_authentication(alices.get(shown.options.options))


async def test_of_two_people_who_approve_one_device_one_is_signed_in(
    devices: Devices, party: ServiceHarness, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    bobs = new_authenticator()
    bob = await party.register(bobs, "bob")
    asked, shown = await waiting(devices)
    again = await devices.look(asked.user_code)
    decided = await asyncio.gather(
        devices.approve(shown, alices), devices.approve(again, bobs), return_exceptions=True
    )
    assert [type(each) for each in decided if each] == [CeremonyNotFound]
    tokens = await devices.poll(asked)
    # The session of the other one has ended.
    sessions = [
        session
        for handle in (alice.user_handle, bob.user_handle)
        for session in await party.service.sessions.of_account(handle)
    ]
    assert len(sessions) == 1
    assert await devices.profiles.find(tokens.access_token, thumbprint=None)


async def test_the_passkeys_of_the_account_that_is_signed_in_are_offered(
    devices: Devices, alice: CredentialRecord
) -> None:
    asked = await devices.ask()
    own = await devices.look(asked.user_code, account=alice.user_handle)
    any_other = await devices.look(asked.user_code, account=alice.user_handle, any_account=True)
    assert len(own.options.options["allowCredentials"]) == 1
    assert any_other.options.options.get("allowCredentials", []) == []
    for each in (own, any_other):
        assert each.options.options["userVerification"] == "required"


async def test_an_approval_after_five_minutes_comes_too_late(
    devices: Devices, alice: CredentialRecord, alices: SoftAuthenticator, clock: Clock
) -> None:
    _, shown = await waiting(devices)
    clock.advance(seconds=300)
    with pytest.raises(CeremonyNotFound):
        await devices.approve(shown, alices)


@pytest.mark.parametrize("left", [{}, {"psql": replace(PSQL, grants=CLIENT.grants)}])
async def test_a_client_that_lost_the_grant_or_is_gone_has_no_device_waiting(
    devices: Devices,
    alice: CredentialRecord,
    alices: SoftAuthenticator,
    left: dict[str, Client],
) -> None:
    asked, shown = await waiting(devices)
    devices.registered.clients = left
    with pytest.raises(UserCodeUnknown):
        await devices.look(asked.user_code)
    with pytest.raises(CeremonyNotFound):
        await devices.approve(shown, alices)


@pytest.mark.parametrize(
    ("device", "person", "same"),
    [
        (DEVICES_ADDRESS, DEVICES_ADDRESS, True),
        ("2001:db8::/64", "2001:db8:1::/64", False),
        (None, DEVICES_ADDRESS, None),
        (DEVICES_ADDRESS, None, None),
    ],
)
async def test_the_person_is_told_whether_the_addresses_differ(
    devices: Devices, device: str | None, person: str | None, same: bool | None
) -> None:
    asked = await devices.ask(address=device)
    shown = await devices.look(asked.user_code, sender=Sender(address=person, user_agent="x"))
    assert shown.same_address is same


@pytest.mark.parametrize(("later", "shown"), [(0, 0), (61, 61), (-2, 0)])
async def test_the_person_is_told_how_long_ago_the_device_asked(
    devices: Devices, clock: Clock, later: int, shown: int
) -> None:
    """The instance that shows it may have a slower clock than the one that was asked."""
    asked = await devices.ask()
    clock.advance(seconds=later)
    assert (await devices.look(asked.user_code)).seconds_ago == shown
