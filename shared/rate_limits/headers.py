"""Headers for clients: draft-ietf-httpapi-ratelimit-headers-11, and RFC 9110's Retry-After. Pure.

Both fields are lists of structured field strings with integer parameters (RFC 9651). The partition
key, `pk`, is left out, as it would reveal whom we count.
"""

from collections.abc import Sequence

from shared.errors import TooManyRequests
from shared.rate_limits.policy import Allowance


def allowance_headers(allowances: Sequence[Allowance]) -> dict[str, str]:
    """The headers of an admitted request; none if no limit applies to it."""
    if not allowances:
        return {}
    return {
        "RateLimit-Policy": ", ".join(
            _policy(one.limit.name, one.limit.quota, one.limit.window_seconds) for one in allowances
        ),
        "RateLimit": ", ".join(
            _remaining_item(one.limit.name, one.remaining, one.reset_seconds) for one in allowances
        ),
    }


def refusal_headers(error: TooManyRequests) -> dict[str, str]:
    """Retry-After and `t` agree: section 7 of the draft lets clients follow either."""
    return {
        "Retry-After": str(error.retry_after),
        "RateLimit-Policy": _policy(error.policy, error.quota, error.window_seconds),
        "RateLimit": _remaining_item(error.policy, 0, error.retry_after),
    }


def _policy(name: str, quota: int, window_seconds: int) -> str:
    return f'"{name}";q={quota};w={window_seconds}'


def _remaining_item(name: str, remaining: int, reset_seconds: int) -> str:
    return f'"{name}";r={remaining};t={reset_seconds}'
