"""From a running host to an auditor's verdict, by the two commands that docs/audit.md names."""

import json
from pathlib import Path

import pytest

from devhost.azurite import Azurite
from shared.accounts.roles import Role
from tests.api import Api, new_username
from tests.authenticator import SoftAuthenticator
from tests.commands.command import run
from tests.http.administrators import sign_in_as
from tests.http.test_audit import maintain

EXPORT = "shared.commands.export_audit_log"


@pytest.fixture
def settings(api: Api, azurite: Azurite, signing_key_file: Path) -> dict[str, str]:
    return {
        "TABLES_CONNECTION_STRING": azurite.connection_string,
        "SIGNING_KEY_FILE": str(signing_key_file),
        "RP_ID": "localhost",
        "RP_ORIGINS": api.url,
        "ISSUER": api.url,
    }


async def test_the_events_of_a_host_are_exported_and_proven(
    api: Api,
    azurite: Azurite,
    authenticator: SoftAuthenticator,
    settings: dict[str, str],
    tmp_path: Path,
) -> None:
    username = new_username()
    await api.register(authenticator, username)
    await api.sign_in(authenticator, username)
    auditor = await sign_in_as(api, azurite.connection_string, Role.AUDIT_READ)
    await maintain(api)
    sealed = (await api.get("/audit/checkpoint", token=auditor["access_token"])).json
    exported = await run(EXPORT, environment=settings)
    assert exported.returncode == 0, exported.stderr
    (tmp_path / "log.jsonl").write_text(exported.stdout, encoding="utf-8")
    (tmp_path / "seen").write_text(sealed["checkpoint"], encoding="utf-8")
    verified = await run(
        *("shared.audit.verify", str(tmp_path / "log.jsonl")),
        *("--key", sealed["keys"][0], "--seen", str(tmp_path / "seen")),
        environment={},
    )
    # Other tests use the same log, and not all that they do is without a trace of suspicion.
    assert "WRONG" not in verified.stdout, verified.stdout
    assert "entries missing" not in verified.stdout
    await _exports_the_same_entries_as_ocsf(exported.stdout, settings)


async def _exports_the_same_entries_as_ocsf(log: str, settings: dict[str, str]) -> None:
    lines = [json.loads(line) for line in log.splitlines()]
    entries = [line["entry"]["index"] for line in lines if "entry" in line]
    ran = await run(EXPORT, "--format", "ocsf", environment=settings)
    assert ran.returncode == 0, ran.stderr
    events = [json.loads(line) for line in ran.stdout.splitlines()]
    # The host may have sealed more since.
    assert [each["unmapped"]["LogIndex"] for each in events][: len(entries)] == entries
    assert {each["class_uid"] for each in events} >= {3001, 3002}


async def test_a_failed_export_is_reported_in_one_line(settings: dict[str, str]) -> None:
    beyond = await run(EXPORT, "--first", "999999999", environment=settings)
    assert beyond.returncode == 1
    assert beyond.stderr.startswith("ValueError: the log has ")
    unset = await run(EXPORT, environment={**settings, "RP_ID": ""})
    assert unset.stderr.startswith("InvalidSetting: RP_ID")
