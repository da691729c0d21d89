"""Microsoft's login and Graph, as far as an application's own rights go.

They refuse what the real ones refuse, so that a request that works here is one that they grant.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qs

import jwt
from aiohttp import web

from tests.fakes.identity_provider import Signer
from tests.fakes.tls import LOCALHOST, Tls

EXCHANGE_AUDIENCE = "api://AzureADTokenExchange"
PERMISSIONS = ("GroupMember.Read.All", "User.ReadBasic.All")
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_IDENTITIES, _LOGIN = Signer("managed identities"), Signer("login")
_is_guid = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch


def managed_identity_token(principal: str, *, tenant: str, **instead: object) -> str:
    """What the identity endpoint of Azure gives to the identity `principal`."""
    now = int(time.time())
    honest = {
        "aud": EXCHANGE_AUDIENCE,
        "iss": f"https://login.microsoftonline.com/{tenant}/v2.0",
        "sub": principal,
        "iat": now,
        "nbf": now,
        "exp": now + 86400,
    }
    return _IDENTITIES.sign(honest | instead)


@dataclass(kw_only=True)
class Graph:
    tls: Tls
    client_id: str
    """Of the application, which is known in every tenant."""
    principal: str
    """The managed identity that the application has as its federated credential."""
    home: str
    """The tenant of the application and the identity."""
    members: dict[tuple[str, str, str], set[str]] = field(default_factory=dict)
    """By tenant, collection ("users", "servicePrincipals") and object ID: direct memberships."""
    parents: dict[str, set[str]] = field(default_factory=dict)
    """Of groups in groups."""
    permissions: tuple[str, ...] = PERMISSIONS
    login_status: int = 200
    graph_status: int = 200
    graph_answer: object = None
    """In place of an honest one."""
    login_answer: bytes | None = None
    """In place of an honest one."""
    logins: int = 0
    questions: list[list[str]] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        application = web.Application()
        routes = application.router
        routes.add_post("/{tenant}/oauth2/v2.0/token", self._log_in)
        routes.add_post("/v1.0/{collection}/{id}/checkMemberGroups", self._check_member_groups)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, LOCALHOST, 0, ssl_context=self.tls.server_context())
        await site.start()
        self.base = f"https://{LOCALHOST}:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._runner.cleanup()

    @property
    def settings(self) -> dict[str, str]:
        """The member `graph` of IDENTITY_PROVIDERS."""
        return {"clientId": self.client_id, "authority": self.base, "url": f"{self.base}/v1.0"}

    async def _log_in(self, request: web.Request) -> web.Response:
        self.logins += 1
        if self.login_answer is not None:
            return web.Response(body=self.login_answer, content_type="application/json")
        if self.login_status != 200:
            return web.Response(status=self.login_status, headers={"Retry-After": "5"})
        form = {name: values[0] for name, values in parse_qs(await request.text()).items()}
        problem = self._refuse_login(form)
        if problem is not None:
            error, description = problem
            body = {"error": error, "error_description": description}
            return web.json_response(body, status=401 if error == "invalid_client" else 400)
        now = int(time.time())
        claims = {
            "aud": self.base,
            "tid": request.match_info["tenant"],
            "exp": now + 3600,
            "roles": self.permissions,
        }
        return web.json_response(
            {"token_type": "Bearer", "expires_in": 3600, "access_token": _LOGIN.sign(claims)}
        )

    def _refuse_login(self, form: Mapping[str, str]) -> tuple[str, str] | None:
        if form.get("grant_type") != "client_credentials":
            return "unsupported_grant_type", "AADSTS70003"
        if form.get("client_id") != self.client_id:
            return "unauthorized_client", "AADSTS700016: no such application"
        if form.get("scope") != f"{self.base}/.default":
            return "invalid_scope", "AADSTS70011"
        if form.get("client_assertion_type") != _ASSERTION_TYPE or "client_secret" in form:
            return "invalid_client", "AADSTS50027: no assertion"
        try:
            jwt.decode(
                form.get("client_assertion", ""),
                _IDENTITIES.private_key.public_key(),
                algorithms=["RS256"],
                audience=EXCHANGE_AUDIENCE,
                issuer=f"https://login.microsoftonline.com/{self.home}/v2.0",
                subject=self.principal,
                options={"require": ["exp", "iss", "sub", "aud"]},
            )
        except jwt.PyJWTError as error:
            return "invalid_client", f"AADSTS700213: {type(error).__name__}"
        return None

    async def _check_member_groups(self, request: web.Request) -> web.Response:
        if self.graph_status != 200:
            return _graph_error(self.graph_status, "TooManyRequests")
        if self.graph_answer is not None:
            return web.json_response(self.graph_answer)
        try:
            token: dict[str, Any] = jwt.decode(
                request.headers.get("Authorization", "").removeprefix("Bearer "),
                _LOGIN.private_key.public_key(),
                algorithms=["RS256"],
                audience=self.base,
            )
        except jwt.PyJWTError:
            return _graph_error(401, "InvalidAuthenticationToken")
        if not set(PERMISSIONS) <= set(token["roles"]):
            return _graph_error(403, "Authorization_RequestDenied")
        wanted = (await request.json()).get("groupIds")
        if not isinstance(wanted, list) or not 0 < len(wanted) <= 20:
            return _graph_error(400, "Request_BadRequest")
        if not all(map(_is_guid, wanted)):
            return _graph_error(400, "Invalid object identifier")
        self.questions.append(wanted)
        member = (token["tid"], request.match_info["collection"], request.match_info["id"])
        if member not in self.members:
            return _graph_error(404, "Request_ResourceNotFound")
        found = self._with_parents(self.members[member])
        return web.json_response({"value": [group for group in wanted if group in found]})

    def _with_parents(self, groups: set[str]) -> set[str]:
        found: set[str] = set()
        left = list(groups)
        while left:
            group = left.pop()
            if group not in found:
                found.add(group)
                left.extend(self.parents.get(group, ()))
        return found


def _graph_error(status: int, code: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": code}}, status=status)
