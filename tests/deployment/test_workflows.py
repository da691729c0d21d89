"""GitHub runs the commands that a developer runs, with pinned actions and without secrets."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from devhost.process import REPOSITORY

WORKFLOWS = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"[\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
USES = re.compile(r"uses: (.+)")

every_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def jobs(name: str) -> dict[str, Any]:
    path = REPOSITORY / ".github" / "workflows" / f"{name}.yml"
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    return found


def commands(job: dict[str, Any]) -> list[str]:
    return [step["run"] for step in job["steps"] if "run" in step]


def called(command: str, folder: Path) -> list[str]:
    """The program that the shell would run for a tag, and its arguments."""
    for name in ("make", "gh"):
        stub = folder / name
        stub.write_text('#!/bin/sh\nprintf "%s\\n" "$(basename "$0")" "$@"\n', encoding="utf-8")
        stub.chmod(0o755)
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "GITHUB_REF_NAME": "v1.2.3 rc"}
    ran = subprocess.run(
        ["/bin/bash", "-e", "-c", command],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.splitlines()


@every_workflow
def test_third_party_actions_are_pinned_by_hash(path: Path) -> None:
    used = USES.findall(path.read_text(encoding="utf-8"))
    ours = [each for each in used if each.startswith("./") and (REPOSITORY / each).exists()]
    assert used
    assert [each for each in used if each not in ours and not PINNED.fullmatch(each)] == []


@every_workflow
def test_workflows_use_no_secrets(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "secrets" not in text
    assert text.count("actions/checkout@") == text.count("persist-credentials: false")


@every_workflow
def test_workflows_may_only_read_by_default(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}


def test_github_runs_the_checks_that_developers_run() -> None:
    assert commands(jobs("checks")["checks"])[-1] == ".ci/run"


def test_github_compiles_the_templates_of_each_pull_request_with_a_pinned_compiler() -> None:
    path = REPOSITORY / ".github" / "workflows" / "checks.yml"
    assert "\n  pull_request:\n" in path.read_text(encoding="utf-8")
    job = jobs("checks")["checks"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", job["env"]["BICEP_VERSION"])
    installed, checked = commands(job)
    assert installed.splitlines() == [
        'az bicep install --version "v$BICEP_VERSION"',
        'echo "$HOME/.azure/bin" >> "$GITHUB_PATH"',
    ]
    assert checked == ".ci/run"


def test_a_deployment_from_github_sets_every_value_that_azd_would_ask_for() -> None:
    """A workflow cannot answer a question."""
    given = jobs("deploy")["deploy"]["env"]
    text = (REPOSITORY / "infra" / "main.parameters.json").read_text(encoding="utf-8")
    asked = set(re.findall(r"\$\{(\w+)\}", text))
    assert asked - given.keys() == {"AZURE_PRINCIPAL_ID"}  # which azd knows by itself


def test_a_deployment_from_github_has_the_values_for_production_and_its_own(tmp_path: Path) -> None:
    (step,) = [each for each in jobs("deploy")["deploy"]["steps"] if "azd env new" in str(each)]
    assert step["env"] == {"VALUES": "${{ vars.TOUCHSTONE_VALUES }}"}
    stub = tmp_path / "azd"
    stub.write_text('#!/bin/sh\n[ "$3" != --file ] || cat "$4"\n', encoding="utf-8")
    stub.chmod(0o755)
    values = "TOUCHSTONE_LOG_DAYS=700\nTOUCHSTONE_ORIGINS='[\"https://example.com\"]'"
    given = {"AZURE_ENV_NAME": "a", "AZURE_SUBSCRIPTION_ID": "b", "AZURE_LOCATION": "c"}
    environment = given | {"VALUES": values, "RUNNER_TEMP": str(tmp_path)}
    environment["PATH"] = f"{tmp_path}:{os.environ['PATH']}"
    ran = subprocess.run(
        ["/bin/bash", "-eo", "pipefail", "-c", step["run"]],
        env=environment,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    expected = (REPOSITORY / "infra" / "production.env").read_text(encoding="utf-8")
    assert ran.stdout == f"{expected}{values}\n"


def test_a_deployment_from_github_sends_the_package_that_has_bytecode() -> None:
    *_, setup, deploy = commands(jobs("deploy")["deploy"])
    assert setup == "make setup"
    built, sent = deploy.splitlines()
    archive = '"$RUNNER_TEMP/touchstone.zip"'
    assert built == f".venv/bin/python -m release.package {archive}"
    assert f"azd deploy touchstone --from-package {archive}" in sent


def test_a_deployment_needs_the_checks_and_the_production_environment() -> None:
    checks, deploy = jobs("deploy")["checks"], jobs("deploy")["deploy"]
    assert checks["uses"] == "./.github/workflows/checks.yml"
    assert deploy["needs"] == "checks"
    assert deploy["environment"] == "production"
    assert deploy["permissions"] == {"contents": "read", "id-token": "write"}
    assert "permissions" not in checks


def test_a_release_needs_the_checks_and_runs_the_command_of_developers(tmp_path: Path) -> None:
    """Only a draft: GitHub starts no deployment for what a workflow has published by itself."""
    checks, release = jobs("release")["checks"], jobs("release")["release"]
    assert checks["uses"] == "./.github/workflows/checks.yml"
    assert release["needs"] == "checks"
    assert release["permissions"] == {"contents": "write"}
    made, drafted = (called(command, tmp_path) for command in commands(release))
    assert made == ["make", "release", "TAG=v1.2.3 rc"]
    assert drafted[:4] == ["gh", "release", "create", "v1.2.3 rc"]
    assert {"--draft", "--verify-tag"} < set(drafted)
