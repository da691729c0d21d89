"""/health reports faults that stop nothing, and still answers 200."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from aiohttp import web

from devhost.azurite import Azurite
from devhost.process import HostProcess
from shared.settings import TablesSettings
from shared.storage.tables.client import connect
from shared.storage.tables.clock import CONFIRMED
from shared.storage.tables.table import Table
from tests.api import Api, Json, new_username
from tests.serving import WITHOUT_TIMER, serving
from tests.storage_proxy import Forward, StorageProxy

HEAD = {"PartitionKey": "head", "RowKey": "head"}


class Ahead:
    """How far the clock of storage is ahead of the clock of the machine."""

    def __init__(self) -> None:
        self.by = timedelta()

    async def __call__(self, _name: str, forward: Forward) -> web.StreamResponse:
        answer = await forward()
        answer.headers["Date"] = format_datetime(datetime.now(UTC) + self.by, usegmt=True)
        return answer


@pytest.fixture
async def storage_proxy(own_azurite: Azurite) -> AsyncIterator[StorageProxy]:
    async with StorageProxy(own_azurite) as proxy:
        yield proxy


@pytest.fixture
def ahead(storage_proxy: StorageProxy) -> Ahead:
    storage_proxy.intercept = ahead = Ahead()
    return ahead


@pytest.fixture
async def watched(storage_proxy: StorageProxy, ahead: Ahead, tmp_path: Path) -> AsyncIterator[Api]:
    settings = {
        **WITHOUT_TIMER,
        "TABLES_CONNECTION_STRING": storage_proxy.connection_string,
        "SIGNING_KEY_FILE": str(tmp_path / "signing-key.pem"),
    }
    assert ahead.by == timedelta()
    async with serving(HostProcess(settings=settings)) as api:
        yield api


async def _health(api: Api) -> Json:
    """After as many answers of storage as it takes to believe them: each brings two or more."""
    for _ in range(CONFIRMED):
        reply = await api.get("/health")
        assert reply.status == 200, reply.raw
    return reply.json


async def test_health_reports_faults_that_stop_nothing(
    watched: Api, ahead: Ahead, own_azurite: Azurite
) -> None:
    assert await _health(watched) == {"status": "ok"}
    for by, trouble in (
        (timedelta(seconds=45), "off"),
        (timedelta(seconds=-45), "off"),
        (timedelta(minutes=11), "in-doubt"),
        (timedelta(minutes=-11), "in-doubt"),
    ):
        ahead.by = by
        health = await _health(watched)
        since = health["degraded"]["clock"].pop("since")
        assert datetime.fromisoformat(since).tzinfo is not None
        assert health == {"status": "degraded", "degraded": {"clock": {"trouble": trouble}}}, by
        assert (await watched.post("/register/begin", {"username": new_username()})).status == 200
        ahead.by = timedelta()
        assert await _health(watched) == {"status": "ok"}, by
    async with connect(TablesSettings(connection_string=own_azurite.connection_string)) as service:
        await Table(service, "AuditTree").upsert(HEAD | {"Size": "somebody else's"})
        health = await _health(watched)
        assert health["status"] == "degraded"
        assert health["degraded"].keys() == {"auditLog"}
        assert health["degraded"]["auditLog"]["trouble"] == "inconsistent"
        assert health["degraded"]["auditLog"]["what"] == "the row of the log's head cannot be read"
        assert (await watched.post("/register/begin", {"username": new_username()})).status == 200
        await Table(service, "AuditTree").delete("head", "head")
    assert await _health(watched) == {"status": "ok"}
