"""An origin that is almost an allowed one, such as a developer's other port."""

import re
from collections.abc import Iterable

_WEB_ORIGIN = re.compile(r"https?://(?P<host>[a-z0-9.-]{1,253})(:[0-9]{1,5})?", re.ASCII)
_THIS_MACHINE = ("localhost", "127.0.0.1")


def describe_near_miss(sent: str, allowed: Iterable[str]) -> str | None:
    """If both are on one host, say which origin was sent and which are allowed; else return None.

    A client's text gets into a log only if it is an origin on one of our own hosts.
    """
    place = _place(sent)
    same = [each for each in allowed if place is not None and _place(each) == place]
    return f"sent {sent}, RP_ORIGINS has {', '.join(same)}" if same else None


def _place(origin: str) -> str | None:
    found = _WEB_ORIGIN.fullmatch(origin)
    if found is None:
        return None
    return "localhost" if found["host"] in _THIS_MACHINE else found["host"]
