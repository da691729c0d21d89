"""Requests to erase a person on the audit page: seen, confirmed, asked for and withdrawn."""

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Route, expect

from devhost.azurite import Azurite
from shared.accounts.roles import Role
from tests.api import Api, new_username
from tests.browser.auditor import arrive_as_auditor, open_verified
from tests.browser.test_accessibility import NARROWEST, OVERFLOWS, PALE_TEXTS, look_over
from tests.browser.visitor import Visitor
from tests.http.administrators import age_keys, sign_in_as

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def chief(visitor: Visitor, username: str, azurite: Azurite) -> Visitor:
    """Reads the audit log, and administers."""
    account = await arrive_as_auditor(visitor, username, azurite, Role.AUTHENTICATORS_ADMIN)
    await age_keys(azurite.connection_string, account)
    return visitor


def request_of(visitor: Visitor, name: str) -> Locator:
    return visitor.page.locator("#erasures li").filter(has_text=name)


async def test_a_second_administrator_confirms_a_request_of_the_first(
    chief: Visitor, azurite: Azurite
) -> None:
    name = new_username()
    async with Api(chief.url) as api:
        other = await sign_in_as(api, azurite.connection_string, Role.AUTHENTICATORS_ADMIN)
        await age_keys(azurite.connection_string, other)
        body = {"username": name}
        assert (await api.post("/audit/erasures", body, token=other["access_token"])).status == 201
    await open_verified(chief)
    await expect(request_of(chief, name)).to_contain_text("Pending")
    await expect(request_of(chief, name)).to_contain_text(other["user"]["username"])
    await look_over(chief)
    assert await chief.page.evaluate(PALE_TEXTS) == []
    erase = request_of(chief, name).get_by_role("button", name="Erase now")
    await erase.click()
    await chief.answer("Cancel")
    await expect(request_of(chief, name)).to_contain_text("Pending")
    await erase.click()
    await chief.answer("Erase it")
    await expect(request_of(chief, name)).to_contain_text("Confirmed")
    await expect(erase).to_have_count(0)


async def test_the_requester_can_withdraw_but_not_confirm(chief: Visitor) -> None:
    """After a fresh sign-in, which the service wants at first."""
    name, asked = new_username(), list[str]()

    async def want_a_fresh_sign_in_once(route: Route) -> None:
        asked.append(route.request.method)
        if asked.count("POST") != 1:
            await route.fallback()
            return
        problem = {"type": f"{chief.url}/problems#step-up-required", "instance": "urn:uuid:1"}
        await route.fulfill(status=401, content_type="application/problem+json", json=problem)

    chief.expected_complaints.add("status of 401 ")
    await chief.page.route("**/audit/erasures", want_a_fresh_sign_in_once)
    await open_verified(chief)
    await chief.page.get_by_label("Username").fill(name)
    await chief.button("Request the erasure").click()
    await chief.answer("Confirm with a passkey")
    await expect(request_of(chief, name)).to_contain_text("Runs after")
    buttons = request_of(chief, name).get_by_role("button")
    await expect(buttons).to_have_text([f"Withdraw the erasure of {name}"])
    await chief.page.set_viewport_size(NARROWEST)
    assert not await chief.page.evaluate(OVERFLOWS)
    await buttons.click()
    await expect(request_of(chief, name)).to_have_count(0)
    await expect(chief.page.get_by_text(f"The events of {name} stay unchanged.")).to_be_visible()


async def test_an_auditor_without_the_role_sees_no_requests(
    visitor: Visitor, username: str, azurite: Azurite
) -> None:
    await arrive_as_auditor(visitor, username, azurite)
    await open_verified(visitor)
    await expect(visitor.page.locator("#events tr").first).to_be_visible()
    await expect(visitor.page.locator("#erasures-part")).to_be_hidden()
