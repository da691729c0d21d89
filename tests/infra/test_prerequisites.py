"""What is missing is said in one line, before anything is made."""

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.infra.az_cli.az_cli import AzCli
from tests.infra.az_cli.groups.account import SIGNED_IN, SUBSCRIPTION
from tests.infra.bicep.parameters import DEPLOYMENTS, deployed
from tests.infra.hooks import HOOKS, run_hook, said_on_windows

HOOK = "prerequisites.sh"
# Every subscription has them.
ALWAYS_REGISTERED = {"microsoft.authorization", "microsoft.resources"}


@pytest.fixture
def az(tmp_path: Path) -> AzCli:
    return AzCli(tmp_path)


def refusal(az: AzCli, **variables: str) -> str:
    ran = run_hook(HOOK, az, **variables)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("ERROR: ")
    assert ran.stderr.count("\n") == 1
    return ran.stderr.removeprefix("ERROR: ").removesuffix("\n")


def give(az: AzCli, file: str, content: object) -> None:
    (az.folder / file).parent.mkdir(exist_ok=True)
    (az.folder / file).write_text(json.dumps(content))


def test_a_deployment_that_can_succeed_is_let_through(az: AzCli) -> None:
    variables = {"TOUCHSTONE_DEPLOYER_ADDRESSES": '["203.0.113.7/32"]'}
    for each in ("ZONE_REDUNDANT", "PRIVATE_NETWORK", "FRONT_DOOR", "SENTINEL"):
        variables[f"TOUCHSTONE_{each}"] = "true"
    ran = run_hook(HOOK, az, **variables)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


@pytest.mark.parametrize("addresses", ["", "[]"])
def test_a_vault_that_will_be_closed_to_the_deployer_is_a_warning(
    az: AzCli, addresses: str
) -> None:
    ran = run_hook(
        HOOK,
        az,
        TOUCHSTONE_PRIVATE_NETWORK="true",
        TOUCHSTONE_DEPLOYER_ADDRESSES=addresses,
    )
    assert ran.returncode == 0
    assert ran.stderr.startswith("WARNING: the vault will be closed to this machine")


@pytest.mark.parametrize(("named", "warned"), [("prod", True), ("dev", False), ("", False)])
def test_a_shell_with_the_values_of_another_environment_is_a_warning(
    az: AzCli, named: str, warned: bool
) -> None:
    """azd takes AZURE_ENV_NAME of the shell before the environment that was selected."""
    give(az, ".azure/config.json", {"version": 1, "defaultEnvironment": "dev"})
    ran = run_hook(HOOK, az, AZURE_ENV_NAME=named)
    assert ran.returncode == 0
    assert ran.stderr.startswith("WARNING: this is for the environment prod, but dev") is warned


def test_without_the_azure_cli_it_is_named(az: AzCli) -> None:
    programs = az.folder / "programs"
    programs.mkdir()
    (programs / "dirname").symlink_to(str(shutil.which("dirname")))
    assert "az) is not on the PATH" in refusal(az, PATH=str(programs))


def test_without_curl_it_is_named(az: AzCli) -> None:
    programs = az.folder / "programs"
    programs.mkdir()
    for each in ("az", "dirname"):
        (programs / each).symlink_to(str(shutil.which(each, path=az.environment()["PATH"])))
    (programs / "az").unlink()
    (programs / "az").write_text("#!/bin/sh\n")
    (programs / "az").chmod(0o755)
    assert refusal(az, PATH=str(programs)).startswith("curl is not on the PATH")


@pytest.mark.parametrize(
    ("signed_in", "says"),
    [
        ({"subscriptions": []}, 'Run "az login"; "azd auth login" does not do that.'),
        ({"subscriptions": ["another"]}, f"not to the subscription {SUBSCRIPTION}."),
        ({"tokens": False}, "gets no token for Key Vault"),
    ],
    ids=["signed-out", "another-subscription", "expired"],
)
def test_who_is_not_signed_in_is_told_so(
    az: AzCli, signed_in: dict[str, object], says: str
) -> None:
    give(az, "account/signed_in.json", SIGNED_IN | signed_in)
    assert says in refusal(az)
    assert {each[0] for each in az.commands()} == {"account"}


@pytest.mark.parametrize(
    ("variables", "unregistered"),
    [
        ({}, ["Microsoft.KeyVault"]),
        ({"TOUCHSTONE_PRIVATE_NETWORK": "true"}, ["Microsoft.App", "Microsoft.Network"]),
        ({"TOUCHSTONE_FRONT_DOOR": "true"}, ["Microsoft.Cdn", "Microsoft.Network"]),
        ({"TOUCHSTONE_SENTINEL": "true"}, ["Microsoft.SecurityInsights"]),
    ],
    ids=["always", "private", "front-door", "sentinel"],
)
def test_providers_to_register_are_named_with_the_command(
    az: AzCli, variables: dict[str, str], unregistered: list[str]
) -> None:
    give(az, "provider/unregistered.json", unregistered)
    assert refusal(az, **variables).endswith(
        f"for each in {' '.join(unregistered)}; do az provider register --wait"
        f" --namespace $each --subscription {SUBSCRIPTION}; done"
    )


def test_providers_that_are_not_needed_may_be_missing(az: AzCli) -> None:
    give(az, "provider/unregistered.json", ["Microsoft.App", "Microsoft.Cdn"])
    assert run_hook(HOOK, az).returncode == 0


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_every_provider_of_the_templates_is_checked(name: str) -> None:
    needed = {each.type.partition("/")[0].lower() for each in deployed(name).resources}
    checked = set(re.findall(r"Microsoft\.\w+", (HOOKS / HOOK).read_text(encoding="utf-8")))
    on_windows = set(re.findall(r"'(Microsoft\.\w+)'", said_on_windows("prerequisites.ps1")))
    assert needed - ALWAYS_REGISTERED <= {each.lower() for each in checked}
    assert checked == on_windows


def test_values_that_azd_would_lose_are_refused(az: AzCli) -> None:
    ran = run_hook(HOOK, az, TOUCHSTONE_PRIVATE_NETWORK="yes")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == "TOUCHSTONE_PRIVATE_NETWORK: write true or false\n"


def test_a_region_without_flex_consumption_is_refused(az: AzCli) -> None:
    told = refusal(az, AZURE_LOCATION="norwaywest")
    assert "the region norwaywest has no Flex Consumption." in told
    assert told.endswith("eastus2 swedencentral westcentralus ")


def test_a_region_without_zones_is_refused_if_they_are_asked_for(az: AzCli) -> None:
    assert run_hook(HOOK, az, AZURE_LOCATION="westcentralus").returncode == 0
    told = refusal(az, AZURE_LOCATION="westcentralus", TOUCHSTONE_ZONE_REDUNDANT="true")
    assert "has no Flex Consumption with zones" in told


def test_a_region_may_be_written_as_it_is_shown(az: AzCli) -> None:
    assert run_hook(HOOK, az, AZURE_LOCATION="East US 2").returncode == 0


def test_before_azd_has_chosen_only_the_azure_cli_is_checked(az: AzCli) -> None:
    assert run_hook(HOOK, az, AZURE_SUBSCRIPTION_ID="", AZURE_LOCATION="").returncode == 0
    assert {each[0] for each in az.commands()} == {"account"}


def test_every_command_is_for_the_subscription_of_the_deployment(az: AzCli) -> None:
    other = "00000000-0000-0000-0000-00000000000f"
    give(az, "account/signed_in.json", SIGNED_IN | {"subscriptions": [other, SUBSCRIPTION]})
    assert run_hook(HOOK, az).returncode == 0
    assert all(each[-2:] == ["--subscription", SUBSCRIPTION] for each in az.commands())
