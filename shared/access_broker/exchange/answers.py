"""Why there is no token: for the log, and for whoever asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from shared.access.exchange.entra_errors import Failure
from shared.audit.facts import Fact
from shared.errors import OAuthRefusal
from shared.errors.exchange import ExchangeRefused
from shared.recording.attempt import Attempt

_LATER = 5
"""In seconds."""


@dataclass(frozen=True, slots=True)
class Refusal:
    error: ExchangeRefused
    reason: str
    facts: dict[str, Fact]


def refusal_of(failure: Failure, correlation_id: str) -> Refusal:
    """What Entra answered, with what finds it in Entra's logs, and nothing of its text."""
    number = f" (AADSTS{failure.number})" if failure.number else ""
    facts = traced(failure.trace_id)
    if failure.number is not None:
        facts["entraError"] = failure.number
    later = failure.fault.may_pass
    return Refusal(
        ExchangeRefused(
            "temporarily_unavailable" if later else "invalid_target",
            f"{failure.fault.text}{number}",
            retry_after=max(failure.retry_after or 0, _LATER) if later else None,
            members={
                "correlation_id": correlation_id,
                **({} if failure.trace_id is None else {"trace_id": failure.trace_id}),
            },
        ),
        f"entra_{failure.fault.name.lower()}",
        facts,
    )


def traced(trace_id: str | None) -> dict[str, Fact]:
    return {} if trace_id is None else {"trace": trace_id}


@contextmanager
def described(attempt: Attempt) -> Iterator[None]:
    """The event of a refusal has the name that the answer has."""
    try:
        yield
    except OAuthRefusal as refusal:
        attempt.add_details(reason=refusal.name)
        raise
