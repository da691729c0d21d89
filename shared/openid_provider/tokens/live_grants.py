"""Whether an access token of a client counts at this moment: it is signed by us and not over, and
what it rests on still stands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.keys.current_keys import CurrentKeys
from shared.openid.clients.client import Client
from shared.openid.tokens.access_token import ClientAccessToken, read_access_token
from shared.openid.tokens.grant_reference import open_reference
from shared.openid.tokens.signed import NotOurs
from shared.openid_provider.client_registry import ClientFinder
from shared.sealed import SealInvalid
from shared.sessions.client_use import use_of
from shared.sessions.session import Session
from shared.sessions.token_settings import TokenSettings
from shared.storage.openid.standings import Standing, StandingReader


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveGrant:
    token: ClientAccessToken
    standing: Standing


class LiveGrants:
    def __init__(
        self,
        *,
        clients: ClientFinder,
        standings: StandingReader,
        settings: TokenSettings,
        keys: CurrentKeys,
        clock: Callable[[], datetime],
    ) -> None:
        self._clients = clients
        self._standings = standings
        self._settings = settings
        self._keys = keys
        self._clock = clock

    async def read(self, text: str, *, audience: str | None = None) -> ClientAccessToken | None:
        """A token of ours that is not over. What it rests on is not asked. An `audience` of None is
        any."""
        return await self._read(text, audience, now=int(self._clock().timestamp()))

    async def _read(self, text: str, audience: str | None, *, now: int) -> ClientAccessToken | None:
        try:
            return read_access_token(
                text,
                audience=audience,
                issuer=self._settings.issuer,
                keys=await self._keys.published_keys(),
                now=now,
            )
        except NotOurs:
            return None

    async def client_of(self, text: str, *, audience: str) -> Client | None:
        """The client that was given a token of ours, whether or not that counts."""
        token = await self._read(text, audience, now=0)
        return None if token is None else await self._clients.find(token.client_id, address=None)

    async def find(self, token: ClientAccessToken) -> LiveGrant | None:
        """One query."""
        client = await self._clients.find(token.client_id, address=None)
        if client is None:
            return None
        now = self._clock()
        try:
            reference = open_reference(
                token.grant,
                now=int(now.timestamp()),
                sealing_keys=await self._keys.sealing_keys(),
            )
        except SealInvalid:
            return None
        standing = await self._standings.find(
            reference.user_handle,
            reference.session_id,
            credential_hash=reference.credential_hash,
            client_id=token.client_id,
            now=now,
        )
        if standing is None or not holds(standing.stored.session, token.client_id, reference.use):
            return None
        return LiveGrant(token=token, standing=standing)


def holds(session: Session, client_id: str, use: int) -> bool:
    """Whether the client still has what it was granted with the session. What was ended stays so,
    even if the person signs in to the client again."""
    if session.grant is not None:
        return session.grant.client_id == client_id
    found = use_of(session.clients, client_id)
    return found is not None and found.number == use
