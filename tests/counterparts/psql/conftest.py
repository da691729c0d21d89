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
from tests.counterparts.psql.database import (
    Configuration,
    Database,
    make_checking_cluster,
    running,
)
from tests.counterparts.psql.installation import POSTGRESQL, PSQL
from tests.counterparts.service import Service

PAGE = "psql.md"
SUBJECT = "QXRQ2SdTqkCpqVjG8dvDRmr5u1Oj4nPvFQl1kL2mS0w"
"""In the documentation."""


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    check_installed(POSTGRESQL)
    check_installed(PSQL)
    with tempfile.TemporaryDirectory() as name:
        yield make_checking_cluster(Path(name), compilation=block("sh", {}))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def client(service: Service) -> None:
    await service.add_client(documented_client())


def documented_client() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(block("json", {}))
    return document


@contextmanager
def configured(service: Service, cluster: Cluster, *, subject: str) -> Iterator[Database]:
    """`subject` may be the role `reader`."""
    port = free_port()
    configuration = Configuration(
        hba=block("pg_hba", {"https://login.example.com": service.issuer, "hostssl": "host"}),
        ident=block("pg_ident", {SUBJECT: subject}),
        server=block("postgresql", {"/run/touchstone": str(cluster.folder)}),
        checker=shlex.split(block("checker", {"/run/touchstone": str(cluster.folder)})),
        psql=shlex.split(
            block(
                "psql",
                {
                    "host=db.example.com": f"host=127.0.0.1 port={port}",
                    "dbname=orders": "dbname=postgres",
                    "verify-full": "disable",
                    "https://login.example.com": service.issuer,
                },
            )
        ),
    )
    authority = service.tls.authority
    with running(cluster, configuration, port=port, authority=authority) as database:
        yield database


def block(language: str, replacements: Mapping[str, str]) -> str:
    (found,) = blocks(PAGE, language, replacements)
    return found
