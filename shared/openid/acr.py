"""The values of `acr` (OpenID Connect Extended Authentication Profile)."""

from collections.abc import Iterable

from shared.sessions.access_token import PHISHING_RESISTANT

HARDWARE_PROTECTED = "phrh"
"""Only a trusted attestation proves it, and no sign-in here has one yet."""
SUPPORTED = (PHISHING_RESISTANT,)


def can_satisfy(wanted: Iterable[str]) -> bool:
    """Whether a sign-in here can have one of these values. Without any, each will do."""
    wanted = tuple(wanted)
    return not wanted or not set(SUPPORTED).isdisjoint(wanted)
