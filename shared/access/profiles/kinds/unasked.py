"""Kinds that people do not ask for beforehand: when they come, they have access or not."""

from shared.access.profiles.json_schemas import ValueFault
from shared.access.profiles.profile import Kind, Profile

_UNASKED = {Kind.POSTGRESQL_OAUTH, Kind.WEB}


def check_unasked(profile: Profile) -> None:
    """Raise ValueFault if a profile of such a kind wants what only asking could bring."""
    if profile.kind not in _UNASKED:
        return
    wanted = {
        "approvers": profile.approvers.number > 0,
        "reasonRequired": profile.reason_required,
        "demands.boundGesture": profile.demands.bound_gesture,
        "who.clients": profile.kind is Kind.WEB and bool(profile.who.clients),
    }
    for path, is_wanted in wanted.items():
        if is_wanted:
            raise ValueFault(path, "is not possible with this kind, as nobody asks beforehand")
