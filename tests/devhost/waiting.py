from __future__ import annotations

import time
from collections.abc import Callable

# Far more than any condition needs: it bounds a failure, and says nothing about speed.
DEADLINE_SECONDS = 60


def eventually(condition: Callable[[], bool]) -> bool:
    """Look again and again; for conditions that nothing announces."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
