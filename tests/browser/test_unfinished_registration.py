"""The browser made a passkey, and the finish fails: each side keeps at most one passkey."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Route, expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

FINISH = "**/register/finish"
type Loss = Callable[[Route], Awaitable[None]]

WITHOUT_SIGNALS = "delete PublicKeyCredential.signalUnknownCredential"


async def lose_the_request(route: Route) -> None:
    await route.abort()


async def lose_the_answer(route: Route) -> None:
    """The passkey is saved."""
    assert (await route.fetch()).status == 201
    await route.abort()


async def cut_the_answer(route: Route) -> None:
    response = await route.fetch()
    await route.fulfill(response=response, body=(await response.body())[:40])


async def fail_after_saving(route: Route) -> None:
    assert (await route.fetch()).status == 201
    await route.fulfill(status=500)


async def fail_without_saving(route: Route) -> None:
    """The challenge is spent."""
    body: dict[str, Any] = json.loads(route.request.post_data or "")
    body["credential"]["response"]["attestationObject"] = "oA"
    assert (await route.fetch(post_data=body)).status == 422
    await route.fulfill(status=503)


async def is_asked_about_it(visitor: Visitor) -> None:
    await visitor.warns("It is not known yet whether your passkey was saved")
    await visitor.button("Try again").click()


async def minutes_pass(visitor: Visitor) -> None:
    """Wait until each finish that was sent must have ended."""
    await visitor.warns("It is not known yet")
    now = await visitor.page.evaluate("Date.now()")
    await visitor.page.clock.set_system_time(now / 1000 + 180)


async def holds_one(visitor: Visitor) -> None:
    assert len(await visitor.authenticator.credential_ids()) == 1


REFUSALS = [
    ("too-many-requests", 429, "Too many attempts"),
    ("not-permitted", 403, "You may not do this"),
    ("concurrent-use", 409, "Two requests at the same time"),
    ("registration-rejected", 400, "The passkey was not accepted"),
    ("credential-limit-reached", 409, "the maximum number of passkeys"),
]


def refusing(url: str, slug: str, status: int) -> Loss:
    problem = {"type": f"{url}/problems#{slug}"}
    return lambda route: route.fulfill(status=status, json=problem)


async def test_a_refused_passkey_is_removed_by_a_signal(visitor: Visitor, username: str) -> None:
    """In one page, as opening it takes longer than a ceremony. Each has a message of its own."""
    await visitor.open()
    for slug, status, message in REFUSALS:
        visitor.expected_complaints.add(f"status of {status} ")
        await visitor.page.route(FINISH, refusing(visitor.url, slug, status), times=1)
        await visitor.ask_to_register(username)
        await visitor.warns(message)
        await visitor.warns("Your device was asked to delete the new passkey")
        assert await visitor.authenticator.credential_ids() == []
    await visitor.button("Create a passkey").click()
    await visitor.says(f"Passkey created for {username}")
    await holds_one(visitor)


async def test_without_signals_the_page_says_that_a_passkey_is_left(
    visitor: Visitor, username: str
) -> None:
    visitor.expected_complaints.add("status of 409 ")
    await visitor.page.add_init_script(WITHOUT_SIGNALS)
    await visitor.open()
    await visitor.register(username)
    await visitor.ask_to_register(username)
    await visitor.warns("That name is taken")
    await visitor.warns("so remove it there")


async def test_a_finish_that_did_not_arrive_is_sent_again(visitor: Visitor, username: str) -> None:
    visitor.expected_complaints.add("net::ERR_FAILED")
    await visitor.open()
    await visitor.page.route(FINISH, lose_the_request, times=1)
    await visitor.ask_to_register(username)
    await is_asked_about_it(visitor)
    await visitor.says(f"Passkey created for {username}")
    await holds_one(visitor)
    await visitor.button("Sign in").click()
    await visitor.is_signed_in(username)


@pytest.mark.parametrize("loss", [lose_the_answer, cut_the_answer, fail_after_saving])
async def test_a_passkey_that_was_saved_without_an_answer_signs_in(
    visitor: Visitor, username: str, loss: Loss
) -> None:
    visitor.expected_complaints |= {"net::ERR_FAILED", "status of 500 ", "status of 404 "}
    await visitor.open()
    await visitor.page.route(FINISH, loss, times=1)
    await visitor.ask_to_register(username)
    await is_asked_about_it(visitor)
    await visitor.is_signed_in(username)
    await expect(visitor.keys).to_have_count(1)
    await holds_one(visitor)


async def test_an_unsaved_passkey_is_removed_before_another_one_is_made(
    visitor: Visitor, username: str
) -> None:
    visitor.expected_complaints |= {"status of 503 ", "status of 404 ", "status of 403 "}
    await visitor.open()
    await visitor.page.route(FINISH, fail_without_saving, times=1)
    await visitor.ask_to_register(username)
    await minutes_pass(visitor)
    await is_asked_about_it(visitor)
    await visitor.warns("Your passkey was not saved")
    assert await visitor.authenticator.credential_ids() == []
    await visitor.button("Start again").click()
    await visitor.says(f"Passkey created for {username}")
    await holds_one(visitor)


async def test_a_passkey_that_the_server_may_still_save_is_not_removed(
    visitor: Visitor, username: str
) -> None:
    visitor.expected_complaints |= {"status of 503 ", "status of 404 ", "status of 403 "}
    await visitor.open()
    await visitor.page.route(FINISH, fail_without_saving, times=1)
    await visitor.ask_to_register(username)
    await is_asked_about_it(visitor)
    await visitor.warns("may still be processing it")
    await holds_one(visitor)
    await minutes_pass(visitor)
    await visitor.button("Try again").click()
    await visitor.warns("Your passkey was not saved")
    assert await visitor.authenticator.credential_ids() == []


@pytest.mark.parametrize("loss", [lose_the_answer, fail_after_saving])
async def test_after_a_reload_a_passkey_that_was_saved_without_an_answer_is_found(
    visitor: Visitor, username: str, loss: Loss
) -> None:
    visitor.expected_complaints |= {"net::ERR_FAILED", "status of 500 ", "status of 404 "}
    await visitor.open()
    await visitor.page.route(FINISH, loss, times=1)
    await visitor.ask_to_register(username)
    await visitor.warns("It is not known yet")
    await visitor.reload()
    await visitor.ask_to_register(username)
    await visitor.is_signed_in(username)
    await holds_one(visitor)
    assert await visitor.page.evaluate("sessionStorage.length") == 0


async def test_after_a_reload_a_finish_that_did_not_arrive_leaves_one_passkey(
    visitor: Visitor, username: str
) -> None:
    visitor.expected_complaints.add("net::ERR_FAILED")
    await visitor.open()
    await visitor.page.route(FINISH, lose_the_request, times=1)
    await visitor.ask_to_register(username)
    await visitor.warns("It is not known yet")
    await visitor.reload()
    await visitor.register(username)
    await holds_one(visitor)


async def test_a_reload_while_the_server_saves_the_passkey_loses_nothing(
    visitor: Visitor, username: str
) -> None:
    visitor.expected_complaints.add("status of 404 ")
    saved = asyncio.Event()

    async def save_without_an_answer(route: Route) -> None:
        assert (await route.fetch()).status == 201
        saved.set()

    await visitor.open()
    await visitor.page.route(FINISH, save_without_an_answer, times=1)
    await visitor.ask_to_register(username)
    async with asyncio.timeout(30):
        await saved.wait()
    await visitor.reload()
    await visitor.ask_to_register(username)
    await visitor.is_signed_in(username)
    await holds_one(visitor)


async def test_a_list_that_may_lack_a_passkey_is_not_signalled(member: Visitor) -> None:
    """An authenticator may delete whatever the list does not name."""
    member.expected_complaints.add("net::ERR_FAILED")
    await member.take_another_authenticator()
    await member.page.route(FINISH, lose_the_request, times=1)
    await member.add_another("Blue key")
    await member.warns("It is not known yet")
    await member.reload()
    await expect(member.keys).to_have_count(1)
    await member.rename("Work laptop", "Desk")
    await expect(member.keys).to_contain_text(["Desk"])
    await holds_one(member)
    await member.add_another("Blue key")
    await expect(member.keys).to_have_count(2)
    await holds_one(member)


async def test_an_unanswered_question_is_asked_again(visitor: Visitor, username: str) -> None:
    """No further passkey is made, even if a person cancels the question several times."""
    visitor.expected_complaints |= {"net::ERR_FAILED", "status of 404 "}
    await visitor.open()
    await visitor.page.route(FINISH, lose_the_answer, times=1)
    await visitor.ask_to_register(username)
    await visitor.warns("It is not known yet")
    await visitor.authenticator.recognises_its_user(False)
    await is_asked_about_it(visitor)
    await visitor.says("Cancelled or timed out")
    await visitor.authenticator.recognises_its_user(True)
    await visitor.button("Create a passkey").click()
    await visitor.is_signed_in(username)
    await holds_one(visitor)


async def test_another_name_gets_another_passkey(visitor: Visitor, username: str) -> None:
    visitor.expected_complaints.add("net::ERR_FAILED")
    await visitor.open()
    await visitor.page.route(FINISH, lose_the_request, times=1)
    await visitor.ask_to_register(username)
    await visitor.warns("It is not known yet")
    await visitor.register(f"{username}-2")
    await visitor.button("Sign in").click()
    await visitor.is_signed_in(f"{username}-2")


@pytest.mark.parametrize("loss", [lose_the_request, lose_the_answer, fail_after_saving])
async def test_a_further_passkey_is_found_in_the_list(member: Visitor, loss: Loss) -> None:
    member.expected_complaints |= {"net::ERR_FAILED", "status of 500 ", "status of 404 "}
    await member.take_another_authenticator()
    await member.page.route(FINISH, loss, times=1)
    await member.add_another("Blue key")
    await is_asked_about_it(member)
    await member.says("Passkey added")
    await expect(member.keys).to_have_count(2)
    await holds_one(member)


async def test_a_further_passkey_that_is_not_in_the_list_is_removed(member: Visitor) -> None:
    member.expected_complaints |= {"status of 503 ", "status of 404 "}
    await member.take_another_authenticator()
    await member.page.route(FINISH, fail_without_saving, times=1)
    await member.add_another("Blue key")
    await minutes_pass(member)
    await is_asked_about_it(member)
    await member.warns("Your passkey was not saved")
    assert await member.authenticator.credential_ids() == []
    await member.button("Start again").click()
    await member.says("Passkey added")
    await expect(member.keys).to_have_count(2)
    await holds_one(member)


async def test_a_limit_that_refuses_the_finish_does_not_remove_the_passkey(
    visitor: Visitor, username: str
) -> None:
    """It may be a repetition, by the network, of a finish that saved the passkey."""
    visitor.expected_complaints |= {"status of 429 ", "status of 404 "}
    problem = {"type": f"{visitor.url}/problems#too-many-requests", "detail": "Too often."}
    headers = {"RateLimit-Policy": '"replay.address";q=30;w=300'}

    async def save_and_refuse(route: Route) -> None:
        assert (await route.fetch()).status == 201
        await route.fulfill(status=429, json=problem, headers=headers)

    await visitor.open()
    await visitor.page.route(FINISH, save_and_refuse, times=1)
    await visitor.ask_to_register(username)
    await is_asked_about_it(visitor)
    await visitor.is_signed_in(username)
    await holds_one(visitor)
