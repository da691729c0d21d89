"""Alice's own command line and her application, which exchange tokens at the service's routes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import azure.functions as func

from shared.access.exchange.request import ACCESS_TOKEN
from shared.access_broker.exchange.entra_giver import EntraGiver
from shared.entra.entra_tokens import EntraTokens as EntraAdapter
from shared.openid.clients.client import Client, Grant
from shared.relying_party.sessions.token_issue import Issue
from shared.sessions.access_token import Scope
from shared.sessions.binding import bound_to_key
from tests.authenticator import SoftAuthenticator
from tests.blueprints.openid.web import Browser, Web, body_of, redemption
from tests.dpop import ClientKey
from tests.fakes.entra import TENANT
from tests.fakes.entra_tokens import EntraTokens
from tests.harness.service_harness import ORIGIN, ServiceHarness
from tests.openid.asking_client import client

GRANT = Grant.TOKEN_EXCHANGE.value
IDENTITY = "600b719b-3766-4dc5-95a6-3c4a8dc31885"
AGENT = "951ddb04-b16d-45f3-bbf7-b0fa18fa7aee"
SQL = "https://database.windows.net"
ACCESS, ORDERS = f"{ORIGIN}/access", "https://orders.example.com"
APP = client(
    id="app",
    resources=(ACCESS, ORDERS),
    grants=frozenset({Grant.AUTHORIZATION_CODE, Grant.TOKEN_EXCHANGE}),
)
OTHER_APP = client(id="other", resources=(ACCESS,), grants=APP.grants)
NO_EXCHANGE = client(id="plain", resources=(ACCESS,))

type Json = dict[str, Any]


def profile(name: str = "reporting", **members: object) -> Json:
    parameters = {"tenant": TENANT, "clientId": IDENTITY}
    document = {"name": name, "title": "Reports", "kind": "azure-sql", "parameters": parameters}
    return document | {"who": {"users": ["alice"]}} | members


PROFILES = [
    profile(),
    profile("second"),
    profile("each", parameters={"tenant": TENANT, "clientId": IDENTITY, "perPerson": True}),
    profile("agents", parameters={"tenant": TENANT, "clientId": IDENTITY, "agent": AGENT}),
    profile("bobs", who={"users": ["bob"]}),
    profile("apps", who={"users": ["alice"], "clients": ["app"]}),
    profile("fresh", demands={"gestureAgeSeconds": 60}),
    profile("hardware", demands={"deviceBound": True, "attested": True}),
    profile("approved", approvers={"number": 1, "users": ["bob"]}),
    profile(
        "closed",
        windows=[{"days": ["sun"], "from": "01:00", "to": "01:05", "timeZone": "UTC"}],
    ),
    profile("missing"),
]
SETTINGS = {"ACCESS_PROFILES": json.dumps(PROFILES)}
SUBJECTS = [f"profile:{each['name']}" for each in PROFILES if each["name"] != "missing"]


def entra_of(party: ServiceHarness) -> EntraAdapter:
    """What asks Entra in this instance."""
    giver = party.service.token_exchange.givers.entra
    assert isinstance(giver, EntraGiver)
    return giver.entra()


@dataclass
class Exchanger:
    """Whoever holds the key of one of Alice's sessions."""

    party: ServiceHarness
    web: Web
    entra: EntraTokens
    authenticator: SoftAuthenticator
    key: ClientKey = field(default_factory=ClientKey)
    token: str = ""

    async def sign_in(self) -> None:
        self.party.issue = Issue(bound_to_key(self.key.thumbprint), Scope.ACCOUNT)
        self.token = (await self.party.sign_in(self.authenticator)).tokens.access_token

    async def exchange(self, audience: str = "reporting", **form: str | None) -> func.HttpResponse:
        sent = {
            "grant_type": GRANT,
            "subject_token": self.token,
            "subject_token_type": ACCESS_TOKEN,
            "audience": audience,
            **form,
        }
        given = {name: value for name, value in sent.items() if value is not None}
        return await self.web.post("/token", given, DPoP=self.proof())

    def proof(self) -> str:
        changed = {"iat": int(self.party.clock().timestamp())}
        return self.key.prove("POST", f"{ORIGIN}/token", changed=changed)

    async def granted(self, audience: str = "reporting", **form: str | None) -> Json:
        """What the database learns of the token."""
        response = await self.exchange(audience, **form)
        body = body_of(response)
        assert response.status_code == 200, body
        return {**body, "claims": self.entra.verify(body["access_token"], audience=SQL)}

    async def refused(self, audience: str = "reporting", **form: str | None) -> Json:
        response = await self.exchange(audience, **form)
        assert response.status_code != 200, response.get_body()
        return {**body_of(response), "status": response.status_code}


@dataclass
class Application:
    """A client of the provider, with Alice's token for access."""

    browser: Browser
    client: Client = APP
    token: str = ""

    async def get_token(self, resource: str = ACCESS, scope: str = "openid", **secret: str) -> None:
        named = {"client_id": self.client.id}
        code = await self.browser.code(**named, resource=resource, scope=scope)
        response = await self.browser.web.post("/token", redemption(code, **named, **secret))
        self.token = body_of(response)["access_token"]

    async def exchange(
        self, audience: str = "reporting", client_id: str | None = None, **form: str
    ) -> func.HttpResponse:
        sent: Mapping[str, str] = {
            "grant_type": GRANT,
            "client_id": client_id or self.client.id,
            "subject_token": self.token,
            "subject_token_type": ACCESS_TOKEN,
            "audience": audience,
            **form,
        }
        return await self.browser.web.post("/token", sent)
