"""The header fields of draft-ietf-httpapi-ratelimit-headers, and Retry-After."""

from shared.errors import TooManyRequests
from shared.rate_limits.headers import allowance_headers, refusal_headers
from shared.rate_limits.policy import Allowance
from tests.rate_limits.counting import find_limit


def test_an_answer_has_each_policy_and_its_remaining_quota() -> None:
    begin, creation = find_limit("begin.address"), find_limit("creation.tenant")
    headers = allowance_headers(
        [
            Allowance(limit=begin, remaining=12, reset_seconds=30),
            Allowance(limit=creation, remaining=999, reset_seconds=3600),
        ]
    )
    assert headers == {
        "RateLimit-Policy": '"begin.address";q=120;w=60, "creation.tenant";q=1000;w=3600',
        "RateLimit": '"begin.address";r=12;t=30, "creation.tenant";r=999;t=3600',
    }


def test_without_limits_there_are_no_fields() -> None:
    assert allowance_headers([]) == {}


def test_a_refusal_has_retry_after() -> None:
    error = TooManyRequests(
        "guess.account", quota=5, window_seconds=900, retry_after=840, counter=("p", "r")
    )
    assert refusal_headers(error) == {
        "Retry-After": "840",
        "RateLimit-Policy": '"guess.account";q=5;w=900',
        "RateLimit": '"guess.account";r=0;t=840',
    }
