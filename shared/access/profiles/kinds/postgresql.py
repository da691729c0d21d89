"""Databases of PostgreSQL, and the role in which a person is there."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from shared.access.postgresql.database import Database
from shared.access.postgresql.roles import (
    FixedRole,
    GroupRole,
    RoleByGroup,
    RoleRule,
    RoleTemplate,
    check_role,
    read_template,
)
from shared.access.profiles.json_schemas import ValueFault
from shared.access.profiles.profile import Parameters, PostgresqlCertificate, PostgresqlOauth

_PORT = 5432
_MOST_BYTES_OF_NAME = 63
_READ_AS_SETTINGS = re.compile(r"=|^postgres(ql)?://")
"""libpq takes such a name of a database for settings of the whole connection."""


def read_postgresql_certificate(parameters: Mapping[str, Any]) -> PostgresqlCertificate:
    """Of parameters that match the schema. Raise ValueFault."""
    return PostgresqlCertificate(database=read_database(parameters))


def database_of(parameters: Parameters) -> Database | None:
    """The database that a profile is for, if it is for one whose roles are ours to say."""
    if isinstance(parameters, PostgresqlCertificate | PostgresqlOauth):
        return parameters.database
    return None


def read_database(parameters: Mapping[str, Any]) -> Database:
    """Of parameters that match the schema. Raise ValueFault."""
    name = parameters["database"]
    if not name.isprintable() or name != name.strip():
        raise ValueFault("database", "must be printable, without a space at its ends")
    if len(name.encode()) > _MOST_BYTES_OF_NAME:
        raise ValueFault("database", f"must have at most {_MOST_BYTES_OF_NAME} bytes")
    if _READ_AS_SETTINGS.search(name):
        raise ValueFault("database", "must not read as settings of a connection")
    return Database(
        host=parameters["host"],
        port=int(parameters.get("port", _PORT)),
        name=name,
        role=_read_rule(parameters["role"]),
    )


def write_database(database: Database) -> dict[str, Any]:
    return {
        "host": database.host,
        "port": database.port,
        "database": database.name,
        "role": _write_rule(database.role),
    }


def _read_rule(members: Mapping[str, Any]) -> RoleRule:
    if "fixed" in members:
        return FixedRole(_checked("role.fixed", members["fixed"], _role))
    if "template" in members:
        return _checked("role.template", members["template"], read_template)
    choices = enumerate(members["byGroup"])
    return RoleByGroup(
        tuple(_read_choice(f"role.byGroup[{index}]", each) for index, each in choices)
    )


def _read_choice(path: str, members: Mapping[str, Any]) -> GroupRole:
    if not members["group"].isprintable():
        raise ValueFault(f"{path}.group", "must be printable")
    return GroupRole(members["group"], _checked(f"{path}.role", members["role"], _role))


def _role(text: str) -> str:
    check_role(text)
    return text


def _checked[T](path: str, text: str, read: Callable[[str], T]) -> T:
    try:
        return read(text)
    except ValueError as error:
        raise ValueFault(path, str(error)) from None


def _write_rule(rule: RoleRule) -> dict[str, Any]:
    match rule:
        case FixedRole(role):
            return {"fixed": role}
        case RoleTemplate():
            return {"template": rule.text}
        case RoleByGroup(choices):
            return {"byGroup": [{"group": each.group, "role": each.role} for each in choices]}
