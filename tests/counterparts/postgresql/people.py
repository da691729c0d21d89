"""People who get certificates of the running service."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from devhost.azurite import Azurite
from shared.accounts.roles import Role
from shared.audit.log_entry import read_entry
from tests.api import Api, Reply
from tests.authenticator import SoftAuthenticator
from tests.counterparts.postgresql import documented
from tests.counterparts.postgresql.authority import Credential
from tests.counterparts.service import Service, serve_certified
from tests.fakes.tls import make_tls

ALICE, BOB, CAROL = (f"{name}{secrets.token_hex(4)}" for name in ("alice", "bob", "carol"))
PROFILE, OWN_ROLE = "orders", "orders-own"
"""One role for all, and a role for each person."""

_RUNS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    service: Service
    api: Api
    username: str
    key: SoftAuthenticator

    @property
    def own_role(self) -> str:
        return f"u_{self.username}"

    async def sign_in(self) -> str:
        """The access token."""
        return str((await self.api.sign_in(self.key, self.username))["access_token"])

    async def ask(self, profile: str, csr: str, *, token: str | None = None) -> Reply:
        body = {"profile": profile, "csr": csr}
        return await self.api.post("/certificates", body, token=token or await self.sign_in())

    async def credential(self, profile: str, *wishes: str) -> Credential:
        """`wishes` are common names in the request."""
        key = ec.generate_private_key(ec.SECP256R1())
        reply = await self.ask(profile, csr(key, *wishes))
        assert reply.status == 201, reply.raw
        return Credential(
            certificate=reply.json["certificate"].encode(),
            key=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
            serial=int(reply.json["serial"], 16),
        )

    async def suspend(self) -> None:
        """The only passkey of this person, as an administrator does it."""
        signed_in = await self.api.sign_in(self.key, self.username)
        administrator = await self.service.sign_in(self.api, Role.AUTHENTICATORS_ADMIN)
        path = f"/users/{signed_in['user']['id']}/credentials/{signed_in['credential']['id']}"
        reply = await self.api.send("POST", f"{path}/suspend", token=administrator)
        assert reply.status == 200, reply.raw

    async def issued(self, serial: int) -> dict[str, Any]:
        """The event of the log. The timer of the host may seal at the same time, and leave it to
        the next run."""
        auditor = await self.service.sign_in(self.api, Role.AUDIT_READ)
        query = f"/audit/events?kind=certificate.issued&user={self.username}"
        for _ in range(_RUNS):
            async with aiohttp.ClientSession() as session:
                sealed = await session.post(f"{self.api.url}/admin/functions/maintain", json={})
                assert sealed.status == 202
            found = (await self.api.get(query, token=auditor)).json["entries"]
            for event in (read_entry(entry).statement.read() for entry in found):
                if int(event["facts"].get("serial", "0"), 16) == serial:
                    return event
        raise AssertionError("the log has no such certificate")


def csr(key: ec.EllipticCurvePrivateKey, *wishes: str) -> str:
    names = [x509.NameAttribute(NameOID.COMMON_NAME, each) for each in wishes]
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(names))
    for wish in wishes[:1]:
        other_names = x509.SubjectAlternativeName([x509.DNSName(wish)])
        request = request.add_extension(other_names, critical=False)
    return request.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


async def register(service: Service, api: Api, username: str) -> Person:
    person = Person(service=service, api=api, username=username, key=service.passkey())
    await api.register(person.key, username)
    return person


@contextmanager
def issuing(azurite: Azurite, folder: Path) -> Iterator[Service]:
    """A service that issues certificates to these people."""
    shared = documented.profile() | {"who": {"users": [ALICE, BOB, CAROL]}}
    parameters = shared["parameters"] | {"role": {"template": "u_{username}"}}
    own = shared | {"name": OWN_ROLE, "parameters": parameters}
    settings = {
        "ACCESS_PROFILES": json.dumps([shared, own]),
        "CLIENT_CA_KEY_FILE": str(folder / "client-ca.pem"),
    }
    tls = make_tls(folder, "localhost")
    with serve_certified(tls, azurite, folder, settings) as service:
        yield service
