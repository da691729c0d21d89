"""A site that a counterpart guards: where it is, and the application behind it."""

from dataclasses import dataclass, field

from playwright.async_api import expect

from tests.api import new_username
from tests.browser.visitor import Visitor
from tests.counterparts.application import Application
from tests.counterparts.ports import free_port
from tests.counterparts.service import APPLICATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    application: Application
    port: int = field(default_factory=free_port)
    allowed: str = field(default_factory=new_username)
    """Who may see /reports."""

    @property
    def url(self) -> str:
        return f"https://{APPLICATION}:{self.port}"

    def paths(self) -> list[str]:
        """Those that the application was asked for."""
        return [path for path, _ in self.application.requests if path != "/favicon.ico"]

    async def visit(self, visitor: Visitor, path: str) -> None:
        await visitor.page.goto(self.url + path)

    async def shows(self, visitor: Visitor, heading: str) -> None:
        await expect(visitor.page.get_by_role("heading", level=1)).to_have_text(heading)


async def sign_in(visitor: Visitor) -> None:
    await visitor.button("Sign in with a passkey").click()
