"""The job of the documentation that brings the authorities and what they have revoked."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.counterparts.postgresql import documented
from tests.counterparts.postgresql.authority import Authority, Request
from tests.counterparts.postgresql.client import Psql
from tests.counterparts.postgresql.cluster import OWNER
from tests.counterparts.postgresql.installation import of_psql_18
from tests.counterparts.postgresql.server import Server
from tests.fakes.in_a_thread import in_a_thread
from tests.fakes.public_documents import Document, PublicDocuments
from tests.fakes.tls import Tls

REQUEST = Request(names=["app_ro"])
CA, CRL = "/certificates/ca.pem", "/certificates/crl.pem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    server: Server
    source: PublicDocuments
    folder: Path

    def run(self) -> subprocess.CompletedProcess[str]:
        script = documented.script(self.server.cluster, f"https://localhost:{self.source.port}")
        psql = self.folder / "psql"
        psql.write_text(f'#!/bin/sh\nexec {" ".join(map(str, of_psql_18("psql")))} "$@"\n')
        psql.chmod(0o755)
        environment = {
            "PATH": f"{self.folder}:{os.environ['PATH']}",
            "CURL_CA_BUNDLE": str(self.source.tls.authority),
            "PGHOST": str(self.server.cluster.folder),
            "PGPORT": str(self.server.port),
            "PGUSER": OWNER,
            "PGDATABASE": "postgres",
        }
        command = ["sh", "-c", script]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def publish(self, authorities: bytes, revocations: bytes) -> None:
        self.source.documents = {CA: Document(body=authorities), CRL: Document(body=revocations)}

    def succeed(self) -> None:
        with self.server.reloading():
            ran = self.run()
            assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


@pytest.fixture
def job(server: Server, tls: Tls, tmp_path: Path) -> Iterator[Job]:
    with in_a_thread(PublicDocuments(tls=tls)) as source:
        yield Job(server=server, source=source, folder=tmp_path)


def test_a_new_authority_and_then_the_end_of_the_old_one(
    job: Job, newest_psql: Psql, authority: Authority
) -> None:
    successor = Authority(authority.name)

    def come_in(issuer: Authority) -> bool:
        credential = issuer.issue(REQUEST)
        return newest_psql.run(job.server, credential, "select 1", user="app_ro").returncode == 0

    assert (come_in(authority), come_in(successor)) == (True, False)
    both = authority.pem() + successor.pem()
    job.publish(both, authority.revocation_list() + successor.revocation_list())
    job.succeed()
    assert (come_in(authority), come_in(successor)) == (True, True)
    job.publish(successor.pem(), successor.revocation_list())
    job.succeed()
    assert (come_in(authority), come_in(successor)) == (False, True)


def test_a_revoked_certificate_is_refused_after_it_has_run(
    job: Job, newest_psql: Psql, authority: Authority
) -> None:
    stolen = authority.issue(REQUEST)
    job.publish(authority.pem(), authority.revocation_list(stolen.serial))
    job.succeed()
    assert newest_psql.run(job.server, stolen, "select 1", user="app_ro").returncode == 2


@pytest.mark.parametrize("path", [CA, CRL])
@pytest.mark.parametrize(
    "answer",
    [Document(body=b"away", status=503), Document(body=b"<!doctype html>"), Document(body=b"")],
    ids=["503", "HTML", "nothing"],
)
def test_nothing_changes_if_one_of_the_two_cannot_be_had(
    job: Job, authority: Authority, path: str, answer: Document
) -> None:
    files = (job.server.authorities, job.server.revocations)
    before = [file.read_bytes() for file in files]
    job.publish(authority.pem(), authority.revocation_list(1))
    job.source.documents[path] = answer
    ran = job.run()
    assert ran.returncode != 0
    assert ran.stderr
    assert [file.read_bytes() for file in files] == before
