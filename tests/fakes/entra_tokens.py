"""Microsoft Entra ID, as far as it gives tokens for assertions of an issuer that it trusts.

It speaks the wire protocol that msal expects, and refuses what Entra refuses. It fetches the
issuer's discovery document and keys by itself, and signs its tokens with a key of its own, which
`verify` knows.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Any, Self
from uuid import uuid4

import aiohttp
import jwt
from aiohttp import web

from tests.fakes.entra import TENANT
from tests.fakes.entra_access_tokens import KEY, claims_for, key_set, read_at_any_time, read_token
from tests.fakes.entra_refusals import Refusal, read_assertion
from tests.fakes.tls import LOCALHOST, Tls

AUDIENCE = "api://AzureADTokenExchange"
EXCHANGE_SCOPE = f"{AUDIENCE}/.default"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

type Json = dict[str, Any]
type Fetch = Callable[[str], Awaitable[Json]]


@dataclass(frozen=True, kw_only=True)
class FederatedCredential:
    issuer: str
    subject: str
    audience: str = AUDIENCE


@dataclass(kw_only=True)
class Application:
    """A managed identity, an application, or the blueprint of agent identities."""

    credentials: list[FederatedCredential] = field(default_factory=list)
    agents: frozenset[str] = frozenset()
    """The agent identities that were made from it, by their app IDs."""
    spreading: int = 0
    """So many requests are answered as if its credentials were not known yet."""
    scopes: frozenset[str] | None = None
    """Those of resources that have a service principal in the tenant. None for any."""


class Fault(Enum):
    THROTTLED = auto()
    SERVER_ERROR = auto()
    NO_JSON = auto()
    SILENCE = auto()
    """Nothing is answered until the client hangs up."""
    LOST = auto()
    """A token is made, and the answer does not arrive."""
    RETRY_AFTER = auto()
    """A token, with a header that says when to ask again."""
    NO_TOKEN = auto()
    """Status 200 with neither a token nor an error."""


@dataclass(kw_only=True)
class TokenRequest:
    tenant: str
    form: dict[str, str]
    headers: Mapping[str, str]
    trace_id: str


def fetching(tls: Tls) -> Fetch:
    """From issuers that the same authority has certified."""

    async def fetch(url: str) -> Json:
        async with (
            aiohttp.ClientSession() as session,
            session.get(url, ssl=tls.client_context()) as response,
        ):
            found: Json = await response.json(content_type=None)
            return found

    return fetch


@dataclass(kw_only=True)
class EntraTokens:
    tls: Tls
    tenant: str = TENANT
    applications: dict[str, Application] = field(default_factory=dict)
    """By client ID."""
    fetch: Fetch
    """How it gets documents of the issuer."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    lifetime: int = 3599
    faults: list[Fault] = field(default_factory=list)
    """Of the next token requests, in this order."""
    instead: str | None = None
    """What each token request is answered with."""
    requests: list[TokenRequest] = field(default_factory=list)
    discoveries: list[str] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by each token request."""
    _seen: set[str] = field(default_factory=set)
    _closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> Self:
        application = web.Application()
        routes = application.router
        routes.add_get("/common/discovery/instance", self._instance)
        routes.add_get("/{tenant}/v2.0/.well-known/openid-configuration", self._configuration)
        routes.add_get("/{tenant}/discovery/v2.0/keys", self._keys)
        routes.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, LOCALHOST, 0, ssl_context=self.tls.server_context())
        await site.start()
        self.authority = f"https://{LOCALHOST}:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *error: object) -> None:
        self._closing.set()
        await self._runner.cleanup()

    def trust(
        self,
        client_id: str,
        *subjects: str,
        issuer: str,
        agents: frozenset[str] = frozenset(),
        spreading: int = 0,
    ) -> None:
        """Register an application that has a credential for each subject."""
        credentials = [FederatedCredential(issuer=issuer, subject=each) for each in subjects]
        self.applications[client_id] = Application(
            credentials=credentials, agents=agents, spreading=spreading
        )

    def verify(self, token: str, *, audience: str) -> Json:
        """What a resource does with a token. Raises jwt.PyJWTError."""
        return read_token(token, audience=audience, now=self.now())

    def issuer(self, tenant: str) -> str:
        return f"{self.authority}/{tenant}/v2.0"

    async def _instance(self, request: web.Request) -> web.Response:
        self.discoveries.append(request.path)
        host = self.authority.removeprefix("https://")
        return web.json_response(
            {
                "tenant_discovery_endpoint": f"{self.issuer('common')}/.well-known/"
                "openid-configuration",
                "api-version": "1.1",
                "metadata": [
                    {"preferred_network": host, "preferred_cache": host, "aliases": [host]}
                ],
            }
        )

    async def _configuration(self, request: web.Request) -> web.Response:
        self.discoveries.append(request.path)
        tenant = request.match_info["tenant"]
        if tenant != self.tenant:
            refusal = Refusal("invalid_tenant", 90002, f"Tenant '{tenant}' not found.")
            body = refusal.body(trace_id=str(uuid4()), correlation_id=str(uuid4()))
            return web.json_response(body, status=refusal.status)
        base = f"{self.authority}/{tenant}"
        return web.json_response(
            {
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "issuer": self.issuer(tenant),
            }
        )

    async def _keys(self, _request: web.Request) -> web.Response:
        return web.json_response(key_set())

    async def _token(self, request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}
        tenant, trace_id = request.match_info["tenant"], str(uuid4())
        self.requests.append(
            TokenRequest(tenant=tenant, form=form, headers=request.headers, trace_id=trace_id)
        )
        self.arrived.set()
        fault = self.faults.pop(0) if self.faults else None
        # Entra takes the correlation ID of the client, or makes one.
        correlation_id = request.headers.get("client-request-id", str(uuid4()))
        if self.instead is not None:
            return web.Response(text=self.instead, content_type="application/json")
        if fault is Fault.SILENCE:
            await self._closing.wait()
        if fault is Fault.NO_JSON:
            return web.Response(text="<html>token=secret-of-a-page", content_type="text/html")
        if fault is Fault.NO_TOKEN:
            return web.json_response(
                {"token_type": "Bearer"}, headers={"x-ms-request-id": trace_id}
            )
        try:
            if fault is Fault.THROTTLED:
                raise Refusal("temporarily_unavailable", 90055, "throttled", status=429)
            if fault is Fault.SERVER_ERROR:
                raise Refusal("server_error", 90033, "a transient error", status=503)
            token = await self._issue(tenant, form)
        except Refusal as refusal:
            answer = web.json_response(
                refusal.body(trace_id=trace_id, correlation_id=correlation_id),
                status=refusal.status,
            )
            if fault is Fault.THROTTLED:
                answer.headers["Retry-After"] = "1"
        else:
            if fault is Fault.LOST and request.transport is not None:
                request.transport.abort()
            answer = web.json_response(
                {
                    "token_type": "Bearer",
                    "expires_in": self.lifetime,
                    "ext_expires_in": self.lifetime,
                    "access_token": token,
                }
            )
            if fault is Fault.RETRY_AFTER:
                answer.headers["Retry-After"] = "60"
        answer.headers["x-ms-request-id"] = trace_id
        answer.headers["client-request-id"] = correlation_id
        return answer

    async def _issue(self, tenant: str, form: Mapping[str, str]) -> str:
        if form.get("grant_type") != "client_credentials":
            raise Refusal("unsupported_grant_type", 70003, "not a grant of the application's own")
        if form.get("client_assertion_type") != JWT_BEARER or "client_secret" in form:
            raise Refusal("invalid_request", 900144, "client_assertion_type is missing")
        client_id, scope = form.get("client_id", ""), form.get("scope", "")
        if not scope.endswith("/.default") or " " in scope:
            raise Refusal("invalid_scope", 1002012, "the scope must end in /.default")
        assertion = form.get("client_assertion", "")
        parent = _of_a_blueprint(assertion)
        if parent is not None:
            return self._issue_to_agent(tenant, parent, client_id, scope)
        found = self.applications.get(client_id)
        if tenant != self.tenant or found is None:
            raise Refusal("unauthorized_client", 700016, "no such application", status=400)
        if found.scopes is not None and scope not in found.scopes:
            raise Refusal("invalid_resource", 500011, "no such resource", status=400)
        await read_assertion(
            assertion,
            found.credentials,
            fetch=self.fetch,
            now=int(self.now().timestamp()),
            seen=self._seen,
            spreading=self._spreads(found),
        )
        fmi_path = form.get("fmi_path")
        if fmi_path is None:
            return self._sign(tenant, client_id, scope)
        if fmi_path not in found.agents or scope != EXCHANGE_SCOPE:
            raise Refusal("invalid_request", 82001, "not an agent identity of this blueprint")
        return self._sign(tenant, client_id, scope, fmi_path=fmi_path)

    def _issue_to_agent(self, tenant: str, parent: Json, client_id: str, scope: str) -> str:
        if parent["fmi_path"] != client_id or parent["exp"] <= self.now().timestamp():
            raise Refusal("invalid_client", 700213, "the parent token is of another identity")
        return self._sign(tenant, client_id, scope)

    @staticmethod
    def _spreads(application: Application) -> bool:
        application.spreading -= 1
        return application.spreading >= 0

    def _sign(self, tenant: str, client_id: str, scope: str, **more: str) -> str:
        claims = claims_for(
            client_id,
            audience=scope.removesuffix("/.default"),
            tenant=tenant,
            now=self.now(),
            lifetime=self.lifetime,
        )
        return KEY.sign(claims | more)


def _of_a_blueprint(assertion: str) -> Json | None:
    """The claims of a token that the first of the two steps of an agent gave."""
    try:
        if jwt.get_unverified_header(assertion).get("kid") != KEY.key_id:
            return None
        claims = read_at_any_time(assertion, audience=AUDIENCE)
    except jwt.PyJWTError as error:
        raise Refusal("invalid_client", 50027, "the assertion is malformed") from error
    if "fmi_path" not in claims:
        raise Refusal("invalid_client", 700222, "Entra's own tokens are no assertions")
    return claims
