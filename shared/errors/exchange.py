"""Refusals of a token exchange, beside those of all grants."""

from collections.abc import Mapping

from shared.errors.openid import OAuthRefusal


class ExchangeRefused(OAuthRefusal):
    """There is no token for a resource elsewhere."""

    def __init__(
        self,
        name: str,
        description: str,
        *,
        retry_after: int | None = None,
        members: Mapping[str, str | int] | None = None,
    ) -> None:
        """`retry_after` is in seconds, if the same may be granted then. `members` are more of the
        answer, beside its error."""
        super().__init__(name, description)
        self.retry_after = retry_after
        self.members = members or {}


class AccessUnmet(OAuthRefusal):
    """The sign-in is not what a profile demands. Another one may be (RFC 9470)."""

    def __init__(
        self, *, max_age: int, acr_values: tuple[str, ...], missing: tuple[str, ...]
    ) -> None:
        """`max_age` is in seconds, and `missing` says in words of ours what the sign-in lacks."""
        super().__init__(
            "insufficient_user_authentication", "Sign in again, as the other members say."
        )
        self.max_age = max_age
        self.acr_values = acr_values
        self.missing = missing
