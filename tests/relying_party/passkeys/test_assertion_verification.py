"""An assertion is verified without a session, for any purpose."""

import pytest

from shared.audit.event import Kind
from shared.composition.passkeys import make_assertion_verification
from shared.errors import CeremonyNotFound, NotPermitted
from shared.json_shape import Shape
from shared.relying_party.passkeys.assertion_verification import Assertion, AssertionVerification
from shared.webauthn.responses import read_authentication_response
from tests.authenticator import SoftAuthenticator
from tests.harness.record import brief, record
from tests.harness.service_harness import CLIENT, ServiceHarness

KIND = Kind.CREDENTIAL_RENAMED


@pytest.fixture
def verification(party: ServiceHarness) -> AssertionVerification:
    return make_assertion_verification(party.parts)


async def _opened(
    party: ServiceHarness, verification: AssertionVerification, key: SoftAuthenticator
) -> Assertion:
    response = key.get(await party.begin_authentication("alice"))
    return await verification.open(read_authentication_response(Shape(response)))


async def test_an_assertion_is_recorded_as_the_act_that_it_is_for(
    party: ServiceHarness, verification: AssertionVerification, alices: SoftAuthenticator
) -> None:
    made = await party.register(alices, "alice")
    assertion = await _opened(party, verification, alices)
    async with verification.verify(assertion, KIND, client=CLIENT) as proven:
        assert proven.stored.record.id == made.id
        assert proven.verified.user_verified
        await proven.attempt.succeed()
    assert brief(await record(party))[1:] == [(KIND.value, "success")]
    assert await party.stores.sessions.of_account(made.user_handle, now=party.clock()) == []
    with pytest.raises(CeremonyNotFound):
        async with verification.verify(assertion, KIND, client=CLIENT):
            pytest.fail("it was claimed before")


async def test_a_refusal_by_the_caller_is_recorded_as_a_failure(
    party: ServiceHarness, verification: AssertionVerification, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    assertion = await _opened(party, verification, alices)
    with pytest.raises(NotPermitted):
        async with verification.verify(assertion, KIND, client=CLIENT):
            raise NotPermitted
    *_, event = await record(party)
    assert brief([event]) == [(KIND.value, "failure")]
    assert event["reason"] == "not_permitted"
    assert event["origin"] == assertion.response.client_data.origin
