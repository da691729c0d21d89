"""One day of a relying party, from noon on: what the tests of queries expect to find again."""

from contextlib import suppress
from datetime import timedelta

from shared.accounts.names import read_username
from shared.audit.event import Kind
from shared.audit.log_entry import LogEntry
from shared.errors import AuthenticationRejected, GrantRefused, TokenInvalid
from tests.access.profiles.documents import profile
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import (
    ADMINISTRATOR,
    CLIENT_ADMINISTRATOR,
    PROFILE_ADMINISTRATOR,
    account_administrator,
    handle_of,
    holder,
)
from tests.harness.service_harness import ServiceHarness, new_authenticator
from tests.harness.worlds import pass_request
from tests.infra.kql.acts import (
    ELSEWHERE,
    caller,
    fail_to_sign_in,
    guess_a_pass,
    sealed,
)
from tests.openid.clients.documents import client, web
from tests.openid_provider.code_flow.provider import Provider
from tests.relying_party.groups.group_world import add, make_group, remove

PEOPLE = ("alice", "bob", "dora", "emil", "fred", "gina")
SECOND_CLIENT = "203.0.113.4"
MINUTE = timedelta(minutes=1)


async def a_day(party: ServiceHarness) -> list[LogEntry]:
    """Each part begins a quarter of an hour after the one before."""
    keys = {name: new_authenticator() for name in (*PEOPLE, "chief")}
    for part in (_first_hour, _pass, _new_key, _clones, _tokens, _attack, _administration):
        began = party.clock.now
        await part(party, keys)
        party.clock.now = max(party.clock.now, began + 15 * MINUTE) + MINUTE
    return await sealed(party)


type Keys = dict[str, SoftAuthenticator]


async def _first_hour(party: ServiceHarness, keys: Keys) -> None:
    await party.service.configuration_watch.detect_changes()
    with caller(party):
        for name in PEOPLE:
            await party.register(keys[name], name)
            party.clock.advance(minutes=1)
            await party.sign_in(keys[name], name)
    party.clock.advance(minutes=30)


async def _pass(party: ServiceHarness, _keys: Keys) -> None:
    """Carol has no account yet."""
    issued = await party.service.passes.issue(pass_request("carol"), by=ADMINISTRATOR)
    party.clock.advance(minutes=1)
    with caller(party, SECOND_CLIENT):
        token = await party.service.redeeming.redeem(
            read_username("carol"), issued.text, client=party.client
        )
        opened = await party.service.token_issuer.issue(token)
        await party.register(new_authenticator(), None, token=opened)


async def _new_key(party: ServiceHarness, keys: Keys) -> None:
    """Alice adds a key, and removes her first one four minutes later."""
    with caller(party, SECOND_CLIENT):
        tokens = (await party.sign_in(keys["alice"], "alice")).tokens
        await party.register(new_authenticator(), None, token=tokens.access_token)
        party.clock.advance(minutes=4)
        own = await holder(party, tokens.access_token)
        _, records = await party.me(tokens.access_token)
        first = min(records, key=lambda record: record.created_at)
        await party.service.credentials.remove_own(own, first.id, even_the_last=True)


async def _clones(party: ServiceHarness, keys: Keys) -> None:
    """Bob's counter falls: first refused, then accepted by a service with another setting."""
    lenient = party.restarted(SIGN_COUNT_POLICY="report")
    for instance in (party, lenient):
        with caller(instance, ELSEWHERE):
            options = await instance.begin_authentication("bob")
            with suppress(AuthenticationRejected):
                await instance.finish_authentication(keys["bob"].get(options, sign_count=1))
        party.clock.advance(minutes=1)


async def _tokens(party: ServiceHarness, keys: Keys) -> None:
    """Bob's refresh token is sent again from elsewhere, and later once more after its successor."""
    with caller(party):
        options = await party.begin_authentication("bob")
        signed_in = await party.finish_authentication(keys["bob"].get(options, sign_count=90))
        first = signed_in.tokens.refresh_token
        await party.refresh(first)
    party.clock.advance(minutes=1)
    with caller(party, ELSEWHERE, "curl"):
        successor = await party.refresh(first)
        party.clock.advance(minutes=5)
        await party.refresh(successor.refresh_token)
    with caller(party), suppress(TokenInvalid):
        await party.refresh(first)


async def _attack(party: ServiceHarness, keys: Keys) -> None:
    """Guesses of one account's pass until the limit, and of five accounts' keys, most of Dora's."""
    for _ in range(6):
        await guess_a_pass(party, "alice")
    for name in ("bob", *["dora"] * 10, "emil", "fred", "gina"):
        await fail_to_sign_in(party, keys[name], name)


async def _code(party: ServiceHarness, keys: Keys) -> None:
    """Gina's code is sent once more, from elsewhere."""
    provider = Provider(party)
    with caller(party):
        code = await provider.code((await party.sign_in(keys["gina"], "gina")).tokens)
        await provider.redeem(code)
    with caller(party, ELSEWHERE), suppress(GrantRefused):
        await provider.redeem(code)


async def _groups(party: ServiceHarness) -> None:
    """Dora comes into the one that the profile names."""
    dora = await handle_of(party, "dora")
    for name in ("dba", "choir"):
        await make_group(party, name)
        await add(party, dora, name)
    await remove(party, dora, "choir")


async def _administration(party: ServiceHarness, keys: Keys) -> None:
    with caller(party):
        chief = await account_administrator(party, key=keys["chief"])
        party.clock.advance(minutes=2)
        credentials = party.service.credentials
        bob = await handle_of(party, "bob")
        await credentials.suspend_account(bob, suspended=True, by=chief)
        await party.service.erasure_requests.request(read_username("bob"), by=chief)
    await party.service.clients.create(client(web()), by=CLIENT_ADMINISTRATOR)
    await party.service.access_profiles.create(profile(), by=PROFILE_ADMINISTRATOR)
    await _groups(party)
    await _code(party, keys)
    changed = party.restarted(SESSION_IDLE_SECONDS="1800")
    await changed.service.configuration_watch.detect_changes()
    await party.recorder.record(Kind.OPERATOR_TOKEN_USED, facts={"purpose": "export"})
