"""A database with the configuration that docs/openid/psql.md shows."""

import json
import shlex
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.counterparts.documents import blocks
from tests.counterparts.installation import check_installed
from tests.counterparts.ports import free_port
from tests.counterparts.postgresql.cluster import Cluster
from tests.counterparts.psql.administration import Administration
from tests.counterparts.psql.database import (
    Configuration,
    Database,
    make_checking_cluster,
    running,
)
from tests.counterparts.psql.installation import POSTGRESQL, PSQL
from tests.counterparts.service import Service

PAGE = "psql.md"
SECOND = {"scope": "db:second", "resource": "https://db.example.com/second", "database": "second"}
"""Of another database."""


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    check_installed(POSTGRESQL)
    check_installed(PSQL)
    with tempfile.TemporaryDirectory() as name:
        yield make_checking_cluster(Path(name), compilation=block("sh", {}))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def administration(service: Service) -> Administration:
    """It has made the client and the profiles."""
    administration = Administration(service)
    profile, client = documented()
    await service.add_client(client)
    second = profile["parameters"] | SECOND
    await administration.add_profile(profile)
    await administration.add_profile(profile | {"name": "second", "parameters": second})
    await administration.add_group("dba")
    return administration


def documented() -> list[dict[str, Any]]:
    """The profile, and the client."""
    return [json.loads(each) for each in blocks(PAGE, "json", {})]


@pytest.fixture(scope="session")
def database(service: Service, cluster: Cluster) -> Iterator[Database]:
    with configured(service, cluster) as database:
        yield database


@contextmanager
def configured(service: Service, cluster: Cluster) -> Iterator[Database]:
    port = free_port()
    configuration = Configuration(
        hba=block("pg_hba", {"https://login.example.com": service.issuer, "hostssl": "host"}),
        server=block("postgresql", {"/run/touchstone": str(cluster.folder)}),
        checker=shlex.split(block("checker", {"/run/touchstone": str(cluster.folder)})),
        psql=shlex.split(block("psql", addresses(service, port))),
    )
    authority = service.tls.authority
    with running(cluster, configuration, port=port, authority=authority) as database:
        yield database


def addresses(service: Service, port: int) -> Mapping[str, str]:
    """In place of those of the documentation."""
    return {
        "host=db.example.com": f"host=127.0.0.1 port={port}",
        "dbname=orders": "dbname=postgres",
        "verify-full": "disable",
        "https://login.example.com": service.issuer,
    }


def block(language: str, replacements: Mapping[str, str]) -> str:
    (found,) = blocks(PAGE, language, replacements)
    return found
