"""Contradictions in the log, as this process found them: reported, remembered, shown by health."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from shared.audit.continuity import Discontinuity
from shared.errors import LogInconsistent

_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)

logger = logging.getLogger("touchstone.audit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    what: str
    since: datetime
    """The time at which this process first found it."""


class Contradictions:
    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._found = dict[str, Contradiction]()
        """The keys name the work that is not done because of the contradiction."""

    @contextmanager
    def reporting(self, what: str) -> Iterator[None]:
        """Log a contradiction in the log, and raise LogInconsistent: then `what` is not done.
        Rows that our code cannot read are a contradiction, whatever the error is."""
        try:
            yield
        except (Discontinuity, LogInconsistent) as error:
            raise self._report(str(error), what) from error
        except _UNREADABLE as error:
            text = f"stored data cannot be read ({type(error).__name__})"
            raise self._report(text, what) from error
        self._found.pop(what, None)

    def first(self) -> Contradiction | None:
        return next(iter(self._found.values()), None)

    def describe(self, text: str, what: str) -> Contradiction:
        """It lasts since it was first found, if `what` has not been done since."""
        before = self._found.get(what)
        return Contradiction(what=text, since=before.since if before else self._clock())

    def _report(self, text: str, what: str) -> LogInconsistent:
        self._found[what] = self.describe(text, what)
        logger.error("the audit log contradicts itself, and is not %s: %s", what, text)
        return LogInconsistent(text)
