from datetime import UTC, datetime, timedelta

import pytest

from shared.openid.device import pace as module
from shared.openid.device.pace import Pace

START = datetime(2031, 5, 17, 12, 0, 0, tzinfo=UTC)
ONE, OTHER = b"one", b"other"


def polls(pace: Pace, *seconds: float, device: bytes = ONE) -> list[bool]:
    return [pace.is_too_fast(device, now=START + timedelta(seconds=each)) for each in seconds]


def test_a_device_that_keeps_to_the_interval_is_never_too_fast() -> None:
    assert polls(Pace(), 0, 5, 9.1, 14) == [False] * 4


def test_each_poll_that_is_too_early_makes_the_interval_five_seconds_longer() -> None:
    pace = Pace()
    # After the second the interval is 10, and after the third 15.
    assert polls(pace, 0, 1, 6, 21, 31, 51) == [False, True, True, False, True, False]


def test_a_device_that_polls_all_the_time_can_still_come_to_its_tokens() -> None:
    pace = Pace()
    assert all(polls(pace, *range(1, 60))[1:])
    assert polls(pace, 119) == [False]


def test_devices_do_not_disturb_each_other() -> None:
    pace = Pace()
    assert polls(pace, 0) == polls(pace, 1, device=OTHER) == [False]


def test_memory_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", 2)
    pace = Pace()
    for device in (b"1", b"2", b"3"):
        polls(pace, 0, device=device)
    assert polls(pace, 1, device=b"1") == [False]
    assert polls(pace, 1, device=b"3") == [True]
