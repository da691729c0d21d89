"""What access profiles give, by way of the command line."""

import os
import pty
import struct

import jwt
import pytest

from tests.browser.people import Person
from tests.cli.people import answer_sign_in, approve
from tests.cli.running import Machine

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_tokens_for_what_is_offered(adas: Machine) -> None:
    listed = await adas.run("access")
    rows = [line.split()[:3] for line in listed.out.splitlines()]
    assert rows[0] == ["PROFILE", "KIND", "STATE"]
    assert ["orders", "azure-sql", "ready"] in rows
    assert ["approved", "azure-sql", "needs"] in rows
    assert "bobs" not in listed.out

    token = await adas.run("token", "--profile", "orders")
    assert (token.code, token.err) == (0, "")
    claims = jwt.decode(token.out.strip(), options={"verify_signature": False})
    assert claims["aud"] == "https://database.windows.net"

    odbc = await adas.run("sql-token", "--profile", "orders", "--odbc-hex", "--json")
    data, text = bytes.fromhex(odbc.json["odbc"]), odbc.json["access_token"]
    assert data == struct.pack("<i", 2 * len(text)) + text.encode("utf-16-le")
    plain = await adas.run("sql-token", "--profile", "orders")
    assert plain.out.count(".") == 2


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (("token", "--profile", "bobs"), 4, "refused"),
        (("token", "--profile", "none"), 4, "refused"),
        (("sql-token", "--profile", "flexible"), 2, "usage"),
        (("psql", "--profile", "orders"), 2, "usage"),
        (("token", "--profile", "hardware"), 3, "sign-in-again"),
        (("token",), 2, "usage"),
        (("restore", "--profile", "orders"), 4, "refused"),
        (("requests", "01950000-0000-7000-8000-000000000000"), 4, "refused"),
    ],
)
async def test_refusals_have_exit_codes(
    adas: Machine, arguments: tuple[str, ...], code: int, error: str
) -> None:
    ran = await adas.run(*arguments, "--json")
    assert (ran.code, ran.json["error"], ran.json["exit_code"]) == (code, error, code), ran
    assert ran.json["message"]
    assert "Traceback" not in ran.err


async def test_an_approval_is_asked_for_and_waited_for(adas: Machine, bob: Person) -> None:
    arguments = ("token", "--profile", "approved", "--reason", "a report", "--json")
    async with adas.running(*arguments) as running:
        address = await running.says("https://")
        await running.says("Waiting for 1 approver")
        listed = await adas.run("requests", "--json")
        assert address.endswith(listed.json["asked"][0]["id"])
        await approve(bob, address)
        ran = await running.ends()
    assert ran.code == 0, ran
    assert ran.json["access_token"].count(".") == 2
    assert "It is approved." in ran.err


async def test_an_approval_that_is_not_waited_for_is_used_later(adas: Machine, bob: Person) -> None:
    asked = await adas.run("token", "--profile", "approved", "--no-wait", "--json")
    assert (asked.code, asked.json["error"]) == (6, "not-approved")
    approval, address = asked.json["approval"], asked.json["approve_url"]
    await approve(bob, address)
    later = await adas.run("token", "--profile", "approved", "--approval", approval)
    assert later.code == 0, later
    again = await adas.run("token", "--profile", "approved", "--approval", approval, "--json")
    assert (again.code, again.json["status"]) == (6, "used")


async def test_a_person_refuses(adas: Machine, bob: Person) -> None:
    async with adas.running("token", "--profile", "approved", "--json") as running:
        await bob.open(await running.says("https://"))
        await bob.sees("Do you approve this?")
        await bob.presses("Refuse")
        await bob.visitor.page.get_by_label("Why do you refuse it?").fill("not today")
        await bob.presses("Refuse it now")
        ran = await running.ends()
    assert (ran.code, ran.json["status"]) == (4, "refused")
    assert ran.json["message"] == "bob refused: not today"


async def test_ctrl_c_while_it_waits(adas: Machine) -> None:
    async with adas.running("token", "--profile", "approved") as running:
        await running.says("Waiting for")
        running.interrupt()
        ran = await running.ends()
    assert (ran.code, ran.out, "Traceback" in ran.err) == (130, "", False)


async def test_with_a_terminal_somebody_signs_in_again_by_itself(
    machine: Machine, ada: Person
) -> None:
    """And not without one: then there is nobody to ask."""
    assert (await machine.run("token", "--profile", "orders")).code == 3
    here, there = pty.openpty()
    try:
        async with machine.running("token", "--profile", "orders", stdin=there) as running:
            assert await running.says("Nobody has signed in")
            await answer_sign_in(ada, running)
            ran = await running.ends()
        assert ran.code == 0, ran
        await _is_still_too_weak(machine, ada, there)
    finally:
        os.close(here)
        os.close(there)


async def _is_still_too_weak(machine: Machine, ada: Person, terminal: int) -> None:
    """The same passkey does not get better. It is asked for once."""
    async with machine.running("token", "--profile", "hardware", stdin=terminal) as running:
        assert await running.says("The sign-in is too old, or its passkey")
        await answer_sign_in(ada, running, by_gesture=True)
        ran = await running.ends()
    assert (ran.code, ran.out) == (3, "")
