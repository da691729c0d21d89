"""What an operator is told about a service that was just deployed, or changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.errors import KeysUnavailable, StorageUnavailable, TouchstoneError
from shared.http.problems.outages import PROBLEMS
from tests.fakes.health import UP, Answer, Service, served
from tests.fakes.in_a_thread import in_a_thread
from tests.infra.az_cli.az_cli import AzCli
from tests.infra.hooks import run_hook

HOOK = "health.sh"
DEGRADED: Answer = (
    200,
    {"status": "degraded", "degraded": {"signingKey": {"trouble": "unreadable"}}},
)
REFUSING: Answer = (503, {"title": "Service Unavailable", "status": 503, "reason": "RP_ORIGINS"})
NO_CODE: Answer = (404, {})
ANOTHER_PAGE: Answer = (200, {})
PATIENCE = 60
PATIENCE_FOR_A_WARNING = 12


@pytest.fixture
def service() -> Iterator[Service]:
    with in_a_thread(served()) as service:
        yield service


@pytest.fixture
def az(tmp_path: Path) -> AzCli:
    return AzCli(tmp_path)


def check(az: AzCli, service: Service, *arguments: str) -> tuple[int, str, str]:
    ran = run_hook(HOOK, az, *arguments, TOUCHSTONE_URL=service.url)
    return ran.returncode, ran.stdout, ran.stderr


def test_a_service_that_is_up_is_reported_at_once(az: AzCli, service: Service) -> None:
    service.answers = [UP]
    assert check(az, service) == (0, f"The service at {service.url} is up.\n", "")
    assert service.asked == ["/health"]


def test_the_check_waits_for_a_start(az: AzCli, service: Service) -> None:
    service.answers = [NO_CODE, ANOTHER_PAGE, REFUSING, UP]
    status, said, complained = check(az, service)
    assert (status, complained) == (0, "")
    assert said.splitlines() == [
        f"Waiting for the service at {service.url}, at most 5 minutes.",
        f"The service at {service.url} is up.",
    ]


def test_a_degraded_service_is_a_warning(az: AzCli, service: Service) -> None:
    service.answers = [DEGRADED]
    status, _, complained = check(az, service)
    assert status == 0
    assert complained.startswith("WARNING: ")
    assert '"signingKey": {"trouble": "unreadable"}' in complained


def test_the_setting_that_the_app_refuses_is_named(az: AzCli, service: Service) -> None:
    service.answers = [REFUSING]
    status, _, complained = check(az, service)
    assert status == 1
    assert complained.startswith("ERROR: the app refuses to start: RP_ORIGINS. ")
    assert len(service.asked) == 12


@pytest.mark.parametrize("error", [StorageUnavailable, KeysUnavailable])
def test_an_app_that_reaches_no_storage_or_keys_is_waited_for(
    az: AzCli, service: Service, error: type[TouchstoneError]
) -> None:
    problem = PROBLEMS[error]
    service.answers = [(problem.status, {"title": problem.title, "status": problem.status})]
    status, _, complained = check(az, service)
    assert status == 1
    assert f"(HTTP {problem.status} {problem.title})" in complained
    assert len(service.asked) == PATIENCE


def test_before_the_code_is_deployed_a_fault_is_a_warning(az: AzCli, service: Service) -> None:
    service.answers = [NO_CODE]
    status, _, complained = check(az, service, "warn")
    assert status == 0
    assert complained.startswith("WARNING: ")
    assert len(service.asked) == PATIENCE_FOR_A_WARNING


def test_an_answer_cannot_write_to_the_terminal(az: AzCli, service: Service) -> None:
    service.answers = [(503, {"reason": "\x1b]0;title\x07 `rm`"})]
    assert "refuses to start: u001b]0titleu0007 rm." in check(az, service)[2]


def test_a_name_without_dns_records_is_no_failure_of_the_deployment(
    az: AzCli, service: Service
) -> None:
    service.url = "https://passkeys.invalid"
    status, _, complained = check(az, service)
    assert status == 0
    assert complained.startswith("WARNING: https://passkeys.invalid has no DNS record")


def test_a_service_that_runs_already_is_checked_after_provisioning(
    az: AzCli, service: Service
) -> None:
    service.answers = [REFUSING]
    variables = {"AZURE_KEY_VAULT_NAME": "kv-touchstone", "TOUCHSTONE_URL": service.url}
    first = run_hook("keys.sh", az, **variables)
    assert (first.returncode, first.stderr, service.asked) == (0, "", [])
    second = run_hook("keys.sh", az, **variables)
    assert second.returncode == 0
    assert second.stderr.startswith("WARNING: the app refuses to start: RP_ORIGINS. ")
