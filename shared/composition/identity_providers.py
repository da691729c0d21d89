"""What asks identity providers for their keys. It is loaded only if it is needed, as that takes
long."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from shared.openid_provider.external_mfa.asking import Hints
from shared.relying_party.callers.authenticate import IdentityProviders, NoProviders
from shared.settings import Settings

if TYPE_CHECKING:
    from shared.identity_providers.graph.application_token import SignIn


def make_providers(
    settings: Settings, *, sign_in: "SignIn", clock: Callable[[], datetime]
) -> IdentityProviders:
    if not settings.providers:
        return NoProviders()
    from shared.fetching.https import Https
    from shared.identity_providers.provider_registry import Providers

    return Providers(settings.providers, https=Https(), sign_in=sign_in, clock=clock)


def make_hints(settings: Settings, *, clock: Callable[[], datetime]) -> Hints | None:
    """The reader of Entra's hints, or None if Entra may not ask."""
    if settings.external_mfa is None:
        return None
    from shared.fetching.https import Https
    from shared.openid_provider.external_mfa.entra_hints import EntraHints

    return EntraHints(settings.external_mfa, https=Https(), clock=clock)
