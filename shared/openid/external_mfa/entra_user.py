"""Whom Entra asks for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EntraUser:
    """The person for whom Entra asks."""

    tenant: str
    object_id: str
    """With the tenant, it names the same person for ever."""
    subject: str
    """Only for our registration there."""
    username: str
    """For display only; its owner may choose it."""
