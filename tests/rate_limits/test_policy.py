"""RATE_LIMITS: valid and invalid values."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rate_limits.limits_setting import read_limits
from shared.rate_limits.policy import (
    DEFAULTS,
    Action,
    Limit,
    OnOutage,
    Subject,
    limits_of,
)

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def test_without_the_setting_the_defaults_apply() -> None:
    assert read_limits(None) == read_limits("") == read_limits(" , ") == DEFAULTS


def test_a_named_limit_changes_and_the_others_do_not() -> None:
    limits = {
        limit.name: limit for limit in read_limits("begin.address = 7/2m , guess.account=3/1h")
    }
    assert (limits["begin.address"].quota, limits["begin.address"].window_seconds) == (7, 120)
    assert (limits["guess.account"].quota, limits["guess.account"].window_seconds) == (3, 3600)
    changed = ("begin.address", "guess.account")
    assert all(limits[one.name] == one for one in DEFAULTS if one.name not in changed)


def test_a_limit_can_be_switched_off() -> None:
    names = [limit.name for limit in read_limits("creation.tenant=off")]
    assert "creation.tenant" not in names
    assert len(names) == len(DEFAULTS) - 1


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("begin=60/1m", "'begin' is not one of begin.account, begin.address"),
        ("begin.tenant=60/1m", "'begin.tenant' is not one of"),
        ("begin.address", "begin.address must be given once, as begin.address=60/1m"),
        ("begin.address=1/1m,begin.address=2/1m", "begin.address must be given once"),
        ("begin.address=", "'' is neither off nor of the form 60/1m"),
        ("begin.address=60", "'60' is neither off"),
        ("begin.address=60/m", "'60/m' is neither off"),
        ("begin.address=60/1", "'60/1' is neither off"),
        ("begin.address=0/1m", "'0/1m' is neither off"),
        ("begin.address=60/0s", "'60/0s' is neither off"),
        ("begin.address=-1/1m", "'-1/1m' is neither off"),
        ("begin.address=٣/1m", "is neither off"),
        ("begin.address=60/1w", "'60/1w' is neither off"),
        ("begin.address=OFF", "'OFF' is neither off"),
        ("begin.address=60/25h", "'60/25h' has a window of more than a day"),
        ("begin.address=60/2d", "'60/2d' has a window of more than a day"),
        ("creation.account=5/7m", "creation.account: its window of 420 s does not divide the 3600"),
        (
            "creation.tenant=9/90m",
            "creation.account: its window of 3600 s does not divide the 5400",
        ),
    ],
)
def test_a_wrong_setting_is_refused_clearly(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=re.escape(problem)):
        read_limits(text)


@given(
    limit=st.sampled_from([one for one in DEFAULTS if one.action is not Action.CREATION]),
    quota=st.integers(1, 9_999_999),
    number=st.integers(1, 99_999),
    unit=st.sampled_from(sorted(UNITS)),
)
def test_every_well_formed_limit_is_read_as_written(
    limit: Limit, quota: int, number: int, unit: str
) -> None:
    text, seconds = f"{limit.name}={quota}/{number}{unit}", number * UNITS[unit]
    if seconds > UNITS["d"]:
        with pytest.raises(ValueError, match="more than a day"):
            read_limits(text)
        return
    read = next(one for one in read_limits(text) if one.name == limit.name)
    assert (read.quota, read.window_seconds, read.in_doubt) == (quota, seconds, limit.in_doubt)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert {limit.name for limit in read_limits(text)} <= {limit.name for limit in DEFAULTS}


def test_creations_guesses_and_fetches_are_refused_without_counters() -> None:
    refusing = {limit.action for limit in DEFAULTS if limit.in_doubt is OnOutage.REFUSE}
    admitting = {limit.action for limit in DEFAULTS if limit.in_doubt is OnOutage.ADMIT}
    assert refusing == {Action.CREATION, Action.GUESS, Action.FETCH, Action.USER_CODE}
    assert admitting == set(Action) - refusing


def test_one_account_or_address_cannot_use_up_the_tenants_quota() -> None:
    creation = {limit.subject: limit.quota for limit in limits_of(DEFAULTS, Action.CREATION)}
    assert creation[Subject.ACCOUNT] < creation[Subject.ADDRESS] < creation[Subject.TENANT]
