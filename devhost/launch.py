"""One run of the host, from its options to its exit code."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from socket import socket

from devhost import core_tools, worker
from devhost.agreement import find_disagreements
from devhost.azurite import Azurite
from devhost.event_loops import policy_as_in_azure
from devhost.first_administrator import announce_on_start
from devhost.functions import FunctionEntry, is_disabled
from devhost.host_json import read_host_json
from devhost.loading import load_app
from devhost.logs import configure_logging, silence_unclosed_clients
from devhost.route_order import describe, shadowed_routes
from devhost.routing import Router
from devhost.server import make_application
from devhost.serving import serve
from devhost.settings import load_settings
from devhost.sockets import is_free, listen, port_of
from devhost.timers import make_timers

_log = logging.getLogger(__name__)
_FUNCTION_KEY = "DEVHOST_FUNCTION_KEY"
# Core Tools keeps the leases of timers in blobs, where AzureWebJobsStorage of the example points.
_BLOB_PORT = 10000


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    app: Path
    host: str
    port: int
    azurite: bool
    azurite_port: int
    data: Path | None
    runner: str
    stop_with_parent: bool
    administrator: str | None
    even_broken: bool


def launch(options: Options) -> int:
    app_dir = options.app.resolve()
    settings = load_settings(app_dir, os.environ)
    func = core_tools.choose(options.runner)
    with ExitStack() as stack:
        sockets = [] if func else listen(options.host, options.port)
        for listening in sockets:
            stack.enter_context(listening)
        port = port_of(sockets[0]) if sockets else options.port
        values = settings.values(port=port)
        if options.azurite and not settings.names_a_table_storage:
            # By port, since two Azurites must not share a folder, and two hosts have two ports.
            data = (options.data or app_dir / ".local" / "azurite" / str(port)).resolve()
            tables = stack.enter_context(_tables(options.azurite_port, data))
            values["TABLES_CONNECTION_STRING"] = tables.connection_string
            if func and is_free(_BLOB_PORT):
                stack.enter_context(Azurite(service="blob", port=_BLOB_PORT, data=data))
        for line in find_disagreements(values, port=port):
            print(f"WARNING {line}", file=sys.stderr, flush=True)
        if func:
            return core_tools.run(func, app_dir=app_dir, port=port, settings=values)
        os.environ.update(values)
        os.chdir(app_dir)
        _serve(options, app_dir, sockets)
    return 0


def _tables(preferred_port: int, data: Path) -> Azurite:
    return Azurite(port=preferred_port if is_free(preferred_port) else 0, data=data)


def _serve(options: Options, app_dir: Path, sockets: Sequence[socket]) -> None:
    configure_logging()
    worker.configure_telemetry()
    entries = load_app(app_dir, even_broken=options.even_broken)
    host_json = read_host_json(app_dir)
    enabled = [entry for entry in entries if not is_disabled(entry, os.environ)]
    router = Router(enabled, prefix=host_json.route_prefix)
    for line in describe(shadowed_routes(router)):
        _log.warning(line)
    timers = make_timers(entries, os.environ)
    application = make_application(
        router, timers, host_json=host_json, function_key=_function_key(entries)
    )
    if options.administrator:
        announce_on_start(application, options.administrator)
    name = "localhost" if options.host == "127.0.0.1" else options.host
    url = f"http://{name}:{port_of(sockets[0])}"
    serving = serve(
        application,
        sockets,
        timers.values(),
        ready_line=f"Touchstone is ready on {url} (stop with Ctrl-C)",
        stop_with_parent=options.stop_with_parent,
    )
    asyncio.run(serving, loop_factory=policy_as_in_azure().new_event_loop)
    silence_unclosed_clients()


def _function_key(entries: Iterable[FunctionEntry]) -> str:
    chosen = os.environ.get(_FUNCTION_KEY)
    if chosen:
        return chosen
    key = secrets.token_urlsafe()
    if any(entry.auth_level in {"function", "admin"} for entry in entries):
        print(f"the function key is {key} (choose one with {_FUNCTION_KEY})", file=sys.stderr)
    return key
