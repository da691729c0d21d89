"""GET and POST /userinfo: what a client may know of a person (OpenID Connect Core section 5.3)."""

import azure.functions as func

from shared import wiring
from shared.errors import DpopProofInvalid, TokenInvalid, TokenRequired
from shared.handling.client_pages import note_client
from shared.handling.endpoint import client_endpoint
from shared.http.dpop_header import read_path, read_proof
from shared.http.requests import DPOP, read_authorization
from shared.http.responses import json_response

_MAX_TOKEN = 8192


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
    if not token or len(token) > _MAX_TOKEN:
        raise TokenInvalid
    if "origin" in req.headers:  # a page, which has to read refusals too
        note_client(await wiring.service().profiles.client_of(token))
    thumbprint = await _prove(req, token) if scheme == DPOP else None
    return json_response(await wiring.service().profiles.find(token, thumbprint=thumbprint))


async def _prove(req: func.HttpRequest, token: str) -> str:
    proof = read_proof(req)
    if proof is None:
        raise DpopProofInvalid
    return await wiring.service().bearer_authentication.prove_possession(
        token, proof, method=req.method, path=read_path(req)
    )
