"""What an honest token is read to, and each claim that makes one no good."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.providers.keys import parse_keys
from tests.providers.claims import (
    FOREIGN_TENANT,
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
from tests.providers.settings import (
    OKTA,
    OTHER_V2,
    V1,
    V1_TEMPLATE,
    V2,
    V2_TEMPLATE,
    Entry,
    entra,
    entra_of_several,
    okta,
    okta_ids,
    read,
)
from tests.providers.verifying import SIGNER, accept, identity, refusal, refusal_of

CONSUMERS = "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0"


@pytest.mark.parametrize("issuer", [V1, V2])
def test_reads_a_person_of_entra(issuer: str) -> None:
    person = identity(read(entra(issuer)), entra_access(issuer, auth_time=SECONDS - 5))
    assert person.issuer == issuer
    assert person.subject == f"{TENANT}/{OID}"
    assert person.client_id == PAGE
    assert person.username == "ada@example.com"
    assert person.display_name == "Ada Lovelace"
    assert person.authenticated_at == NOW - timedelta(seconds=5)
    assert not person.is_application


@pytest.mark.parametrize(("template", "v"), [(V1_TEMPLATE, V1), (V2_TEMPLATE, V2)])
def test_reads_people_of_each_tenant_that_is_listed(template: str, v: str) -> None:
    provider = read(entra_of_several(template))
    for tenant in (TENANT, OTHER_TENANT):
        claims = entra_access(v.replace(TENANT, tenant), tid=tenant)
        assert identity(provider, claims).subject == f"{tenant}/{OID}"


def test_reads_a_person_of_okta_by_the_claim_that_never_changes() -> None:
    person = identity(read(okta()), okta_access(OKTA))
    assert (person.subject, person.client_id) == (OKTA_USER, OKTA_CLIENT)
    assert (person.username, person.authenticated_at) == (None, None)


def test_an_application_of_another_provider_is_known_by_its_client_id() -> None:
    application = identity(read(okta()), okta_application(OKTA))
    assert application.is_application
    assert application.subject == f"client:{OKTA_CLIENT}"


def test_nobody_can_be_named_like_an_application_or_like_two_claims() -> None:
    provider = read(okta(subjectClaims=["org", "uid"]))
    assert identity(provider, okta_access(OKTA, org="client:", uid="a/b")).subject == (
        "client%3A/a%2Fb"
    )


def test_keeps_to_the_claims_that_the_settings_name() -> None:
    provider = read(okta_ids(usernameClaim="login", displayNameClaim="nick"))
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


@pytest.mark.parametrize(("ahead", "good"), [(60, True), (61, False)])
def test_waits_for_a_token_to_begin(ahead: int, *, good: bool) -> None:
    claims = okta_access(OKTA, nbf=SECONDS + ahead)
    if good:
        accept(read(okta()), claims)
    else:
        assert refusal(read(okta()), claims) == "nbf is ahead"


@pytest.mark.parametrize(
    ("entry", "claims", "reason"),
    [
        (okta(), okta_access(OKTA, exp=None), "exp is missing"),
        (okta(), okta_access(OKTA, iat=None), "iat is missing"),
        (okta(), okta_access(OKTA, exp="9999999999"), "exp is not a time"),
        (okta(), okta_access(OKTA, exp=True), "exp is not a time"),
        (okta(), okta_access(OKTA, exp=1e300), "exp is not a time"),
        (okta(), okta_access(OKTA, iat=-1), "iat is not a time"),
        (okta(), okta_access(OKTA, nbf=[1]), "nbf is not a time"),
        (okta(), okta_access(OKTA, auth_time="now"), "auth_time is not a time"),
        (okta(), okta_access(OKTA, aud=None), "aud is somebody else"),
        (okta(), okta_access(OKTA, aud=[]), "aud is somebody else"),
        (okta(), okta_access(OKTA, aud="api://defaul"), "aud is somebody else"),
        (okta(), okta_access(OKTA, aud="api://default api"), "aud is somebody else"),
        (okta(), okta_access(OKTA, aud=["one", "two"]), "aud is somebody else"),
        (okta(), okta_access(OKTA, aud={"api://default": 1}), "aud is neither"),
        (okta(), okta_access(OKTA, aud=["api://default", 1]), "aud is neither"),
        (okta(), okta_access(OKTA + "/"), "iss is not the provider's"),
        (okta(), okta_access(OKTA.upper()), "iss is not the provider's"),
        (okta(), okta_access(OKTA, uid=None), "uid is missing"),
        (okta(), okta_access(OKTA, uid=""), "uid is not a string"),
        (okta(), okta_access(OKTA, uid=7), "uid is not a string"),
        (okta(), okta_access(OKTA, uid="x" * 513), "uid is not a string"),
        (okta(), okta_access(OKTA, uid="ada@example.com"), "the subject is an e-mail address"),
        (okta(subjectClaims=None), okta_access(OKTA), "the subject is an e-mail address"),
        (okta(), okta_access(OKTA, name=["Ada"]), "name is not a string"),
        (entra(), entra_access(V2, oid=None), "oid is missing"),
        (entra(), entra_access(V2, tid=None), "tid is missing"),
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


@pytest.mark.parametrize(
    ("issuer", "tenant"),
    [
        (OTHER_V2, TENANT),
        (V2, OTHER_TENANT),
        (V2.replace(TENANT, FOREIGN_TENANT), FOREIGN_TENANT),
        (V2.replace(TENANT, FOREIGN_TENANT), TENANT),
        (V2_TEMPLATE, "{tenantid}"),
        (V2_TEMPLATE, TENANT),
        (V2.replace(TENANT, ""), ""),
        (V2.replace(TENANT, "common"), "common"),
        (f"https://login.microsoftonline.com/{TENANT}/../{FOREIGN_TENANT}/v2.0", TENANT),
        (V2.replace(TENANT, f"{TENANT}/v2.0/x"), f"{TENANT}/v2.0/x"),
        (V2.replace("microsoftonline", "microsoftonline.com.evil"), TENANT),
        (f"https://evil.example/{TENANT}/v2.0", TENANT),
        (V2.replace(TENANT, TENANT.upper().replace("1", "A")), TENANT.upper()),
    ],
)
def test_no_spelling_of_a_tenant_gets_round_the_list(issuer: str, tenant: str) -> None:
    claims = entra_access(issuer, tid=tenant)
    assert refusal(read(entra_of_several()), claims) in (
        "iss is not the provider's",
        "tid is not the issuer's",
    )


@pytest.mark.parametrize(
    ("key_issuer", "template", "issuer"),
    [
        (V2_TEMPLATE, V2_TEMPLATE, V2),
        (V2, V2_TEMPLATE, V2),
        (V1_TEMPLATE, V1_TEMPLATE, V1),
        (V2_TEMPLATE, V1_TEMPLATE, V1),
    ],
)
def test_a_key_signs_for_the_tenants_that_it_is_published_for(
    key_issuer: str, template: str, issuer: str
) -> None:
    keys = parse_keys({"keys": [SIGNER.jwk(issuer=CONSUMERS)]})
    provider, token = read(entra_of_several(template)), SIGNER.sign(entra_access(issuer))
    assert refusal_of(token, provider, keys=keys) == "the key is another tenant's"
    keys = parse_keys({"keys": [SIGNER.jwk(issuer=key_issuer)]})
    accept(provider, entra_access(issuer), keys=keys)


def test_a_multi_tenant_application_is_told_from_a_person() -> None:
    application = identity(read(entra_of_several()), entra_application(V2))
    assert application.is_application
    assert application.subject == f"{TENANT}/{OID}"
    assert application.username is None
