"""Each error name of a browser has a message, for making a passkey and for using one."""

from dataclasses import dataclass
from typing import Literal

import pytest
from playwright.async_api import expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

FAIL = """([call, name]) => {
  navigator.credentials[call] = async () => {
    if (name !== "NoCredential") throw new DOMException("Nobody reads it", name);
    return null;
  };
}"""
MAKE_ANOTHER_REQUEST = """() => {
  navigator.credentials.get({ publicKey: { challenge: new Uint8Array(16) } }).catch(() => {});
}"""


THROW = """(kind) => {
  const error = new TypeError("Illegal invocation");
  const thrown = { nothing: undefined, null: null, "a type error": error };
  navigator.credentials.create = async () => { throw thrown[kind]; };
}"""


@dataclass(frozen=True, kw_only=True)
class Failure:
    name: str
    making: str
    using: str
    calm: bool | Literal["making"] = False


FAILURES = (
    Failure(
        name="NotAllowedError",
        making="Cancelled or timed out",
        using="If it offered no passkey",
        calm=True,
    ),
    Failure(name="AbortError", making="Interrupted", using="Interrupted", calm=True),
    Failure(name="TimeoutError", making="Time ran out", using="Time ran out", calm=True),
    Failure(
        name="NoCredential",
        making="No passkey was created",
        using="No passkey was chosen",
        calm=True,
    ),
    Failure(
        name="InvalidStateError",
        making="This device already has a passkey",
        using="The browser was not ready",
        calm="making",
    ),
    Failure(
        name="ConstraintError",
        making="t confirm it is you",
        using="t confirm it is you",
    ),
    Failure(
        name="NotSupportedError",
        making="No suitable authenticator",
        using="t support these passkeys",
    ),
    Failure(
        name="SecurityError",
        making="The passkeys belong to another address",
        using="The passkeys belong to another address",
    ),
    Failure(
        name="UnknownError",
        making="perhaps its storage is full",
        using="Your device could not do it",
    ),
    Failure(
        name="NotReadableError",
        making="The browser could not reach your passkeys",
        using="The browser could not reach your passkeys",
    ),
    Failure(
        name="OperationError",
        making="The browser could not do it",
        using="The browser could not do it",
    ),
    Failure(
        name="EncodingError",
        making="The browser could not read the request",
        using="The browser could not read the request",
    ),
    Failure(
        name="DataError",
        making="Your device could not save the passkey",
        using="Your device could not use the passkey",
    ),
    Failure(
        name="PasswordManagerError",
        making="failed for an unknown reason",
        using="failed for an unknown reason",
    ),
)


async def fail(visitor: Visitor, call: str, name: str) -> None:
    await visitor.page.evaluate(FAIL, [call, name])


async def shows_message(visitor: Visitor, text: str, *, calm: bool) -> None:
    await (visitor.says if calm else visitor.warns)(text)
    await expect(visitor.page.get_by_role("alert" if calm else "status")).to_be_empty()
    await expect(visitor.page.locator("main")).not_to_contain_text("Another passkey request")


async def test_each_failure_is_reported(visitor: Visitor, username: str) -> None:
    """In one page, as opening it takes longer than a ceremony. No two failures in succession have
    the same message."""
    await visitor.open()
    for failure in FAILURES:
        await fail(visitor, "create", failure.name)
        await visitor.ask_to_register(username)
        await shows_message(visitor, failure.making, calm=bool(failure.calm))
        await fail(visitor, "get", failure.name)
        await visitor.sign_in(username)
        await shows_message(visitor, failure.using, calm=failure.calm is True)


async def test_an_interruption_by_another_request_is_reported(
    visitor: Visitor, username: str
) -> None:
    await visitor.page.add_init_script("delete PublicKeyCredential.isConditionalMediationAvailable")
    await visitor.open()
    await visitor.register(username)
    assert await visitor.next_ceremony() == "create"
    visitor.touches.clear()
    await visitor.page.evaluate(MAKE_ANOTHER_REQUEST)
    assert await visitor.next_ceremony() == "get"
    await visitor.sign_in(username)
    await visitor.says("Another passkey request interrupted this one")


async def test_a_helper_may_throw_any_value(visitor: Visitor, username: str) -> None:
    await visitor.open()
    for thrown in ("nothing", "null", "a type error"):
        await visitor.page.evaluate(THROW, thrown)
        await visitor.ask_to_register(username)
        await visitor.warns("failed for an unknown reason")
        await expect(visitor.page.get_by_role("button", name="Try again")).to_be_visible()
        await fail(visitor, "create", "AbortError")  # another message, before the next one
        await visitor.ask_to_register(username)
        await visitor.says("Interrupted")
