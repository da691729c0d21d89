"""Certificates that were revoked, and lists of them that are missing or old."""

from datetime import timedelta

from tests.counterparts.postgresql.authority import Authority, Request
from tests.counterparts.postgresql.client import Psql
from tests.counterparts.postgresql.conftest import trust
from tests.counterparts.postgresql.server import Server

REQUEST = Request(names=["app_ro"])


def refuses(server: Server, reason: str) -> None:
    server.logs("could not accept SSL connection: certificate verify failed")
    if server.programs.version > 15:
        server.logs(f"Client certificate verification failed at depth .: {reason}")


def test_a_revoked_certificate_counts_until_the_server_reloads(
    server: Server, psql: Psql, authority: Authority
) -> None:
    stolen, other = authority.issue(REQUEST), authority.issue(REQUEST)
    server.revocations.write_bytes(authority.revocation_list(stolen.serial))
    assert psql.run(server, stolen, "select 1", user="app_ro").returncode == 0
    server.reload()
    assert psql.run(server, stolen, "select 1", user="app_ro").returncode == 2
    refuses(server, "certificate revoked")
    assert psql.run(server, other, "select 1", user="app_ro").returncode == 0


def test_an_old_list_keeps_everybody_out(
    server: Server, newest_psql: Psql, authority: Authority
) -> None:
    server.revocations.write_bytes(authority.revocation_list(ends=-timedelta(minutes=1)))
    server.reload()
    ran = newest_psql.run(server, authority.issue(REQUEST), "select 1", user="app_ro")
    assert ran.returncode == 2
    refuses(server, "CRL has expired")


def test_each_authority_needs_a_list(
    server: Server, newest_psql: Psql, authority: Authority
) -> None:
    """They have the same name: an authority that takes the place of another one may."""
    successor = Authority(authority.name)
    server.authorities.write_bytes(authority.pem() + successor.pem())
    server.reload()
    credential = successor.issue(REQUEST)
    assert newest_psql.run(server, credential, "select 1", user="app_ro").returncode == 2
    refuses(server, "unable to get certificate CRL|CRL signature failure")
    trust(server, authority, successor)
    server.reload()
    for each in (authority, successor):
        ran = newest_psql.run(server, each.issue(REQUEST), "select 1", user="app_ro")
        assert ran.returncode == 0, ran.stderr


def test_a_revoked_certificate_of_one_of_two_authorities(
    server: Server, newest_psql: Psql, authority: Authority
) -> None:
    successor = Authority(authority.name)
    trust(server, authority, successor)
    stolen = [each.issue(REQUEST) for each in (authority, successor)]
    pairs = zip((authority, successor), stolen, strict=True)
    lists = [each.revocation_list(credential.serial) for each, credential in pairs]
    server.revocations.write_bytes(b"".join(lists))
    server.reload()
    for credential in stolen:
        assert newest_psql.run(server, credential, "select 1", user="app_ro").returncode == 2
    for each in (authority, successor):
        assert (
            newest_psql.run(server, each.issue(REQUEST), "select 1", user="app_ro").returncode == 0
        )


def test_files_that_cannot_be_read_change_nothing_at_a_reload(
    server: Server, newest_psql: Psql, authority: Authority
) -> None:
    server.authorities.write_text("<!doctype html>")
    server.reload()
    server.logs("could not load root certificate file")
    ran = newest_psql.run(server, authority.issue(REQUEST), "select 1", user="app_ro")
    assert ran.returncode == 0, ran.stderr
