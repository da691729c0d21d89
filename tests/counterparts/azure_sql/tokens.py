"""Tokens as Entra gives them to the identity of a profile, for Azure SQL."""

import time
from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tests.counterparts.azure_sql.database import Database
from tests.counterparts.azure_sql.entra_tokens import RESOURCE, Entra
from tests.counterparts.azure_sql.page import documented_user
from tests.fakes.entra import TENANT
from tests.fakes.identity_provider import Signer

IDENTITY = "6e3f5c1d-2f0e-4f6b-9a3c-0f5d1e2a7b48"
"""Its client ID."""
_RESOURCE = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/login/providers/"
    "Microsoft.ManagedIdentity/userAssignedIdentities/id-touchstone-orders"
)
_OBJECT = "0a9d8c7b-6f5e-4d3c-8b2a-1f0e9d8c7b6a"
ISSUER = f"https://sts.windows.net/{TENANT}/"
"""Of tokens of version 1, which resources such as Azure SQL get."""
KEY = Signer("entra for resources")


def key_set() -> Mapping[str, Any]:
    return {"keys": [KEY.jwk()]}


def database() -> Database:
    entra = Entra(tenant=TENANT, issuer=ISSUER, keys=key_set)
    return Database(entra=entra, users={IDENTITY: documented_user()})


def claims(**changes: object) -> dict[str, Any]:
    """As many as Entra has, so that a sign-in needs several packets."""
    now = int(time.time())
    given = {
        "aud": f"{RESOURCE}/",
        "iss": ISSUER,
        "iat": now - 300,
        "nbf": now - 300,
        "exp": now + 900,
        "appid": IDENTITY,
        "appidacr": "2",
        "idtyp": "app",
        "oid": _OBJECT,
        "sub": _OBJECT,
        "tid": TENANT,
        "ver": "1.0",
        "xms_mirid": _RESOURCE,
        "groups": [str(uuid5(NAMESPACE_URL, str(number))) for number in range(30)],
    }
    return {name: value for name, value in (given | changes).items() if value is not None}


def token(**changes: object) -> str:
    return KEY.sign(claims(**changes))
