"""GET and POST /logout, and what our own page sends while a person signs out."""

from collections.abc import Callable

import azure.functions as func

from shared import wiring
from shared.blueprints.openid.answer_pages import Pairs, logout_refused_page, see_page
from shared.blueprints.openid.page_tokens import read_page_token
from shared.errors import MalformedRequest, RedirectUnverified, TokenInvalid
from shared.handling.bindings import require_same_origin
from shared.handling.clients import read_client
from shared.handling.endpoint import endpoint
from shared.handling.pages import language_for
from shared.http import cookies
from shared.http.requests import read_body, read_form_pairs, read_query_pairs
from shared.http.responses import json_response
from shared.http.views.logout import farewell
from shared.openid.authorization.parameters import read_parameters
from shared.sealed import LONGEST


@endpoint
async def logout(req: func.HttpRequest) -> func.HttpResponse:
    """Nothing has ended when this is answered."""
    return await _logout(req, read_query_pairs)


@endpoint
async def logout_by_form(req: func.HttpRequest) -> func.HttpResponse:
    """RP-Initiated Logout 1.0 section 2 wants both methods."""
    return await _logout(req, read_form_pairs)


async def _logout(
    req: func.HttpRequest, read_pairs: Callable[[func.HttpRequest], Pairs]
) -> func.HttpResponse:
    language = language_for(req)
    try:
        parameters = read_parameters(read_pairs(req))
        ui_locales = parameters.first("ui_locales") or ""
        language = language_for(req, ui_locales=ui_locales)
        address = read_client(req).address
        sealed = await wiring.service().signing_out.begin(parameters, address=address)
    except (RedirectUnverified, MalformedRequest) as error:
        return logout_refused_page(error, language)
    return see_page("/sign-out", sealed, ui_locales=ui_locales.split())


@endpoint
async def logout_step(req: func.HttpRequest) -> func.HttpResponse:
    """Our page asks what to show. The session ends if the person said so, or if the request proves
    that it comes from an application of this session."""
    token = await read_page_token(req)
    require_same_origin(req)
    if token is None and cookies.read_cookie(req, cookies.REFRESH) is not None:
        raise TokenInvalid  # the session may be live: the page has to get a new access token
    body = read_body(req)
    body.only("request", "confirms")
    found = await wiring.service().signing_out.go_on(
        body.optional_text("request", limit=LONGEST),
        confirmed=body.flag("confirms"),
        token=token,
    )
    response = json_response(farewell(found))
    if found.signed_out and cookies.read_cookie(req, cookies.ACCESS) is not None:
        response.headers.extend(cookies.expired_cookies())
    return response
