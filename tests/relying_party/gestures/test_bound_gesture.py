"""A gesture that is bound to a purpose confirms that, and nothing else does."""

from typing import Any

import pytest

from shared.accounts.handles import locate_handle
from shared.accounts.records import CredentialRecord
from shared.audit.event import Kind
from shared.composition.passkeys import make_bound_gesture
from shared.errors import AuthenticationRejected, CeremonyNotFound, NotPermitted, Reason
from shared.json_shape import Shape
from shared.relying_party.gestures.bound_gesture import BoundGesture
from shared.webauthn.responses import read_authentication_response
from shared.webauthn.state import make_purpose
from tests.authenticator import SoftAuthenticator
from tests.harness.record import brief, record
from tests.harness.service_harness import CLIENT, ServiceHarness

KIND = Kind.CREDENTIAL_RENAMED
PURPOSE, OTHER = make_purpose("transfer", "10"), make_purpose("transfer", "1000")

type Json = dict[str, Any]


@pytest.fixture
def gesture(party: ServiceHarness) -> BoundGesture:
    return make_bound_gesture(party.parts)


async def begin(gesture: BoundGesture, owner: CredentialRecord | None, purpose: bytes) -> Json:
    locator = None if owner is None else locate_handle(owner.user_handle)
    return (await gesture.begin(purpose, locator=locator, client=CLIENT)).options


async def finish(gesture: BoundGesture, credential: object, purpose: bytes) -> CredentialRecord:
    response = read_authentication_response(Shape({"credential": credential}).inner("credential"))
    async with gesture.finish(response, purpose, kind=KIND, client=CLIENT) as proven:
        return await gesture.confirm(proven)


@pytest.mark.parametrize("named", [True, False])
async def test_it_confirms_its_purpose_once_and_opens_no_session(
    party: ServiceHarness, gesture: BoundGesture, alices: SoftAuthenticator, named: bool
) -> None:
    made = await party.register(alices, "alice")
    options = await begin(gesture, made if named else None, PURPOSE)
    credential = alices.get(options)

    used = await finish(gesture, credential, PURPOSE)

    assert options["userVerification"] == "required"
    assert (used.id, used.sign_count) == (made.id, made.sign_count + 1)
    with pytest.raises(CeremonyNotFound):
        await finish(gesture, credential, PURPOSE)
    assert brief(await record(party))[1:] == [(KIND.value, "success")]
    assert await party.stores.sessions.of_account(made.user_handle, now=party.clock()) == []


async def test_it_is_no_sign_in(
    party: ServiceHarness, gesture: BoundGesture, alices: SoftAuthenticator
) -> None:
    credential = alices.get(await begin(gesture, await party.register(alices, "alice"), PURPOSE))

    with pytest.raises(CeremonyNotFound):
        await party.finish_authentication(credential)

    await finish(gesture, credential, PURPOSE)  # the refusal left the challenge as it was


async def test_a_sign_in_confirms_nothing(
    party: ServiceHarness, gesture: BoundGesture, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    credential = alices.get(await party.begin_authentication("alice"))

    with pytest.raises(CeremonyNotFound):
        await finish(gesture, credential, PURPOSE)
    with pytest.raises(ValueError, match="purpose"):
        await finish(gesture, credential, b"")

    await party.finish_authentication(credential)


async def test_it_confirms_nothing_else(
    party: ServiceHarness, gesture: BoundGesture, alices: SoftAuthenticator
) -> None:
    credential = alices.get(await begin(gesture, await party.register(alices, "alice"), PURPOSE))

    with pytest.raises(CeremonyNotFound):
        await finish(gesture, credential, OTHER)


async def test_the_authenticator_must_verify_the_person(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    made = await party.register(alices, "alice")
    lax = make_bound_gesture(party.restarted(USER_VERIFICATION="discouraged").parts)
    options = await begin(lax, made, PURPOSE)
    unverified = alices.get({**options, "userVerification": "discouraged"})

    with pytest.raises(AuthenticationRejected) as refused:
        await finish(lax, unverified, PURPOSE)

    assert refused.value.reason is Reason.USER_NOT_VERIFIED
    *_, event = await record(party)
    assert (event["kind"], event["outcome"]) == (KIND.value, "failure")


async def test_a_refusal_of_the_caller_is_recorded_as_a_failure(
    party: ServiceHarness, gesture: BoundGesture, alices: SoftAuthenticator
) -> None:
    made = await party.register(alices, "alice")
    response = read_authentication_response(Shape(alices.get(await begin(gesture, made, PURPOSE))))

    with pytest.raises(NotPermitted):
        async with gesture.finish(response, PURPOSE, kind=KIND, client=CLIENT):
            raise NotPermitted

    *_, event = await record(party)
    assert (event["kind"], event["reason"]) == (KIND.value, "not_permitted")
    assert "signature" not in event
