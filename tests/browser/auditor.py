"""A visitor who may read the audit log, and a stand-in that changes answers on the way."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Locator, Route, expect

from devhost.azurite import Azurite
from shared.accounts.handles import UserHandle
from shared.accounts.roles import Role
from tests.api import Api
from tests.authenticator import base64url
from tests.browser.member import give_passkey, register, sign_in
from tests.browser.visitor import Visitor
from tests.http.administrators import give_roles
from tests.http.test_audit import maintain

type Json = dict[str, Any]
type Change = Callable[[Json], None]

# Longer than hashing the way from any leaf to the root.
HASH_A_WHILE = """async () => {
  const { sha256 } = await import("/assets/audit/tree.js");
  for (let turn = 0; turn < 500; turn += 1) await sha256();
}"""


async def arrive_as_auditor(
    visitor: Visitor, username: str, azurite: Azurite, *others: Role
) -> Json:
    """Signed in with the role, and others, by a second sign-in; everything so far is sealed. What
    the first sign-in answered."""
    key = await register(visitor, username, key_name="Work laptop")
    first = await sign_in(visitor, username, key)
    handle = UserHandle(base64url.decode(first["user"]["id"]))
    await give_roles(azurite.connection_string, handle, Role.AUDIT_READ, *others)
    await sign_in(visitor, username, key)
    await give_passkey(visitor, key)
    await seal_all(visitor)
    return first


async def seal_all(visitor: Visitor) -> None:
    async with Api(visitor.url) as api:
        await maintain(api)


async def open_audit(visitor: Visitor) -> None:
    await visitor.page.goto(f"{visitor.url}/audit")


async def open_verified(visitor: Visitor) -> None:
    await open_audit(visitor)
    await expect(mark(visitor)).to_contain_text("Verified up to entry")


def mark(visitor: Visitor) -> Locator:
    return visitor.page.locator("#mark")


def rows(visitor: Visitor) -> Locator:
    return visitor.page.locator("#events tr")


def dialog(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("dialog")


async def show(visitor: Visitor, **filters: str) -> None:
    for label, value in filters.items():
        field = visitor.page.get_by_label(label, exact=True)
        await (field.select_option(value) if label in ("Kind", "Outcome") else field.fill(value))
    await visitor.button("Show").click()


async def open_first(visitor: Visitor) -> Locator:
    await rows(visitor).first.get_by_role("button").click()
    return dialog(visitor)


def changing(change: Change) -> Callable[[Route], Awaitable[None]]:
    """Change an answer between the service and the browser."""

    async def answer(route: Route) -> None:
        response = await route.fetch()
        body = await response.json()
        change(body)
        await route.fulfill(response=response, body=json.dumps(body))

    return answer


async def take_in(visitor: Visitor) -> None:
    """Wait until the page has processed the answers that it has."""
    await visitor.page.evaluate(HASH_A_WHILE)
