"""An identity provider that signs any claims and publishes its keys over TLS.

What it answers can be made to lie, to fail or to hang; what it signs is up to the test.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from tests.cut_answer import CutAnswer
from tests.fakes.tls import LOCALHOST, Tls

WELL_KNOWN = "/.well-known/openid-configuration"


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """Always the same for the same name, as making one takes long."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True, slots=True)
class Signer:
    """A signing key under its key ID."""

    key_id: str

    @property
    def private_key(self) -> rsa.RSAPrivateKey:
        return rsa_key(self.key_id)

    def jwk(self, **members: object) -> dict[str, Any]:
        public = RSAAlgorithm.to_jwk(self.private_key.public_key(), as_dict=True)
        return {"kty": "RSA", "n": public["n"], "e": public["e"], "kid": self.key_id} | {
            "use": "sig",
            **members,
        }

    def sign(
        self,
        claims: Mapping[str, Any],
        *,
        algorithm: str = "RS256",
        header: Mapping[str, object] | None = None,
    ) -> str:
        return jwt.encode(
            dict(claims),
            self.private_key,
            algorithm=algorithm,
            headers={"kid": self.key_id, **(header or {})},
        )


@dataclass(kw_only=True)
class Behaviour:
    """How the provider answers; every default is honest."""

    issuer: str | None = None
    """In the discovery document, in place of its own."""
    jwks_uri: str | None = None
    status: int = 200
    redirect: bool = False
    padding: int = 0
    """So many bytes more in each document."""
    raw: bytes | None = None
    cut: int | None = None
    """So many bytes of an answer arrive."""
    held: asyncio.Event | None = None
    """Nothing is answered before it is set."""


@dataclass(kw_only=True)
class IdentityProvider:
    tls: Tls
    path: str
    """Of its issuer, such as "/oauth2/default" or "/{tenantid}/v2.0"."""
    signers: list[Signer] = field(default_factory=lambda: [Signer("first")])
    key_members: Mapping[str, object] = field(default_factory=dict)
    behaviour: Behaviour = field(default_factory=Behaviour)
    requests: list[str] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by the first request."""

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(
            application, access_log=None, handler_cancellation=True, shutdown_timeout=0
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, LOCALHOST, 0, ssl_context=self.tls.server_context())
        await site.start()
        self.base = f"https://{LOCALHOST}:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._runner.cleanup()

    @property
    def issuer(self) -> str:
        return self.base + self.path

    @property
    def key_requests(self) -> int:
        return self.requests.count("/keys")

    def rotate(self, key_id: str) -> Signer:
        """Sign with a new key from now on, and forget the old ones."""
        self.signers = [Signer(key_id)]
        return self.signers[0]

    def sign(self, claims: Mapping[str, Any], **header: object) -> str:
        return self.signers[0].sign(claims, header=header)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request.path)
        self.asked.set()
        behaviour = self.behaviour
        if behaviour.held is not None:
            await behaviour.held.wait()
        if behaviour.redirect:
            return web.Response(status=302, headers={"Location": f"{self.base}/elsewhere"})
        documents: dict[str, Callable[[], dict[str, Any]]] = {
            self.path.replace("{tenantid}", "common").rstrip("/") + WELL_KNOWN: self._discovery,
            "/keys": self._keys,
        }
        if request.path not in documents:
            return web.Response(status=404)
        document = documents[request.path]() | {"padding": " " * behaviour.padding}
        body = behaviour.raw if behaviour.raw is not None else json.dumps(document).encode()
        answer = web.Response(status=behaviour.status, body=body, content_type="application/json")
        if behaviour.cut is not None:
            return CutAnswer(answer, behaviour.cut, announced=len(body))
        return answer

    def _discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.behaviour.issuer or self.issuer,
            "jwks_uri": self.behaviour.jwks_uri or f"{self.base}/keys",
        }

    def _keys(self) -> dict[str, Any]:
        return {"keys": [signer.jwk(**self.key_members) for signer in self.signers]}
