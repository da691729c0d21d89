"""Tokens as Entra gives them to the identity of a profile, for Azure SQL."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tests.counterparts.azure_sql.database import Database
from tests.counterparts.azure_sql.entra_tokens import RESOURCE, Entra
from tests.counterparts.azure_sql.page import documented_user
from tests.fakes.entra import TENANT
from tests.fakes.entra_access_tokens import KEY, claims_for, issuer_of, key_set

IDENTITY = "6e3f5c1d-2f0e-4f6b-9a3c-0f5d1e2a7b48"
"""Its client ID."""
_AGE, _LIFETIME = timedelta(minutes=5), 1200


def database() -> Database:
    entra = Entra(tenant=TENANT, issuer=issuer_of(TENANT), keys=key_set)
    return Database(entra=entra, users={IDENTITY: documented_user()})


def claims(**changes: object) -> dict[str, Any]:
    """As many as Entra has, so that a sign-in needs several packets."""
    issued_at = datetime.now(UTC) - _AGE
    given = claims_for(
        IDENTITY, audience=f"{RESOURCE}/", tenant=TENANT, now=issued_at, lifetime=_LIFETIME
    )
    groups = [str(uuid5(NAMESPACE_URL, str(number))) for number in range(30)]
    changed = given | {"groups": groups} | changes
    return {name: value for name, value in changed.items() if value is not None}


def token(**changes: object) -> str:
    return KEY.sign(claims(**changes))
