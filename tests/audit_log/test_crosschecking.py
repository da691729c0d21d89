"""Tables and log are compared: a row or event that only one of them has is found, and acts that are
under way are no difference."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from shared.access.canonical import canonical_json
from shared.access.profiles.documents import write_profile
from shared.accounts.handles import locate_handle
from shared.accounts.names import read_username
from shared.audit.event import Kind
from shared.crosscheck.comparing import compare
from shared.crosscheck.recorded import Record
from shared.crosscheck.session_findings import Span
from shared.crosscheck.stored import Stored
from shared.errors import StorageUnavailable
from shared.keys.operator_tokens import Purpose
from shared.openid.clients.kept_clients import keep
from shared.recording.actors import SERVICE
from shared.relying_party.passkeys.ceremony_options import RegistrationRequest
from tests.access.profiles.documents import profile
from tests.authenticator import base64url
from tests.harness.administrators import (
    ADMINISTRATOR,
    CLIENT_ADMINISTRATOR,
    GROUP_ADMINISTRATOR,
    PROFILE_ADMINISTRATOR,
    account,
    handle_of,
    holder,
    identity,
)
from tests.harness.service_harness import CLIENT, PROVIDER, new_authenticator
from tests.harness.stories import FIRST_LOCATOR
from tests.harness.tampering import Row, Tables
from tests.harness.worlds import SETTLED, Prepared, World, pass_request
from tests.openid.clients.documents import client, web
from tests.operators.vault import Vault
from tests.storage_faults import after, once, unreachable
from tests.storage_transport import Call, Send

NAMELESS = RegistrationRequest(username=None, display_name=None, attachment=None, hints=())
OTHER = base64url.encode(bytes(32))


@dataclass(frozen=True)
class Store:
    """Alice's rows, and ways to change them without the service."""

    world: World
    tables: Tables

    async def row(self, table: str, prefix: str = "", *, of: str = "") -> Row:
        rows = await self.world.storage.rows(table, prefix=prefix)
        return next(dict(row) for row in rows if of in (row.get("Username"), ""))

    async def change(self, table: str, prefix: str = "", **columns: object) -> None:
        await self.tables.put(table, await self.row(table, prefix) | columns)

    async def change_account(self, **columns: object) -> None:
        row = await self.row("Accounts", "account", of="bob")
        await self.tables.put("Accounts", row | columns)

    async def move(self, table: str, prefix: str, **keys: object) -> None:
        row = await self.row(table, prefix)
        await self.tables.put(table, row | keys)

    async def remove(self, table: str, prefix: str = "", *, of: str = "") -> None:
        await self.tables.delete(table, await self.row(table, prefix, of=of))

    async def all(self, table: str) -> list[Row]:
        return await self.tables.rows(table)


@pytest.fixture
def store(world: World) -> Store:
    return Store(world, Tables(world.storage))


type Act = Callable[[Store], Awaitable[object]]

HANDLE = "UserHandle"
NEW_HANDLE: dict[str, object] = {"PartitionKey": "A" * 22, HANDLE: bytes(32)}


async def _leave_a_stray_event(store: Store) -> None:
    world = store.world
    await world.acts.service.sessions.end(await handle_of(world.acts), by=SERVICE)
    (row,) = await store.all("AuditOutbox")
    await store.tables.delete("AuditOutbox", row)


async def _lose_the_notice_of_an_erasure(store: Store) -> None:
    erasures = store.world.acts.service.erasure_requests
    await erasures.request(read_username("bob"), by=ADMINISTRATOR)
    (row,) = await store.all("AuditOutbox")
    await store.tables.delete("AuditOutbox", row)


async def _lose_the_notice_of_an_operator(store: Store) -> None:
    vault = Vault(store.world.clock)
    token = vault.make_token(Purpose.EXPORT)
    await store.world.acts.with_operators(vault).service.tables_export.begin(token=token)
    (row,) = await store.all("AuditOutbox")
    await store.tables.delete("AuditOutbox", row)


async def _invent_an_event_beside(store: Store) -> None:
    await _leave_a_stray_event(store)
    await store.change("Accounts", "~event:", Tag="")


async def _wait(store: Store) -> None:
    await store.world.acts.recorder.record(Kind.AUDIT_READ)
    store.world.clock.advance(minutes=11)


async def _invent_what_waits(store: Store) -> None:
    await store.world.acts.recorder.record(Kind.AUDIT_READ)
    await store.change("AuditOutbox", Tag="")


async def _bury(store: Store, event_id: str) -> None:
    row = await store.row("Accounts", "account", of="alice")
    stone = {"RowKey": f"~event:{event_id}", "Leaf": b"", "PartitionKey": row["PartitionKey"]}
    await store.tables.put("Accounts", stone)


async def _bury_a_success(store: Store) -> None:
    (row,) = [row for row in await store.all("AuditLog") if row["Kind"] == Kind.REGISTRATION]
    await _bury(store, json.loads(row["Leaf"])["id"])


async def _repeat(store: Store) -> None:
    """An earlier version may have done this."""
    acts = store.world.acts
    log = acts.stores.log
    (entry,) = await log.entries(0, limit=1)
    again = replace(entry.statement, key=await acts.keys.statement_key())
    assert await log.append((await log.head()).size, [again])
    await store.world.seal()


async def _make_a_client(store: Store) -> None:
    clients = store.world.acts.service.clients
    await clients.create(client(web()), by=CLIENT_ADMINISTRATOR)
    await store.world.seal(SETTLED)


async def _send_codes_elsewhere(store: Store) -> None:
    await _make_a_client(store)
    elsewhere = keep(client(web(redirectUris=["https://evil.example/callback"])))
    await store.change("Clients", Document=elsewhere.document)


async def _give_a_client_a_secret(store: Store) -> None:
    await _make_a_client(store)
    secret = {"sha256": OTHER, "madeAt": None, "expiresAt": None}
    await store.change("Clients", Secrets=json.dumps([secret]))


async def _invent_a_client(store: Store) -> None:
    await _make_a_client(store)
    await store.move("Clients", "", RowKey="invented")


async def _lose_a_client(store: Store) -> None:
    await _make_a_client(store)
    await store.remove("Clients")


async def _bring_back_a_client(store: Store) -> None:
    await _make_a_client(store)
    row = await store.row("Clients")
    clients = store.world.acts.service.clients
    await clients.remove("orders", versions=None, by=CLIENT_ADMINISTRATOR)
    await store.world.seal(SETTLED)
    await store.tables.put("Clients", row)


async def _join(world: World, username: str) -> None:
    acts = world.acts
    await acts.service.groups.create("dba", "", by=GROUP_ADMINISTRATOR)
    handle = await handle_of(acts, username)
    await acts.service.memberships.add("dba", handle, by=GROUP_ADMINISTRATOR)


async def _join_and_leave(world: World, username: str) -> None:
    memberships, handle = world.acts.service.memberships, await handle_of(world.acts, username)
    await memberships.add("dba", handle, by=GROUP_ADMINISTRATOR)
    await memberships.remove("dba", handle, by=GROUP_ADMINISTRATOR)


async def _lose_groups(store: Store) -> None:
    await _join(store.world, "bob")
    await store.world.seal(SETTLED)
    await store.change_account(AssignedGroups="")


async def _make_a_profile(store: Store) -> None:
    await store.world.acts.service.access_profiles.create(profile(), by=PROFILE_ADMINISTRATOR)
    await store.world.seal(SETTLED)


async def _open_a_profile_to_others(store: Store) -> None:
    await _make_a_profile(store)
    opened = canonical_json(write_profile(profile(who={"users": ["mallory"]})))
    await store.change("Profiles", "orders", Document=opened.decode())


async def _invent_a_profile(store: Store) -> None:
    await _make_a_profile(store)
    await store.move("Profiles", "orders", RowKey="invented")


async def _lose_a_profile(store: Store) -> None:
    await _make_a_profile(store)
    await store.remove("Profiles", "orders")


FOUND: dict[str, tuple[Act, str]] = {
    "an-account-without-its-event": (
        lambda store: store.move("Accounts", "account", **NEW_HANDLE),
        "account {} exists, and no event says that it was created",
    ),
    "an-account-that-is-gone": (
        lambda store: store.remove("Accounts", "account", of="bob"),
        "is missing, and no event says that it was removed",
    ),
    "a-role-without-its-event": (
        lambda store: store.change_account(Roles="Audit.Read"),
        "has roles that no event gave it",
    ),
    "a-group-without-its-event": (
        lambda store: store.change_account(AssignedGroups='["dba"]'),
        "has groups that the last events did not leave it",
    ),
    "a-group-of-a-provider-without-its-event": (
        lambda store: store.change_account(ProviderGroups='{"AAAA":["p:dba"]}'),
        "has groups that the last events did not leave it",
    ),
    "a-group-that-is-gone": (_lose_groups, "has groups that the last events did not leave it"),
    "a-suspended-account-without-its-event": (
        lambda store: store.change_account(Suspended=True),
        "is suspended, and the events do not say so",
    ),
    "an-account-with-another-name": (
        lambda store: store.change_account(Username="bobby"),
        "has a name that no event gave it",
    ),
    "a-credential-without-its-event": (
        lambda store: store.move("Accounts", "credential:", RowKey=f"credential:{OTHER}"),
        f"credential {OTHER} of account {{}} exists, and no event says",
    ),
    "a-credential-that-is-gone": (
        lambda store: store.remove("Accounts", "credential:"),
        "is missing, and no event says so",
    ),
    "a-suspended-credential-without-its-event": (
        lambda store: store.change("Accounts", "credential:", Suspended=True),
        "is suspended, and the events do not say so",
    ),
    "a-credential-with-another-name": (
        lambda store: store.change("Accounts", "credential:", Name="Mine"),
        "has a name that no event gave it",
    ),
    "a-credential-with-a-role": (
        lambda store: store.change("Accounts", "credential:", Roles="Authenticators.Admin"),
        "differs from its account",
    ),
    "a-session-without-its-event": (
        lambda store: store.move("Accounts", "session:", RowKey=f"session:{OTHER}"),
        f"session {OTHER} of account {{}} exists, and no event says that it was opened",
    ),
    "a-session-that-is-gone": (
        lambda store: store.remove("Accounts", "session:"),
        "is missing, and no event says that it ended",
    ),
    "a-session-of-another-account": (
        lambda store: store.change("Accounts", "session:", CredentialHash=bytes(32)),
        "belongs to another account or credential than the event of its sign-in says",
    ),
    "a-refresh-without-its-event": (
        lambda store: store.change("Accounts", "session:", Rotations=3),
        "was refreshed 3 times, and 0 events say so",
    ),
    "a-pass-without-its-event": (
        lambda store: store.change("Accounts", "access-pass", PassId=bytes(16)),
        "exists, and is not the one of the last events",
    ),
    "a-pass-that-is-gone": (
        lambda store: store.remove("Accounts", "access-pass"),
        "is missing, and no event says so",
    ),
    "a-pass-that-was-used": (
        lambda store: store.change("Accounts", "access-pass", UsedAt=store.world.clock.now),
        "was used, and no event says so",
    ),
    "a-pass-that-registered": (
        lambda store: store.change("Accounts", "access-pass", Registered=1),
        "was used for 1 registrations, and events have fewer",
    ),
    "a-link-that-leads-elsewhere": (
        lambda store: store.change("Links", UserHandle=bytes(32)),
        "and the last events differ",
    ),
    "a-link-that-is-gone": (
        lambda store: store.remove("Links"),
        "is missing, and the last events differ",
    ),
    "a-client-whose-codes-go-elsewhere": (
        _send_codes_elsewhere,
        "client orders is not as the last events left it",
    ),
    "a-client-with-a-secret": (
        _give_a_client_a_secret,
        "client orders is not as the last events left it",
    ),
    "a-client-without-its-event": (
        _invent_a_client,
        "client invented is not as the last events left it",
    ),
    "a-client-that-is-gone": (_lose_a_client, "client orders is missing, and no event says so"),
    "a-client-that-is-back": (
        _bring_back_a_client,
        "client orders is not as the last events left it",
    ),
    "a-profile-for-others": (
        _open_a_profile_to_others,
        "profile orders is not as the last events left it",
    ),
    "a-profile-without-its-event": (
        _invent_a_profile,
        "profile invented is not as the last events left it",
    ),
    "a-profile-that-is-gone": (
        _lose_a_profile,
        "profile orders is missing, and no event says so",
    ),
    "a-stray-event": (_leave_a_stray_event, "will never be sealed, because its notice is missing"),
    "an-invented-event-next-to-a-row": (
        _invent_an_event_beside,
        "and the service did not record it",
    ),
    "an-event-that-waits-too-long": (_wait, "has waited for 11 minutes to be sealed"),
    "an-invented-event-that-waits": (
        _invent_what_waits,
        "is pending, and the service did not record it",
    ),
    "a-tombstone-of-nothing": (
        lambda store: _bury(store, "01970000-0000-7000-8000-000000000000"),
        "has no known attempt",
    ),
    "a-tombstone-of-no-event": (
        lambda store: _bury(store, "anything"),
        "has no known attempt",
    ),
    "a-tombstone-of-a-success": (_bury_a_success, "has an attempt that succeeded"),
    "a-tombstone-without-its-mark": (
        _bury_a_success,
        "will never be removed, because its mark is missing",
    ),
    "an-unreadable-row": (
        lambda store: store.change("Accounts", "session:", Rotations=None, CredentialHash="none"),
        "cannot be read",
    ),
    "an-erasure-whose-notice-is-gone": (
        _lose_the_notice_of_an_erasure,
        "in AuditTree/erasures will never be sealed, because its notice is missing",
    ),
    "an-operator-whose-notice-is-gone": (
        _lose_the_notice_of_an_operator,
        "in AuditTree/operators will never be sealed, because its notice is missing",
    ),
    "an-event-that-is-there-twice": (_repeat, "is in the log twice"),
}


@pytest.mark.parametrize(("act", "message"), FOUND.values(), ids=FOUND.keys())
async def test_each_difference_is_found(store: Store, act: Act, message: str) -> None:
    await act(store)
    store.world.clock.advance(seconds=10)
    report = await store.world.compared()
    before, _, behind = message.rpartition("{}")
    assert [text for text in report.wrong if before in text and behind in text], report
    assert report.status == 1


async def test_names_are_not_printed(store: Store) -> None:
    """Names of people and of keys are personal data."""
    for table in ("Accounts", "Links"):
        for row in await store.all(table):
            await store.tables.put(table, row | {HANDLE: bytes(32)})
    report = await store.world.compared()
    assert len(report.wrong) >= 8
    texts = " ".join(report.wrong)
    assert not [name for name in ("alice", "bob", "Passkey", "provider.example") if name in texts]


async def test_tables_and_log_agree_after_every_kind_of_act(
    world: World, prepared: Prepared
) -> None:
    party, key = world.acts, new_authenticator()
    await party.register(key, "carol")
    signed_in = await party.sign_in(key, "carol")
    own = await holder(party, signed_in.tokens.access_token)
    credentials, handle = party.service.credentials, own.handle
    await credentials.rename(own, signed_in.record.id, name="First")
    second = new_authenticator()
    added = await party.register(second, None, token=signed_in.tokens.access_token)
    await credentials.rename(own, added.id, name="Second")
    await credentials.rename(own, added.id, name="Third")
    await party.refresh(prepared.tokens.refresh_token)
    world.clock.advance(minutes=1)
    await party.refresh(prepared.tokens.refresh_token)  # the answer was lost
    await credentials.suspend_credential(handle, added.id, suspended=True, by=ADMINISTRATOR)
    await credentials.suspend_account(handle, suspended=True, by=ADMINISTRATOR)
    await credentials.suspend_account(handle, suspended=False, by=ADMINISTRATOR)
    await credentials.remove_of(handle, signed_in.record.id, by=ADMINISTRATOR)
    links = party.service.links
    for subject in ("one", "other"):
        await links.add(handle, issuer=PROVIDER, subject=subject, by=ADMINISTRATOR)
    (link, _) = (await account(party, "carol")).links
    await links.remove_of(handle, link.id, by=ADMINISTRATOR)
    redeem = party.service.redeeming.redeem
    name = pass_request("bob").username
    token = await redeem(name, prepared.access_pass.text, client=party.client)
    clients, secrets = party.service.clients, party.service.client_secrets
    for made in (client(web()), client(web(), "others")):
        await clients.create(made, by=CLIENT_ADMINISTRATOR)
    await secrets.add("orders", lifetime=None, by=CLIENT_ADMINISTRATOR)
    secret = await secrets.add("orders", lifetime=None, by=CLIENT_ADMINISTRATOR)
    await secrets.remove("orders", secret.hashed.id, by=CLIENT_ADMINISTRATOR)
    changed = client(web(firstParty=True))
    await clients.replace(changed, versions=None, by=CLIENT_ADMINISTRATOR)
    await clients.remove("others", versions=None, by=CLIENT_ADMINISTRATOR)
    visitor = identity(subject="new", username="vera", application=False)
    for names in ({"p:a"}, {"p:b"}, set[str]()):
        begin = party.registration.begin
        await begin(NAMELESS, principal=replace(visitor, groups=frozenset(names)), client=CLIENT)
    await _join(world, "carol")
    await _join_and_leave(world, "vera")
    profiles = party.service.access_profiles
    for kept in (profile(), profile(name="others")):
        await profiles.create(kept, by=PROFILE_ADMINISTRATOR)
    await profiles.replace(profile(title="New"), versions=None, by=PROFILE_ADMINISTRATOR)
    await profiles.remove("others", versions=None, by=PROFILE_ADMINISTRATOR)
    bobs = await party.service.token_issuer.issue(token)
    created = new_authenticator().create(await party.begin_registration("bob", token=bobs))
    await party.finish_registration(created)
    await party.service.passes.issue(pass_request("bob"), by=ADMINISTRATOR)
    await party.service.passes.delete(await handle_of(party, "bob"), by=ADMINISTRATOR)
    await party.service.passes.issue(pass_request("dora"), by=ADMINISTRATOR)
    report = await world.compared()
    assert (report.wrong, report.unsettled) == ([], [])  # though nothing is sealed yet
    assert await world.contradictions() == []


async def test_a_removed_unused_account_is_no_difference(world: World) -> None:
    await world.acts.service.passes.issue(pass_request("dora"), by=ADMINISTRATOR)
    await world.seal(timedelta(days=40))
    at = int(world.clock.now.timestamp())
    # Otherwise the search begins at a random key, perhaps behind the account.
    world.acts.stores.awaited._random = lambda _size: FIRST_LOCATOR
    await world.acts.service.unused_accounts.sweep(now=at)
    names = {row.get("Username") for row in await world.storage.rows("Accounts")}
    assert "alice" in names
    assert "dora" not in names
    until = world.clock.now + timedelta(seconds=1)
    await world.acts.service.ended_sessions.remove(until=until)
    assert await world.storage.rows("Accounts", prefix="session:") == []
    assert await world.contradictions() == []


async def test_an_abandoned_attempt_and_its_tombstone_are_no_difference(world: World) -> None:
    attempt = world.acts.recorder.attempt(Kind.PASS_ISSUED)
    place = world.acts.stores.accounts.partition(locate_handle(await handle_of(world.acts)))
    await attempt.announce(place)
    assert (await world.compared()).status == 0
    await world.seal(SETTLED)
    assert len(await world.storage.rows("Accounts", prefix="~event:")) == 1
    assert (await world.compared()).status == 0
    assert await world.contradictions() == []


async def _sent(send: Send) -> object:
    return await send()


async def test_a_withdrawn_attempt_is_no_difference(world: World) -> None:
    attempt = world.acts.recorder.attempt(Kind.PASS_ISSUED)
    place = world.acts.stores.accounts.partition(locate_handle(await handle_of(world.acts)))
    await attempt.announce(place)
    sealer = world.seals.storage.transport

    async def no_claims(call: Call, send: Send) -> object:
        return await (unreachable if call.name == "transact AuditTree" else _sent)(send)

    sealer.fault = no_claims
    with pytest.raises(StorageUnavailable):
        await world.seal(SETTLED)
    sealer.fault = None
    assert len(await world.storage.rows("Accounts", prefix="~event:")) == 1
    await attempt.withdraw()
    world.clock.advance(minutes=1)
    assert await world.contradictions() == []


async def test_a_restored_store_may_lack_sessions_and_passes(store: Store) -> None:
    await store.remove("Accounts", "session:")
    await store.remove("Accounts", "access-pass")
    store.world.clock.advance(seconds=10)
    assert len((await store.world.compared()).wrong) == 2
    assert (await store.world.compared(restored=True)).status == 0


@pytest.mark.parametrize(
    "table", ["Accounts", "Links", "Clients", "Profiles", "AuditTree", "AuditLog"]
)
async def test_a_change_while_tables_are_read_is_no_difference(
    world: World, prepared: Prepared, table: str
) -> None:
    """All acts happen, and are sealed, just before that table is read."""

    async def meanwhile() -> None:
        world.storage.transport.fault = None
        party, handle = world.acts, await handle_of(world.acts)
        await party.refresh(prepared.tokens.refresh_token)
        await party.register(new_authenticator(), "carol")
        await party.service.links.add(handle, issuer=PROVIDER, subject="new", by=ADMINISTRATOR)
        await party.service.passes.issue(pass_request("bob"), by=ADMINISTRATOR)
        await party.service.credentials.remove_of(handle, prepared.record_id, by=ADMINISTRATOR)
        await party.service.clients.create(client(web()), by=CLIENT_ADMINISTRATOR)
        await party.service.access_profiles.create(profile(), by=PROFILE_ADMINISTRATOR)
        await world.seal(SETTLED)

    world.storage.transport.fault = once(after(meanwhile), f"query {table}")
    report = await world.compared()
    assert report.wrong == []
    assert (await world.compared()).status == 0


async def test_a_difference_is_unsettled_until_all_events_are_sealed(store: Store) -> None:
    world = store.world
    await store.change("Accounts", "credential:", Name="Mine")
    await world.acts.service.passes.issue(pass_request("alice"), by=ADMINISTRATOR)
    report = await world.compared()
    assert (report.wrong, report.status) == ([], 2)
    await world.seal(SETTLED)
    assert (await world.compared()).status == 1


def test_empty_tables_and_an_empty_log_agree() -> None:
    report = compare(Stored(), Record(), Span(at="", sessions_since=""))
    assert (report.wrong, report.unsettled, report.status) == ([], [], 0)
