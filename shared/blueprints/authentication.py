"""POST /authenticate/begin and /authenticate/finish."""

import azure.functions as func

from shared import wiring
from shared.accounts.names import read_username
from shared.handling.clients import read_binding, read_client
from shared.handling.endpoint import endpoint
from shared.handling.token_response import tokens_response
from shared.http import views
from shared.http.requests import read_body
from shared.http.responses import json_response
from shared.rate_limits.headers import allowance_headers
from shared.relying_party.sessions.token_issue import SCOPES, choose_issue
from shared.sessions.binding import COOKIE
from shared.webauthn.authentication import ACR_VALUES
from shared.webauthn.responses import read_authentication_response

_MAX_TYPED = 256


@endpoint
async def authenticate_begin(req: func.HttpRequest) -> func.HttpResponse:
    body = read_body(req)
    body.only("username", "acrValues", "maxAge")
    username = body.optional_text("username", limit=_MAX_TYPED)
    acr_values = body.optional_choices("acrValues", ACR_VALUES)
    body.optional_integer("maxAge", least=0)  # not used: every sign-in is new, so it meets any age
    begun = await wiring.service().authentication.begin(
        None if username is None else read_username(username),
        acr_values=acr_values,
        client=read_client(req),
    )
    return json_response(views.begun(begun), headers=allowance_headers(begun.allowances))


@endpoint
async def authenticate_finish(req: func.HttpRequest) -> func.HttpResponse:
    body = read_body(req)
    body.only("credential", "cookies", "scope")
    in_cookies = body.flag("cookies")
    scope = body.optional_choice("scope", SCOPES)
    issue = choose_issue(COOKIE if in_cookies else await read_binding(req), scope)
    response = read_authentication_response(body.inner("credential"))
    signed_in = await wiring.service().authentication.finish(
        response, client=read_client(req), issue=issue
    )
    record = signed_in.record
    return await tokens_response(
        signed_in.tokens,
        in_cookies=in_cookies,
        user=views.user(
            record.user_handle, username=record.username, display_name=record.display_name
        ),
        credential=views.credential(record),
    )
