"""The list of certificates that count no more."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from shared.access.certificates.authority import name_of
from shared.access_broker.certificates.revocations import AGE
from shared.errors import StorageUnavailable
from shared.keys.client_ca.key import local_key
from shared.keys.ring import ALWAYS
from shared.storage.tables.table import Operation
from tests.access.certificates.openssl import verify
from tests.access_broker.certificates.conftest import person, serve
from tests.access_broker.certificates.people import CA, CommandLine, Json
from tests.fixed_keys import versions_of
from tests.harness.administrators import ADMINISTRATOR, handle_of
from tests.harness.service_harness import ServiceHarness
from tests.storage_transport import RecordingTransport


async def crl(alice: CommandLine) -> str:
    response = await alice.web.send("GET", "/certificates/crl.pem")
    assert response.status_code == 200, response.get_body()
    return response.get_body().decode()


async def is_listed(alice: CommandLine, issued: Json) -> bool:
    """By what a process answers that has not answered before."""
    alice.party.clock.advance(seconds=AGE.total_seconds())
    found = x509.load_pem_x509_crl((await crl(alice)).encode())
    return found.get_revoked_certificate_by_serial_number(int(issued["serial"], 16)) is not None


async def test_a_certificate_is_not_listed_as_long_as_all_stands(
    alice: CommandLine, tmp_path: Path
) -> None:
    issued = await alice.issued()
    text = await crl(alice)
    assert not await is_listed(alice, issued)
    told = verify(
        tmp_path,
        issued["certificate"],
        authorities=issued["ca"],
        crl=text,
        at=alice.party.clock(),
    )
    assert told == ""


async def test_a_server_whose_clock_is_behind_accepts_a_new_list(
    alice: CommandLine, tmp_path: Path
) -> None:
    """As far as it accepts a new certificate."""
    issued = await alice.issued()
    told = verify(
        tmp_path,
        issued["certificate"],
        authorities=issued["ca"],
        crl=await crl(alice),
        at=alice.party.clock() - timedelta(seconds=59),
    )
    assert told == ""


async def test_who_signs_out_has_it_listed(alice: CommandLine, tmp_path: Path) -> None:
    issued = await alice.issued()
    await alice.send("DELETE", "/sessions")
    assert await is_listed(alice, issued)
    told = verify(
        tmp_path,
        issued["certificate"],
        authorities=issued["ca"],
        crl=await crl(alice),
        at=alice.party.clock(),
    )
    assert "certificate revoked" in told


async def test_who_is_suspended_has_it_listed(alice: CommandLine, instance: ServiceHarness) -> None:
    bob = await person(instance, alice.web, "bob")
    issued, other = await alice.issued("own"), await bob.issued("bobs")
    credentials = alice.party.service.credentials
    await credentials.suspend_account(
        await handle_of(alice.party), suspended=True, by=ADMINISTRATOR
    )
    assert await is_listed(alice, issued)
    assert not await is_listed(alice, other)


async def test_what_is_over_is_listed_no_more_and_removed(alice: CommandLine) -> None:
    issued = await alice.issued("short")
    await alice.send("DELETE", "/sessions")
    assert await is_listed(alice, issued)
    store, now = alice.party.stores.issued_certificates, alice.party.clock
    assert await store.sweep(now=int(now().timestamp())) == 0
    now.advance(seconds=1)
    assert not await is_listed(alice, issued)
    assert await store.sweep(now=int(now().timestamp())) == 1
    assert await store.sweep(now=int(now().timestamp())) == 0


async def test_many_readers_cost_one_look(
    alice: CommandLine, transport: RecordingTransport
) -> None:
    await alice.issued()
    await alice.issued("own")
    transport.forget()
    for _ in range(3):
        await crl(alice)
        await alice.web.send("GET", "/certificates/crl.der")
    # The certificates, and once what both rest on.
    assert transport.names == ["query Approvals", "query Accounts"]


async def test_rows_of_others_are_left_out(alice: CommandLine) -> None:
    issued = await alice.issued()
    for key in ("certificate:9999999999-zz", "certificate:99999999999999999999-1"):
        row = {"PartitionKey": "approvals", "RowKey": key, "UserHandle": b"x"}
        await alice.party.storage.table("Approvals").transact([Operation("create", row)])
    assert not await is_listed(alice, issued)


async def test_a_new_authority_is_published_before_it_signs(
    alice: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """At each moment the bundle and the lists accept each certificate that is alive."""
    clock, newer = alice.party.clock, local_key(rsa.generate_private_key(65537, 2048))
    kept = versions_of((CA, ALWAYS), (newer, clock()))
    serve(alice.party.with_client_ca(kept), monkeypatch)
    issuers = []
    for days, published in ((0, 2), (13, 2), (1.01, 2), (0, 2), (0.02, 1)):
        clock.advance(days=days)
        await alice.sign_in()
        issued = await alice.issued()
        bundle = (await alice.web.send("GET", "/certificates/ca.pem")).get_body().decode()
        assert bundle.count("BEGIN CERTIFICATE") == published
        lists = await crl(alice)
        assert lists.count("BEGIN X509 CRL") == published
        text = issued["certificate"]
        assert verify(tmp_path, text, authorities=bundle, crl=lists, at=clock()) == ""
        issuers.append(x509.load_pem_x509_certificate(text.encode()).issuer)
        der = (await alice.web.send("GET", "/certificates/crl.der")).get_body()
        assert x509.load_der_x509_crl(der).issuer == issuers[-1]
    assert [each == name_of(newer.public_key) for each in issuers] == [
        False,
        False,
        True,
        True,
        True,
    ]


async def test_without_storage_there_is_no_list(
    alice: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(**_: object) -> None:
        raise StorageUnavailable

    revocations = alice.party.service.certificate_revocations
    monkeypatch.setattr(revocations.store, "live", fails)
    response = await alice.web.send("GET", "/certificates/crl.pem")
    assert response.status_code == 503


async def test_the_answers_may_be_kept_for_a_while(alice: CommandLine) -> None:
    kept = {
        path: (await alice.web.send("GET", f"/certificates/{path}")).headers["Cache-Control"]
        for path in ("ca.pem", "crl.pem", "crl.der")
    }
    assert kept == {
        "ca.pem": "public, max-age=300",
        "crl.pem": "public, max-age=60",
        "crl.der": "public, max-age=60",
    }
