"""From a storage account that is lost to a service that goes on, by the two commands."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from devhost.azurite import Azurite
from devhost.process import HostProcess
from shared.backup.tables_file import About, Writing
from tests.api import Api
from tests.authenticator import SoftAuthenticator
from tests.commands.command import ORIGIN, RELYING_PARTY, run
from tests.serving import serving

EXPORT, IMPORT = "shared.commands.export_tables", "shared.commands.import_tables"
CHECK = "shared.commands.check_audit_log"

type Settings = dict[str, str]


@pytest.fixture
def settings(own_azurite: Azurite, tmp_path: Path) -> Settings:
    """Of the store that gets lost."""
    return {
        "TABLES_CONNECTION_STRING": own_azurite.connection_string,
        "SIGNING_KEY_FILE": str(tmp_path / "signing-key.pem"),
        **RELYING_PARTY,
        "REGISTRATION": "open",
    }


@pytest.fixture
def untouched(azurite: Azurite, tmp_path: Path) -> Settings:
    """Of a store in which nothing is written, or looked for."""
    return {
        "TABLES_CONNECTION_STRING": azurite.connection_string,
        "SIGNING_KEY_FILE": str(tmp_path / "signing-key.pem"),
        **RELYING_PARTY,
    }


@pytest.fixture
def restored(settings: Settings) -> Iterator[Settings]:
    """Of an empty store."""
    with Azurite() as empty:
        yield {**settings, "TABLES_CONNECTION_STRING": empty.connection_string}


@pytest.fixture
def key() -> SoftAuthenticator:
    return SoftAuthenticator(rp_id="localhost", origin=ORIGIN)


async def export(settings: Settings, file: Path) -> str:
    """Export to the file; return the printed output."""
    ran = await run(EXPORT, environment=settings)
    assert ran.returncode == 0, ran.stderr
    await asyncio.to_thread(file.write_text, ran.stdout, "utf-8")
    return ran.stderr


def write_backup(file: Path) -> None:
    """Write a backup without rows."""
    writing = Writing()
    about = About(rp_id="localhost", issuer=ORIGIN, at="2031-05-17T12:00:00.000000Z")
    file.write_bytes(writing.begin(about) + writing.end())


async def test_a_store_without_a_row_has_no_backup(settings: Settings) -> None:
    """An empty store is probably the wrong one."""
    ran = await run(EXPORT, environment=settings)
    assert ran.returncode == 1
    assert ran.stderr.startswith("ValueError: all tables are empty")


async def _refresh(api: Api, token: str) -> int:
    return (await api.refresh(token)).status


async def test_people_can_sign_in_to_a_restored_store_and_old_sessions_are_refused(
    settings: Settings, restored: Settings, key: SoftAuthenticator, tmp_path: Path
) -> None:
    async with serving(HostProcess(settings=settings)) as api:
        await api.register(key, "ada")
        before = await api.sign_in(key, "ada")
    file = tmp_path / "tables.jsonl"
    printed = await export(settings, file)
    digest = printed.splitlines()[-1].removeprefix("sha256 ")
    brought = await run(IMPORT, str(file), "--sha256", digest, environment=restored)
    assert brought.returncode == 0, brought.stderr
    assert brought.stdout.splitlines()[-1] == "all rows are there"
    checked = await run(CHECK, "--restored", environment=restored)
    assert (checked.returncode, checked.stdout) == (0, "tables and log agree\n"), checked.stderr
    async with serving(HostProcess(settings=restored)) as api:
        assert await _refresh(api, before["refresh_token"]) == 400
        after = await api.sign_in(key, "ada")
        assert after["user"] == before["user"]
        assert await _refresh(api, after["refresh_token"]) == 200


async def test_a_dry_run_prints_the_planned_changes(
    settings: Settings, restored: Settings, key: SoftAuthenticator, tmp_path: Path
) -> None:
    async with serving(HostProcess(settings=settings)) as api:
        await api.register(key, "ada")
    file = tmp_path / "tables.jsonl"
    exported = dict(line.split() for line in (await export(settings, file)).splitlines())
    for _ in range(2):
        looked = await run(IMPORT, str(file), "--dry-run", environment=restored)
        about, _, *tables, end = looked.stdout.splitlines()
        assert about.startswith(f"localhost, {ORIGIN}, as of 20")
        counted = {line.split()[0]: line.split()[1:] for line in tables}
        assert counted["Accounts"] == [exported["Accounts"], "0", "0"]
        assert end == "nothing was written"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--sha256", "0" * 64], "ValueError: the file has another SHA-256"),
        (["--rp-id", "example.com"], "ValueError: the file is of the RP ID localhost, not of"),
    ],
)
async def test_a_file_with_another_digest_or_rp_id_is_refused(
    untouched: Settings, tmp_path: Path, arguments: list[str], complaint: str
) -> None:
    file = tmp_path / "tables.jsonl"
    write_backup(file)
    refused = await run(IMPORT, str(file), *arguments, environment=untouched)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(complaint)


async def test_an_incomplete_or_missing_file_is_refused(
    untouched: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "tables.jsonl"
    write_backup(file)
    file.write_text(file.read_text("utf-8").splitlines(keepends=True)[0], "utf-8")
    cut = await run(IMPORT, str(file), environment=untouched)
    assert cut.stderr == "Damaged: the last line is missing: the file is incomplete\n"
    missing = await run(IMPORT, str(tmp_path / "other"), environment=untouched)
    assert missing.returncode == 1
    assert missing.stderr.startswith("FileNotFoundError")
