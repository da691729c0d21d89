"""A server of each version, with the configuration that docs/postgresql.md shows."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from devhost.azurite import Azurite
from tests.api import Api
from tests.counterparts.installation import check_installed
from tests.counterparts.ports import free_port
from tests.counterparts.postgresql import documented
from tests.counterparts.postgresql.authority import Authority
from tests.counterparts.postgresql.client import Psql
from tests.counterparts.postgresql.cluster import make_cluster
from tests.counterparts.postgresql.installation import CLIENTS, SERVERS, Programs
from tests.counterparts.postgresql.job import Job
from tests.counterparts.postgresql.people import ALICE, BOB, Person, issuing, register
from tests.counterparts.postgresql.server import Server, running
from tests.counterparts.psql.installation import PSQL
from tests.counterparts.service import Service
from tests.fakes.tls import Tls, make_tls


@pytest.fixture(scope="package")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return make_tls(tmp_path_factory.mktemp("postgresql"), "localhost")


@pytest.fixture(scope="package")
def authority() -> Authority:
    return Authority()


@contextmanager
def _serving(programs: Programs, tls: Tls, authority: Authority) -> Iterator[Server]:
    for counterpart in (programs.counterpart, PSQL):
        check_installed(counterpart)
    with tempfile.TemporaryDirectory() as name:
        cluster = make_cluster(Path(name), programs.find)
        server = Server(programs=programs, cluster=cluster, port=free_port(), tls=tls)
        trust(server, authority)
        with running(server, documented.configuration(cluster)):
            server.ask(*documented.statements(programs.version))
            yield server


@pytest.fixture(scope="package", params=SERVERS, ids="server {}".format)
def started(request: pytest.FixtureRequest, tls: Tls, authority: Authority) -> Iterator[Server]:
    with _serving(request.param, tls, authority) as server:
        yield server


@pytest.fixture
def server(started: Server, authority: Authority) -> Server:
    """As documented, whatever the test before has changed."""
    started.configure(documented.configuration(started.cluster))
    trust(started, authority)
    started.reload()
    return started


@pytest.fixture(params=CLIENTS, ids="psql {}".format)
def psql(request: pytest.FixtureRequest, tmp_path: Path) -> Psql:
    check_installed(request.param.counterpart)
    return Psql(programs=request.param, folder=tmp_path)


@pytest.fixture
def newest_psql(tmp_path: Path) -> Psql:
    check_installed(CLIENTS[-1].counterpart)
    return Psql(programs=CLIENTS[-1], folder=tmp_path)


def trust(server: Server, *authorities: Authority) -> None:
    """None of what they issued is revoked. It counts after a reload."""
    server.authorities.write_bytes(b"".join(each.pem() for each in authorities))
    server.revocations.write_bytes(b"".join(each.revocation_list() for each in authorities))


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Its storage is its own: it goes on with no log that a service with other keys has begun."""
    folder = tmp_path_factory.mktemp("issuer")
    with Azurite() as azurite, issuing(azurite, folder) as service:
        yield service


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def api(issuer: Service) -> AsyncIterator[Api]:
    async with Api(issuer.host.url) as api:
        yield api


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def alice(issuer: Service, api: Api) -> Person:
    return await register(issuer, api, ALICE)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def bob(issuer: Service, api: Api) -> Person:
    return await register(issuer, api, BOB)


@pytest.fixture
def job(server: Server, issuer: Service, tmp_path: Path) -> Job:
    authority = issuer.tls.authority
    return Job(server=server, issuer=issuer.issuer, authority=authority, folder=tmp_path)


@pytest.fixture
def trusting(server: Server, job: Job) -> Server:
    job.succeed()
    return server
