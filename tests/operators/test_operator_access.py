"""A token of an operator opens one thing, once, and only while its secret is short-lived."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.accounts.names import read_username
from shared.composition.audit_log import make_crosschecking
from shared.errors import (
    AccountsExist,
    OperatorTokenRefused,
    StorageUnavailable,
    TouchstoneError,
    VaultUnavailable,
)
from shared.keys.operator_tokens import NoVault, Purpose, write_token
from shared.operators.operator_access import require_token
from tests.authenticator import SoftAuthenticator
from tests.harness.record import record, seal
from tests.harness.service_harness import CLIENT, Clock, ServiceHarness
from tests.operators.vault import Vault
from tests.storage_faults import answer_lost, once
from tests.storage_transport import RecordingTransport

ALICE = read_username("alice")
MADE_UP = write_token(b"?" * 32)
FIRST, EXPORT = Purpose.FIRST_ADMINISTRATOR, Purpose.EXPORT

type Act = Callable[[ServiceHarness, str], Awaitable[object]]


async def _first(party: ServiceHarness, token: str) -> object:
    return await party.service.first_administrator.issue(ALICE, token=token)


async def _begin(party: ServiceHarness, token: str) -> object:
    return await party.service.tables_export.begin(token=token)


async def _rows(party: ServiceHarness, token: str) -> object:
    return await party.service.tables_export.page("Accounts", None, token=token)


ACTS: dict[Act, Purpose] = {_first: FIRST, _begin: EXPORT, _rows: EXPORT}


async def events(party: ServiceHarness) -> list[tuple[str, str, str, str]]:
    """Of operators: the kind, the outcome, the actor and the purpose."""
    return [
        (each["kind"], each["outcome"], each["actor"]["id"], each.get("facts", {}).get("purpose"))
        for each in await record(party)
        if each["actor"]["type"] == "operator"
    ]


async def test_the_first_administrator_gets_a_pass_by_the_name_of_the_operator(
    party: ServiceHarness, vault: Vault
) -> None:
    issued = await party.service.first_administrator.issue(ALICE, token=vault.make_token(FIRST))
    await party.service.redeeming.redeem(ALICE, issued.text, client=CLIENT)
    assert await events(party) == [
        ("operator.token-used", "success", "version-1", "first-administrator"),
        ("account.created", "success", "version-1", None),
        ("pass.issued", "success", "version-1", None),
    ]


async def test_with_an_account_there_is_no_first_administrator(
    party: ServiceHarness, vault: Vault, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    with pytest.raises(AccountsExist):
        await _first(party, vault.make_token(FIRST))


@pytest.mark.parametrize("act", [_first, _begin])
async def test_a_token_counts_once_at_all_instances(
    party: ServiceHarness, vault: Vault, act: Act
) -> None:
    purpose = ACTS[act]
    token = vault.make_token(purpose)
    await act(party, token)
    for instance in (party, party.with_operators(vault)):
        with pytest.raises(OperatorTokenRefused):
            await act(instance, token)
    await act(party, vault.make_token(purpose))
    used = [each for each in await events(party) if each[0] == "operator.token-used"]
    assert [each[1:] for each in used] == [
        ("success", "version-1", purpose),
        ("failure", "version-1", purpose),
        ("failure", "version-1", purpose),
        ("success", "version-2", purpose),
    ]


@pytest.mark.parametrize("act", [_first, _begin])
async def test_a_used_token_stays_used_where_the_next_one_is_not_known_yet(
    party: ServiceHarness, vault: Vault, clock: Clock, act: Act
) -> None:
    """An instance keeps for some seconds what it read from the vault."""
    purpose, behind = ACTS[act], Vault(clock)
    used, behind.secrets = vault.make_token(purpose), vault.secrets.copy()
    await act(party, used)
    clock.advance(seconds=1)
    await act(party, vault.make_token(purpose))
    with pytest.raises(OperatorTokenRefused):
        await act(party.with_operators(behind), used)
    assert [each[1:3] for each in await events(party) if each[0] == "operator.token-used"] == [
        ("success", "version-1"),
        ("success", "version-2"),
        ("failure", "version-1"),
    ]


@pytest.mark.parametrize("used_before", [False, True])
async def test_of_requests_with_one_token_at_the_same_moment_one_is_answered(
    party: ServiceHarness, vault: Vault, used_before: bool
) -> None:
    if used_before:
        await _begin(party, vault.make_token(EXPORT))
    token = vault.make_token(EXPORT)
    instances = [party, party.with_operators(vault), party.with_operators(vault)]
    answers = await asyncio.gather(
        *(_begin(each, token) for each in instances), return_exceptions=True
    )
    refused = [each for each in answers if isinstance(each, OperatorTokenRefused)]
    assert len(refused) == len(instances) - 1, answers
    done = [each for each in await events(party) if each[1] == "success"]
    assert len(done) == 1 + used_before


async def test_a_use_whose_answer_from_storage_is_lost_is_recognized(
    party: ServiceHarness, vault: Vault, transport: RecordingTransport
) -> None:
    transport.fault = once(answer_lost, "transact AuditTree")
    await _begin(party, vault.make_token(EXPORT))
    assert [each[1] for each in await events(party)] == ["success"]


async def test_an_answer_needs_a_recorded_event(
    party: ServiceHarness, vault: Vault, transport: RecordingTransport
) -> None:
    async def never(call: object, send: Callable[[], Awaitable[object]]) -> object:
        if getattr(call, "name", "") == "insert AuditOutbox":
            raise StorageUnavailable
        return await send()

    transport.fault = never
    for act, purpose in ((_first, FIRST), (_begin, EXPORT)):
        with pytest.raises(StorageUnavailable):
            await act(party, vault.make_token(purpose))
    transport.fault = None
    assert await party.storage.rows("Accounts") == []


async def test_rows_are_read_only_after_an_export_was_begun_with_the_same_token(
    party: ServiceHarness, vault: Vault
) -> None:
    first = vault.make_token(EXPORT)
    with pytest.raises(OperatorTokenRefused):
        await _rows(party, first)
    await _begin(party, first)
    await _rows(party.with_operators(vault), first)
    second = vault.make_token(EXPORT)
    for token in (first, second):
        with pytest.raises(OperatorTokenRefused):
            await _rows(party, token)


@pytest.mark.parametrize("act", ACTS)
async def test_a_token_of_another_purpose_is_refused(
    party: ServiceHarness, vault: Vault, act: Act
) -> None:
    for purpose in Purpose:
        vault.make_token(purpose)
    other = EXPORT if ACTS[act] is FIRST else FIRST
    with pytest.raises(OperatorTokenRefused):
        await act(party, vault.make_token(other))


@pytest.mark.parametrize(
    ("lifetime", "since", "accepted"),
    [
        (timedelta(hours=1), timedelta(), True),
        (timedelta(hours=1), timedelta(minutes=59, seconds=59), True),
        (timedelta(hours=1), timedelta(hours=1), False),
        (timedelta(hours=1, seconds=1), timedelta(), False),
        (timedelta(days=365), timedelta(), False),
        (None, timedelta(), False),
        (timedelta(minutes=5), timedelta(seconds=-60), True),
        (timedelta(minutes=5), timedelta(seconds=-61), False),
    ],
    ids=[
        *("an hour", "its last second", "over", "longer", "a year", "no end"),
        *("a minute ahead", "in the future"),
    ],
)
async def test_only_a_short_lived_secret_opens_anything(
    party: ServiceHarness,
    vault: Vault,
    lifetime: timedelta | None,
    since: timedelta,
    accepted: bool,
) -> None:
    token = vault.make_token(EXPORT, lifetime=lifetime, since=since)
    if accepted:
        await _begin(party, token)
        return
    with pytest.raises(OperatorTokenRefused):
        await _begin(party, token)


async def test_an_export_ends_with_its_secret(
    party: ServiceHarness, vault: Vault, clock: Clock
) -> None:
    token = vault.make_token(EXPORT)
    await _begin(party, token)
    clock.advance(minutes=50)
    with pytest.raises(OperatorTokenRefused):
        await _rows(party, token)


@pytest.mark.parametrize("digest", ["", "wörng", "0" * 64])
async def test_a_secret_that_is_no_digest_of_the_token_opens_nothing(
    party: ServiceHarness, vault: Vault, digest: str
) -> None:
    token = vault.make_token(EXPORT)
    vault.secrets[EXPORT] = replace(vault.secrets[EXPORT], digest=digest)
    with pytest.raises(OperatorTokenRefused):
        await _begin(party, token)


async def test_what_the_vault_holds_is_no_token(party: ServiceHarness, vault: Vault) -> None:
    vault.make_token(EXPORT)
    with pytest.raises(OperatorTokenRefused):
        await _begin(party, vault.secrets[EXPORT].digest)


@pytest.mark.parametrize("act", ACTS)
async def test_a_made_up_token_costs_no_call_to_storage(
    party: ServiceHarness, vault: Vault, transport: RecordingTransport, act: Act
) -> None:
    vault.make_token(ACTS[act])
    with pytest.raises(OperatorTokenRefused):
        await act(party, MADE_UP)
    assert transport.names == []
    assert vault.asked == 1


@pytest.mark.parametrize("text", ["", "a" * 63, "a" * 65, "A" * 64, "g" * 64, "a" * 64 + "\n"])
def test_what_has_not_the_form_of_a_token_is_refused_at_once(text: str) -> None:
    with pytest.raises(OperatorTokenRefused):
        require_token(text)
    assert require_token(MADE_UP) == MADE_UP


@pytest.mark.parametrize("act", ACTS)
async def test_without_a_vault_no_token_counts(
    party: ServiceHarness, vault: Vault, act: Act
) -> None:
    token = vault.make_token(ACTS[act])
    with pytest.raises(OperatorTokenRefused):
        await act(party.with_operators(NoVault()), token)


@pytest.mark.parametrize("act", ACTS)
async def test_a_vault_that_does_not_answer_refuses_nobody_and_admits_nobody(
    party: ServiceHarness, vault: Vault, transport: RecordingTransport, act: Act
) -> None:
    token = vault.make_token(ACTS[act])
    vault.is_down = True
    error: type[TouchstoneError] = VaultUnavailable
    with pytest.raises(error):
        await act(party, token)
    assert transport.names == []


async def test_tables_and_log_agree_on_what_operators_did(
    party: ServiceHarness, vault: Vault
) -> None:
    await _first(party, vault.make_token(FIRST))
    await _begin(party, vault.make_token(EXPORT))
    checking = make_crosschecking(party.parts, party.service.trusted_log, table=party.storage.table)
    for _ in range(2):
        report = await checking.check()
        assert (report.wrong, report.unsettled) == ([], [])
        await seal(party)
