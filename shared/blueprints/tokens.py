"""The OAuth 2 endpoints: /token, /revoke and /introspect.

They take forms and answer errors as RFC 6749 section 5.2 has them, since that is what OAuth
clients understand.
"""

from typing import Any

import azure.functions as func

from shared import wiring
from shared.blueprints.authentication import tokens_response
from shared.blueprints.callers import require_principal
from shared.errors import (
    ContentTooLarge,
    DpopProofInvalid,
    MalformedRequest,
    ScopeInvalid,
    TokenElsewhere,
    TokenInvalid,
    UnsupportedMediaType,
)
from shared.http import cookies, views
from shared.http.dpop_header import read_binding
from shared.http.endpoint import endpoint, json_response
from shared.http.requests import read_client, read_form
from shared.http.routes import Routes
from shared.relying_party.sessions.token_issue import choose_issue
from shared.sessions.binding import COOKIE

bp = Routes()


@bp.route("token", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@endpoint
async def token(req: func.HttpRequest) -> func.HttpResponse:
    try:
        form = read_form(req)
    except (ContentTooLarge, UnsupportedMediaType):
        raise
    except MalformedRequest as error:
        return _oauth_error("invalid_request", str(error))
    if "grant_type" not in form:
        return _oauth_error("invalid_request", "grant_type is required.")
    if form["grant_type"] != "refresh_token":
        return _oauth_error("unsupported_grant_type", "grant_type must be refresh_token.")
    in_cookies = "refresh_token" not in form
    presented = cookies.read_cookie(req, cookies.REFRESH) if in_cookies else form["refresh_token"]
    if presented is None:
        return _oauth_error("invalid_request", "refresh_token is required.")
    if in_cookies:
        cookies.require_same_origin(req)
    try:
        binding = COOKIE if in_cookies else read_binding(req)
        issue = choose_issue(binding, form.get("scope"))
        tokens = await wiring.service().refreshing.refresh(
            presented, issue, client=read_client(req)
        )
    except ScopeInvalid:
        return _oauth_error("invalid_scope", "The scope is not available for this request.")
    except DpopProofInvalid:
        return _oauth_error("invalid_dpop_proof", "The DPoP proof is not valid.")
    except TokenInvalid:
        response = _oauth_error("invalid_grant", "The session has ended. Sign in again.")
        if in_cookies:
            response.headers.extend(cookies.expired_cookies())
        return response
    return await tokens_response(tokens, in_cookies=in_cookies)


@bp.route("revoke", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@endpoint
async def revoke(req: func.HttpRequest) -> func.HttpResponse:
    """RFC 7009: an invalid token is no error, as it is what the caller wants it to be."""
    form = read_form(req)
    in_cookies = "token" not in form
    presented = cookies.read_cookie(req, cookies.REFRESH) if in_cookies else form["token"]
    if presented is None and "origin" not in req.headers:
        raise MalformedRequest("token is required.")
    if in_cookies:
        cookies.require_same_origin(req)
    try:
        await wiring.service().introspection.revoke(presented or "")
    except TokenElsewhere:
        return _oauth_error("unsupported_token_type", "Send the refresh token instead.")
    response = json_response({})
    if in_cookies:
        response.headers.extend(cookies.expired_cookies())
    return response


@bp.route("introspect", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@endpoint
async def introspect(req: func.HttpRequest) -> func.HttpResponse:
    """RFC 7662: whether a token counts right now, session and credential included."""
    principal = await require_principal(req)
    presented = read_form(req).get("token", "")
    found = await wiring.service().introspection.introspect(presented, by=principal)
    return json_response({"active": False} if found is None else views.introspection(found))


def _oauth_error(code: str, description: str) -> func.HttpResponse:
    body: dict[str, Any] = {"error": code, "error_description": description}
    return json_response(body, status=400)
