"""Alice, her command line and its key, and a database for which she gets certificates."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import azure.functions as func
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from shared.keys.client_ca.key import local_key
from shared.relying_party.sessions.token_issue import Issue
from shared.sessions.access_token import Scope
from shared.sessions.binding import bound_to_key
from tests.access.certificates.requests import csr, new_key
from tests.access.certificates.signing import CA_KEY
from tests.access.profiles.documents import DATABASE
from tests.authenticator import SoftAuthenticator
from tests.blueprints.openid.web import JSON, Web, body_of
from tests.dpop import ClientKey
from tests.harness.service_harness import ORIGIN, ServiceHarness

CA = local_key(CA_KEY)

type Json = dict[str, Any]


def profile(name: str = "orders", role: Json | None = None, **members: object) -> Json:
    parameters = DATABASE | {"role": role or {"fixed": "app_ro"}}
    document = {"name": name, "title": "Orders", "kind": "postgresql-certificate"}
    return document | {"parameters": parameters, "who": {"users": ["alice"]}} | members


LOOK_ALIKES = ["a_40_b", "a@b", "u_alice", "zoë", "zoe"]
"""Names that look like each other, or like the role of somebody."""
PROFILES = [
    profile(),
    profile("own", {"template": "u_{username}"}, who={"users": ["alice", *LOOK_ALIKES]}),
    profile("grouped", {"byGroup": [{"group": "dba", "role": "admin"}]}),
    profile("bobs", who={"users": ["bob"]}),
    profile("apps", who={"users": ["alice"], "clients": ["app"]}),
    profile("fresh", demands={"gestureAgeSeconds": 60}),
    profile("hardware", demands={"deviceBound": True, "attested": True}),
    profile("short", lifetimeSeconds=60),
    profile("approved", approvers={"number": 1, "users": ["bob"]}),
    profile(
        "roles",
        {"byGroup": [{"group": "dba", "role": "admin"}, {"group": "support", "role": "app_ro"}]},
        approvers={"number": 1, "users": ["bob"]},
    ),
    profile("reasoned", reasonRequired=True),
    profile(
        "closed",
        windows=[{"days": ["sun"], "from": "01:00", "to": "01:05", "timeZone": "UTC"}],
    ),
    profile(
        "token",
        kind="azure-sql",
        parameters={
            "tenant": "11111111-2222-3333-4444-555555555555",
            "clientId": "aaaaaaaa-0000-0000-0000-000000000001",
        },
    ),
]
SETTINGS = {"ACCESS_PROFILES": json.dumps(PROFILES), "CLIENT_CA_KEY_FILE": "unused"}


@dataclass
class CommandLine:
    """Whoever holds the key of one of a person's sessions."""

    party: ServiceHarness
    web: Web
    authenticator: SoftAuthenticator
    username: str = "alice"
    key: ClientKey = field(default_factory=ClientKey)
    token: str = ""
    private_key: EllipticCurvePrivateKey = field(default_factory=new_key)

    async def sign_in(self) -> None:
        self.party.issue = Issue(bound_to_key(self.key.thumbprint), Scope.ACCOUNT)
        signed_in = await self.party.sign_in(self.authenticator, self.username)
        self.token = signed_in.tokens.access_token

    async def send(
        self, method: str, path: str, body: Json | None = None, **headers: str
    ) -> func.HttpResponse:
        proof = self.key.prove(
            method,
            f"{ORIGIN}{path}",
            token=self.token,
            changed={"iat": int(self.party.clock().timestamp())},
        )
        sent = {"Authorization": f"DPoP {self.token}", "DPoP": proof, **headers}
        content = b"" if body is None else json.dumps(body).encode()
        return await self.web.send(method, path, content, Content_Type=JSON, **sent)

    async def ask(self, name: str = "orders", **members: object) -> func.HttpResponse:
        body = {"profile": name, "csr": csr(self.private_key), **members}
        return await self.send("POST", "/certificates", body)

    async def issued(self, name: str = "orders", **members: object) -> Json:
        response = await self.ask(name, **members)
        body = body_of(response)
        assert response.status_code == 201, body
        return body

    async def refused(self, name: str = "orders", **members: object) -> Json:
        response = await self.ask(name, **members)
        assert response.status_code != 201, response.get_body()
        assert response.status_code < 500, response.get_body()
        assert response.mimetype == "application/problem+json"
        return body_of(response) | {"slug": body_of(response)["type"].rpartition("#")[2]}


def read(issued: Json) -> x509.Certificate:
    return x509.load_pem_x509_certificate(issued["certificate"].encode())


def names(certificate: x509.Certificate) -> Sequence[tuple[str, str | bytes]]:
    return [(each.rfc4514_attribute_name, each.value) for each in certificate.subject]
