"""The validator of the documentation: whose tokens open the database, and which do not."""

import time
from collections.abc import Mapping
from typing import Any

import jwt
import pytest
import pytest_asyncio

from shared.keys.signing_key import SigningKey, new_signing_key, read_pem
from tests.api import Api
from tests.counterparts.psql.database import Database
from tests.counterparts.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

LACKING = object()
SUBJECT = "QXRQ2SdTqkCpqVjG8dvDRmr5u1Oj4nPvFQl1kL2mS0w"


@pytest_asyncio.fixture(loop_scope="session")
async def key(service: Service) -> SigningKey:
    """The one that the service signs with. It makes one when somebody asks for it."""
    async with Api(service.host.url) as api:
        assert (await api.get("/.well-known/jwks.json")).status == 200
    return read_pem(service.tls.authority.with_name("signing-key.pem").read_bytes())


def claims(service: Service, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    now = int(time.time())
    given = {
        "iss": service.issuer,
        "aud": "https://db.example.com/orders",
        "client_id": "psql",
        "iat": now,
        "exp": now + 300,
        "scope": "db:orders",
        "role": "reader",
        "sub": SUBJECT,
    }
    return {name: value for name, value in (given | changes).items() if value is not LACKING}


def sign(claims: Mapping[str, Any], key: SigningKey, *, kind: str = "at+jwt") -> str:
    headers = {"typ": kind, "kid": key.key_id}
    return jwt.encode(dict(claims), key.private_key, algorithm="RS256", headers=headers)


@pytest.mark.parametrize(
    "changes",
    [{}, {"aud": ["https://db.example.com/orders", "other"]}, {"scope": "openid db:orders"}],
    ids=["as issued", "several audiences", "more scope"],
)
async def test_tokens_for_this_database_open_it(
    database: Database, service: Service, key: SigningKey, changes: dict[str, Any]
) -> None:
    assert await database.opens(sign(claims(service, **changes), key))


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://db.example.com/second"},
        {"aud": "https://db.example.com/orders/"},
        {"aud": LACKING},
        {"iss": "https://login.example.com"},
        {"exp": 1},
        {"exp": LACKING},
        {"scope": "openid"},
        {"scope": "db:order"},
        {"scope": LACKING},
        {"cnf": {"jkt": "k" * 43}},
        {"role": "writer"},
        {"role": "reader "},
        {"role": ["reader"]},
        {"role": LACKING},
        {"sub": LACKING},
    ],
    ids=str,
)
async def test_tokens_for_something_else_do_not(
    database: Database, service: Service, key: SigningKey, changes: dict[str, Any]
) -> None:
    assert not await database.opens(sign(claims(service, **changes), key))


async def test_other_kinds_of_tokens_do_not(
    database: Database, service: Service, key: SigningKey
) -> None:
    for kind in ("JWT", "logout+jwt"):
        assert not await database.opens(sign(claims(service), key, kind=kind))


async def test_what_the_issuer_did_not_sign_does_not(
    database: Database, service: Service, key: SigningKey
) -> None:
    given = claims(service)
    strangers = new_signing_key()
    genuine = sign(given, key)
    as_ours = SigningKey(strangers.private_key, key.key_id, ())
    head, _, signature = genuine.split(".")
    body = sign(claims(service, sub="x"), key).split(".")[1]
    headers = {"typ": "at+jwt", "kid": key.key_id}
    for token in (
        sign(given, strangers),
        sign(given, as_ours),
        f"{head}.{body}.{signature}",
        jwt.encode(given, "", algorithm="none", headers=headers),
        jwt.encode(given, "a" * 32, algorithm="HS256", headers=headers),
        "made-up",
    ):
        assert not await database.opens(token)
