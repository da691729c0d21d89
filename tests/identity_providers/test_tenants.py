"""Only listed tenants are trusted, and no tenant can sign for another."""

import pytest

from shared.signed_tokens.key_set import parse_keys
from tests.identity_providers.claims import (
    FOREIGN_TENANT,
    OID,
    OTHER_TENANT,
    TENANT,
    entra_access,
    entra_application,
)
from tests.identity_providers.settings import (
    OTHER_V2,
    V1,
    V1_TEMPLATE,
    V2,
    V2_TEMPLATE,
    entra_of_several,
    read,
)
from tests.identity_providers.verifying import SIGNER, accept, identity, refusal, refusal_of

CONSUMERS = "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0"


@pytest.mark.parametrize(("template", "v"), [(V1_TEMPLATE, V1), (V2_TEMPLATE, V2)])
def test_reads_people_of_each_tenant_that_is_listed(template: str, v: str) -> None:
    provider = read(entra_of_several(template))
    for tenant in (TENANT, OTHER_TENANT):
        claims = entra_access(v.replace(TENANT, tenant), tid=tenant)
        assert identity(provider, claims).subject == f"{tenant}/{OID}"


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
def test_no_spelling_of_an_unlisted_tenant_is_accepted(issuer: str, tenant: str) -> None:
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


def test_a_multi_tenant_application_is_not_a_person() -> None:
    application = identity(read(entra_of_several()), entra_application(V2))
    assert application.is_application
    assert application.subject == f"{TENANT}/{OID}"
    assert application.username is None
