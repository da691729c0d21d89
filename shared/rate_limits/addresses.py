"""Client addresses: which proxies may name them, and how an address is counted. Pure."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network

type Address = IPv4Address | IPv6Address

_IPV6_PREFIX = 64
_UNKNOWN = "unknown"
_MOST_HOPS = 5
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedProxies:
    hops: int = 1
    """How many proxies in a row append their caller's address to X-Forwarded-For. The nearest proxy
    comes last. The front end of Azure Functions is one; the local host has none."""
    front_door_id: str | None = None
    """The ID of an Azure Front Door before those proxies. It is not counted in `hops`."""


def read_trusted_proxies(hops: str | None, front_door_id: str | None) -> TrustedProxies:
    """Read `TRUSTED_PROXY_HOPS` and `FRONT_DOOR_ID`. Raise ValueError naming the wrong one."""
    hops = "1" if hops is None else hops
    if not re.fullmatch("[0-9]", hops) or int(hops) > _MOST_HOPS:
        raise ValueError(
            f"TRUSTED_PROXY_HOPS: {hops!r} is not a whole number from 0 to {_MOST_HOPS}"
        )
    if front_door_id is not None and not _GUID.fullmatch(front_door_id.lower()):
        raise ValueError(f"FRONT_DOOR_ID: {front_door_id!r} is not a GUID")
    if front_door_id is not None and hops == "0":
        raise ValueError("FRONT_DOOR_ID: behind a Front Door, TRUSTED_PROXY_HOPS is at least 1")
    return TrustedProxies(hops=int(hops), front_door_id=front_door_id and front_door_id.lower())


def counted_as(address: Address | None) -> str:
    """An IPv6 client controls a whole /64, so all its addresses are counted as one."""
    if address is None:
        return _UNKNOWN  # one subject for all of them, so that hiding gains nothing
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address), _IPV6_PREFIX), strict=False))
    return str(address)
