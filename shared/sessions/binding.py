"""What a session's tokens are bound to: our cookies, a client's key, or nothing at all."""

from dataclasses import dataclass

_KEY = "jkt:"


@dataclass(frozen=True, slots=True)
class Binding:
    name: str
    """As it is stored."""

    @property
    def thumbprint(self) -> str | None:
        """Of the client's key (RFC 7638), if it is one."""
        return self.name.removeprefix(_KEY) if self.name.startswith(_KEY) else None


COOKIE = Binding("cookie")
"""Tokens live in cookies that scripts cannot read, and are good nowhere else."""
BEARER = Binding("bearer")
"""Whoever holds a token may use it."""


def bound_to_key(thumbprint: str) -> Binding:
    return Binding(_KEY + thumbprint)


def may_refresh(session: Binding | None, presented: Binding) -> bool:
    """None is a session of an earlier version, which was not bound to a key."""
    if session is None:
        return presented.thumbprint is None
    return session == presented
