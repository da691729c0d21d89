"""The OAuth 2 endpoints: /token, /revoke and /introspect.

They take forms and answer errors as RFC 6749 section 5.2 has them, since that is what OAuth
clients understand.
"""

from typing import Any

import azure.functions as func

from shared import wiring
from shared.blueprints import cookies, views
from shared.blueprints.authentication import tokens_response
from shared.blueprints.callers import require_principal
from shared.blueprints.endpoint import endpoint, json_response
from shared.blueprints.requests import read_form
from shared.errors import TokenInvalid

bp = func.Blueprint()


@bp.route("token", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@endpoint
async def token(req: func.HttpRequest) -> func.HttpResponse:
    form = read_form(req)
    if form.get("grant_type") != "refresh_token":
        return _oauth_error("unsupported_grant_type", "grant_type must be refresh_token.")
    presented = form.get("refresh_token")
    in_cookies = presented is None
    if presented is None:
        presented = cookies.read_cookie(req, cookies.REFRESH)
        cookies.require_same_origin(req)
    if presented is None:
        return _oauth_error("invalid_request", "refresh_token is required.")
    try:
        tokens = await wiring.service().sessions.refresh(presented)
    except TokenInvalid:
        response = _oauth_error("invalid_grant", "The session is over. Sign in again.")
        if in_cookies:
            response.headers.extend(cookies.expired_cookies())
        return response
    return await tokens_response(tokens, in_cookies=in_cookies)


@bp.route("revoke", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@endpoint
async def revoke(req: func.HttpRequest) -> func.HttpResponse:
    """RFC 7009: an invalid token is no error, as it is what the caller wants it to be."""
    form = read_form(req)
    presented = form.get("token")
    in_cookies = presented is None
    if presented is None:
        cookies.require_same_origin(req)
        presented = cookies.read_cookie(req, cookies.REFRESH) or ""
    await wiring.service().introspection.revoke(presented)
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
