"""Which processor core runs what, and how much processor time a process has used.

The servers that are compared share one core. Storage, the load generator and everything else that
this process starts use the other cores.
"""

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

_PROC = Path("/proc")


def divide_cores() -> int | None:
    """Move this process off one core. Return that core, or None if there is only one."""
    *others, core = sorted(os.sched_getaffinity(0))
    if not others:
        return None
    os.sched_setaffinity(0, others)
    return core


def on_core(core: int | None, command: Sequence[str]) -> list[str]:
    return list(command) if core is None else ["taskset", "--cpu-list", str(core), *command]


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and its living descendants."""
    return sum(_own_seconds(process) for process in _family(pid))


def _own_seconds(pid: int) -> float:
    # The clock of clock_getcpuclockid(3). It counts the same as utime and stime in /proc, but in
    # nanoseconds. Those count in steps of 10 ms, which is as much as three ceremonies.
    return time.clock_gettime((~pid << 3) | 2)


def _family(pid: int) -> Iterator[int]:
    yield pid
    for children in (_PROC / str(pid) / "task").glob("*/children"):
        for child in children.read_text().split():
            yield from _family(int(child))
