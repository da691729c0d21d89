"""A client gives its tokens back (RFC 7009). What they rest on ends with them."""

from collections.abc import Callable
from datetime import datetime, timedelta

from shared.accounts.handles import locate_handle
from shared.errors import TokenInvalid
from shared.keys.current_keys import CurrentKeys
from shared.openid.clients.client import Client
from shared.openid.tokens.access_token import ClientAccessToken
from shared.openid.tokens.grant_reference import GrantReference, open_reference
from shared.openid.tokens.refresh_token import read_client_token
from shared.openid_provider.tokens.client_access import ClientAccess
from shared.openid_provider.tokens.live_grants import LiveGrants
from shared.recording.actors import user
from shared.relying_party.sessions.sessions import Sessions
from shared.sealed import SealInvalid
from shared.sessions.refresh_token import read_refresh_token
from shared.sessions.rotation import TokenStatus, classify_secret
from shared.storage.service_key import ServiceKey
from shared.storage.sessions import SessionStore


class ClientRevocation:
    def __init__(
        self,
        *,
        live_grants: LiveGrants,
        access: ClientAccess,
        sessions: Sessions,
        session_store: SessionStore,
        service_key: ServiceKey,
        keys: CurrentKeys,
        clock: Callable[[], datetime],
    ) -> None:
        self._live_grants = live_grants
        self._access = access
        self._sessions = sessions
        self._session_store = session_store
        self._service_key = service_key
        self._keys = keys
        self._clock = clock

    async def revoke(self, text: str, client: Client) -> None:
        """`client` has authenticated. Tokens of others, and what is no token, change nothing."""
        token = await self._live_grants.read(text)
        if token is None:
            await self._revoke_refresh_token(text, client)
        elif token.client_id == client.id:
            await self._revoke_access_token(token, client)

    async def _revoke_access_token(self, token: ClientAccessToken, client: Client) -> None:
        try:
            reference = open_reference(
                token.grant,
                now=int(self._clock().timestamp()),
                sealing_keys=await self._keys.sealing_keys(),
            )
        except SealInvalid:
            return
        handle = reference.user_handle
        if not await self._access.end(
            handle, reference.session_id, client.id, by=user(handle), use=reference.use, tell=False
        ):
            await self._end_own(reference, client)

    async def _end_own(self, reference: GrantReference, client: Client) -> None:
        locator = locate_handle(reference.user_handle)
        stored = await self._session_store.find(locator, reference.session_id)
        grant = None if stored is None else stored.session.grant
        if stored is not None and grant is not None and grant.client_id == client.id:
            await self._sessions.end_one(stored, by=user(reference.user_handle), tell=False)

    async def _revoke_refresh_token(self, text: str, client: Client) -> None:
        """It may end its session even if it was used before."""
        service_key = await self._service_key.get()
        try:
            inner = read_client_token(text, service_key=service_key)
            token = read_refresh_token(inner, service_key=service_key)
        except TokenInvalid:
            return
        stored = await self._session_store.find(token.locator, token.session_id)
        grant = None if stored is None else stored.session.grant
        if stored is None or grant is None or grant.client_id != client.id:
            return
        status = classify_secret(
            stored.session,
            token.secret,
            issue=token.issue,
            now=self._clock(),
            grace=timedelta(),
            service_key=service_key,
        )
        if status is not TokenStatus.FOREIGN:
            handle = stored.session.sign_in.user_handle
            await self._sessions.end_one(stored, by=user(handle), tell=False)
