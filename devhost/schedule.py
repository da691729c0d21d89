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
        # CronSim knows more than NCRONTAB: last and nth days. Azure would refuse them.
        if re.search(r"[LW#]", re.sub(r"[A-Z]{3}", "", expression.upper())):
            raise InvalidConfiguration(f"the schedule {expression!r} is not NCRONTAB")
        self._expression = expression
        self.next_after(datetime(2000, 1, 1))  # noqa: DTZ001 - only to find out that it parses

    def next_after(self, moment: datetime) -> datetime:
        try:
            times = CronSim(self._expression.upper(), moment)
            # cron accepts a day that matches either of its two day fields; NCRONTAB requires both.
            times.day_and = True
            return next(times)
        except (CronSimError, StopIteration) as error:
            raise InvalidConfiguration(
                f"the schedule {self._expression!r} is not NCRONTAB: {error}"
            ) from error


def resolve_settings(written: str, settings: Mapping[str, str]) -> str:
    """Replace each "%NAME%" with the value of that app setting."""

    def value(reference: re.Match[str]) -> str:
        name = reference[1]
        if name not in settings:
            raise InvalidConfiguration(f"the schedule {written!r} needs the setting {name}")
        return settings[name]

    return _SETTING.sub(value, written)
