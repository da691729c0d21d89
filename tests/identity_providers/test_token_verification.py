"""The identity in a valid token, and each claim that makes a token invalid."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.identity_providers.claims import (
    NOW,
    OID,
    OKTA_CLIENT,
    OKTA_USER,
    OTHER_TENANT,
    PAGE,
    SECONDS,
    TENANT,
    Claims,
    entra_access,
    entra_application,
    okta_access,
    okta_application,
    okta_id,
)
from tests.identity_providers.settings import (
    OKTA,
    OTHER_V2,
    V1,
    V2,
    Entry,
    entra,
    okta,
    okta_ids,
    read,
)
from tests.identity_providers.verifying import accept, identity, refusal

OTHERS = okta(otherAudiences=["two"])


@pytest.mark.parametrize("issuer", [V1, V2])
def test_reads_a_person_of_entra(issuer: str) -> None:
    provider = read(entra(issuer, usernames="trusted"))
    person = identity(provider, entra_access(issuer, auth_time=SECONDS - 5))
    assert person.issuer == issuer
    assert person.subject == f"{TENANT}/{OID}"
    assert person.client_id == PAGE
    assert person.username == "ada@example.com"
    assert person.display_name == "Ada Lovelace"
    assert person.authenticated_at == NOW - timedelta(seconds=5)
    assert not person.is_application


def test_a_token_without_a_sign_in_time_is_never_fresh() -> None:
    assert identity(read(entra()), entra_access(V2)).authenticated_at is None


def test_the_settings_can_accept_a_token_as_a_sign_in() -> None:
    claims = entra_access(V2, iat=SECONDS - 9)
    person = identity(read(entra(freshness="token")), claims)
    assert person.authenticated_at == NOW - timedelta(seconds=9)
    claims = entra_access(V2, iat=SECONDS - 9, auth_time=SECONDS - 99)
    assert identity(read(entra(freshness="token")), claims) == person


def test_an_application_is_as_fresh_as_its_token() -> None:
    provider = read(entra(applicationTokenSeconds=86_400))
    application = identity(provider, entra_application(V2, iat=SECONDS - 9, auth_time=SECONDS))
    assert application.authenticated_at == NOW - timedelta(seconds=9)
    assert application.longest_age == timedelta(days=1)
    person = identity(provider, entra_access(V2))
    assert person.longest_age is None
    assert identity(read(entra()), entra_application(V2)).longest_age is None


def test_reads_a_person_of_okta_by_the_claim_that_never_changes() -> None:
    person = identity(read(okta()), okta_access(OKTA))
    assert (person.subject, person.client_id) == (OKTA_USER, OKTA_CLIENT)
    assert (person.username, person.authenticated_at) == (None, None)


def test_an_application_of_another_provider_is_known_by_its_client_id() -> None:
    application = identity(read(okta()), okta_application(OKTA))
    assert application.is_application
    assert application.subject == f"client:{OKTA_CLIENT}"


def test_a_subject_cannot_look_like_an_application_or_like_two_claims() -> None:
    provider = read(okta(subjectClaims=["org", "uid"]))
    assert identity(provider, okta_access(OKTA, org="client:", uid="a/b")).subject == (
        "client%3A/a%2Fb"
    )


def test_takes_a_subject_as_long_as_it_may_be() -> None:
    assert identity(read(okta()), okta_access(OKTA, uid="x" * 512)).subject == "x" * 512


def test_keeps_to_the_claims_that_the_settings_name() -> None:
    provider = read(okta_ids(usernameClaim="login", displayNameClaim="nick", usernames="trusted"))
    person = identity(provider, okta_id(OKTA, login="ada", nick="Countess"))
    assert (person.username, person.display_name) == ("ada", "Countess")


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        (SECONDS + 3600 + 59, None),
        (SECONDS + 3600 + 60, "exp is past"),
        (SECONDS - 60, None),
        (SECONDS - 61, "iat is ahead"),
    ],
)
def test_allows_for_a_clock_that_is_a_minute_off(moment: int, reason: str | None) -> None:
    provider, now = read(okta()), datetime.fromtimestamp(moment, UTC)
    if reason is None:
        accept(provider, okta_access(OKTA), now=now)
    else:
        assert refusal(provider, okta_access(OKTA), now=now) == reason


def test_other_audiences_are_accepted_if_the_settings_name_them() -> None:
    accept(read(OTHERS), okta_access(OKTA, aud=["api://default", "two"]))
    accept(read(okta(audiences=["one", "two"])), okta_access(OKTA, aud=["one", "two"]))


@pytest.mark.parametrize(("ahead", "good"), [(60, True), (61, False)])
def test_refuses_a_token_before_its_start(ahead: int, *, good: bool) -> None:
    claims = okta_access(OKTA, nbf=SECONDS + ahead)
    if good:
        accept(read(okta()), claims)
    else:
        assert refusal(read(okta()), claims) == "nbf is ahead"


@pytest.mark.parametrize(
    ("entry", "claims", "reason"),
    [
        (okta(), okta_access(OKTA, exp=None), "exp is required"),
        (okta(), okta_access(OKTA, iat=None), "iat is required"),
        (okta(), okta_access(OKTA, exp="9999999999"), "exp is not a time"),
        (okta(), okta_access(OKTA, exp=True), "exp is not a time"),
        (okta(), okta_access(OKTA, exp=1e300), "exp is not a time"),
        (okta(), okta_access(OKTA, iat=-1), "iat is not a time"),
        (okta(), okta_access(OKTA, nbf=[1]), "nbf is not a time"),
        (okta(), okta_access(OKTA, auth_time="now"), "auth_time is not a time"),
        (okta(), okta_access(OKTA, auth_time=SECONDS + 61), "auth_time is ahead"),
        (okta(), okta_access(OKTA, aud=None), "aud is somebody else"),
        (okta(), okta_access(OKTA, aud=[]), "aud is somebody else"),
        (okta(), okta_access(OKTA, aud="api://defaul"), "aud is somebody else"),
        (okta(), okta_access(OKTA, aud="api://default api"), "aud is somebody else"),
        (okta(), okta_access(OKTA, aud=["one", "two"]), "aud is somebody else"),
        (okta(), okta_access(OKTA, aud=["api://default", "two"]), "aud has others beside us"),
        (OTHERS, okta_access(OKTA, aud=["api://default", "two", "three"]), "aud has others"),
        (OTHERS, okta_access(OKTA, aud="two"), "aud is somebody else"),
        (okta(), okta_access(OKTA, cnf={"jkt": "x"}), "cnf binds the token to a key"),
        (okta(), okta_access(OKTA, cnf={"x5t#S256": "x"}), "cnf binds"),
        (okta(), okta_access(OKTA, cnf=None) | {"cnf": None}, "cnf binds"),
        (entra(), entra_access(V2, cnf={"xms_ksl": "sw"}), "cnf binds"),
        (okta(), okta_access(OKTA, aud={"api://default": 1}), "aud is neither"),
        (okta(), okta_access(OKTA, aud=["api://default", 1]), "aud is neither"),
        (okta(), okta_access(OKTA + "/"), "iss is not the provider's"),
        (okta(), okta_access(OKTA.upper()), "iss is not the provider's"),
        (okta(), okta_access(OKTA, uid=None), "uid is required"),
        (okta(), okta_access(OKTA, uid=""), "uid must be a string"),
        (okta(), okta_access(OKTA, uid=7), "uid must be a string"),
        (okta(), okta_access(OKTA, uid="x" * 513), "uid must be a string"),
        (okta(), okta_access(OKTA, uid="ada@example.com"), "the subject is an e-mail address"),
        (okta(subjectClaims=None), okta_access(OKTA), "the subject is an e-mail address"),
        (okta(), okta_access(OKTA, name=["Ada"]), "name must be a string"),
        (entra(), entra_access(V2, oid=None), "oid is required"),
        (entra(), entra_access(V2, tid=None), "tid is required"),
        (entra(), entra_access(V2, tid=OTHER_TENANT), "tid is not the issuer's"),
        (entra(), entra_access(V2, tid=TENANT.replace("1", "%31", 1)), "tid is not the issuer's"),
        (entra(), entra_access(OTHER_V2, tid=OTHER_TENANT), "iss is not the provider's"),
        (entra(), entra_access(V1), "iss is not the provider's"),
        (entra(V1), entra_access(V2), "iss is not the provider's"),
        (entra(), entra_access(V2, ver="1.0"), "ver is not the issuer's"),
        (entra(V1), entra_access(V1, ver="2.0"), "ver is not the issuer's"),
        (entra(), entra_access(V2, aud=PAGE), "aud is somebody else"),
    ],
)
def test_refuses_a_token_for_a_claim(entry: Entry, claims: Claims, reason: str) -> None:
    assert refusal(read(entry), claims).startswith(reason)
