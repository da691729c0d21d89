"""The terms of an access pass: those that are requested, and those that are granted. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.access_passes.access_pass import PassPolicy
from shared.accounts.names import Username
from shared.errors import MalformedRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class PassRequest:
    username: Username
    display_name: str | None
    lifetime: timedelta | None
    one_time: bool | None
    starts_at: datetime | None
    registrations: int = 1


class Period(NamedTuple):
    created_at: datetime
    starts_at: datetime
    expires_at: datetime


def is_one_time(request: PassRequest, policy: PassPolicy) -> bool:
    if request.one_time is not None:
        return request.one_time
    return policy.one_time and request.registrations == 1


def period_of(request: PassRequest, policy: PassPolicy, *, now: datetime) -> Period:
    """Raises MalformedRequest if the policy does not allow the terms."""
    if request.one_time and request.registrations > 1:
        raise MalformedRequest("A one-time pass is for one registration.")
    lifetime = request.lifetime or policy.default_lifetime
    if not policy.least_lifetime <= lifetime <= policy.most_lifetime:
        least, most = _minutes(policy.least_lifetime), _minutes(policy.most_lifetime)
        raise MalformedRequest(f"lifetimeMinutes must be from {least} to {most}.")
    starts_at = max(request.starts_at or now, now)
    try:
        return Period(now, starts_at, starts_at + lifetime)
    except OverflowError as error:  # after the year 9999
        raise MalformedRequest("startsAt is too far away.") from error


def _minutes(time: timedelta) -> int:
    return int(time.total_seconds() // 60)
