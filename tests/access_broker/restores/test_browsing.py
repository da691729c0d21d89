"""What a profile's vault holds is shown to who may ask by the profile, and nothing else is."""

import pytest

from shared.errors import AzureUnavailable, MalformedRequest, NotFound, TooManyRequests
from tests.access_broker.approvals.desk import Someone, profile, users
from tests.access_broker.restores.broker import Broker, backups
from tests.fakes import resource_manager as arm
from tests.fakes.resource_manager import ResourceManagerServer
from tests.harness.service_harness import ServiceHarness

WEB_2 = arm.ITEM.replace("web-1", "web-2")


async def test_only_what_the_profile_covers_is_shown(broker: Broker, alice: Someone) -> None:
    broker.server.items = [WEB_2, arm.ITEM, "SQLDataBase;mssqlserver;master"]
    page = await broker.browsing.items("backups", shares=False, after=None, by=alice.holder)
    assert [str(each.item) for each in page.entries] == [arm.ITEM]
    points = await broker.browsing.points("backups", arm.ITEM, after=None, by=alice.holder)
    assert [(each.id, each.time) for each in points.entries] == [(arm.POINT, arm.POINT_TIME)]


async def test_lists_have_pages(broker: Broker, alice: Someone) -> None:
    broker.profiles.found["backups"] = backups(items=())
    broker.server.items, broker.server.page = [arm.ITEM, WEB_2, arm.ITEM + "0"], 2
    first = await broker.browsing.items("backups", shares=False, after=None, by=alice.holder)
    assert first.after is not None
    second = await broker.browsing.items(
        "backups", shares=False, after=first.after, by=alice.holder
    )
    names = [str(each.item) for page in (first, second) for each in page.entries]
    assert (names, second.after) == (broker.server.items, None)


@pytest.mark.parametrize("item", [WEB_2, "../x", "", "VM;iaasvmcontainerv2;rg-apps;web-1/x"])
async def test_an_item_that_is_not_covered_does_not_exist(
    broker: Broker, alice: Someone, item: str
) -> None:
    broker.server.items.append(WEB_2)
    with pytest.raises(NotFound):
        await broker.browsing.points("backups", item, after=None, by=alice.holder)
    assert broker.server.seen == []


@pytest.mark.parametrize("after", ["", "a b", "x&api-version=1", "\u0661", "a" * 5000])
async def test_a_page_is_named_by_what_a_page_has_named(
    broker: Broker, alice: Someone, after: str
) -> None:
    with pytest.raises(MalformedRequest):
        await broker.browsing.items("backups", shares=False, after=after, by=alice.holder)


async def test_one_answer_for_no_profile_and_for_one_of_others(
    broker: Broker, alice: Someone, bob: Someone
) -> None:
    broker.profiles.found["pay"] = profile()
    broker.profiles.found["other"] = backups()
    broker.profiles.found["closed"] = profile(name="closed", who=users("bob"))
    for name, by in (("none", alice), ("pay", alice), ("closed", alice), ("backups", bob)):
        with pytest.raises(NotFound):
            await broker.browsing.items(name, shares=False, after=None, by=by.holder)
    assert broker.server.seen == []


@pytest.mark.parametrize("status", [403, 429, 500])
async def test_azure_that_refuses_is_no_empty_list(
    broker: Broker, alice: Someone, status: int
) -> None:
    broker.server.failures = [(status, {})]
    with pytest.raises(AzureUnavailable):
        await broker.browsing.items("backups", shares=False, after=None, by=alice.holder)


async def test_one_person_does_not_use_up_what_azure_allows(
    party: ServiceHarness, server: ResourceManagerServer
) -> None:
    """Restores ask by the same identity. Somebody whom the profile does not concern counts
    nothing."""
    broker = Broker(party.restarted(RATE_LIMITS="backup.account=1/5m"), server)
    alice, bob = await broker.desk.person("alice"), await broker.desk.person("bob")
    await broker.browsing.items("backups", shares=False, after=None, by=alice.holder)
    asked = len(broker.server.seen)
    with pytest.raises(TooManyRequests):
        await broker.browsing.points("backups", arm.ITEM, after=None, by=alice.holder)
    assert len(broker.server.seen) == asked
    for _ in range(2):
        with pytest.raises(NotFound):
            await broker.browsing.items("backups", shares=False, after=None, by=bob.holder)
