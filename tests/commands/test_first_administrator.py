"""The first administrator of a new deployment registers with a pass that an operator makes once."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from devhost.azurite import Azurite, Certificate
from devhost.process import HostProcess
from tests.authenticator import SoftAuthenticator
from tests.commands.command import ORIGIN, RELYING_PARTY, run
from tests.fakes.azure_cli import make_azure_cli
from tests.fakes.tls import Tls, make_tls
from tests.serving import serving


@pytest.fixture
def tls(tmp_path: Path) -> Tls:
    return make_tls(tmp_path)


@pytest.fixture
def tls_azurite(tls: Tls) -> Iterator[Azurite]:
    with Azurite(certificate=Certificate(cert=tls.certificate, key=tls.key)) as azurite:
        yield azurite


@pytest.fixture
def settings(tls_azurite: Azurite, tls: Tls, tmp_path: Path) -> dict[str, str]:
    """An operator's settings: no connection string; only the Azure CLI knows who they are."""
    make_azure_cli(tmp_path)
    return {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "AZURE_TOKEN_CREDENTIALS": "AzureCliCredential",
        "TABLES_CONNECTION_STRING": "",
        "TABLES_ENDPOINT": tls_azurite.url,
        "SSL_CERT_FILE": str(tls.authority),
        "SIGNING_KEY_FILE": str(tmp_path / "signing-key.pem"),
        **RELYING_PARTY,
    }


async def first_administrator(
    username: str, settings: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return await run("shared.commands.first_administrator", username, environment=settings)


async def test_an_operators_pass_makes_the_first_administrator(settings: dict[str, str]) -> None:
    ran = await first_administrator("ada", settings)
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    key = SoftAuthenticator(rp_id="localhost", origin=ORIGIN)
    async with serving(HostProcess(settings=settings)) as api:
        redeemed = {"username": "ada", "accessPass": ran.stdout.strip()}
        token = (await api.post("/access-passes/redeem", redeemed)).json["access_token"]
        await api.register(key, "ada", token=token)
        signed_in = await api.sign_in(key, "ada")
        issued = await api.post(
            "/access-passes", {"username": "bob"}, token=signed_in["access_token"]
        )
        assert issued.status == 201, issued.raw


async def test_a_first_administrator_can_be_made_only_once(settings: dict[str, str]) -> None:
    await first_administrator("ada", settings)
    ran = await first_administrator("eve", settings)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == "There are accounts already: ask one of their administrators.\n"


async def test_an_operator_who_is_not_signed_in_gets_an_error(
    settings: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "az").unlink()
    ran = await first_administrator("ada", {**settings, "PATH": str(tmp_path)})
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "Azure CLI not found on path" in ran.stderr
    assert ran.stderr.splitlines()[-1].startswith("StorageUnavailable")
