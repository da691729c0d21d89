"""The hook that makes the keys: once, of the right kind, and never shown."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.audit.checkpoint import read_checkpoint_key
from shared.keys.sealing_key import read_sealing_key
from tests.infra.az_cli.az_cli import AzCli
from tests.infra.az_cli.groups.account import SUBSCRIPTION
from tests.infra.bicep.syntax import INFRA
from tests.infra.hooks import HOOKS, run_hook

NAMES = json.loads((INFRA / "app" / "defaults.json").read_text())
SIGNING, SEALING, CHECKPOINT = (
    NAMES[each] for each in ("SIGNING_CERTIFICATE", "SEALING_KEY", "CHECKPOINT_KEY")
)

CLIENT_CA = "touchstone-client-ca"

# As az prints what the service answers (Azure/azure-cli#31406 and others).
NO_ROLE = """(Forbidden) Caller is not authorized to perform action on resource.
If role assignments were changed recently, please observe propagation time.
Caller: appid=04b07795;oid=11111111;iss=https://sts.windows.net/22222222/
Action: 'Microsoft.KeyVault/vaults/certificates/read'
Vault: kv-touchstone;location=eastus2
Code: Forbidden
Inner error: {
    "code": "ForbiddenByRbac"
}"""
UNKNOWN_NAME = """<urllib3.connection.HTTPSConnection object>: Failed to resolve \
'kv-touchstone.vault.azure.net' ([Errno -2] Name or service not known)"""
REFUSALS = {
    """(Forbidden) Client address is not authorized and caller is not a trusted service.
Client address: 203.0.113.7
Code: Forbidden
Inner error: {
    "code": "ForbiddenByFirewall"
}""": "is closed to this address",
    """(Forbidden) Public network access is disabled and request is not from \
a trusted service nor via an approved private link.
Code: Forbidden
Inner error: {
    "code": "ForbiddenByConnection"
}""": "is closed to the internet",
    "AADSTS50076: you must use multi-factor authentication": "cannot be used",
}


@dataclass(frozen=True, slots=True)
class Vault:
    az: AzCli

    def run_hook(
        self,
        *,
        alerts_reach: str = "somebody",
        subscription: str = SUBSCRIPTION,
        client_ca: str = "none",
    ) -> subprocess.CompletedProcess[str]:
        temporary = self.az.folder / "temporary"
        temporary.mkdir(exist_ok=True)
        return run_hook(
            "keys.sh",
            self.az,
            AZURE_KEY_VAULT_NAME="kv-touchstone",
            AZURE_SUBSCRIPTION_ID=subscription,
            TOUCHSTONE_ALERTS_REACH=alerts_reach,
            TOUCHSTONE_EFFECTIVE_CLIENT_CA=client_ca,
            TMPDIR=str(temporary),
        )

    def commands(self) -> list[list[str]]:
        """Those about the vault, which follow those that look who is signed in."""
        return [each for each in self.az.commands() if each[0] == "keyvault"]

    def file(self, kind: str, name: str) -> Path:
        return self.az.folder / "keyvault" / kind / name

    def value(self, kind: str, name: str) -> str:
        return self.file(kind, name).read_text()


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(AzCli(tmp_path))


def test_the_three_keys_are_made(vault: Vault) -> None:
    ran = vault.run_hook()
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(read_sealing_key(vault.value("secret", SEALING))) == 32
    read_checkpoint_key(vault.value("secret", CHECKPOINT))
    assert vault.value("secret", SEALING) != vault.value("secret", CHECKPOINT)
    assert vault.value("certificate", SIGNING) == (HOOKS / "signing_policy.json").read_text()


@pytest.mark.parametrize(
    ("client_ca", "policy", "exportable"),
    [("local", "client_ca_policy.json", True), ("vault", "client_ca_in_vault_policy.json", False)],
)
def test_an_authority_for_client_certificates_is_made_once_if_it_is_wanted(
    vault: Vault, client_ca: str, policy: str, exportable: bool
) -> None:
    vault.run_hook()
    assert not vault.file("certificate", CLIENT_CA).exists()
    ran = vault.run_hook(client_ca=client_ca)
    assert (ran.returncode, ran.stdout) == (0, f"making the certificate {CLIENT_CA}\n")
    made = vault.value("certificate", CLIENT_CA)
    assert made == (HOOKS / policy).read_text()
    assert json.loads(made)["keyProperties"]["exportable"] is exportable
    assert vault.run_hook(client_ca=client_ca).stdout == ""


def test_alerts_without_a_recipient_cause_a_warning(vault: Vault) -> None:
    ran = vault.run_hook(alerts_reach="nobody")
    assert ran.returncode == 0
    assert ran.stderr.startswith("WARNING: no alert reaches anybody")
    assert "azd env set TOUCHSTONE_ALERT_ADDRESS" in ran.stderr


def test_existing_keys_are_kept(vault: Vault) -> None:
    vault.run_hook()
    kept = vault.value("secret", SEALING)
    ran = vault.run_hook()
    assert (ran.returncode, ran.stdout) == (0, "")
    assert vault.value("secret", SEALING) == kept
    assert [each[2] for each in vault.commands()].count("create") == 1
    assert [each[2] for each in vault.commands()].count("set") == 2


def test_the_next_run_finishes_an_interrupted_run(vault: Vault) -> None:
    vault.run_hook()
    vault.file("secret", CHECKPOINT).unlink()
    kept = vault.value("secret", SEALING)
    assert vault.run_hook().stdout == f"making the secret {CHECKPOINT}\n"
    assert vault.value("secret", SEALING) == kept


def test_keys_are_never_printed_or_passed_as_arguments(vault: Vault) -> None:
    ran = vault.run_hook()
    shown = f"{ran.stdout}{ran.stderr}{vault.commands()}"
    for name in (SEALING, CHECKPOINT):
        assert vault.value("secret", name) not in shown
    assert list((vault.az.folder / "temporary").iterdir()) == []


@pytest.mark.parametrize("refusal", [NO_ROLE, UNKNOWN_NAME], ids=["role", "name"])
def test_the_hook_waits_for_what_passes_by_itself(vault: Vault, refusal: str) -> None:
    vault.az.refuse("keyvault", refusal, times=3)
    ran = vault.run_hook()
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.count("Waiting for it, at most 5 minutes.") == 1
    read_sealing_key(vault.value("secret", SEALING))


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda each: each.partition("\n")[0])
def test_the_hook_does_not_wait_for_what_stays(vault: Vault, refusal: str) -> None:
    vault.az.refuse("keyvault", refusal)
    ran = vault.run_hook()
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith(f"ERROR: {refusal}\nERROR: the vault kv-touchstone")
    assert REFUSALS[refusal] in ran.stderr
    assert len(vault.commands()) == 1


def test_a_role_that_never_comes_is_reported(vault: Vault) -> None:
    vault.az.refuse("keyvault", NO_ROLE)
    ran = vault.run_hook()
    assert ran.returncode == 1
    assert "oid=11111111" in ran.stderr
    assert "the vault kv-touchstone still refuses" in ran.stderr
    assert len(vault.commands()) == 20


def test_without_a_sign_in_the_vault_is_not_asked(vault: Vault) -> None:
    ran = vault.run_hook(subscription="00000000-0000-0000-0000-00000000000f")
    assert ran.returncode == 1
    assert "not to the subscription" in ran.stderr
    assert vault.commands() == []


def test_every_command_is_for_the_subscription_of_the_deployment(vault: Vault) -> None:
    vault.run_hook()
    assert all(each[-2:] == ["--subscription", SUBSCRIPTION] for each in vault.commands())


def test_the_signing_certificate_renews_itself_and_can_be_read() -> None:
    policy = json.loads((HOOKS / "signing_policy.json").read_text())
    assert policy["issuerParameters"] == {"name": "Self"}
    # The app signs by itself, and reads the key by way of the secret.
    assert policy["keyProperties"] == {
        "exportable": True,
        "keyType": "RSA",
        "keySize": 2048,
        "reuseKey": False,
    }
    assert policy["lifetimeActions"][0]["action"] == {"actionType": "AutoRenew"}
