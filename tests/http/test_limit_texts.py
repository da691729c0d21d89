"""Each limit says what it counts, and none speaks of another one's matter."""

import pytest

from shared.errors import TooManyRequests
from shared.http.limit_texts import TEXTS, limit_detail
from shared.rate_limits.policy import DEFAULTS, Action, Limit

REFUSING = [limit for limit in DEFAULTS if limit.action is not Action.REFUSAL]
"""The other one says what is put on record, and no caller is told of it."""


def _refused(limit: Limit, *, retry_after: int) -> str:
    return limit_detail(
        TooManyRequests(
            limit.name,
            quota=limit.quota,
            window_seconds=limit.window_seconds,
            retry_after=retry_after,
            counter=("p", "r"),
        )
    )


def test_every_limit_has_its_text_and_no_other_has_one() -> None:
    assert TEXTS.keys() == {limit.name for limit in REFUSING}


@pytest.mark.parametrize("limit", REFUSING, ids=lambda limit: limit.name)
def test_it_says_how_many_in_which_time_and_when_it_goes_on(limit: Limit) -> None:
    told = _refused(limit, retry_after=2161)
    assert str(limit.quota) in told
    assert "Try again in 37 minutes." in told
    assert ("guess" in told or "wrong" in told) == limit.name.startswith("guess.")


def test_new_passkeys_are_told_of_in_plain_words() -> None:
    (limit,) = [one for one in DEFAULTS if one.name == "creation.account"]
    assert _refused(limit, retry_after=2220) == (
        "An account may get 10 new passkeys in 1 hour. Its existing passkeys still work. "
        "Try again in 37 minutes."
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 second"),
        (60, "1 minute"),
        (90, "90 seconds"),
        (121, "3 minutes"),
        (3600, "1 hour"),
        (7199, "120 minutes"),
        (7201, "3 hours"),
    ],
)
def test_a_time_is_never_told_too_short(seconds: int, words: str) -> None:
    assert _refused(DEFAULTS[0], retry_after=seconds).endswith(f"Try again in {words}.")
