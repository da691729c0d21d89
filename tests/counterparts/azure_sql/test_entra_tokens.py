"""Which tokens open the database, and as whom."""

from collections.abc import Callable

import jwt
import pytest

from tests.counterparts.azure_sql.entra_tokens import AUDIENCES
from tests.counterparts.azure_sql.page import documented_user
from tests.counterparts.azure_sql.tds.answers import SqlError
from tests.counterparts.azure_sql.tokens import IDENTITY, claims, database, token
from tests.fakes.entra import OBJECT_ID, OTHER_TENANT
from tests.fakes.entra_access_tokens import KEY
from tests.fakes.identity_provider import Signer

FAR = 4_102_444_800  # the year 2100


@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_identity_of_a_profile_is_a_user_with_or_without_the_slash(audience: str) -> None:
    opened = database().sign_in(token(aud=audience))
    assert opened.user == documented_user()


def test_a_person_is_a_user_by_the_object_id() -> None:
    opening = database()
    opening.users[OBJECT_ID] = "ada@contoso.example"
    own = {"oid": OBJECT_ID, "scp": "user_impersonation", "idtyp": "user"}
    assert opening.sign_in(token(**own)).user == "ada@contoso.example"


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://vault.azure.net"},
        {"aud": "https://ossrdbms-aad.database.windows.net"},
        {"aud": "api://AzureADTokenExchange"},
        {"aud": "https://database.windows.net//"},
        {"aud": list(AUDIENCES)},
        {"aud": None},
        {"iss": f"https://sts.windows.net/{OTHER_TENANT}/"},
        {"iss": None},
        {"tid": OTHER_TENANT},
        {"exp": 1},
        {"exp": None},
        {"nbf": FAR},
        {"appid": "5d0f8a51-0d5c-4f3e-8a57-6f5a0a1f2b3c"},
        {"appid": None},
        {"oid": IDENTITY, "appid": OBJECT_ID},
        {"oid": OBJECT_ID, "scp": "user_impersonation"},
    ],
    ids=str,
)
def test_other_tokens_of_entra_do_not_open_it(changes: dict[str, object]) -> None:
    refuses(token(**changes))


def changed() -> str:
    head, _, signature = token().split(".")
    return ".".join((head, token(appid=OBJECT_ID).split(".")[1], signature))


def of_a_stranger() -> str:
    return Signer("stranger").sign(claims())


def of_a_stranger_with_the_name_of_the_key() -> str:
    return Signer("stranger").sign(claims(), header={"kid": KEY.key_id})


def unsigned() -> str:
    return jwt.encode(claims(), "", algorithm="none", headers={"kid": KEY.key_id})


def signed_with_a_shared_secret() -> str:
    return jwt.encode(claims(), "a" * 32, algorithm="HS256", headers={"kid": KEY.key_id})


def no_token() -> str:
    return "made-up"


@pytest.mark.parametrize(
    "make",
    [
        changed,
        of_a_stranger,
        of_a_stranger_with_the_name_of_the_key,
        unsigned,
        signed_with_a_shared_secret,
        no_token,
    ],
    ids=lambda each: each.__name__,
)
def test_what_entra_did_not_sign_does_not_open_it(make: Callable[[], str]) -> None:
    refuses(make())


def refuses(given: str) -> None:
    opening = database()
    with pytest.raises(SqlError) as refused:
        opening.sign_in(given)
    assert (refused.value.number, refused.value.state, refused.value.severity) == (18456, 1, 14)
    assert str(refused.value) == "Login failed for user '<token-identified principal>'."
    assert (opening.sessions, len(opening.refusals)) == ([], 1)
