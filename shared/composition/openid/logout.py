"""How stories about the end of sign-ins are put together."""

from shared.composition.openid.code_flow import ProviderParts
from shared.openid_provider.logout.signing_out import PostLogoutFinder, SigningOut


def make_signing_out(given: ProviderParts, registered: PostLogoutFinder) -> SigningOut:
    parts = given.parts
    return SigningOut(
        clients=given.clients,
        registered=registered,
        sessions=given.sessions,
        settings=parts.settings.tokens,
        service_key=parts.stores.service_key,
        keys=parts.keys,
        clock=parts.clock,
        random=parts.random,
    )
