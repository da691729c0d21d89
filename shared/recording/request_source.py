"""The request that is being served, as far as the audit log records it.

A context variable carries it, as trace contexts are carried: the events of every story have it, and
no story decides by it.
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
