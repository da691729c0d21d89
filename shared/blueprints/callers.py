"""Who sends a request: the bearer of a token, or the owner of a cookie."""

import azure.functions as func

from shared import wiring
from shared.blueprints import cookies
from shared.blueprints.requests import read_bearer
from shared.errors import TokenRequired
from shared.relying_party.principals import AccountHolder, Principal, require_account

_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


async def read_principal(req: func.HttpRequest) -> Principal | None:
    """Return None if the request says nothing of who sends it.

    Raises TokenInvalid, ProviderUnavailable; NotPermitted for a cookie without its CSRF token.
    """
    bearer = read_bearer(req)
    if bearer is not None:
        return await wiring.service().entry.identify(bearer)
    cookie = cookies.read_cookie(req, cookies.ACCESS)
    if cookie is None:
        return None
    holder = AccountHolder(await wiring.service().entry.read_own(cookie))
    if req.method not in _SAFE_METHODS:
        await cookies.require_csrf_token(req, holder.token.session_id or b"")
    return holder


async def require_principal(req: func.HttpRequest) -> Principal:
    principal = await read_principal(req)
    if principal is None:
        raise TokenRequired
    return principal


async def require_holder(req: func.HttpRequest) -> AccountHolder:
    """The owner of an account, with a token for all of it."""
    return require_account(await require_principal(req))
