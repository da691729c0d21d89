"""Whether a token counts at this moment, and making it count no more."""

import asyncio
from contextlib import suppress

from shared.accounts.roles import Role
from shared.errors import NotPermitted, TokenElsewhere, TokenInvalid
from shared.principals import AccountHolder, Principal
from shared.recording.actors import user
from shared.relying_party.callers.authenticate import BearerAuthentication
from shared.relying_party.callers.callers import Caller, Callers
from shared.relying_party.sessions.refreshing import Refreshing
from shared.relying_party.sessions.sessions import Sessions
from shared.sessions.access_token import AccessToken, Scope

_ROLES = {Role.AUTHENTICATORS_ADMIN, Role.AUDIT_READ}


class Introspection:
    def __init__(
        self,
        *,
        bearer_authentication: BearerAuthentication,
        sessions: Sessions,
        refreshing: Refreshing,
        callers: Callers,
    ) -> None:
        self._callers = callers
        self._bearer_authentication = bearer_authentication
        self._sessions = sessions
        self._refreshing = refreshing

    async def introspect(self, text: str, *, by: Principal) -> AccessToken | None:
        """Return what an access token says, or None if it does not count (any more).

        For applications that identity providers vouch for, for administrators and auditors, and
        for everybody on their own tokens; else NotPermitted. Raises TokenInvalid if whoever asks
        no longer stands.
        """
        try:
            token = await self._bearer_authentication.read_own(text)
        except TokenInvalid:
            token = None
        caller, counts = await asyncio.gather(self._callers.confirm(by), self._counts(token))
        _require_permission(caller, token)
        return token if counts else None

    async def _counts(self, token: AccessToken | None) -> bool:
        if token is None:
            return False
        try:
            await self._callers.confirm(AccountHolder(token))
        except TokenInvalid:
            return False
        return True

    async def revoke(self, text: str) -> None:
        """End the session of a refresh or access token; an unknown one is left in peace.

        Raises TokenElsewhere for an access token that APIs are given: none of them may sign its
        user out.
        """
        try:
            token = await self._bearer_authentication.read_own(text)
        except TokenInvalid:
            with suppress(TokenInvalid):
                await self._refreshing.revoke(text)
            return
        if token.scope is Scope.API:
            raise TokenElsewhere
        if token.session_id is not None:
            by = user(token.user_handle)
            await self._sessions.end(token.user_handle, session_id=token.session_id, by=by)


def _require_permission(caller: Caller, token: AccessToken | None) -> None:
    by = caller.principal
    if not isinstance(by, AccountHolder) and by.is_application:
        return
    if caller.roles & _ROLES:
        return
    may = (
        isinstance(by, AccountHolder)
        and by.token.scope is Scope.ACCOUNT
        and (token is None or token.user_handle == by.handle)
    )
    if not may:
        raise NotPermitted
