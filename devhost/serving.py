"""Serves the app from listening sockets until a signal stops it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Collection, Iterable
from socket import socket

from aiohttp import web

from devhost import worker
from devhost.timers import Timer

# For requests and timers in progress when the host is told to stop.
FINISH_SECONDS = 10


async def serve(
    application: web.Application,
    sockets: Iterable[socket],
    timers: Collection[Timer],
    *,
    ready_line: str,
    stop_with_parent: bool,
) -> None:
    # The real host passes compressed bodies on unchanged, hence auto_decompress.
    runner = web.AppRunner(
        application, access_log=None, auto_decompress=False, shutdown_timeout=FINISH_SECONDS
    )
    stop = _stop_event(stop_with_parent=stop_with_parent)
    worker.start()
    try:
        await runner.setup()
        for listening in sockets:
            await web.SockSite(runner, listening).start()
        for timer in timers:
            timer.start()
        print(ready_line, flush=True)
        await stop.wait()
    finally:
        endings = [timer.stop(seconds=FINISH_SECONDS) for timer in timers]
        await asyncio.gather(runner.cleanup(), *endings)
        worker.stop()


def _stop_event(*, stop_with_parent: bool) -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def request_stop() -> None:
        stop.set()
        # A second Ctrl-C has its usual effect.
        loop.remove_signal_handler(signal.SIGINT)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, request_stop)
    if stop_with_parent:
        leash = sys.stdin.fileno()

        def read_leash() -> None:
            if not os.read(leash, 1024):
                loop.remove_reader(leash)
                stop.set()

        loop.add_reader(leash, read_leash)
    return stop
