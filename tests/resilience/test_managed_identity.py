"""In Azure there is no connection string: a managed identity opens the storage, over TLS."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from devhost.azurite import Azurite, Certificate
from devhost.process import HostProcess
from tests.api import Api, new_username
from tests.authenticator import SoftAuthenticator
from tests.resilience.identity_endpoint import IdentityEndpoint

ORIGIN = "http://localhost:7071"
SECRET = "known to the endpoint"
CLIENT_ID = "66666666-7777-8888-9999-000000000000"


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Azurite")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = Certificate(cert=tmp_path / "cert.pem", key=tmp_path / "key.pem")
    files.cert.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files


@pytest.fixture
def tls_azurite(certificate: Certificate) -> Iterator[Azurite]:
    with Azurite(certificate=certificate) as azurite:
        yield azurite


@pytest.fixture
async def identity() -> AsyncIterator[IdentityEndpoint]:
    async with IdentityEndpoint(secret=SECRET, client_id=CLIENT_ID) as identity:
        yield identity


@pytest.fixture
def settings(
    tls_azurite: Azurite, identity: IdentityEndpoint, certificate: Certificate, tmp_path: Path
) -> dict[str, str]:
    return {
        "TABLES_CONNECTION_STRING": "",
        "TABLES_ENDPOINT": tls_azurite.url,
        "AZURE_CLIENT_ID": CLIENT_ID,
        "IDENTITY_ENDPOINT": identity.url,
        "IDENTITY_HEADER": SECRET,
        # What OpenSSL trusts besides the system's authorities
        "SSL_CERT_FILE": str(certificate.cert),
        "SIGNING_KEY_FILE": str(tmp_path / "signing-key.pem"),
        "RP_ORIGINS": ORIGIN,
        "ISSUER": ORIGIN,
    }


async def test_a_managed_identity_opens_the_storage(
    settings: dict[str, str], identity: IdentityEndpoint
) -> None:
    key = SoftAuthenticator(rp_id="localhost", origin=ORIGIN)
    host = HostProcess(settings=settings)
    try:
        await asyncio.to_thread(host.start)
        async with Api(host.url) as api:
            username = new_username()
            await api.register(key, username)
            await api.sign_in(key, username)
    finally:
        await asyncio.to_thread(host.stop)
    assert identity.statuses == [200]


async def test_without_an_identity_the_storage_is_unavailable(
    settings: dict[str, str], identity: IdentityEndpoint
) -> None:
    host = HostProcess(settings={**settings, "IDENTITY_HEADER": "another"})
    try:
        await asyncio.to_thread(host.start)
        async with Api(host.url) as api:
            reply = await api.post("/authenticate/begin", {})
            health = await api.get("/health")
    finally:
        await asyncio.to_thread(host.stop)
    assert reply.problem == health.problem == "storage-unavailable"
    assert set(identity.statuses) == {401}
