"""POST /authenticate/begin: the first request to most new instances."""

import azure.functions as func

from shared import wiring
from shared.accounts.names import read_username
from shared.handling.clients import read_client
from shared.handling.endpoint import endpoint
from shared.http.begun import show_begun
from shared.http.requests import read_body
from shared.http.responses import json_response
from shared.rate_limits.headers import allowance_headers
from shared.webauthn.options import ACR_VALUES

_MAX_TYPED = 256


@endpoint
async def authenticate_begin(req: func.HttpRequest) -> func.HttpResponse:
    body = read_body(req)
    body.only("username", "acrValues", "maxAge")
    username = body.optional_text("username", limit=_MAX_TYPED)
    acr_values = body.optional_choices("acrValues", ACR_VALUES)
    body.optional_integer("maxAge", least=0)  # not used: every sign-in is new, so it meets any age
    begun = await wiring.service().begin_authentication(
        None if username is None else read_username(username),
        acr_values=acr_values,
        client=read_client(req),
    )
    return json_response(show_begun(begun), headers=allowance_headers(begun.allowances))
