"""Host names that mean this machine, for clients of fakes that bear the name of something real."""

import socket
from pathlib import Path

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


_SITECUSTOMIZE = """
import socket

import uvloop

_of_python, _of_uvloop = socket.getaddrinfo, uvloop.Loop.getaddrinfo


def _place(host, port):
    return ({localhost!r}, {port}) if host == {host!r} else (host, port)


def _getaddrinfo(host, port, *options, **more):
    return _of_python(*_place(host, port), *options, **more)


async def _in_uvloop(loop, host, port, **options):
    return await _of_uvloop(loop, *_place(host, port), **options)


socket.getaddrinfo, uvloop.Loop.getaddrinfo = _getaddrinfo, _in_uvloop
"""


def environment_to(host: str, port: int, tls: Tls, *, folder: Path) -> dict[str, str]:
    """For another Python process: it runs what is written to the folder before all else."""
    script = _SITECUSTOMIZE.format(host=host, localhost=LOCALHOST, port=port)
    (folder / "sitecustomize.py").write_text(script, encoding="utf-8")
    return {"PYTHONPATH": str(folder), "SSL_CERT_FILE": str(tls.authority)}
