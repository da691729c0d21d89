"""The rate limits, and the proxies that are trusted to name a client's address."""

from shared.environment import Values
from shared.rate_limits.addresses import TrustedProxies, read_trusted_proxies
from shared.rate_limits.limits_setting import read_limits
from shared.rate_limits.policy import Limit


def read_rate_limits(values: Values) -> tuple[Limit, ...]:
    try:
        return read_limits(values.optional_text("RATE_LIMITS"))
    except ValueError as error:
        values.refuse("RATE_LIMITS", str(error))


def read_proxies(values: Values) -> TrustedProxies:
    hops, front_door_id = (
        values.optional_text("TRUSTED_PROXY_HOPS"),
        values.optional_text("FRONT_DOOR_ID"),
    )
    try:
        return read_trusted_proxies(hops, front_door_id)
    except ValueError as error:
        name, _, problem = str(error).partition(": ")
        values.refuse(name, problem)
