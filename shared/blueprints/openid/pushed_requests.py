"""POST /par: a client sends its authorization request before a browser does (RFC 9126)."""

import azure.functions as func

from shared import wiring
from shared.blueprints.oauth.errors import respond_with
from shared.errors import MalformedRequest, TouchstoneError
from shared.handling.bindings import read_binding
from shared.handling.clients import read_client
from shared.handling.endpoint import client_endpoint
from shared.handling.oauth_clients import require_client
from shared.http.requests import only_once, read_form_pairs
from shared.http.responses import json_response
from shared.openid.authorization.parameters import read_parameters
from shared.openid_provider.authorization.pushed_requests import LIFETIME_SECONDS


@client_endpoint
async def pushed_authorization_request(req: func.HttpRequest) -> func.HttpResponse:
    try:
        pairs = read_form_pairs(req)
        form = only_once(pairs, but="resource")
        client = await require_client(req, form)
        if form.get("client_id", client.id) != client.id:
            raise MalformedRequest("client_id is not that of the client.")
        request_uri = await wiring.service().pushed_requests.push(
            read_parameters(pairs),
            client,
            thumbprint=(await read_binding(req)).thumbprint,
            address=read_client(req).address,
        )
    except TouchstoneError as error:
        return respond_with(error)
    body = {"request_uri": request_uri, "expires_in": LIFETIME_SECONDS}
    return json_response(body, status=201)
