from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Iterator
from pathlib import Path

import pytest
from azure.core.exceptions import ResourceExistsError
from azure.data.tables import TableServiceClient
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from devhost.azurite import Azurite, Certificate
from devhost.errors import CannotStart
from devhost.process import NotReady
from devhost.sockets import is_free


@pytest.fixture
def azurite() -> Iterator[Azurite]:
    with Azurite() as running:
        yield running


def table_names(azurite: Azurite, *, ca: Path | None = None) -> list[str]:
    options = {"connection_verify": str(ca)} if ca else {}
    with TableServiceClient.from_connection_string(azurite.connection_string, **options) as service:
        return [table.name for table in service.list_tables()]


def create_table(azurite: Azurite, name: str) -> None:
    with TableServiceClient.from_connection_string(azurite.connection_string) as service:
        service.create_table(name)


def test_tables_can_be_made(azurite: Azurite) -> None:
    create_table(azurite, "first")
    with pytest.raises(ResourceExistsError):
        create_table(azurite, "first")
    assert table_names(azurite) == ["first"]


def test_several_instances_run_in_parallel(azurite: Azurite) -> None:
    create_table(azurite, "first")
    with Azurite() as other:
        assert other.port != azurite.port
        assert table_names(other) == []


def test_data_in_a_folder_is_kept_over_a_restart_on_the_same_port(tmp_path: Path) -> None:
    azurite = Azurite(data=tmp_path / "new")
    with azurite:
        port = azurite.port
        create_table(azurite, "first")
    assert is_free(port)
    with azurite:
        assert azurite.port == port
        assert table_names(azurite) == ["first"]


def test_data_in_memory_is_lost_at_a_restart(azurite: Azurite) -> None:
    create_table(azurite, "first")
    azurite.stop()
    azurite.start()
    assert table_names(azurite) == []


def test_a_taken_port_is_reported(azurite: Azurite) -> None:
    with pytest.raises(NotReady, match=rf"(?s)on port {azurite.port}: .*EADDRINUSE"):
        Azurite(port=azurite.port).start()


def test_azurite_can_serve_tls(tmp_path: Path) -> None:
    certificate = _self_signed(tmp_path)
    with Azurite(certificate=certificate) as azurite:
        assert azurite.url.startswith("https://")
        assert table_names(azurite, ca=certificate.cert) == []


def test_a_missing_installation_is_reported_with_the_fix(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("devhost.azurite._PACKAGE", tmp_path / "azurite")
    with pytest.raises(CannotStart, match="run make"):
        Azurite().start()


def _self_signed(folder: Path) -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    files = Certificate(cert=folder / "cert.pem", key=folder / "key.pem")
    files.cert.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files
