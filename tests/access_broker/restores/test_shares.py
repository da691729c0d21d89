"""A file share is restored, as machines are: what is approved, once, and followed to its end."""

from typing import Any

import pytest

from shared.access.restores.answers import Failure
from shared.access.restores.restore import Restore, Status
from shared.errors import MalformedRequest
from tests.access.restores.actions import FILES, share_details
from tests.access_broker.approvals.desk import Someone
from tests.access_broker.restores.broker import Broker, backups
from tests.fakes.file_shares import FILES_ACCOUNT, SHARE, SHARE_NAME, SHARE_TITLE


@pytest.fixture(autouse=True)
def covered(broker: Broker) -> None:
    types = frozenset({"OriginalLocation", "AlternateLocation"})
    found = backups(items=(SHARE,), recovery_types=types)
    broker.profiles.found = {found.name: found}


async def restore(broker: Broker, alice: Someone, bob: Someone, asked: dict[str, Any]) -> Restore:
    approval = await broker.approved(alice, bob, asked=asked)
    return await broker.start(approval, alice)


@pytest.mark.parametrize("place", ["OriginalLocation", "AlternateLocation"])
@pytest.mark.parametrize("files", [None, FILES], ids=["whole", "files"])
async def test_a_share_or_some_of_its_files_come_back(
    broker: Broker, alice: Someone, bob: Someone, place: str, files: list[Any] | None
) -> None:
    broker.server.job_status = "Completed"
    begun = await restore(broker, alice, bob, share_details(place, files=files))
    assert begun.status is Status.ACCEPTED
    await broker.follow(minutes=1)
    await broker.follow(minutes=1)
    assert await broker.status(begun.id) is Status.COMPLETED
    (body,) = broker.server.restores
    assert ("targetDetails" in body["properties"]) == (place == "AlternateLocation")


async def test_a_lost_answer_is_resolved_by_the_job_of_the_account(
    broker: Broker, alice: Someone, bob: Someone
) -> None:
    broker.server.loses = "/restore"
    broker.server.add_job(SHARE_NAME, activity="somebody-else", account="stfiles")
    begun = await restore(broker, alice, bob, share_details())
    assert begun.status is Status.POSTING
    await broker.follow(minutes=1)
    found = await broker.following.changes.find(begun.id)
    assert found is not None
    assert (found.restore.status, found.restore.job) == (Status.RUNNING, broker.server.jobs[1].id)
    assert len(broker.server.restores) == 1


@pytest.mark.parametrize(
    ("title", "code"), [("payroll", "share_has_another_name"), (None, "share_not_found")]
)
async def test_nothing_is_restored_if_approvers_read_another_share(
    broker: Broker, alice: Someone, bob: Someone, title: str | None, code: str
) -> None:
    approval = await broker.approved(alice, bob, asked=share_details())
    broker.server.shares = {} if title is None else {SHARE_NAME: title}
    begun = await broker.start(approval, alice)
    assert (begun.status, begun.failure) == (Status.FAILED, Failure(code))
    assert broker.server.restore_requests() == []


async def test_other_accounts_are_not_covered(broker: Broker, alice: Someone) -> None:
    """Neither as what is restored, nor as where to."""
    target = {"storageAccount": FILES_ACCOUNT, "share": "restored"}
    for changed in (
        share_details(item=SHARE.replace("stfiles", "stother")),
        share_details("AlternateLocation", target=target),
    ):
        with pytest.raises(MalformedRequest):
            await broker.desk.ask(alice, profile="backups", details=changed)


async def test_shares_are_listed_with_their_names_and_accounts(
    broker: Broker, alice: Someone
) -> None:
    broker.server.shares["AzureFileShare;other"] = "other"
    found = await broker.browsing.items("backups", shares=True, after=None, by=alice.holder)
    (listed,) = found.entries
    assert str(listed.item) == SHARE
    assert (listed.title, listed.storage_account) == (SHARE_TITLE, FILES_ACCOUNT)
    points = await broker.browsing.points("backups", SHARE, after=None, by=alice.holder)
    assert len(points.entries) == 1
    machines = await broker.browsing.items("backups", shares=False, after=None, by=alice.holder)
    assert machines.entries == []
