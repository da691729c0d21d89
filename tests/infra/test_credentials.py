"""The check for rights that no parameter gives: what left a list, and what was added by hand."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.infra.az_cli.az_cli import AzCli
from tests.infra.bicep.deployment import deploy
from tests.infra.bicep.parameters import EVERYTHING, deployed, parameters
from tests.infra.hooks import HOOKS, run_hook, said_on_windows

ISSUER = "https://login.example.com"
NOWHERE = "https://127.0.0.1:9"
IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
CREDENTIAL = f"{IDENTITY}/federatedIdentityCredentials"
OUTPUTS = {"AZURE_RESOURCE_GROUP": "rg", "TOUCHSTONE_URL": ISSUER}
APP, READERS, RESTORE = (
    f"id-touchstone-{each}abcdefghijklm" for each in ("", "sql-readers-", "restore-")
)


class Azure(AzCli):
    """With all that a deployment makes there."""

    def az(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = ["az", *words]
        return subprocess.run(
            command, env=self.environment(), capture_output=True, text=True, check=False
        )

    def keep(self, identity: str, name: str, subject: str, issuer: str) -> None:
        file = self.folder / "identity" / "rg" / identity
        others = [each for each in json.loads(file.read_text()) if each["name"] != name]
        made = {"name": name, "subject": subject, "issuer": issuer}
        file.write_text(json.dumps([*others, made]))

    def check(self, *, without: str = "") -> subprocess.CompletedProcess[str]:
        """After a deployment whose parameters do not name that subject."""
        outputs = OUTPUTS | {"TOUCHSTONE_IDENTITIES": named(without)}
        return run_hook("credentials.sh", self, **outputs)


def named(without: str = "") -> str:
    given = parameters(EVERYTHING)
    profiles = [
        profile | {"subjects": [each for each in profile["subjects"] if each["name"] != without]}
        for profile in given["accessProfiles"]
    ]
    kept = [each for each in profiles if each["subjects"]]
    output: str = deploy(given | {"accessProfiles": kept}).outputs["TOUCHSTONE_IDENTITIES"]
    return output


@pytest.fixture
def azure(tmp_path: Path) -> Azure:
    state = tmp_path / "identity" / "rg"
    state.mkdir(parents=True)
    for each in deployed(EVERYTHING).of_type(IDENTITY):
        (state / each.name).write_text("[]")
    made = Azure(tmp_path)
    for each in deployed(EVERYTHING).of_type(CREDENTIAL):
        accepts = each.body["properties"]
        made.keep(each.body["parent"].name, each.name, accepts["subject"], accepts["issuer"])
    return made


def test_what_the_parameters_name_is_not_reported(azure: Azure) -> None:
    ran = azure.check()
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_the_credential_of_somebody_who_left_a_list_is_reported_until_it_is_removed(
    azure: Azure,
) -> None:
    ran = azure.check(without="bob")
    assert ran.returncode == 1
    assert f"the credential bob of {READERS}, which accepts b of {ISSUER}" in ran.stdout
    (removal,) = re.findall(r"^  az (.*)", ran.stdout, re.MULTILINE)
    assert azure.az(*removal.split()).returncode == 0
    assert azure.check(without="bob").returncode == 0


def test_an_identity_that_left_the_list_is_reported_with_its_credentials(azure: Azure) -> None:
    ran = azure.check(without="ada")
    assert ran.returncode == 1
    assert f"the credential ada of {READERS}" in ran.stdout
    assert f"the credential ada of {RESTORE}" in ran.stdout
    assert f"No parameter names the identity {RESTORE}." in ran.stdout
    assert f"the identity {READERS}" not in ran.stdout
    assert f"--assignee principal of {RESTORE} " in ran.stdout


def test_credentials_that_were_added_or_changed_by_hand_are_reported(azure: Azure) -> None:
    planted = [
        (APP, "ada", "a", ISSUER),
        (READERS, "eve", "e", ISSUER),
        (READERS, "ada", "e", ISSUER),
        (RESTORE, "ada", "a", "https://token.actions.githubusercontent.com"),
    ]
    for each in planted:
        azure.keep(*each)
    ran = azure.check()
    assert ran.returncode == 1
    told = re.findall(r"credential (\S+) of (\S+), which accepts (\S+) of (\S+)\.", ran.stdout)
    assert {(identity, name, *accepts) for name, identity, *accepts in told} == set(planted)
    assert len(told) == len(planted)


def test_a_renamed_credential_is_refused_until_the_old_one_is_removed(azure: Azure) -> None:
    of_readers = ("--resource-group", "rg", "--identity-name", READERS)
    making = (
        *("identity", "federated-credential", "create", *of_readers, "--name", "ada-lovelace"),
        *("--issuer", ISSUER, "--subject", "a", "--audiences", "api://AzureADTokenExchange"),
    )
    refusal = "ERROR: Issuer and subject combination already exists for this Managed Identity.\n"
    assert azure.az(*making).stderr == refusal
    azure.az("identity", "federated-credential", "delete", *of_readers, "--name", "ada", "--yes")
    assert azure.az(*making).stderr == ""


def test_nothing_is_said_to_be_right_if_azure_does_not_answer(azure: Azure) -> None:
    azure.refuse("identity federated-credential list", "(AuthorizationFailed)")
    ran = azure.check()
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "AuthorizationFailed" in ran.stderr


def test_a_check_before_a_deployment_says_what_is_missing(azure: Azure) -> None:
    ran = run_hook("credentials.sh", azure, **OUTPUTS)
    assert ran.returncode != 0
    assert "TOUCHSTONE_IDENTITIES" in ran.stderr


def test_each_provisioning_of_a_service_that_runs_warns_of_what_is_left(azure: Azure) -> None:
    outputs = OUTPUTS | {"TOUCHSTONE_URL": NOWHERE, "TOUCHSTONE_IDENTITIES": named()}
    for kind in ("certificate", "secret"):
        folder = azure.folder / "keyvault" / kind
        folder.mkdir(parents=True)
        for key in ("signing", "sealing", "checkpoint"):
            (folder / f"touchstone-{key}").write_text("")
    ran = run_hook("keys.sh", azure, AZURE_KEY_VAULT_NAME="kv-touchstone", **outputs)
    assert ran.returncode == 0
    assert f"the credential ada of {READERS}, which accepts a of {ISSUER}" in ran.stderr
    assert "WARNING: somebody may have a right that no parameter gives" in ran.stderr


def test_the_output_names_every_identity_and_credential_of_a_deployment() -> None:
    identities = json.loads(deployed(EVERYTHING).outputs["TOUCHSTONE_IDENTITIES"])
    made = {each.name for each in deployed(EVERYTHING).of_type(IDENTITY)}
    assert {each["identity"] for each in identities} == made
    credentials = {
        (each.body["parent"].name, each.name, each.body["properties"]["subject"])
        for each in deployed(EVERYTHING).of_type(CREDENTIAL)
    }
    assert credentials == {
        (each["identity"], subject["name"], subject["subject"])
        for each in identities
        for subject in each["subjects"]
    }


def test_windows_says_the_same() -> None:
    posix, windows = (
        (HOOKS / "credentials.sh").read_text("utf-8"),
        said_on_windows("credentials.ps1"),
    )
    sentences = re.findall(
        r"No parameter names the \w+|Remove \w+[^:\n]*:|az identity[a-z -]* delete", posix
    )
    assert len(sentences) == 6
    assert all(each in windows for each in sentences)
    (warning,) = re.findall(r'WARNING: (somebody .*?)," ', (HOOKS / "keys.sh").read_text("utf-8"))
    assert warning in said_on_windows("keys.ps1")
