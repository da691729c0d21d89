import pytest
from playwright.async_api import expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_suggested_passkey_signs_in(visitor: Visitor, username: str) -> None:
    await visitor.open()
    await visitor.register(username)
    visitor.touches = {"conditional"}
    await visitor.page.reload()
    await visitor.is_signed_in(username)


async def test_suggestions_stop_during_a_dialog_and_start_again(
    visitor: Visitor, username: str
) -> None:
    await visitor.open()
    assert await visitor.next_ceremony() == "conditional"
    await visitor.register(username)
    assert await visitor.next_ceremony() == "create"
    assert await visitor.next_ceremony() == "conditional"
    await visitor.sign_in(username)
    await visitor.is_signed_in(username)
    assert await visitor.next_ceremony() == "get"
    await visitor.button("Sign out").click()
    assert await visitor.next_ceremony() == "conditional"


async def test_suggestions_are_renewed_before_their_challenge_expires(visitor: Visitor) -> None:
    await visitor.page.clock.install()
    await visitor.open()
    assert await visitor.next_ceremony() == "conditional"
    await visitor.page.clock.fast_forward("04:50")
    assert await visitor.next_ceremony() == "conditional"


async def test_a_suggestion_that_fails_in_the_background_shows_no_error(visitor: Visitor) -> None:
    visitor.touches = {"conditional"}
    await visitor.authenticator.recognises_its_user(False)
    await visitor.page.clock.install()
    await visitor.open()
    assert await visitor.next_ceremony() == "conditional"
    await visitor.page.clock.fast_forward("04:50")
    assert await visitor.next_ceremony() == "conditional"
    await expect(visitor.page.get_by_role("alert")).to_be_empty()
