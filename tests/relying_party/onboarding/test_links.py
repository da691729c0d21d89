"""Links of accounts to identity providers' users: added, listed, removed, and never moved."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.accounts.roles import Role
from shared.errors import (
    ConcurrentUse,
    LinkLimitReached,
    MalformedRequest,
    NotFound,
    NotPermitted,
    StepUpRequired,
    SubjectLinked,
    TokenInvalid,
    UsernameTaken,
)
from shared.principals import subject_key
from shared.relying_party.passkeys.ceremony_options import RegistrationRequest
from shared.storage.accounts.accounts import MOST_LINKS
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import ADMINISTRATOR, account, handle_of, holder, identity
from tests.harness.record import brief, record
from tests.harness.service_harness import CLIENT, Json, ServiceHarness, new_authenticator
from tests.no_event import NO_EVENT
from tests.storage_faults import after, at, crash_before_sending, once
from tests.storage_transport import RecordingTransport

PERSON = identity(subject="p-1", username="alice", application=False)
KEY = subject_key(PERSON.issuer, PERSON.subject)
OURS = {"issuer": PERSON.issuer, "audiences": ["api://touchstone"]}


async def _link(party: ServiceHarness, username: str = "alice", subject: str = "p-1") -> None:
    await party.service.links.add(
        await handle_of(party, username), issuer=PERSON.issuer, subject=subject, by=ADMINISTRATOR
    )


async def _begin(party: ServiceHarness) -> Json:
    request = RegistrationRequest(username=None, display_name=None, attachment=None, hints=())
    return (await party.registration.begin(request, principal=PERSON, client=CLIENT)).options


@pytest.fixture
async def token(party: ServiceHarness, alices: SoftAuthenticator) -> str:
    await party.register(alices, "alice")
    return (await party.sign_in(alices)).tokens.access_token


async def test_a_link_is_listed_with_its_author_and_time(party: ServiceHarness, token: str) -> None:
    assert (await account(party)).links == ()
    await _link(party)
    (link,) = (await account(party)).links
    assert (link.subject, link.added_at) == (KEY, party.clock())
    assert (link.added_by_kind, link.added_by) == (
        "application",
        "https://provider.example backend",
    )
    await _link(party)
    assert (await account(party)).links == (link,)


async def test_a_link_of_an_earlier_version_is_listed_when_it_is_added_again(
    party: ServiceHarness, token: str
) -> None:
    """The link was not listed, but it opened the account."""
    assert await party.stores.links.add(KEY, await handle_of(party), event=NO_EVENT)
    assert (await account(party)).links == ()
    await _link(party)
    (link,) = (await account(party)).links
    await party.service.links.remove_of(await handle_of(party), link.id, by=ADMINISTRATOR)
    assert await party.stores.links.find(KEY) is None


async def test_a_link_of_an_earlier_version_is_listed_before_it_opens(
    party: ServiceHarness, token: str
) -> None:
    assert await party.stores.links.add(KEY, await handle_of(party), event=NO_EVENT)
    response = new_authenticator().create(await _begin(party))
    (link,) = (await account(party)).links
    assert (link.subject, link.added_by) == (KEY, KEY)
    await _begin(party)
    assert (await account(party)).links == (link,)
    event = (await record(party))[-1]
    assert (event["kind"], event["outcome"], event["facts"]) == (
        "account.linked",
        "success",
        {"subject": KEY, "again": True},
    )
    await party.service.links.remove_of(await handle_of(party), link.id, by=ADMINISTRATOR)
    with pytest.raises(TokenInvalid):
        await party.finish_registration(response)


async def test_an_unfinished_first_visit_of_an_earlier_version_is_completed(
    party: ServiceHarness,
) -> None:
    """The crash was after the write of the account, which lists nothing, and before the link."""
    await _begin(party)
    owner = await account(party)
    (link,) = owner.links
    await party.service.links.remove_of(owner.account.handle, link.id, by=ADMINISTRATOR)
    changed = replace((await account(party)).account, subject=KEY)
    assert await party.stores.accounts.change_account(await account(party), changed, event=NO_EVENT)
    assert (await account(party)).links == ()
    await party.finish_registration(new_authenticator().create(await _begin(party)))
    assert [each.subject for each in (await account(party)).links] == [KEY]


async def test_a_link_of_an_earlier_version_opens_nothing_where_it_cannot_be_listed(
    party: ServiceHarness, token: str
) -> None:
    for number in range(MOST_LINKS):
        await _link(party, subject=f"other-{number}")
    assert await party.stores.links.add(KEY, await handle_of(party), event=NO_EVENT)
    with pytest.raises(LinkLimitReached):
        await _begin(party)


@pytest.mark.parametrize("call", ["query Accounts", "transact Accounts"])
async def test_a_link_that_is_removed_during_a_visit_does_not_come_back(
    party: ServiceHarness, token: str, transport: RecordingTransport, call: str
) -> None:
    """The removal is before the read of the account, or between that and the list."""
    await _link(party)
    (link,) = (await account(party)).links
    handle, other = await handle_of(party), party.restarted()

    async def remove() -> None:
        if call == "transact Accounts":
            await _link(other)
        await other.service.links.remove_of(handle, link.id, by=ADMINISTRATOR)

    if call == "transact Accounts":
        await party.stores.accounts.forget_link(handle, link, event=NO_EVENT)
    transport.fault = once(after(remove), call)
    with pytest.raises(ConcurrentUse):
        await _begin(party)
    assert (await account(party)).links == ()
    assert await party.stores.links.find(KEY) is None


async def test_a_first_visit_lists_its_own_link(party: ServiceHarness) -> None:
    await _begin(party)
    (link,) = (await account(party)).links
    assert (link.subject, link.added_by_kind, link.added_by) == (KEY, "provider-user", KEY)


async def test_a_subject_stays_with_its_account(
    party: ServiceHarness, token: str, mallorys: SoftAuthenticator
) -> None:
    """Otherwise a link for mallory would take alice's provider account from her."""
    await _link(party)
    await party.register(mallorys, "mallory")
    with pytest.raises(SubjectLinked):
        await _link(party, "mallory")
    assert (await account(party, "mallory")).links == ()
    assert await party.stores.links.find(KEY) == await handle_of(party)


async def test_of_two_accounts_linked_concurrently_one_gets_the_subject(
    party: ServiceHarness, token: str, mallorys: SoftAuthenticator
) -> None:
    await party.register(mallorys, "mallory")
    outcomes = await asyncio.gather(_link(party), _link(party, "mallory"), return_exceptions=True)
    (refused,) = (each for each in outcomes if each is not None)
    assert isinstance(refused, SubjectLinked)


@pytest.mark.parametrize(
    ("issuer", "subject"),
    [
        ("https://x y", "p-1"),
        ("https://x\u202e", "p-1"),
        (PERSON.issuer, "a\0b"),
        (PERSON.issuer, "\u202eabc"),
        (PERSON.issuer, "auth0|1"),
        (PERSON.issuer, "a b"),
        (PERSON.issuer, "%7c"),
    ],
)
async def test_a_subject_that_no_token_has_is_refused(
    party: ServiceHarness, token: str, issuer: str, subject: str
) -> None:
    with pytest.raises(MalformedRequest):
        await party.service.links.add(
            await handle_of(party), issuer=issuer, subject=subject, by=ADMINISTRATOR
        )
    assert (await account(party)).links == ()


TENANTS = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")
ENTRA = "https://login.microsoftonline.com"
SEVERAL_TENANTS = {
    "issuer": f"{ENTRA}/{{tenantid}}/v2.0",
    "audiences": ["api://touchstone"],
    "tenants": TENANTS,
}


@pytest.mark.parametrize(
    "issuer",
    [
        "https://provider.example.evil",
        PERSON.issuer + "/",
        PERSON.issuer.upper().replace("HTTPS", "https"),
        f"{ENTRA}/{{tenantid}}/v2.0",
        f"{ENTRA}/33333333-3333-4333-8333-333333333333/v2.0",
        f"{ENTRA}/{TENANTS[0]}/",
    ],
)
async def test_an_issuer_that_is_not_in_the_settings_is_refused(
    party: ServiceHarness, token: str, issuer: str
) -> None:
    """A later setting would accept any user with that subject there."""
    party = party.restarted(IDENTITY_PROVIDERS=json.dumps([OURS, SEVERAL_TENANTS]))
    with pytest.raises(MalformedRequest, match="issuer"):
        await party.service.links.add(
            await handle_of(party), issuer=issuer, subject="p-1", by=ADMINISTRATOR
        )
    assert (await account(party)).links == ()
    assert await party.stores.links.find(subject_key(issuer, "p-1")) is None


async def test_each_tenant_of_a_provider_is_an_issuer(party: ServiceHarness, token: str) -> None:
    party = party.restarted(IDENTITY_PROVIDERS=json.dumps([SEVERAL_TENANTS]))
    for tenant in TENANTS:
        await party.service.links.add(
            await handle_of(party),
            issuer=f"{ENTRA}/{tenant}/v2.0",
            subject=f"{tenant}/p-1",
            by=ADMINISTRATOR,
        )
    assert len((await account(party)).links) == 2


async def test_only_a_caller_who_may_link_sees_the_issuers(
    party: ServiceHarness, token: str
) -> None:
    alice = await holder(party, token)
    with pytest.raises(NotPermitted):
        await party.service.links.add(
            await handle_of(party), issuer="https://another.example", subject="p-1", by=alice
        )


async def test_a_link_of_a_removed_provider_is_listed_and_opens_nothing(
    party: ServiceHarness, token: str
) -> None:
    """This includes a registration that was begun before."""
    await _link(party)
    response = new_authenticator().create(await _begin(party))
    party = party.restarted(IDENTITY_PROVIDERS="[]")
    with pytest.raises(TokenInvalid):
        await party.finish_registration(response)
    owner = await account(party)
    assert len(owner.records) == 1
    (link,) = owner.links
    await party.service.links.remove_of(owner.account.handle, link.id, by=ADMINISTRATOR)
    assert (await account(party)).links == ()
    assert await party.stores.links.find(KEY) is None


async def test_a_subject_has_the_same_form_in_a_link_and_in_a_token(
    party: ServiceHarness, token: str
) -> None:
    for subject in ("auth0%7C1", "tenant/object", "client:app", "a.b_c~d-e"):
        await _link(party, subject=subject)
    assert len((await account(party)).links) == 4


async def test_an_account_has_a_limited_number_of_links(party: ServiceHarness, token: str) -> None:
    for number in range(MOST_LINKS):
        await _link(party, subject=f"p-{number}")
    with pytest.raises(LinkLimitReached):
        await _link(party, subject="one-more")
    assert await party.stores.links.find(subject_key(PERSON.issuer, "one-more")) is None
    assert len((await account(party)).links) == MOST_LINKS


@pytest.mark.parametrize("own", [True, False], ids=["by-its-owner", "by-an-administrator"])
async def test_a_removed_link_opens_nothing(party: ServiceHarness, token: str, own: bool) -> None:
    await _link(party)
    (link,) = (await account(party)).links
    handle = await handle_of(party)
    if own:
        await party.service.links.remove_own(await holder(party, token), link.id)
    else:
        await party.service.links.remove_of(handle, link.id, by=ADMINISTRATOR)
    assert (await account(party)).links == ()
    with pytest.raises(UsernameTaken):
        await _begin(party)
    events = [event for event in await record(party) if "linked" in event["kind"]]
    assert brief(events) == [("account.linked", "success"), ("account.unlinked", "success")]
    assert events[-1]["facts"] == {"subject": KEY}
    with pytest.raises(NotFound):
        await party.service.links.remove_of(handle, link.id, by=ADMINISTRATOR)


async def test_the_link_of_a_first_visit_does_not_come_back(party: ServiceHarness) -> None:
    """The account was made for that subject, and does not say so any more."""
    await _begin(party)
    (link,) = (await account(party)).links
    await party.service.links.remove_of(await handle_of(party), link.id, by=ADMINISTRATOR)
    with pytest.raises(UsernameTaken):
        await _begin(party)


async def test_removing_a_link_ends_a_registration_that_was_begun_with_it(
    party: ServiceHarness,
) -> None:
    response = new_authenticator().create(await _begin(party))
    (link,) = (await account(party)).links
    await party.service.links.remove_of(await handle_of(party), link.id, by=ADMINISTRATOR)
    with pytest.raises(TokenInvalid):
        await party.finish_registration(response)
    assert (await account(party)).records == []


@pytest.mark.parametrize("added", [False, True], ids=["of-the-first-visit", "added"])
@pytest.mark.parametrize("call", ["transact Accounts", "query Accounts"])
async def test_a_link_that_is_removed_while_a_registration_is_stored_ends_it(
    party: ServiceHarness,
    alices: SoftAuthenticator,
    transport: RecordingTransport,
    added: bool,
    call: str,
) -> None:
    """Just before the registration's transaction, and while its own reads are under way."""
    if added:
        await party.register(alices, "alice")
        await _link(party)
    response = new_authenticator().create(await _begin(party))
    (link,), before = (await account(party)).links, (await account(party)).records
    handle, other = await handle_of(party), party.restarted()

    async def remove() -> None:
        await other.service.links.remove_of(handle, link.id, by=ADMINISTRATOR)

    transport.fault = once(after(remove), call)
    with pytest.raises((ConcurrentUse, TokenInvalid)):
        await party.finish_registration(response)
    assert (await account(party)).records == before


async def test_a_credential_that_is_suspended_while_another_is_stored_ends_that(
    party: ServiceHarness, token: str, alices: SoftAuthenticator, transport: RecordingTransport
) -> None:
    response = new_authenticator().create(await party.begin_registration("alice", token=token))
    handle, other = await handle_of(party), party.restarted()

    async def suspend() -> None:
        await other.service.credentials.suspend_credential(
            handle, alices.latest.id, suspended=True, by=ADMINISTRATOR
        )

    transport.fault = once(after(suspend), "transact Accounts")
    with pytest.raises(ConcurrentUse):
        await party.finish_registration(response)
    assert len((await account(party)).records) == 1


async def test_a_providers_user_registers_on_the_link(party: ServiceHarness) -> None:
    await party.finish_registration(new_authenticator().create(await _begin(party)))
    assert (await record(party))[-1]["facts"]["authority"] == "provider"


async def test_removing_needs_a_fresh_sign_in(party: ServiceHarness, token: str) -> None:
    await _link(party)
    (link,) = (await account(party)).links
    alice = await holder(party, token)
    party.clock.now += timedelta(seconds=301)
    with pytest.raises(StepUpRequired):
        await party.service.links.remove_own(alice, link.id)
    stale = identity(Role.AUTHENTICATORS_ADMIN, authenticated_at=None)
    with pytest.raises(StepUpRequired):
        await party.service.links.remove_of(await handle_of(party), link.id, by=stale)
    assert (await account(party)).links == (link,)


async def test_a_link_of_another_account_cannot_be_removed(
    party: ServiceHarness, token: str, mallorys: SoftAuthenticator
) -> None:
    await _link(party)
    (link,) = (await account(party)).links
    await party.register(mallorys, "mallory")
    mallory = await holder(party, (await party.sign_in(mallorys)).tokens.access_token)
    with pytest.raises(NotFound):
        await party.service.links.remove_own(mallory, link.id)


async def test_an_interrupted_change_leaves_no_unlisted_link(
    party: ServiceHarness, token: str, transport: RecordingTransport
) -> None:
    """Whichever call is the last one that gets through, of adding as of removing."""
    handle = await handle_of(party)
    for calls in range(1, 9):
        transport.fault = at(calls, crash_before_sending, then=crash_before_sending)
        await asyncio.gather(_link(party), return_exceptions=True)
        transport.fault = None
        await _require_listed(party)
    await _link(party)
    (link,) = (await account(party)).links
    for calls in range(1, 9):
        transport.fault = at(calls, crash_before_sending, then=crash_before_sending)
        removal = party.service.links.remove_of(handle, link.id, by=ADMINISTRATOR)
        await asyncio.gather(removal, return_exceptions=True)
        transport.fault = None
        await _require_listed(party)
        await _link(party)


async def _require_listed(party: ServiceHarness) -> None:
    opens = await party.stores.links.find(KEY) is not None
    listed = [link.subject for link in (await account(party)).links]
    assert listed == [KEY] or not opens
