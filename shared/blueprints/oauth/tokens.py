"""POST /token, /revoke and /introspect.

They take forms. Errors are answered as OAuth clients expect (RFC 6749 section 5.2).
"""

import azure.functions as func

from shared import wiring
from shared.blueprints.oauth.errors import oauth_error, respond_with
from shared.blueprints.oauth.grants import GRANTS, RESOURCE, Form
from shared.errors import MalformedRequest, TouchstoneError
from shared.handling.bindings import require_same_origin
from shared.handling.callers import read_principal, require_principal
from shared.handling.client_named import names_client
from shared.handling.endpoint import client_endpoint, endpoint
from shared.http import cookies, views
from shared.http.requests import only_once, read_form, read_form_pairs
from shared.http.responses import json_response

_MOST_MEMBERS = 24
"""With several resources."""


@client_endpoint
async def token(req: func.HttpRequest) -> func.HttpResponse:
    try:
        form = only_once(read_form_pairs(req, most=_MOST_MEMBERS), but=RESOURCE)
        if "grant_type" not in form:
            raise MalformedRequest("grant_type is required.")
        grant = GRANTS.get(form["grant_type"])
        if grant is None:
            text = f"grant_type must be {' or '.join(GRANTS)}."
            return oauth_error("unsupported_grant_type", text)
        return await grant.answer(req, form)
    except TouchstoneError as error:
        return respond_with(error)


@client_endpoint
async def revoke(req: func.HttpRequest) -> func.HttpResponse:
    """RFC 7009: an invalid token is no error, since the caller wants it to be invalid."""
    try:
        in_cookies = await _revoke(req, read_form(req))
    except TouchstoneError as error:
        return respond_with(error)
    response = json_response({})
    if in_cookies:
        response.headers.extend(cookies.expired_cookies())
    return response


async def _revoke(req: func.HttpRequest, form: Form) -> bool:
    """Return whether the token was in a cookie."""
    if "token" in form and names_client(req, form):
        from shared.handling.oauth_clients import require_client

        client = await require_client(req, form)
        await wiring.service().client_revocation.revoke(form["token"], client)
        return False
    in_cookies = "token" not in form
    presented = cookies.read_cookie(req, cookies.REFRESH) if in_cookies else form["token"]
    if presented is None and "origin" not in req.headers:
        raise MalformedRequest("token is required.")
    if in_cookies:
        require_same_origin(req)
    await wiring.service().revocation.revoke(presented or "")
    return in_cookies


@endpoint
async def introspect(req: func.HttpRequest) -> func.HttpResponse:
    """RFC 7662: whether a token is accepted now; its session and credential are checked too."""
    principal = await read_principal(req)
    if principal is None and _is_from_client(req):
        from shared.blueprints.oauth.client_introspection import introspect_for_client

        return await introspect_for_client(req)
    principal = principal or await require_principal(req)
    presented, introspection = read_form(req).get("token", ""), wiring.service().introspection
    found = await introspection.introspect(presented, by=principal)
    if found is not None:
        return json_response(views.introspection(found, settings=wiring.settings().tokens))
    if await introspection.may_ask_about_all(principal):
        from shared.blueprints.oauth.client_introspection import introspect_any

        return await introspect_any(presented)
    return json_response({"active": False})


def _is_from_client(req: func.HttpRequest) -> bool:
    try:
        return names_client(req, read_form(req))
    except MalformedRequest:
        return names_client(req, {})
