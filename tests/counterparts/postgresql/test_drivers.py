"""The programs of the documentation, and psql as it says, with a certificate."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.counterparts.installation import check_installed
from tests.counterparts.postgresql import documented
from tests.counterparts.postgresql.authority import Authority, Request
from tests.counterparts.postgresql.client import Psql, write_credential
from tests.counterparts.postgresql.installation import DRIVERS
from tests.counterparts.postgresql.server import Server

OUTPUT = (
    "--no-psqlrc",
    "--no-align",
    "--tuples-only",
    "--command",
    "select current_user, touchstone_person()",
)


@pytest.fixture
def folder(server: Server, tmp_path: Path) -> Path:
    (tmp_path / "server-ca.pem").write_bytes(server.tls.authority.read_bytes())
    return tmp_path


def run(command: Sequence[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    words = list(map(str, command))
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)


def test_psql(server: Server, psql: Psql, authority: Authority, folder: Path) -> None:
    write_credential(authority.issue(Request(names=["app_ro"], person="alice")), folder)
    ran = run((*psql.programs.find("psql"), *documented.psql(server.port), *OUTPUT), folder)
    assert ran.stdout == "app_ro|alice\n", ran.stderr


@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_drivers_of_python(server: Server, authority: Authority, folder: Path, driver: str) -> None:
    check_installed(DRIVERS)
    command = (DRIVERS.program("python"), "-c", documented.program(driver, server.port))
    write_credential(authority.issue(Request(names=["app_ro"], person="alice")), folder)
    ran = run(command, folder)
    assert ran.stdout == "app_ro alice\n", ran.stderr
    write_credential(authority.issue(Request(names=["orders_admin"])), folder)
    assert run(command, folder).returncode == 1
