"""The issuer, audiences and lifetime of access tokens."""

from dataclasses import dataclass

LONGEST_FOR_CLIENTS = 900
"""Drivers and libraries want ten minutes: SqlClient asks again at once for a token that is nearly
over, and MSAL keeps none of five minutes. More would let an API that asks nobody go on for longer
after a session has ended."""


def comparable(audience: str) -> str:
    """Some verifiers, those of .NET for example, ignore a slash at the end."""
    return audience.rstrip("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSettings:
    issuer: str
    audience: str
    """The audience of the tokens for APIs."""
    lifetime_seconds: int
    """Of those that do not say otherwise."""

    @property
    def longest_seconds(self) -> int:
        """The longest life that a client may have for its tokens."""
        return max(self.lifetime_seconds, LONGEST_FOR_CLIENTS)

    @property
    def account_audience(self) -> str:
        """The audience of the tokens for this service."""
        return f"{self.issuer}/account"
