"""The block of docs/deploy.md for az alone, run as it is written."""

import json
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from devhost.process import REPOSITORY
from release.package import deployed_files
from tests.documents import FENCED
from tests.fakes.health import UP, served
from tests.fakes.in_a_thread import in_a_thread
from tests.infra.az_cli.az_cli import AzCli
from tests.infra.az_cli.groups.account import SUBSCRIPTION
from tests.infra.az_cli.groups.ad import SIGNED_IN_USER
from tests.infra.az_cli.groups.deployment import OTHER_OUTPUTS
from tests.infra.bicep.parameters import parameters

SECTION = "## With az alone\n"
FOR_PRODUCTION = "set -a; . infra/production.env; set +a"
SET_BY_HAND = """TOUCHSTONE_RP_ID=example.com TOUCHSTONE_DOMAIN=login.example.com
export TOUCHSTONE_DEPLOYER_ADDRESSES='["203.0.113.7/32"]'"""


def section() -> str:
    text = (REPOSITORY / "docs" / "deploy.md").read_text(encoding="utf-8")
    return text.partition(SECTION)[2].partition("\n## ")[0]


def block() -> str:
    found = FENCED.search(section())
    assert found is not None
    return found[3]


@dataclass(frozen=True, slots=True)
class Clone:
    """The project as an operator has it, and what Azure would hold."""

    folder: Path
    az: AzCli

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", "-eu", "-c", script],
            cwd=self.folder,
            env=self.az.environment() | {"PAUSE_SECONDS": "0"},
            capture_output=True,
            text=True,
            check=False,
        )

    def deployment(self, name: str) -> dict[str, object]:
        made: dict[str, object] = json.loads(
            (self.az.folder / "deployment" / f"{name}.json").read_text()
        )
        return made


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Clone]:
    folder = tmp_path / "clone"
    for file in [*deployed_files(REPOSITORY), *_tracked("infra")]:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / file, folder / file)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
        subprocess.run([*git, *arguments], cwd=folder, check=True)
    az = AzCli(tmp_path / "azure")
    (az.folder / "deployment").mkdir(parents=True)
    with in_a_thread(served()) as service:
        service.answers = [UP]
        other = az.folder / "deployment" / OTHER_OUTPUTS
        other.write_text(json.dumps({"TOUCHSTONE_URL": service.url}))
        yield Clone(folder, az)


def _tracked(folder: str) -> Iterator[Path]:
    for path in (REPOSITORY / folder).rglob("*"):
        if path.is_file():
            yield path.relative_to(REPOSITORY)


def test_the_block_deploys_the_service(clone: Clone) -> None:
    ran = clone.run(block())
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines()[-1].endswith("is up.")
    azure = clone.az.folder
    assert len(list((azure / "keyvault" / "secret").iterdir())) == 3
    (code,) = (azure / "functionapp" / "rg-touchstone-dev").iterdir()
    assert code.name.startswith("func-touchstone-")
    packed = {Path(name) for name in zipfile.ZipFile(code).namelist() if not name.endswith("/")}
    assert packed == set(deployed_files(REPOSITORY))
    assert clone.deployment("touchstone-dev")["parameters"] == parameters("development") | {
        "environmentName": "dev",
        "location": "eastus2",
        "principalId": SIGNED_IN_USER,
        "alertAddress": "ops@example.com",
    }
    without = [each[0] for each in clone.az.commands() if SUBSCRIPTION not in each]
    # Which subscription, and who.
    assert without == ["account", "ad"]


def test_the_block_deploys_production_with_the_values_for_it(clone: Clone) -> None:
    assert f"`{FOR_PRODUCTION}`" in section()
    ran = clone.run(f"{FOR_PRODUCTION}\nexport {SET_BY_HAND}\n{block()}")
    assert (ran.returncode, ran.stderr) == (0, "")
    given = clone.deployment("touchstone-dev")["parameters"]
    assert given == parameters("production") | {
        "environmentName": "dev",
        "location": "eastus2",
        "principalId": SIGNED_IN_USER,
        "deployerAddresses": ["203.0.113.7/32"],
    }


def test_two_environments_may_be_in_two_regions(clone: Clone) -> None:
    deploy = block().partition("\noutputs=")[0]
    elsewhere = deploy.replace("eastus2", "swedencentral")
    assert clone.run(deploy).returncode == 0
    assert clone.run(elsewhere.replace("=dev", "=staging")).returncode == 0
    again = clone.run(elsewhere)
    assert again.returncode == 1
    assert "InvalidDeploymentLocation" in again.stderr


def test_without_a_value_that_is_needed_nothing_is_deployed(clone: Clone) -> None:
    ran = clone.run(block().replace("TOUCHSTONE_ALERT_ADDRESS=", "OTHER="))
    assert ran.returncode == 1
    assert "Missing input parameters: alertAddress" in ran.stderr


def test_values_of_outputs_may_have_any_characters(clone: Clone) -> None:
    value = """a'b "c" $(d) \\n"""
    other = clone.az.folder / "deployment" / OTHER_OUTPUTS
    other.write_text(json.dumps({"TOUCHSTONE_IDENTITIES": value, "TOUCHSTONE_EDGE_HOST": ""}))
    upto = block().partition("\nsh infra/hooks/keys.sh")[0]
    ran = clone.run(f'{upto}\nprintf %s "$TOUCHSTONE_IDENTITIES"')
    assert (ran.returncode, ran.stdout) == (0, value)
