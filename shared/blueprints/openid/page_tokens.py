"""Whose browser shows our page."""

import azure.functions as func

from shared.errors import NotPermitted
from shared.handling.callers import read_principal_or_stranger
from shared.principals import AccountHolder
from shared.sessions.access_token import AccessToken, Scope


async def read_page_token(req: func.HttpRequest) -> AccessToken | None:
    """The token of the cookie: an application must not decide in the place of a person."""
    principal = await read_principal_or_stranger(req)
    if principal is None:
        return None
    if not isinstance(principal, AccountHolder) or principal.token.scope is not Scope.ACCOUNT:
        raise NotPermitted
    if principal.token.thumbprint is not None:
        raise NotPermitted
    return principal.token
