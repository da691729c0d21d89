"""Readings if Key Vault fails or has unusable values."""

import logging
from datetime import timedelta

import pytest

from shared.azure.credential import sign_in
from shared.keys.key_vault import SecretVersions
from shared.keys.reading import RETRY, NoneLeft, ReadFailed
from shared.keys.sealing_key import SealingKey, read_sealing_key
from shared.keys.signing_key import SigningKey
from shared.keys.vault_client import connect
from tests.fakes.identity_endpoint import CLIENT_ID, IdentityEndpoint
from tests.fakes.key_vault import FakeKeyVault
from tests.fakes.key_vault_answers import FORBIDDEN, UNAVAILABLE, Refusal, throttled
from tests.fakes.names import transport_to
from tests.fakes.tls import Tls
from tests.keys.clock import at
from tests.keys.vault_secrets import (
    CERTIFICATE,
    SEALING,
    add_certificate,
    add_sealing_key,
    versions,
)


async def test_an_unusable_version_leaves_the_others_in_use_and_is_reported(
    certificates: SecretVersions[SigningKey],
    vault: FakeKeyVault,
    caplog: pytest.LogCaptureFixture,
) -> None:
    old, new = add_certificate(vault), add_certificate(vault, 1, created=10)
    new.value = secret = "-----BEGIN PRIVATE KEY-----\nMIIE\n"
    with caplog.at_level(logging.ERROR, "touchstone.keys"):
        reading = await certificates.read()
    assert versions(reading) == {old.version}
    assert reading.unusable_since == at(10)
    assert caplog.messages == [f"version {new.version} of {CERTIFICATE} is not usable: ValueError"]
    assert secret not in caplog.text


async def test_an_unusable_version_with_a_successor_is_not_reported(
    certificates: SecretVersions[SigningKey], vault: FakeKeyVault
) -> None:
    old, broken = add_certificate(vault), add_certificate(vault, 1, created=10)
    broken.value = "broken"
    new = add_certificate(vault, 2, created=20)
    reading = await certificates.read()
    assert versions(reading) == {old.version, new.version}
    assert reading.unusable_since is None


async def test_a_forbidden_version_leaves_the_others_in_use(
    certificates: SecretVersions[SigningKey], vault: FakeKeyVault
) -> None:
    old = add_certificate(vault)
    await certificates.read()
    add_certificate(vault, 1, created=10)
    vault.unreadable = FORBIDDEN
    reading = await certificates.read()
    assert versions(reading) == {old.version}
    assert reading.unusable_since == at(10)


async def test_without_a_usable_version_there_is_no_key(
    certificates: SecretVersions[SigningKey], vault: FakeKeyVault
) -> None:
    add_certificate(vault).content_type = "text/plain"
    with pytest.raises(NoneLeft):
        await certificates.read()


async def test_a_missing_secret_is_not_a_revocation(
    sealing_keys: SecretVersions[SealingKey], vault: FakeKeyVault
) -> None:
    add_sealing_key(vault)
    await sealing_keys.read()
    vault.delete(SEALING)
    with pytest.raises(ReadFailed) as caught:
        await sealing_keys.read()
    assert not isinstance(caught.value, NoneLeft)


async def test_an_unreachable_vault_is_a_failed_reading(
    sealing_keys: SecretVersions[SealingKey], vault: FakeKeyVault
) -> None:
    secret = add_sealing_key(vault)
    await vault.stop()
    with pytest.raises(ReadFailed):
        await sealing_keys.read()
    await vault.start()
    assert versions(await sealing_keys.read()) == {secret.version}


@pytest.mark.parametrize(
    ("refusal", "waits", "requests"),
    [(UNAVAILABLE, RETRY, 3), (throttled(30), timedelta(seconds=30), 1), (FORBIDDEN, RETRY, 1)],
    ids=["unavailable", "throttled", "forbidden"],
)
async def test_retry_after_of_a_vault_is_obeyed(
    sealing_keys: SecretVersions[SealingKey],
    vault: FakeKeyVault,
    refusal: Refusal,
    waits: timedelta,
    requests: int,
) -> None:
    vault.refusal = refusal
    with pytest.raises(ReadFailed) as caught:
        await sealing_keys.read()
    assert caught.value.retry_after == waits
    assert vault.refused == requests


async def test_without_an_identity_nothing_is_read(
    sealing_keys: SecretVersions[SealingKey], identity: IdentityEndpoint
) -> None:
    identity.is_down = True
    with pytest.raises(ReadFailed):
        await sealing_keys.read()


async def test_no_token_is_sent_to_a_host_that_is_not_a_vault(
    vault: FakeKeyVault, identity: IdentityEndpoint, tls: Tls
) -> None:
    transport = transport_to("vault.example", vault.port, tls)
    async with (
        sign_in(client_id=CLIENT_ID) as credential,
        connect("https://vault.example", credential, transport=transport) as client,
    ):
        with pytest.raises(ReadFailed):
            await SecretVersions(client, SEALING, read_sealing_key).read()
    assert identity.statuses == []
