"""A destination that is slow, or fails, does not delay another one."""

import asyncio
from collections.abc import Sequence

import pytest

from shared.audit.log_entry import LogEntry
from shared.errors import StorageUnavailable
from shared.storage.audit.cursors import Cursor, CursorStore
from tests.audit_log.destinations.shipping_party import record_events, ship
from tests.harness.service_harness import ServiceHarness


class Receiver:
    def __init__(self, name: str) -> None:
        self.name = name
        self.received = 0
        self.has_received = asyncio.Event()

    async def send(self, entries: Sequence[LogEntry]) -> None:
        self.received += len(entries)
        self.has_received.set()


class Waiting(Receiver):
    """It answers after the other destination has."""

    def __init__(self, name: str, other: Receiver) -> None:
        super().__init__(name)
        self._other = other

    async def send(self, entries: Sequence[LogEntry]) -> None:
        await self._other.has_received.wait()
        await super().send(entries)


async def test_a_slow_destination_does_not_delay_another(party: ServiceHarness) -> None:
    await record_events(party, 3)
    blob = Receiver("blob")
    monitor = Waiting("monitor", blob)
    assert await ship(party, monitor, blob) == 6
    assert (monitor.received, blob.received) == (3, 3)


async def test_an_unreadable_cursor_does_not_stop_another_destination(
    party: ServiceHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = CursorStore.load

    async def load_all_but_one(self: CursorStore, name: str) -> Cursor:
        if name == "monitor":
            raise StorageUnavailable
        return await load(self, name)

    await record_events(party, 3)
    monkeypatch.setattr(CursorStore, "load", load_all_but_one)
    blob = Receiver("blob")
    with pytest.raises(StorageUnavailable):
        await ship(party, Receiver("monitor"), blob)
    assert blob.received == 3
