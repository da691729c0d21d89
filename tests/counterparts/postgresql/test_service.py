"""People get certificates of the running service, and are at the database who they are."""

import asyncio
import secrets
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.api import Api
from tests.counterparts.postgresql.client import Psql
from tests.counterparts.postgresql.installation import SERVERS
from tests.counterparts.postgresql.job import Job
from tests.counterparts.postgresql.people import (
    ALICE,
    CAROL,
    OWN_ROLE,
    PROFILE,
    Person,
    csr,
    register,
)
from tests.counterparts.postgresql.server import Server
from tests.counterparts.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_database_knows_the_person_and_the_log_the_certificate(
    trusting: Server, psql: Psql, alice: Person
) -> None:
    credential = await alice.credential(PROFILE)
    asked = "select current_user, touchstone_person()"
    ran = psql.run(trusting, credential, asked, user="app_ro")
    assert ran.stdout == f"app_ro|{ALICE}\n", ran.stderr
    with psql.staying(trusting, credential, user="app_ro"):
        (serial,) = trusting.ask("select serial from touchstone_sessions").splitlines()
    event = await alice.issued(int(serial, 16))
    assert event["outcome"] == "success"
    facts = {"profile": PROFILE, "role": "app_ro", "serial": serial}
    assert event["facts"].items() >= facts.items()


async def test_what_stands_in_a_certificate(alice: Person) -> None:
    credential = await alice.credential(PROFILE, "somebody")
    certificate = x509.load_pem_x509_certificate(credential.certificate)
    assert certificate.subject.rfc4514_string() == f"CN=app_ro,OU={ALICE},O={PROFILE}"
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    validity = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert validity == timedelta(minutes=6)
    event = await alice.issued(credential.serial)
    assert credential.serial == int(event["id"].replace("-", ""), 16)


@pytest.mark.parametrize("started", SERVERS[1:], indirect=True, ids=str)
async def test_system_user_has_the_profile_and_the_person(
    trusting: Server, newest_psql: Psql, alice: Person
) -> None:
    credential = await alice.credential(PROFILE)
    ran = newest_psql.run(trusting, credential, "select system_user", user="app_ro")
    assert ran.stdout == f"cert:CN=app_ro,OU={ALICE},O={PROFILE}\n", ran.stderr


async def test_a_request_for_another_name_gives_ones_own(
    trusting: Server, newest_psql: Psql, alice: Person
) -> None:
    credential = await alice.credential(PROFILE, "orders_admin", "owner")
    ran = newest_psql.run(trusting, credential, "select current_user", user="app_ro")
    assert ran.stdout == "app_ro\n", ran.stderr
    assert newest_psql.run(trusting, credential, "select 1", user="orders_admin").returncode == 2


async def test_nobody_is_in_the_role_of_another_one(
    trusting: Server, newest_psql: Psql, alice: Person, bob: Person
) -> None:
    people = (alice, bob)
    for person in people:
        trusting.ask(f"create role {person.own_role} login in role touchstone")
    try:
        credential = await alice.credential(OWN_ROLE, bob.own_role)
        ran = [
            newest_psql.run(trusting, credential, "select 1", user=each.own_role) for each in people
        ]
        assert [each.returncode for each in ran] == [0, 2]
    finally:
        for person in people:
            trusting.ask(f"drop role {person.own_role}")


async def test_whoever_the_profile_does_not_admit_gets_nothing(issuer: Service, api: Api) -> None:
    mallory = await register(issuer, api, f"mallory{secrets.token_hex(4)}")
    reply = await mallory.ask(PROFILE, csr(ec.generate_private_key(ec.SECP256R1())))
    assert (reply.status, reply.problem) == (404, "not-found")


@pytest.mark.parametrize("started", SERVERS[1:], indirect=True, ids=str)
async def test_a_suspended_passkey_gets_no_certificate_and_loses_those_it_has(
    trusting: Server, job: Job, newest_psql: Psql, issuer: Service, api: Api, alice: Person
) -> None:
    carol = await register(issuer, api, CAROL)
    token = await carol.sign_in()
    credential = await carol.credential(PROFILE)
    assert newest_psql.run(trusting, credential, "select 1", user="app_ro").returncode == 0
    await carol.suspend()
    refused = await carol.ask(PROFILE, csr(ec.generate_private_key(ec.SECP256R1())), token=token)
    assert refused.status in {401, 403}
    job.succeed()
    while newest_psql.run(trusting, credential, "select 1", user="app_ro").returncode == 0:
        await asyncio.sleep(1)  # the service keeps its list for a minute
        job.succeed()
    trusting.logs("Client certificate verification failed at depth 0: certificate revoked")
    others = await alice.credential(PROFILE)
    ran = newest_psql.run(trusting, others, "select 1", user="app_ro")
    assert ran.returncode == 0, ran.stderr
