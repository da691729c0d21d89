"""The hook that makes the keys: once, of the right kind, and never shown."""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.audit.checkpoint import read_checkpoint_key
from shared.keys.sealing_key import read_sealing_key
from tests.infra import powershell
from tests.infra.az_cli.state import AzCli
from tests.infra.bicep.syntax import INFRA

HOOKS = INFRA / "hooks"
NAMES = json.loads((INFRA / "app" / "defaults.json").read_text())
SIGNING, SEALING, CHECKPOINT = (
    NAMES[each] for each in ("SIGNING_CERTIFICATE", "SEALING_KEY", "CHECKPOINT_KEY")
)

NO_ROLE = "(Forbidden) Caller is not authorized"


@dataclass(frozen=True, slots=True)
class Vault:
    az: AzCli

    def run_hook(self, *, alerts_reach: str = "somebody") -> subprocess.CompletedProcess[str]:
        temporary = self.az.folder / "temporary"
        temporary.mkdir(exist_ok=True)
        environment = {
            **self.az.environment(),
            "AZURE_KEY_VAULT_NAME": "kv-touchstone",
            "TOUCHSTONE_ALERTS_REACH": alerts_reach,
            "PAUSE_SECONDS": "0",
            "TMPDIR": str(temporary),
        }
        return subprocess.run(
            ["/bin/sh", str(HOOKS / "keys.sh")],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

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


def test_alerts_without_a_recipient_cause_a_warning(vault: Vault) -> None:
    ran = vault.run_hook(alerts_reach="nobody")
    assert ran.returncode == 0
    assert ran.stderr.startswith("WARNING: no alert reaches anybody")
    assert "azd env set TOUCHSTONE_ALERT_ADDRESS" in ran.stderr
    on_windows = (HOOKS / "keys.ps1").read_text()
    assert all(line in on_windows for line in ran.stderr.removeprefix("WARNING: ").splitlines())


def test_existing_keys_are_kept(vault: Vault) -> None:
    vault.run_hook()
    kept = vault.value("secret", SEALING)
    ran = vault.run_hook()
    assert (ran.returncode, ran.stdout) == (0, "")
    assert vault.value("secret", SEALING) == kept
    assert [each[2] for each in vault.az.commands()].count("create") == 1
    assert [each[2] for each in vault.az.commands()].count("set") == 2


def test_the_next_run_finishes_an_interrupted_run(vault: Vault) -> None:
    vault.run_hook()
    vault.file("secret", CHECKPOINT).unlink()
    kept = vault.value("secret", SEALING)
    assert vault.run_hook().stdout == f"making the secret {CHECKPOINT}\n"
    assert vault.value("secret", SEALING) == kept


def test_keys_are_never_printed_or_passed_as_arguments(vault: Vault) -> None:
    ran = vault.run_hook()
    shown = f"{ran.stdout}{ran.stderr}{vault.az.commands()}"
    for name in (SEALING, CHECKPOINT):
        assert vault.value("secret", name) not in shown
    assert list((vault.az.folder / "temporary").iterdir()) == []


def test_the_hook_waits_until_a_new_role_has_effect(vault: Vault) -> None:
    vault.az.refuse("keyvault", NO_ROLE, times=5)
    ran = vault.run_hook()
    assert ran.returncode == 0
    read_sealing_key(vault.value("secret", SEALING))


def test_a_vault_that_stays_closed_is_reported(vault: Vault) -> None:
    vault.az.refuse("keyvault", NO_ROLE)
    ran = vault.run_hook()
    assert ran.returncode == 1
    assert "kv-touchstone cannot be used from here" in ran.stderr
    assert "Forbidden" in ran.stderr
    assert len(vault.az.commands()) == 20


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


def test_both_hooks_read_the_same_variables() -> None:
    read = [
        set(re.findall(pattern, (HOOKS / hook).read_text()))
        for hook, pattern in {
            "keys.sh": r"\$\{?((?:AZURE|TOUCHSTONE|PAUSE)_\w+)",
            "keys.ps1": r"\$env:(\w+)",
        }.items()
    ]
    assert (
        read[0] == read[1] == {"AZURE_KEY_VAULT_NAME", "TOUCHSTONE_ALERTS_REACH", "PAUSE_SECONDS"}
    )


@pytest.mark.parametrize("hook", ["keys.sh", "keys.ps1"])
def test_both_hooks_make_the_secrets_that_the_app_reads(hook: str) -> None:
    made = set(re.findall(r"touchstone-\w+", (HOOKS / hook).read_text()))
    assert made == {SIGNING, SEALING, CHECKPOINT}


def test_the_hook_for_windows_is_well_formed() -> None:
    assert powershell.is_well_formed((HOOKS / "keys.ps1").read_bytes())


@pytest.mark.parametrize("source", [b"if ($a { 1 }", b"function x {", b'"abc', b"$x = @(1, 2"])
def test_a_malformed_script_is_found(source: bytes) -> None:
    assert not powershell.is_well_formed(source)


def test_both_hooks_run_the_same_azure_commands(vault: Vault) -> None:
    vault.run_hook()
    on_windows = list(powershell.commands((HOOKS / "keys.ps1").read_bytes(), "az"))
    assert _without_values(on_windows) == _without_values(vault.az.commands())


def _without_values(commands: list[list[str]]) -> set[tuple[str, ...]]:
    """The verb and the options, and what is the same wherever it runs."""
    fixed = {"tsv", "none", "utf-8"}
    return {
        (command[2], *(word for word in command if word.startswith("--") or word in fixed))
        for command in commands
    }
