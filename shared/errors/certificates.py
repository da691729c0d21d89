"""Refusals of client certificates."""

from shared.errors.base import TouchstoneError


class CertificatesOff(TouchstoneError):
    """This service has no authority for client certificates."""


class ApprovalRequired(TouchstoneError):
    """The profile gives it only for the code of an approval."""

    def __init__(self, *, approve_url: str, approval: str | None = None) -> None:
        """`approval` is the ID of the one that was just asked for."""
        super().__init__("an approval is needed")
        self.approve_url = approve_url
        self.approval = approval


class ApprovalCodeRefused(TouchstoneError):
    """One answer for all reasons: over, used, made up, or somebody else's."""
