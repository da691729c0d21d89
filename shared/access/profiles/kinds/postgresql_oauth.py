"""Databases that people connect to with tokens of ours (PostgreSQL 18)."""

from collections.abc import Mapping
from typing import Any

from shared.access.profiles.json_schemas import ValueFault
from shared.access.profiles.kinds.postgresql import read_database, write_database
from shared.access.profiles.profile import PostgresqlOauth, Profile
from shared.openid.clients.own_names import OwnNames
from shared.openid.scopes import RESERVED


def read_postgresql_oauth(parameters: Mapping[str, Any]) -> PostgresqlOauth:
    """Of parameters that match the schema. Raise ValueFault."""
    scope: str = parameters["scope"]
    if scope in RESERVED:
        raise ValueFault("scope", "must not be one that means something already")
    return PostgresqlOauth(
        database=read_database(parameters), resource=parameters["resource"], scope=scope
    )


def check_resource(profile: Profile, own: OwnNames) -> None:
    """A token for the database must be none for this service. Raise ValueFault."""
    access = profile.parameters
    if isinstance(access, PostgresqlOauth) and own.has(access.resource):
        raise ValueFault("parameters.resource", "is an audience of this service's own tokens")


def write_postgresql_oauth(access: PostgresqlOauth) -> dict[str, Any]:
    own = {"resource": access.resource, "scope": access.scope}
    return write_database(access.database) | own
