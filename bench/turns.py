"""Runs two computations in turn, so that other load on the machine slows both alike."""

import time
from collections.abc import Callable
from dataclasses import dataclass

_SLICES = 40
_REPEATS = 25

type Computation = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Seconds of processor time for one run."""

    touchstone: float
    bare: float


def take_turns(*, touchstone: Computation, bare: Computation) -> Spent:
    spent = [0, 0]
    for _ in range(_SLICES):
        for side, compute in enumerate((touchstone, bare)):
            spent[side] += _time(compute)
    each = _SLICES * _REPEATS * 1e9
    return Spent(touchstone=spent[0] / each, bare=spent[1] / each)


def _time(compute: Computation) -> int:
    began = time.thread_time_ns()
    for _ in range(_REPEATS):
        compute()
    return time.thread_time_ns() - began
