"""Profiles as JSON that tests vary."""

from typing import Any

from shared.access.profiles.documents import read_profile
from shared.access.profiles.profile import Profile

type Json = dict[str, Any]
TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT_ID = "aaaaaaaa-0000-0000-0000-000000000001"
GROUP = "/subscriptions/99999999-0000-0000-0000-000000000000/resourceGroups/backup"
VAULT = f"{GROUP}/providers/Microsoft.RecoveryServices/vaults/production"
IDENTITY: Json = {"tenant": TENANT, "clientId": CLIENT_ID}


def sql(**members: object) -> Json:
    document: Json = {"name": "orders", "title": "Orders", "kind": "azure-sql"}
    return document | {"parameters": IDENTITY, "who": {"groups": ["dba"]}} | members


def restore(**parameters: object) -> Json:
    own = IDENTITY | {"vault": VAULT, "recoveryTypes": ["RestoreDisks"]} | parameters
    return sql(kind="azure-backup-restore", parameters=own)


DATABASE: Json = {"host": "db.example.org", "database": "orders", "role": {"fixed": "app_ro"}}


def certificate(**parameters: object) -> Json:
    return sql(kind="postgresql-certificate", parameters=DATABASE | parameters)


TOKENS: Json = {"resource": "https://db.example.org", "scope": "db:orders"}


def oauth(**parameters: object) -> Json:
    return sql(kind="postgresql-oauth", parameters=DATABASE | TOKENS | parameters)


def custom(**parameters: object) -> Json:
    schema = {"type": "object", "properties": {"amount": {"type": "string"}}}
    own = {"schema": schema, "template": {"en": "Pay {amount}"}} | parameters
    return sql(kind="custom", parameters=own)


def web(**parameters: object) -> Json:
    return sql(kind="web", parameters={"host": "wiki.example.com"} | parameters)


FIXED = custom() | {
    "name": "fixed",
    "who": {"roles": ["Audit.Read"]},
    "demands": {"attested": True},
    "reasonRequired": True,
}
"""Of the hosts that tests start."""


def window(**members: object) -> Json:
    given = {"days": ["mon"], "from": "08:00", "to": "18:00", "timeZone": "Europe/Berlin"}
    return given | members


def profile(**members: object) -> Profile:
    return read_profile(sql(**members))
