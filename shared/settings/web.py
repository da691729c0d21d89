"""Which proxies may ask about web pages, and how long an answer may rest on one look."""

import re
from hashlib import sha256
from ipaddress import IPv4Network, IPv6Network, ip_network

from shared.access.web.proof import WebSettings
from shared.environment import Values

_OF_NOTHING = sha256(b"").digest()
_DIGEST = re.compile("[0-9a-f]{64}")


def read_web(values: Values) -> WebSettings:
    return WebSettings(
        secrets=_read_secrets(values),
        networks=_read_networks(values),
        kept_for=values.seconds("VERIFY_SECONDS", 30, 0, 300),
    )


def _read_secrets(values: Values) -> tuple[bytes, ...]:
    written = values.items("PROXY_SECRETS")
    if not all(_DIGEST.fullmatch(each) for each in written):
        values.refuse("PROXY_SECRETS", "each must be the SHA-256 of a secret, in 64 hex digits")
    secrets = tuple(bytes.fromhex(each) for each in written)
    if _OF_NOTHING in secrets:
        values.refuse("PROXY_SECRETS", "one is the SHA-256 of an empty secret, which anybody has")
    return secrets


def _read_networks(values: Values) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(each) for each in values.items("PROXY_NETWORKS"))
    except ValueError as error:
        values.refuse("PROXY_NETWORKS", str(error))
