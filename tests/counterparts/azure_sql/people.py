"""A person whom profiles of the service admit, and the Entra that gives tokens for them."""

import asyncio
import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from devhost.azurite import Azurite
from shared.accounts.roles import Role
from shared.audit.log_entry import read_entry
from tests.api import Api
from tests.authenticator import SoftAuthenticator
from tests.counterparts.azure_sql.client import CLIENT, document, get_token
from tests.counterparts.azure_sql.programs import Program, exchange, exchange_of_a_client
from tests.counterparts.azure_sql.tokens import IDENTITY
from tests.counterparts.service import Service, serve_certified
from tests.fakes.entra import TENANT
from tests.fakes.entra_tokens import EntraTokens, fetching
from tests.fakes.in_a_thread import in_a_thread
from tests.fakes.tls import Tls

_USERNAME = "ada"
_BILLING = "5d0f8a51-0d5c-4f3e-8a57-6f5a0a1f2b3c"


def _profile(name: str, kind: str = "azure-sql", identity: str = IDENTITY) -> dict[str, Any]:
    parameters = {"tenant": TENANT, "clientId": identity}
    document = {"name": name, "title": name, "kind": kind, "parameters": parameters}
    return document | {"who": {"users": [_USERNAME]}}


_PROFILES = [
    _profile("orders-reader"),
    _profile("orders-storage", kind="azure-storage"),
    _profile("billing-reader", identity=_BILLING),
    _profile("orders-of-shop") | {"who": {"users": [_USERNAME], "clients": [CLIENT]}},
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ada:
    service: Service
    key: SoftAuthenticator
    secret: str
    """Of the client."""

    async def settings(self, profile: str, folder: Path) -> dict[str, str]:
        """For a program: sign in, and exchange the token as the documentation does it."""
        async with Api(self.service.host.url) as api:
            if not self.key.credentials:
                await api.register(self.key, _USERNAME)
            token = (await api.sign_in(self.key, _USERNAME))["access_token"]
            given = {"SUBJECT_TOKEN": token, "PROOF": api.proof("POST", "/token")["DPoP"]}
        return self._run(exchange(self.service.issuer, profile), folder, given)

    async def settings_of_client(self, profile: str, folder: Path) -> dict[str, str]:
        """For a program of the application that she has signed in to. It exchanges her token."""
        async with Api(self.service.host.url) as api:
            if not self.key.credentials:
                await api.register(self.key, _USERNAME)
            token = await get_token(api, self.key, _USERNAME, secret=self.secret)
        given = {"CLIENT_ID": CLIENT, "CLIENT_SECRET": self.secret, "SUBJECT_TOKEN": token}
        return self._run(exchange_of_a_client(self.service.issuer, profile), folder, given)

    def _run(self, program: Program, folder: Path, given: dict[str, str]) -> dict[str, str]:
        ran = program.run(folder, 0, authority=self.service.tls.authority, given=given)
        assert ran.returncode == 0, ran.stderr
        _, *settings = shlex.split(ran.stdout)
        return dict(each.split("=", 1) for each in settings)

    async def granted(self) -> list[dict[str, Any]]:
        """The events, of which each is an exchange."""
        url = self.service.host.url
        async with aiohttp.ClientSession() as session:
            sealed = await session.post(f"{url}/admin/functions/maintain", json={})
            assert sealed.status == 202
        async with Api(url) as api:
            token = await self.service.sign_in(api, Role.AUDIT_READ)
            query = f"/audit/events?kind=access.granted&user={_USERNAME}"
            found = (await api.get(query, token=token)).json["entries"]
        return [read_entry(entry).statement.read() for entry in found]


@contextmanager
def give_profiles(azurite: Azurite, folder: Path, tls: Tls) -> Iterator[Ada]:
    with in_a_thread(EntraTokens(tls=tls, fetch=fetching(tls))) as entra:
        settings = {"ACCESS_PROFILES": json.dumps(_PROFILES), "ENTRA_LOGIN": entra.authority}
        with serve_certified(tls, azurite, folder, settings) as service:
            for each in (IDENTITY, _BILLING):
                subjects = [
                    f"profile:{profile['name']}"
                    for profile in _PROFILES
                    if profile["parameters"]["clientId"] == each
                ]
                entra.trust(each, *subjects, issuer=service.issuer)
            secret = asyncio.run(service.add_client(document(service.issuer), secret=True))
            yield Ada(service=service, key=service.passkey(), secret=secret)
