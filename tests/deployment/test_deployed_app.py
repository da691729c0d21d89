"""The package runs with its requirements, and without any other file of the repository."""

import asyncio
import subprocess
from pathlib import Path

import pytest

from devhost.azurite import Azurite
from release.package import files_in
from shared.blueprints.openapi import read_description
from tests.api import new_username
from tests.authenticator import SoftAuthenticator
from tests.deployment.running import ORIGIN, running

OURS = ("bench", "tests")
NOT_REQUIRED = ("hypothesis", "pathspec", "pip", "pytest", "uv")
FIND = "import importlib.util, sys; print([n for n in sys.argv[1:] if importlib.util.find_spec(n)])"


@pytest.fixture
def settings(own_azurite: Azurite, tmp_path: Path) -> dict[str, str]:
    return {
        "TABLES_CONNECTION_STRING": own_azurite.connection_string,
        "SIGNING_KEY_FILE": str(tmp_path / "signing-key.pem"),
        "RP_ID": "localhost",
        "RP_ORIGINS": ORIGIN,
        "ISSUER": ORIGIN,
        "REGISTRATION": "open",
    }


async def test_only_required_libraries_can_be_imported(python: Path, package: Path) -> None:
    """Otherwise the other tests here would prove little."""
    command = [str(python), "-B", "-c", FIND, "shared.errors", "jwt", *OURS, *NOT_REQUIRED]
    found = await asyncio.to_thread(
        subprocess.run, command, cwd=package, env={}, capture_output=True, text=True, check=True
    )
    assert found.stdout == "['shared.errors', 'jwt']\n"


async def test_the_package_registers_and_signs_in_a_user(
    python: Path, package: Path, settings: dict[str, str]
) -> None:
    key, username = SoftAuthenticator(rp_id="localhost", origin=ORIGIN), new_username()
    async with running(python, package, settings) as api:
        assert (await api.get("/health")).json == {"status": "ok"}
        await api.register(key, username)
        signed_in = await api.sign_in(key, username)
        me = await api.get("/me", token=signed_in["access_token"])
    assert me.json["user"]["username"] == username


async def test_the_package_serves_its_pages_and_description(
    python: Path, package: Path, settings: dict[str, str]
) -> None:
    before = files_in(package)
    async with running(python, package, settings) as api:
        for path in (
            "/",
            "/audit",
            "/problems",
            "/assets/home/home.js",
            "/assets/common/favicon.svg",
        ):
            assert (await api.get(path)).status == 200, path
        described = (await api.get("/openapi.json")).json
    own = read_description(package / "shared" / "blueprints" / "openapi")
    assert described["paths"] == own["paths"]
    assert files_in(package) == before
