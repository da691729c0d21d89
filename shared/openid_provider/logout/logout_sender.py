"""Sends logout tokens to clients (OpenID Connect Back-Channel Logout 1.0 section 2.5)."""

from collections.abc import Callable
from datetime import datetime

from shared import base64url
from shared.errors import ProviderUnavailable
from shared.fetching.public_https import PublicHttps
from shared.keys.current_keys import CurrentKeys
from shared.openid.clients.client import Client
from shared.openid.logout.logout_token import LogoutToken, sign_logout_token
from shared.openid.tokens.subjects import session_name, subject_of
from shared.sessions.logout_notice import LogoutNotice
from shared.sessions.token_settings import TokenSettings
from shared.storage.service_key import ServiceKey

_TOKEN_ID_BYTES = 16
_DONE = (200, 204)
"""Frameworks answer 204 where nothing is to be said (section 2.8)."""


class LogoutSender:
    def __init__(
        self,
        *,
        https: Callable[[], PublicHttps],
        settings: TokenSettings,
        service_key: ServiceKey,
        keys: CurrentKeys,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        """`https` is called when something is to be sent, as it loads libraries."""
        self._https = https
        self._settings = settings
        self._service_key = service_key
        self._keys = keys
        self._clock = clock
        self._random = random

    async def send(self, notice: LogoutNotice, client: Client, uri: str) -> None:
        """Raises ProviderUnavailable unless the client has done it, KeysUnavailable.

        Each token has an ID of its own: a client may refuse one that it has seen, though its
        answer was lost.
        """
        key = await self._service_key.get()
        token = LogoutToken(
            client_id=client.id,
            subject=subject_of(notice.user_handle, client, service_key=key),
            session=session_name(notice.known_as, client.id, service_key=key),
            id=base64url.encode(self._random(_TOKEN_ID_BYTES)),
            issued_at=int(self._clock().timestamp()),
        )
        signed = sign_logout_token(
            token, issuer=self._settings.issuer, key=await self._keys.signing_key()
        )
        answer = await self._https().post(uri, {"logout_token": signed})
        if answer.status not in _DONE:
            raise ProviderUnavailable(f"status {answer.status}")
