"""A Python program connects with psycopg, as docs/openid/psql.md shows it, by an exchange."""

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
import pytest_asyncio

from devhost.process import REPOSITORY
from tests.api import Api, new_username
from tests.counterparts.installation import check_installed
from tests.counterparts.postgresql.installation import DRIVERS
from tests.counterparts.psql.administration import Administration
from tests.counterparts.psql.conftest import addresses, block
from tests.counterparts.psql.database import Database
from tests.counterparts.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

COMMAND = '["touchstone", "token", "--profile", "orders"]'
BEGIN = "def get_token(request):\n"
NOTHING: Mapping[str, str] = {}
COUNTING = """import pathlib, sys
folder = pathlib.Path(__file__).parent
with (folder / "asked").open("a") as asked:
    asked.write("x")
print((folder / "token").read_text())
"""


@dataclass(frozen=True, slots=True)
class Programs:
    """That get this token of a command, and count how often they ask for it."""

    service: Service
    database: Database
    folder: Path

    def write(self, token: str) -> None:
        (self.folder / "token").write_text(token)
        (self.folder / "asked").write_text("")
        (self.folder / "give.py").write_text(COUNTING)

    @property
    def asked(self) -> int:
        return len((self.folder / "asked").read_text())

    async def run(self, changes: Mapping[str, str] = NOTHING, *, code: int = 0) -> str:
        """What the documented program prints, with these texts in place of others."""
        command = repr([sys.executable, str(self.folder / "give.py")])
        replaced = dict(addresses(self.service, self.database.port))
        text = block("python", {COMMAND: command, **replaced})
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new)
        program = self.folder / "program.py"
        program.write_text(text)
        environment = os.environ | {"PYTHONPATH": str(REPOSITORY / "cli")}
        process = await asyncio.create_subprocess_exec(
            DRIVERS.program("python"),
            "-W",
            "error",
            program,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        assert process.returncode == code, output.decode()
        return output.decode()


@pytest.fixture
def programs(service: Service, database: Database, tmp_path: Path) -> Programs:
    return Programs(service, database, tmp_path)


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    token: str
    """For the database."""


@pytest_asyncio.fixture(loop_scope="session")
async def person(service: Service, administration: Administration) -> Person:
    """Signed in with a program of the person's own, which has exchanged its token."""
    async with Api(service.host.url) as api:
        key, username = service.passkey(), new_username()
        await api.register(key, username)
        signed_in = await api.sign_in(key, username)
        await administration.put_into("dba", signed_in["user"]["id"])
        form = {
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token": signed_in["access_token"],
            "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
            "audience": "orders",
        }
        given = await api.send(
            "POST",
            "/token",
            data=urlencode(form).encode(),
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                **api.proof("POST", "/token"),
            },
        )
        assert given.status == 200, given.raw
        return Person(signed_in["user"]["id"], given.json["access_token"])


@pytest.fixture(autouse=True)
def installed() -> None:
    check_installed(DRIVERS)


async def test_one_token_opens_several_connections(programs: Programs, person: Person) -> None:
    programs.write(person.token)
    assert await programs.run() == f"oauth:{person.id} reader\n" * 2
    assert programs.asked == 1


async def test_without_keeping_it_is_asked_for_at_each_connection(
    programs: Programs, person: Person
) -> None:
    programs.write(person.token)
    await programs.run({"use_tokens(kept(get_token))": "use_tokens(get_token)"})
    assert programs.asked == 2


async def test_a_role_that_is_not_in_the_token_is_not_had(
    programs: Programs, person: Person
) -> None:
    programs.write(person.token)
    output = await programs.run({"user=reader": "user=writer"}, code=1)
    assert "OAuth bearer authentication failed" in output


async def test_what_the_function_raises_is_the_cause_of_the_error(
    programs: Programs, person: Person
) -> None:
    programs.write(person.token)
    output = await programs.run({BEGIN: BEGIN + "    raise LookupError('none')\n"}, code=1)
    assert "LookupError: none" in output
    assert "The above exception was the direct cause" in output
    assert "psycopg.OperationalError" in output


async def test_the_function_learns_what_is_asked_for(programs: Programs, person: Person) -> None:
    programs.write(person.token)
    output = await programs.run({BEGIN: BEGIN + "    print(request.discovery, request.scope)\n"})
    issuer = programs.service.issuer
    assert f"{issuer}/.well-known/openid-configuration db:orders\n" in output


async def test_outside_of_the_block_libpq_asks_nobody(programs: Programs, person: Person) -> None:
    programs.write(person.token)
    after = "fetchone())\npsycopg.connect(f'{where} {issuer}')\n"
    output = await programs.run({"fetchone())\n": after}, code=1)
    assert output.startswith(f"oauth:{person.id} reader\n" * 2)
    assert "no OAuth flows are available" in output
