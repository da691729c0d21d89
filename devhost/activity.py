"""The trace context of an invocation. The real host makes an activity for each invocation.

https://www.w3.org/TR/trace-context/
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from multidict import CIMultiDict, MultiMapping

_TRACEPARENT = re.compile(
    # A later version may have more fields after another hyphen.
    r"(?!ff|00.{54})[0-9a-f]{2}"
    r"-(?P<trace>(?!0{32})[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-(?P<flags>[0-9a-f]{2})(-.*)?"
)
_SAMPLED = "01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    trace_parent: str
    trace_state: str = ""


def begin_activity(headers: MultiMapping[str] | None = None) -> Activity:
    """Begin an activity in the caller's trace if the request names one; else in a new trace.

    The headers are those of a request, whose names match in any case.
    """
    sent = CIMultiDict[str]() if headers is None else headers
    caller = _TRACEPARENT.fullmatch(",".join(sent.getall("traceparent", [])))
    if caller is None:
        return _activity(trace=secrets.token_hex(16), flags=_SAMPLED)
    state = ",".join(sent.getall("tracestate", []))
    return _activity(trace=caller["trace"], flags=caller["flags"], state=state)


def _activity(*, trace: str, flags: str, state: str = "") -> Activity:
    return Activity(trace_parent=f"00-{trace}-{secrets.token_hex(8)}-{flags}", trace_state=state)
