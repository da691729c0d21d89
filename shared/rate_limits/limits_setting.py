"""The setting that changes the rate limits."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from shared.rate_limits.policy import DEFAULTS, Action, Limit, limits_of

_UNITS: Mapping[str, int] = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_VALUE = re.compile(r"([1-9][0-9]{0,6})/([1-9][0-9]{0,4})([smhd])")
_LONGEST = 86400


def read_limits(text: str | None) -> tuple[Limit, ...]:
    """Read `RATE_LIMITS`, which names the limits that differ from the defaults:
    `begin.address=600/1m, creation.tenant=off`. Raise ValueError saying what is wrong."""
    limits = {limit.name: limit for limit in DEFAULTS}
    for name, value in _read_items(text or "").items():
        if value == "off":
            del limits[name]
        else:
            limits[name] = _change(limits[name], value)
    _check_nesting(limits_of(limits.values(), Action.CREATION))
    return tuple(limits.values())


def _read_items(text: str) -> dict[str, str]:
    known = [limit.name for limit in DEFAULTS]
    items: dict[str, str] = {}
    for item in filter(None, (item.strip() for item in text.split(","))):
        name, equals, value = (part.strip() for part in item.partition("="))
        if name not in known:
            raise ValueError(f"{name!r} is not one of {', '.join(known)}")
        if not equals or name in items:
            raise ValueError(f"{name} must be given once, as {name}=60/1m or {name}=off")
        items[name] = value
    return items


def _change(limit: Limit, value: str) -> Limit:
    parts = _VALUE.fullmatch(value)
    if parts is None:
        raise ValueError(
            f"{limit.name}: {value!r} is neither off nor of the form 60/1m (s, m, h, d)"
        )
    seconds = int(parts[2]) * _UNITS[parts[3]]
    if seconds > _LONGEST:
        raise ValueError(f"{limit.name}: {value!r} has a window of more than a day")
    return replace(limit, quota=int(parts[1]), window_seconds=seconds)


def _check_nesting(limits: Iterable[Limit]) -> None:
    """Limits that are counted in one transaction share the partition of the longest window."""
    longest = max(limits, key=lambda limit: limit.window_seconds, default=None)
    for limit in limits:
        if longest is not None and longest.window_seconds % limit.window_seconds:
            raise ValueError(
                f"{limit.name}: its window of {limit.window_seconds} s does not divide "
                f"the {longest.window_seconds} s of {longest.name}"
            )
