"""What is one profile's: a vault, the identity that restores, a page, a role of a username."""

import pytest

from shared.access.profiles.documents import read_profile
from shared.access.profiles.exclusive import check_exclusive
from shared.access.profiles.json_schemas import ValueFault
from tests.access.profiles.documents import (
    CLIENT_ID,
    IDENTITY,
    TENANT,
    VAULT,
    Json,
    certificate,
    custom,
    oauth,
    restore,
    sql,
    web,
)

OTHER = CLIENT_ID.replace("a", "b")
RESTORE = restore()
BOTH_WAYS = pytest.mark.parametrize("turned", [False, True])


def check(one: Json, other: Json) -> None:
    check_exclusive(read_profile(one), [read_profile(other)])


@BOTH_WAYS
@pytest.mark.parametrize("vault", [VAULT, VAULT.replace("backup", "BACKUP")])
def test_two_profiles_with_one_vault_are_refused(vault: str, turned: bool) -> None:
    other = restore(vault=vault, clientId=OTHER)
    with pytest.raises(ValueFault) as refused:
        check(*((other, RESTORE) if turned else (RESTORE, other)))
    assert refused.value.path == "parameters.vault"


@BOTH_WAYS
@pytest.mark.parametrize(
    "other",
    [
        sql(),
        sql(parameters=IDENTITY | {"clientId": OTHER, "agent": CLIENT_ID}),
        restore(vault=VAULT + "2"),
    ],
)
def test_the_identity_of_a_restore_is_in_no_other_profile(other: Json, turned: bool) -> None:
    with pytest.raises(ValueFault) as refused:
        check(*((other, RESTORE) if turned else (RESTORE, other)))
    assert refused.value.path == "parameters.clientId"


@BOTH_WAYS
@pytest.mark.parametrize(
    "role",
    [
        {"fixed": "u_admin"},
        {"byGroup": [{"group": "dba", "role": "app"}, {"group": "all", "role": "u_"}]},
        {"template": "u_a{username}"},
    ],
)
def test_no_username_gives_a_role_of_another_profile(role: Json, turned: bool) -> None:
    """On any server, as one may have several names."""
    own, other = certificate(role={"template": "u_{username}"}), certificate(host="b", role=role)
    with pytest.raises(ValueFault) as refused:
        check(*((other, own) if turned else (own, other)))
    assert refused.value.path == "parameters.role"


@BOTH_WAYS
@pytest.mark.parametrize(
    "role",
    [
        {"fixed": "app_ro"},
        {"byGroup": [{"group": "dba", "role": "u"}]},
        {"template": "u_{username}"},
        {"template": "v_{username}"},
    ],
)
def test_roles_that_no_username_gives_may_be_in_several_profiles(role: Json, turned: bool) -> None:
    own, other = certificate(role={"template": "u_{username}"}), certificate(role=role)
    check(*((other, own) if turned else (own, other)))


@BOTH_WAYS
@pytest.mark.parametrize(
    "other",
    [
        certificate(),
        custom(),
        restore(vault=VAULT + "2", clientId=OTHER),
        sql(parameters=IDENTITY | {"tenant": TENANT.replace("1", "2")}),
    ],
)
def test_other_profiles_do_not_matter(other: Json, turned: bool) -> None:
    check(*((other, RESTORE) if turned else (RESTORE, other)))


def test_others_may_share_an_identity() -> None:
    check(sql(name="a"), sql(name="b"))


@BOTH_WAYS
@pytest.mark.parametrize(
    ("other", "path"),
    [
        (oauth(resource="https://other.example.org"), "parameters.scope"),
        (oauth(scope="db:other"), "parameters.resource"),
        (oauth(scope="db:other", resource="https://db.example.org/"), "parameters.resource"),
    ],
)
def test_a_token_is_for_the_database_of_one_profile(other: Json, path: str, turned: bool) -> None:
    """A slash at the end is ignored by some verifiers."""
    with pytest.raises(ValueFault) as refused:
        check(*((other, oauth()) if turned else (oauth(), other)))
    assert refused.value.path == path


@BOTH_WAYS
@pytest.mark.parametrize("resource", ["https://wiki.example.com", "https://Wiki.example.com/"])
def test_no_token_for_a_database_is_one_for_a_site(resource: str, turned: bool) -> None:
    """A site knows people by a token of ours whose audience is its origin."""
    database, site = oauth(resource=resource), web(pathPrefix="/admin")
    with pytest.raises(ValueFault) as refused:
        check(*((site, database) if turned else (database, site)))
    assert refused.value.path == ("parameters.host" if turned else "parameters.resource")


@BOTH_WAYS
@pytest.mark.parametrize(
    "resource",
    ["https://wiki.example.com/db", "https://wiki.example.com:5432", "https://example.com"],
)
def test_a_database_may_have_an_audience_like_the_origin_of_a_site(
    resource: str, turned: bool
) -> None:
    check(*((web(), oauth(resource=resource)) if turned else (oauth(resource=resource), web())))


@BOTH_WAYS
def test_one_database_may_have_several_profiles(turned: bool) -> None:
    other = oauth(scope="db:other", resource="https://db.example.org/other")
    check(*((other, oauth()) if turned else (oauth(), other)))
    check(*((certificate(), oauth()) if turned else (oauth(), certificate())))


@BOTH_WAYS
@pytest.mark.parametrize(
    "other",
    [
        web(),
        web(methods=["POST"]),
        web(pathPrefix="/", methods=["HEAD", "POST"]),
        web(methods=["GET", "PUT"]),
    ],
)
def test_a_request_at_a_page_is_decided_by_one_profile(other: Json, turned: bool) -> None:
    one = web(methods=["GET", "POST"])
    with pytest.raises(ValueFault) as refused:
        check(*((other, one) if turned else (one, other)))
    assert refused.value.path == "parameters.pathPrefix"


@BOTH_WAYS
@pytest.mark.parametrize(
    "other",
    [
        web(host="other.example.com"),
        web(pathPrefix="/admin"),
        web(methods=["POST"]),
        sql(),
        RESTORE,
    ],
)
def test_other_pages_are_of_other_profiles(other: Json, turned: bool) -> None:
    one = web(methods=["GET"])
    check(*((other, one) if turned else (one, other)))
