"""/backup and /approvals/{id}/restore, for a person at our page."""

import json
from collections.abc import AsyncIterator
from typing import Any

import azure.functions as func
import pytest

from shared import wiring
from shared.access.approvals.approval import Approval
from shared.blueprints.openapi import read_description
from tests.access_broker.approvals.desk import IDENTITY, Someone
from tests.access_broker.restores.broker import Broker, backups
from tests.api_description import ApiDescription
from tests.blueprints.openid.web import Browser, Web
from tests.fakes import resource_manager as arm
from tests.fakes.file_shares import FILES_ACCOUNT, SHARE, SHARE_TITLE
from tests.fakes.resource_manager import ResourceManagerServer
from tests.fakes.tls import make_tls
from tests.harness.service_harness import ORIGIN, ServiceHarness

DESCRIPTION = ApiDescription(read_description())
NOBODYS = "01950000-0000-7000-8000-000000000000"


@pytest.fixture
async def broker(
    party: ServiceHarness,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Broker]:
    tls, allowed = make_tls(tmp_path_factory.mktemp("arm")), {IDENTITY.client_id}
    async with ResourceManagerServer(tls=tls, now=party.clock, allowed=allowed) as server:
        broker = Broker(party, server)
        monkeypatch.setattr(wiring, "settings", lambda: party.settings)
        monkeypatch.setattr(wiring, "service", lambda: party.service)
        monkeypatch.setattr(wiring, "CLOCK", party.clock)
        monkeypatch.setattr(party.service, "backup_browsing", broker.browsing, raising=False)
        monkeypatch.setattr(party.service, "restore_starting", broker.starting, raising=False)
        yield broker


@pytest.fixture
async def alice(broker: Broker) -> Someone:
    return await broker.desk.person("alice")


@pytest.fixture
async def approval(broker: Broker, alice: Someone) -> Approval:
    return await broker.approved(alice, await broker.desk.person("bob"))


@pytest.fixture
async def browser(party: ServiceHarness, alice: Someone) -> Browser:
    browser = Browser(Web(), party, alice.key)
    await browser.sign_in()
    return browser


async def send(browser: Browser, method: str, path: str) -> tuple[func.HttpResponse, Any]:
    jar = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    response = await browser.web.send(
        method, path, Cookie=jar, Origin=ORIGIN, X_CSRF_Token=browser.csrf
    )
    headers = {**response.headers, "Content-Type": response.mimetype}
    body = json.loads(response.get_body())
    DESCRIPTION.check(method, path, status=response.status_code, headers=headers, body=body)
    return response, body


async def test_a_person_picks_asks_and_follows(
    broker: Broker, browser: Browser, approval: Approval
) -> None:
    _, listed = await send(browser, "GET", "/backup/backups/items")
    (item,) = listed["items"]
    assert item == {
        "item": arm.ITEM,
        "name": "web-1",
        "region": "westeurope",
        "state": "Protected",
        "lastRecoveryPoint": arm.POINT_TIME,
    }
    _, points = await send(browser, "GET", f"/backup/backups/recovery-points?item={item['item']}")
    assert points["recoveryPoints"][0]["time"] == arm.POINT_TIME
    path = f"/approvals/{approval.id}/restore"
    assert (await send(browser, "GET", path))[0].status_code == 404  # it has not begun
    begun, shown = await send(browser, "POST", path)
    assert (begun.status_code, begun.headers["Location"]) == (202, path)
    assert (shown["status"], begun.headers["Retry-After"]) == ("accepted", "60")
    assert (await send(browser, "POST", path))[0].status_code == 409
    await broker.follow(minutes=1)
    broker.server.jobs[0].status, broker.server.jobs[0].error = "Failed", (400158, "It failed.")
    await broker.follow(minutes=1)
    ended, shown = await send(browser, "GET", path)
    assert "Retry-After" not in ended.headers
    assert (shown["status"], shown["job"]) == ("failed", broker.server.jobs[0].id)
    assert shown["error"] == {"code": "400158", "message": "It failed."}
    assert "operationsStatus" not in json.dumps(shown)  # its address is signed


async def test_a_file_share_is_picked_among_the_shares(broker: Broker, browser: Browser) -> None:
    found = backups(items=(SHARE,))
    broker.profiles.found = {found.name: found}
    _, listed = await send(browser, "GET", "/backup/backups/items?workload=AzureFileShare")
    assert listed["items"] == [
        {
            "item": SHARE,
            "name": SHARE_TITLE,
            "storageAccount": FILES_ACCOUNT,
            "state": "Protected",
            "lastRecoveryPoint": arm.POINT_TIME,
        }
    ]
    assert (await send(browser, "GET", "/backup/backups/items"))[1]["items"] == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/backup/none/items", 404),
        ("GET", "/backup/backups/items?after=a%20b", 400),
        ("GET", "/backup/backups/items?workload=SQLDataBase", 400),
        ("GET", "/backup/backups/recovery-points", 404),
        ("GET", "/backup/backups/recovery-points?item=../x", 404),
        ("GET", "/backup/Back'ups/items", 404),
        ("GET", "/approvals/a'b/restore", 404),
        ("GET", f"/approvals/{NOBODYS}/restore", 404),
        ("POST", f"/approvals/{NOBODYS}/restore", 404),
    ],
)
async def test_what_does_not_exist(browser: Browser, method: str, path: str, status: int) -> None:
    assert (await send(browser, method, path))[0].status_code == status


async def test_azure_that_does_not_answer_is_named(broker: Broker, browser: Browser) -> None:
    broker.server.failures = [(403, {})]
    response, problem = await send(browser, "GET", "/backup/backups/items")
    assert response.status_code == 503
    assert problem["type"].endswith("azure-unavailable")
