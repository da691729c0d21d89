"""Access passes, from the administrator who issues one to the key that it leads to."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from datetime import timedelta

import pytest

from shared.access_passes.access_pass import AccessPass, PassState
from shared.accounts.names import read_username
from shared.accounts.roles import Role
from shared.errors import (
    CeremonyNotFound,
    ConcurrentUse,
    MalformedRequest,
    NotFound,
    NotPermitted,
    PassRefused,
    RegistrationRejected,
    StorageUnavailable,
    TokenInvalid,
)
from shared.principals import AccountHolder
from shared.relying_party.onboarding.pass_terms import PassRequest
from shared.relying_party.onboarding.passes import IssuedPass
from shared.sessions.access_token import Scope
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import account, handle_of, identity
from tests.harness.service_harness import CLIENT, Clock, ServiceHarness, new_authenticator
from tests.storage_faults import ENDS, Crash, Way, answer_lost, at, once, unreachable
from tests.storage_transport import Call, Send

ADMINISTRATOR = read_username("administrator")
CAROL = read_username("carol")


@pytest.fixture
async def administrator(party: ServiceHarness) -> AccountHolder:
    """Signed in with a key that was registered with the bootstrap pass."""
    issued = await party.service.passes.bootstrap(ADMINISTRATOR)
    assert issued is not None
    key = new_authenticator()
    await _register_with(party, issued.text, key, "administrator")
    signed_in = await party.sign_in(key, "administrator")
    return AccountHolder(
        await party.service.bearer_authentication.read_own(signed_in.tokens.access_token)
    )


async def _register_with(
    party: ServiceHarness, typed: str, key: SoftAuthenticator, username: str
) -> None:
    redeemed = await party.service.redeeming.redeem(read_username(username), typed, client=CLIENT)
    token = await party.service.token_issuer.issue(redeemed)
    await party.register(key, username, token=token)


def _issue(
    party: ServiceHarness,
    by: AccountHolder,
    *,
    minutes: int = 60,
    one_time: bool = False,
    starts_in: int | None = None,
    registrations: int = 1,
) -> Awaitable[IssuedPass]:
    starts_at = None if starts_in is None else party.clock() + timedelta(minutes=starts_in)
    request = PassRequest(
        username=CAROL,
        display_name="Carol",
        lifetime=timedelta(minutes=minutes),
        one_time=one_time,
        starts_at=starts_at,
        registrations=registrations,
    )
    return party.service.passes.issue(request, by=by)


async def test_a_pass_leads_to_a_key_and_the_key_to_a_sign_in(
    party: ServiceHarness, administrator: AccountHolder
) -> None:
    issued = await _issue(party, administrator)
    key = new_authenticator()
    await _register_with(party, issued.text, key, "carol")
    assert (await party.sign_in(key, "carol")).record.display_name == "Carol"


async def test_a_pass_may_be_typed_in_another_case_and_with_look_alikes(
    party: ServiceHarness, administrator: AccountHolder
) -> None:
    issued = await _issue(party, administrator)
    typed = f" {issued.text[:4].lower()}-{issued.text[4:].replace('0', 'o').replace('1', 'l')} "
    redeemed = await party.service.redeeming.redeem(CAROL, typed, client=CLIENT)
    assert redeemed.scope is Scope.REGISTER


async def test_the_token_of_a_pass_can_only_register(
    party: ServiceHarness, administrator: AccountHolder
) -> None:
    issued = await _issue(party, administrator)
    token = await party.service.redeeming.redeem(CAROL, issued.text, client=CLIENT)
    assert token.roles == frozenset()
    with pytest.raises(NotPermitted):
        await party.me(await party.service.token_issuer.issue(token))


async def _token(party: ServiceHarness, typed: str, username: str = "carol") -> str:
    redeemed = await party.service.redeeming.redeem(read_username(username), typed, client=CLIENT)
    return await party.service.token_issuer.issue(redeemed)


async def _pass(party: ServiceHarness, by: AccountHolder) -> AccessPass:
    return await party.service.passes.state(await handle_of(party, CAROL.canonical), by=by)


async def _state(party: ServiceHarness, by: AccountHolder) -> PassState:
    return (await _pass(party, by)).state(party.clock())


async def _credentials(party: ServiceHarness) -> int:
    return len((await account(party, CAROL.canonical)).credentials)


async def test_tokens_of_a_one_time_pass_end_together(
    party: ServiceHarness, administrator: AccountHolder, clock: Clock
) -> None:
    """A client without an answer redeems it again, and gets no more time."""
    issued = await _issue(party, administrator, one_time=True)
    redeemings = (
        party.service.redeeming.redeem(CAROL, issued.text, client=CLIENT) for _ in range(5)
    )
    first, *others = await asyncio.gather(*redeemings)
    assert first.expires_at == clock.now + timedelta(minutes=10)
    clock.advance(minutes=9, seconds=59)
    others.append(await party.service.redeeming.redeem(CAROL, issued.text, client=CLIENT))
    assert {token.expires_at for token in others} == {first.expires_at}
    assert await _state(party, administrator) is PassState.ENABLED_BY_POLICY
    clock.advance(seconds=1)
    with pytest.raises(PassRefused):
        await party.service.redeeming.redeem(CAROL, issued.text, client=CLIENT)
    assert await _state(party, administrator) is PassState.ONE_TIME_USED


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
async def test_a_redemption_without_an_answer_does_not_spend_the_pass(
    party: ServiceHarness, administrator: AccountHolder, end: tuple[Way, Way]
) -> None:
    """The process ends at any of its calls."""
    way, then = end
    for number in range(1, 6):
        issued = await _issue(party, administrator, one_time=True)
        party.storage.transport.fault = at(number, way, then=then)
        with suppress(StorageUnavailable, Crash):
            await party.service.redeeming.redeem(CAROL, issued.text, client=CLIENT)
        party.storage.transport.fault = None
        await party.restarted().service.redeeming.redeem(CAROL, issued.text, client=CLIENT)


@pytest.mark.parametrize("one_time", [True, False])
async def test_a_pass_ends_at_its_first_registration(
    party: ServiceHarness, administrator: AccountHolder, *, one_time: bool
) -> None:
    issued = await _issue(party, administrator, one_time=one_time)
    token, strangers = [await _token(party, issued.text) for _ in range(2)]
    late = new_authenticator().create(await party.begin_registration("carol", token=strangers))
    await party.register(new_authenticator(), "carol", token=token)
    with pytest.raises(TokenInvalid):
        await party.finish_registration(late)
    for each in (token, strangers):
        with pytest.raises(TokenInvalid):
            await party.begin_registration("carol", token=each)
    with pytest.raises(PassRefused):
        await party.service.redeeming.redeem(CAROL, issued.text, client=CLIENT)
    used = PassState.ONE_TIME_USED if one_time else PassState.USED
    assert await _state(party, administrator) is used
    assert await _credentials(party) == 1


@pytest.mark.parametrize("allowed", [1, 3])
async def test_concurrent_registrations_do_not_exceed_the_uses_of_a_pass(
    party: ServiceHarness, administrator: AccountHolder, allowed: int
) -> None:
    issued = await _issue(party, administrator, registrations=allowed)
    token = await _token(party, issued.text)
    instances = [party.restarted(RATE_LIMITS="creation.account=off") for _ in range(2)]
    for _ in range(allowed):
        begun = [
            (instance, new_authenticator().create(options))
            for instance in instances * 5
            if (options := await instance.begin_registration("carol", token=token))
        ]
        finishing = (instance.finish_registration(created) for instance, created in begun)
        outcomes = await asyncio.gather(*finishing, return_exceptions=True)
        refused = {type(each) for each in outcomes if isinstance(each, Exception)}
        assert refused <= {ConcurrentUse, TokenInvalid}
        if await _credentials(party) == allowed:
            break
    assert await _credentials(party) == allowed
    with pytest.raises(TokenInvalid):
        await party.begin_registration("carol", token=token)


async def test_a_failed_registration_does_not_spend_the_pass(
    party: ServiceHarness, administrator: AccountHolder
) -> None:
    issued = await _issue(party, administrator, one_time=True)
    token = await _token(party, issued.text)
    options = await party.begin_registration("carol", token=token)
    elsewhere = SoftAuthenticator(rp_id="touchstone.example", origin="https://other.example")
    with pytest.raises(RegistrationRejected):
        await party.finish_registration(elsewhere.create(options))
    await party.register(new_authenticator(), "carol", token=token)


async def test_a_registration_with_a_lost_answer_spends_the_pass_once(
    party: ServiceHarness, administrator: AccountHolder
) -> None:
    issued = await _issue(party, administrator, registrations=2)
    token = await _token(party, issued.text)
    options = await party.begin_registration("carol", token=token)
    party.storage.transport.fault = once(answer_lost, "transact Accounts")
    await party.finish_registration(new_authenticator().create(options))
    party.storage.transport.fault = None
    assert (await _pass(party, administrator)).registered == 1
    await party.register(new_authenticator(), "carol", token=token)


async def test_a_one_time_pass_is_for_one_registration(
    party: ServiceHarness, administrator: AccountHolder
) -> None:
    with pytest.raises(MalformedRequest):
        await _issue(party, administrator, one_time=True, registrations=2)


async def test_a_pass_of_an_earlier_version_is_for_one_registration(
    party: ServiceHarness, administrator: AccountHolder
) -> None:
    issued = await _issue(party, administrator)
    table = party.storage.table("Accounts")
    (row,) = [
        row
        for row in await party.storage.rows("Accounts", prefix="access-pass")
        if bytes(issued.access_pass.user_handle) == row["UserHandle"]
    ]
    await table.upsert(
        {name: row[name] for name in row if name not in ("Registrations", "Registered")}
    )
    token = await _token(party, issued.text)
    await party.register(new_authenticator(), "carol", token=token)
    with pytest.raises(TokenInvalid):
        await party.begin_registration("carol", token=token)


async def test_a_pass_with_a_long_lifetime_has_more_characters(
    party: ServiceHarness, administrator: AccountHolder
) -> None:
    longer = party.restarted(ACCESS_PASS_MAX_MINUTES="43200")
    lengths = [
        len((await _issue(longer, administrator, minutes=minutes)).text)
        for minutes in (1440, 2880, 43_200)
    ]
    assert lengths == [8, 9, 10]
    # A digest that waits for its pass to begin can be searched as well.
    assert len((await _issue(longer, administrator, starts_in=43_200 - 60)).text) == 10
    longest = party.restarted(ACCESS_PASS_LENGTH="12", ACCESS_PASS_MAX_MINUTES="43200")
    assert len((await _issue(longest, administrator, minutes=43_200)).text) == 12


async def test_a_pass_is_refused_before_its_start_and_after_its_end(
    party: ServiceHarness, administrator: AccountHolder, clock: Clock
) -> None:
    issued = await _issue(party, administrator, minutes=60, starts_in=30)
    with pytest.raises(PassRefused):
        await party.service.redeeming.redeem(CAROL, issued.text, client=CLIENT)
    clock.advance(minutes=30)
    await party.service.redeeming.redeem(CAROL, issued.text, client=CLIENT)
    clock.advance(minutes=60)
    with pytest.raises(PassRefused):
        await party.service.redeeming.redeem(CAROL, issued.text, client=CLIENT)


async def test_a_token_ends_with_its_pass(
    party: ServiceHarness, administrator: AccountHolder
) -> None:
    issued = await _issue(party, administrator)
    redeemed = await party.service.redeeming.redeem(CAROL, issued.text, client=CLIENT)
    token = await party.service.token_issuer.issue(redeemed)
    await party.begin_registration("carol", token=token)
    await _issue(party, administrator)
    with pytest.raises(TokenInvalid):
        await party.begin_registration("carol", token=token)


async def test_a_new_pass_replaces_the_one_before(
    party: ServiceHarness, administrator: AccountHolder
) -> None:
    first, second = await _issue(party, administrator), await _issue(party, administrator)
    with pytest.raises(PassRefused):
        await party.service.redeeming.redeem(CAROL, first.text, client=CLIENT)
    await party.service.redeeming.redeem(CAROL, second.text, client=CLIENT)


async def test_a_deleted_pass_is_refused(
    party: ServiceHarness, administrator: AccountHolder
) -> None:
    issued = await _issue(party, administrator)
    await party.service.passes.delete(await handle_of(party, CAROL.canonical), by=administrator)
    with pytest.raises(PassRefused):
        await party.service.redeeming.redeem(CAROL, issued.text, client=CLIENT)
    with pytest.raises(NotFound):
        await party.service.passes.state(await handle_of(party, CAROL.canonical), by=administrator)


@pytest.mark.parametrize("typed", ["00000000", "x", "💥" * 8])
@pytest.mark.parametrize("username", ["carol", "nobody"])
async def test_a_wrong_pass_and_an_unknown_user_are_refused_alike(
    party: ServiceHarness, administrator: AccountHolder, username: str, typed: str
) -> None:
    await _issue(party, administrator)
    with pytest.raises(PassRefused):
        await party.service.redeeming.redeem(read_username(username), typed, client=CLIENT)


@pytest.mark.parametrize("minutes", [59, 481])
async def test_the_policy_limits_a_pass(
    party: ServiceHarness, administrator: AccountHolder, minutes: int
) -> None:
    with pytest.raises(MalformedRequest, match="from 60 to 480"):
        await _issue(party, administrator, minutes=minutes)


async def test_an_administrator_cannot_issue_a_pass_for_their_own_account(
    party: ServiceHarness, administrator: AccountHolder
) -> None:
    request = PassRequest(
        username=ADMINISTRATOR, display_name=None, lifetime=None, one_time=None, starts_at=None
    )
    with pytest.raises(NotPermitted):
        await party.service.passes.issue(request, by=administrator)


async def test_a_providers_administrator_cannot_issue_a_pass_for_their_own_account(
    party: ServiceHarness, administrator: AccountHolder
) -> None:
    helpdesk = identity(Role.AUTHENTICATORS_ADMIN, subject="helen", application=False)
    await party.service.links.add(
        await handle_of(party, ADMINISTRATOR.canonical),
        issuer=helpdesk.issuer,
        subject=helpdesk.subject,
        by=identity(Role.AUTHENTICATORS_ADMIN),
    )
    request = PassRequest(
        username=ADMINISTRATOR, display_name=None, lifetime=None, one_time=None, starts_at=None
    )
    with pytest.raises(NotPermitted):
        await party.service.passes.issue(request, by=helpdesk)


async def test_issuing_a_pass_needs_the_role(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    token = (await party.sign_in(alices)).tokens.access_token
    holder = AccountHolder(await party.service.bearer_authentication.read_own(token))
    with pytest.raises(NotPermitted):
        await _issue(party, holder)


async def test_only_an_empty_store_has_a_first_administrator(
    party: ServiceHarness, administrator: AccountHolder
) -> None:
    assert administrator.token.roles == set(Role) - {Role.REGISTRATIONS_CREATE}
    assert await party.service.passes.bootstrap(read_username("second")) is None


async def test_a_first_administrator_without_a_key_gets_another_pass(
    party: ServiceHarness,
) -> None:
    """The first one expired, or was lost with the screen that showed it."""
    first = await party.service.passes.bootstrap(ADMINISTRATOR)
    party.clock.advance(hours=2)
    second = await party.restarted().service.passes.bootstrap(ADMINISTRATOR)
    assert first is not None
    assert second is not None
    with pytest.raises(PassRefused):
        await party.service.redeeming.redeem(ADMINISTRATOR, first.text, client=CLIENT)
    await party.service.redeeming.redeem(ADMINISTRATOR, second.text, client=CLIENT)
    assert await party.service.passes.bootstrap(read_username("second")) is None


async def test_a_bootstrap_that_made_an_account_without_a_pass_is_repeated(
    party: ServiceHarness,
) -> None:
    founded = False

    async def end_then(call: Call, send: Send) -> object:
        nonlocal founded
        if founded:
            await unreachable(send)
        founded = call.name == "transact Accounts"
        return await send()

    party.storage.transport.fault = end_then
    with pytest.raises(StorageUnavailable):
        await party.service.passes.bootstrap(ADMINISTRATOR)
    party.storage.transport.fault = None
    assert len(await party.storage.rows("Accounts", prefix="account")) == 1
    assert await party.restarted().service.passes.bootstrap(ADMINISTRATOR) is not None


async def test_a_used_store_makes_no_first_administrator_of_an_account_without_the_role(
    party: ServiceHarness, administrator: AccountHolder
) -> None:
    """An account without a credential does not become the first administrator."""
    await _issue(party, administrator)
    assert await party.service.passes.bootstrap(CAROL) is None


async def test_the_end_of_a_pass_ends_its_registration(
    party: ServiceHarness, administrator: AccountHolder
) -> None:
    issued = await _issue(party, administrator)
    redeemed = await party.service.redeeming.redeem(CAROL, issued.text, client=CLIENT)
    token = await party.service.token_issuer.issue(redeemed)
    response = new_authenticator().create(await party.begin_registration("carol", token=token))
    await party.service.passes.delete(await handle_of(party, CAROL.canonical), by=administrator)
    with pytest.raises(TokenInvalid):
        await party.finish_registration(response)


async def test_a_repeated_finish_gets_the_same_answer_with_and_without_the_token(
    party: ServiceHarness, administrator: AccountHolder
) -> None:
    """Its answer got lost: "token-invalid" would say that the passkey was refused."""
    issued = await _issue(party, administrator)
    token = await _token(party, issued.text)
    response = new_authenticator().create(await party.begin_registration("carol", token=token))
    await party.finish_registration(response, token=token)
    for again in (token, None):
        with pytest.raises(CeremonyNotFound):
            await party.finish_registration(response, token=again)


async def test_the_token_of_one_pass_cannot_finish_a_registration_of_another(
    party: ServiceHarness, administrator: AccountHolder
) -> None:
    former = await _token(party, (await _issue(party, administrator)).text)
    token = await _token(party, (await _issue(party, administrator)).text)
    response = new_authenticator().create(await party.begin_registration("carol", token=token))
    with pytest.raises(NotPermitted):
        await party.finish_registration(response, token=former)
    await party.finish_registration(response, token=token)


@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=4, seconds=50)])
async def test_the_end_of_a_one_time_pass_ends_all_its_registrations(
    party: ServiceHarness, administrator: AccountHolder, clock: Clock, late: timedelta
) -> None:
    issued = await _issue(party, administrator, one_time=True)
    token = await _token(party, issued.text)
    clock.advance(minutes=9, seconds=55)
    response = new_authenticator().create(await party.begin_registration("carol", token=token))
    clock.now += late
    if late:
        assert await _state(party, administrator) is PassState.ONE_TIME_USED
        with pytest.raises(TokenInvalid):
            await party.finish_registration(response)
    else:
        await party.finish_registration(response)
    assert await _credentials(party) == (0 if late else 1)
