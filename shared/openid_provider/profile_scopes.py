"""Scopes that belong to access profiles, as other stories know them."""

from collections.abc import Iterable
from typing import Protocol


class ProfileScopes(Protocol):
    async def without(self, scope: Iterable[str]) -> tuple[str, ...]:
        """The others: no client gets those of a profile, except by what the profile says. Storage
        is not asked about scopes of OpenID Connect. Raises StorageUnavailable."""
