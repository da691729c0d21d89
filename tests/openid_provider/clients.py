"""Registered clients, and a client authentication that knows them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any

from shared.composition.openid.clients import Fetching, make_client_authentication
from shared.fetching.https import Https
from shared.fetching.public_https import PublicHttps
from shared.fetching.public_names import PublicNames
from shared.openid.client_authentication.credentials import JWT_BEARER, read_credentials
from shared.openid.client_metadata.document import LONGEST, LONGEST_KEYS
from shared.openid.clients.client import (
    Authentication,
    Client,
    Federated,
    Grant,
    HashedSecret,
    PrivateKey,
    Public,
    Secrets,
)
from shared.openid.clients.own_names import OwnNames
from shared.openid_provider.client_authentication import ClientAuthentication
from shared.openid_provider.client_directory import ClientDirectory
from tests.fakes.identity_provider import Signer
from tests.fakes.public_documents import Rebinding
from tests.fakes.tls import LOCALHOST, Tls
from tests.harness.service_harness import ORIGIN, ServiceHarness

ADDRESS = "203.0.113.7"
SECRET, OLD_SECRET = "a-secret", "the-secret-before"
SIGNER = Signer("client")


def client(client_id: str, authentication: Authentication) -> Client:
    return Client(
        id=client_id,
        name=client_id,
        logo=None,
        authentication=authentication,
        redirect_uris=("https://app.example/callback",),
        post_logout_redirect_uris=(),
        backchannel_logout_uri=None,
        grants=frozenset({Grant.AUTHORIZATION_CODE}),
        scopes=frozenset({"openid"}),
        resources=(),
        acr=None,
        first_party=True,
        sector=None,
        bound_tokens=False,
        token_lifetime=timedelta(minutes=5),
        from_settings=False,
    )


def hashed(secret: str) -> HashedSecret:
    return HashedSecret(sha256(secret.encode()).digest())


PUBLIC = client("public", Public())
WITH_SECRET = client("secret", Secrets((hashed(OLD_SECRET), hashed(SECRET))))
WITH_KEY = client("key", PrivateKey(keys={"keys": [SIGNER.jwk()]}, keys_uri=None))


@dataclass
class Registry:
    clients: dict[str, Client] = field(
        default_factory=lambda: {each.id: each for each in (PUBLIC, WITH_SECRET, WITH_KEY)}
    )

    async def find(self, client_id: str) -> Client | None:
        return self.clients.get(client_id)

    async def resources(self) -> frozenset[str]:
        return frozenset()


@dataclass(frozen=True)
class Asking:
    """Requests of clients to one process of the service."""

    authentication: ClientAuthentication
    now: Callable[[], float]

    async def ask(
        self,
        authorization: str | None = None,
        *,
        path: str = "/token",
        address: str | None = ADDRESS,
        **form: str,
    ) -> Client:
        credentials = read_credentials(authorization, form)
        assert credentials is not None
        return await self.authentication.authenticate(credentials, path=path, address=address)

    async def ask_with_secret(
        self, client_id: str, secret: str, *, address: str | None = ADDRESS
    ) -> Client:
        return await self.ask(client_id=client_id, client_secret=secret, address=address)

    async def ask_signed(
        self, client_id: str, *, signer: Signer = SIGNER, path: str = "/token", **changes: object
    ) -> Client:
        return await self.ask(**signed(self.claims(client_id, **changes), signer), path=path)

    def claims(self, client_id: str, **changes: object) -> dict[str, Any]:
        now = int(self.now())
        times = {"iat": now, "exp": now + 60}
        return {
            "iss": client_id,
            "sub": client_id,
            "aud": ORIGIN,
            "jti": "first",
            **times,
            **changes,
        }


def signed(claims: Mapping[str, Any], signer: Signer = SIGNER) -> dict[str, str]:
    return {"client_assertion_type": JWT_BEARER, "client_assertion": signer.sign(claims)}


def asking(
    party: ServiceHarness,
    *clients: Client,
    fetching: Fetching | None = None,
) -> Asking:
    """A process that knows these clients, beside those above. Without `fetching`, no name of a host
    may be looked up."""
    registry = Registry()
    registry.clients |= {each.id: each for each in clients}
    own = OwnNames(party.settings.policy.rp_id, party.settings.tokens)
    directory = ClientDirectory(registry, None, of_site=None, own=own)
    return Asking(
        make_client_authentication(party.parts, directory, lambda: fetching or fetching_from(None)),
        lambda: party.clock().timestamp(),
    )


def fetching_from(tls: Tls | None) -> Fetching:
    """Whatever name a host has, it is this machine. Without `tls`, no host has a name."""
    context = tls.client_context() if tls else None
    names = PublicNames(Rebinding([LOCALHOST] if tls else []), is_allowed=lambda _: True)
    return Fetching(
        platforms=Https(tls=context, names=names),
        documents=PublicHttps(names, tls=context, longest_body=LONGEST),
        keys=PublicHttps(names, tls=context, longest_body=LONGEST_KEYS),
        notices=PublicHttps(names, tls=context, longest_body=LONGEST),
        resource_manager=Https(tls=context, names=names),
    )


def with_keys_at(uri: str) -> Client:
    return client("keys-at-address", PrivateKey(keys=None, keys_uri=uri))


def federated(issuer: str) -> Client:
    return client("federated", Federated(issuer=issuer, subject="pod", audience=ORIGIN))
