"""A user can cause any number of refusals: beyond a quota they are one event."""

from collections.abc import Awaitable

import pytest

from shared.accounts.roles import Role
from shared.audit.event import Kind
from shared.audit_log.search import EventQuery
from shared.errors import ConcurrentUse, NotPermitted, StepUpRequired, TouchstoneError
from shared.principals import AccountHolder, Principal
from shared.recording.actors import bearer
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import ALICE, account, holder, identity, unknown_handle
from tests.harness.record import Event, record
from tests.harness.service_harness import ServiceHarness
from tests.storage_faults import unreachable
from tests.storage_transport import Call, RecordingTransport, Send

QUOTA = 3


@pytest.fixture
async def limited(party: ServiceHarness) -> ServiceHarness:
    return party.restarted(RATE_LIMITS=f"refusal.account={QUOTA}/1d", STEP_UP_SECONDS="30")


@pytest.fixture
async def alice(limited: ServiceHarness, alices: SoftAuthenticator) -> AccountHolder:
    await limited.register(alices, "alice")
    return await holder(limited, (await limited.sign_in(alices)).tokens.access_token)


async def _refused(call: Awaitable[object], error: type[TouchstoneError] = NotPermitted) -> None:
    with pytest.raises(error):
        await call


async def _look(party: ServiceHarness, by: Principal) -> None:
    await _refused(party.service.account_lookup.account_of(unknown_handle(), by=by))


async def _record(party: ServiceHarness) -> list[Event]:
    """The recorded events of these kinds."""
    kinds = {Kind.ACCOUNT_READ, Kind.AUDIT_READ, Kind.RATE_LIMIT_HIT}
    kinds |= {Kind.ACCOUNT_SUSPENDED, Kind.CREDENTIAL_REMOVED, Kind.CREDENTIAL_RENAMED}
    return [event for event in await record(party) if event["kind"] in kinds]


def _kinds(events: list[Event]) -> list[str]:
    return [f"{event['kind']} {event['outcome']}" for event in events]


async def test_a_flood_leaves_a_quota_of_events_and_one_limit_event(
    limited: ServiceHarness, alice: AccountHolder
) -> None:
    """All kinds of refusals share the quota, and a success is still recorded."""
    service, (own,) = limited.service, (await account(limited)).records
    limited.clock.advance(minutes=1)
    for _ in range(QUOTA):
        await _look(limited, alice)
        await _refused(service.log_reader.events(EventQuery(limit=1), by=alice))
        await _refused(service.credentials.suspend_account(alice.handle, suspended=True, by=alice))
        await _refused(
            service.credentials.remove_own(alice, own.id, even_the_last=True), StepUpRequired
        )
    await service.credentials.rename(alice, own.id, name="Blue")
    events = await _record(limited)
    assert _kinds(events) == [
        "account.read failure",
        "audit.read failure",
        "account.suspended failure",
        "rate-limit.hit failure",
        "credential.renamed success",
    ]
    assert events[3]["facts"] == {"limit": "refusal.account", "quota": QUOTA}
    assert events[3]["actor"] == events[3]["target"] == bearer(alice).describe()


async def test_all_instances_share_one_count(limited: ServiceHarness, alice: AccountHolder) -> None:
    for instance in (limited, limited.restarted(), limited.restarted()):
        for _ in range(QUOTA):
            await _look(instance, alice)
    expected = ["account.read failure"] * QUOTA + ["rate-limit.hit failure"]
    assert _kinds(await _record(limited)) == expected


async def test_each_caller_has_a_separate_count(
    limited: ServiceHarness, alice: AccountHolder
) -> None:
    others = identity(subject="p"), identity(subject="p", application=False)
    for who in (alice, *others):
        for _ in range(QUOTA + 1):
            await _look(limited, who)
    events = await _record(limited)
    recorded = ["account.read failure"] * QUOTA + ["rate-limit.hit failure"]
    assert _kinds(events) == recorded * 3
    hits = [event["actor"] for event in events if event["kind"] == Kind.RATE_LIMIT_HIT]
    assert hits == [bearer(who).describe() for who in (alice, *others)]


async def test_a_search_that_finds_no_account_is_counted(limited: ServiceHarness) -> None:
    administrator = identity(Role.AUTHENTICATORS_ADMIN)
    for _ in range(QUOTA + 2):
        assert await limited.service.account_lookup.account_named(ALICE, by=administrator) is None
    expected = ["account.read failure"] * QUOTA + ["rate-limit.hit failure"]
    assert _kinds(await _record(limited)) == expected


async def test_every_refusal_is_recorded_if_counters_are_unavailable(
    limited: ServiceHarness, alice: AccountHolder, transport: RecordingTransport
) -> None:
    transport.fault = _no_counters
    for _ in range(QUOTA + 2):
        await _look(limited, alice)
    transport.fault = None
    assert _kinds(await _record(limited)) == ["account.read failure"] * (QUOTA + 2)


async def _no_counters(call: Call, send: Send) -> object:
    return await (unreachable(send) if call.name.endswith("RateLimits") else send())


async def test_an_announced_attempt_is_recorded_even_above_the_quota(
    limited: ServiceHarness, alice: AccountHolder
) -> None:
    """The attempt may have changed something before it was refused."""
    for _ in range(QUOTA + 1):
        await _look(limited, alice)
    attempt = limited.recorder.attempt(Kind.CREDENTIAL_REMOVED, actor=bearer(alice))
    await attempt.announce()
    await attempt.refuse(ConcurrentUse())
    assert _kinds(await _record(limited))[-1] == "credential.removed failure"


async def test_only_a_refusal_within_the_quota_costs_a_call_for_counting(
    limited: ServiceHarness, alice: AccountHolder, transport: RecordingTransport
) -> None:
    reads = ["get Accounts", "get Accounts", "query Accounts"]
    transport.forget()
    await _look(limited, alice)
    assert sorted(transport.names[:3]) == reads
    assert transport.names[3:] == ["insert RateLimits", "insert AuditOutbox"]
    for _ in range(QUOTA):
        await _look(limited, alice)
    transport.forget()
    await _look(limited, alice)
    assert sorted(transport.names) == reads
    auditor = identity(Role.AUDIT_READ)
    transport.forget()
    await limited.service.log_reader.events(EventQuery(limit=1), by=auditor)
    assert not [name for name in transport.names if "RateLimits" in name]
