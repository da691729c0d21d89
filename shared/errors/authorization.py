"""Authentication and authorization of the caller failed."""

from shared.errors.base import TouchstoneError


class Unauthorized(TouchstoneError):
    pass


class TokenRequired(Unauthorized):
    pass


class TokenInvalid(Unauthorized):
    pass


class TokenElsewhere(Unauthorized):
    pass


class DpopProofInvalid(Unauthorized):
    pass


class DpopNonceRequired(Unauthorized):
    def __init__(self, nonce: str) -> None:
        """`nonce` is for the client's next proof."""
        super().__init__()
        self.nonce = nonce


class StepUpRequired(Unauthorized):
    def __init__(
        self,
        *,
        max_age: int,
        acr_values: tuple[str, ...] = (),
        missing: tuple[str, ...] = (),
    ) -> None:
        """The required sign-in (RFC 9470 section 3): its greatest age in seconds, and, if it is a
        sign-in of ours, the `acrValues` that it needs. `missing` says in words of ours what the
        present one lacks."""
        super().__init__(f"a sign-in of the last {max_age} seconds is needed")
        self.max_age = max_age
        self.acr_values = acr_values
        self.missing = missing


class NotPermitted(TouchstoneError):
    pass


class OwnMembership(TouchstoneError):
    pass


class CsrfRefused(TouchstoneError):
    """Its text is shown to the caller, so it names the header, never its value."""


class OperatorTokenRefused(Unauthorized):
    pass


class PassRefused(TouchstoneError):
    pass
