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
    """When this process found it first."""


class Contradictions:
    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._found = dict[str, Contradiction]()
        """By what is not done for them."""

    @contextmanager
    def reporting(self, what: str) -> Iterator[None]:
        """Log it and raise LogInconsistent if the log contradicts itself: then `what` is not done.
        Rows that nothing of ours can read are a contradiction, whichever way they fail."""
        try:
            yield
        except (Discontinuity, LogInconsistent) as error:
            raise self._report(str(error), what) from error
        except _UNREADABLE as error:
            said = f"stored data cannot be read ({type(error).__name__})"
            raise self._report(said, what) from error
        self._found.pop(what, None)

    def first(self) -> Contradiction | None:
        return next(iter(self._found.values()), None)

    def describe(self, said: str, what: str) -> Contradiction:
        """Since it was found first, if `what` has not been done since."""
        before = self._found.get(what)
        return Contradiction(what=said, since=before.since if before else self._clock())

    def _report(self, said: str, what: str) -> LogInconsistent:
        self._found[what] = self.describe(said, what)
        logger.error("the audit log contradicts itself, and is not %s: %s", what, said)
        return LogInconsistent(said)
