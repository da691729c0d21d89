"""NCRONTAB, the schedules of timer triggers: six fields from seconds to day of week, in UTC."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from cronsim import CronSim, CronSimError

from devhost.errors import InvalidConfiguration

_SETTING = re.compile(r"%([^%]+)%")


class Schedule:
    def __init__(self, expression: str) -> None:
        # CronSim knows more than NCRONTAB does: last and nth days. Azure would refuse them.
        if re.search(r"[LW#]", re.sub(r"[A-Z]{3}", "", expression.upper())):
            raise InvalidConfiguration(f"the schedule {expression!r} is not NCRONTAB")
        self._expression = expression
        self.next_after(datetime(2000, 1, 1))  # noqa: DTZ001 - only to find out that it parses

    def next_after(self, moment: datetime) -> datetime:
        try:
            times = CronSim(self._expression.upper(), moment)
            # cron takes a day that fits either of its two day fields; NCRONTAB wants both.
            times.day_and = True
            return next(times)
        except (CronSimError, StopIteration) as error:
            raise InvalidConfiguration(
                f"the schedule {self._expression!r} is not NCRONTAB: {error}"
            ) from error


def resolve_settings(written: str, settings: Mapping[str, str]) -> str:
    """Put the values of app settings in place of each "%NAME%"."""

    def value(reference: re.Match[str]) -> str:
        name = reference[1]
        if name not in settings:
            raise InvalidConfiguration(f"the schedule {written!r} needs the setting {name}")
        return settings[name]

    return _SETTING.sub(value, written)
