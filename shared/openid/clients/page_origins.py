"""Which pages may read what the service answers to a client (CORS).

Those of the origins that its codes are sent to. A client with a secret or key has none: it is a
server, and no browser has to read its answers.
"""

import re

from shared.openid.clients.client import Client

_origin = re.compile(r"(https?)://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::([0-9]{1,5}))?").match
_USUAL = {"https": "443", "http": "80"}


def may_read(client: Client, origin: str) -> bool:
    """`origin` is what the browser says."""
    asked = _read(origin)
    if asked is None or not client.is_public or not is_origin(origin):
        return False
    return asked in map(_read, client.redirect_uris)


def is_origin(text: str) -> bool:
    """Whether it is an origin of the web, with nothing behind it. Such a page has an address."""
    found = _origin(text)
    return found is not None and found.end() == len(text)


def _read(address: str) -> tuple[str, str, str] | None:
    """Scheme, host and port. On the person's own machine any port will do, as at `/authorize`: http
    is for that alone (`redirect_uris`)."""
    found = _origin(address)
    if found is None:
        return None
    scheme, host, port = found.groups()
    return scheme, host, "" if scheme == "http" else port or _USUAL[scheme]
