"""The tokens that Entra gives to applications, and how a resource reads them."""

from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

import jwt

from tests.fakes.identity_provider import Signer

KEY = Signer("entra tokens")

type Json = dict[str, Any]


def key_set() -> Json:
    return {"keys": [KEY.jwk()]}


def issuer_of(tenant: str) -> str:
    """Of tokens of version 1, which Azure's own resources get."""
    return f"https://sts.windows.net/{tenant}/"


def claims_for(client_id: str, *, audience: str, tenant: str, now: datetime, lifetime: int) -> Json:
    at, object_id = int(now.timestamp()), str(uuid5(NAMESPACE_URL, client_id))
    return {
        "aud": audience,
        "iss": issuer_of(tenant),
        "iat": at,
        "nbf": at,
        "exp": at + lifetime,
        "appid": client_id,
        "appidacr": "2",
        "idtyp": "app",
        "oid": object_id,
        "sub": object_id,
        "tid": tenant,
        "uti": str(uuid4()),
        "ver": "1.0",
    }


def read_token(token: str, *, audience: str, now: datetime) -> Json:
    """For a resource that accepts tokens of the fake. Raises jwt.PyJWTError."""
    claims = read_at_any_time(token, audience=audience)
    if not claims["nbf"] <= now.timestamp() < claims["exp"]:
        raise jwt.ExpiredSignatureError("outside its time")
    return claims


def read_at_any_time(token: str, *, audience: str) -> Json:
    """Whoever reads the time has the clock of a test. Raises jwt.PyJWTError."""
    claims: Json = jwt.decode(
        token,
        KEY.private_key.public_key(),
        algorithms=["RS256"],
        audience=audience,
        options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
    )
    return claims
