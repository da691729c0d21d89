"""A map that compares the whole name, so that a certificate for another database is refused."""

import pytest

from tests.counterparts.postgresql import documented
from tests.counterparts.postgresql.authority import Authority, Request
from tests.counterparts.postgresql.client import Psql
from tests.counterparts.postgresql.server import Server

ROLE = "app_ro"


@pytest.fixture
def mapping(server: Server) -> Server:
    server.configure(documented.configuration_by_whole_name(server.cluster))
    server.reload()
    return server


def test_certificates_for_this_database_open_it(
    mapping: Server, psql: Psql, authority: Authority
) -> None:
    for person in ("alice@example.org", "a,O=billing", "é"):
        credential = authority.issue(Request(names=[ROLE], person=person, profile="orders"))
        ran = psql.run(mapping, credential, "select current_user", user=ROLE)
        assert ran.stdout == f"{ROLE}\n", ran.stderr


@pytest.mark.parametrize(
    "request_",
    [
        Request(names=[ROLE], profile="billing"),
        Request(names=[ROLE], profile="billing", person="a,O=orders"),
        Request(names=[ROLE], profile="billing", person="a,O=orders\\"),
        Request(names=[ROLE], profile="billing,O=orders"),
        Request(names=["orders_admin"], profile="orders"),
        Request(names=["app_ro,OU=a,O=orders"], profile="billing"),
        Request(names=["orders_admin", ROLE], profile="orders"),
    ],
    ids=lambda request: str(request.subject().rfc4514_string()),
)
def test_others_do_not(
    mapping: Server, newest_psql: Psql, authority: Authority, request_: Request
) -> None:
    ran = newest_psql.run(mapping, authority.issue(request_), "select 1", user=ROLE)
    assert ran.returncode == 2
    mapping.logs('no match in usermap "orders" for user "app_ro"')
