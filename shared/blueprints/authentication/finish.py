"""POST /authenticate/finish."""

import azure.functions as func

from shared import wiring
from shared.handling.bindings import read_binding
from shared.handling.clients import read_client
from shared.handling.endpoint import endpoint
from shared.handling.token_response import tokens_response
from shared.http import views
from shared.http.requests import read_body
from shared.relying_party.sessions.token_issue import SCOPES, choose_issue
from shared.sessions.binding import COOKIE
from shared.webauthn.responses import read_authentication_response


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
