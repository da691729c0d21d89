"""Windows of time as JSON."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from shared.access.profiles.json_schemas import ValueFault
from shared.access.profiles.profile import TimeWindow
from shared.access.profiles.time_windows import is_time_zone

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def read_window(members: Mapping[str, Any]) -> TimeWindow:
    """Of members that match the schema. Raise ValueFault."""
    if not is_time_zone(members["timeZone"]):
        raise ValueFault("timeZone", "must be a name of the IANA database, such as Europe/Berlin")
    return TimeWindow(
        days=frozenset(map(_DAYS.index, members["days"])),
        begins=time.fromisoformat(members["from"]),
        ends=time.fromisoformat(members["to"]),
        time_zone=members["timeZone"],
    )


def write_window(window: TimeWindow) -> dict[str, Any]:
    return {
        "days": [_DAYS[day] for day in sorted(window.days)],
        "from": window.begins.strftime("%H:%M"),
        "to": window.ends.strftime("%H:%M"),
        "timeZone": window.time_zone,
    }
