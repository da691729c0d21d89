"""What the job of the documentation changes, and when it changes nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.counterparts.postgresql.authority import Authority, Request
from tests.counterparts.postgresql.client import Psql
from tests.counterparts.postgresql.job import Job
from tests.counterparts.postgresql.server import Server
from tests.fakes.in_a_thread import in_a_thread
from tests.fakes.public_documents import Document, PublicDocuments
from tests.fakes.tls import Tls

REQUEST = Request(names=["app_ro"])
CA, CRL = "/certificates/ca.pem", "/certificates/crl.pem"


type Files = dict[str, Document]


@pytest.fixture
def source(tls: Tls) -> Iterator[PublicDocuments]:
    with in_a_thread(PublicDocuments(tls=tls)) as source:
        yield source


@pytest.fixture
def job(server: Server, source: PublicDocuments, tmp_path: Path) -> Job:
    issuer = f"https://localhost:{source.port}"
    return Job(server=server, issuer=issuer, authority=source.tls.authority, folder=tmp_path)


def files(authorities: bytes, revocations: bytes) -> Files:
    return {CA: Document(body=authorities), CRL: Document(body=revocations)}


def test_a_new_authority_and_then_the_end_of_the_old_one(
    job: Job, source: PublicDocuments, newest_psql: Psql, authority: Authority
) -> None:
    successor = Authority(authority.name)

    def come_in(issuer: Authority) -> bool:
        credential = issuer.issue(REQUEST)
        return newest_psql.run(job.server, credential, "select 1", user="app_ro").returncode == 0

    assert (come_in(authority), come_in(successor)) == (True, False)
    both = authority.pem() + successor.pem()
    source.documents = files(both, authority.revocation_list() + successor.revocation_list())
    job.succeed()
    assert (come_in(authority), come_in(successor)) == (True, True)
    source.documents = files(successor.pem(), successor.revocation_list())
    job.succeed()
    assert (come_in(authority), come_in(successor)) == (False, True)


def test_a_revoked_certificate_is_refused_after_it_has_run(
    job: Job, source: PublicDocuments, newest_psql: Psql, authority: Authority
) -> None:
    stolen = authority.issue(REQUEST)
    source.documents = files(authority.pem(), authority.revocation_list(stolen.serial))
    job.succeed()
    assert newest_psql.run(job.server, stolen, "select 1", user="app_ro").returncode == 2


@pytest.mark.parametrize("path", [CA, CRL])
@pytest.mark.parametrize(
    "answer",
    [Document(body=b"away", status=503), Document(body=b"<!doctype html>"), Document(body=b"")],
    ids=["503", "HTML", "nothing"],
)
def test_nothing_changes_if_one_of_the_two_cannot_be_had(
    job: Job, source: PublicDocuments, authority: Authority, path: str, answer: Document
) -> None:
    paths = (job.server.authorities, job.server.revocations)
    before = [each.read_bytes() for each in paths]
    source.documents = files(authority.pem(), authority.revocation_list(1)) | {path: answer}
    ran = job.run()
    assert ran.returncode != 0
    assert ran.stderr
    assert [each.read_bytes() for each in paths] == before
