"""A full disk is reported in one line, so that half an export is not taken for a whole one."""

from pathlib import Path

import pytest

from devhost.azurite import Azurite
from tests.commands.command import RELYING_PARTY, run

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no disk that is always full")
@pytest.mark.parametrize("command", ["export_tables", "export_audit_log"])
async def test_an_export_to_a_full_disk_fails(
    azurite: Azurite, tmp_path: Path, command: str
) -> None:
    settings = {
        "TABLES_CONNECTION_STRING": azurite.connection_string,
        "SIGNING_KEY_FILE": str(tmp_path / "signing-key.pem"),
        **RELYING_PARTY,
    }
    ran = await run(f"shared.commands.{command}", environment=settings, output=FULL)
    assert ran.returncode == 1
    assert ran.stderr == "OSError: [Errno 28] No space left on device\n"
