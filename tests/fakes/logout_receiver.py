"""The back-channel logout endpoint of a client that checks all that it has to (OpenID Connect
Back-Channel Logout 1.0 section 2.6), over TLS."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
from aiohttp import web

from shared.keys.signing_key import SigningKey
from tests.fakes.receiver import Receiver

EVENT = "http://schemas.openid.net/event/backchannel-logout"
PATH = "/backchannel-logout"


class Refused(Exception):
    pass


@dataclass(kw_only=True)
class LogoutReceiver(Receiver):
    issuer: str
    client_id: str
    keys: Callable[[], list[SigningKey]]
    """What the provider publishes."""
    now: Callable[[], float]
    told: list[Mapping[str, Any]] = field(default_factory=list)
    """The claims of each token that was accepted."""
    refused: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def address(self, name: str) -> str:
        return f"https://{name}:{self.port}{PATH}"

    async def _take(self, request: web.Request) -> web.Response:
        try:
            self.told.append(self.accept(await self._read(request)))
        except Refused as error:
            self.refused.append(str(error))
            return web.json_response({"error": "invalid_request"}, status=400)
        return web.Response(headers={"Cache-Control": "no-store"})

    async def _read(self, request: web.Request) -> str:
        if (request.method, request.path) != ("POST", PATH):
            raise Refused("method or path")
        if request.content_type != "application/x-www-form-urlencoded":
            raise Refused("media type")
        form = await request.post()
        if set(form) != {"logout_token"}:
            raise Refused("parameters")
        return str(form["logout_token"])

    def accept(self, token: str) -> Mapping[str, Any]:
        """The claims. Raise Refused."""
        header = jwt.get_unverified_header(token)
        if header.get("typ") != "logout+jwt" or header.get("alg") != "RS256":
            raise Refused("header")
        key = next((each for each in self.keys() if each.key_id == header.get("kid")), None)
        if key is None:
            raise Refused("key")
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key.public_key,
                algorithms=["RS256"],
                audience=self.client_id,
                issuer=self.issuer,
                options={
                    "require": ["iss", "aud", "iat", "exp", "jti"],
                    "verify_exp": False,
                    "verify_iat": False,
                },
            )
        except jwt.PyJWTError as error:
            raise Refused(type(error).__name__) from error
        self._check(claims)
        return claims

    def _check(self, claims: Mapping[str, Any]) -> None:
        if claims["aud"] != self.client_id:
            raise Refused("audience")
        if not claims["iat"] <= self.now() < claims["exp"] <= claims["iat"] + 120:
            raise Refused("time")
        if "nonce" in claims:
            raise Refused("nonce")
        if not isinstance(claims.get("events", {}).get(EVENT), dict):
            raise Refused("events")
        if not ("sub" in claims or "sid" in claims):
            raise Refused("neither sub nor sid")
        if claims["jti"] in self.seen:
            raise Refused("jti")
        self.seen.add(claims["jti"])
