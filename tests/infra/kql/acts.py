"""What people and attackers do to a relying party in process, and the rows that come of it.

Each act is the service's own: the rows are those that it ships.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

from shared.accounts.names import read_username
from shared.audit.event import Source
from shared.audit.log_entry import LogEntry
from shared.audit.schemas.touchstone_row import touchstone_row
from shared.errors import TooManyRequests, TouchstoneError
from shared.keys.signing_key import SigningKey
from shared.recording.request_source import serving
from shared.relying_party.callers.client import Client
from tests.authenticator import SoftAuthenticator
from tests.harness.record import entries, seal
from tests.harness.service_harness import SETTINGS, Clock, ServiceHarness
from tests.harness.worlds import quick_hashing
from tests.infra.kql.workspace import Row
from tests.memory_client import open_memory
from tests.memory_tables import MemoryTables

HOME, ELSEWHERE = "192.0.2.7", "198.51.100.9"


@asynccontextmanager
async def open_party(
    signing_key: SigningKey, clock: Clock, **settings: str
) -> AsyncIterator[ServiceHarness]:
    async with open_memory(MemoryTables(clock)) as storage:
        party = ServiceHarness(storage, clock, signing_key, settings=SETTINGS | settings)
        await party.warm()
        with quick_hashing():
            yield party


@contextmanager
def caller(party: ServiceHarness, address: str = HOME, agent: str = "browser") -> Iterator[None]:
    before, party.client = party.client, Client(address=address, user_agent=agent)
    with serving(Source(address=address, user_agent=agent)):
        yield
    party.client = before


async def fail_to_sign_in(
    party: ServiceHarness, key: SoftAuthenticator, username: str, address: str = ELSEWHERE
) -> None:
    """With a signature that is not of the key."""
    with caller(party, address), suppress(TouchstoneError):
        options = await party.begin_authentication(username)
        await party.finish_authentication(key.get(options, signature=b"not of this key"))


async def guess_a_pass(party: ServiceHarness, username: str, address: str = ELSEWHERE) -> None:
    with caller(party, address):
        try:
            await party.service.redeeming.redeem(
                read_username(username), "2222-2222-2222-2222", client=party.client
            )
        except TooManyRequests as error:
            await party.parts.limit_events.record(error)
        except TouchstoneError:
            pass


async def rows_of(party: ServiceHarness) -> list[Row]:
    """All events so far, in the log's order."""
    return [touchstone_row(entry) for entry in await sealed(party)]


async def sealed(party: ServiceHarness) -> list[LogEntry]:
    """The log. Minutes pass, so that no event is still waiting."""
    await seal(party)
    return await entries(party)
