"""How long the work of keys is accepted, and how long others may use keys that they know."""

from datetime import timedelta
from typing import TypedDict

from shared.openid.request_lifetime import REQUEST_SECONDS
from shared.settings import Settings

CLIENTS_CACHE = timedelta(days=1)
"""How long libraries of clients use a key set, whatever `Cache-Control` says. Those of .NET read it
every 12 hours, and at most once in five minutes for a key that they do not know."""


class KeyLifetimes(TypedDict):
    token_lifetime: timedelta
    seal_lifetime: timedelta
    jwks_cache: timedelta


def key_lifetimes(settings: Settings) -> KeyLifetimes:
    """The longest life of a token and of a sealed value, and of the slowest verifier's keys."""
    token = settings.tokens.longest_seconds
    # A client's access token has sealed what it rests on.
    seal = max(settings.policy.lifetime_seconds, REQUEST_SECONDS, token)
    cache = CLIENTS_CACHE
    if settings.external_mfa is not None:  # then what asks and answers is needed anyway
        from shared.openid.external_mfa.answer import ANSWER_SECONDS, ENTRA_CACHE
        from shared.openid.external_mfa.pending import LIFETIME_SECONDS

        token, seal = max(token, ANSWER_SECONDS), max(seal, LIFETIME_SECONDS)
        cache = max(cache, ENTRA_CACHE)
    return KeyLifetimes(
        token_lifetime=timedelta(seconds=token),
        seal_lifetime=timedelta(seconds=seal),
        jwks_cache=cache,
    )
