"""The log of the function app and of this host, in readable lines."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


def configure_logging() -> None:
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        datefmt="%H:%M:%S",
    )
    # At INFO the Azure SDK logs each of its requests, and the worker library its start.
    logging.getLogger("azure").setLevel(logging.WARNING)


def silence_unclosed_clients() -> None:
    """Call it as the process ends: the clients of a function app are never closed, here or on
    Azure."""
    logging.getLogger("asyncio").setLevel(logging.CRITICAL + 1)


@contextmanager
def silence_loading(*, even_broken: bool) -> Iterator[None]:
    """Silence the library while the app is imported: it logs what it then raises, with its
    sys.path. A broken app logs too; it is silenced unless it is to be served."""
    names = ["azure.functions"] if even_broken else ["azure.functions", "touchstone.standby"]
    logs = [logging.getLogger(name) for name in names]
    levels = [log.level for log in logs]
    for log in logs:
        log.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for log, level in zip(logs, levels, strict=True):
            log.setLevel(level)
