"""Keys are read from Key Vault by the real SDK with a managed identity."""

import pytest

from shared import base64url
from shared.keys.certificate import PEM, PKCS12
from shared.keys.key_vault import MAX_VERSIONS, SecretVersions
from shared.keys.reading import NoneLeft
from shared.keys.ring import ALWAYS, NEVER
from shared.keys.sealing_key import SealingKey
from shared.keys.signing_key import SigningKey
from tests.fakes.identity_endpoint import IdentityEndpoint
from tests.fakes.key_vault import FakeKeyVault
from tests.fakes.key_vault_answers import Secret
from tests.keys.certificates import with_chain
from tests.keys.clock import at
from tests.keys.vault_secrets import (
    CERTIFICATE,
    SEALING,
    add_certificate,
    add_sealing_key,
    versions,
)


async def test_a_certificate_is_read_with_its_chain_in_either_form(
    certificates: SecretVersions[SigningKey], vault: FakeKeyVault
) -> None:
    certified = with_chain()
    for content_type, value in ((PEM, certified.pem()), (PKCS12, certified.pkcs12())):
        vault.add(
            CERTIFICATE,
            Secret(value=value, content_type=content_type, created=at(0), updated=at(0)),
        )
    reading = await certificates.read()
    assert [each.key.public_jwk()["x5c"] for each in reading.versions] == [certified.x5c] * 2
    assert reading.unusable_since is None


async def test_a_sealing_key_is_read(
    sealing_keys: SecretVersions[SealingKey], vault: FakeKeyVault
) -> None:
    secret = add_sealing_key(vault)
    reading = await sealing_keys.read()
    assert [base64url.encode(each.key) for each in reading.versions] == [secret.value]


async def test_the_times_of_a_version_come_from_the_vault(
    sealing_keys: SecretVersions[SealingKey], vault: FakeKeyVault
) -> None:
    plain = add_sealing_key(vault, created=10)
    limited = add_sealing_key(vault, created=20)
    limited.updated, limited.not_before, limited.expires = at(30), at(40), at(50)
    by_name = {each.version: each for each in (await sealing_keys.read()).versions}
    first, second = by_name[plain.version], by_name[limited.version]
    assert (first.created_at, first.visible_since) == (at(10), at(10))
    assert (first.not_before, first.expires_at) == (ALWAYS, NEVER)
    assert (second.created_at, second.visible_since) == (at(20), at(30))
    assert (second.not_before, second.expires_at) == (at(40), at(50))


async def test_a_version_is_read_once_and_its_times_each_time(
    sealing_keys: SecretVersions[SealingKey], vault: FakeKeyVault
) -> None:
    secret = add_sealing_key(vault)
    await sealing_keys.read()
    secret.expires = at(50)
    vault.served.clear()
    assert [each.expires_at for each in (await sealing_keys.read()).versions] == [at(50)]
    assert vault.served == [f"/secrets/{SEALING}/versions"]


async def test_disabled_versions_are_dropped_immediately(
    sealing_keys: SecretVersions[SealingKey], vault: FakeKeyVault
) -> None:
    old, new = add_sealing_key(vault), add_sealing_key(vault, created=10)
    assert versions(await sealing_keys.read()) == {old.version, new.version}
    new.enabled = False
    assert versions(await sealing_keys.read()) == {old.version}
    old.enabled = False
    with pytest.raises(NoneLeft):
        await sealing_keys.read()


async def test_the_newest_of_many_versions_are_read(
    sealing_keys: SecretVersions[SealingKey], vault: FakeKeyVault
) -> None:
    added = [add_sealing_key(vault, created=number) for number in range(2 * MAX_VERSIONS + 1)]
    newest = {each.version for each in added[-MAX_VERSIONS:]}
    assert versions(await sealing_keys.read()) == newest


async def test_one_token_serves_all_requests(
    certificates: SecretVersions[SigningKey],
    sealing_keys: SecretVersions[SealingKey],
    vault: FakeKeyVault,
    identity: IdentityEndpoint,
) -> None:
    add_certificate(vault)
    add_sealing_key(vault)
    for _ in range(2):
        await certificates.read()
        await sealing_keys.read()
    assert identity.statuses == [200]
    assert vault.challenged == 1
