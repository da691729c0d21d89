"""Host names that mean this machine, for clients of fakes that bear the name of something real."""

import socket

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from azure.core.pipeline.transport import AioHttpTransport

from tests.fakes.tls import LOCALHOST, Tls


class OnlyHere(AbstractResolver):
    """Whatever port an address names, it leads to this one."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if host != self._host:
            raise OSError(f"{host} is not to be looked up in tests")
        found = ResolveResult(
            hostname=host,
            host=LOCALHOST,
            port=self._port,
            family=socket.AF_INET,
            proto=0,
            flags=0,
        )
        return [found]

    async def close(self) -> None:
        pass


def transport_to(host: str, port: int, tls: Tls) -> AioHttpTransport:
    """For the Azure SDK. Must be made, and closed, in the running loop."""
    connector = aiohttp.TCPConnector(resolver=OnlyHere(host, port), ssl=tls.client_context())
    session = aiohttp.ClientSession(connector=connector, auto_decompress=False)
    return AioHttpTransport(session=session, connection_timeout=2, read_timeout=4)
