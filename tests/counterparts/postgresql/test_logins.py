"""The event trigger of the documentation, which notes each login."""

from collections.abc import Iterator

import pytest

from tests.counterparts.postgresql.authority import Authority, Credential, Request
from tests.counterparts.postgresql.client import Psql
from tests.counterparts.postgresql.documented import sql
from tests.counterparts.postgresql.installation import SERVERS
from tests.counterparts.postgresql.server import Server

pytestmark = pytest.mark.parametrize("started", SERVERS[1:], indirect=True, ids=str)

WITHOUT = {"PGOPTIONS": "-c event_triggers=off"}
BROKEN = "create or replace function touchstone_note_login() returns event_trigger language plpgsql"


@pytest.fixture
def noting(server: Server) -> Iterator[Server]:
    server.ask(sql("create event trigger"))
    yield server
    server.ask(
        "drop event trigger touchstone_note_login",
        "drop function touchstone_note_login",
        "drop table touchstone_logins",
        environment=WITHOUT,
    )


@pytest.fixture
def credential(authority: Authority) -> Credential:
    return authority.issue(Request(names=["app_ro"]))


def test_a_login_is_noted_with_its_certificate(
    noting: Server, newest_psql: Psql, credential: Credential
) -> None:
    ran = newest_psql.run(noting, credential, "select 1", user="app_ro")
    assert ran.returncode == 0, ran.stderr
    asked = "select role, name, serial, address from touchstone_logins"
    name = "cert:CN=app_ro,OU=alice@example.org,O=orders"
    assert noting.ask(asked) == f"app_ro|{name}|{credential.serial}|127.0.0.1"


def test_the_person_can_neither_read_nor_leave_out_the_note(
    noting: Server, newest_psql: Psql, credential: Credential
) -> None:
    ran = newest_psql.run(noting, credential, "select * from touchstone_logins", user="app_ro")
    assert "permission denied" in ran.stderr
    options = "-c event_triggers=off"
    ran = newest_psql.run(noting, credential, "select 1", user="app_ro", options=options)
    assert "permission denied to set parameter" in ran.stderr


def test_an_error_in_it_keeps_everybody_out(
    noting: Server, newest_psql: Psql, credential: Credential
) -> None:
    noting.ask(f"{BROKEN} as $$ begin raise exception 'broken'; end $$")
    ran = newest_psql.run(noting, credential, "select 1", user="app_ro")
    assert (ran.returncode, "broken" in ran.stderr) == (2, True)
    with pytest.raises(AssertionError, match="broken"):
        noting.ask("select 1")
    assert noting.ask("select 1", environment=WITHOUT) == "1"
