"""Callers who do not show that they may do what they ask for."""

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


class StepUpRequired(Unauthorized):
    def __init__(self, *, max_age: int, acr_values: tuple[str, ...] = ()) -> None:
        """What is asked of a sign-in (RFC 9470 section 3): how old it may be, in seconds, and
        which of our `acrValues` it needs, if it is one of ours."""
        super().__init__(f"a sign-in of the last {max_age} seconds is needed")
        self.max_age = max_age
        self.acr_values = acr_values


class NotPermitted(TouchstoneError):
    pass


class CsrfRefused(TouchstoneError):
    """Its text is shown to the caller, so it names the header, never its value."""


class PassRefused(TouchstoneError):
    pass
