"""The issuer, audiences and lifetime of access tokens."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSettings:
    issuer: str
    audience: str
    """The audience of the tokens for APIs."""
    lifetime_seconds: int

    @property
    def account_audience(self) -> str:
        """The audience of the tokens for this service."""
        return f"{self.issuer}/account"
