"""A person gets a certificate, and what it says is ours."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from tests.access.certificates.openssl import verify
from tests.access.certificates.requests import NAMES, csr
from tests.access_broker.certificates.conftest import person
from tests.access_broker.certificates.people import (
    LOOK_ALIKES,
    CommandLine,
    Json,
    names,
    read,
)
from tests.blueprints.openid.web import Web, body_of
from tests.harness.record import record
from tests.harness.service_harness import ServiceHarness
from tests.storage_transport import RecordingTransport


async def events(party: ServiceHarness) -> list[Json]:
    return [each for each in await record(party) if each["kind"] == "certificate.issued"]


async def test_a_person_gets_a_certificate_that_openssl_accepts(
    alice: CommandLine, tmp_path: Path
) -> None:
    issued = await alice.issued()
    certificate = read(issued)
    assert names(certificate) == [("O", "orders"), ("OU", "alice"), ("CN", "app_ro")]
    assert certificate.public_key() == alice.private_key.public_key()
    bundle = (await alice.web.send("GET", "/certificates/ca.pem")).get_body().decode()
    assert bundle == issued["ca"]
    now = alice.party.clock()
    assert verify(tmp_path, issued["certificate"], authorities=bundle, at=now) == ""
    assert issued | {"certificate": "", "ca": ""} == {
        "id": issued["id"],
        "certificate": "",
        "ca": "",
        "role": "app_ro",
        "host": "db.example.org",
        "port": 5432,
        "database": "orders",
        "serial": f"{certificate.serial_number:x}".zfill(len(issued["serial"])),
        "notBefore": "2031-05-17T11:59:00Z",
        "expiresAt": "2031-05-17T12:05:00Z",
    }


async def test_the_serial_number_leads_to_the_event(alice: CommandLine) -> None:
    issued = await alice.issued()
    (event,) = await events(alice.party)
    assert (event["id"], event["outcome"]) == (issued["id"], "success")
    assert event["facts"] == {"profile": "orders", "role": "app_ro", "serial": issued["serial"]}
    assert int(issued["serial"], 16) == int(event["id"].replace("-", ""), 16)


async def test_a_role_with_the_username_is_not_in_the_log_forever(alice: CommandLine) -> None:
    assert (await alice.issued("own"))["role"] == "u_alice"
    (event,) = await events(alice.party)
    assert event["facts"]["role"] == "u_{username}"


async def test_the_life_is_that_of_the_profile(alice: CommandLine) -> None:
    certificate, now = read(await alice.issued("short")), alice.party.clock()
    assert certificate.not_valid_after_utc == now + timedelta(minutes=1)
    assert certificate.not_valid_before_utc == now - timedelta(minutes=1)


async def test_each_request_gets_another_certificate(alice: CommandLine) -> None:
    first, second = await alice.issued(), await alice.issued()
    assert first["serial"] != second["serial"]


async def test_a_request_for_another_name_gets_its_own_name(alice: CommandLine) -> None:
    request = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(
            x509.Name(
                [
                    x509.NameAttribute(NAMES.COMMON_NAME, "postgres"),
                    x509.NameAttribute(NAMES.COMMON_NAME, "admin"),
                ]
            )
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(alice.private_key, hashes.SHA256())
    )
    wanted = request.public_bytes(Encoding.PEM).decode()
    certificate = read(await alice.issued(csr=wanted))
    assert names(certificate) == [("O", "orders"), ("OU", "alice"), ("CN", "app_ro")]
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


async def test_two_people_never_get_the_same_name(
    alice: CommandLine, instance: ServiceHarness, web: Web
) -> None:
    everybody = [alice, *[await person(instance, web, name) for name in LOOK_ALIKES]]
    certificates = [read(await each.issued("own")) for each in everybody]
    _, people, roles = zip(*(names(each) for each in certificates), strict=True)
    assert len(set(people)) == len(set(roles)) == len(everybody)
    assert [role for _, role in roles][:4] == ["u_alice", "u_a__40__b", "u_a_40_b", "u_u__alice"]


async def test_storage_calls(alice: CommandLine, transport: RecordingTransport) -> None:
    await alice.issued("own")  # all keys are read
    transport.forget()
    await alice.issued()
    assert transport.names == [
        *("query Accounts", "get Accounts"),  # her account and her session
        "insert AuditOutbox",
        "transact Approvals",
    ]
    assert transport.round_trips == 3


@pytest.mark.parametrize("path", ["ca.pem", "crl.pem", "crl.der"])
async def test_without_an_authority_each_request_is_told_so(
    party: ServiceHarness, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    from tests.access_broker.certificates.conftest import serve

    serve(party, monkeypatch)
    response = await Web().send("GET", f"/certificates/{path}")
    assert response.status_code == 404
    assert body_of(response)["type"].endswith("#certificates-off")
    someone = await person(party, Web(), "carol")
    assert (await someone.refused(csr=csr()))["slug"] == "certificates-off"
