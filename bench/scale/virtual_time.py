"""Processes on a virtual clock: nothing sleeps, and every run has the same result.

A process is a generator. It yields what it waits for: a moment, a permit, or other processes. An
exception of one of these is raised where it waits, once all of them have ended.
"""

from collections import deque
from collections.abc import Callable, Generator, Sequence
from functools import partial
from heapq import heappop, heappush
from itertools import count

type Process = Generator["float | Permits | Sequence[Process]"]
type _Ended = Callable[[Exception | None], None]


class Permits:
    """A limited number of permits; waiting processes get them in order."""

    def __init__(self, number: int) -> None:
        self._free = number
        self._waiting: deque[Callable[[], None]] = deque()

    def take(self, go_on: Callable[[], None]) -> None:
        if not self._free:
            self._waiting.append(go_on)
            return
        self._free -= 1
        go_on()

    def give_back(self) -> None:
        if self._waiting:
            self._waiting.popleft()()
        else:
            self._free += 1


class Timeline:
    def __init__(self) -> None:
        self.now = 0.0
        self._order = count()
        self._due: list[tuple[float, int, Callable[[], None]]] = []

    def start(self, process: Process, *, at: float = 0.0) -> None:
        self._at(at, partial(self._resume, process, _raise))

    def run(self) -> None:
        """Run until no process is left."""
        while self._due:
            self.now, _, happen = heappop(self._due)
            happen()

    def _at(self, moment: float, happen: Callable[[], None]) -> None:
        heappush(self._due, (moment, next(self._order), happen))

    def _resume(self, process: Process, ended: _Ended, error: Exception | None = None) -> None:
        try:
            wanted = process.throw(error) if error else next(process)
        except StopIteration:
            ended(None)
        except Exception as raised:
            ended(raised)
        else:
            self._wait(wanted, partial(self._resume, process, ended))

    def _wait(
        self, wanted: "float | Permits | Sequence[Process]", go_on: Callable[..., None]
    ) -> None:
        if isinstance(wanted, Permits):
            wanted.take(go_on)
        elif isinstance(wanted, float):
            self._at(wanted, go_on)
        else:
            self._join(wanted, go_on)

    def _join(self, processes: Sequence[Process], go_on: _Ended) -> None:
        left, errors = len(processes), list[Exception]()

        def one_ended(error: Exception | None) -> None:
            nonlocal left
            left -= 1
            errors.extend([error] if error else [])
            if not left:
                go_on(*errors[:1])

        for process in processes:
            self._resume(process, one_ended)


def _raise(error: Exception | None) -> None:
    if error:
        raise error
