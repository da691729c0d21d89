"""Which scopes belong to profiles. A profile alone says who gets its scope, and a client need not
have it: what a client may ask for otherwise are other scopes."""

from collections.abc import Iterable
from typing import Protocol

from shared.access.profiles.profile import PostgresqlOauth, Profile
from shared.openid.scopes import RESERVED


class AllProfiles(Protocol):
    async def all(self) -> list[Profile]: ...


class DatabaseScopes:
    def __init__(self, profiles: AllProfiles) -> None:
        self._profiles = profiles

    async def without(self, scope: Iterable[str]) -> tuple[str, ...]:
        """Those that belong to no profile. Raises StorageUnavailable."""
        scope = tuple(scope)
        owned = {access.scope for _, access in await self.owners(scope)}
        return tuple(each for each in scope if each not in owned)

    async def owners(self, scope: Iterable[str]) -> list[tuple[Profile, PostgresqlOauth]]:
        """The profiles to which they belong. Storage is not asked about scopes that no profile
        can have. Raises StorageUnavailable."""
        wanted = set(scope) - RESERVED
        if not wanted:
            return []
        return [
            (each, each.parameters)
            for each in await self._profiles.all()
            if isinstance(each.parameters, PostgresqlOauth) and each.parameters.scope in wanted
        ]
