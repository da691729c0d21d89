"""A rotation from end to end: Key Vault, the SDK, the ring, the key set, and a verifier."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import jwt
import pytest
from azure.keyvault.secrets.aio import SecretClient

from shared.errors import KeysUnavailable
from shared.keys.cached import Cached, max_age
from shared.keys.certificate import read_certificate
from shared.keys.key_kinds import CachedRing, KeyProblem
from shared.keys.key_vault import SecretVersions
from shared.keys.ring import signing_timing
from shared.keys.signing_key import SigningKey
from tests.fakes.key_vault import FakeKeyVault
from tests.fakes.key_vault_answers import throttled
from tests.keys.certificates import self_signed
from tests.keys.clock import Clock, at
from tests.keys.vault_secrets import CERTIFICATE, add_certificate

INTERVAL, LIFETIME = timedelta(seconds=300), timedelta(seconds=300)
TIMING = signing_timing(max_age=max_age(INTERVAL), token_lifetime=LIFETIME)
CHANGES = TIMING.overlap.total_seconds()
ENDS = CHANGES + TIMING.retention.total_seconds()
DAY = 86_400


class Instance:
    """One instance of the service, which signs and publishes keys."""

    def __init__(self, client: SecretClient, clock: Clock) -> None:
        self._clock = clock
        versions = SecretVersions(client, CERTIFICATE, read_certificate)
        self.reading = Cached("signing key", versions.read, interval=INTERVAL, clock=clock)
        self.ring = CachedRing(self.reading, TIMING)

    async def sign(self) -> str:
        key = (await self.ring.get()).current(self._clock())
        return jwt.encode({}, key.private_key, algorithm="RS256", headers={"kid": key.key_id})

    async def key_set(self) -> dict[str, Any]:
        keys: tuple[SigningKey, ...] = (await self.ring.get()).published(self._clock())
        return {"keys": [key.public_jwk() for key in keys]}


class Verifier(jwt.PyJWKClient):
    """A standard library with a key set that it has fetched."""

    def __init__(self, key_set: Mapping[str, Any]) -> None:
        super().__init__("https://unused.example")
        self._key_set = key_set

    def fetch_data(self) -> Any:  # noqa: ANN401  # as in the library
        return self._key_set


def verify(token: str, key_set: Mapping[str, Any]) -> bool:
    try:
        key = Verifier(key_set).get_signing_key_from_jwt(token)
    except jwt.PyJWKClientError:
        return False
    jwt.decode(token, key, algorithms=["RS256"])
    return True


@pytest.fixture
def instance(client: SecretClient, clock: Clock) -> Instance:
    return Instance(client, clock)


async def test_a_standard_library_verifies_with_the_key_set(
    instance: Instance, vault: FakeKeyVault
) -> None:
    add_certificate(vault)
    key_set = await instance.key_set()
    token = await instance.sign()
    assert verify(token, key_set)
    assert [key["kid"] for key in key_set["keys"]] == [jwt.get_unverified_header(token)["kid"]]
    assert [key["x5c"] for key in key_set["keys"]] == [self_signed(0).x5c]


async def test_tokens_are_verified_throughout_a_renewal(
    instance: Instance, vault: FakeKeyVault, clock: Clock
) -> None:
    add_certificate(vault)
    clock.seconds = DAY
    before = await instance.key_set()
    add_certificate(vault, 1, created=DAY)
    await instance.reading.refresh()
    during = await instance.key_set()
    assert len(during["keys"]) == 2
    assert verify(await instance.sign(), before)
    clock.seconds = DAY + CHANGES
    assert not verify(await instance.sign(), before)
    assert verify(await instance.sign(), during)
    assert len((await instance.key_set())["keys"]) == 2
    clock.seconds = DAY + ENDS
    assert len((await instance.key_set())["keys"]) == 1


async def test_a_disabled_version_is_neither_used_nor_published(
    instance: Instance, vault: FakeKeyVault, clock: Clock
) -> None:
    add_certificate(vault)
    new = add_certificate(vault, 1, created=DAY)
    clock.seconds = DAY + CHANGES
    stolen = await instance.sign()
    new.enabled = False
    await instance.reading.refresh()
    assert not verify(stolen, await instance.key_set())
    assert verify(await instance.sign(), await instance.key_set())


async def test_nothing_is_signed_if_all_versions_are_disabled(
    instance: Instance, vault: FakeKeyVault, clock: Clock
) -> None:
    only = add_certificate(vault)
    await instance.sign()
    only.enabled = False
    await instance.reading.refresh()
    with pytest.raises(KeysUnavailable):
        await instance.sign()
    only.enabled = True
    clock.seconds += 5
    await instance.sign()


async def test_the_service_signs_without_the_vault_and_reports_it(
    instance: Instance, vault: FakeKeyVault, clock: Clock
) -> None:
    add_certificate(vault)
    await instance.sign()
    assert await instance.ring.find_health() is None
    await vault.stop()
    clock.seconds = DAY
    assert verify(await instance.sign(), await instance.key_set())
    impairment = await instance.ring.find_health()
    assert impairment is not None
    assert (impairment.trouble, impairment.since) == (KeyProblem.OUT_OF_REACH, at(DAY))
    await vault.start()
    await instance.reading.refresh()
    assert await instance.ring.find_health() is None


async def test_an_instance_that_never_read_the_vault_does_not_sign(
    instance: Instance, vault: FakeKeyVault, clock: Clock
) -> None:
    add_certificate(vault)
    vault.refusal = throttled(30)
    with pytest.raises(KeysUnavailable):
        await instance.sign()
    vault.refusal = None
    clock.seconds = 29
    with pytest.raises(KeysUnavailable):
        await instance.sign()
    clock.seconds = 30
    assert verify(await instance.sign(), await instance.key_set())


async def test_a_broken_renewal_leaves_the_old_version_in_use_and_is_reported(
    instance: Instance, vault: FakeKeyVault, clock: Clock
) -> None:
    add_certificate(vault)
    add_certificate(vault, 1, created=DAY).value = "broken"
    clock.seconds = DAY + ENDS
    assert verify(await instance.sign(), await instance.key_set())
    impairment = await instance.ring.find_health()
    assert impairment is not None
    assert (impairment.trouble, impairment.since) == (KeyProblem.UNUSABLE_VERSION, at(DAY))
