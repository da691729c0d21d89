"""README's sample verifies a token for an API, on a machine whose clock is not quite right too."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from shared.keys.signing_key import SigningKey, read_pem
from tests.api import Api, Json, new_username
from tests.authenticator import SoftAuthenticator
from tests.sessions.claims import claims_of

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
async def token(api: Api, authenticator: SoftAuthenticator) -> str:
    await api.register(authenticator, new_username())
    credential = authenticator.get(await api.begin_authentication())
    reply = await api.post("/authenticate/finish", {"credential": credential})
    access_token: str = reply.json["access_token"]
    return access_token


@pytest.fixture
def signing_key(signing_key_file: Path, token: str) -> SigningKey:
    return read_pem(signing_key_file.read_bytes())


def _run_sample(url: str, token: str) -> Json:
    (sample,) = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    names: dict[str, Any] = {"access_token": token}
    exec(sample.replace("http://localhost:7071", url), names)  # noqa: S102  it is ours
    claims: Json = names["claims"]
    return claims


async def test_the_sample_verifies_a_token(api: Api, token: str) -> None:
    assert await asyncio.to_thread(_run_sample, api.url, token) == claims_of(token)


@pytest.mark.parametrize("seconds", [2, 28])
async def test_the_sample_accepts_a_token_if_the_clock_of_the_machine_is_behind(
    api: Api, token: str, signing_key: SigningKey, seconds: int
) -> None:
    """On that machine a new token seems to be issued in the future."""
    ahead = _issued_in(timedelta(seconds=seconds), claims_of(token), signing_key)
    assert (await asyncio.to_thread(_run_sample, api.url, ahead))["scope"] == "api"


def _issued_in(span: timedelta, claims: Json, key: SigningKey) -> str:
    at = int((datetime.now(UTC) + span).timestamp())
    headers = {"typ": "at+jwt", "kid": key.key_id}
    moved = claims | {"iat": at, "exp": at + 300}
    return jwt.encode(moved, key.private_key, algorithm="RS256", headers=headers)


async def test_the_sample_refuses_a_token_for_the_account(
    api: Api, authenticator: SoftAuthenticator
) -> None:
    await api.register(authenticator, new_username())
    token = (await api.sign_in(authenticator))["access_token"]
    with pytest.raises(jwt.InvalidAudienceError):
        await asyncio.to_thread(_run_sample, api.url, token)
