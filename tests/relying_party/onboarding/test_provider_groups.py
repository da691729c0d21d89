"""The groups of an account that its identity provider names."""

from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest

from shared.errors import ConcurrentUse, TouchstoneError
from shared.identity_providers.identity import ProviderIdentity
from shared.principals import subject_key
from shared.relying_party.passkeys.ceremony_options import RegistrationRequest
from tests.harness.administrators import ADMINISTRATOR, account, handle_of, identity
from tests.harness.record import record
from tests.harness.service_harness import CLIENT, ServiceHarness
from tests.no_event import NO_EVENT
from tests.storage_faults import after, once

PERSON = identity(subject="p-1", username="alice", application=False)
KEY = subject_key(PERSON.issuer, PERSON.subject)
NAMELESS = RegistrationRequest(username=None, display_name=None, attachment=None, hints=())


def in_groups(*names: str, subject: str = "p-1") -> ProviderIdentity:
    return replace(PERSON, subject=subject, groups=frozenset(names))


UNKNOWN = replace(PERSON, groups=None)


async def visit(party: ServiceHarness, user: ProviderIdentity) -> None:
    await party.registration.begin(NAMELESS, principal=user, client=CLIENT)


async def groups(party: ServiceHarness) -> set[str]:
    return set((await account(party)).account.groups)


async def changes(party: ServiceHarness) -> list[dict[str, object]]:
    return [
        {name: fact for name, fact in event["facts"].items() if name != "state"}
        for event in await record(party)
        if (event["kind"], event["outcome"]) == ("account.groups-changed", "success")
    ]


async def test_an_account_has_the_groups_of_the_last_visit(party: ServiceHarness) -> None:
    await visit(party, in_groups("p:a", "p:b"))
    assert await groups(party) == {"p:a", "p:b"}
    await visit(party, in_groups("p:b", "p:B"))
    assert await groups(party) == {"p:b", "p:B"}
    created = next(each for each in await record(party) if each["kind"] == "account.created")
    assert created["facts"]["added"] == '["p:a", "p:b"]'
    assert await changes(party) == [{"subject": KEY, "added": '["p:B"]', "removed": '["p:a"]'}]


async def test_a_visit_with_the_same_groups_writes_none(party: ServiceHarness) -> None:
    await visit(party, in_groups("p:a"))
    etag = (await account(party)).etag
    await visit(party, in_groups("p:a"))
    assert (await account(party)).etag == etag
    assert await changes(party) == []


async def test_unknown_groups_are_none_and_the_event_says_so(party: ServiceHarness) -> None:
    await visit(party, in_groups("p:a"))
    await visit(party, UNKNOWN)
    assert await groups(party) == set()
    await visit(party, UNKNOWN)
    assert await changes(party) == [{"subject": KEY, "removed": '["p:a"]', "unknown": True}]


async def test_many_groups_are_counted_in_the_event(party: ServiceHarness) -> None:
    await visit(party, in_groups())
    await visit(party, in_groups(*(f"p:{'x' * 90}-{number}" for number in range(100))))
    assert len(await groups(party)) == 100
    assert await changes(party) == [{"subject": KEY, "added": 100}]


async def link(party: ServiceHarness, subject: str) -> None:
    await party.service.links.add(
        await handle_of(party), issuer=PERSON.issuer, subject=subject, by=ADMINISTRATOR
    )


async def unlink(party: ServiceHarness, subject: str = "p-1") -> None:
    owner = await account(party)
    (found,) = (each for each in owner.links if each.subject == subject_key(PERSON.issuer, subject))
    await party.service.links.remove_of(owner.account.handle, found.id, by=ADMINISTRATOR)


async def test_groups_of_a_link_leave_with_it_and_others_stay(party: ServiceHarness) -> None:
    await visit(party, in_groups("p:a", "p:both"))
    await link(party, "p-2")
    await visit(party, in_groups("p:b", "p:both", subject="p-2"))
    assert await groups(party) == {"p:a", "p:b", "p:both"}
    await unlink(party)
    assert await groups(party) == {"p:b", "p:both"}
    assert (await changes(party))[-1] == {"subject": KEY, "removed": '["p:a", "p:both"]'}


@pytest.mark.parametrize("call", ["transact Accounts", "transact Links", "get Accounts"])
async def test_groups_do_not_come_back_while_their_link_is_removed(
    party: ServiceHarness, call: str
) -> None:
    """The person signs in at the provider before, between and behind the steps of the removal."""
    await visit(party, in_groups("p:a"))
    meanwhile = partial(visit_if_possible, party, in_groups("p:a", "p:b"))
    party.storage.transport.fault = once(after(meanwhile), call)
    try:
        await unlink(party)
    except ConcurrentUse:
        await unlink(party)
    assert await groups(party) == set()
    assert (await account(party)).links == ()


@pytest.mark.parametrize("call", ["transact Accounts", "insert AuditOutbox"])
async def test_a_link_that_is_removed_during_a_visit_leaves_no_groups(
    party: ServiceHarness, call: str
) -> None:
    await visit(party, in_groups("p:a"))
    party.storage.transport.fault = once(after(partial(unlink, party)), call)
    with pytest.raises(ConcurrentUse):
        await visit(party, in_groups("p:a", "p:b"))
    assert (await account(party)).links == ()
    assert await groups(party) == set()


async def visit_if_possible(party: ServiceHarness, user: ProviderIdentity) -> None:
    with suppress(TouchstoneError):
        await visit(party, user)


async def test_a_change_of_the_account_during_a_visit_is_kept(party: ServiceHarness) -> None:
    await visit(party, in_groups("p:a"))

    async def rename() -> None:
        owner = await account(party)
        changed = replace(owner.account, display_name="Ada")
        assert await party.stores.accounts.change_account(owner, changed, event=NO_EVENT)

    party.storage.transport.fault = once(after(rename), "transact Accounts")
    await visit(party, in_groups("p:b"))
    found = (await account(party)).account
    assert (found.display_name, set(found.groups)) == ("Ada", {"p:b"})
    assert len(await changes(party)) == 1
