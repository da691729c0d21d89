"""A running service with its keys in Key Vault."""

import asyncio
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from devhost.process import HostProcess
from shared.keys.ring import JWKS_CACHE
from tests.api import new_username
from tests.authenticator import SoftAuthenticator
from tests.fakes.key_vault import FakeKeyVault
from tests.fakes.key_vault_answers import UNAVAILABLE, Secret
from tests.keys.certificates import self_signed
from tests.keys.vault_secrets import ORIGIN, add_certificate, add_sealing_key
from tests.serving import serving


@pytest.fixture
def key() -> SoftAuthenticator:
    return SoftAuthenticator(rp_id="localhost", origin=ORIGIN)


def made(secret: Secret, *, ago: timedelta) -> Secret:
    secret.created = secret.updated = datetime.now(UTC) - ago
    return secret


async def test_a_renewed_certificate_is_published_while_the_old_one_signs(
    settings: dict[str, str], vault: FakeKeyVault, key: SoftAuthenticator
) -> None:
    made(add_certificate(vault, 0), ago=timedelta(days=300))
    made(add_certificate(vault, 1), ago=timedelta(seconds=10))
    made(add_sealing_key(vault), ago=timedelta(days=300))
    async with serving(HostProcess(settings=settings)) as api:
        username = new_username()
        await api.register(key, username)
        token = (await api.sign_in(key, username))["access_token"]
        reply = await api.get("/.well-known/jwks.json")
        assert reply.headers["Cache-Control"] == f"public, max-age={JWKS_CACHE.seconds}"
        assert [each["x5c"] for each in reply.json["keys"]] == [
            self_signed(number).x5c for number in (1, 0)
        ]
        client = jwt.PyJWKClient(f"{api.url}/.well-known/jwks.json")
        signer = await asyncio.to_thread(client.get_signing_key_from_jwt, token)
        assert signer.key_id == reply.json["keys"][1]["kid"]
        jwt.decode(token, signer, algorithms=["RS256"], audience=f"{ORIGIN}/account")
        assert (await api.get("/me", token=token)).status == 200
        assert (await api.get("/health")).json == {"status": "ok"}


async def test_instances_open_data_that_another_one_sealed(
    settings: dict[str, str], vault: FakeKeyVault, key: SoftAuthenticator
) -> None:
    made(add_certificate(vault), ago=timedelta(days=300))
    made(add_sealing_key(vault), ago=timedelta(days=300))
    async with serving(HostProcess(settings=settings)) as one:
        options = await one.begin_registration(new_username())
        made(add_sealing_key(vault), ago=timedelta(days=1))
        async with serving(HostProcess(settings=settings)) as other:
            assert (await other.finish_registration(key.create(options))).status == 201
            token = (await other.sign_in(key))["access_token"]
        assert (await one.get("/me", token=token)).status == 200


async def test_a_broken_certificate_is_shown_in_health_and_nothing_fails(
    settings: dict[str, str], vault: FakeKeyVault, key: SoftAuthenticator
) -> None:
    made(add_certificate(vault), ago=timedelta(days=300))
    broken = made(add_certificate(vault, 1), ago=timedelta(days=1))
    broken.value = "broken"
    made(add_sealing_key(vault), ago=timedelta(days=300))
    async with serving(HostProcess(settings=settings)) as api:
        await api.register(key, new_username())
        await api.sign_in(key)
        since = broken.created.isoformat(timespec="seconds").replace("+00:00", "Z")
        assert (await api.get("/health")).json == {
            "status": "degraded",
            "degraded": {"signingKey": {"trouble": "unusable-version", "since": since}},
        }


async def test_requests_that_need_keys_are_refused_without_the_vault(
    settings: dict[str, str], vault: FakeKeyVault
) -> None:
    vault.refusal = UNAVAILABLE
    async with serving(HostProcess(settings=settings)) as api:
        for reply in (
            await api.post("/authenticate/begin", {}),
            await api.get("/.well-known/jwks.json"),
            await api.get("/health"),
        ):
            assert (reply.status, reply.problem) == (503, "keys-unavailable")
            assert reply.headers["Retry-After"] == "5"
        assert (await api.get("/openapi.json")).status == 200
