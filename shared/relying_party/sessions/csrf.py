"""Tokens that prove that our page sent a request, and not another site."""

import hmac

from shared import base64url
from shared.storage.service_key import ServiceKey


class CsrfTokens:
    def __init__(self, service_key: ServiceKey) -> None:
        self._service_key = service_key

    async def token_of(self, session_id: bytes) -> str:
        """The token is bound to the session: it lasts as long, and fits no other session."""
        key = await self._service_key.get()
        return base64url.encode(hmac.digest(key, b"csrf\0" + session_id, "sha256"))
