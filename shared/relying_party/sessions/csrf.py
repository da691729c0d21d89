"""Tokens by which our page shows that it sent a request, and no other site did."""

import hmac

from shared import base64url
from shared.storage.service_key import ServiceKey


class CsrfTokens:
    def __init__(self, service_key: ServiceKey) -> None:
        self._service_key = service_key

    async def token_of(self, session_id: bytes) -> str:
        """Bound to the session: it lasts as long, and no other session's is accepted."""
        key = await self._service_key.get()
        return base64url.encode(hmac.digest(key, b"csrf\0" + session_id, "sha256"))
