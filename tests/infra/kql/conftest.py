"""One database for all tests here, and the rows of one day, recorded once."""

import asyncio
from collections.abc import Iterator

import pytest

from shared.audit.log_entry import LogEntry
from shared.audit.schemas.touchstone_row import touchstone_row
from shared.keys.signing_key import SigningKey
from tests.harness.service_harness import Clock
from tests.infra.kql.acts import open_party
from tests.infra.kql.day import a_day
from tests.infra.kql.workspace import Row, Workspace


@pytest.fixture(scope="session")
def database() -> Workspace:
    return Workspace()


@pytest.fixture
def workspace(database: Workspace) -> Iterator[Workspace]:
    yield database
    database.empty()


@pytest.fixture(scope="session")
def day_log(signing_key: SigningKey) -> list[LogEntry]:
    async def recorded() -> list[LogEntry]:
        async with open_party(signing_key, Clock()) as party:
            return await a_day(party)

    return asyncio.run(recorded())


@pytest.fixture(scope="session")
def day(day_log: list[LogEntry]) -> list[Row]:
    return [touchstone_row(entry) for entry in day_log]
