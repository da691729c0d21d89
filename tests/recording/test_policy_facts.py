"""No setting that decides who gets in, and how, changes unseen."""

import json
from typing import Any

import pytest

from shared.recording.policy_facts import policy_facts
from shared.settings import read_settings
from tests.fakes.entra import CLIENT_ID, TENANT
from tests.fixed_keys import new_checkpoint_key

PROVIDER: dict[str, Any] = {
    "issuer": "https://login.example.net",
    "audiences": ["api://one", "api://two"],
    "rolesClaim": "roles",
    "roles": {"Audit.Read": ["auditors", "others", "more", "most"]},
}
CLIENT: dict[str, Any] = {
    "id": "orders",
    "name": "Orders",
    "authentication": {"method": "secret"},
    "redirectUris": ["https://orders.example/callback"],
    "secrets": [{"sha256": "00" * 32}],
}
PROFILE: dict[str, Any] = {
    "name": "orders-db",
    "title": "Orders",
    "kind": "azure-sql",
    "parameters": {"tenant": TENANT, "clientId": CLIENT_ID},
    "who": {"groups": ["dba"]},
}
LOGO = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg=="
GIVEN = {
    "RP_ID": "touchstone.example",
    "RP_ORIGINS": "https://touchstone.example",
    "ISSUER": "https://touchstone.example",
    "TABLES_ENDPOINT": "https://tables.example",
    "KEY_VAULT_URL": "https://one.vault.azure.net/",
    "SIGNING_CERTIFICATE": "signing",
    "SEALING_KEY": "sealing",
    "CHECKPOINT_KEY": "checkpoint",
    "AUDIT_DCR_ENDPOINT": "https://rule.example",
    "AUDIT_DCR_ID": f"dcr-{'0' * 32}",
    "IDENTITY_PROVIDERS": json.dumps([PROVIDER]),
    "OPENID_CLIENTS": json.dumps([CLIENT]),
    "ACCESS_PROFILES": json.dumps([PROFILE]),
}
OTHERWISE = {
    "RP_NAME": "Another name",
    "RP_LOGO": LOGO,
    "RP_ACCENT": "#1f6feb",
    "RP_ORIGINS": "https://touchstone.example,https://app.touchstone.example",
    "RP_TOP_ORIGINS": "https://portal.example",
    "REGISTRATION": "open",
    "USER_VERIFICATION": "preferred",
    "RESIDENT_KEY": "required",
    "ATTESTATION": "direct",
    "ALGORITHMS": "ES256",
    "SIGN_COUNT_POLICY": "report",
    "BACKUP_ELIGIBILITY_POLICY": "strict",
    "CEREMONY_SECONDS": "60",
    "CREDENTIALS_PER_ACCOUNT": "5",
    "STEP_UP_SECONDS": "60",
    "ISSUER": "https://issuer.touchstone.example",
    "TOKEN_AUDIENCE": "https://api.example",
    "COMMAND_LINE": "off",
    "ENTRA_LOGIN": "https://login.microsoftonline.us",
    "PROXY_SECRETS": "0" * 64,
    "PROXY_NETWORKS": "10.0.0.0/8",
    "VERIFY_SECONDS": "60",
    "ACCESS_TOKEN_SECONDS": "60",
    "SESSION_SECONDS": "7200",
    "SESSION_IDLE_SECONDS": "600",
    "REFRESH_GRACE_SECONDS": "0",
    "KEY_VAULT_URL": "https://two.vault.azure.net/",
    "SIGNING_CERTIFICATE": "another",
    "SEALING_KEY": "another",
    "CHECKPOINT_KEY": "another",
    "ACCESS_PASS_MIN_MINUTES": "10",
    "ACCESS_PASS_MAX_MINUTES": "60",
    "ACCESS_PASS_DEFAULT_MINUTES": "61",
    "ACCESS_PASS_LENGTH": "20",
    "ACCESS_PASS_ONE_TIME": "true",
    "DPOP_NONCES_REQUIRED": "true",
    "EXTERNAL_MFA": json.dumps({"clientId": CLIENT_ID, "tenants": [TENANT]}),
    "CLIENT_METADATA_HOSTS": "app.example",
    "CLIENT_METADATA_SCOPES": "files",
    "CLIENT_METADATA_RESOURCES": "https://files.example",
    "RATE_LIMITS": "creation.tenant=off",
    "TRUSTED_PROXY_HOPS": "2",
    "FRONT_DOOR_ID": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
    "AUDIT_NAMES": "false",
    "AUDIT_BEGUN_ONE_IN": "0",
    "AUDIT_DCR_ENDPOINT": "https://another.example",
    "AUDIT_DCR_ID": f"dcr-{'1' * 32}",
    "AUDIT_ASIM": "false",
    "AUDIT_BLOB_CONTAINER_URL": "https://blobs.example/audit",
    "CHECKPOINT_VERIFIERS": str(new_checkpoint_key().verifier("touchstone.example")),
    "AUDIT_SETTLING_SECONDS": "90",
    "AUDIT_ERASURE_DELAY_HOURS": "24",
    "AUDIT_UNTAGGED_BEFORE": "2031-05-17T12:00:00Z",
    "AUDIT_SUPERSEDED_CHECKPOINTS": f"7-{'0' * 64}",
}
# Where the data is, and who we are to it: a change shows in that there is another log, or none.
# How often keys are read decides nothing; a file is for development.
NO_POLICY = {
    *("AZURE_CLIENT_ID", "AZURE_TOKEN_CREDENTIALS", "KEY_REFRESH_SECONDS", "SIGNING_KEY_FILE"),
    *("TABLES_CONNECTION_STRING", "TABLES_ENDPOINT"),
    *("CLIENT_CA_CERTIFICATE", "CLIENT_CA_KEY_FILE", "CLIENT_CA_OVERLAP_DAYS", "CLIENT_CA_SIGNING"),
}


class Asked(dict[str, str]):
    names: set[str]

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        self.__dict__.setdefault("names", set()).add(name)
        return super().get(name, default)


def facts(**otherwise: str) -> dict[str, str]:
    return policy_facts(read_settings(GIVEN | otherwise))


@pytest.mark.parametrize("name", OTHERWISE)
def test_a_changed_setting_is_shown_under_its_name(name: str) -> None:
    before, after = facts(), facts(**{name: OTHERWISE[name]})
    assert name in {key for key in before | after if before.get(key) != after.get(key)}


def test_every_setting_is_covered() -> None:
    asked = Asked(GIVEN)
    read_settings(asked)
    covered = {*OTHERWISE, "RP_ID", "IDENTITY_PROVIDERS", "OPENID_CLIENTS", "ACCESS_PROFILES"}
    assert asked.names == covered | NO_POLICY
    assert facts().keys() >= covered


@pytest.mark.parametrize(
    "change",
    [
        {"audiences": ["api://one"]},
        {"roles": {"Audit.Read": ["auditors"]}},
        {"roles": {"Authenticators.Admin": ["auditors", "others", "more", "most"]}},
        {"algorithms": ["ES256"]},
        {"subjectClaims": ["uid"]},
        {"freshness": "token"},
        {"otherAudiences": ["api://two"]},
        {"applicationTokenSeconds": 300},
    ],
)
def test_a_change_of_trust_in_a_provider_is_shown(change: dict[str, Any]) -> None:
    changed = facts(IDENTITY_PROVIDERS=json.dumps([PROVIDER | change]))
    assert changed["IDENTITY_PROVIDERS"] != facts()["IDENTITY_PROVIDERS"]
    assert changed["IDENTITY_PROVIDERS"].startswith("https://login.example.net ")


def test_the_order_of_a_providers_groups_does_not_matter() -> None:
    turned = {"roles": {"Audit.Read": ["most", "more", "others", "auditors"]}}
    assert facts(IDENTITY_PROVIDERS=json.dumps([PROVIDER | turned])) == facts()


@pytest.mark.parametrize(
    "change",
    [
        {"redirectUris": ["https://evil.example/callback"]},
        {"firstParty": True},
        {"secrets": [{"sha256": "11" * 32}]},
        {"authentication": {"method": "none"}, "secrets": None},
    ],
)
def test_a_change_of_a_client_is_shown_without_its_secret(change: dict[str, Any]) -> None:
    before, after = facts(), facts(OPENID_CLIENTS=json.dumps([CLIENT | change]))
    assert after["OPENID_CLIENTS"] != before["OPENID_CLIENTS"]
    assert after["OPENID_CLIENTS"].startswith("orders sha256:")
    assert "11" * 32 not in after["OPENID_CLIENTS"]


def test_a_change_of_a_profile_is_shown_without_names_of_people() -> None:
    changed = PROFILE | {"who": {"users": ["mallory"]}}
    before, after = facts(), facts(ACCESS_PROFILES=json.dumps([changed]))
    assert after["ACCESS_PROFILES"] != before["ACCESS_PROFILES"]
    assert after["ACCESS_PROFILES"].startswith("orders-db sha256:")
    assert "mallory" not in after["ACCESS_PROFILES"]
