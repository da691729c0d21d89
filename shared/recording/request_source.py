"""The request that is being served, as far as the audit trail tells of it.

It goes along with the request by itself, as trace contexts do: every story's events have it, and no
story decides by it.
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
