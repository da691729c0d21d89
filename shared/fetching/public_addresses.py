"""The addresses that a stranger may make this service send a request to. Pure.

Whoever names a host also chooses its addresses. An address inside of our network, or of the machine
itself, would let them send requests in our name (SSRF). So only addresses that the whole internet
can reach are allowed. IANA's registries of special addresses (RFC 6890) decide, with these
additions: an IPv6 address has to be global unicast, which excludes each one that embeds an IPv4
address, such as NAT64's; and Azure answers machines at an address that looks public.
"""

from ipaddress import IPv6Address, IPv6Network, ip_address, ip_network

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NOT_FOR_OTHERS = tuple(
    map(
        ip_network,
        (
            "168.63.129.16/32",  # Azure's DNS, health probes and agent
            *("192.31.196.0/24", "192.175.48.0/24", "2620:4f:8000::/48"),  # AS112, local sinks
            *("192.52.193.0/24", "192.88.99.0/24"),  # relays: AMT, 6to4
            *("2001::/23", "2002::/16"),  # protocols of the IETF, Teredo; 6to4
            *("2001:db8::/32", "3fff::/20"),  # examples
        ),
    )
)


def is_public(address: str) -> bool:
    """Return False for anything that is not an address, too."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and (parsed.scope_id or parsed not in _GLOBAL_UNICAST):
        return False
    is_special = any(parsed in network for network in _NOT_FOR_OTHERS)
    return parsed.is_global and not parsed.is_multicast and not is_special
