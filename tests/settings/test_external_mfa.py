"""EXTERNAL_MFA: which Entra may ask, and whose people."""

import json

import pytest

from shared.openid.external_mfa.configuration import CLOUDS, ExternalMfa
from shared.settings import InvalidSetting, read_settings
from tests.fakes.entra import CLIENT_ID, OTHER_TENANT, TENANT
from tests.harness.service_harness import ORIGIN, SETTINGS

GOOD = {"clientId": CLIENT_ID, "tenants": [TENANT]}


def read(value: object) -> ExternalMfa | None:
    text = value if isinstance(value, str) else json.dumps(value)
    return read_settings({**SETTINGS, "EXTERNAL_MFA": text}).external_mfa


def test_without_it_entra_may_not_ask() -> None:
    assert read("") is None


def test_the_public_cloud_and_no_self_linking_are_the_defaults() -> None:
    assert read(GOOD) == ExternalMfa(
        issuer=f"{ORIGIN}/entra",
        client_id=CLIENT_ID,
        tenants=(TENANT,),
        login="https://login.microsoftonline.com",
        self_linking=False,
    )


@pytest.mark.parametrize("cloud", [*CLOUDS, "https://login.sovereign.example"])
def test_each_cloud_has_its_own_addresses(cloud: str) -> None:
    chosen = read(GOOD | {"cloud": cloud, "tenants": [TENANT, OTHER_TENANT]})

    assert chosen is not None
    login = CLOUDS.get(cloud, cloud)
    assert chosen.redirect_uri == f"{login}/common/federation/externalauthprovider"
    assert chosen.discovery_address == f"{login}/common/v2.0/.well-known/openid-configuration"
    assert chosen.hint_issuer == f"{login}/{{tenantid}}/v2.0"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("{", "EXTERNAL_MFA"),
        ("[]", "EXTERNAL_MFA"),
        ('{"clientId": "a", "clientId": "b"}', "EXTERNAL_MFA"),
        ({"tenants": [TENANT]}, "EXTERNAL_MFA.clientId"),
        (GOOD | {"clientId": "touchstone"}, "EXTERNAL_MFA.clientId"),
        (GOOD | {"clientId": CLIENT_ID.upper()}, "EXTERNAL_MFA.clientId"),
        ({"clientId": CLIENT_ID}, "EXTERNAL_MFA.tenants"),
        (GOOD | {"tenants": []}, "EXTERNAL_MFA.tenants"),
        (GOOD | {"tenants": ["common"]}, "EXTERNAL_MFA.tenants"),
        (GOOD | {"tenants": [TENANT, TENANT]}, "EXTERNAL_MFA.tenants"),
        (GOOD | {"cloud": "germany"}, "EXTERNAL_MFA.cloud"),
        (GOOD | {"cloud": "http://login.microsoftonline.com"}, "EXTERNAL_MFA.cloud"),
        (GOOD | {"cloud": "https://login.microsoftonline.com/"}, "EXTERNAL_MFA.cloud"),
        (GOOD | {"cloud": "https://a@login.microsoftonline.com"}, "EXTERNAL_MFA.cloud"),
        (GOOD | {"cloud": "https://"}, "EXTERNAL_MFA.cloud"),
        (GOOD | {"selfLinking": "yes"}, "EXTERNAL_MFA.selfLinking"),
        (GOOD | {"tenant": TENANT}, "EXTERNAL_MFA.tenant"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(value: object, name: str) -> None:
    with pytest.raises(InvalidSetting) as refused:
        read(value)

    assert refused.value.setting == name


def test_no_provider_may_have_the_issuer_for_entra() -> None:
    provider = {"issuer": f"{ORIGIN}/entra", "audiences": [CLIENT_ID]}

    with pytest.raises(InvalidSetting, match="IDENTITY_PROVIDERS"):
        read_settings({**SETTINGS, "IDENTITY_PROVIDERS": json.dumps([provider])})
