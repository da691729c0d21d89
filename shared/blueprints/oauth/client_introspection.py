"""/introspect for tokens of clients of the OpenID provider."""

import azure.functions as func

from shared import wiring
from shared.errors import ClientFault, ClientRefused
from shared.handling.oauth_clients import require_client
from shared.http.requests import read_form
from shared.http.responses import json_response
from shared.http.views.client_tokens import client_introspection
from shared.openid.tokens.access_token import ClientAccessToken


async def introspect_for_client(req: func.HttpRequest) -> func.HttpResponse:
    """Only a client that proves who it is may ask (RFC 7662 section 2.1)."""
    form = read_form(req)
    client = await require_client(req, form)
    if client.is_public:
        raise ClientRefused(ClientFault.OTHER_METHOD)
    story = wiring.service().client_introspection
    return _respond(await story.introspect(form.get("token", ""), by=client))


async def introspect_any(text: str) -> func.HttpResponse:
    """For somebody who may ask about every token."""
    return _respond(await wiring.service().client_introspection.introspect(text))


def _respond(found: ClientAccessToken | None) -> func.HttpResponse:
    if found is None:
        return json_response({"active": False})
    return json_response(client_introspection(found, issuer=wiring.settings().tokens.issuer))
