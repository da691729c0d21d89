"""Which principal a token of Entra stands for, as Azure SQL finds out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jwt

RESOURCE = "https://database.windows.net"
AUDIENCES = (RESOURCE, f"{RESOURCE}/")
"""Entra writes the second one if the scope that was asked for has two slashes before `.default`."""
_CLAIMS = ("iss", "aud", "exp", "nbf", "iat", "tid", "oid", "appid")


class Refused(Exception):
    """Only the log of the server says why."""


@dataclass(frozen=True, kw_only=True)
class Entra:
    """What a server knows of its tenant."""

    tenant: str
    issuer: str
    keys: Callable[[], Mapping[str, Any]]
    """The key set, each time that a token comes."""


def principal_of(token: str, entra: Entra) -> str:
    """Its ID in the database: an application's is its client ID, a person's the object ID."""
    try:
        claims = _verified(token, entra)
    except (jwt.PyJWTError, KeyError) as error:
        raise Refused(repr(error)) from error
    if not isinstance(claims["aud"], str) or claims["tid"] != entra.tenant:
        raise Refused("aud or tid")
    return str(claims["oid"] if "scp" in claims else claims["appid"])


def _verified(token: str, entra: Entra) -> dict[str, Any]:
    key_set = jwt.PyJWKSet.from_dict(dict(entra.keys()))
    key = key_set[jwt.get_unverified_header(token)["kid"]]
    claims: dict[str, Any] = jwt.decode(
        token,
        key,
        algorithms=["RS256"],
        audience=AUDIENCES,
        issuer=entra.issuer,
        options={"require": list(_CLAIMS)},
    )
    return claims
