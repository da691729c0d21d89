"""The actor and the target of an event in the columns of ASIM."""

from collections.abc import Mapping
from typing import Any

_USER_TYPES = {
    "user": "Regular",
    "provider-user": "Regular",
    "application": "Application",
    "operator": "Admin",
    "service": "System",
}


def user_columns(row: Mapping[str, Any], who: str, *, required: bool = False) -> dict[str, Any]:
    """A required user without a name is named by ID. An unknown user has no fields."""
    identifier, name = row.get(f"{who}Id"), row.get(f"{who}Name")
    if required:
        name = name or identifier or "anonymous"
    return {
        f"{who}UserId": identifier,
        f"{who}UserIdType": identifier and "Other",
        f"{who}Username": name,
        f"{who}UsernameType": name and ("UPN" if "@" in name else "Simple"),
        f"{who}UserType": _USER_TYPES.get(row.get(f"{who}Type", "")),
        f"{who}Scope" if who == "Actor" else "TargetUserScope": identifier and row["Tenant"],
    }
