import pytest
from playwright.async_api import expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_new_user_registers_and_then_signs_in(visitor: Visitor, username: str) -> None:
    await visitor.open()
    await visitor.register(username)
    await expect(visitor.username).to_have_value(username)
    await expect(visitor.button("Sign in")).to_be_focused()


async def test_a_taken_name_is_reported_and_the_new_passkey_is_removed(
    visitor: Visitor, username: str
) -> None:
    visitor.expected_complaints.add("status of 409 ")
    await visitor.open()
    await visitor.register(username)
    kept = await visitor.authenticator.credential_ids()
    await visitor.ask_to_register(username)
    await visitor.warns("That name is taken")
    assert await visitor.authenticator.credential_ids() == kept
    await visitor.sign_in(username)
    await visitor.is_signed_in(username)


async def test_a_name_of_spaces_is_refused(visitor: Visitor) -> None:
    await visitor.open()
    await visitor.ask_to_register("   ")
    await expect(visitor.username).to_be_focused()
    await expect(visitor.page.get_by_role("status")).to_be_empty()


async def test_an_invalid_passkey_name_is_reported_before_the_passkey_is_made(
    visitor: Visitor, username: str
) -> None:
    visitor.expected_complaints.add("status of 400 ")
    await visitor.open()
    await visitor.ask_to_register(username, key_name="A\u202eB")
    await visitor.warns("name has characters that are not allowed in a name")
    made = [visitor.ceremonies.get_nowait() for _ in range(visitor.ceremonies.qsize())]
    assert "create" not in made
