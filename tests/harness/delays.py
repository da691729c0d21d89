"""Ways in which storage is late, while another instance seals."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from azure.core.exceptions import ServiceResponseError

from shared.errors import StorageUnavailable
from tests.harness.worlds import SETTLED, World
from tests.storage_faults import Way, unreachable
from tests.storage_transport import Send

_SOON = timedelta(seconds=4)
"""After so long the client waits no more, and sends it again."""

type OnWorld = Callable[[World, Send], Awaitable[object]]


async def _answered_late(world: World, send: Send) -> object:
    answer = await send()
    await world.seal(SETTLED)
    return answer


async def _answer_lost(world: World, send: Send) -> object:
    """The call succeeds, its answer is lost, and sealing runs before the retry."""
    await send()
    await world.seal(_SOON)
    raise ServiceResponseError("nothing was heard")


async def _never_answered(world: World, send: Send) -> object:
    """The call succeeds, and minutes pass. There is no retry after ten seconds."""
    await send()
    await world.seal(SETTLED)
    raise StorageUnavailable


async def _late_write(world: World, send: Send) -> object:
    """The call takes minutes."""
    await world.seal(SETTLED)
    return await send()


async def _seal(world: World, send: Send) -> object:
    await world.seal()
    answer = await send()
    await world.seal()
    return answer


async def _held(world: World, send: Send) -> object:
    """The caller gives up, and the call is done much later."""
    world.held.append(send)
    raise ServiceResponseError("nothing was heard")


@dataclass(frozen=True)
class Delay:
    way: OnWorld
    then: Way | None = None
    """How later calls fail, if they do."""
    of_reads: bool = False
    """Whether it is something else than no delay where nothing is written."""
    settles_first: bool = True
    """Whether what is held comes after all was sealed."""

    def at(self, world: World) -> Way:
        async def way(send: Send) -> object:
            return await self.way(world, send)

        return way


DELAYS: Mapping[str, Delay] = {
    "sealed-meanwhile": Delay(_seal, of_reads=True),
    "late": Delay(_late_write, of_reads=True),
    "answered-late": Delay(_answered_late),
    "answer-lost-and-sealed": Delay(_answer_lost),
    "never-answered": Delay(_never_answered),
    "held-and-repeated": Delay(_held),
    "held-and-given-up": Delay(_held, unreachable),
    "held-and-repeated-soon": Delay(_held, settles_first=False),
    "held-and-given-up-soon": Delay(_held, unreachable, settles_first=False),
}
