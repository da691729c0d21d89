"""A browser with a page of ours in it: keeps cookies, and says what browsers say of a page."""

from collections.abc import Mapping
from http.cookies import Morsel, SimpleCookie

from tests.api import Api, Reply
from tests.authenticator import SoftAuthenticator

ACCESS, REFRESH = "__Host-touchstone-access", "__Host-touchstone-refresh"


class Page:
    def __init__(self, api: Api, key: SoftAuthenticator) -> None:
        self.api, self.key = api, key
        self.cookies: dict[str, Morsel[str]] = {}
        self.csrf = ""

    async def sign_in(self) -> Reply:
        assertion = self.key.get(await self.api.begin_authentication())
        body = {"credential": assertion, "cookies": True}
        return self._keep(await self.api.post("/authenticate/finish", body))

    async def send(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        jar = "; ".join(f"{name}={morsel.value}" for name, morsel in self.cookies.items())
        sent = {"Cookie": jar, **(headers or {})}
        return self._keep(await self.api.send(method, path, json=json, data=data, headers=sent))

    def own(self, **changed: str | None) -> dict[str, str]:
        """The headers of a request from our own page; None leaves one out."""
        headers = {
            "Origin": self.api.url,
            "Sec-Fetch-Site": "same-origin",
            "X-CSRF-Token": self.csrf,
        }
        names = {name.replace("_", "-"): value for name, value in changed.items()}
        return {name: value for name, value in (headers | names).items() if value is not None}

    def _keep(self, reply: Reply) -> Reply:
        for line in reply.set_cookies:
            self.cookies |= SimpleCookie(line)
        self.cookies = {name: each for name, each in self.cookies.items() if each["max-age"] != "0"}
        if "csrfToken" in (reply.json if reply.raw else {}):
            self.csrf = reply.json["csrfToken"]
        return reply
