"""What the page for requests is told of a profile, so that people pick and do not type."""

from datetime import UTC, datetime

import pytest

from shared.access.profiles.documents import read_profile
from shared.access.profiles.eligibility import Gesture, Person
from shared.access.profiles.requirements import offer
from shared.accounts.handles import UserHandle
from shared.http.views.access import show_offer
from tests.access.profiles.documents import GROUP, VAULT, Json, custom, restore, sql

NOW = datetime(2031, 5, 17, tzinfo=UTC)
ALICE = Person(
    handle=UserHandle(b"a" * 32),
    username="alice",
    roles=frozenset(),
    groups=frozenset(),
    suspended=False,
)
GESTURE = Gesture(at=NOW, user_verified=True, device_bound=True, attested=True, aaguid="")


def told(document: Json) -> Json:
    profile = read_profile(document | {"who": {"users": ["alice"]}})
    found = offer(profile, ALICE, client=None, gesture=GESTURE, now=NOW)
    assert found is not None
    return show_offer(found)


def test_a_restore_names_the_vault_and_what_may_be_asked_for() -> None:
    types = ["RestoreDisks", "OriginalLocation"]
    document = restore(recoveryTypes=types, targets=[GROUP])
    assert told(document)["restore"] == {
        "vault": VAULT,
        "workloads": ["VM"],
        "recoveryTypes": ["OriginalLocation", "RestoreDisks"],
        "targets": [GROUP],
    }


def test_a_restore_says_of_which_kinds_there_is_something() -> None:
    share = "StorageContainer;Storage;rg;stfiles;AzureFileShare;reports"
    machine = "VM;iaasvmcontainerv2;rg;web-1"
    for items, expected in (
        ([share], ["AzureFileShare"]),
        ([machine], ["VM"]),
        ([share, machine], ["VM", "AzureFileShare"]),
    ):
        assert told(restore(items=items))["restore"]["workloads"] == expected


def test_an_action_of_an_application_has_the_schema_of_its_details() -> None:
    document = custom()
    assert told(document)["schema"] == document["parameters"]["schema"]


@pytest.mark.parametrize("member", ["schema", "restore", "database", "parameters"])
def test_a_token_says_nothing_of_the_identity_that_gets_it(member: str) -> None:
    assert member not in told(sql())


def test_a_database_says_where_it_is_and_the_role_of_this_person() -> None:
    where = {"host": "db.example.com", "port": 5432, "name": "orders", "role": "u_alice"}
    parameters = {
        "host": "db.example.com",
        "database": "orders",
        "role": {"template": "u_{username}"},
    }
    certificate = {"kind": "postgresql-certificate", "parameters": parameters}
    assert told(sql() | certificate)["database"] == where
    more = {"resource": "https://db.example.com/orders", "scope": "db:orders"}
    oauth = {"kind": "postgresql-oauth", "parameters": parameters | more}
    assert told(sql() | oauth)["database"] == where | {"scope": "db:orders"}
