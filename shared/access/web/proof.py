"""Proxies prove that they are ours: by a secret, or by the network that they call from.

Only of them is it believed which request they ask about.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

SECRET_HEADER = "x-touchstone-proxy"  # noqa: S105  the name of a header


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    secrets: tuple[bytes, ...] = ()
    """SHA-256 of each."""
    networks: tuple[IPv4Network | IPv6Network, ...] = field(default=())
    kept_for: timedelta = timedelta(seconds=30)
    """How long an instance goes by what it has read of a session, its account and the profiles."""


def is_proven(
    settings: WebSettings,
    *,
    secret: str,
    find_address: Callable[[], IPv4Address | IPv6Address | None],
) -> bool:
    """`find_address` finds where the request comes from, as far as the platform says it."""
    digest = sha256(secret.encode()).digest()
    # All are compared, so the time does not depend on which one it is.
    known = [hmac.compare_digest(digest, each) for each in settings.secrets]
    if any(known) or not settings.networks:
        return any(known)
    address = find_address()
    return address is not None and any(
        address.version == each.version and address in each for each in settings.networks
    )
