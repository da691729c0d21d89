"""Claims like those of real providers: Entra in both versions, and Okta.

Each takes claims to say instead; None leaves one out.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

type Claims = dict[str, Any]

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
TENANT = "11111111-1111-4111-8111-111111111111"
OTHER_TENANT = "22222222-2222-4222-8222-222222222222"
FOREIGN_TENANT = "99999999-9999-4999-8999-999999999999"
OID = "33333333-3333-4333-8333-333333333333"
API = "44444444-4444-4444-8444-444444444444"
PAGE = "55555555-5555-4555-8555-555555555555"
OKTA_CLIENT = "0oanm25bXWmfAYqRv5d7"
OKTA_USER = "00unm25bY0bJQYrFC5d7"


def entra_access(issuer: str, **instead: object) -> Claims:
    version_2 = issuer.endswith("/v2.0")
    names = {"azp": PAGE, "preferred_username": "ada@example.com"}
    if not version_2:
        names = {"appid": PAGE, "unique_name": "ada@example.com", "upn": "ada@example.com"}
    honest = {
        **_entra(issuer, "2.0" if version_2 else "1.0"),
        **names,
        "aud": API,
        "scp": "Registrations.Begin",
    }
    return _told(honest, instead)


def entra_application(issuer: str, **instead: object) -> Claims:
    person = ("scp", "name", "preferred_username", "unique_name", "upn")
    return entra_access(issuer, **dict.fromkeys(person), **{"sub": OID, **instead})


def entra_id(issuer: str, **instead: object) -> Claims:
    honest = {**_entra(issuer, "2.0"), "aud": PAGE, "nonce": "n-0S6_WzA2Mj"}
    return _told({**honest, "preferred_username": "ada@example.com"}, instead)


def okta_access(issuer: str, **instead: object) -> Claims:
    honest = {
        "iss": issuer,
        "aud": "api://default",
        "ver": 1,
        "jti": "AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE",
        "iat": SECONDS,
        "exp": SECONDS + 3600,
        "cid": OKTA_CLIENT,
        "uid": OKTA_USER,
        "scp": ["openid", "profile"],
        "sub": "ada@example.com",
    }
    return _told(honest, instead)


def okta_application(issuer: str, **instead: object) -> Claims:
    return okta_access(issuer, uid=None, **{"sub": OKTA_CLIENT, **instead})


def okta_id(issuer: str, **instead: object) -> Claims:
    honest = {
        "iss": issuer,
        "aud": OKTA_CLIENT,
        "ver": 1,
        "iat": SECONDS,
        "exp": SECONDS + 3600,
        "sub": OKTA_USER,
        "name": "Ada Lovelace",
        "preferred_username": "ada@example.com",
        "nonce": "n-0S6_WzA2Mj",
        "at_hash": "77QmUPtjPfzWtF2AnpK9RQ",
        "auth_time": SECONDS - 10,
    }
    return _told(honest, instead)


def _entra(issuer: str, version: str) -> Claims:
    return {
        "iss": issuer,
        "ver": version,
        "iat": SECONDS,
        "nbf": SECONDS,
        "exp": SECONDS + 3600,
        "tid": TENANT,
        "oid": OID,
        "sub": "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ",
        "name": "Ada Lovelace",
    }


def _told(honest: Claims, instead: Mapping[str, object]) -> Claims:
    return {name: value for name, value in {**honest, **instead}.items() if value is not None}
