"""Failures of others do not lock an owner out, and do not fill the log."""

import pytest

from shared.errors import AuthenticationRejected, TooManyRequests, UsernameTaken
from shared.relying_party.callers.client import Client
from tests.authenticator import SoftAuthenticator
from tests.harness.record import brief, record
from tests.harness.service_harness import ServiceHarness, new_authenticator

HERE, ELSEWHERE = (
    Client(address=address, user_agent="tests") for address in ("203.0.113.7", "198.51.100.1")
)


async def _fail(party: ServiceHarness, key: SoftAuthenticator, *, client: Client) -> None:
    party.client = client
    options = await party.begin_authentication("alice")
    await party.finish_authentication(key.get(options, signature=b"nonsense"))


@pytest.mark.parametrize("address", ["203.0.113.7", None])
async def test_failures_of_others_do_not_stop_an_owner(
    party: ServiceHarness, alices: SoftAuthenticator, address: str | None
) -> None:
    """From the same address, and without a proxy that separates addresses."""
    here = Client(address=address, user_agent="tests")
    await party.register(alices, "alice")
    for _ in range(60):
        with pytest.raises((AuthenticationRejected, TooManyRequests)):
            await _fail(party, alices, client=here)
    signed_in = await party.sign_in(alices, "alice")
    assert signed_in.record.username == "alice"


async def test_failures_beyond_the_limit_of_an_address_write_nothing(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    limited = party.restarted(RATE_LIMITS="authentication.address=2/1d")
    await limited.register(alices, "alice")
    for refused in (AuthenticationRejected, AuthenticationRejected, TooManyRequests):
        with pytest.raises(refused):
            await _fail(limited, alices, client=HERE)
    with pytest.raises(AuthenticationRejected):
        await _fail(limited, alices, client=ELSEWHERE)
    events = brief(await record(limited))
    assert events.count(("authentication.finished", "failure")) == 3
    assert len(events) == 4


async def test_failed_registrations_are_limited_and_do_not_stop_others(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    limited = party.restarted(RATE_LIMITS="authentication.address=2/1d")
    limited.client = HERE
    await limited.register(alices, "alice")
    for refused in (UsernameTaken, UsernameTaken, TooManyRequests):
        with pytest.raises(refused):
            await limited.register(new_authenticator(), "alice")
    await limited.register(new_authenticator(), "bob")
    events = brief(await record(limited))
    assert events.count(("registration.finished", "failure")) == 2
    assert len(events) == 4
