"""What a story says of an attempt, and when."""

from functools import partial

import pytest

from shared.accounts.handles import UserHandle
from shared.accounts.records import CredentialRecord
from shared.audit.event import ActorType, Kind
from shared.errors import ConcurrentUse, NotFound
from shared.recording.actors import actor_of, owner_of, user
from shared.recording.credential_facts import facts_of
from shared.recording.event_details import members_of
from tests.harness.administrators import ADMINISTRATOR
from tests.harness.record import brief, record
from tests.harness.service_harness import ServiceHarness
from tests.storage.records import account_of, locator_of, new_handle
from tests.storage.records import record as new_record

SUBJECT = "https://provider.example somebody"


async def _link(party: ServiceHarness, handle: UserHandle) -> None:
    links = party.stores.links
    async with party.recorder.attempt(Kind.ACCOUNT_LINKED, actor=handle) as attempt:
        await attempt.announce(links.partition(SUBJECT), target=handle)
        await attempt.commit(partial(links.add, SUBJECT, handle), facts={"first": True})


async def test_a_change_commits_with_its_event(party: ServiceHarness) -> None:
    handle = new_handle()
    await _link(party, handle)
    assert await party.stores.links.find(SUBJECT) == handle
    (event,) = await record(party)
    assert brief([event]) == [("account.linked", "success")]
    assert event["facts"] == {"first": True}
    assert event["target"]["id"] == event["actor"]["id"] == user(handle).id


async def test_a_change_that_lost_a_race_is_recorded_as_failure(party: ServiceHarness) -> None:
    first = new_handle()
    await _link(party, first)
    with pytest.raises(ConcurrentUse):
        await _link(party, new_handle())
    assert await party.stores.links.find(SUBJECT) == first
    outcomes = brief(await record(party))
    assert outcomes == [("account.linked", "success"), ("account.linked", "failure")]


async def test_an_outcome_without_a_notice_is_an_error(party: ServiceHarness) -> None:
    """Otherwise a process that crashes in between would leave no trace."""
    attempt = party.recorder.attempt(Kind.ACCOUNT_LINKED)
    with pytest.raises(RuntimeError, match="notice"):
        attempt.success()
    with pytest.raises(RuntimeError, match="notice"):
        attempt.failure(NotFound())


def test_an_actor_is_made_of_a_record_an_account_or_a_handle() -> None:
    stored: CredentialRecord = new_record(new_handle())
    account = account_of(stored)
    assert actor_of(stored) == actor_of(account) == owner_of(account)
    assert actor_of(stored.user_handle) == user(stored.user_handle)
    assert actor_of(locator_of(stored.user_handle)) == user(locator_of(stored.user_handle))
    provider_user = actor_of(ADMINISTRATOR)
    assert provider_user is not None
    assert provider_user.standing is not ActorType.USER
    assert actor_of(provider_user) is provider_user
    assert actor_of(None) is None


def test_a_credential_is_described_by_its_record_or_its_id() -> None:
    stored = new_record(new_handle())
    assert members_of({"credential": stored}) == {"credential": facts_of(stored)}
    by_id = members_of({"credential": bytes(stored.id)})["credential"]
    assert (by_id.hash, by_id.aaguid) == (facts_of(stored).hash, None)
    assert members_of({"credential": None, "origin": None}) == {"credential": None, "origin": None}
