"""The script that lets Entra ask: what it makes, once, and what it leaves alone."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from shared.environment import Values
from shared.openid.external_mfa.discovery import discovery_document
from shared.settings.external_mfa import read_external_mfa
from tests.infra import powershell
from tests.infra.az_cli.az_cli import AzCli
from tests.infra.az_cli.groups.account import TENANT
from tests.infra.az_cli.groups.rest import METHODS, Json
from tests.infra.bicep.syntax import INFRA
from tests.infra.test_windows_hooks import refusals_of

SCRIPTS = INFRA / "entra"
POSIX, WINDOWS = (SCRIPTS / f"external_mfa.{kind}" for kind in ("sh", "ps1"))
ISSUER = "https://login.example.com"
GROUP = "44444444-4444-4444-4444-444444444444"


@pytest.fixture
def az(tmp_path: Path) -> AzCli:
    return AzCli(tmp_path)


def run(az: AzCli, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(POSIX), *arguments],
        env=az.environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def graph(az: AzCli) -> dict[str, list[Json]]:
    stored: dict[str, list[Json]] = json.loads((az.folder / "rest" / "graph.json").read_text())
    return stored


def test_it_makes_what_entra_needs_and_prints_the_setting(az: AzCli) -> None:
    ran = run(az, ISSUER, GROUP)
    assert (ran.returncode, ran.stderr) == (0, "")
    (setting,) = [line for line in ran.stdout.splitlines() if line.startswith("EXTERNAL_MFA=")]

    chosen = read_external_mfa(Values({"EXTERNAL_MFA": setting.partition("=")[2]}), issuer=ISSUER)

    assert chosen is not None
    assert chosen.tenants == (TENANT,)
    (application,) = graph(az)["applications"]
    (method,) = graph(az)[METHODS]
    document = discovery_document(chosen)
    assert application["appId"] == chosen.client_id
    assert application["web"]["redirectUris"] == [document["authorization_endpoint"]]
    assert method["openIdConnectSetting"] == {
        "clientId": chosen.client_id,
        "discoveryUrl": f"{document['issuer']}/.well-known/openid-configuration",
    }
    assert (method["appId"], method["state"]) == (chosen.client_id, "enabled")
    assert method["includeTargets"] == [{"targetType": "group", "id": GROUP}]
    (grant,) = graph(az)["oauth2PermissionGrants"]
    assert (grant["consentType"], grant["scope"]) == ("AllPrincipals", "openid profile")


def test_it_can_run_again_and_leaves_the_policy_as_it_is(az: AzCli) -> None:
    first = run(az, ISSUER)
    before = graph(az)
    second = run(az, ISSUER, GROUP)

    assert (first.returncode, second.returncode) == (0, 0)
    assert graph(az) == before
    assert before[METHODS][0]["state"] == "disabled"
    assert "has the method already" in second.stdout
    on_windows = powershell.commands(WINDOWS.read_bytes(), "az")
    assert set(map(_options, on_windows)) == set(map(_options, az.commands()))


def test_a_registration_that_was_opened_to_other_tenants_stays_open_to_them(az: AzCli) -> None:
    assert run(az, ISSUER).returncode == 0
    stored = graph(az)
    (application,) = stored["applications"]
    assert application["signInAudience"] == "AzureADMyOrg"
    application["signInAudience"] = "AzureADMultipleOrgs"
    application["web"] = {}
    (az.folder / "rest" / "graph.json").write_text(json.dumps(stored))

    assert run(az, ISSUER).returncode == 0

    (again,) = graph(az)["applications"]
    assert again["signInAudience"] == "AzureADMultipleOrgs"
    assert again["web"]["redirectUris"] == [f"{ISSUER}/entra/authorize"]


def test_two_services_of_a_tenant_have_two_registrations(az: AzCli) -> None:
    for issuer in (ISSUER, "https://other.example.com"):
        assert run(az, issuer).returncode == 0

    assert len(graph(az)["applications"]) == len(graph(az)[METHODS]) == 2


def test_who_may_not_read_the_policy_is_told_what_to_enter(az: AzCli) -> None:
    assert run(az, ISSUER).returncode == 0
    (application,) = graph(az)["applications"]
    (az.folder / "rest" / "forbidden").write_text("policies/authenticationMethodsPolicy")

    ran = run(az, ISSUER)

    assert ran.returncode == 1
    assert f"client ID {application['appId']}" in ran.stderr
    assert f"discovery endpoint {ISSUER}/entra/.well-known/openid-configuration" in ran.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("http://login.example.com",),
        ("https://login.example.com/",),
        ("https://login.example.com' or '1",),
        ('https://login.example.com"}',),
        (ISSUER, "everybody"),
        (),
    ],
)
def test_what_is_no_issuer_or_group_is_refused_before_anything_is_made(
    az: AzCli, arguments: tuple[str, ...]
) -> None:
    assert run(az, *arguments).returncode != 0
    assert az.commands() == []


def test_the_script_for_windows_is_one_that_windows_can_run() -> None:
    """It is compared with the other one, and does not run in tests."""
    source = WINDOWS.read_bytes()
    assert powershell.is_well_formed(source)
    assert powershell.needs_seven(source) == []
    assert source.isascii()


def _options(command: list[str]) -> tuple[str, ...]:
    return (command[0], *(each for each in command if each.startswith("--")))


@pytest.mark.parametrize(
    ("on_posix", "on_windows"),
    [
        (r"<<END\n(.*?)\nEND\n", r'@"\n(.*?)\n"@\n'),
        (r'"(\$(?:graph|policy)/[^"]*)"', r'"(\$(?:graph|policy)/(?!v1)[^"]*)"'),
        (r"'(value[^']*)'", r"'(value[^']*)'"),
    ],
    ids=["bodies", "addresses", "members"],
)
def test_both_scripts_send_and_read_the_same(on_posix: str, on_windows: str) -> None:
    ours = re.findall(on_posix, POSIX.read_text(), re.DOTALL)
    theirs = re.findall(on_windows, WINDOWS.read_text(), re.DOTALL)
    assert len(ours) > 2
    assert list(map(_plain, ours)) == list(map(_plain, theirs))


def _plain(text: str) -> str:
    """Without the way in which each shell marks a dollar."""
    return re.sub(r"[\\`](\$)", r"\1", text)


def test_both_scripts_refuse_in_the_same_words() -> None:
    windows = re.sub("`(.)", r"\1", WINDOWS.read_text())
    sentences = list(refusals_of(POSIX.read_text()))
    assert len(sentences) > 4
    for sentence in sentences:
        for piece in re.split(r"\$\{?\w+:?\}?", sentence):
            assert piece in windows
