"""The server of the drivers, and a person who gets tokens for it."""

from collections.abc import Iterator

import pytest

from devhost.azurite import Azurite
from tests.counterparts.azure_sql.installation import LIBRARIES, NODE_DRIVER, PYTHON_DRIVERS
from tests.counterparts.azure_sql.people import Ada, give_profiles
from tests.counterparts.azure_sql.server import TdsServer
from tests.counterparts.azure_sql.tokens import database
from tests.counterparts.installation import check_installed
from tests.fakes.in_a_thread import in_a_thread
from tests.fakes.tls import Tls, make_tls


@pytest.fixture(scope="package")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return make_tls(tmp_path_factory.mktemp("azure-sql"), "localhost")


@pytest.fixture
def server(tls: Tls) -> Iterator[TdsServer]:
    for counterpart in (PYTHON_DRIVERS, LIBRARIES, NODE_DRIVER):
        check_installed(counterpart)
    with in_a_thread(TdsServer(tls=tls, database=database())) as server:
        yield server


@pytest.fixture(scope="package")
def ada(tls: Tls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ada]:
    with Azurite() as azurite, give_profiles(azurite, tmp_path_factory.mktemp("ada"), tls) as ada:
        yield ada
