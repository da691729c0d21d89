"""The grants of /token, with an entry for each value of `grant_type`.

A new grant needs a function and an entry in the table. The function reads the grant's parameters
and calls its story. It raises our errors; `errors` gives them their OAuth names.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import azure.functions as func

from shared import wiring
from shared.blueprints.oauth.errors import respond_with
from shared.errors import MalformedRequest, TokenInvalid
from shared.handling.bindings import read_binding, require_same_origin
from shared.handling.client_named import names_client
from shared.handling.clients import read_client
from shared.handling.token_response import tokens_response
from shared.http import cookies
from shared.relying_party.sessions.token_issue import choose_issue
from shared.sessions.binding import COOKIE

type Form = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    parameters: frozenset[str]
    """All members that the grant reads. Others are ignored (RFC 6749 section 3.2)."""
    exchange: Callable[[func.HttpRequest, Form], Awaitable[func.HttpResponse]]

    async def answer(self, req: func.HttpRequest, form: Form) -> func.HttpResponse:
        known = {name: form[name] for name in self.parameters & form.keys()}
        return await self.exchange(req, known)


async def _redeem(req: func.HttpRequest, form: Form) -> func.HttpResponse:
    from shared.blueprints.oauth.client_grants import redeem

    return await redeem(req, form)


async def _redeem_device_code(req: func.HttpRequest, form: Form) -> func.HttpResponse:
    from shared.blueprints.oauth.client_grants import redeem_device_code

    return await redeem_device_code(req, form)


async def _exchange(req: func.HttpRequest, form: Form) -> func.HttpResponse:
    from shared.blueprints.oauth.exchange import exchange

    return await exchange(req, form)


async def _refresh(req: func.HttpRequest, form: Form) -> func.HttpResponse:
    """The refresh token comes in the form, or in a cookie from our own page. A client of the
    OpenID provider says who it is."""
    if "refresh_token" in form and names_client(req, form):
        from shared.blueprints.oauth.client_grants import refresh

        return await refresh(req, form)
    if "refresh_token" in form:
        return await _exchange_token(req, form, form["refresh_token"], in_cookies=False)
    cookie = cookies.read_cookie(req, cookies.REFRESH)
    if cookie is None:
        raise MalformedRequest("refresh_token is required.")
    require_same_origin(req)
    try:
        return await _exchange_token(req, form, cookie, in_cookies=True)
    except TokenInvalid as error:
        response = respond_with(error)
        response.headers.extend(cookies.expired_cookies())
        return response


async def _exchange_token(
    req: func.HttpRequest, form: Form, token: str, *, in_cookies: bool
) -> func.HttpResponse:
    issue = choose_issue(COOKIE if in_cookies else await read_binding(req), form.get("scope"))
    refreshing = wiring.service().refreshing
    tokens = await refreshing.refresh(token, issue, client=read_client(req))
    return await tokens_response(tokens, in_cookies=in_cookies)


RESOURCE = "resource"
"""The only member that may be repeated, so the grants that know it read it from the request."""
_CLIENT = frozenset({"client_id", "client_secret", "client_assertion", "client_assertion_type"})
_EXCHANGE = frozenset(
    {
        *("subject_token", "subject_token_type", "actor_token", "actor_token_type", "audience"),
        *("scope", "requested_token_type", "authorization_details", "reason"),
    }
)
GRANTS: Mapping[str, Grant] = {
    "authorization_code": Grant(
        parameters=_CLIENT | {"code", "redirect_uri", "code_verifier"},
        exchange=_redeem,
    ),
    "refresh_token": Grant(parameters=_CLIENT | {"refresh_token", "scope"}, exchange=_refresh),
    "urn:ietf:params:oauth:grant-type:device_code": Grant(
        parameters=_CLIENT | {"device_code"}, exchange=_redeem_device_code
    ),
    "urn:ietf:params:oauth:grant-type:token-exchange": Grant(
        parameters=_CLIENT | _EXCHANGE, exchange=_exchange
    ),
}
