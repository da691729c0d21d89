"""Whether a client may have people sent to an address.

A redirect URI is compared as text, with one exception: an app on the person's own machine listens
on a port that it does not know before (RFC 8252 section 7.3). Its port counts nothing at
`/authorize`. It counts again at `/token`, which compares with the URI that the code was sent to.
"""

import re

from shared.openid.clients.client import Client

_LOOPBACK = re.compile(
    r"(http://(?:127\.0\.0\.1|\[::1\]|localhost))(?::([1-9][0-9]{0,4}))?((?:[/?].*)?)"
)
_LAST_PORT = 65_535


def matches(client: Client, uri: str) -> bool:
    """`uri` is what somebody gave at `/authorize`."""
    if uri in client.redirect_uris:
        return True
    asked = _without_port(uri)
    return asked is not None and asked in map(_without_port, client.redirect_uris)


def _without_port(uri: str) -> tuple[str, str] | None:
    """None if it is not an address on the person's own machine."""
    found = _LOOPBACK.fullmatch(uri)
    if found is None or int(found[2] or 0) > _LAST_PORT:
        return None
    return found[1], found[3]
