"""What comes out of an exchange. Each kind of profile that gives a token has a giver of its own.

A giver calls `use_up`, which is one transaction with the notice or the event, before anything that
somebody else could see. So of two requests exactly one gets a token.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from shared.access.profiles.eligibility import Person
from shared.access.profiles.profile import EntraAccess, PostgresqlOauth, Profile
from shared.errors.exchange import ExchangeRefused
from shared.openid.clients.client import Client
from shared.recording.attempt import Attempt

type UseUp = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What a person may have."""

    profile: Profile
    person: Person
    client: Client | None
    """That asks for the person. None for a program or page of the person's own."""
    expires_at: int
    """The latest end of what is signed for it here."""
    actor: Mapping[str, Any] | None = None
    """The `act` of the result."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)  # a repr would show the token
class Exchanged:
    token: str
    expires_in: int
    """In seconds."""
    id: str
    """Of the event, and of what is signed here."""
    scope: str


class Giver[P](Protocol):
    """Gives tokens by profiles with parameters P."""

    def scope_of(self, parameters: P) -> str: ...

    async def give(
        self, parameters: P, granted: Granted, attempt: Attempt, use_up: UseUp
    ) -> Exchanged:
        """`use_up` announces the attempt. Raises its errors, and ExchangeRefused."""
        ...


@dataclass(frozen=True, slots=True)
class Gift[P]:
    """What one profile gives, whatever its kind is."""

    giver: Giver[P]
    parameters: P

    def check_scope(self, wanted: str | None) -> None:
        """Raises ExchangeRefused."""
        scope = self.giver.scope_of(self.parameters)
        if wanted not in (None, scope):
            raise ExchangeRefused("invalid_scope", f"The scope of this profile is {scope}.")

    async def give(self, granted: Granted, attempt: Attempt, use_up: UseUp) -> Exchanged:
        """Raises the errors of `use_up`, and ExchangeRefused."""
        return await self.giver.give(self.parameters, granted, attempt, use_up)


@dataclass(frozen=True, slots=True, kw_only=True)
class Givers:
    entra: Giver[EntraAccess]
    database: Giver[PostgresqlOauth]

    def of(self, profile: Profile) -> Gift[Any]:
        """Raises ExchangeRefused for a profile that gives no token."""
        match profile.parameters:
            case EntraAccess() as access:
                return Gift(self.entra, access)
            case PostgresqlOauth() as access:
                return Gift(self.database, access)
            case _:
                raise ExchangeRefused("invalid_target", "This profile gives no token.")
