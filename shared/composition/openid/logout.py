"""How stories about the end of sign-ins are put together."""

from collections.abc import Callable

from shared.composition.openid.clients import Fetching
from shared.composition.openid.code_flow import ProviderParts
from shared.composition.parts import Parts
from shared.delivery import Delivery
from shared.openid_provider.logout.courier import LogoutCourier, Registry, ToldClient
from shared.openid_provider.logout.logout_sender import LogoutSender
from shared.openid_provider.logout.signing_out import PostLogoutFinder, SigningOut
from shared.sessions.logout_notice import LogoutNotice


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


def make_logout_delivery(
    parts: Parts, registry: Registry, fetching: Callable[[], Fetching]
) -> Delivery[LogoutNotice, ToldClient]:
    sender = LogoutSender(
        https=lambda: fetching().notices,
        settings=parts.settings.tokens,
        service_key=parts.stores.service_key,
        keys=parts.keys,
        clock=parts.clock,
        random=parts.random,
    )
    courier = LogoutCourier(
        sessions=parts.stores.sessions,
        registry=registry,
        sender=sender,
        recorder=parts.recorder,
        clock=parts.clock,
    )
    return Delivery(notices=parts.stores.logout_notices, courier=courier, clock=parts.clock)
