"""Pages of clients of the OpenID provider: applications that are nothing but a page, and read
answers from another origin.

A preflight does not say which client asks, so it is answered to each page at these endpoints, and
costs nothing. What is answered after that is for the pages of the client alone that sent the
request. No answer lets cookies in, so a page can send no more than any program may.
"""

from contextvars import ContextVar
from typing import TYPE_CHECKING

import azure.functions as func

from shared import wiring
from shared.http import cors

if TYPE_CHECKING:
    from shared.openid.clients.client import Client

PATHS = frozenset({"token", "revoke", "userinfo", "par"})
"""Of the endpoints that clients ask themselves. Not `authorize`, which browsers are sent to
(RFC 9700 section 2.6)."""
_asking: "ContextVar[Client | None]" = ContextVar("the client that asks", default=None)


def note_client(client: "Client | None") -> None:
    """This client sent the request that is answered now."""
    _asking.set(client)


def answer_headers(req: func.HttpRequest) -> dict[str, str]:
    origins, origin, client = _own_origins(), req.headers.get("origin"), _asking.get()
    if client is not None and origin is not None:
        from shared.openid.clients.page_origins import may_read

        if may_read(client, origin):
            origins |= {origin}
    return cors.headers(req, origins=origins)


def preflight_headers(req: func.HttpRequest, path: str) -> dict[str, str]:
    origins, origin = _own_origins(), req.headers.get("origin", "")
    if path.removesuffix("/").lower() in PATHS:
        from shared.openid.clients.page_origins import is_origin

        if is_origin(origin):
            origins |= {origin}
    return cors.preflight_headers(req, origins=origins)


def _own_origins() -> set[str]:
    return set(wiring.settings().policy.origins)
