"""Who sends a request: the holder of a token, or the owner of a cookie."""

import azure.functions as func

from shared import wiring
from shared.blueprints import cookies
from shared.blueprints.dpop import read_path, read_proof
from shared.blueprints.requests import DPOP, read_authorization
from shared.errors import DpopProofInvalid, TokenInvalid, TokenRequired
from shared.relying_party.principals import AccountHolder, Principal, require_account

_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


async def read_principal(req: func.HttpRequest) -> Principal | None:
    """Return None if the request says nothing of who sends it.

    Raises TokenInvalid, DpopProofInvalid, ProviderUnavailable; CsrfRefused for a cookie without
    its CSRF token.
    """
    principal = await read_authorized(req)
    if principal is not None:
        return principal
    cookie = cookies.read_cookie(req, cookies.ACCESS)
    if cookie is None:
        return None
    holder = await wiring.service().entry.identify_cookie(cookie)
    if req.method not in _SAFE_METHODS:
        await cookies.require_csrf_token(req, holder.token.session_id or b"")
    return holder


async def read_authorized(req: func.HttpRequest) -> Principal | None:
    """Without the cookies, which a browser sends along whoever is meant."""
    authorization = read_authorization(req)
    return None if authorization is None else await _identify(req, *authorization)


async def _identify(req: func.HttpRequest, scheme: str, token: str) -> Principal:
    entry, proof = wiring.service().entry, read_proof(req)
    if scheme != DPOP:
        return await entry.identify_bearer(token)
    if proof is None:
        raise DpopProofInvalid
    return await entry.identify_proven(token, proof, method=req.method, path=read_path(req))


async def require_principal(req: func.HttpRequest) -> Principal:
    principal = await read_principal(req)
    if principal is None:
        raise TokenInvalid if "authorization" in req.headers else TokenRequired
    return principal


async def require_holder(req: func.HttpRequest) -> AccountHolder:
    """The owner of an account, with a token for all of it."""
    return require_account(await require_principal(req))
