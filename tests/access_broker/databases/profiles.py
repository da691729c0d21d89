"""Profiles of databases, and who asks by them."""

import json
from typing import Any

from shared.openid.clients.client import Grant
from tests.openid.asking_client import client

type Json = dict[str, Any]

PSQL = client(
    id="psql",
    name="psql",
    redirect_uris=(),
    grants=frozenset({Grant.DEVICE_CODE}),
    scopes=frozenset({"openid", "other"}),
    first_party=False,
)
"""It has no scope of a profile: the profiles say who gets theirs."""


def database(name: str, role: Json | None = None, **members: object) -> Json:
    """Its scope is `db:<name>`."""
    parameters = {
        "host": f"{name}.example.org",
        "database": name,
        "role": role or {"fixed": f"{name}_reader"},
        "resource": f"https://{name}.example.org",
        "scope": f"db:{name}",
    }
    document: Json = {"name": name, "title": f"The {name} database", "kind": "postgresql-oauth"}
    return document | {"parameters": parameters, "who": {"users": ["alice"]}} | members


BY_GROUP = {
    "byGroup": [
        {"group": "dba", "role": "orders_admin"},
        {"group": "developers", "role": "orders_developer"},
    ]
}
CLOSED = [{"days": ["sun"], "from": "01:00", "to": "01:05", "timeZone": "UTC"}]
"""Tests begin on a Saturday."""
PROFILES = {
    each["name"]: each
    for each in (
        database("orders", lifetimeSeconds=600),
        database("second"),
        database("groups", BY_GROUP),
        database("own", {"template": "u_{username}"}),
        database("bobs", who={"users": ["bob"]}),
        database("apps", who={"users": ["alice"], "clients": ["app"]}),
        database("closed", windows=CLOSED),
        database("hardware", demands={"deviceBound": True}),
        database("models", demands={"models": ["00000000-0000-0000-0000-000000000001"]}),
        database("fresh", demands={"gestureAgeSeconds": 10, "userVerification": True}),
    )
}


def settings(**changed: Json | None) -> str:
    """ACCESS_PROFILES, with these in place of those with their names."""
    return json.dumps([each for each in (PROFILES | changed).values() if each is not None])
