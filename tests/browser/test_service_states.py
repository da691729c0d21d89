"""The page reports unusual states of the service."""

from pathlib import Path

import pytest

from devhost.azurite import Azurite
from devhost.process import HostProcess
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_page_recovers_after_storage_was_unavailable(
    visitor: Visitor, username: str, tmp_path: Path
) -> None:
    visitor.expected_complaints.add("status of 503 ")
    with Azurite(data=tmp_path / "tables") as azurite:
        settings = {
            "TABLES_CONNECTION_STRING": azurite.connection_string,
            "SIGNING_KEY_FILE": str(tmp_path / "signing-key.pem"),
        }
        with HostProcess(settings=settings) as host:
            async with visitor.visit(host.url):
                assert await visitor.next_ceremony() == "conditional"
                azurite.stop()
                await visitor.ask_to_register(username)
                await visitor.warns("Try again in 5 seconds")
                azurite.start()
                await visitor.button("Try again").click()
                await visitor.says(f"Passkey created for {username}")


async def test_a_service_that_allows_no_registration_shows_that(
    visitor: Visitor, username: str, azurite: Azurite, signing_key_file: Path
) -> None:
    visitor.expected_complaints.add("status of 401 ")
    settings = {
        "TABLES_CONNECTION_STRING": azurite.connection_string,
        "SIGNING_KEY_FILE": str(signing_key_file),
        "REGISTRATION": "verified",
    }
    with HostProcess(settings=settings) as host:
        async with visitor.visit(host.url):
            await visitor.ask_to_register(username)
            await visitor.warns("You cannot register here by yourself")
