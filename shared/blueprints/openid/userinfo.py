"""GET and POST /userinfo: what a client may know of a person (OpenID Connect Core section 5.3)."""

import azure.functions as func

from shared import wiring
from shared.errors import TokenInvalid, TokenRequired
from shared.handling.bindings import prove_possession
from shared.handling.client_pages import note_client
from shared.handling.endpoint import client_endpoint
from shared.http.requests import DPOP, LONGEST_TOKEN, read_authorization
from shared.http.responses import json_response


@client_endpoint
async def read_userinfo(req: func.HttpRequest) -> func.HttpResponse:
    return await _tell(req)


@client_endpoint
async def read_userinfo_by_post(req: func.HttpRequest) -> func.HttpResponse:
    """OpenID Connect Core section 5.3.1 wants both methods."""
    return await _tell(req)


async def _tell(req: func.HttpRequest) -> func.HttpResponse:
    """The token comes in the header alone: in a body it would get into logs and forms."""
    authorization = read_authorization(req)
    if authorization is None:
        raise TokenRequired
    scheme, token = authorization
    if not token or len(token) > LONGEST_TOKEN:
        raise TokenInvalid
    if "origin" in req.headers:  # a page, which has to read refusals too
        note_client(await wiring.service().profiles.client_of(token))
    thumbprint = await prove_possession(req, token) if scheme == DPOP else None
    return json_response(await wiring.service().profiles.find(token, thumbprint=thumbprint))
