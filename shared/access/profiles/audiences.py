"""Audiences as JSON, and who is in one."""

from collections.abc import Mapping
from typing import Any

from shared.access.profiles.json_schemas import ValueFault
from shared.access.profiles.profile import Audience
from shared.accounts.names import read_username
from shared.accounts.roles import Role
from shared.errors import MalformedRequest


def read_audience(members: Mapping[str, Any]) -> Audience:
    """Of members that match the schema. Raise ValueFault."""
    groups = members.get("groups", ())
    for index, group in enumerate(groups):
        if not group.isprintable():
            raise ValueFault(f"groups[{index}]", "must be printable")
    users = enumerate(members.get("users", ()))
    return Audience(
        users=frozenset(_read_username(name, f"users[{index}]") for index, name in users),
        roles=frozenset(map(Role, members.get("roles", ()))),
        groups=frozenset(groups),
        clients=frozenset(members.get("clients", ())),
    )


def write_audience(audience: Audience) -> dict[str, Any]:
    written: dict[str, Any] = {
        "users": sorted(audience.users),
        "roles": sorted(audience.roles),
        "groups": sorted(audience.groups),
        "clients": sorted(audience.clients),
    }
    return {name: members for name, members in written.items() if members}


def _read_username(name: str, path: str) -> str:
    try:
        return read_username(name).canonical
    except MalformedRequest:
        raise ValueFault(path, "must be a username") from None
