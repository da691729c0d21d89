"""A first passkey by an access pass, from the one that a fresh development store prints."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import expect

from devhost.azurite import Azurite
from devhost.process import HostProcess
from shared.accounts.roles import Role
from tests.api import Api
from tests.browser.test_unfinished_registration import lose_the_answer
from tests.browser.visitor import Visitor
from tests.http.administrators import sign_in_as

pytestmark = pytest.mark.asyncio(loop_scope="session")


@dataclass(frozen=True, kw_only=True)
class FreshService:
    url: str
    administrator: str
    access_pass: str


@pytest.fixture
def fresh_service(tmp_path: Path) -> Iterator[FreshService]:
    """A service that has only the administrator whom `make run` announces."""
    with Azurite(data=tmp_path / "tables") as azurite:
        settings = {
            "TABLES_CONNECTION_STRING": azurite.connection_string,
            "SIGNING_KEY_FILE": str(tmp_path / "signing-key.pem"),
        }
        arguments = ("--no-azurite", "--administrator", "administrator")
        with HostProcess(settings=settings, arguments=arguments) as host:
            printed = host.child.wait_for(r"access pass', then (\S+) and (\S+)")
            yield FreshService(url=host.url, administrator=printed[1], access_pass=printed[2])


async def test_the_printed_pass_leads_to_a_passkey(
    visitor: Visitor, fresh_service: FreshService
) -> None:
    async with visitor.visit(fresh_service.url):
        await visitor.authenticator.recognises_its_user(False)
        await visitor.redeem(fresh_service.administrator, fresh_service.access_pass)
        await visitor.says("Cancelled or timed out")
        await visitor.authenticator.recognises_its_user(True)
        await visitor.button("Try again").click()  # with a one-time pass
        await visitor.says(f"Passkey created for {fresh_service.administrator}")
        await visitor.button("Sign in").click()
        await visitor.is_signed_in(fresh_service.administrator)
        await expect(visitor.page.locator("#claims")).to_contain_text("Authenticators.Admin")

        visitor.expected_complaints.add("status of 403 ")
        await visitor.button("Sign out").click()
        await visitor.redeem(fresh_service.administrator, fresh_service.access_pass)
        await visitor.warns("The access pass was not accepted")


@pytest.fixture
async def access_pass(api: Api, azurite: Azurite, username: str) -> str:
    role = Role.AUTHENTICATORS_ADMIN
    administrator = await sign_in_as(api, azurite.connection_string, role)
    issued = await api.post(
        "/access-passes",
        {"username": username, "oneTime": True},
        token=administrator["access_token"],
    )
    assert issued.status == 201, issued.raw
    text: str = issued.json["accessPass"]
    return text


async def test_after_a_lost_answer_there_is_one_passkey_and_the_pass_is_used(
    visitor: Visitor, username: str, access_pass: str
) -> None:
    visitor.expected_complaints |= {"net::ERR_FAILED", "status of 404 "}
    await visitor.open()
    await visitor.page.route("**/register/finish", lose_the_answer, times=1)
    await visitor.redeem(username, access_pass)
    await visitor.warns("It is not known yet whether your passkey was saved")
    await visitor.button("Try again").click()
    await visitor.is_signed_in(username)
    await expect(visitor.keys).to_have_count(1)
    assert len(await visitor.authenticator.credential_ids()) == 1


async def test_after_a_reload_the_page_asks_about_the_passkey_before_it_uses_a_pass(
    visitor: Visitor, username: str, access_pass: str
) -> None:
    visitor.expected_complaints |= {"net::ERR_FAILED", "status of 404 "}
    await visitor.open()
    await visitor.page.route("**/register/finish", lose_the_answer, times=1)
    await visitor.redeem(username, access_pass)
    await visitor.warns("It is not known yet")
    await visitor.reload()
    await visitor.redeem(username, access_pass)
    await visitor.is_signed_in(username)
    assert len(await visitor.authenticator.credential_ids()) == 1


async def test_an_invalid_pass_is_refused(visitor: Visitor, username: str) -> None:
    visitor.expected_complaints.add("status of 403 ")
    await visitor.open()
    await visitor.redeem(username, "ABCD2345")
    await visitor.warns("The access pass was not accepted")
    await expect(visitor.page.get_by_label("Access pass", exact=True)).to_have_value("ABCD2345")


async def test_a_pass_that_expires_during_registration_is_reported(
    visitor: Visitor, username: str
) -> None:
    visitor.expected_complaints.add("status of 401 ")
    await visitor.open()
    token = {"access_token": "no longer good"}
    await visitor.page.route("**/access-passes/redeem", lambda route: route.fulfill(json=token))
    await visitor.redeem(username, "ABCD2345")
    await visitor.warns("The access pass has expired")
