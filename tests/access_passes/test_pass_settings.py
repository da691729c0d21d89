"""The settings of access passes: the limits and defaults of Entra's Temporary Access Pass."""

from datetime import timedelta

import pytest

from shared.access_passes.access_pass import PassPolicy
from shared.environment import InvalidSetting, Values
from shared.settings.passes import read_pass_policy


def _read(**settings: str) -> PassPolicy:
    return read_pass_policy(Values(settings))


def test_the_defaults_are_those_of_entra() -> None:
    assert _read() == PassPolicy(
        least_lifetime=timedelta(hours=1),
        most_lifetime=timedelta(hours=8),
        default_lifetime=timedelta(hours=1),
        length=8,
        one_time=False,
    )


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("ACCESS_PASS_MIN_MINUTES", 10, 60),  # more would be above the default
        ("ACCESS_PASS_MAX_MINUTES", 60, 43_200),
        ("ACCESS_PASS_DEFAULT_MINUTES", 60, 480),
        ("ACCESS_PASS_LENGTH", 8, 48),
    ],
)
def test_each_number_has_bounds(name: str, least: int, most: int) -> None:
    for number in (least, most):
        _read(**{name: str(number)})
    for number in (least - 1, most + 1):
        with pytest.raises(InvalidSetting):
            _read(**{name: str(number)})


@pytest.mark.parametrize("least", ["9", "43201"])
def test_lifetimes_are_ten_minutes_to_thirty_days(least: str) -> None:
    lifetimes = dict.fromkeys(
        ("ACCESS_PASS_MIN_MINUTES", "ACCESS_PASS_DEFAULT_MINUTES", "ACCESS_PASS_MAX_MINUTES"),
        least,
    )
    with pytest.raises(InvalidSetting, match="from 10 to 43200"):
        _read(**lifetimes)


def test_a_setting_makes_passes_one_time_by_default() -> None:
    assert _read(ACCESS_PASS_ONE_TIME="true").one_time
    with pytest.raises(InvalidSetting):
        _read(ACCESS_PASS_ONE_TIME="yes")
