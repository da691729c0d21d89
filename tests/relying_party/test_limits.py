"""Every limit refuses what it is documented to count."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from shared.accounts.names import read_username
from shared.accounts.roles import Role
from shared.errors import (
    AuthenticationRejected,
    CeremonyNotFound,
    NotPermitted,
    PassRefused,
    TokenInvalid,
    TooManyRequests,
)
from shared.rate_limits.policy import DEFAULTS, Action, Limit
from shared.relying_party.callers.client import Client
from shared.relying_party.passkeys.ceremony_options import RegistrationRequest
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import ALICE, identity
from tests.harness.service_harness import ServiceHarness, new_authenticator

HERE = Client(address="203.0.113.7", user_agent="tests")

type Ask = Callable[[ServiceHarness, SoftAuthenticator], Awaitable[object]]


async def _begin(party: ServiceHarness, key: SoftAuthenticator) -> None:
    """With a token, and as a stranger: each is counted by a limit of its own."""
    token = (await party.sign_in(key)).tokens.access_token
    for _ in range(2):
        await party.begin_registration("alice", token=token)
    await party.begin_registration("bob")


async def _create(party: ServiceHarness, key: SoftAuthenticator) -> None:
    """To an account, and as a stranger: each is counted by limits of its own."""
    token = (await party.sign_in(key)).tokens.access_token
    for number in range(2):
        await party.register(new_authenticator(), "alice", token=token)
        await party.register(new_authenticator(), f"stranger-{number}")


async def _fail_to_sign_in(party: ServiceHarness, key: SoftAuthenticator) -> None:
    for _ in range(2):
        options = await party.begin_authentication("alice")
        with suppress(AuthenticationRejected):
            await party.finish_authentication(key.get(options, signature=b"no"))


async def _replay(party: ServiceHarness, key: SoftAuthenticator) -> None:
    assertion = key.get(await party.begin_authentication())
    await party.finish_authentication(assertion)
    for _ in range(2):
        with suppress(CeremonyNotFound):
            await party.finish_authentication(assertion)


async def _guess(party: ServiceHarness, _key: SoftAuthenticator) -> None:
    for _ in range(2):
        with suppress(PassRefused):
            await party.service.redeeming.redeem(read_username("alice"), "00000000", client=HERE)


async def _refresh(party: ServiceHarness, key: SoftAuthenticator) -> None:
    tokens = (await party.sign_in(key)).tokens
    for _ in range(2):
        tokens = await party.refresh(tokens.refresh_token)


ASK: dict[Action, Ask] = {
    Action.BEGIN: _begin,
    Action.CREATION: _create,
    Action.AUTHENTICATION: _fail_to_sign_in,
    Action.REPLAY: _replay,
    Action.GUESS: _guess,
    Action.TOKEN: _refresh,
}


def test_every_other_limit_is_tested_here() -> None:
    """Others: in `tests/recording/test_refusals.py`, of clients in `tests/openid_provider`, and of
    approvals in `tests/access_broker`."""
    of_clients = {
        Action.CLIENT,
        Action.FETCH,
        Action.AUTHORIZATION,
        Action.PUSHED_REQUEST,
        Action.CLIENT_TOKEN,
        Action.DEVICE,
        Action.USER_CODE,
    }
    assert set(Action) - ASK.keys() == {Action.REFUSAL, Action.APPROVAL, Action.BACKUP} | of_clients


@pytest.mark.parametrize(
    "counted", [limit for limit in DEFAULTS if limit.action in ASK], ids=lambda limit: limit.name
)
async def test_a_limit_of_one_refuses_the_second(
    party: ServiceHarness, alices: SoftAuthenticator, counted: Limit
) -> None:
    await party.restarted(RATE_LIMITS=_only(None)).register(alices, "alice")
    limited = party.restarted(RATE_LIMITS=_only(counted))
    limited.client = HERE
    with pytest.raises(TooManyRequests, match=counted.name):
        await ASK[counted.action](limited, alices)


def _only(counted: Limit | None) -> str:
    return ",".join(f"{limit.name}={'1/1d' if limit is counted else 'off'}" for limit in DEFAULTS)


async def test_strangers_at_an_address_do_not_stop_a_caller_with_a_token(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    token = (await party.sign_in(alices)).tokens.access_token
    full = party.restarted(RATE_LIMITS="begin.address=1/1d")
    full.client = HERE
    await full.begin_registration("stranger")
    with pytest.raises(TooManyRequests, match=r"begin\.address"):
        await full.begin_registration("stranger")
    assert await full.begin_registration("alice", token=token)


async def test_an_ended_session_does_not_use_the_limit_of_its_account(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    """The token of an ended session can be presented for some more minutes."""
    await party.register(alices, "alice")
    stolen = (await party.sign_in(alices)).tokens
    kept = (await party.sign_in(alices)).tokens.access_token
    full = party.restarted(RATE_LIMITS="begin.account=2/1d")
    await full.service.revocation.revoke(stolen.refresh_token)
    for _ in range(2):
        with pytest.raises(TokenInvalid):
            await full.begin_registration("alice", token=stolen.access_token)
    with pytest.raises(TooManyRequests, match=r"begin\.account"):
        await full.begin_registration("alice", token=stolen.access_token)
    for _ in range(2):
        assert await full.begin_registration("alice", token=kept)


async def test_a_backend_does_not_use_the_limit_of_an_account(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    """A backend may name any user, and is refused for a user with a key."""
    await party.register(alices, "alice")
    token = (await party.sign_in(alices)).tokens.access_token
    full = party.restarted(RATE_LIMITS="begin.account=1/1d")
    backend = identity(Role.REGISTRATIONS_CREATE)
    with pytest.raises(NotPermitted):
        await full.registration.begin(
            RegistrationRequest(username=ALICE, display_name=None, attachment=None, hints=()),
            principal=backend,
            client=HERE,
        )
    assert await full.begin_registration("alice", token=token)
