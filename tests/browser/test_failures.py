"""Each way a ceremony can fail has a sentence that says what to do."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Route, expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

POST_TWICE = """async ([path, body]) => {
  const request = { method: "POST", headers: { "Content-Type": "application/json" }, body };
  return [(await fetch(path, request)).status, (await fetch(path, request)).status];
}"""


async def test_an_unrecognised_user_may_try_again(visitor: Visitor, username: str) -> None:
    await visitor.authenticator.recognises_its_user(False)
    await visitor.open()
    await visitor.ask_to_register(username)
    await visitor.says("Cancelled or timed out")
    await visitor.authenticator.recognises_its_user(True)
    await visitor.button("Try again").click()
    await visitor.says(f"Passkey created for {username}")


async def test_a_dialog_without_an_answer_times_out(visitor: Visitor, username: str) -> None:
    visitor.touches.clear()
    await amend_options(visitor, "register/begin", timeout=50)
    await visitor.open()
    await visitor.ask_to_register(username)
    await visitor.says("Cancelled or timed out")


async def test_the_page_says_why_there_may_be_no_passkey_to_sign_in_with(visitor: Visitor) -> None:
    await amend_options(visitor, "authenticate/begin", timeout=50)
    await visitor.open()
    await visitor.sign_in("nobody-at-all")
    await visitor.says("If it offered no passkey, your passkeys for this name")


async def test_a_page_on_an_address_outside_the_rp_id_is_reported(
    visitor: Visitor, username: str
) -> None:
    await amend_options(visitor, "register/begin", rp={"id": "example.org", "name": "Elsewhere"})
    await visitor.open()
    await visitor.ask_to_register(username)
    await visitor.warns("The passkeys belong to another address")


async def test_a_credential_type_that_no_authenticator_supports_is_reported(
    visitor: Visitor, username: str
) -> None:
    visitor.expected_complaints.add("pubKeyCredParams")
    exotic = [{"type": "philosophers-stone", "alg": -7}]
    await amend_options(visitor, "register/begin", pubKeyCredParams=exotic)
    await visitor.open()
    await visitor.ask_to_register(username)
    await visitor.warns("No suitable authenticator")


async def test_a_finish_body_is_accepted_only_once(visitor: Visitor, username: str) -> None:
    """The answer was already used, without the page knowing; the page offers a new start."""
    visitor.expected_complaints.add("status of 404 ")
    await visitor.open()
    await visitor.register(username)
    statuses: list[int] = []

    async def use_up(route: Route) -> None:
        sent = ["authenticate/finish", route.request.post_data]
        statuses.extend(await visitor.page.evaluate(POST_TWICE, sent))
        await route.continue_()

    await visitor.page.route("**/authenticate/finish", use_up, times=1)
    await visitor.sign_in(username)
    await visitor.warns("That took too long, or was already used")
    assert statuses == [200, 404]
    await visitor.button("Start again").click()
    await visitor.is_signed_in(username)


async def test_a_retry_returns_the_focus(visitor: Visitor, username: str) -> None:
    await visitor.authenticator.recognises_its_user(False)
    await visitor.open()
    await visitor.ask_to_register(username)
    await visitor.button("Try again").click()
    await visitor.says("Cancelled or timed out")
    await expect(visitor.button("Create a passkey")).to_be_focused()


async def test_a_name_that_the_server_refuses_is_reported(visitor: Visitor) -> None:
    visitor.expected_complaints.add("status of 400 ")
    await visitor.open()
    await visitor.ask_to_register("Ada Lovelace")
    await visitor.warns("and no spaces")
    await visitor.warns("username has characters that are not allowed in a name")


REFUSALS = [
    ("too-many-requests", 429, "accepts no more of them for now. Try again in 7 seconds"),
    ("overloaded", 503, "Your request was not carried out"),
    ("keys-unavailable", 503, "t reach its keys"),
    ("storage-unavailable", 503, "may or may not have been carried out"),
    ("", 503, "The service is not available"),
    ("provider-unavailable", 503, "The identity provider does not answer"),
    ("not-permitted", 403, "You may not do this"),
    ("csrf-refused", 403, "This page shows an earlier sign-in"),
    ("not-found", 404, "That no longer exists"),
    ("", 500, "mention urn:uuid:1234"),
]


def refusing(status: int, problem: dict[str, str]) -> Callable[[Route], Awaitable[None]]:
    return lambda route: route.fulfill(status=status, headers={"Retry-After": "7"}, json=problem)


async def test_each_refusal_is_explained(visitor: Visitor, username: str) -> None:
    """In one page, as opening it takes longer than a request. Each has a message of its own."""
    await visitor.open()
    for slug, status, message in REFUSALS:
        visitor.expected_complaints.add(f"status of {status} ")
        problem = {"type": f"{visitor.url}/problems#{slug}", "instance": "urn:uuid:1234"}
        await visitor.page.route("**/register/begin", refusing(status, problem), times=1)
        await visitor.ask_to_register(username)
        await visitor.warns(message)


async def test_a_limit_is_shown_with_the_text_of_the_service(
    visitor: Visitor, username: str
) -> None:
    visitor.expected_complaints.add("status of 429 ")
    await visitor.open()
    message = "30 new accounts may be made from one address in 1 hour. Try again in 37 minutes."
    problem = {"type": f"{visitor.url}/problems#too-many-requests", "detail": message}

    async def refuse(route: Route) -> None:
        await route.fulfill(status=429, headers={"Retry-After": "2220"}, json=problem)

    await visitor.page.route("**/register/begin", refuse)
    await visitor.ask_to_register(username)
    await visitor.warns(message)


async def test_an_unreachable_server_is_reported(visitor: Visitor, username: str) -> None:
    visitor.expected_complaints.add("net::ERR_FAILED")
    await visitor.open()
    await visitor.page.route("**/register/begin", lambda route: route.abort())
    await visitor.ask_to_register(username)
    await visitor.warns("be reached")


@pytest.mark.parametrize(
    ("lacking", "message"),
    [
        ("delete window.PublicKeyCredential", "This browser has no passkeys"),
        (
            "Object.defineProperty(window, 'isSecureContext', { value: false })",
            "This page was not opened securely",
        ),
    ],
)
async def test_a_browser_that_lacks_a_function_is_reported_when_the_page_opens(
    visitor: Visitor, lacking: str, message: str
) -> None:
    await visitor.page.add_init_script(lacking)
    await visitor.open()
    await visitor.warns(message)


async def amend_options(visitor: Visitor, path: str, **changes: object) -> None:
    """Let the server's options arrive changed, as a misconfigured server would send them."""

    async def amend(route: Route) -> None:
        response = await route.fetch()
        begun: dict[str, Any] = await response.json()
        begun["publicKey"].update(changes)
        await route.fulfill(response=response, json=begun)

    await visitor.page.route(f"**/{path}", amend)
