"""A limit that is used up is recorded once in each window, for each caller that it counts."""

import pytest

from shared.audit.event import Source
from shared.errors import TooManyRequests
from shared.http.client_address import parse_address
from shared.rate_limits.addresses import counted_as
from shared.recording.request_source import serving
from shared.relying_party.callers.client import Client
from tests.harness.record import brief, record
from tests.harness.service_harness import Clock, ServiceHarness
from tests.storage_faults import always, unreachable
from tests.storage_transport import RecordingTransport


async def _begin(party: ServiceHarness, address: str) -> bool:
    """As an endpoint serves it; return whether it was within the limit."""
    party.client = Client(address=counted_as(parse_address(address)), user_agent="tests")
    with serving(Source(address=address)):
        try:
            await party.begin_authentication()
        except TooManyRequests as error:
            await party.parts.limit_events.record(error)
            return False
    return True


@pytest.fixture
def limited(party: ServiceHarness) -> ServiceHarness:
    return party.restarted(RATE_LIMITS="begin.address=1/1m")


async def test_a_whole_ipv6_network_causes_one_event(limited: ServiceHarness) -> None:
    served = [await _begin(limited, f"2001:db8::{number:x}") for number in range(1, 31)]
    assert served == [True] + [False] * 29
    (event,) = await record(limited)
    assert brief([event]) == [("rate-limit.hit", "failure")]
    assert event["facts"] == {"limit": "begin.address", "quota": 1}


async def test_a_limit_event_is_recorded_once_for_all_instances(limited: ServiceHarness) -> None:
    for instance in (limited, limited.restarted(), limited.restarted()):
        for _ in range(3):
            await _begin(instance, "192.0.2.7")
    assert brief(await record(limited)) == [("rate-limit.hit", "failure")]


async def test_a_limit_event_is_recorded_for_each_address_and_window(
    limited: ServiceHarness, clock: Clock
) -> None:
    for address in ("192.0.2.7", "192.0.2.8"):
        for _ in range(2):
            await _begin(limited, address)
    clock.advance(minutes=1)
    for _ in range(2):
        await _begin(limited, "192.0.2.7")
    assert brief(await record(limited)) == [("rate-limit.hit", "failure")] * 3


async def test_a_known_flood_costs_no_call(
    limited: ServiceHarness, transport: RecordingTransport
) -> None:
    for _ in range(2):
        await _begin(limited, "192.0.2.7")
    transport.forget()
    await _begin(limited, "192.0.2.7")
    with pytest.raises(TooManyRequests):
        await limited.begin_registration("alice")
    assert transport.names == []


async def test_a_request_is_refused_even_if_its_limit_event_cannot_be_recorded(
    limited: ServiceHarness, transport: RecordingTransport
) -> None:
    await _begin(limited, "192.0.2.7")
    with pytest.raises(TooManyRequests) as refusal:
        await limited.begin_authentication()
    transport.fault = always(unreachable)
    await limited.parts.limit_events.record(refusal.value)
    transport.fault = None
    assert await record(limited) == []
