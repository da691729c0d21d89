"""Clients as administrators make and change them, and what the log says of it."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from shared.accounts.roles import Role
from shared.errors import (
    ClientChanged,
    ClientExists,
    ClientFromSettings,
    ClientLimitReached,
    ClientWithoutSecrets,
    NotFound,
    NotPermitted,
    SecretLimitReached,
    StepUpRequired,
    StorageUnavailable,
    TouchstoneError,
)
from shared.identity_providers.identity import ProviderIdentity
from shared.openid.clients.client import Client, Public, Secrets
from shared.openid_provider.client_administration import version_of
from shared.storage.openid import clients as stored_clients
from tests.harness.administrators import CLIENT_ADMINISTRATOR, identity
from tests.harness.record import record
from tests.harness.service_harness import ServiceHarness
from tests.openid.clients.documents import Json, app, client, web
from tests.storage_faults import after, answer_lost, once
from tests.storage_transport import Storage

BY = CLIENT_ADMINISTRATOR
OTHER_URI = web(redirectUris=["https://orders.example/other"])
IN_SETTINGS = json.dumps([web(id="fixed")])
OTHERS = [
    identity(),
    identity(Role.AUTHENTICATORS_ADMIN, Role.AUDIT_READ, Role.REGISTRATIONS_CREATE),
]


@pytest.fixture
def party(party: ServiceHarness) -> ServiceHarness:
    """Without the client that each service has: `test_command_line.py` is about that one."""
    return party.restarted(COMMAND_LINE="off")


async def create(party: ServiceHarness, document: Json | None = None) -> Client:
    return await party.service.clients.create(client(document or web()), by=BY)


async def events(party: ServiceHarness) -> list[Json]:
    return [each for each in await record(party) if each["kind"].startswith("client.")]


async def test_a_client_is_made_changed_and_removed(party: ServiceHarness) -> None:
    clients = party.service.clients
    made = await create(party)
    assert await clients.one("orders", by=BY) == made
    changed = await clients.replace(client(OTHER_URI), versions=tags(made), by=BY)
    assert await clients.all(by=BY) == [changed]
    await clients.remove("orders", versions=tags(changed), by=BY)
    assert await clients.all(by=BY) == []
    with pytest.raises(NotFound):
        await clients.one("orders", by=BY)


def tags(*versions: Client) -> frozenset[str]:
    return frozenset(map(version_of, versions))


async def test_each_change_is_an_event_that_says_what_changed(party: ServiceHarness) -> None:
    made = await create(party)
    changed = await party.service.clients.replace(client(OTHER_URI), versions=None, by=BY)
    secret = await party.service.client_secrets.add("orders", lifetime=None, by=BY)
    with_secret = await party.service.clients.one("orders", by=BY)
    await party.service.client_secrets.remove("orders", secret.hashed.id, by=BY)
    await party.service.clients.remove("orders", versions=None, by=BY)
    found = await events(party)
    kinds = [(each["kind"], each["outcome"]) for each in found]
    names = ("created", "changed", "secret-added", "secret-removed", "removed")
    assert kinds == [(f"client.{name}", "success") for name in names]
    assert all(each["actor"]["type"] == "application" for each in found)
    assert [each["facts"] for each in found] == [
        {
            "client": "orders",
            "redirectUris": "https://orders.example/callback",
            "state": version_of(made),
        },
        {
            "client": "orders",
            "changed": "redirectUris",
            "redirectUris": "https://orders.example/other",
            "state": version_of(changed),
        },
        {"client": "orders", "secret": secret.hashed.id, "state": version_of(with_secret)},
        {"client": "orders", "secret": secret.hashed.id, "state": version_of(changed)},
        {"client": "orders"},
    ]


async def test_neither_tables_nor_log_have_a_secret(
    party: ServiceHarness, storage: Storage
) -> None:
    await create(party)
    secret = await party.service.client_secrets.add("orders", lifetime=None, by=BY)
    rows = [*await storage.rows("Clients"), *await storage.rows("AuditOutbox")]
    kept = f"{[dict(row) for row in rows]} {await events(party)} {secret!r}"
    assert secret.text not in kept
    assert secret.text.removeprefix("tss_") not in kept
    assert secret.hashed.digest == sha256(secret.text.encode()).digest()


async def test_two_secrets_live_at_the_same_time(party: ServiceHarness) -> None:
    secrets = party.service.client_secrets
    await create(party)
    first = await secrets.add("orders", lifetime=timedelta(days=1), by=BY)
    second = await secrets.add("orders", lifetime=None, by=BY)
    assert len(first.text) == len("tss_") + 43
    assert first.text.startswith("tss_")
    with pytest.raises(SecretLimitReached):
        await secrets.add("orders", lifetime=None, by=BY)
    party.clock.advance(days=1)
    third = await secrets.add("orders", lifetime=None, by=BY)
    assert (await _secrets(party)).hashed == (second.hashed, third.hashed)
    await secrets.remove("orders", second.hashed.id, by=BY)
    assert (await _secrets(party)).hashed == (third.hashed,)
    with pytest.raises(NotFound):
        await secrets.remove("orders", second.hashed.id, by=BY)


async def _secrets(party: ServiceHarness) -> Secrets:
    found = (await party.service.clients.one("orders", by=BY)).authentication
    assert isinstance(found, Secrets)
    return found


async def test_a_change_keeps_the_secrets_of_a_client_that_uses_them(
    party: ServiceHarness,
) -> None:
    clients = party.service.clients
    await create(party)
    secret = await party.service.client_secrets.add("orders", lifetime=None, by=BY)
    await clients.replace(client(OTHER_URI), versions=None, by=BY)
    assert (await _secrets(party)).hashed == (secret.hashed,)
    public = client(web(authentication={"method": "none"}))
    assert (await clients.replace(public, versions=None, by=BY)).authentication == Public()
    await clients.replace(client(web()), versions=None, by=BY)
    assert (await _secrets(party)).hashed == ()


async def test_only_clients_with_secrets_get_one(party: ServiceHarness) -> None:
    await create(party, app())
    with pytest.raises(ClientWithoutSecrets):
        await party.service.client_secrets.add("orders", lifetime=None, by=BY)
    with pytest.raises(NotFound):
        await party.service.client_secrets.add("others", lifetime=None, by=BY)


async def test_a_change_for_an_earlier_version_is_refused(party: ServiceHarness) -> None:
    """Two administrators read the client, and each changes something else."""
    clients = party.service.clients
    made = await create(party)
    changed = await clients.replace(client(OTHER_URI), versions=tags(made), by=BY)
    with pytest.raises(ClientChanged):
        await clients.replace(client(web(firstParty=True)), versions=tags(made), by=BY)
    with pytest.raises(ClientChanged):
        await clients.remove("orders", versions=tags(made), by=BY)
    assert await clients.one("orders", by=BY) == changed


type Change = Callable[[ServiceHarness], Awaitable[object]]


async def _replace(party: ServiceHarness) -> object:
    current = await party.service.clients.one("orders", by=BY)
    new = replace(current, name="New")
    return await party.service.clients.replace(new, versions=tags(current), by=BY)


async def _remove(party: ServiceHarness) -> None:
    current = await party.service.clients.one("orders", by=BY)
    await party.service.clients.remove("orders", versions=tags(current), by=BY)


async def _add_secret(party: ServiceHarness) -> object:
    return await party.service.client_secrets.add("orders", lifetime=None, by=BY)


@pytest.mark.parametrize("change", [_replace, _remove, _add_secret])
async def test_one_of_two_changes_at_the_same_moment_is_made(
    party: ServiceHarness, change: Change
) -> None:
    await create(party)

    async def meanwhile() -> object:
        return await party.service.clients.replace(client(OTHER_URI), versions=None, by=BY)

    party.storage.transport.fault = once(after(meanwhile), "transact Clients")
    with pytest.raises(ClientChanged):
        await change(party)
    current = await party.service.clients.one("orders", by=BY)
    assert current == client(OTHER_URI)
    outcomes = [each["outcome"] for each in await events(party)]
    assert sorted(outcomes) == ["failure", "success", "success"]


async def test_a_change_whose_answer_was_lost_is_made_once(party: ServiceHarness) -> None:
    party.storage.transport.fault = once(answer_lost, "transact Clients")
    await create(party)
    assert [each["outcome"] for each in await events(party)] == ["success"]


async def test_an_id_has_one_client(party: ServiceHarness) -> None:
    await create(party)
    with pytest.raises(ClientExists):
        await create(party, OTHER_URI)
    assert await party.service.clients.all(by=BY) == [client(web())]


async def test_clients_without_an_id_get_one_each(party: ServiceHarness) -> None:
    nameless = replace(client(web()), id="")
    made = [await party.service.clients.create(nameless, by=BY) for _ in range(2)]
    assert len({each.id for each in made}) == 2
    assert all(len(each.id) == 32 for each in made)
    assert await party.service.clients.all(by=BY) == sorted(made, key=lambda each: each.id)


async def test_a_change_that_changes_nothing_is_no_event(party: ServiceHarness) -> None:
    made = await create(party)
    assert await party.service.clients.replace(client(web()), versions=None, by=BY) == made
    assert len(await events(party)) == 1


async def test_the_number_of_clients_is_limited(
    party: ServiceHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.openid_provider.client_administration.MOST_CLIENTS", 1)
    await create(party)
    with pytest.raises(ClientLimitReached):
        await party.service.clients.create(client(web(), "others"), by=BY)


def test_one_list_shows_as_many_clients_as_there_may_be() -> None:
    assert stored_clients.MOST_CLIENTS <= stored_clients.LISTED


@pytest.fixture
def deployed(party: ServiceHarness) -> ServiceHarness:
    return party.restarted(COMMAND_LINE="off", OPENID_CLIENTS=IN_SETTINGS)


async def test_clients_of_the_settings_are_shown_and_not_changed(deployed: ServiceHarness) -> None:
    clients, secrets = deployed.service.clients, deployed.service.client_secrets
    (shown,) = await clients.all(by=BY)
    assert shown == replace(client(web(), "fixed"), from_settings=True)
    assert await clients.one("fixed", by=BY) == shown
    with pytest.raises(ClientExists):
        await clients.create(client(web(), "fixed"), by=BY)
    for refused in (
        clients.replace(client(OTHER_URI, "fixed"), versions=None, by=BY),
        clients.remove("fixed", versions=None, by=BY),
        clients.remove("fixed", versions=tags(shown), by=BY),
        secrets.add("fixed", lifetime=None, by=BY),
        secrets.remove("fixed", "x", by=BY),
    ):
        with pytest.raises(ClientFromSettings):
            await refused


async def test_a_client_of_the_settings_hides_one_with_its_id(
    party: ServiceHarness, deployed: ServiceHarness
) -> None:
    await party.service.clients.create(client(OTHER_URI, "fixed"), by=BY)
    (shown,) = await deployed.service.clients.all(by=BY)
    assert shown.from_settings


def acts(party: ServiceHarness, by: ProviderIdentity) -> list[Awaitable[object]]:
    """All that changes something."""
    clients, secrets = party.service.clients, party.service.client_secrets
    return [
        clients.create(client(web(), "new"), by=by),
        clients.replace(client(OTHER_URI), versions=None, by=by),
        clients.remove("orders", versions=None, by=by),
        clients.remove("orders", versions=tags(client(web())), by=by),
        secrets.add("orders", lifetime=None, by=by),
        secrets.remove("orders", "x", by=by),
    ]


async def _refuse_all(acts: list[Awaitable[object]], error: type[TouchstoneError]) -> None:
    for act in acts:
        with pytest.raises(error):
            await act


@pytest.mark.parametrize("by", OTHERS, ids=["no-role", "other-roles"])
async def test_the_role_is_needed_for_everything(
    party: ServiceHarness, by: ProviderIdentity
) -> None:
    made = await create(party)
    clients = party.service.clients
    reads = [clients.all(by=by), clients.one("orders", by=by), clients.one("others", by=by)]
    await _refuse_all([*reads, *acts(party, by)], NotPermitted)
    assert await clients.all(by=BY) == [made]


@pytest.mark.parametrize("age", [None, timedelta(seconds=301)])
async def test_a_change_needs_a_fresh_sign_in(party: ServiceHarness, age: timedelta | None) -> None:
    made = await create(party)
    at = None if age is None else party.clock() - age
    stale = identity(Role.CLIENTS_ADMIN, application=False, authenticated_at=at)
    await _refuse_all(acts(party, stale), StepUpRequired)
    assert await party.service.clients.all(by=stale) == [made]
    refused = [each for each in await events(party) if each["outcome"] == "failure"]
    assert {each["reason"] for each in refused} == {"step_up_required"}
    assert {each["facts"]["client"] for each in refused} == {"orders", "new"}


async def test_nobody_without_the_role_puts_a_text_into_the_log(party: ServiceHarness) -> None:
    """It would be there forever, and may be somebody's name."""
    await _refuse_all(acts(party, identity(subject="somebody", application=False)), NotPermitted)
    refused = await events(party)
    assert len(refused) == 6
    assert not [each for each in refused if "facts" in each]


async def test_a_row_that_we_did_not_write_is_no_client(
    party: ServiceHarness, storage: Storage
) -> None:
    """An intruder sends people, and their codes, to a script."""
    await create(party)
    await party.service.clients.create(client(web(), "others"), by=BY)
    (row,) = await storage.rows("Clients", prefix="orders")
    forged = {**row, "Document": row["Document"].replace("https://orders.example", "javascript:")}
    await storage.table("Clients").upsert(forged)
    assert [each.id for each in await party.service.clients.all(by=BY)] == ["others"]
    with pytest.raises(StorageUnavailable):
        await party.service.clients.one("orders", by=BY)
    await party.service.clients.remove("orders", versions=None, by=BY)
    with pytest.raises(NotFound):
        await party.service.clients.one("orders", by=BY)


async def test_a_change_costs_few_calls(party: ServiceHarness) -> None:
    await create(party)
    party.storage.transport.forget()
    await party.service.clients.replace(client(OTHER_URI), versions=None, by=BY)
    names = [call.name for call in party.storage.transport.calls if "Links" not in call.name]
    assert names == ["get Clients", "insert AuditOutbox", "transact Clients"]
