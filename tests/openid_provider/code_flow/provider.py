"""The provider's stories in process, with a client and a person's browser that go through them."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from shared.composition.openid.applications import make_access_ending, make_own_applications
from shared.composition.openid.code_flow import (
    ProviderParts,
    make_authorizing,
    make_client_access,
    make_client_introspection,
    make_client_refreshing,
    make_client_revocation,
    make_client_token_issuer,
    make_code_redemption,
    make_consenting,
    make_continuing,
    make_live_grants,
    make_profiles,
    make_pushed_requests,
)
from shared.composition.openid.codes import make_code_claims
from shared.openid.authorization.answers import Answer
from shared.openid.authorization.parameters import Parameters, read_parameters
from shared.openid.authorization.redemption import PresentedCode
from shared.openid.clients.client import Client
from shared.openid_provider.authorization.authorizing import Begun
from shared.openid_provider.authorization.continuing import Decision, ToDo
from shared.openid_provider.tokens.refreshing import PresentedRefresh
from shared.openid_provider.tokens.token_issuer import ClientTokens
from shared.relying_party.sessions.token_issuer import Tokens
from shared.sessions.access_token import AccessToken
from tests.harness.service_harness import CLIENT as SENDER
from tests.harness.service_harness import ServiceHarness
from tests.openid.asking_client import CLIENT, REDIRECT_URI
from tests.openid.authorization.requesting import PARAMETERS, VERIFIER


@dataclass
class Registered:
    clients: dict[str, Client] = field(default_factory=dict)

    async def find(self, client_id: str, *, address: str | None) -> Client | None:
        return self.clients.get(client_id)


class Provider:
    def __init__(self, party: ServiceHarness, *clients: Client) -> None:
        self.party = party
        self.registered = Registered({each.id: each for each in clients or (CLIENT,)})
        given = ProviderParts(
            parts=party.parts,
            clients=self.registered,
            sessions=party.service.sessions,
            refreshing=party.service.refreshing,
            profile_scopes=party.service.profile_scopes,
        )
        access, issuer = make_client_access(given), make_client_token_issuer(given)
        self.pushed = make_pushed_requests(given)
        self.authorizing = make_authorizing(given, self.pushed)
        self.access = access
        self.consenting = make_consenting(given)
        self.continuing = make_continuing(given, self.consenting)
        self.applications = make_own_applications(
            given, make_access_ending(given, access), party.service.callers, self.find_registered
        )
        self.redemption = make_code_redemption(given, make_code_claims(given, access), issuer)
        self.refreshing = make_client_refreshing(given, issuer)
        live_grants = make_live_grants(given)
        self.profiles = make_profiles(given, live_grants)
        self.introspection = make_client_introspection(live_grants)
        self.revocation = make_client_revocation(given, access, live_grants)

    async def find_registered(self, client_id: str) -> Client | None:
        return await self.registered.find(client_id, address=None)

    async def begin(self, **changes: str | None) -> str:
        """The sealed request, as the browser has it on our page."""
        found = await self.authorizing.begin(parameters(**changes), in_frame=False, address=None)
        assert isinstance(found, Begun), found
        return found.sealed

    async def go_on(self, sealed: str, tokens: Tokens | None, **decision: bool) -> ToDo | Answer:
        token = None if tokens is None else await self.token(tokens)
        return await self.continuing.go_on(sealed, Decision(**decision), token=token, address=None)

    async def token(self, tokens: Tokens) -> AccessToken:
        """As it is read from the cookie."""
        return await self.party.service.bearer_authentication.read_own(tokens.access_token)

    async def code(self, tokens: Tokens, **changes: str | None) -> str:
        """The code that the client gets for somebody who is signed in."""
        return answered(await self.go_on(await self.begin(**changes), tokens))["code"]

    async def redeem(
        self,
        code: str,
        client: Client = CLIENT,
        *,
        redirect_uri: str | None = REDIRECT_URI,
        code_verifier: str | None = VERIFIER,
        resources: tuple[str, ...] = (),
        thumbprint: str | None = None,
    ) -> ClientTokens:
        presented = PresentedCode(
            text=code,
            redirect_uri=redirect_uri,
            code_verifier=code_verifier,
            resources=resources,
            thumbprint=thumbprint,
        )
        return await self.redemption.redeem(presented, client)

    async def refresh(
        self,
        text: str,
        client: Client = CLIENT,
        *,
        scope: tuple[str, ...] = (),
        resources: tuple[str, ...] = (),
        thumbprint: str | None = None,
    ) -> ClientTokens:
        presented = PresentedRefresh(
            text=text, scope=scope, resources=resources, thumbprint=thumbprint
        )
        return await self.refreshing.refresh(presented, client, sender=SENDER)


def parameters(**changes: str | None) -> Parameters:
    sent = {name: value for name, value in (PARAMETERS | changes).items() if value is not None}
    return read_parameters(sent.items())


def answered(found: ToDo | Answer) -> dict[str, str]:
    """The parameters of the answer, as the client reads them."""
    assert isinstance(found, Answer), found
    return dict(parse_qsl(urlsplit(found.location).query))
