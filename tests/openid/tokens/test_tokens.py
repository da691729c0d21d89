"""ID tokens and access tokens of clients, and that none is taken for another."""

from dataclasses import replace

import jwt
import pytest

from shared.errors import TokenInvalid
from shared.openid.resources import audience_of
from shared.openid.tokens.access_token import (
    ClientAccessToken,
    read_access_token,
    sign_access_token,
)
from shared.openid.tokens.grant_reference import GrantReference, open_reference, seal_reference
from shared.openid.tokens.id_token import IdToken, hash_of, read_hint, sign_id_token
from shared.openid.tokens.sign_in import ClientSignIn, Person
from shared.openid.tokens.signed import NotOurs
from shared.openid.tokens.subjects import session_name, subject_of
from shared.sessions.access_token import verify_token
from tests.openid.asking_client import CLIENT, client
from tests.openid.authorization.requesting import ISSUER, SETTINGS
from tests.sessions.issuing import (
    CREDENTIAL_HASH,
    HANDLE,
    NOW,
    SESSION_ID,
    issue,
    other_key,
    our_key,
)

NOW_SECONDS = int(NOW.timestamp())
KEY = bytes(32)
ORDERS = "https://orders.example.com"
SIGN_IN = ClientSignIn(
    subject="alice's name here", session="a name", auth_time=NOW_SECONDS - 60, user_verified=True
)
ACCESS = ClientAccessToken(
    client_id=CLIENT.id,
    sign_in=SIGN_IN,
    audience=(ORDERS,),
    scope=("openid", "orders:read"),
    id="token-1",
    issued_at=NOW_SECONDS,
    expires_at=NOW_SECONDS + 300,
    grant="sealed",
    thumbprint="k" * 43,
)
ID_TOKEN = IdToken(
    client_id=CLIENT.id,
    sign_in=SIGN_IN,
    person=Person(username="alice", display_name="Alice", groups=("dba",)),
    scope=("openid",),
    nonce="the nonce",
    access_token="the access token",
    issued_at=NOW_SECONDS,
    expires_at=NOW_SECONDS + 300,
)


def id_token(token: IdToken = ID_TOKEN) -> str:
    return sign_id_token(token, issuer=ISSUER, key=our_key())


def access_token(token: ClientAccessToken = ACCESS) -> str:
    return sign_access_token(token, issuer=ISSUER, key=our_key())


def claims_of(token: str, audience: str) -> dict[str, object]:
    claims: dict[str, object] = jwt.decode(
        token,
        our_key().public_key,
        ["RS256"],
        audience=audience,
        options={"verify_exp": False},
    )
    return claims


def test_an_id_token_says_how_the_person_signed_in() -> None:
    assert claims_of(id_token(), "app") == {
        "iss": ISSUER,
        "sub": "alice's name here",
        "aud": "app",
        "iat": NOW_SECONDS,
        "exp": NOW_SECONDS + 300,
        "auth_time": NOW_SECONDS - 60,
        "nonce": "the nonce",
        "acr": "phr",
        "amr": ["pop", "user", "mfa"],
        "sid": "a name",
        "at_hash": hash_of("the access token"),
    }


def test_the_hash_of_an_access_token_is_the_one_of_openid_connect() -> None:
    """The example of OpenID Connect Core, appendix A.3."""
    token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
    assert hash_of(token) == "77QmUPtjPfzWtF2AnpK9RQ"


def test_scopes_decide_what_is_said_of_the_person() -> None:
    person = ID_TOKEN.person
    assert person.claims(["openid"]) == {}
    assert person.claims(["profile"]) == {"name": "Alice", "preferred_username": "alice"}
    assert person.claims(["groups"]) == {"groups": ["dba"]}
    assert claims_of(id_token(replace(ID_TOKEN, scope=("groups",))), "app")["groups"] == ["dba"]


def test_an_access_token_has_the_form_of_rfc_9068() -> None:
    header = jwt.get_unverified_header(access_token())
    assert header == {"alg": "RS256", "typ": "at+jwt", "kid": our_key().key_id}
    claims = claims_of(access_token(), ORDERS)
    assert (claims["aud"], claims["client_id"]) == (ORDERS, "app")
    assert claims["scope"] == claims["scp"] == "openid orders:read"
    assert claims["cnf"] == {"jkt": "k" * 43}


def read(text: str, audience: str | None = ORDERS) -> ClientAccessToken:
    return read_access_token(
        text, audience=audience, issuer=ISSUER, keys=[our_key()], now=NOW_SECONDS
    )


def test_an_access_token_is_read_again() -> None:
    several = replace(ACCESS, audience=(ORDERS, f"{ISSUER}/userinfo"), thumbprint=None)
    assert read(access_token()) == ACCESS
    assert read(access_token(several)) == several
    assert (ACCESS.token_type, several.token_type) == ("DPoP", "Bearer")


@pytest.mark.parametrize(
    "text",
    [
        id_token(),
        id_token(replace(ID_TOKEN, client_id=ORDERS)),
        issue(),
        access_token(replace(ACCESS, audience=("https://bills.example.com",))),
        access_token(replace(ACCESS, expires_at=NOW_SECONDS)),
        sign_access_token(ACCESS, issuer=ISSUER, key=other_key()),
        sign_access_token(ACCESS, issuer="https://evil.example", key=our_key()),
        "",
        "a.b.c",
    ],
    ids=["id", "id for the resource", "account", "aud", "expired", "key", "iss", "empty", "dots"],
)
def test_no_other_token_is_an_access_token(text: str) -> None:
    with pytest.raises(NotOurs):
        read(text)


def test_a_token_for_the_account_is_no_clients_token_for_anybody() -> None:
    with pytest.raises(NotOurs):
        read(issue(), audience=None)


@pytest.mark.parametrize("audience", [ORDERS, SETTINGS.account_audience, SETTINGS.audience])
def test_no_token_of_a_client_opens_the_account(audience: str) -> None:
    """Even for an audience that no client may ask for."""
    for text in (
        access_token(replace(ACCESS, audience=(audience,), scope=("account",))),
        id_token(replace(ID_TOKEN, client_id=audience)),
    ):
        with pytest.raises(TokenInvalid):
            verify_token(text, keys=[our_key()], settings=SETTINGS, now=NOW)


def hint(text: str, client_id: str = "app") -> str:
    return read_hint(text, client_id=client_id, issuer=ISSUER, keys=[our_key()])


def test_an_expired_id_token_is_a_hint() -> None:
    assert hint(id_token(replace(ID_TOKEN, expires_at=1))) == "alice's name here"


@pytest.mark.parametrize(
    "text",
    [
        access_token(replace(ACCESS, audience=("app",))),
        sign_id_token(ID_TOKEN, issuer=ISSUER, key=other_key()),
        sign_id_token(ID_TOKEN, issuer="https://evil.example", key=our_key()),
        id_token(replace(ID_TOKEN, client_id="other")),
        jwt.encode({"sub": "alice", "aud": "app", "iss": ISSUER}, "", algorithm="none"),
        jwt.encode({"sub": "alice", "aud": "app", "iss": ISSUER}, "s" * 32, algorithm="HS256"),
    ],
    ids=["access token", "key", "issuer", "other client", "none", "hmac"],
)
def test_a_forged_hint_is_none(text: str) -> None:
    with pytest.raises(NotOurs):
        hint(text)


def test_a_pairwise_subject_is_the_same_within_a_sector_and_no_other() -> None:
    def subject(sector: str | None, key: bytes = KEY) -> str:
        return subject_of(HANDLE, client(sector=sector, id="any"), service_key=key)

    ours, again, theirs = subject("a.example"), subject("a.example"), subject("b.example")
    assert ours == again
    assert len({ours, theirs, subject(None), subject("a.example", bytes(31) + b"x")}) == 4
    assert subject_of(HANDLE, client(sector="a.example", id="2"), service_key=KEY) == ours


def test_a_session_has_another_name_at_each_client() -> None:
    names = {session_name(SESSION_ID, each, service_key=KEY) for each in ("a", "b")}
    assert len(names) == 2


def test_what_a_token_rests_on_is_read_by_us_alone() -> None:
    reference = GrantReference(
        user_handle=HANDLE, session_id=SESSION_ID, credential_hash=CREDENTIAL_HASH, use=1
    )
    text = seal_reference(reference, expires_at=2000, random=bytes(32), sealing_key=KEY)
    assert open_reference(text, now=1000, sealing_keys=[KEY]) == reference


def test_a_token_is_for_what_was_named_or_for_the_default() -> None:
    asking, profile = client(resources=(ORDERS, "https://bills.example.com")), f"{ISSUER}/userinfo"

    def audience(named: tuple[str, ...], scope: tuple[str, ...]) -> tuple[str, ...]:
        return audience_of(named, asking, scope=scope, settings=SETTINGS)

    assert audience((ORDERS,), ("openid",)) == (ORDERS,)
    assert audience((), ("openid",)) == (ORDERS, profile)
    assert audience((), ()) == (ORDERS,)
    assert audience_of((), CLIENT, scope=(), settings=SETTINGS) == (profile,)
