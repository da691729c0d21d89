"""The binding of a session's tokens: to our cookies, to a client's key, or to nothing."""

from dataclasses import dataclass

_KEY = "jkt:"


@dataclass(frozen=True, slots=True)
class Binding:
    name: str
    """The stored form."""

    @property
    def thumbprint(self) -> str | None:
        """The thumbprint of the client's key (RFC 7638), if the binding is to a key."""
        return self.name.removeprefix(_KEY) if self.name.startswith(_KEY) else None


COOKIE = Binding("cookie")
"""Tokens are in cookies that scripts cannot read, and are accepted nowhere else."""
BEARER = Binding("bearer")
"""Anyone who has a token may use it."""


def bound_to_key(thumbprint: str) -> Binding:
    return Binding(_KEY + thumbprint)
