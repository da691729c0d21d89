"""The authorization details of a request (RFC 9396): which ones a profile takes."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from shared.access.profiles.json_schemas import JsonSchema, ValueFault
from shared.access.profiles.profile import BackupRestore, CustomAction, Kind, Profile
from shared.access.restores.coverage import check_restore
from shared.errors import MalformedRequest

_MEMBER = "authorization_details"
_TEXTS = {
    "type": "array",
    "maxItems": 16,
    "items": {"type": "string", "minLength": 1, "maxLength": 512},
}
_COMMON: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["type"],
    "properties": {
        "type": {"type": "string"},
        "locations": _TEXTS,
        "actions": _TEXTS,
        "datatypes": _TEXTS,
        "privileges": _TEXTS,
        "identifier": {"type": "string", "minLength": 1, "maxLength": 512},
    },
}
"""The members that RFC 9396 section 2.2 names. What an Entra token may do is the profile's to say:
these tell approvers what the person wants to do with it."""


def read_details(profile: Profile, given: object) -> dict[str, Any]:
    """One object, alone or in a list, as RFC 9396 has it. Raise MalformedRequest."""
    details = _one(profile, given)
    try:
        _check(profile, details)
    except ValueFault as fault:
        path = f"{_MEMBER}.{fault.path}" if fault.path else _MEMBER
        raise MalformedRequest(f"{path} {fault.problem}.") from None
    return details


def _one(profile: Profile, given: object) -> dict[str, Any]:
    if isinstance(given, list) and len(given) == 1:
        given = given[0]
    if given is None and profile.kind not in (Kind.CUSTOM, Kind.AZURE_BACKUP_RESTORE):
        return {"type": profile.kind.value}
    if not isinstance(given, dict):
        raise MalformedRequest(f"{_MEMBER} must be one object, or a list of one.")
    return given


def _check(profile: Profile, details: dict[str, Any]) -> None:
    """A custom schema that describes `type` decides about it, too."""
    parameters = profile.parameters
    if isinstance(parameters, CustomAction) and "type" in parameters.schema.get("properties", {}):
        JsonSchema(parameters.schema).check(details)
        return
    if details.get("type") != profile.kind.value:
        raise ValueFault("type", f"must be {profile.kind.value}")
    if isinstance(parameters, CustomAction):
        rest = {name: value for name, value in details.items() if name != "type"}
        JsonSchema(parameters.schema).check(rest)
    elif isinstance(parameters, BackupRestore):
        check_restore(parameters, details)
    else:
        _common().check(details)


@cache
def _common() -> JsonSchema:
    return JsonSchema(_COMMON)
