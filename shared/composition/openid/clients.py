"""Stories about who the clients of the OpenID provider are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from shared.composition.parts import Parts
from shared.openid.client_metadata.document import LONGEST, LONGEST_KEYS
from shared.openid.clients.client import Client
from shared.openid.clients.command_line import command_line
from shared.openid.clients.own_names import OwnNames
from shared.openid_provider.client_authentication import ClientAuthentication
from shared.openid_provider.client_directory import ClientDirectory, Registry
from shared.openid_provider.registered_clients import RegisteredClients
from shared.settings import Settings

if TYPE_CHECKING:
    from shared.access_broker.web.sites import Sites
    from shared.fetching.https import Https
    from shared.fetching.public_https import PublicHttps
    from shared.openid_provider.metadata_clients import MetadataClients
    from shared.openid_provider.signed_proofs import SignedProofs


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """Adapters for requests to others."""

    platforms: "Https"
    documents: "PublicHttps"
    keys: "PublicHttps"
    notices: "PublicHttps"
    resource_manager: "Https"


@cache
def make_fetching() -> Fetching:
    # Loading these takes long, and most deployments need none of them at a start.
    from shared.fetching.https import Https
    from shared.fetching.public_https import PublicHttps
    from shared.fetching.resource_manager import LONGEST_ANSWER, SECONDS

    return Fetching(
        platforms=Https(),
        documents=PublicHttps(longest_body=LONGEST),
        keys=PublicHttps(longest_body=LONGEST_KEYS),
        notices=PublicHttps(longest_body=LONGEST),  # of an answer, of which the status counts
        resource_manager=Https(longest_body=LONGEST_ANSWER, seconds=SECONDS),
    )


def fixed_clients(settings: Settings) -> tuple[Client, ...]:
    """Those that administrators cannot change."""
    ours = (command_line(settings.tokens.issuer),) if settings.command_line else ()
    return (*ours, *settings.clients)


def make_registered_clients(parts: Parts) -> RegisteredClients:
    return RegisteredClients(
        parts.stores.clients,
        from_settings=fixed_clients(parts.settings),
        longest_token=timedelta(seconds=parts.settings.tokens.longest_seconds),
        clock=parts.clock,
    )


def make_client_directory(
    parts: Parts,
    registry: Registry,
    fetching: Callable[[], Fetching],
    sites: "Callable[[], Sites]",
) -> ClientDirectory:
    def documented() -> "MetadataClients":
        from shared.openid_provider.metadata_clients import MetadataClients

        return MetadataClients(
            places=accepted.places,
            permissions=accepted.permissions,
            resources=registry.resources,
            https=fetching().documents,
            limiter=parts.limiter,
            clock=parts.clock,
        )

    accepted = parts.settings.client_metadata

    async def of_site(client_id: str) -> Client | None:
        return await sites().find_client(client_id)

    return ClientDirectory(
        registry,
        cache(documented) if accepted.places else None,
        of_site=of_site,
        own=OwnNames(parts.settings.policy.rp_id, parts.settings.tokens),
    )


def make_client_authentication(
    parts: Parts, directory: ClientDirectory, fetching: Callable[[], Fetching]
) -> ClientAuthentication:
    def signed_proofs() -> "SignedProofs":
        from shared.openid_provider.published_keys import ClientKeys, PlatformKeys
        from shared.openid_provider.signed_proofs import SignedProofs

        return SignedProofs(
            client_keys=ClientKeys(fetching().keys, clock=parts.clock),
            platform_keys=PlatformKeys(fetching().platforms, clock=parts.clock),
            clock=parts.clock,
        )

    return ClientAuthentication(
        clients=directory,
        signed_proofs=cache(signed_proofs),
        issuer=parts.settings.tokens.issuer,
        limiter=parts.limiter,
        recorder=parts.recorder,
        clock=parts.clock,
    )
