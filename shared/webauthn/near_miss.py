"""An origin that is almost one of ours: a developer's other port, not a stranger's page."""

import re
from collections.abc import Iterable

_WEB_ORIGIN = re.compile(r"https?://(?P<host>[a-z0-9.-]{1,253})(:[0-9]{1,5})?", re.ASCII)
_THIS_MACHINE = ("localhost", "127.0.0.1")


def describe_near_miss(sent: str, allowed: Iterable[str]) -> str | None:
    """Say what was sent and what is allowed, if both are on one host; else None.

    Of what a client wrote, only an origin of a host of ours gets into a log.
    """
    place = _place(sent)
    same = [each for each in allowed if place is not None and _place(each) == place]
    return f"sent {sent}, RP_ORIGINS has {', '.join(same)}" if same else None


def _place(origin: str) -> str | None:
    found = _WEB_ORIGIN.fullmatch(origin)
    if found is None:
        return None
    return "localhost" if found["host"] in _THIS_MACHINE else found["host"]
