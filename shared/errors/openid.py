"""Refusals of this service as an OpenID provider, with the name that OAuth has for each."""

from shared.errors.base import TouchstoneError


class OAuthRefusal(TouchstoneError):
    def __init__(self, name: str, description: str) -> None:
        """`name` is a code of RFC 6749 or of a specification that extends it. `description` is
        shown to the client's developer: it never repeats what was sent."""
        super().__init__(description)
        self.name = name
        self.description = description


class RedirectUnverified(OAuthRefusal):
    """It is not known that an answer at the redirect URI reaches the client, so nothing is sent
    there."""


class AuthorizationDenied(OAuthRefusal):
    """The client is told at its redirect URI."""

    def __init__(self, name: str, description: str, *, is_misconfigured: bool = False) -> None:
        """`is_misconfigured` if only a change of the client's configuration helps. Many clients
        show an empty page for an error, so our own page tells it first."""
        super().__init__(name, description)
        self.is_misconfigured = is_misconfigured


class GrantRefused(OAuthRefusal):
    """The token endpoint gives no token."""


class UserCodeUnknown(TouchstoneError):
    """No device waits with the code that was typed; one answer for all reasons."""
