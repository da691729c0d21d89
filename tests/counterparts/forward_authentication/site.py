"""A site behind one of the proxies, and what its application got."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.async_api import Cookie, expect

from tests.browser.visitor import Visitor
from tests.counterparts.forward_authentication.application import Application, Received
from tests.counterparts.forward_authentication.place import Place
from tests.counterparts.site import sign_in

COOKIE = "__Host-touchstone-web"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """They share the application. It sees in `Host` by which of them a request has come."""

    proxy: str
    place: Place
    application: Application

    @property
    def received(self) -> list[Received]:
        return self.application.received

    async def visit(self, visitor: Visitor, path: str) -> None:
        await visitor.page.goto(self.place.url + path)

    async def shows(self, visitor: Visitor, heading: str) -> None:
        await expect(visitor.page.get_by_role("heading", level=1)).to_have_text(heading)

    async def sign_in(self, visitor: Visitor, path: str = "/") -> None:
        visitor.expected_complaints.add("status of 401 ")
        await self.visit(visitor, path)
        await sign_in(visitor)
        await self.shows(visitor, f"GET {urlsplit(path).path}")

    async def cookie(self, visitor: Visitor) -> Cookie:
        """That of the session."""
        found = await visitor.page.context.cookies(self.place.url)
        (cookie,) = [each for each in found if each["name"] == COOKIE]
        return cookie

    async def header(self, visitor: Visitor) -> str:
        """The same, as a header."""
        return f"{COOKIE}={(await self.cookie(visitor))['value']}"
