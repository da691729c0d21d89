"""Windows of time, by what the clocks on the wall show in their zone.

So where clocks are set forward, a time that no clock shows is in no window, and where they are set
back, a time that they show twice is in its window both times.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.access.profiles.profile import TimeWindow

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_DAYS_AHEAD = 15
"""Two weeks, as clocks may be set forward over a whole window."""


def is_time_zone(name: str) -> bool:
    """Whether the IANA database has it. The name must have the form of one."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def is_open(windows: Iterable[TimeWindow], now: datetime) -> bool:
    """Without any window, it always is."""
    windows = tuple(windows)
    return not windows or any(_is_in(window, now) for window in windows)


def next_opening(windows: Iterable[TimeWindow], now: datetime) -> datetime | None:
    """The moment from `now` on at which one is open. None if none is for two weeks."""
    windows = tuple(windows)
    if is_open(windows, now):
        return now
    firsts = (next((at for at in _begins(window, now) if at > now), None) for window in windows)
    return min((first for first in firsts if first is not None), default=None)


def _is_in(window: TimeWindow, now: datetime) -> bool:
    there = now.astimezone(ZoneInfo(window.time_zone))
    today, clock = there.date(), there.time()
    if window.begins < window.ends:
        return _begins_on(window, today) and window.begins <= clock < window.ends
    return (_begins_on(window, today) and clock >= window.begins) or (
        _begins_on(window, today - _DAY) and clock < window.ends
    )


def _begins_on(window: TimeWindow, day: date) -> bool:
    return day.weekday() in window.days


def _begins(window: TimeWindow, now: datetime) -> Iterator[datetime]:
    """The openings in their order, and on days when clocks are set each minute in which it is open.
    Only as much of this is computed as is asked for."""
    zone = ZoneInfo(window.time_zone)
    today = now.astimezone(zone).date()
    for ahead in range(_DAYS_AHEAD):
        day = today + ahead * _DAY
        if not (_begins_on(window, day) or _begins_on(window, day - _DAY)):
            continue
        midnight, next_midnight = (_at(each, time(0), zone) for each in (day, day + _DAY))
        if next_midnight - midnight != _DAY:
            yield from (each for each in _minutes(midnight, next_midnight) if _is_in(window, each))
        elif _begins_on(window, day):
            yield _at(day, window.begins, zone)


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)


def _minutes(begin: datetime, end: datetime) -> Iterator[datetime]:
    return (begin + number * _MINUTE for number in range((end - begin) // _MINUTE))
