"""A person types the code of a device, and approves or rejects it."""

import re
from typing import Any

import aiohttp
import pytest
from playwright.async_api import expect

from tests.browser.test_accessibility import GERMAN, NARROWEST, fits_and_is_readable, look_over
from tests.browser.visitor import Visitor
from tests.fakes.access_profiles import CONNECTS
from tests.sessions.claims import claims_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHOW = """(shown) => {
  for (const part of document.querySelectorAll("main > .card")) part.hidden = part.id !== shown;
}"""
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


class Psql:
    """A program without a browser."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.asked: dict[str, Any] = {}

    async def ask(self, scope: str = "openid db:read") -> str:
        """The code that it shows."""
        self.asked = await self._post("device_authorization", scope=scope)
        return str(self.asked["user_code"])

    async def poll(self) -> dict[str, Any]:
        return await self._post(
            "token", grant_type=DEVICE_CODE, device_code=self.asked["device_code"]
        )

    async def _post(self, path: str, **form: str) -> dict[str, Any]:
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.issuer}/{path}", data={"client_id": "psql", **form}) as answer,
        ):
            found: dict[str, Any] = await answer.json()
            return found


async def type_code(visitor: Visitor, code: str) -> None:
    await visitor.page.get_by_label("The code that your device shows").fill(code)
    await visitor.button("Next").click()


async def is_asked(visitor: Visitor, code: str) -> None:
    await expect(visitor.page.locator("#shown-code")).to_have_text(code)
    await expect(visitor.page.locator("#decide-title")).to_be_focused()


async def test_somebody_approves_a_device_that_shows_its_code(
    visitor: Visitor, username: str
) -> None:
    await visitor.open()
    await visitor.register(username, key_name="Work laptop")
    psql = Psql(visitor.url)
    code = await psql.ask()
    await visitor.page.goto(f"{psql.asked['verification_uri']}?user_code={code}")
    await expect(visitor.page.get_by_label("The code that your device shows")).to_have_value("")
    await look_over(visitor)
    visitor.expected_complaints.add("status of 404 ")
    await type_code(visitor, "BCDF-GHJK")
    await visitor.warns("No device waits with this code")
    await type_code(visitor, code.lower().replace("-", ""))
    await is_asked(visitor, code)
    await expect(visitor.page.locator("#client-name")).to_have_text("psql")
    await expect(visitor.page.locator("#ago")).to_have_text(re.compile(r"now|\d+ seconds? ago"))
    await expect(visitor.page.locator("#asked > li")).to_have_text(
        [
            "to know that it is you when you come back",
            "db:read",
            "access to https://db.example.org",
        ]
    )
    await look_over(visitor)
    await visitor.button("Approve with a passkey").click()
    await expect(visitor.page.locator("#approved-title")).to_be_focused()
    claims = claims_of((await psql.poll())["access_token"])
    assert (claims["client_id"], claims["acr"]) == ("psql", "phr")
    # And sees it among the applications.
    await visitor.open()
    await visitor.sign_in(username)
    region = visitor.page.get_by_role("region", name="Applications that use your account")
    await expect(region.get_by_role("listitem")).to_contain_text(["psql"])
    await expect(region.locator("dt")).to_have_text(["Connected"])
    await visitor.page.get_by_role("button", name="End its access of psql").click()
    await expect(region).to_be_hidden()


async def test_somebody_who_is_signed_in_rejects_a_device_and_then_its_code_is_over(
    signed_in: Visitor, username: str
) -> None:
    psql = Psql(signed_in.url)
    code = await psql.ask()
    await signed_in.page.goto(psql.asked["verification_uri"])
    await expect(signed_in.page.locator("#username")).to_have_text(username)
    await type_code(signed_in, code)
    await is_asked(signed_in, code)
    await expect(signed_in.page.locator("#own-account")).to_be_visible()
    await signed_in.button("Reject").click()
    await expect(signed_in.page.locator("#rejected-title")).to_be_focused()
    refused = await psql.poll()
    assert refused["error"] == "access_denied"
    assert refused["error_description"] == "The person rejected this sign-in."


async def shows_the_database(visitor: Visitor, code: str) -> None:
    page = visitor.page
    await page.goto(f"{visitor.url}/device")
    await type_code(visitor, code)
    await is_asked(visitor, code)
    await expect(page.locator("#database-title")).to_have_text("Orders, reading")
    await expect(page.locator("#database-name")).to_have_text("orders")
    await expect(page.locator("#database-host")).to_have_text("db.example.org:5432")
    await expect(page.locator("#database-role")).to_have_text("orders_reader")
    await expect(page.locator("#tokens")).to_be_hidden()
    await look_over(visitor)


async def test_who_is_admitted_connects_to_a_database(visitor: Visitor) -> None:
    await visitor.open()
    await visitor.register(CONNECTS, key_name="Work laptop")
    psql = Psql(visitor.url)
    await shows_the_database(visitor, await psql.ask("db:orders"))
    await visitor.button("Approve with a passkey").click()
    await expect(visitor.page.locator("#approved-title")).to_be_focused()
    claims = claims_of((await psql.poll())["access_token"])
    assert (claims["aud"], claims["role"]) == ("https://db.example.org/orders", "orders_reader")


async def test_who_is_not_admitted_is_told_why(signed_in: Visitor) -> None:
    psql = Psql(signed_in.url)
    await shows_the_database(signed_in, await psql.ask("db:orders"))
    signed_in.expected_complaints.add("status of 403 ")
    await signed_in.button("Approve with a passkey").click()
    await expect(signed_in.page.locator("#refused-title")).to_be_focused()
    await expect(signed_in.page.locator("#why")).to_contain_text("does not admit you")
    await look_over(signed_in)
    assert (await psql.poll())["error"] == "access_denied"
    await signed_in.button("Type another code").click()
    await expect(signed_in.page.locator("#code")).to_have_value("")


async def test_the_page_fits_and_is_readable_in_each_situation(visitor: Visitor) -> None:
    await visitor.page.set_viewport_size(NARROWEST)
    await visitor.page.set_extra_http_headers(GERMAN)
    await visitor.page.goto(f"{visitor.url}/device")
    for situation in ("type", "decide", "approved", "rejected", "refused", "over"):
        await visitor.page.evaluate(SHOW, situation)
        await look_over(visitor)
        await fits_and_is_readable(visitor)
