"""An operator whose machine reaches the vault and the service, and not the tables."""

import io
import os
from pathlib import Path

import pytest

from devhost.process import HostProcess
from shared.backup.contents import checked
from shared.backup.tables_file import Reading
from shared.keys.operator_tokens import Purpose
from tests.api import Api, Reply
from tests.authenticator import SoftAuthenticator
from tests.commands.command import run
from tests.fakes.azure_cli import make_azure_cli
from tests.fakes.key_vault import FakeKeyVault
from tests.fakes.key_vault_answers import UNAVAILABLE
from tests.keys.vault_secrets import ORIGIN, add_certificate, add_sealing_key
from tests.serving import WITHOUT_TIMER, serving

FIRST, EXPORT = "shared.commands.first_administrator", "shared.commands.export_tables"
TOKEN = "ab" * 32


@pytest.fixture
def operator(vault: FakeKeyVault, tmp_path: Path) -> dict[str, str]:
    """Nothing but a sign-in: no setting of the service."""
    make_azure_cli(tmp_path)
    return {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "AZURE_TOKEN_CREDENTIALS": "AzureCliCredential",
        **vault.environment(tmp_path),
    }


async def test_an_operator_makes_the_first_administrator_and_exports_the_tables(
    settings: dict[str, str], vault: FakeKeyVault, operator: dict[str, str]
) -> None:
    """In one test, as a host takes seconds to start."""
    add_certificate(vault)
    add_sealing_key(vault)
    async with serving(HostProcess(settings={**settings, **WITHOUT_TIMER})) as api:
        await _is_an_outage_without_the_vault(api, vault)
        through = ("--service", api.url, "--vault", vault.url)
        await _makes_the_first_administrator(api, operator, through)
        exported = await run(EXPORT, *through, environment=operator)
        assert exported.returncode == 0, exported.stderr
        _is_complete(exported.stdout, exported.stderr)
        for purpose in Purpose:
            assert {each.enabled for each in vault.versions(purpose.secret_name)} == {False}


async def _is_an_outage_without_the_vault(api: Api, vault: FakeKeyVault) -> None:
    vault.refusal = UNAVAILABLE
    for reply in await _everywhere(api):
        assert (reply.status, reply.problem) == (503, "vault-unavailable")
        assert reply.headers["Retry-After"] == "5"
    vault.refusal = None


async def _everywhere(api: Api) -> list[Reply]:
    return [
        await api.post("/operator/first-administrator", {"username": "eve"}, token=TOKEN),
        await api.post("/operator/export", {}, token=TOKEN),
        await api.post("/operator/export/rows", {"table": "Links"}, token=TOKEN),
    ]


async def _makes_the_first_administrator(
    api: Api, operator: dict[str, str], through: tuple[str, ...]
) -> None:
    ran = await run(FIRST, "ada", *through, environment=operator)
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stderr
    redeemed = {"username": "ada", "accessPass": ran.stdout.strip()}
    token = (await api.post("/access-passes/redeem", redeemed)).json["access_token"]
    key = SoftAuthenticator(rp_id="localhost", origin=ORIGIN)
    await api.register(key, "ada", token=token)
    administrator = (await api.sign_in(key, "ada"))["access_token"]
    issued = await api.post("/access-passes", {"username": "bob"}, token=administrator)
    assert issued.status == 201, issued.raw


def _is_complete(text: str, printed: str) -> None:
    """`tests/operators/test_tables_export.py` compares it with the file of a machine in the
    network."""
    reading = Reading(io.BytesIO(text.encode()))
    rows = [*checked(reading.rows())]
    assert (reading.about.rp_id, reading.about.issuer) == ("localhost", ORIGIN)
    assert printed.splitlines()[-1] == f"sha256 {reading.tally.digest}"
    assert {"ada", "bob"} <= {row.entity.get("Username") for row in rows}
