"""The servers that are compared, each in its own process, all on the same core."""

import asyncio
import json
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from bench.ceremonies import ORIGIN, RP_ID
from bench.client import Connection
from bench.code_flow import CLIENTS
from bench.cores import cpu_seconds, on_core
from bench.install import NODE, PEER
from bench.timer_settings import OWN_TIMER_OFF
from devhost.process import REPOSITORY, Child

_HELLO = Path(__file__).parent / "hello"


@dataclass(frozen=True, slots=True)
class Program:
    """A program to run. It prints "ready on" and its address, and ends when its stdin is closed."""

    command: tuple[str, ...]
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    touchstone: Program
    peer: Program
    overlapping_peer: Program
    hello: Program


def make_programs(*, tables: str, signing_key_file: Path) -> Programs:
    """`tables` is a connection string. All relying parties get the same settings."""
    settings = {
        # A run makes more credentials in an hour than a company does, and in a small run few people
        # make all requests. The requests are still counted; refreshes and codes would not be, as
        # clients ask for them every few minutes, and here they do so at once.
        "RATE_LIMITS": "creation.tenant=9999999/1h,begin.address=9999999/1m,token.session=off,"
        "client-token.account=off,authorization.address=9999999/1m",
        # As in Azure, whose front end names the client. Here the load generator does.
        "TRUSTED_PROXY_HOPS": "1",
        "RP_ID": RP_ID,
        "RP_ORIGINS": ORIGIN,
        "ISSUER": ORIGIN,
        "REGISTRATION": "open",
        "OPENID_CLIENTS": json.dumps(CLIENTS),
        "SIGNING_KEY_FILE": str(signing_key_file),
        "TABLES_CONNECTION_STRING": tables,
        **OWN_TIMER_OFF,
    }
    peer = (str(NODE), str(PEER / "server.js"))
    return Programs(
        touchstone=Program(_host(REPOSITORY), settings),
        peer=Program(peer, settings),
        overlapping_peer=Program(peer, {**settings, "STORAGE_CALLS": "overlapping"}),
        hello=Program(_host(_HELLO)),
    )


def _host(app: Path) -> tuple[str, ...]:
    options = ("--app", str(app), "--port", "0", "--no-azurite", "--stop-with-parent")
    return (sys.executable, "-m", "devhost", *options)


class Server:
    def __init__(self, program: Program, *, core: int | None) -> None:
        self._command = on_core(core, program.command)
        self._environment = {**os.environ, **program.settings}

    async def __aenter__(self) -> Self:
        self.began = time.perf_counter()
        self._child = Child(self._command, environment=self._environment)
        ready = await asyncio.to_thread(self._child.wait_for, r"ready on (\S+)")
        self._port = urlsplit(ready[1]).port or 0
        return self

    async def __aexit__(self, *error: object) -> None:
        await asyncio.to_thread(self._child.stop)

    def connect(self) -> Connection:
        return Connection(self._port)

    def cpu_seconds(self) -> float:
        return cpu_seconds(self._child.pid)
