"""Who sends a request: the holder of a token, or the owner of a cookie."""

import azure.functions as func

from shared import wiring
from shared.errors import (
    DpopProofInvalid,
    MalformedRequest,
    TokenInvalid,
    TokenRequired,
    Unauthorized,
)
from shared.handling.bindings import require_same_origin
from shared.http import cookies
from shared.http.dpop_header import read_path, read_proof
from shared.http.requests import BEARER, DPOP, LONGEST_TOKEN, read_authorization
from shared.principals import AccountHolder, Principal
from shared.relying_party.callers.requirements import require_account

_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


async def read_principal(req: func.HttpRequest) -> Principal | None:
    """Return None if the request has no token for us and no cookie.

    Raises TokenInvalid, DpopProofInvalid, ProviderUnavailable; CsrfRefused for a cookie without
    its CSRF token.
    """
    return await read_authorized(req) or await _read_cookie_owner(req)


async def read_principal_or_stranger(req: func.HttpRequest) -> Principal | None:
    """As `read_principal`, for endpoints that need no caller. An invalid cookie is ignored there:
    browsers always send it, even if the user does not intend it. With a CSRF token the page shows
    that it is intended, and TokenInvalid is raised."""
    principal = await read_authorized(req)
    if principal is not None:
        return principal
    try:
        return await _read_cookie_owner(req)
    except TokenInvalid:
        if cookies.has_csrf_token(req):
            raise
        return None


async def read_authorized(req: func.HttpRequest) -> Principal | None:
    """Without cookies: browsers always send them, even if the user does not intend it."""
    authorization = read_authorization(req)
    if authorization is None or await _is_for_a_proxy(req, *authorization):
        return None
    return await _identify(req, *authorization)


async def _is_for_a_proxy(req: func.HttpRequest, scheme: str, token: str) -> bool:
    """A proxy may add a bearer token of its own to the requests of a browser. A valid cookie shows
    that the request comes from a browser, and not from a client with an invalid token. Tokens of
    ours or of a provider are meant for us, valid or not."""
    is_of_others = scheme == BEARER and wiring.service().bearer_authentication.is_of_others(token)
    return is_of_others and await _has_good_cookie(req)


async def _has_good_cookie(req: func.HttpRequest) -> bool:
    cookie = cookies.read_cookie(req, cookies.ACCESS)
    if cookie is None:
        return False
    try:
        await wiring.service().bearer_authentication.identify_cookie(cookie)
    except Unauthorized:
        return False
    return True


async def require_cookie(req: func.HttpRequest) -> tuple[str, AccountHolder]:
    """The token in the cookie of our page, and its holder. Raises MalformedRequest without one,
    TokenInvalid, CsrfRefused."""
    cookie = cookies.read_cookie(req, cookies.ACCESS)
    owner = await _read_cookie_owner(req)
    if cookie is None or owner is None:
        raise MalformedRequest("subject_token is required, or a cookie of our page.")
    return cookie, owner


async def _read_cookie_owner(req: func.HttpRequest) -> AccountHolder | None:
    cookie = cookies.read_cookie(req, cookies.ACCESS)
    if cookie is None:
        return None
    holder = await wiring.service().bearer_authentication.identify_cookie(cookie)
    if req.method not in _SAFE_METHODS:
        require_same_origin(req)
        sent = cookies.read_csrf_token(req)
        expected = await wiring.service().csrf.token_of(holder.token.session_id or b"")
        cookies.require_csrf_token(sent, expected)
    return holder


async def _identify(req: func.HttpRequest, scheme: str, token: str) -> Principal:
    if not token or len(token) > LONGEST_TOKEN:
        raise TokenInvalid
    authentication, proof = wiring.service().bearer_authentication, read_proof(req)
    if scheme != DPOP:
        return await authentication.identify_bearer(token)
    if proof is None:
        raise DpopProofInvalid
    return await authentication.identify_proven(
        token, proof, method=req.method, path=read_path(req)
    )


async def require_principal(req: func.HttpRequest) -> Principal:
    principal = await read_principal(req)
    if principal is None:
        raise TokenInvalid if "authorization" in req.headers else TokenRequired
    return principal


async def require_holder(req: func.HttpRequest) -> AccountHolder:
    """The owner of an account, with a token for the whole account."""
    return require_account(await require_principal(req))
