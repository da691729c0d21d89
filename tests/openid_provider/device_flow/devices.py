"""The device flow in process: a device, and a person's browser."""

from typing import Any

from shared.composition.access.databases import make_database_redemption
from shared.composition.openid.code_flow import (
    ProviderParts,
    make_client_access,
    make_client_introspection,
    make_client_refreshing,
    make_client_revocation,
    make_client_token_issuer,
    make_live_grants,
    make_profiles,
)
from shared.composition.openid.device_flow import (
    make_device_asking,
    make_device_deciding,
    make_device_redemption,
    make_device_sessions,
)
from shared.errors import GrantRefused
from shared.json_shape import Shape
from shared.openid.clients.client import Client, Grant
from shared.openid_provider.device.asked import Asked
from shared.openid_provider.device.asking import DeviceAuthorization
from shared.openid_provider.device.polling import PresentedDeviceCode
from shared.openid_provider.tokens.refreshing import PresentedRefresh
from shared.openid_provider.tokens.token_issuer import ClientTokens
from shared.relying_party.callers.client import Client as Sender
from shared.webauthn.responses import read_authentication_response
from tests.authenticator import SoftAuthenticator
from tests.harness.service_harness import ServiceHarness
from tests.openid.asking_client import client
from tests.openid_provider.code_flow.provider import Registered

DEVICES_ADDRESS, PERSONS_ADDRESS = "203.0.113.7", "198.51.100.20"
PERSON = Sender(address=PERSONS_ADDRESS, user_agent="a browser")
PSQL = client(
    id="psql",
    name="psql",
    redirect_uris=(),
    grants=frozenset({Grant.DEVICE_CODE}),
    scopes=frozenset({"openid", "profile", "db:read"}),
    resources=("https://db.example.org",),
    first_party=False,
)
INTERVAL = 5


class Devices:
    """One process of the service."""

    def __init__(self, party: ServiceHarness, *clients: Client) -> None:
        self.party = party
        self.registered = Registered({each.id: each for each in clients or (PSQL,)})
        given = ProviderParts(
            parts=party.parts,
            clients=self.registered,
            sessions=party.service.sessions,
            refreshing=party.service.refreshing,
            profile_scopes=party.service.profile_scopes,
        )
        issuer, live_grants = make_client_token_issuer(given), make_live_grants(given)
        databases = party.service.database_devices
        self.asking = make_device_asking(party.parts, databases)
        sessions = make_device_sessions(party.parts, issuer)
        self.deciding = make_device_deciding(given, sessions, databases)
        self.redemption = make_device_redemption(
            party.parts, sessions, issuer, make_database_redemption(party.parts, databases)
        )
        self.profiles = make_profiles(given, live_grants)
        self.introspection = make_client_introspection(live_grants)
        self.revocation = make_client_revocation(given, make_client_access(given), live_grants)
        self.refreshing = make_client_refreshing(given, issuer)

    async def ask(
        self,
        client: Client = PSQL,
        *,
        scope: str = "openid db:read",
        resources: tuple[str, ...] = (),
        address: str | None = DEVICES_ADDRESS,
    ) -> DeviceAuthorization:
        return await self.asking.ask(
            client, scope=tuple(scope.split()), resources=resources, address=address
        )

    async def look(self, typed: str, *, sender: Sender = PERSON, **given: Any) -> Asked:  # noqa: ANN401
        return await self.deciding.begin(
            typed, account=given.pop("account", None), client=sender, **given
        )

    async def approve(
        self, asked: Asked, authenticator: SoftAuthenticator, *, sender: Sender = PERSON
    ) -> None:
        credential = authenticator.get(asked.options.options)
        response = read_authentication_response(Shape(credential))
        await self.deciding.approve(asked.review, response, client=sender)

    async def poll(
        self,
        asked: DeviceAuthorization | str,
        client: Client = PSQL,
        *,
        resources: tuple[str, ...] = (),
        thumbprint: str | None = None,
    ) -> ClientTokens:
        text = asked if isinstance(asked, str) else asked.device_code
        presented = PresentedDeviceCode(text=text, resources=resources, thumbprint=thumbprint)
        return await self.redemption.redeem(presented, client)

    async def refusal(self, asked: DeviceAuthorization | str, client: Client = PSQL) -> str:
        """The error that a poll gets."""
        try:
            await self.poll(asked, client)
        except GrantRefused as refused:
            return refused.name
        raise AssertionError("the device got tokens")

    async def refresh(
        self, text: str, client: Client, *, thumbprint: str | None = None
    ) -> ClientTokens:
        presented = PresentedRefresh(text=text, scope=(), resources=(), thumbprint=thumbprint)
        return await self.refreshing.refresh(presented, client, sender=PERSON)
