"""A client has a person signed out, or the person comes by themselves.

A browser brings the request from another site, without our cookies. So it goes on, sealed, to our
page. The session ends at once if an ID token of that very session came along. Else the person is
asked: any site can send a browser here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.errors import RedirectUnverified
from shared.keys.current_keys import CurrentKeys
from shared.openid.authorization.parameters import Parameters
from shared.openid.clients.client import Client
from shared.openid.logout.request import (
    Asked,
    LogoutRequest,
    check_logout,
    open_logout,
    read_logout,
    seal_logout,
)
from shared.openid.request_lifetime import REQUEST_SECONDS
from shared.openid.tokens.subjects import session_name
from shared.openid_provider.client_registry import ClientFinder, find_or_refuse
from shared.recording.actors import user
from shared.relying_party.sessions.sessions import Sessions
from shared.sealed import RANDOM_BYTES, SealInvalid
from shared.sessions.access_token import AccessToken
from shared.sessions.token_settings import TokenSettings
from shared.storage.service_key import ServiceKey


class PostLogoutFinder(Protocol):
    async def with_post_logout_uri(self, uri: str) -> Sequence[Client]:
        """Raises StorageUnavailable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Farewell:
    """What our page shows."""

    signed_out: bool
    """Otherwise the person is asked."""
    request: LogoutRequest


class SigningOut:
    def __init__(
        self,
        *,
        clients: ClientFinder,
        registered: PostLogoutFinder,
        sessions: Sessions,
        settings: TokenSettings,
        service_key: ServiceKey,
        keys: CurrentKeys,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        self._clients = clients
        self._registered = registered
        self._sessions = sessions
        self._settings = settings
        self._service_key = service_key
        self._keys = keys
        self._clock = clock
        self._random = random

    async def begin(self, parameters: Parameters, *, address: str | None) -> str | None:
        """Return the sealed request for our page, or None if nothing was asked but to sign out.
        Raises RedirectUnverified."""
        keys = await self._keys.published_keys()
        asked = read_logout(parameters, issuer=self._settings.issuer, keys=keys)
        if asked.says_nothing:
            return None
        request = check_logout(asked, await self._find_clients(asked, address))
        return seal_logout(
            request,
            expires_at=int(self._clock().timestamp()) + REQUEST_SECONDS,
            random=self._random(RANDOM_BYTES),
            sealing_key=await self._keys.sealing_key(),
        )

    async def _find_clients(self, asked: Asked, address: str | None) -> Sequence[Client]:
        if asked.client_id is not None:
            return [await find_or_refuse(self._clients, asked.client_id, address=address)]
        if asked.return_to is None:
            return []
        return await self._registered.with_post_logout_uri(asked.return_to)

    async def go_on(
        self, sealed: str | None, *, confirmed: bool, token: AccessToken | None
    ) -> Farewell:
        """`token` is the one in the person's cookie. `confirmed` if the person said to sign out.
        Raises RedirectUnverified if the request is too old."""
        request = LogoutRequest() if sealed is None else await self._open(sealed)
        session_id = None if token is None else token.session_id
        if token is None or session_id is None:
            return Farewell(signed_out=True, request=request)
        handle = token.user_handle
        if confirmed or await self._is_hinted(request, session_id):
            await self._sessions.end(handle, session_id=session_id, by=user(handle))
            return Farewell(signed_out=True, request=request)
        is_over = await self._sessions.find(handle, session_id) is None
        return Farewell(signed_out=is_over, request=request)

    async def _open(self, sealed: str) -> LogoutRequest:
        try:
            return open_logout(
                sealed,
                now=int(self._clock().timestamp()),
                sealing_keys=await self._keys.sealing_keys(),
            )
        except SealInvalid as error:
            raise RedirectUnverified(
                "invalid_request", "This took too long. Begin again in the application."
            ) from error

    async def _is_hinted(self, request: LogoutRequest, session_id: bytes) -> bool:
        hint = request.hint
        if hint is None:
            return False
        key = await self._service_key.get()
        return hint.name == session_name(session_id, hint.client_id, service_key=key)
