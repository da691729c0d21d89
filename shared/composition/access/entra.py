"""How the identities of profiles get tokens of Entra."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from shared.access_broker.assertions import Assertions
from shared.composition.openid.clients import Fetching
from shared.composition.parts import Parts

if TYPE_CHECKING:  # it loads libraries
    from shared.entra.entra_tokens import EntraTokens


def make_assertions(parts: Parts) -> Assertions:
    return Assertions(keys=parts.keys, issuer=parts.settings.tokens.issuer, clock=parts.clock)


def make_entra(parts: Parts, fetching: Callable[[], Fetching]) -> "Callable[[], EntraTokens]":
    """One for all, since it limits how many wait for Entra. Made when somebody asks."""

    def entra() -> "EntraTokens":
        from shared.entra.entra_tokens import EntraTokens

        return EntraTokens(
            authority=parts.settings.entra_login, https=fetching().platforms, clock=parts.clock
        )

    return cache(entra)
