"""Whether a token counts at this moment, and making it count no more."""

import asyncio
from contextlib import suppress

from shared.accounts.handles import locate_handle
from shared.accounts.roles import Role
from shared.errors import NotPermitted, TokenInvalid
from shared.relying_party.authority import authority_holds, authority_of
from shared.relying_party.entry import Entry
from shared.relying_party.people import user
from shared.relying_party.principals import AccountHolder, Principal
from shared.relying_party.refreshing import Refreshing
from shared.relying_party.resources import Resources
from shared.relying_party.sessions import Sessions
from shared.tokens.access_token import AccessToken, Scope

_ROLES = {Role.AUTHENTICATORS_ADMIN, Role.AUDIT_READ}


class Introspection:
    def __init__(
        self, resources: Resources, *, entry: Entry, sessions: Sessions, refreshing: Refreshing
    ) -> None:
        self._resources = resources
        self._entry = entry
        self._sessions = sessions
        self._refreshing = refreshing

    async def introspect(self, text: str, *, by: Principal) -> AccessToken | None:
        """Return what an access token says, or None if it does not count (any more).

        For applications that identity providers vouch for, for administrators and auditors, and
        for everybody on their own tokens; else NotPermitted.
        """
        try:
            token = await self._entry.read_own(text)
        except TokenInvalid:
            token = None
        _require_permission(by, token)
        if token is None or not await self._counts(token):
            return None
        return token

    async def _counts(self, token: AccessToken) -> bool:
        resources, handle = self._resources, token.user_handle
        holds, usable = await asyncio.gather(
            authority_holds(resources, handle, authority_of(token)),
            self._has_usable_credential(token),
        )
        return holds and usable

    async def _has_usable_credential(self, token: AccessToken) -> bool:
        if token.credential_hash is None:  # an access pass was redeemed: there is none yet
            return True
        owner = await self._resources.accounts.find_credential_by_hash(
            locate_handle(token.user_handle), token.credential_hash
        )
        return owner is not None and owner.record.usable

    async def revoke(self, text: str) -> None:
        """End the session of a refresh or access token; an unknown one is left in peace."""
        try:
            token = await self._entry.read_own(text)
        except TokenInvalid:
            with suppress(TokenInvalid):
                await self._refreshing.revoke(text)
            return
        if token.session_id is not None:
            by = user(token.user_handle)
            await self._sessions.end(token.user_handle, session_id=token.session_id, by=by)


def _require_permission(by: Principal, token: AccessToken | None) -> None:
    if not isinstance(by, AccountHolder) and by.is_application:
        return
    if by.roles & _ROLES:
        return
    may = (
        isinstance(by, AccountHolder)
        and by.token.scope is Scope.ACCOUNT
        and (token is None or token.user_handle == by.handle)
    )
    if not may:
        raise NotPermitted
