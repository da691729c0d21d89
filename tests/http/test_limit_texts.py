"""The text of each limit says what this limit counts, and nothing about another limit."""

import pytest

from shared.errors import TooManyRequests
from shared.http.limit_texts import TEXTS, limit_detail
from shared.rate_limits.policy import DEFAULTS, Action, Limit

REFUSING = [limit for limit in DEFAULTS if limit.action is not Action.REFUSAL]
"""The other limit decides what is recorded; no caller sees it."""


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


def test_every_limit_has_a_text_and_every_text_has_a_limit() -> None:
    assert TEXTS.keys() == {limit.name for limit in REFUSING}


@pytest.mark.parametrize("limit", REFUSING, ids=lambda limit: limit.name)
def test_the_text_of_a_limit_has_its_quota_and_the_time_to_wait(limit: Limit) -> None:
    text = _refused(limit, retry_after=2161)
    assert str(limit.quota) in text
    assert "Try again in 37 minutes." in text
    assert ("guess" in text or "wrong" in text) == limit.name.startswith(("guess.", "user-code."))


def test_the_text_of_the_limit_of_new_passkeys_is_plain() -> None:
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
def test_the_time_to_wait_is_rounded_up(seconds: int, words: str) -> None:
    assert _refused(DEFAULTS[0], retry_after=seconds).endswith(f"Try again in {words}.")
