"""The data of the current request that the audit log records.

A context variable carries it, like a trace context. The events of every story have it, and no story
uses it for a decision.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from shared.audit.event import Source

_current: ContextVar[Source] = ContextVar("source", default=Source())  # noqa: B039  is frozen


def current_source() -> Source:
    return _current.get()


@contextmanager
def serving(source: Source) -> Iterator[None]:
    token = _current.set(source)
    try:
        yield
    finally:
        _current.reset(token)
