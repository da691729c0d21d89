"""Which access passes an administrator may issue. Bounds and defaults are Entra's."""

from shared.access_passes.access_pass import PassPolicy
from shared.environment import Values

_LEAST, MOST_MINUTES = 10, 43_200


def read_pass_policy(values: Values) -> PassPolicy:
    policy = PassPolicy(
        least_lifetime=values.minutes("ACCESS_PASS_MIN_MINUTES", 60, _LEAST, MOST_MINUTES),
        most_lifetime=values.minutes("ACCESS_PASS_MAX_MINUTES", 480, _LEAST, MOST_MINUTES),
        default_lifetime=values.minutes("ACCESS_PASS_DEFAULT_MINUTES", 60, _LEAST, MOST_MINUTES),
        length=values.integer("ACCESS_PASS_LENGTH", 8, 8, 48),
        one_time=values.flag("ACCESS_PASS_ONE_TIME", default=False),
    )
    if not policy.least_lifetime <= policy.default_lifetime <= policy.most_lifetime:
        values.refuse(
            "ACCESS_PASS_DEFAULT_MINUTES",
            "must be between ACCESS_PASS_MIN_MINUTES and ACCESS_PASS_MAX_MINUTES",
        )
    return policy
