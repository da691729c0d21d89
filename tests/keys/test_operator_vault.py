"""Operators write digests of their tokens to Key Vault, and the service reads them. Both use the
real SDK."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from azure.keyvault.secrets.aio import SecretClient

from shared.errors import VaultUnavailable
from shared.keys.operator_tokens import OperatorSecret, Purpose, accepts, digest_of
from shared.keys.operator_vault import AFTER_A_FAILURE, KEPT, OperatorVault, VaultSecrets
from tests.fakes.key_vault import FakeKeyVault
from tests.fakes.key_vault_answers import FORBIDDEN, UNAVAILABLE, Refusal, Secret, throttled
from tests.keys.clock import Clock, at

EXPORT = Purpose.EXPORT


@pytest.fixture
def secrets(client: SecretClient, clock: Clock) -> VaultSecrets:
    return VaultSecrets(client, clock=clock)


@pytest.fixture
def operators(client: SecretClient) -> OperatorVault:
    return OperatorVault(client, clock=lambda: datetime.now(UTC), random=lambda size: b"r" * size)


def add(vault: FakeKeyVault, value: str = "digest", *, created: float = 0) -> Secret:
    return vault.add(
        EXPORT.secret_name,
        Secret(value=value, content_type=None, created=at(created), updated=at(created)),
    )


def reads(vault: FakeKeyVault) -> int:
    return vault.asked.count(f"/secrets/{EXPORT.secret_name}/")


async def test_a_token_that_an_operator_makes_is_accepted_until_it_was_used(
    secrets: VaultSecrets, operators: OperatorVault, vault: FakeKeyVault, clock: Clock
) -> None:
    async with operators.token(EXPORT) as token:
        (stored,) = vault.versions(EXPORT.secret_name)
        assert stored.value == digest_of(token) != token
        found = await secrets.find(EXPORT)
        assert found is not None
        assert (found.version, found.digest) == (stored.version, stored.value)
        assert accepts(found, token, now=datetime.now(UTC))
        assert not accepts(found, token, now=datetime.now(UTC) + timedelta(hours=1))
    clock.seconds = KEPT.total_seconds()
    assert await secrets.find(EXPORT) is None
    assert [each.enabled for each in vault.versions(EXPORT.secret_name)] == [False]


async def test_a_token_ends_although_its_work_fails_or_the_vault_does(
    operators: OperatorVault, vault: FakeKeyVault, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(ZeroDivisionError):
        async with operators.token(EXPORT):
            raise ZeroDivisionError
    assert [each.enabled for each in vault.versions(EXPORT.secret_name)] == [False]
    assert caplog.messages == []
    async with operators.token(EXPORT):
        vault.refusal = FORBIDDEN
    latest = vault.versions(EXPORT.secret_name)[-1]
    assert latest.expires is not None
    end = latest.expires.isoformat(timespec="minutes")
    assert caplog.messages == [
        f"the secret operator-export could not be disabled, and ends at {end}"
    ]


@pytest.mark.parametrize(
    ("off", "accepted"), [(-5, True), (9, True), (11, False), (-11, False), (90, False)]
)
async def test_a_wrong_clock_of_the_operators_machine_is_found(
    client: SecretClient, vault: FakeKeyVault, off: int, accepted: bool
) -> None:
    operators = OperatorVault(
        client,
        clock=lambda: datetime.now(UTC) + timedelta(minutes=off),
        random=lambda size: b"r" * size,
    )
    if accepted:
        async with operators.token(EXPORT) as token:
            stored = await VaultSecrets(client, clock=lambda: datetime.now(UTC)).find(EXPORT)
            assert stored is not None
            assert accepts(stored, token, now=datetime.now(UTC))
        return
    with pytest.raises(ValueError, match=f"is off by {off} minutes"):
        async with operators.token(EXPORT):
            raise AssertionError("the service would refuse it")
    assert [each.enabled for each in vault.versions(EXPORT.secret_name)] == [False]


async def test_an_operator_without_the_right_gets_an_error(
    operators: OperatorVault, vault: FakeKeyVault
) -> None:
    vault.refusal = FORBIDDEN
    with pytest.raises(VaultUnavailable):
        async with operators.token(EXPORT):
            raise AssertionError("there is no token")


async def test_the_times_are_those_of_the_vault(secrets: VaultSecrets, vault: FakeKeyVault) -> None:
    secret = add(vault)
    secret.expires = at(50)
    assert await secrets.find(EXPORT) == OperatorSecret(
        version=secret.version, digest="digest", created_at=at(0), expires_at=at(50)
    )


async def test_the_newest_version_alone_counts(
    secrets: VaultSecrets, vault: FakeKeyVault, clock: Clock
) -> None:
    add(vault, "old")
    new = add(vault, "new", created=10)
    found = await secrets.find(EXPORT)
    assert found is not None
    assert (found.digest, found.expires_at) == ("new", None)
    new.enabled = False
    clock.seconds += KEPT.total_seconds()
    assert await secrets.find(EXPORT) is None, "the old version is enabled, and does not count"


async def test_each_purpose_has_its_secret(secrets: VaultSecrets, vault: FakeKeyVault) -> None:
    add(vault)
    assert await secrets.find(Purpose.FIRST_ADMINISTRATOR) is None
    assert await secrets.find(EXPORT) is not None


@pytest.mark.parametrize("there", [True, False])
async def test_requests_share_a_reading_for_some_seconds(
    secrets: VaultSecrets, vault: FakeKeyVault, clock: Clock, there: bool
) -> None:
    if there:
        add(vault)
    await asyncio.gather(*(secrets.find(EXPORT) for _ in range(20)))
    clock.seconds += KEPT.total_seconds() - 1
    await secrets.find(EXPORT)
    assert reads(vault) == 1
    clock.seconds += 1
    await secrets.find(EXPORT)
    assert reads(vault) == 2


@pytest.mark.parametrize("refusal", [UNAVAILABLE, FORBIDDEN, throttled(3600)])
async def test_a_vault_that_refuses_is_an_outage_and_is_asked_again(
    secrets: VaultSecrets, vault: FakeKeyVault, clock: Clock, refusal: Refusal
) -> None:
    add(vault)
    vault.refusal = refusal
    with pytest.raises(VaultUnavailable):
        await secrets.find(EXPORT)
    vault.refusal = None
    clock.seconds += AFTER_A_FAILURE.total_seconds()
    assert await secrets.find(EXPORT) is not None


async def test_strangers_cannot_keep_a_vault_busy_that_refuses(
    secrets: VaultSecrets, vault: FakeKeyVault, clock: Clock
) -> None:
    """A vault limits all its callers together, and the service needs its keys."""
    vault.refusal = throttled(1)
    for asked in (1, 2):
        for _ in range(20):
            with pytest.raises(VaultUnavailable):
                await secrets.find(EXPORT)
        assert vault.refused == asked
        clock.seconds += AFTER_A_FAILURE.total_seconds()
