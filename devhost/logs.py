"""Logging of the function app and of this host, in lines that one can read."""

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
    """As the process ends: nothing closes the clients of a function app, here or on Azure."""
    logging.getLogger("asyncio").setLevel(logging.CRITICAL + 1)


@contextmanager
def silence_loading(*, even_broken: bool) -> Iterator[None]:
    """While the app is imported: the library logs what it then also raises, with its sys.path. So
    does an app that is broken, unless it is to be served all the same."""
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
