"""The caller's own applications, with an access token that is still accepted."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from shared.accounts.handles import UserHandle
from shared.openid.clients.client import Client
from shared.openid_provider.applications.application import Application, find_applications
from shared.openid_provider.applications.ending import AccessEnding
from shared.principals import AccountHolder
from shared.recording.actors import bearer
from shared.relying_party.callers.callers import Callers
from shared.relying_party.sessions.sessions import Sessions
from shared.storage.openid.consents import ConsentStore
from shared.storage.tables.gather_limited import gather_limited

type FindRegistered = Callable[[str], Awaitable[Client | None]]


class OwnApplications:
    def __init__(
        self,
        *,
        find_registered: FindRegistered,
        consents: ConsentStore,
        sessions: Sessions,
        ending: AccessEnding,
        callers: Callers,
    ) -> None:
        """`find_registered` finds no client that a document describes: to read the list must not
        cause requests to others."""
        self._find_registered = find_registered
        self._consents = consents
        self._sessions = sessions
        self._ending = ending
        self._callers = callers

    async def end(self, holder: AccountHolder, application_id: bytes) -> bool:
        """Return False if there is no such application. Raises TokenInvalid."""
        found, _ = await asyncio.gather(
            self._of_account(holder.handle), self._callers.confirm(holder)
        )
        for application in found:
            if application.id == application_id:
                await self._ending.end(holder.handle, application, by=bearer(holder))
                return True
        return False

    async def all(self, holder: AccountHolder) -> list[Application]:
        """Sorted by client ID. Raises TokenInvalid."""
        found, _ = await asyncio.gather(
            self._of_account(holder.handle), self._callers.confirm(holder)
        )
        return await gather_limited(self._with_client, found)

    async def _with_client(self, application: Application) -> Application:
        client = await self._find_registered(application.client_id)
        return replace(application, client=client)

    async def _of_account(self, handle: UserHandle) -> list[Application]:
        sessions, consents = await asyncio.gather(
            self._sessions.of_account(handle), self._consents.of_account(handle)
        )
        return find_applications(sessions, consents)
