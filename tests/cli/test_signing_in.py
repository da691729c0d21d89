"""People sign in to the command line, and out of it."""

import asyncio
import json
import stat

import pytest
from keyring.backend import KeyringBackend
from playwright.async_api import expect

from devhost.process import REPOSITORY
from tests.browser.people import Person
from tests.cli.keyrings import FileKeyring, LockedKeyring
from tests.cli.people import sign_in
from tests.cli.running import Machine, check
from tests.counterparts.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_with_the_browser_of_this_machine(
    machine: Machine, ada: Person, service: Service
) -> None:
    ran = await sign_in(ada, machine)
    assert ran.code == 0, ran.err
    (path,) = machine.folder.glob("session-*.json")
    assert ran.out == f"Signed in as ada. The session is kept in the file {path}.\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(machine.folder.stat().st_mode) == 0o700

    there = machine.without("TOUCHSTONE_URL")  # the sign-in says which service is meant
    who = await there.run("whoami", "--json")
    assert (who.code, who.err) == (0, "")
    assert (who.json["username"], who.json["service"]) == ("ada", service.issuer)

    kept = json.loads(path.read_text(encoding="utf-8"))
    assert kept.keys() == {"service", "username", "refresh_token", "key"}  # no access token
    out = await there.run("logout")
    assert (out.code, out.out) == (0, "Signed out.\n")
    assert not path.exists()
    path.write_text(json.dumps(kept), encoding="utf-8")
    path.chmod(0o600)
    over = await there.run("whoami", "--json")
    assert (over.code, over.json["error"]) == (3, "not-signed-in")
    assert not path.exists()


async def test_on_another_device_without_a_screen_or_over_ssh(
    machine: Machine, ada: Person, service: Service
) -> None:
    far = machine.but(SSH_CONNECTION="203.0.113.9 50000 198.51.100.7 22")
    async with far.running("login") as running:
        where = await running.says("On any device, open")
        code = (await running.says("and type the code")).split()[-1]
        assert where.split()[-1] == f"{service.issuer}/device"
        page = ada.visitor.page
        await page.goto(f"{service.issuer}/device")
        await page.get_by_label("The code that your device shows").fill(code)
        await ada.visitor.button("Next").click()
        await expect(page.locator("#client-name")).to_have_text("Touchstone command line")
        await ada.visitor.button("Approve with a passkey").click()
        ran = await running.ends()
    assert (ran.code, ran.out.partition(".")[0]) == (0, "Signed in as ada")
    assert (await far.run("whoami")).out.split()[:2] == ["username", "ada"]


async def test_a_person_says_no(machine: Machine, ada: Person) -> None:
    async with machine.running("login", "--device", "--json") as running:
        code = (await running.says("and type the code")).split()[-1]
        page = ada.visitor.page
        await page.goto(f"{ada.visitor.url}/device")
        await page.get_by_label("The code that your device shows").fill(code)
        await ada.visitor.button("Next").click()
        await ada.visitor.button("Reject").click()
        ran = await running.ends()
    assert (ran.code, ran.json["error"], ran.json["exit_code"]) == (4, "refused", 4)


async def test_processes_at_the_same_time_keep_the_session(adas: Machine) -> None:
    ran = await asyncio.gather(*(adas.run("whoami", "--json") for _ in range(4)))
    assert [(each.code, each.err) for each in ran] == [(0, "")] * 4
    assert (await adas.run("whoami")).code == 0


async def test_ctrl_c_ends_it_and_leaves_nothing(machine: Machine) -> None:
    async with machine.running("login") as running:
        await running.says("https://")
        running.interrupt()
        ran = await running.ends()
    assert (ran.code, ran.out) == (130, "")
    assert "Traceback" not in ran.err
    assert list(machine.folder.glob("session-*")) == []


def with_keyring(machine: Machine, kind: type[KeyringBackend]) -> Machine:
    path = f"{machine.env['PYTHONPATH']}:{REPOSITORY}"
    return machine.but(PYTHONPATH=path, PYTHON_KEYRING_BACKEND=f"{kind.__module__}.{kind.__name__}")


async def test_where_there_is_a_keyring_it_has_the_session(
    machine: Machine, ada: Person, service: Service
) -> None:
    here = with_keyring(machine, FileKeyring)
    ran = await sign_in(ada, here, "--json")
    assert (ran.code, ran.json["kept_in"]) == (0, "the keyring (keyrings)")
    assert list(machine.folder.glob("session-*")) == []
    assert (await here.run("whoami", "--json")).json["kept_in"] == "the keyring (keyrings)"
    assert (await here.run("logout")).code == 0
    kept = json.loads((machine.home / "keyring.json").read_text(encoding="utf-8"))
    assert kept == {}


async def test_a_keyring_that_nobody_unlocks_is_left_alone(machine: Machine, ada: Person) -> None:
    here = with_keyring(machine, LockedKeyring)
    refused = await here.run("login")
    check(refused, 7, "The keyring does not answer (KeyringLocked).", "TOUCHSTONE_STORE=file")
    ran = await sign_in(ada, here.but(TOUCHSTONE_STORE="file"))
    assert (ran.code, "kept in the file" in ran.out) == (0, True)
