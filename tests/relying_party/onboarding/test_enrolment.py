"""A backend with `Registrations.Create` enrols newcomers, and takes over no account."""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from shared.accounts.names import read_username
from shared.accounts.roles import Role
from shared.errors import ConcurrentUse, MalformedRequest, NotPermitted
from shared.recording.actors import SERVICE
from shared.relying_party.onboarding.pass_terms import PassRequest
from shared.relying_party.passkeys.ceremony_options import RegistrationRequest
from shared.storage.tables.table import Operation
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import (
    ADMINISTRATOR,
    ALICE,
    account,
    give_roles,
    handle_of,
    identity,
)
from tests.harness.record import record
from tests.harness.service_harness import CLIENT, Json, ServiceHarness, new_authenticator
from tests.storage_faults import after, once
from tests.storage_transport import RecordingTransport

BACKEND = identity(Role.REGISTRATIONS_CREATE)
CORP = {
    "issuer": "https://login.corp.example",
    "audiences": ["api://touchstone"],
    "usernameDomains": ["corp.example"],
}


async def _begin(party: ServiceHarness, username: str = "alice") -> Json:
    request = RegistrationRequest(
        username=read_username(username), display_name=None, attachment=None, hints=()
    )
    return (await party.registration.begin(request, principal=BACKEND, client=CLIENT)).options


async def test_a_newcomer_is_enrolled(party: ServiceHarness, alices: SoftAuthenticator) -> None:
    await party.finish_registration(alices.create(await _begin(party)))
    assert len((await account(party)).records) == 1
    assert (await record(party))[-1]["facts"]["authority"] == "enrolment"


async def test_a_backend_does_not_enrol_a_user_with_a_credential(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    with pytest.raises(NotPermitted):
        await _begin(party)


async def test_a_backend_does_not_enrol_a_user_with_a_role(party: ServiceHarness) -> None:
    """The backend's token would otherwise give the role."""
    await party.service.provisioning.ensure(read_username("alice"), None, by=SERVICE)
    await give_roles(party, "alice", Role.AUDIT_READ)
    with pytest.raises(NotPermitted):
        await _begin(party)


async def test_of_two_begun_enrolments_one_is_finished(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    first, second = await _begin(party), await _begin(party)
    await party.finish_registration(alices.create(first))
    with pytest.raises(NotPermitted):
        await party.finish_registration(new_authenticator().create(second))
    assert len((await account(party)).records) == 1


async def test_a_role_that_comes_during_an_enrolment_ends_it(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    options = await _begin(party)
    await give_roles(party, "alice", Role.AUTHENTICATORS_ADMIN)
    with pytest.raises(NotPermitted):
        await party.finish_registration(alices.create(options))
    assert (await account(party)).records == []


@pytest.mark.parametrize("username", ["administrator", "help-desk"])
async def test_a_backend_gives_no_reserved_name(party: ServiceHarness, username: str) -> None:
    with pytest.raises(MalformedRequest, match="reserved"):
        await _begin(party, username)
    assert await party.service.provisioning.find(read_username(username)) is None


async def test_a_backend_enrols_under_a_reserved_name_that_an_administrator_gave(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    support = read_username("support")
    await party.service.provisioning.ensure(support, None, by=SERVICE, by_administrator=True)
    await party.finish_registration(alices.create(await _begin(party, "support")))
    assert len((await account(party, "support")).records) == 1


async def _visit(party: ServiceHarness) -> None:
    """By alice, whom the provider vouches for; she has made no passkey yet."""
    alice = identity(subject="p-1", username="alice", application=False)
    request = RegistrationRequest(username=None, display_name=None, attachment=None, hints=())
    await party.registration.begin(request, principal=alice, client=CLIENT)


async def _lose_the_key(party: ServiceHarness) -> None:
    key = new_authenticator()
    await party.register(key, "alice")
    await party.service.credentials.remove_of(
        await handle_of(party), key.latest.id, by=ADMINISTRATOR
    )


async def _issue_pass(party: ServiceHarness, **later: datetime) -> None:
    request = PassRequest(
        username=ALICE,
        display_name=None,
        lifetime=None,
        one_time=None,
        starts_at=later.get("starts_at"),
    )
    await party.service.passes.issue(request, by=ADMINISTRATOR)


async def _issue_pass_for_later(party: ServiceHarness) -> None:
    await _issue_pass(party, starts_at=party.clock() + timedelta(days=3))


async def _link(party: ServiceHarness) -> None:
    await party.service.provisioning.ensure(ALICE, None, by=SERVICE)
    await party.service.links.add(
        await handle_of(party), issuer="https://provider.example", subject="p-1", by=ADMINISTRATOR
    )


async def _forget_whether_there_was_a_credential(party: ServiceHarness) -> None:
    """Rows of earlier versions do not have this value."""
    await party.service.provisioning.ensure(ALICE, None, by=SERVICE)
    table = party.storage.table("Accounts")
    (row,) = await party.storage.rows("Accounts", prefix="account")
    kept = {name: row[name] for name in row if name != "AwaitedSince"}
    assert await table.transact([Operation("upsert", kept)])


IN_USE = (
    *(_visit, _lose_the_key, _issue_pass, _issue_pass_for_later, _link),
    _forget_whether_there_was_a_credential,
)


@pytest.mark.parametrize("become", IN_USE, ids=lambda become: become.__name__.strip("_"))
async def test_an_account_in_use_is_not_enrolled(
    party: ServiceHarness, become: Callable[[ServiceHarness], Awaitable[object]]
) -> None:
    await become(party)
    with pytest.raises(NotPermitted):
        await _begin(party)


@pytest.mark.parametrize("become", [_issue_pass, _link], ids=["pass", "link"])
async def test_an_account_that_comes_into_use_meanwhile_is_not_enrolled(
    party: ServiceHarness,
    alices: SoftAuthenticator,
    become: Callable[[ServiceHarness], Awaitable[object]],
) -> None:
    options = await _begin(party)
    await become(party)
    with pytest.raises(NotPermitted):
        await party.finish_registration(alices.create(options))
    assert (await account(party)).records == []


async def test_an_expired_enrolment_can_begin_again(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await _issue_pass(party)
    party.clock.advance(days=1)
    await party.finish_registration(alices.create(await _begin(party)))
    assert len((await account(party)).records) == 1


async def test_a_pass_that_is_issued_while_an_enrolment_is_stored_ends_it(
    party: ServiceHarness, alices: SoftAuthenticator, transport: RecordingTransport
) -> None:
    """The check just before found no pass."""
    response, other = alices.create(await _begin(party)), party.restarted()
    transport.fault = once(after(lambda: _issue_pass(other)), "transact Accounts")
    with pytest.raises(ConcurrentUse):
        await party.finish_registration(response)
    assert (await account(party)).records == []


@pytest.mark.parametrize("name", ["boss@corp.example", "x#0123abcd"])
async def test_a_backend_gives_no_name_that_a_provider_gives(
    party: ServiceHarness, name: str
) -> None:
    with pytest.raises(MalformedRequest):
        await _begin(party.restarted(IDENTITY_PROVIDERS=json.dumps([CORP])), name)


async def test_only_an_administrator_gives_a_name_whose_letters_all_look_like_others(
    party: ServiceHarness,
) -> None:
    name = read_username("\u043e\u0441\u0430")
    ensure = party.service.provisioning.ensure
    with pytest.raises(MalformedRequest):
        await ensure(name, None, by=SERVICE)
    owner = await ensure(name, None, by=SERVICE, by_administrator=True)
    assert owner.account.username == name.display
