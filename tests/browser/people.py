"""Three people who stay for all tests, each with a browser of their own: one asks, and two others
may approve."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, ViewportSize, expect

from tests.browser.chromium import visiting
from tests.browser.member import arrive_signed_in
from tests.browser.visitor import Visitor
from tests.fakes.access_profiles import ASKER, FIRST, SECOND

USUAL = ViewportSize(width=1280, height=720)
PAYMENT = {"type": "custom", "amount": 120, "currency": "EUR", "payee": "Printer & Sons"}


@dataclass(kw_only=True)
class Person:
    name: str
    visitor: Visitor

    async def ask(self, profile: str, details: object = None, *, reason: str) -> str:
        """The address of the page for it. It is asked for without a page."""
        requests, url = self.visitor.page.context.request, self.visitor.url
        wanted = {"profile": profile, "reason": reason, "authorization_details": details}
        me = await (await requests.get(f"{url}/me")).json()
        answer = await requests.post(
            f"{url}/approvals",
            headers={"Origin": url, "X-CSRF-Token": me["csrfToken"]},
            data={name: value for name, value in wanted.items() if value is not None},
        )
        assert answer.ok, await answer.text()
        asked: dict[str, Any] = await answer.json()
        return str(asked["approve_url"])

    async def withdraw_all(self) -> None:
        """Only some may wait at a time. Whoever is signed out has nothing to withdraw here."""
        requests, url = self.visitor.page.context.request, self.visitor.url
        listed = await requests.get(f"{url}/approvals")
        if not listed.ok:
            return
        me = await (await requests.get(f"{url}/me")).json()
        for each in (await listed.json())["asked"]:
            if each["status"] == "pending":
                headers = {"Origin": url, "X-CSRF-Token": me["csrfToken"]}
                await requests.post(f"{url}/approvals/{each['id']}/withdraw", headers=headers)

    async def open(self, address: str) -> None:
        page = self.visitor.page
        await (page.reload() if page.url == address else page.goto(address))

    async def sees(self, state: str) -> None:
        await expect(self.visitor.page.locator("#state > strong")).to_have_text(state)

    async def presses(self, button: str) -> None:
        await self.visitor.button(button).click()

    @asynccontextmanager
    async def lending_passkey(self, visitor: Visitor) -> AsyncIterator[None]:
        """It is the only one there, and comes back with its counter."""
        await _move_passkeys(self.visitor, visitor)
        yield
        await _move_passkeys(visitor, self.visitor)

    async def leave(self) -> None:
        """For a page that asks the service nothing more."""
        await self.visitor.page.set_viewport_size(USUAL)
        await self.visitor.page.goto(f"{self.visitor.url}/problems")


@dataclass(kw_only=True)
class People:
    asker: Person
    first: Person
    second: Person

    async def leave(self) -> None:
        for each in (self.asker, self.first, self.second):
            await each.leave()
        await self.asker.withdraw_all()


async def _move_passkeys(giver: Visitor, taker: Visitor) -> None:
    await taker.authenticator.forget_all()
    for credential in await giver.authenticator.credentials():
        await taker.authenticator.put({**credential, "rpId": "localhost"})
    await giver.authenticator.forget_all()


@asynccontextmanager
async def arriving(browser: Browser, url: str) -> AsyncIterator[People]:
    async with AsyncExitStack() as stack:

        async def arrive(name: str) -> Person:
            visitor = await stack.enter_async_context(visiting(browser, url))
            await arrive_signed_in(visitor, name, key_name="Laptop")
            return Person(name=name, visitor=visitor)

        asker, first, second = [await arrive(name) for name in (ASKER, FIRST, SECOND)]
        yield People(asker=asker, first=first, second=second)
