"""Whether a token is accepted at this moment (RFC 7662)."""

import asyncio

from shared.accounts.roles import Role
from shared.errors import NotPermitted, TokenInvalid
from shared.principals import AccountHolder, Principal
from shared.relying_party.callers.authenticate import BearerAuthentication
from shared.relying_party.callers.callers import Caller, Callers
from shared.sessions.access_token import AccessToken, Scope

_ROLES = {Role.AUTHENTICATORS_ADMIN, Role.AUDIT_READ}


class Introspection:
    def __init__(
        self,
        *,
        bearer_authentication: BearerAuthentication,
        callers: Callers,
    ) -> None:
        self._callers = callers
        self._bearer_authentication = bearer_authentication

    async def introspect(self, text: str, *, by: Principal) -> AccessToken | None:
        """Return the content of an access token, or None if it is not accepted.

        Allowed to applications of identity providers, to administrators and auditors, and to
        everybody for their own tokens. Raises NotPermitted, and TokenInvalid if the caller's own
        token is not accepted any more.
        """
        try:
            token = await self._bearer_authentication.read_own(text)
        except TokenInvalid:
            token = None
        caller, is_active = await asyncio.gather(self._callers.confirm(by), self._is_active(token))
        _require_permission(caller, token)
        return token if is_active else None

    async def may_ask_about_all(self, by: Principal) -> bool:
        """Whether somebody who is not asked for their own token gets an answer. Raises
        TokenInvalid."""
        return _is_for_all(await self._callers.confirm(by))

    async def _is_active(self, token: AccessToken | None) -> bool:
        if token is None:
            return False
        try:
            await self._callers.confirm(AccountHolder(token))
        except TokenInvalid:
            return False
        return True


def _is_for_all(caller: Caller) -> bool:
    by = caller.principal
    is_application = not isinstance(by, AccountHolder) and by.is_application
    return is_application or bool(caller.roles & _ROLES)


def _require_permission(caller: Caller, token: AccessToken | None) -> None:
    by = caller.principal
    if _is_for_all(caller):
        return
    may = (
        isinstance(by, AccountHolder)
        and by.token.scope is Scope.ACCOUNT
        and (token is None or token.user_handle == by.handle)
    )
    if not may:
        raise NotPermitted
