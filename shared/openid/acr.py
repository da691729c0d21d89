"""The values of `acr` (OpenID Connect Extended Authentication Profile)."""

from collections.abc import Iterable

from shared.sessions.access_token import PHISHING_RESISTANT

SUPPORTED = (PHISHING_RESISTANT,)
"""Not `phrh`, for a key in hardware: only a trusted attestation proves that, and no sign-in here
has one."""


def can_satisfy(wanted: Iterable[str]) -> bool:
    """Whether a sign-in here can have one of these values. Without any, each will do."""
    wanted = tuple(wanted)
    return not wanted or not set(SUPPORTED).isdisjoint(wanted)
