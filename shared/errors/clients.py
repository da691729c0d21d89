"""A client of this service as an OpenID provider did not prove who it is."""

from enum import StrEnum

from shared.errors.authorization import Unauthorized


class ClientFault(StrEnum):
    """What was wrong with the proof. It goes to the log, not into the answer."""

    UNKNOWN = "client_unknown"
    OTHER_METHOD = "client_method"
    """The client proves itself in another way."""
    SECRET = "client_secret"  # noqa: S105  a reason
    ASSERTION = "client_assertion"
    """Malformed, forged, expired, or for somebody else."""
    ASSERTION_REPEATED = "client_assertion_repeated"
    PLATFORM_TOKEN = "client_platform_token"  # noqa: S105  a reason


class ClientRefused(Unauthorized):
    def __init__(self, reason: ClientFault, *, in_header: bool = False) -> None:
        """`in_header`: whether the client used HTTP Basic. The answer then has to name it (RFC 6749
        section 5.2)."""
        super().__init__(reason.value)
        self.reason = reason
        self.in_header = in_header
