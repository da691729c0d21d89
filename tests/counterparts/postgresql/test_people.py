"""What the server knows of a person who has come with a certificate."""

import pytest

from tests.counterparts.postgresql.authority import Authority, Credential, Request, hexadecimal
from tests.counterparts.postgresql.client import Psql
from tests.counterparts.postgresql.installation import SERVERS
from tests.counterparts.postgresql.server import Server

ALICE, BOB = "alice@example.org", "bob"
# Names that try to be another part of the name.
ODD = ("a,OU=bob", "a+OU=bob", "bob\\", '"bob"', "CN=app_ro,OU=bob", "#bob", "bób")
LONG = ("m" * 63 + "a", "m" * 63 + "b")


def certified(authority: Authority, person: str) -> Credential:
    return authority.issue(Request(names=["app_ro"], person=person))


@pytest.fixture
def alice(authority: Authority) -> Credential:
    return certified(authority, ALICE)


@pytest.fixture
def bob(authority: Authority) -> Credential:
    return certified(authority, BOB)


@pytest.mark.parametrize("started", SERVERS[1:], indirect=True, ids=str)
def test_system_user_has_the_whole_name(
    server: Server, newest_psql: Psql, alice: Credential
) -> None:
    ran = newest_psql.run(server, alice, "select system_user, current_user", user="app_ro")
    assert ran.stdout == f"cert:CN=app_ro,OU={ALICE},O=orders|app_ro\n", ran.stderr


def test_the_documented_function_returns_the_person(
    server: Server, newest_psql: Psql, authority: Authority
) -> None:
    for person in (ALICE, BOB, *LONG):
        credential = certified(authority, person)
        ran = newest_psql.run(server, credential, "select touchstone_person()", user="app_ro")
        assert ran.stdout == f"{person}\n", ran.stderr


def test_no_username_is_taken_for_another_one(
    server: Server, newest_psql: Psql, authority: Authority
) -> None:
    seen = []
    for person in (BOB, *ODD):
        credential = certified(authority, person)
        ran = newest_psql.run(server, credential, "select touchstone_person()", user="app_ro")
        seen.append(ran.stdout.removesuffix("\n"))
    assert all(seen)
    assert len(set(seen)) == len(seen)
    assert seen[0] == BOB


def test_people_see_and_change_their_own_rows_alone(
    server: Server, newest_psql: Psql, alice: Credential, bob: Credential
) -> None:
    def run(credential: Credential, *statements: str) -> str:
        return newest_psql.run(server, credential, *statements, user="app_ro").stdout

    run(alice, "insert into notes (body) values ('of alice')")
    run(bob, "insert into notes (body) values ('of bob')")
    assert run(alice, "select owner, body from notes") == f"{ALICE}|of alice\n"
    assert run(bob, "select owner, body from notes") == "bob|of bob\n"
    assert run(bob, "update notes set body = 'taken'") == "UPDATE 1\n"
    assert run(alice, "delete from notes") == "DELETE 1\n"
    assert run(bob, "delete from notes") == "DELETE 1\n"


@pytest.mark.parametrize(
    "attempt",
    [
        "insert into notes (owner, body) values ('alice@example.org', 'of another')",
        "insert into notes (body) values ('mine'); update notes set owner = 'alice@example.org'",
    ],
    ids=["insert", "update"],
)
def test_nobody_writes_as_another_one(
    server: Server, newest_psql: Psql, bob: Credential, attempt: str
) -> None:
    ran = newest_psql.run(server, bob, attempt, user="app_ro")
    assert "new row violates row-level security policy" in ran.stderr
    assert server.ask("select count(*) from notes") == "0"


@pytest.mark.parametrize("attempt", ["set role touchstone", "set session authorization app_ro"])
def test_another_role_is_the_same_person(
    server: Server, newest_psql: Psql, bob: Credential, attempt: str
) -> None:
    ran = newest_psql.run(server, bob, attempt, "select touchstone_person()", user="app_ro")
    assert ran.stdout == "SET\nbob\n", ran.stderr


def test_the_view_has_the_serial_number_as_our_log_has_it(
    server: Server, newest_psql: Psql, alice: Credential
) -> None:
    with newest_psql.staying(server, alice, user="app_ro"):
        asked = "select usename, client_dn, serial from touchstone_sessions"
        shown = f"app_ro|/O=orders/OU={ALICE}/CN=app_ro|{hexadecimal(alice.serial)}"
        assert shown in server.ask(asked).splitlines()


@pytest.mark.parametrize("serial", [1, 9, 10, 255, 2**64, 2**159 - 1])
def test_serial_numbers_in_hexadecimal(server: Server, serial: int) -> None:
    assert server.ask(f"select touchstone_hexadecimal({serial})") == hexadecimal(serial)


def test_two_long_names_look_alike_in_pg_stat_ssl(
    server: Server, newest_psql: Psql, authority: Authority
) -> None:
    asked = "select client_dn from pg_stat_ssl where pid = pg_backend_pid()"
    names = {
        newest_psql.run(server, certified(authority, person), asked, user="app_ro").stdout
        for person in LONG
    }
    assert len(names) == 1
    assert {len(name.removesuffix("\n")) for name in names} == {63}


def test_the_log_has_the_whole_name(server: Server, newest_psql: Psql, alice: Credential) -> None:
    newest_psql.run(server, alice, "select 1", user="app_ro")
    server.logs(f'connection authenticated: identity="CN=app_ro,OU={ALICE},O=orders"')
