"""Unused accounts are removed, other accounts are kept, and concurrent requests cause no error."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.access_passes.access_pass import MOST_REGISTRATIONS
from shared.accounts.names import read_username
from shared.accounts.roles import Role
from shared.audit.instants import write_instant
from shared.errors import ConcurrentUse, StorageUnavailable, TokenInvalid
from shared.recording.actors import SERVICE
from shared.relying_party.onboarding.pass_terms import PassRequest
from shared.relying_party.onboarding.passes import IssuedPass
from shared.relying_party.onboarding.unused_accounts import UNUSED_AFTER
from shared.relying_party.passkeys.ceremony_options import RegistrationRequest
from shared.settings.passes import MOST_MINUTES
from tests.authenticator import SoftAuthenticator, base64url
from tests.harness.administrators import ADMINISTRATOR, account, give_roles, identity
from tests.harness.record import brief, record
from tests.harness.service_harness import CLIENT, Json, ServiceHarness, new_authenticator
from tests.no_event import NO_EVENT
from tests.storage_faults import ENDS, Crash, Way, after, at, once, unreachable
from tests.storage_transport import Storage

BACKEND = identity(Role.REGISTRATIONS_CREATE)
LONG = UNUSED_AFTER + timedelta(hours=1)
FIRST = base64url.decode("-" * 21 + "A")
"""What is before every locator that there is likely to be, as keys sort."""
LONGEST_PASSES = {"ACCESS_PASS_MAX_MINUTES": str(MOST_MINUTES)}


@pytest.fixture(autouse=True)
def from_the_start(party: ServiceHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    """The random start of every sweep is the first key."""
    monkeypatch.setattr(party.stores.awaited, "_random", lambda _size: FIRST)


async def _enrol(party: ServiceHarness, username: str = "bob") -> Json:
    request = RegistrationRequest(
        username=read_username(username), display_name=None, attachment=None, hints=()
    )
    return (await party.registration.begin(request, principal=BACKEND, client=CLIENT)).options


async def _issue(party: ServiceHarness, username: str = "bob", *, days: float = 1) -> IssuedPass:
    request = PassRequest(
        username=read_username(username),
        display_name=None,
        lifetime=timedelta(days=days),
        one_time=False,
        starts_at=None,
        registrations=MOST_REGISTRATIONS,
    )
    longest = party.restarted(**LONGEST_PASSES)
    return await longest.service.passes.issue(request, by=ADMINISTRATOR)


async def _sweep(party: ServiceHarness) -> int:
    return await party.service.unused_accounts.sweep(now=int(party.clock().timestamp()))


async def _later(party: ServiceHarness, span: timedelta = LONG) -> int:
    party.clock.now += span
    return await _sweep(party)


async def _names(storage: Storage) -> set[str]:
    return {row["Username"] for row in await storage.rows("Accounts", prefix="account")}


async def test_unused_accounts_are_removed(
    party: ServiceHarness, storage: Storage, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    for number in range(3):
        await _enrol(party, f"enrolled{number}")
        await _issue(party, f"expected{number}")
    assert len(await _names(storage)) == 7
    assert await _later(party) == 6
    assert await _names(storage) == {"alice"}
    assert await storage.rows("Accounts", prefix="access-pass") == []
    assert await _later(party) == 0
    await party.sign_in(alices, "alice")


async def test_faults_leave_no_unused_account_for_ever(
    party: ServiceHarness, storage: Storage, alices: SoftAuthenticator
) -> None:
    """Enrolments that end at any call, and sweeps of them that do so too."""
    await party.register(alices, "alice")
    for number in range(1, 16):
        name = f"user{number}"
        storage.transport.fault = at(number, unreachable, then=unreachable)
        with suppress(StorageUnavailable):
            key = new_authenticator()
            await party.finish_registration(key.create(await _enrol(party, name)))
    storage.transport.fault = None
    with_key = {row["Username"] for row in await storage.rows("Accounts", prefix="credential")}
    assert with_key < await _names(storage)
    party.clock.now += LONG
    for number in range(1, 30):
        storage.transport.fault = at(number, unreachable, then=unreachable)
        with suppress(StorageUnavailable):
            await _sweep(party)
    storage.transport.fault = None
    await _sweep(party)
    assert await _names(storage) == with_key


async def test_a_removal_is_recorded(party: ServiceHarness) -> None:
    await _enrol(party)
    handle = (await account(party, "bob")).account.handle
    asked = party.clock()
    assert await _later(party) == 1
    event = (await record(party))[-1]
    assert (event["kind"], event["outcome"]) == ("account.removed", "success")
    assert event["actor"] == SERVICE.describe()
    assert event["target"]["id"] == base64url.encode(handle)
    assert event["facts"] == {"awaitedSince": write_instant(asked)}


@pytest.mark.parametrize("way", ENDS.values(), ids=ENDS.keys())
@pytest.mark.parametrize("number", range(1, 7))
async def test_a_crash_at_any_call_leaves_the_audit_log_true(
    party: ServiceHarness, storage: Storage, number: int, way: tuple[Way, Way]
) -> None:
    await _enrol(party)
    await record(party)
    party.clock.now += LONG
    first, then = way
    storage.transport.fault = at(number, first, then=then)
    with suppress(StorageUnavailable, Crash):
        await _sweep(party)
    storage.transport.fault = None
    events = brief(await record(party))
    gone = await _names(storage) == set()
    assert (("account.removed", "success") in events) is gone


async def test_an_account_is_kept_for_the_longest_lifetime_of_a_pass(party: ServiceHarness) -> None:
    assert timedelta(minutes=MOST_MINUTES) <= UNUSED_AFTER
    await _issue(party, days=1)
    assert await _later(party, UNUSED_AFTER) == 0
    assert await _later(party, timedelta(seconds=1)) == 1


async def test_an_account_is_kept_until_a_later_pass_ends(party: ServiceHarness) -> None:
    request = PassRequest(
        username=read_username("bob"),
        display_name=None,
        lifetime=timedelta(hours=1),
        one_time=True,
        starts_at=party.clock() + timedelta(days=60),
    )
    await party.service.passes.issue(request, by=ADMINISTRATOR)
    assert await _later(party, timedelta(days=61)) == 0
    assert await _later(party, timedelta(days=1)) == 1


async def test_a_pass_in_its_last_second_still_registers(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    issued = await _issue(party, days=30)
    assert await _later(party, timedelta(days=30, seconds=-1)) == 0
    redeemed = await party.service.redeeming.redeem(
        read_username("bob"), issued.text, client=CLIENT
    )
    token = await party.service.token_issuer.issue(redeemed)
    await party.register(alices, "bob", token=token)
    assert await _later(party) == 0
    await party.sign_in(alices, "bob")


async def test_a_used_account_is_kept(party: ServiceHarness, alices: SoftAuthenticator) -> None:
    """Apps keep its ID, and no other person may get its name."""
    await party.finish_registration(alices.create(await _enrol(party)))
    owner = await account(party, "bob")
    await party.service.credentials.remove_of(
        owner.account.handle, owner.records[0].id, by=ADMINISTRATOR
    )
    assert await _later(party) == 0
    assert (await account(party, "bob")).account == owner.account


async def test_an_account_with_a_credential_of_an_earlier_version_is_kept(
    party: ServiceHarness, storage: Storage, alices: SoftAuthenticator
) -> None:
    """That version does not clear the waiting mark."""
    await party.finish_registration(alices.create(await _enrol(party)))
    owner = await account(party, "bob")
    changed = replace(owner.account, awaited_since=owner.account.created_at)
    assert await party.stores.accounts.change_account(owner, changed, event=NO_EVENT)
    assert await _later(party) == 0
    await party.service.credentials.remove_of(
        owner.account.handle, owner.records[0].id, by=ADMINISTRATOR
    )
    assert await _later(party) == 0


async def test_an_account_with_a_role_a_suspension_or_a_link_is_kept(party: ServiceHarness) -> None:
    for name in ("roles", "suspended", "linked"):
        await _enrol(party, name)
    await give_roles(party, "roles", Role.AUDIT_READ)
    handle = (await account(party, "suspended")).account.handle
    await party.service.credentials.suspend_account(handle, suspended=True, by=ADMINISTRATOR)
    await party.service.links.add(
        (await account(party, "linked")).account.handle,
        issuer="https://provider.example",
        subject="somebody",
        by=ADMINISTRATOR,
    )
    user = identity(application=False, subject="visitor", username="visitor")
    await party.service.provisioning.account_of_subject(user)
    assert await _later(party) == 0


async def test_a_row_of_an_earlier_version_is_kept(party: ServiceHarness, storage: Storage) -> None:
    await _enrol(party)
    (row,) = await storage.rows("Accounts", prefix="account")
    del row["AwaitedSince"]
    await storage.table("Accounts").upsert(row)
    assert await _later(party) == 0


async def test_another_enrolment_starts_the_waiting_time_again(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await _enrol(party)
    assert await _later(party, timedelta(days=29)) == 0
    options = await _enrol(party)
    assert await _later(party, timedelta(minutes=4)) == 0
    await party.finish_registration(alices.create(options))
    assert await _later(party) == 0
    await party.sign_in(alices, "bob")


@pytest.mark.parametrize("call", ["query Accounts", "transact Accounts"])
async def test_a_concurrent_registration_keeps_the_account(
    party: ServiceHarness, storage: Storage, alices: SoftAuthenticator, call: str
) -> None:
    await _enrol(party)
    party.clock.now += LONG

    async def come() -> None:
        storage.transport.fault = None
        await party.finish_registration(alices.create(await _enrol(party)))

    storage.transport.fault = once(after(come), call)
    assert await _sweep(party) == 0
    await party.sign_in(alices, "bob")
    assert ("account.removed", "attempted") not in brief(await record(party))


async def test_a_pass_issued_during_the_sweep_keeps_the_account(
    party: ServiceHarness, storage: Storage
) -> None:
    await _issue(party)
    party.clock.now += LONG
    issued: list[IssuedPass] = []

    async def issue() -> None:
        storage.transport.fault = None
        issued.append(await _issue(party))

    storage.transport.fault = once(after(issue), "transact Accounts")
    assert await _sweep(party) == 0
    await party.service.redeeming.redeem(read_username("bob"), issued[0].text, client=CLIENT)


async def test_a_finish_a_month_late_is_refused_and_writes_nothing(
    party: ServiceHarness, storage: Storage, alices: SoftAuthenticator
) -> None:
    """A finish that stopped between its reads and its commit."""
    options = await _enrol(party)

    async def sweep() -> None:
        storage.transport.fault = None
        assert await _later(party) == 1

    storage.transport.fault = once(after(sweep), "insert CredentialIds")
    with pytest.raises((ConcurrentUse, TokenInvalid)):
        await party.finish_registration(alices.create(options))
    assert await _names(storage) == set()
    assert await storage.rows("CredentialIds") == []


async def test_a_removed_account_can_be_made_again(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await _enrol(party)
    before = (await account(party, "bob")).account.handle
    assert await _later(party) == 1
    await party.finish_registration(alices.create(await _enrol(party)))
    assert (await account(party, "bob")).account.handle != before
