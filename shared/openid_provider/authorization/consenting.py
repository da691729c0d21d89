"""Consent that a person gives to a client is kept, so that nobody is asked twice for the same."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from shared.accounts.handles import UserHandle, locate_handle
from shared.audit.event import Kind
from shared.openid.authorization.request import AuthorizationRequest
from shared.openid.clients.client import Client
from shared.openid.resources import audience_of
from shared.openid_provider.tokens.client_access import ClientAccess
from shared.recording.actors import user
from shared.recording.audit_recorder import AuditRecorder
from shared.relying_party.sessions.sessions import Sessions
from shared.sessions.client_use import has_client
from shared.sessions.token_settings import TokenSettings
from shared.storage.accounts.accounts import AccountStore
from shared.storage.openid.consents import Consent, ConsentStore, with_consent
from shared.storage.openid.standings import Standing


class Consenting:
    def __init__(
        self,
        *,
        consents: ConsentStore,
        accounts: AccountStore,
        sessions: Sessions,
        access: ClientAccess,
        settings: TokenSettings,
        recorder: AuditRecorder,
        clock: Callable[[], datetime],
    ) -> None:
        self._consents = consents
        self._accounts = accounts
        self._sessions = sessions
        self._access = access
        self._settings = settings
        self._recorder = recorder
        self._clock = clock

    async def keep(self, standing: Standing, request: AuthorizationRequest, client: Client) -> None:
        """Together with what was allowed before."""
        handle = standing.record.user_handle
        asked = audience_of(request.resources, client, scope=request.scope, settings=self._settings)
        consent = with_consent(
            standing.consent, client.id, scope=request.scope, resources=asked, at=self._clock()
        )
        facts = {
            "client": client.id,
            "scope": " ".join(sorted(request.scope)),
            "resources": " ".join(sorted(asked)),
        }
        attempt = self._recorder.attempt(
            Kind.CONSENT_GIVEN, actor=standing.record, target=standing.record, facts=dict(facts)
        )
        async with attempt:
            await attempt.announce(self._accounts.partition(locate_handle(handle)))
            await attempt.commit(partial(self._consents.put, handle, consent))

    async def _end_access(self, handle: UserHandle, client_id: str) -> None:
        for session in await self._sessions.of_account(handle):
            if session.grant is not None and session.grant.client_id == client_id:
                await self._sessions.end_one(session, by=user(handle))
            elif has_client(session.clients, client_id):
                await self._access.end(handle, session.id, client_id, by=user(handle))

    async def of_account(self, handle: UserHandle) -> list[Consent]:
        return await self._consents.of_account(handle)

    async def withdraw(self, handle: UserHandle, client_id: str) -> bool:
        """End all that the client has of the person, too. Return False if there was no consent."""
        await self._end_access(handle, client_id)
        attempt = self._recorder.attempt(
            Kind.CONSENT_WITHDRAWN, actor=handle, target=handle, facts={"client": client_id}
        )
        await attempt.announce(self._accounts.partition(locate_handle(handle)))
        removed = await attempt.try_commit(partial(self._consents.remove, handle, client_id))
        if not removed:
            await attempt.withdraw()
        return removed
