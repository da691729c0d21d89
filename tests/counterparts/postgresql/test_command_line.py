"""`touchstone psql` gets a person in with a certificate of the service, with each psql."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from devhost.azurite import Azurite
from tests.browser.chromium import visiting
from tests.browser.member import arrive_signed_in
from tests.browser.people import Person
from tests.cli.people import sign_in
from tests.cli.running import Machine, environment
from tests.counterparts.installation import check_installed
from tests.counterparts.postgresql.client import put_in_path
from tests.counterparts.postgresql.installation import CLIENTS, SERVERS, Programs
from tests.counterparts.postgresql.job import Job
from tests.counterparts.postgresql.server import Server
from tests.counterparts.service import Service, serve

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("started", SERVERS[1:], indirect=True, ids=str),
]


def _profile(name: str, port: int, **members: object) -> dict[str, Any]:
    where = {"host": "127.0.0.1", "port": port, "database": "orders"}
    return {
        "name": name,
        "title": name,
        "kind": "postgresql-certificate",
        "parameters": where | {"role": {"fixed": "app_ro"}},
        "who": {"users": ["ada"]},
        **members,
    }


@pytest.fixture(scope="module")
def certifying(
    azurite: Azurite, started: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("certifying")
    profiles = [
        _profile("orders", started.port),
        _profile("others", started.port, who={"users": ["bob"]}),
        _profile("confirmed", started.port, demands={"boundGesture": True}),
    ]
    key = str(folder / "client-ca.pem")
    with serve(
        azurite, folder, ACCESS_PROFILES=json.dumps(profiles), CLIENT_CA_KEY_FILE=key
    ) as service:
        yield service


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ada(browser: Browser, certifying: Service) -> AsyncIterator[Person]:
    async with visiting(browser, certifying.issuer) as visitor:
        await arrive_signed_in(visitor, "ada", key_name="Laptop")
        yield Person(name="ada", visitor=visitor)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def signed_in(
    certifying: Service, ada: Person, tmp_path_factory: pytest.TempPathFactory
) -> Machine:
    home = tmp_path_factory.mktemp("home")
    env = environment(
        home,
        SSL_CERT_FILE=str(certifying.tls.authority),
        TOUCHSTONE_URL=certifying.issuer,
        BROWSER="true",
    )
    machine = Machine(home=home, env=env)
    ran = await sign_in(ada, machine)
    assert ran.code == 0, ran.err
    return machine


@pytest.fixture
def trusting(server: Server, certifying: Service, tmp_path: Path) -> Server:
    """It trusts the service, as the documentation says."""
    where, authority = certifying.issuer, certifying.tls.authority
    Job(server=server, issuer=where, authority=authority, folder=tmp_path).succeed()
    return server


@pytest.fixture(params=CLIENTS, ids="psql {}".format)
def machine(
    request: pytest.FixtureRequest, signed_in: Machine, trusting: Server, tmp_path: Path
) -> Machine:
    programs: Programs = request.param
    check_installed(programs.counterpart)
    (tmp_path / "runtime").mkdir(mode=0o700)
    return signed_in.but(
        PATH=put_in_path(programs, tmp_path),
        XDG_RUNTIME_DIR=str(tmp_path / "runtime"),
        PGSSLROOTCERT=str(trusting.tls.authority),
    )


ASK = ("--no-psqlrc", "--no-align", "--tuples-only", "--command")


async def test_a_person_is_in_and_nothing_stays(machine: Machine, tmp_path: Path) -> None:
    asked = "select current_user, touchstone_person()"
    again = (*ASK, asked, "--command", r"\connect -", "--command", asked)
    ran = await machine.run("psql", "--profile", "orders", *again)
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[0] == ran.out.splitlines()[-1] == "app_ro|ada"
    assert list((tmp_path / "runtime").iterdir()) == []


async def test_a_statement_that_fails_is_psqls_own_affair(machine: Machine) -> None:
    ran = await machine.run("psql", "--profile", "orders", *ASK, "select 1/0")
    assert (ran.code, "division by zero" in ran.err) == (1, True)


async def test_a_profile_of_others(machine: Machine) -> None:
    ran = await machine.run("psql", "--profile", "others", "--json")
    assert (ran.code, ran.json["error"]) == (4, "refused")


async def test_a_gesture_for_this_connection(machine: Machine, ada: Person) -> None:
    arguments = ("psql", "--profile", "confirmed", *ASK, "select current_user")
    async with machine.running(*arguments) as running:
        await ada.open(await running.says("https://"))
        await ada.presses("Confirm with a passkey")
        ran = await running.ends()
    assert (ran.code, ran.out) == (0, "app_ro\n"), ran
