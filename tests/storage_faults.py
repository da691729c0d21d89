"""Ways in which storage fails, for `RecordingTransport.fault`."""

import asyncio
from collections.abc import Awaitable, Callable

from azure.core.exceptions import ServiceRequestError, ServiceResponseError

from tests.storage_transport import Call, Fault, Send

type Way = Callable[[Send], Awaitable[object]]


class Crash(BaseException):
    """The end of a process: nothing catches it, and nothing comes after it."""


async def crash_before_sending(_send: Send) -> None:
    raise Crash


async def crash_after_sending(send: Send) -> None:
    await send()
    raise Crash


async def unreachable(_send: Send) -> None:
    raise ServiceRequestError("no connection")


async def answer_lost(send: Send) -> None:
    await send()
    raise ServiceResponseError("connection reset")


def after(act: Callable[[], Awaitable[object]]) -> Way:
    """Too late: another process was faster."""

    async def way(send: Send) -> object:
        await act()
        return await send()

    return way


ENDS: dict[str, tuple[Way, Way]] = {
    "crash-before": (crash_before_sending, crash_before_sending),
    "crash-after": (crash_after_sending, crash_before_sending),
    "outage-before": (unreachable, unreachable),
    "outage-after": (answer_lost, unreachable),
}
"""How the call at which it ends fails, and how all after it do."""


def always(way: Way) -> Fault:
    async def fault(_call: Call, send: Send) -> object:
        return await way(send)

    return fault


def once(way: Way, name: str) -> Fault:
    """The first call of that name fails."""
    pending = [name]

    async def fault(call: Call, send: Send) -> object:
        if call.name in pending:
            pending.remove(call.name)
            return await way(send)
        return await send()

    return fault


def at(number: int, way: Way, *, then: Way, writes: bool = False) -> Fault:
    """The call of that number (from 1) fails in one way, and all after it in another. With `writes`
    these alone are counted: an end at a read is one before the next write."""
    seen = 0

    async def fault(call: Call, send: Send) -> object:
        nonlocal seen
        seen += call.is_write or not writes
        if seen < number:
            return await send()
        return await (way if seen == number else then)(send)

    return fault


def meeting(number: int, name: str, *, again: bool = True) -> Fault:
    """Calls of that name wait until there are so many of them, and then go together. The next ones
    do so too, or go at once."""
    barrier, came = asyncio.Barrier(number), 0

    async def fault(call: Call, send: Send) -> object:
        nonlocal came
        came += call.name == name
        if call.name == name and (again or came <= number):
            await barrier.wait()
        return await send()

    return fault
