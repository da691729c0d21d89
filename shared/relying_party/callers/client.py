"""The client that sends a request, as far as trusted proxies and the client itself tell."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    address: str | None
    """Whom rate limits count; None where no proxy is trusted to name clients."""
    user_agent: str
    """Shown to people who look through their sessions; whatever the client says."""
