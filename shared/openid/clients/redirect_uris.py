"""Where a client may have people sent back to.

Whatever is sent to a redirect URI has to arrive at the client, in every browser.
"""

import re
from urllib.parse import parse_qsl

from shared.openid.clients.addresses import (
    LOOPBACK,
    ValueRefused,
    check_characters,
    check_path,
    read_address,
)

_PRIVATE_USE = re.compile(r"[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+:(?P<path>/(?!/)[^?]*)(?:\?.*)?")
"""A scheme that is a domain name in reverse, and one slash (RFC 8252 section 7.1)."""
_OF_ANSWERS = frozenset(
    (
        *("code", "state", "iss", "error", "error_description", "error_uri", "response"),
        *("id_token", "access_token", "token_type", "expires_in", "scope", "session_state"),
    )
)
"""Parameters of our answers: a client must not find two of them."""


def check_redirect_uri(uri: str, *, public: bool) -> None:
    """Raise ValueRefused. `public`: whether the client is one without a secret or key."""
    if uri.startswith(("https:", "http:")):
        _check_web(uri)
    else:
        _check_private_use(uri, public=public)


def _check_web(uri: str) -> None:
    address = read_address(uri)
    if address.scheme == "http" and address.host not in LOOPBACK:
        raise ValueRefused("may begin with http:// only if its host is 127.0.0.1, [::1], localhost")
    _check_query(address.query)


def _check_private_use(uri: str, *, public: bool) -> None:
    check_characters(uri)
    parts = _PRIVATE_USE.fullmatch(uri)
    if parts is None:
        raise ValueRefused("must begin with https://, or with an app's scheme: com.example.app:/")
    if not public:
        raise ValueRefused("may have an app's own scheme only if the client has no secret or key")
    check_path(parts["path"])
    _check_query(uri.partition("?")[2])


def _check_query(query: str) -> None:
    names = {name for name, _ in parse_qsl(query, keep_blank_values=True)}
    if not names.isdisjoint(_OF_ANSWERS):
        raise ValueRefused("must have no parameter that an answer has, such as code or state")


def is_of_the_web(uri: str) -> bool:
    """Whether only the owner of the host receives what is sent there. On the person's own machine,
    any app may listen on the port, or claim the scheme."""
    return uri.startswith("https:")
