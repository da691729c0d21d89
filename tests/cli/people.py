"""A person who signs in to the command line with a browser and a passkey."""

import re

from playwright.async_api import expect

from tests.browser.people import Person
from tests.cli.running import Machine, Ran, Running

_APPROVED = re.compile("^Approved")


async def sign_in(person: Person, machine: Machine, *arguments: str) -> Ran:
    async with machine.running("login", *arguments) as running:
        await answer_sign_in(person, running)
        return await running.ends()


async def answer_sign_in(person: Person, running: Running, *, by_gesture: bool = False) -> None:
    """At our page. It asks each time whether the program may, as any program can say that it is
    this one."""
    page = person.visitor.page
    await page.goto(await running.says("https://"))
    if by_gesture:
        await person.presses("Confirm with a passkey")
    await person.presses("Allow")
    await expect(page.get_by_text("You may close this page")).to_be_visible()


async def approve(person: Person, address: str) -> None:
    await person.open(address)
    await person.sees("Do you approve this?")
    await person.presses("Approve with a passkey")
    # The command goes on at once, and may have used it before the page looks again.
    await expect(person.visitor.page.locator("#state > strong")).to_have_text(_APPROVED)
