"""A service with access profiles, an Entra, and two people: Ada asks, and Bob approves."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from devhost.azurite import Azurite
from tests.browser.chromium import chromium, visiting
from tests.browser.member import arrive_signed_in
from tests.browser.people import Person
from tests.cli.app import URL, make_app
from tests.cli.people import sign_in
from tests.cli.running import Machine, environment
from tests.counterparts.service import Service, serve_certified
from tests.fakes import resource_manager as arm
from tests.fakes.entra import TENANT
from tests.fakes.entra_tokens import EntraTokens, fetching
from tests.fakes.in_a_thread import in_a_thread
from tests.fakes.resource_manager import ResourceManagerServer
from tests.fakes.tls import Tls, make_tls

IDENTITY = "600b719b-3766-4dc5-95a6-3c4a8dc31885"
RESTORER = "951ddb04-b16d-45f3-bbf7-b0fa18fa7aee"
"""An identity that restores does nothing else."""


def _profile(name: str, kind: str = "azure-sql", **members: object) -> dict[str, Any]:
    parameters = {"tenant": TENANT, "clientId": IDENTITY}
    document = {"name": name, "title": f"Title of {name}", "kind": kind, "parameters": parameters}
    return document | {"who": {"users": ["ada"]}} | members


PROFILES = [
    _profile("orders"),
    _profile("flexible", "azure-postgresql"),
    _profile("approved", approvers={"number": 1, "users": ["bob"]}),
    _profile("hardware", demands={"attested": True}),
    _profile("bobs", who={"users": ["bob"]}),
    _profile(
        "backups",
        "azure-backup-restore",
        parameters={
            "tenant": TENANT,
            "clientId": RESTORER,
            "vault": arm.VAULT,
            "recoveryTypes": ["RestoreDisks", "OriginalLocation"],
            "targets": [arm.TARGET],
        },
        approvers={"number": 1, "users": ["bob"]},
    ),
]


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return make_tls(tmp_path_factory.mktemp("tls"), "localhost")


@pytest.fixture(scope="session")
def entra(tls: Tls) -> Iterator[EntraTokens]:
    with in_a_thread(EntraTokens(tls=tls, fetch=fetching(tls))) as entra:
        yield entra


@pytest.fixture(scope="session")
def azure(tls: Tls, entra: EntraTokens) -> Iterator[ResourceManagerServer]:
    server = ResourceManagerServer(
        tls=tls,
        allowed={RESTORER},
        decode=lambda token: entra.verify(token, audience=arm.AUDIENCE),
    )
    with in_a_thread(server):
        yield server


@pytest.fixture(scope="session")
def service(
    azurite: Azurite,
    tls: Tls,
    entra: EntraTokens,
    azure: ResourceManagerServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("service")
    settings = {
        "ACCESS_PROFILES": json.dumps(PROFILES),
        "ENTRA_LOGIN": entra.authority,
        "DPOP_NONCES_REQUIRED": "true",
        URL: azure.url,
    }
    app = make_app(folder / "app")
    with serve_certified(tls, azurite, folder, settings, app=app) as service:
        for identity in (IDENTITY, RESTORER):
            subjects = [
                f"profile:{each['name']}"
                for each in PROFILES
                if each["parameters"]["clientId"] == identity
            ]
            entra.trust(identity, *subjects, issuer=service.issuer)
        yield service


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as launched:
        yield launched


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def people(browser: Browser, service: Service) -> AsyncIterator[dict[str, Person]]:
    async with AsyncExitStack() as stack:
        found: dict[str, Person] = {}
        for name in ("ada", "bob"):
            visitor = await stack.enter_async_context(visiting(browser, service.issuer))
            await arrive_signed_in(visitor, name, key_name="Laptop")
            found[name] = Person(name=name, visitor=visitor)
        yield found


@pytest.fixture
def ada(people: dict[str, Person]) -> Person:
    return people["ada"]


@pytest.fixture
def bob(people: dict[str, Person]) -> Person:
    return people["bob"]


@pytest.fixture
def machine(service: Service, tmp_path: Path) -> Machine:
    """Nobody has signed in there."""
    return _new_machine(service, tmp_path)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def adas(
    service: Service, people: dict[str, Person], tmp_path_factory: pytest.TempPathFactory
) -> Machine:
    """Ada has signed in there, for all tests that leave it so."""
    machine = _new_machine(service, tmp_path_factory.mktemp("adas"))
    return await _signed_in(people["ada"], machine)


@pytest_asyncio.fixture(loop_scope="session")
async def fresh(machine: Machine, ada: Person) -> Machine:
    """Ada has signed in there, for one test alone."""
    return await _signed_in(ada, machine)


async def _signed_in(person: Person, machine: Machine) -> Machine:
    ran = await sign_in(person, machine)
    assert ran.code == 0, ran.err
    return machine


def _new_machine(service: Service, home: Path) -> Machine:
    """`true` is a browser that opens nothing: the tests do."""
    env = environment(
        home,
        SSL_CERT_FILE=str(service.tls.authority),
        TOUCHSTONE_URL=service.issuer,
        BROWSER="true",
    )
    return Machine(home=home, env=env)
