"""A client of the HTTP API that checks each answer against the API description."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Self
from urllib.parse import urlencode

import aiohttp
from multidict import CIMultiDictProxy

from tests.api_description import ApiDescription
from tests.authenticator import SoftAuthenticator
from tests.dpop import ClientKey, is_bound

type Json = dict[str, Any]


_BINARY = ("application/pkix-crl",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int
    headers: CIMultiDictProxy[str]
    raw: bytes

    @property
    def json(self) -> Json:
        body = json.loads(self.raw)
        assert isinstance(body, dict)
        return body

    @property
    def body(self) -> object:
        """The JSON value, if the media type is JSON; else the text. Of bytes that are
        no text each is one character, as the description knows no bytes.
        """
        media_type = self.headers.get("Content-Type", "")
        if "json" in media_type and self.raw:
            return json.loads(self.raw)
        return self.raw.decode("latin-1" if media_type in _BINARY else "utf-8")

    @property
    def set_cookies(self) -> list[str]:
        return self.headers.getall("Set-Cookie", [])

    @property
    def problem(self) -> str:
        """The slug at the end of the problem's type."""
        assert self.headers["Content-Type"] == "application/problem+json"
        slug: str = self.json["type"].rpartition("#")[2]
        return slug


def new_username() -> str:
    """Tests share one store, so each takes a name of its own."""
    return f"user-{secrets.token_hex(8)}"


CLIENT_KEY = ClientKey()
"""One for all, so that a token of one host is good at the others of its deployment."""


class Api:
    """An application with a key of its own. It asks for tokens that are bound to the key, and with
    these it manages the accounts of the users who sign in."""

    def __init__(self, url: str) -> None:
        self.url, self.key = url, CLIENT_KEY

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        async with self._session.get(f"{self.url}/openapi.json") as response:
            self.description = ApiDescription(await response.json())
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._session.close()

    async def send(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        token: str | None = None,
    ) -> Reply:
        sent = dict(headers or {})
        if token is not None and is_bound(token):
            sent |= {"Authorization": f"DPoP {token}", **self.proof(method, path, token=token)}
        elif token is not None:
            sent["Authorization"] = f"Bearer {token}"
        body = None if data is None else BytesIO(data)  # aiohttp warns of many bytes in one piece
        async with self._session.request(
            method, self.url + path, json=json, data=body, headers=sent, allow_redirects=False
        ) as response:
            reply = Reply(
                status=response.status, headers=response.headers, raw=await response.read()
            )
        self.description.check(
            method, path, status=reply.status, headers=reply.headers, body=reply.body
        )
        return reply

    def proof(self, method: str, path: str, *, token: str | None = None) -> dict[str, str]:
        """The header with a proof for that request."""
        address = self.issuer + path.partition("?")[0]
        return {"DPoP": self.key.prove(method, address, token=token)}

    @property
    def issuer(self) -> str:
        """By what name clients know the host, wherever it is."""
        return str(self.description.document["servers"][0]["url"])

    async def post(self, path: str, body: object, *, token: str | None = None) -> Reply:
        return await self.send("POST", path, json=body, token=token)

    async def get(self, path: str, *, token: str | None = None) -> Reply:
        return await self.send("GET", path, token=token)

    async def begin_registration(
        self, username: str, *, token: str | None = None, **members: object
    ) -> Json:
        """The options under `publicKey`."""
        reply = await self.post("/register/begin", {"username": username, **members}, token=token)
        assert reply.status == 200, reply.raw
        options: Json = reply.json["publicKey"]
        return options

    async def begin_authentication(self, username: str | None = None) -> Json:
        reply = await self.post("/authenticate/begin", {"username": username} if username else {})
        assert reply.status == 200, reply.raw
        options: Json = reply.json["publicKey"]
        return options

    async def finish_registration(self, credential: object, **members: object) -> Reply:
        return await self.post("/register/finish", {"credential": credential, **members})

    async def finish_authentication(self, credential: object, *, scope: str = "account") -> Reply:
        """With tokens that are bound to the client's key."""
        path = "/authenticate/finish"
        body = {"credential": credential, "scope": scope}
        return await self.send("POST", path, json=body, headers=self.proof("POST", path))

    async def refresh(self, refresh_token: str, *, scope: str = "account") -> Reply:
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token, "scope": scope}
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            **self.proof("POST", "/token"),
        }
        return await self.send("POST", "/token", data=urlencode(form).encode(), headers=headers)

    async def register(
        self, authenticator: SoftAuthenticator, username: str, *, token: str | None = None
    ) -> Json:
        """A whole honest registration; the credential's view."""
        options = await self.begin_registration(username, token=token)
        reply = await self.finish_registration(authenticator.create(options))
        assert reply.status == 201, reply.raw
        return reply.json

    async def sign_in(self, authenticator: SoftAuthenticator, username: str | None = None) -> Json:
        """A whole honest sign-in; what /authenticate/finish answers."""
        options = await self.begin_authentication(username)
        reply = await self.finish_authentication(authenticator.get(options))
        assert reply.status == 200, reply.raw
        return reply.json
