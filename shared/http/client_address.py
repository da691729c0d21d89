"""The client's address, taken only from header elements that trusted proxies wrote.

X-Forwarded-For grows at its end: each proxy appends the address that it was called from. What a
client sends is therefore left of the element that the platform's front end appends. So elements
are counted from the right: with one trusted hop the last one is taken, with two the one before it.
Azure's front end writes "address:port".

A Front Door appends an element too, before the front end does. Requests that did not come through
it lack that element, or the client wrote it. So the earlier element is taken only if X-Azure-FDID
is the id of our Front Door; otherwise the address that called the front end is taken.
X-Azure-ClientIP is not read, since Front Door fills it with data of the client. The id proves
something only while the app's access restrictions admit only the AzureFrontDoor.Backend service
tag with that id.

With no hops, as on a developer's machine, nothing is trusted and no address is known. No address
is known either if there are fewer elements than hops, or if the chosen element is not an address.
"""

import hmac
import re
from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address

from shared.rate_limits.addresses import Address, TrustedProxies

_BRACKETED = re.compile(r"\[([^\]]*)\](?::[0-9]{1,5})?")
_DOTTED_WITH_PORT = re.compile(r"([0-9.]+):[0-9]{1,5}")


def client_address(headers: Mapping[str, str], proxies: TrustedProxies) -> Address | None:
    """Return None if no trusted proxy gave one.

    `headers` has names in lower case, and one value for each, as the Functions host passes them.
    """
    if proxies.front_door_id is None:
        return _forwarded_for(headers, proxies.hops)
    sent = headers.get("x-azure-fdid", "").strip().lower()
    through = hmac.compare_digest(sent.encode(), proxies.front_door_id.encode())
    return _forwarded_for(headers, proxies.hops + through)


def _forwarded_for(headers: Mapping[str, str], hops: int) -> Address | None:
    elements = headers.get("x-forwarded-for", "").split(",")
    if not 0 < hops <= len(elements):
        return None
    return parse_address(elements[-hops].strip())


def parse_address(element: str) -> Address | None:
    """Read "1.2.3.4", "1.2.3.4:5", "2001:db8::1", "[2001:db8::1]" or "[2001:db8::1]:5"."""
    ported = _BRACKETED.fullmatch(element) or _DOTTED_WITH_PORT.fullmatch(element)
    try:
        address = ip_address(ported[1] if ported else element)
    except ValueError:
        return None
    # A client must not get a second quota by writing its IPv4 address as an IPv6 address.
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
