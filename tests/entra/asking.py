"""Requests for tokens of the fake Entra, with a clock that no test waits for."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from shared.access.exchange.assertion import Assertion, sign_assertion
from shared.entra.entra_tokens import EntraToken, EntraTokens, Wanted
from shared.fetching.https import Https
from shared.keys.signing_key import SigningKey
from tests.fakes.entra import TENANT
from tests.fakes.entra_tokens import EntraTokens as FakeEntra
from tests.fakes.tls import Tls
from tests.harness.service_harness import Clock

ISSUER = "https://touchstone.example"
CLIENT_ID = "600b719b-3766-4dc5-95a6-3c4a8dc31885"
AGENT = "951ddb04-b16d-45f3-bbf7-b0fa18fa7aee"
CORRELATION_ID = "72826bb4-abb7-4221-b253-100f530b4b0a"
SCOPE = "https://database.windows.net/.default"
SQL = "https://database.windows.net"
SUBJECT = "profile:reporting"

type Json = dict[str, Any]


def issuer_documents(*keys: SigningKey, issuer: str = ISSUER) -> Callable[[str], Awaitable[Json]]:
    """What Entra finds at our addresses."""
    documents: Mapping[str, Json] = {
        f"{issuer}/.well-known/openid-configuration": {
            "issuer": issuer,
            "jwks_uri": f"{issuer}/jwks",
        },
        f"{issuer}/jwks": {"keys": [key.public_jwk() for key in keys]},
    }

    async def fetch(url: str) -> Json:
        return documents[url]

    return fetch


class Asking:
    def __init__(self, entra: FakeEntra, tls: Tls, key: SigningKey) -> None:
        self.clock = Clock()
        self.waits: list[float] = []
        self.key = key
        self.now = int(self.clock().timestamp())
        self.assertion = Assertion(
            subject=SUBJECT, id="the-id", issued_at=self.now, expires_at=self.now + 300
        )
        self.wanted = Wanted(tenant=TENANT, client_id=CLIENT_ID, agent=None, scope=SCOPE)
        self._entra, self._tls = entra, tls
        self.tokens = self.adapter()

    def adapter(
        self, *, seconds: float = 20, answer_seconds: float = 5, at_once: int = 8
    ) -> EntraTokens:
        return EntraTokens(
            authority=self._entra.authority,
            https=Https(tls=self._tls.client_context(), seconds=answer_seconds),
            clock=self.clock,
            sleep=self._sleep,
            seconds=seconds,
            at_once=at_once,
        )

    async def ask(
        self,
        *,
        tokens: EntraTokens | None = None,
        wanted: Wanted | None = None,
        assertion: Assertion | None = None,
        issuer: str = ISSUER,
        key: SigningKey | None = None,
    ) -> EntraToken:
        def sign(attempt: int) -> str:
            made = assertion or self.assertion
            made = replace(made, id=f"{made.id}.{attempt}")
            return sign_assertion(made, issuer=issuer, key=key or self.key)

        return await (tokens or self.tokens).obtain(
            wanted or self.wanted, sign, correlation_id=CORRELATION_ID
        )

    def named(self, name: str) -> Assertion:
        return replace(self.assertion, id=name)

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        await asyncio.sleep(0)
