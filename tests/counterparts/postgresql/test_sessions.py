"""How sessions end: a certificate that has ended or was revoked does not end them."""

import pytest

from tests.counterparts.postgresql.authority import Authority, Credential, Request, hexadecimal
from tests.counterparts.postgresql.client import Psql
from tests.counterparts.postgresql.documented import sql
from tests.counterparts.postgresql.server import Server

ENDED = "terminating connection due to administrator command"
JOB = "touchstone_job"


def sessions(server: Server, credential: Credential) -> int:
    serials = server.ask("select serial from touchstone_sessions").splitlines()
    return serials.count(hexadecimal(credential.serial))


def issue(authority: Authority) -> Credential:
    return authority.issue(Request(names=["app_ro"]))


def test_a_session_outlives_its_certificate(
    server: Server, newest_psql: Psql, authority: Authority
) -> None:
    credential = issue(authority)
    with newest_psql.staying(server, credential, user="app_ro"):
        server.revocations.write_bytes(authority.revocation_list(credential.serial))
        server.reload()
        assert newest_psql.run(server, credential, "select 1", user="app_ro").returncode == 2
        assert sessions(server, credential) == 1


def test_the_job_ends_what_is_too_old_and_nothing_else(
    server: Server, newest_psql: Psql, authority: Authority
) -> None:
    credential = issue(authority)
    job = sql("interval '8 hours'")
    with newest_psql.staying(server, credential, user="app_ro"):
        assert server.ask(job, role=JOB) == ""
        assert sessions(server, credential) == 1
        assert server.ask(job.replace("8 hours", "0 hours"), role=JOB) == "t"
        server.logs(ENDED)


def test_the_job_fails_at_a_superuser(
    server: Server, newest_psql: Psql, authority: Authority
) -> None:
    server.ask("alter role app_ro superuser")
    try:
        with newest_psql.staying(server, issue(authority), user="app_ro"):
            job = sql("interval '8 hours'").replace("8 hours", "0 hours")
            with pytest.raises(AssertionError, match=r"superuser|SUPERUSER"):
                server.ask(job, role=JOB)
    finally:
        server.ask("alter role app_ro nosuperuser")


def test_the_sessions_of_one_certificate_end(
    server: Server, newest_psql: Psql, authority: Authority
) -> None:
    stolen, other = issue(authority), issue(authority)
    statement = sql("where serial =").replace("<serial>", hexadecimal(stolen.serial))
    with (
        newest_psql.staying(server, stolen, user="app_ro"),
        newest_psql.staying(server, other, user="app_ro"),
    ):
        assert server.ask(statement, role=JOB) == "t"
        server.logs(ENDED)
        assert sessions(server, other) == 1


def test_who_does_nothing_is_out_but_may_prevent_it(
    server: Server, newest_psql: Psql, authority: Authority
) -> None:
    server.ask("alter role app_ro set idle_session_timeout = '1ms'")
    try:
        with newest_psql.staying(server, issue(authority), user="app_ro"):
            server.logs("terminating connection due to idle-session timeout")
        ran = newest_psql.run(
            server,
            issue(authority),
            "show idle_session_timeout",
            user="app_ro",
            options="-c idle_session_timeout=0",
        )
        assert ran.stdout == "0\n", ran.stderr
    finally:
        server.ask("alter role app_ro reset idle_session_timeout")
