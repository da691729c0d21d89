"""The client that sends a request, as trusted proxies and the client itself describe it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    address: str | None
    """The address that rate limits count. None if no proxy is trusted to name clients."""
    user_agent: str
    """Shown to users in the list of their sessions. The client may send any text."""
