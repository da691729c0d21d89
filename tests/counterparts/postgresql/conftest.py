"""A server of each version, with the configuration that docs/postgresql.md shows."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.counterparts.installation import check_installed
from tests.counterparts.ports import free_port
from tests.counterparts.postgresql import documented
from tests.counterparts.postgresql.authority import Authority
from tests.counterparts.postgresql.client import Psql
from tests.counterparts.postgresql.cluster import make_cluster
from tests.counterparts.postgresql.installation import CLIENTS, SERVERS, Programs
from tests.counterparts.postgresql.server import Server, running
from tests.counterparts.psql.installation import PSQL
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
