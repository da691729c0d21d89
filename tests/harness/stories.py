"""Acts of people and of the service; each one makes one change."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from shared.recording.actors import SERVICE
from tests.access.profiles.documents import profile
from tests.authenticator import base64url
from tests.harness.administrators import (
    ADMINISTRATOR,
    CLIENT_ADMINISTRATOR,
    PROFILE_ADMINISTRATOR,
    handle_of,
    holder,
)
from tests.harness.service_harness import PROVIDER, ServiceHarness, new_authenticator
from tests.harness.worlds import Prepared, pass_request
from tests.openid.clients.documents import client, web
from tests.storage_transport import Storage

type Act = Callable[[ServiceHarness, Prepared], Awaitable[object]]
type Seen = Callable[[Storage], Awaitable[int]]
"""Counts what such acts leave in storage, so that each makes it one more."""

_OTHER_URI = "https://orders.example/other"
FIRST_LOCATOR = base64url.decode("-" * 21 + "A")
"""Its key sorts before the key of every other locator: bytes of zero would not."""


@dataclass(frozen=True, kw_only=True)
class Story:
    act: Act
    seen: Seen
    kind: str
    before: tuple[Act, ...] = ()
    """What has to be so first."""
    after: timedelta = timedelta()
    """So much later."""


async def _sign_in(party: ServiceHarness, prepared: Prepared) -> None:
    await party.sign_in(prepared.key, "alice")


async def _register(party: ServiceHarness, _: Prepared) -> None:
    await party.register(new_authenticator(), "erin")


async def _add(party: ServiceHarness, prepared: Prepared) -> None:
    options = await party.begin_registration(None, token=prepared.tokens.access_token)
    await party.finish_registration(new_authenticator().create(options))


async def _refresh(party: ServiceHarness, prepared: Prepared) -> None:
    await party.refresh(prepared.tokens.refresh_token)


async def _sign_out(party: ServiceHarness, prepared: Prepared) -> None:
    await party.service.sessions.end(prepared.tokens.session.sign_in.user_handle, by=SERVICE)


async def _revoke(party: ServiceHarness, prepared: Prepared) -> None:
    await party.service.revocation.revoke(prepared.tokens.refresh_token)


async def _issue(party: ServiceHarness, _: Prepared) -> None:
    await party.service.passes.issue(pass_request("alice"), by=ADMINISTRATOR)


async def _provision(party: ServiceHarness, _: Prepared) -> None:
    await party.service.passes.issue(pass_request("carol"), by=ADMINISTRATOR)


async def _delete_pass(party: ServiceHarness, _: Prepared) -> None:
    await party.service.passes.delete(await handle_of(party, "bob"), by=ADMINISTRATOR)


async def _redeem(party: ServiceHarness, prepared: Prepared) -> str:
    text = prepared.access_pass.text
    name = pass_request("bob").username
    token = await party.service.redeeming.redeem(name, text, client=party.client)
    return await party.service.token_issuer.issue(token)


async def _register_with_pass(party: ServiceHarness, prepared: Prepared) -> None:
    await party.register(new_authenticator(), None, token=await _redeem(party, prepared))


async def _rename(party: ServiceHarness, prepared: Prepared) -> None:
    own = await holder(party, prepared.tokens.access_token)
    await party.service.credentials.rename(own, prepared.record_id, name="Renamed")


async def _remove_own(party: ServiceHarness, prepared: Prepared) -> None:
    own = await holder(party, prepared.tokens.access_token)
    await party.service.credentials.remove_own(own, prepared.record_id, even_the_last=True)


async def _suspend(party: ServiceHarness, prepared: Prepared) -> None:
    await _set_account(party, prepared, suspended=True)


async def _resume(party: ServiceHarness, prepared: Prepared) -> None:
    await _set_account(party, prepared, suspended=False)


async def _set_account(party: ServiceHarness, prepared: Prepared, *, suspended: bool) -> None:
    handle = prepared.tokens.session.sign_in.user_handle
    credentials = party.service.credentials
    await credentials.suspend_account(handle, suspended=suspended, by=ADMINISTRATOR)


async def _suspend_credential(party: ServiceHarness, prepared: Prepared) -> None:
    await party.service.credentials.suspend_credential(
        prepared.tokens.session.sign_in.user_handle,
        prepared.record_id,
        suspended=True,
        by=ADMINISTRATOR,
    )


async def _remove(party: ServiceHarness, prepared: Prepared) -> None:
    handle = prepared.tokens.session.sign_in.user_handle
    await party.service.credentials.remove_of(handle, prepared.record_id, by=ADMINISTRATOR)


async def _link(party: ServiceHarness, prepared: Prepared) -> None:
    handle = prepared.tokens.session.sign_in.user_handle
    await party.service.links.add(handle, issuer=PROVIDER, subject="new", by=ADMINISTRATOR)


async def _unlink(party: ServiceHarness, prepared: Prepared) -> None:
    handle = prepared.tokens.session.sign_in.user_handle
    (link,) = (await party.service.account_lookup.account_of(handle, by=ADMINISTRATOR)).links
    await party.service.links.remove_of(handle, link.id, by=ADMINISTRATOR)


async def _notice_a_setting(party: ServiceHarness, _: Prepared) -> None:
    await party.restarted(SESSION_IDLE_SECONDS="1800").service.configuration_watch.detect_changes()


async def _remove_unused(party: ServiceHarness, _: Prepared) -> None:
    """The random start of the search is the first key here, so that the account is found."""
    party.stores.awaited._random = lambda _size: FIRST_LOCATOR
    await party.service.unused_accounts.sweep(now=int(party.clock().timestamp()))


def _rows(table: str, prefix: str = "", *, less: bool = False, **columns: object) -> Seen:
    """Counts rows that have these values."""

    async def seen(storage: Storage) -> int:
        rows = await storage.rows(table, prefix=prefix)
        live = [row for row in rows if not str(row["RowKey"]).startswith("~")]
        found = [row for row in live if columns.items() <= dict(row).items()]
        return -len(found) if less else len(found)

    return seen


async def _rotations(storage: Storage) -> int:
    sessions = await storage.rows("Accounts", prefix="session:")
    return sum(row["Rotations"] for row in sessions)


async def _used(storage: Storage) -> int:
    rows = await storage.rows("Accounts", prefix="access-pass")
    return len([row for row in rows if row.get("UsedAt")])


async def _known(storage: Storage) -> int:
    rows = await storage.rows("AuditTree")
    return len([row for row in rows if '"SESSION_IDLE_SECONDS": "1800"' in row.get("State", "")])


async def _make_client(party: ServiceHarness, _: Prepared) -> None:
    await party.service.clients.create(client(web()), by=CLIENT_ADMINISTRATOR)


async def _change_client(party: ServiceHarness, _: Prepared) -> None:
    changed = client(web(redirectUris=[_OTHER_URI]))
    await party.service.clients.replace(changed, versions=None, by=CLIENT_ADMINISTRATOR)


async def _changed_clients(storage: Storage) -> int:
    rows = await storage.rows("Clients")
    return len([row for row in rows if _OTHER_URI in row.get("Document", "")])


async def _make_profile(party: ServiceHarness, _: Prepared) -> None:
    await party.service.access_profiles.create(profile(), by=PROFILE_ADMINISTRATOR)


async def _profiles(storage: Storage) -> int:
    return len(await storage.rows("Profiles", prefix="orders"))


SESSIONS = ("Accounts", "session:")
STORIES = {
    "signing-in": Story(act=_sign_in, seen=_rows(*SESSIONS), kind="authentication.finished"),
    "registering": Story(
        act=_register,
        seen=_rows("Accounts", "credential", Username="erin"),
        kind="registration.finished",
    ),
    "adding": Story(
        act=_add,
        seen=_rows("Accounts", "credential", Username="alice"),
        kind="registration.finished",
    ),
    "refreshing": Story(act=_refresh, seen=_rotations, kind="token.refreshed"),
    "signing-out": Story(act=_sign_out, seen=_rows(*SESSIONS, less=True), kind="session.ended"),
    "revoking": Story(act=_revoke, seen=_rows(*SESSIONS, less=True), kind="session.ended"),
    "issuing-a-pass": Story(act=_issue, seen=_rows("Accounts", "access-pass"), kind="pass.issued"),
    "making-an-account": Story(
        act=_provision,
        seen=_rows("Accounts", "account", Username="carol"),
        kind="account.created",
    ),
    "deleting-a-pass": Story(
        act=_delete_pass, seen=_rows("Accounts", "access-pass", less=True), kind="pass.deleted"
    ),
    "redeeming": Story(act=_redeem, seen=_used, kind="pass.redeemed"),
    "registering-with-a-pass": Story(
        act=_register_with_pass,
        seen=_rows("Accounts", "access-pass", Registered=1),
        kind="registration.finished",
    ),
    "renaming": Story(
        act=_rename,
        seen=_rows("Accounts", "credential", Name="Renamed"),
        kind="credential.renamed",
    ),
    "suspending": Story(
        act=_suspend,
        seen=_rows("Accounts", "account", Suspended=True),
        kind="account.suspended",
    ),
    "resuming": Story(
        act=_resume,
        seen=_rows("Accounts", "account", Suspended=False),
        kind="account.resumed",
        before=(_suspend,),
    ),
    "suspending-a-credential": Story(
        act=_suspend_credential,
        seen=_rows("Accounts", "credential", Suspended=True),
        kind="credential.suspended",
    ),
    "removing": Story(
        act=_remove, seen=_rows("Accounts", "credential", less=True), kind="credential.removed"
    ),
    "removing-the-own": Story(
        act=_remove_own,
        seen=_rows("Accounts", "credential", less=True),
        kind="credential.removed",
    ),
    "linking": Story(act=_link, seen=_rows("Links"), kind="account.linked"),
    "unlinking": Story(act=_unlink, seen=_rows("Links", less=True), kind="account.unlinked"),
    "making-a-client": Story(act=_make_client, seen=_rows("Clients"), kind="client.created"),
    "changing-a-client": Story(
        act=_change_client, seen=_changed_clients, kind="client.changed", before=(_make_client,)
    ),
    "making-a-profile": Story(act=_make_profile, seen=_profiles, kind="profile.created"),
    "noticing-a-setting": Story(act=_notice_a_setting, seen=_known, kind="policy.changed"),
    "removing-an-unused-account": Story(
        act=_remove_unused,
        seen=_rows("Accounts", "account", less=True),
        kind="account.removed",
        after=timedelta(days=32),
    ),
}
