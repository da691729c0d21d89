"""Whatever is wrong, a command says what to do, and ends with the exit code for it."""

import json
from pathlib import Path

import pytest

from tests.cli.running import Machine, check
from tests.counterparts.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")
SLOW_CLOCK = """import time
_time = time.time
time.time = lambda: _time() - 600
"""


async def test_a_certificate_that_nobody_vouches_for(machine: Machine) -> None:
    check(await machine.without("SSL_CERT_FILE").run("login"), 5, "does not prove that it is")


async def test_another_service_answers(machine: Machine, service: Service) -> None:
    other = service.issuer.replace("localhost", "127.0.0.1")
    ran = await machine.run("login", "--service", other)
    assert ran.code in (2, 5)  # by its certificate, or by its name


async def test_a_clock_that_is_wrong(adas: Machine, tmp_path: Path) -> None:
    """By ten minutes. The service says what time it is."""
    (tmp_path / "clock").mkdir()
    (tmp_path / "clock" / "sitecustomize.py").write_text(SLOW_CLOCK, encoding="utf-8")
    path = f"{adas.env['PYTHONPATH']}:{tmp_path / 'clock'}"
    ran = await adas.but(PYTHONPATH=path).run("whoami", "--json")
    assert (ran.code, ran.json["username"]) == (0, "ada"), ran
    assert "clock" in ran.err


async def test_a_session_that_others_can_read_is_not_used(fresh: Machine) -> None:
    (path,) = fresh.folder.glob("session-*.json")
    path.chmod(0o640)
    check(await fresh.run("whoami"), 7, str(path), "is open to others", "chmod go=")
    path.chmod(0o600)
    fresh.folder.chmod(0o755)
    check(await fresh.run("whoami"), 7, "is open to others")
    fresh.folder.chmod(0o700)
    path.rename(path.with_suffix(".old"))
    path.symlink_to(path.with_suffix(".old"))
    check(await fresh.run("whoami"), 7, "is a link")


async def test_a_session_that_cannot_be_read(fresh: Machine) -> None:
    (path,) = fresh.folder.glob("session-*.json")
    path.write_text("{}", encoding="utf-8")
    check(await fresh.run("whoami"), 7, "is not what touchstone wrote", "touchstone logout")
    assert (await fresh.run("logout")).code == 0
    assert not path.exists()


async def test_no_psql(adas: Machine) -> None:
    ran = await adas.but(PATH="/nowhere").run("psql", "--profile", "flexible")
    check(ran, 7, "psql is not installed")


async def test_nothing_shows_the_refresh_token(adas: Machine) -> None:
    (path,) = adas.folder.glob("session-*.json")
    token = json.loads(path.read_text(encoding="utf-8"))["refresh_token"]
    ran = await adas.run("whoami", "--json")
    assert token not in ran.out + ran.err
