"""Looks up names that strangers chose, and gives their addresses only if all are public.

The connection goes to the addresses that were judged: there is no second look-up that could have
another answer (DNS rebinding). The look-ups have threads of their own, so that names with slow
servers hold up no connection to storage, whose names the default threads look up.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial

from aiohttp.abc import AbstractResolver, ResolveResult

from shared.fetching.public_addresses import is_public

type LookUp = Callable[[str], Awaitable[Sequence[str]]]

_MOST_ADDRESSES = 2
"""Of each version of IP. A name may have hundreds, and each would be tried."""
_THREADS = 4


class NotPublic(OSError):
    """Some address of the name is not public."""


async def look_up(name: str) -> Sequence[str]:
    ask = partial(socket.getaddrinfo, name, None, type=socket.SOCK_STREAM)
    found = await asyncio.get_running_loop().run_in_executor(_threads(), ask)
    return [str(address[0]) for *_, address in found]


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_THREADS, thread_name_prefix="names-of-strangers")


class PublicNames(AbstractResolver):
    def __init__(
        self, look_up: LookUp = look_up, *, is_allowed: Callable[[str], bool] = is_public
    ) -> None:
        self._look_up = look_up
        self._is_allowed = is_allowed

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002  part of the interface
    ) -> list[ResolveResult]:
        addresses = await self._look_up(host)
        if not addresses or not all(map(self._is_allowed, addresses)):
            raise NotPublic
        return [_result(host, address, port) for address in _few(addresses)]

    async def close(self) -> None:
        """The threads are shared, and stay."""


def _few(addresses: Sequence[str]) -> Sequence[str]:
    """Some of both versions: a network may lack one of them."""
    six = [address for address in addresses if ":" in address]
    four = [address for address in addresses if ":" not in address]
    return four[:_MOST_ADDRESSES] + six[:_MOST_ADDRESSES]


def _result(name: str, address: str, port: int) -> ResolveResult:
    return ResolveResult(
        hostname=name,
        host=address,
        port=port,
        family=socket.AF_INET6 if ":" in address else socket.AF_INET,
        proto=0,
        flags=socket.AI_NUMERICHOST,
    )
