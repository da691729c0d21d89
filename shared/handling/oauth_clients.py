"""The OAuth client that sends a request."""

from collections.abc import Mapping

import azure.functions as func

from shared import wiring
from shared.errors import ClientFault, ClientRefused
from shared.handling.client_pages import note_client
from shared.handling.clients import read_client
from shared.http.dpop_header import read_path
from shared.openid.client_authentication.credentials import read_credentials
from shared.openid.clients.client import Client


async def require_client(req: func.HttpRequest, form: Mapping[str, str]) -> Client:
    """Raises MalformedRequest, ClientRefused, TooManyRequests, ProviderUnavailable."""
    client = await authenticate_client(req, form)
    if client is None:
        raise ClientRefused(ClientFault.UNKNOWN)
    note_client(client)
    return client


async def authenticate_client(req: func.HttpRequest, form: Mapping[str, str]) -> Client | None:
    """Return None if the request names no client. A proxy may have had a browser send HTTP Basic,
    so call this only where a client has to be named. Raises as `require_client`."""
    credentials = read_credentials(req.headers.get("authorization"), form)
    if credentials is None:
        return None
    return await wiring.service().client_authentication.authenticate(
        credentials, path=read_path(req), address=read_client(req).address
    )
