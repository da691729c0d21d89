"""What access tokens say, and how long they last."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSettings:
    issuer: str
    audience: str
    """Of the tokens that clients hand to APIs."""
    lifetime_seconds: int

    @property
    def account_audience(self) -> str:
        """Of the tokens that are for ourselves alone."""
        return f"{self.issuer}/account"
