"""Which certificates open the server, and what it says about the others."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.counterparts.postgresql.authority import Authority, Credential, Request
from tests.counterparts.postgresql.client import Psql
from tests.counterparts.postgresql.server import Server

ROLE = "app_ro"
_UNVERIFIED = "could not accept SSL connection: certificate verify failed"
_ANOTHER = "do not match"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    name: str
    request: Request = field(default_factory=lambda: Request(names=[ROLE]))
    strangers: bool = False
    """Signed by another authority with the same name."""
    refused: str = ""
    """What the log says then."""
    reason: str = ""
    """In the log of a server that is newer than 15."""

    def __str__(self) -> str:
        return self.name


ROWS = (
    Row(name="for the role"),
    Row(name="for the role, with an Ed25519 key", request=Request(names=[ROLE], ed25519=True)),
    Row(name="without an extended key usage", request=Request(names=[ROLE], usage=None)),
    Row(
        name="for servers alone",
        request=Request(names=[ROLE], usage=ExtendedKeyUsageOID.SERVER_AUTH),
        refused=_UNVERIFIED,
        reason="unsupported certificate purpose|unsuitable certificate purpose",
    ),
    Row(
        name="expired",
        request=Request(names=[ROLE], begins=-timedelta(minutes=6), ends=-timedelta(minutes=1)),
        refused=_UNVERIFIED,
        reason="certificate has expired",
    ),
    Row(
        name="not yet valid",
        request=Request(names=[ROLE], begins=timedelta(minutes=2)),
        refused=_UNVERIFIED,
        reason="certificate is not yet valid",
    ),
    Row(
        name="of another authority with the same name",
        strangers=True,
        refused=_UNVERIFIED,
        reason="unable to get local issuer certificate|certificate signature failure",
    ),
    Row(name="for another role", request=Request(names=["orders_admin"]), refused=_ANOTHER),
    Row(
        name="with a NUL in the name",
        request=Request(names=[f"{ROLE}\0.example.com"]),
        refused="SSL certificate's common name contains embedded null",
    ),
    Row(name="with two names, the first the role", request=Request(names=[ROLE, "orders_admin"])),
    Row(
        name="with two names, the second the role",
        request=Request(names=["orders_admin", ROLE]),
        refused=_ANOTHER,
    ),
    Row(
        name="with the name in capitals",
        request=Request(names=[ROLE.upper()]),
        refused=_ANOTHER,
    ),
)


@pytest.fixture
def credential(row: Row, authority: Authority) -> Credential:
    issuer = Authority(authority.name) if row.strangers else authority
    return issuer.issue(row.request)


@pytest.mark.parametrize("row", [row for row in ROWS if not row.refused], ids=str)
def test_certificates_that_open_the_server(
    server: Server, psql: Psql, row: Row, credential: Credential
) -> None:
    ran = psql.run(server, credential, "select current_user", user=ROLE)
    assert ran.stdout == f"{ROLE}\n", ran.stderr


@pytest.mark.parametrize("row", [row for row in ROWS if row.refused], ids=str)
def test_certificates_that_do_not(
    server: Server, psql: Psql, row: Row, credential: Credential
) -> None:
    ran = psql.run(server, credential, "select current_user", user=ROLE)
    assert (ran.returncode, ran.stdout) == (2, "")
    server.logs(row.refused)
    if row.reason and server.programs.version > 15:
        server.logs(f"Client certificate verification failed at depth 0: ({row.reason})")
        # A second line of it. The serial number tells whose.
        server.process.wait_for(
            rf'subject ".*CN={ROLE}", serial number {credential.serial}, issuer'
        )


def test_nobody_comes_without_a_certificate(server: Server, psql: Psql) -> None:
    assert psql.run(server, None, "select 1", user=ROLE).returncode == 2
    server.logs("connection requires a valid client certificate")


def test_nobody_comes_without_tls(server: Server, psql: Psql, authority: Authority) -> None:
    credential = authority.issue(Request(names=[ROLE]))
    ran = psql.run(server, credential, "select 1", user=ROLE, sslmode="disable")
    assert ran.returncode == 2
    server.logs("pg_hba.conf rejects connection")


def test_a_certificate_opens_no_other_database(
    server: Server, psql: Psql, authority: Authority
) -> None:
    credential = authority.issue(Request(names=[ROLE]))
    ran = psql.run(server, credential, "select 1", user=ROLE, dbname="postgres")
    assert ran.returncode == 2
    server.logs("pg_hba.conf rejects connection")


def test_a_role_that_nobody_has_made(server: Server, psql: Psql, authority: Authority) -> None:
    credential = authority.issue(Request(names=["u_alice"]))
    ran = psql.run(server, credential, "select 1", user="u_alice")
    assert ran.returncode == 2
    assert "no pg_hba.conf entry" in ran.stderr
    server.ask("create role u_alice login in role touchstone")
    ran = psql.run(server, credential, "select current_user", user="u_alice")
    server.ask("drop role u_alice")
    assert ran.stdout == "u_alice\n", ran.stderr
