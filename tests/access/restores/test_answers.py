"""Answers of Resource Manager, and what is made of wrong ones."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.access.azure_names.backup_item import parse_item
from shared.access.restores.answers import AnswerUnreadable, Failure, read_failure
from shared.access.restores.backoff import MOST, PAUSES, pause_after, polite, read_retry_after
from shared.access.restores.job_answers import Outcome, read_job, read_jobs, read_operation
from shared.access.restores.job_search import find_job
from shared.access.restores.listing_answers import read_items, read_points
from tests.fakes.resource_manager import ITEM, POINT, POINT_TIME

# From the documentation of the REST API, and from a recording of Azure's command line.
OPERATION = json.loads("""{
  "id": "781a0f18-e250-4d73-b059-5e9ffed4069e", "name": "781a0f18-e250-4d73-b059-5e9ffed4069e",
  "status": "Succeeded",
  "startTime": "2018-06-04T13:00:03.8068176Z", "endTime": "2018-06-04T13:00:03.8068176Z",
  "properties": {"objectType": "OperationStatusJobExtendedInfo",
                 "jobId": "3021262a-fb3a-4538-9b37-e3e97a386093"}}""")
JOB = json.loads("""{
  "name": "1272e714-b655-44b7-9c8e-dde07d320bbc",
  "type": "Microsoft.RecoveryServices/vaults/backupJobs",
  "properties": {"jobType": "AzureIaaSVMJob", "actionsInfo": [1],
    "containerName": "iaasvmcontainerv2;rg-apps;web-1", "duration": "PT5.65455S",
    "virtualMachineVersion": "Compute", "entityFriendlyName": "web-1",
    "backupManagementType": "AzureIaasVM", "operation": "Restore", "status": "InProgress",
    "startTime": "2022-05-13T10:52:12.1188556Z",
    "activityId": "b9bbe874-d2aa-11ec-9640-c8f750f92764"}}""")
AT = datetime(2022, 5, 13, 10, 52, tzinfo=UTC)


def job(**properties: object) -> dict[str, Any]:
    return {**JOB, "properties": {**JOB["properties"], **properties}}


def test_an_operation_tells_its_job() -> None:
    operation = read_operation(OPERATION)
    assert operation.outcome is Outcome.COMPLETED
    assert operation.job == "3021262a-fb3a-4538-9b37-e3e97a386093"


def test_a_failed_operation_tells_why() -> None:
    error = {"code": "UserErrorX", "message": "m" * 600}
    failed = read_operation({"status": "Failed", "error": error})
    assert failed.failure == Failure("UserErrorX", "m" * 500)


@pytest.mark.parametrize("bad", ["../x", "a/b", "", 7, None, "x" * 65])
def test_what_is_no_id_of_a_job_never_becomes_part_of_a_path(bad: object) -> None:
    assert read_operation({"status": "Succeeded", "properties": {"jobId": bad}}).job is None
    with pytest.raises(AnswerUnreadable):
        read_job(JOB | {"name": bad})


@pytest.mark.parametrize("status", ["Invalid", "Unheard", "", None, 3, []])
def test_an_unknown_status_is_no_end(status: object) -> None:
    with pytest.raises(AnswerUnreadable):
        read_operation({"status": status})
    with pytest.raises(AnswerUnreadable):
        read_job(job(status=status))


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("InProgress", Outcome.RUNNING),
        ("Cancelling", Outcome.RUNNING),
        ("completed", Outcome.COMPLETED),
        ("CompletedWithWarnings", Outcome.COMPLETED),
        ("Failed", Outcome.FAILED),
        ("Cancelled", Outcome.CANCELLED),
    ],
)
def test_the_statuses_of_a_job(status: str, outcome: Outcome) -> None:
    read = read_job(job(status=status))
    assert (read.outcome, read.with_warnings) == (outcome, status == "CompletedWithWarnings")
    assert read.activity == "b9bbe874-d2aa-11ec-9640-c8f750f92764"


def test_a_failed_job_tells_its_first_error() -> None:
    failed = read_job(
        job(status="Failed", errorDetails=[{"errorCode": 400158, "errorString": "x"}])
    )
    assert failed.failure == Failure("400158", "x")
    assert read_job(job(status="Failed", errorDetails={})).failure == Failure("failed")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"error": {"code": "AuthorizationFailed", "message": "m"}}, "AuthorizationFailed"),
        ({"code": "BMSUserError", "message": "m"}, "BMSUserError"),
        ({"error": {"code": "<script>"}}, "status_403"),
        ({"error": "text"}, "status_403"),
        ({}, "status_403"),
    ],
)
def test_both_shapes_of_errors_are_read(body: dict[str, Any], code: str) -> None:
    assert read_failure(body, default="status_403").code == code


def test_entries_that_cannot_be_read_are_left_out() -> None:
    items = read_items({"value": [{"name": "SQLDataBase;a;b"}, 7, {}, {"name": ITEM}]})
    assert [str(each.item) for each in items.entries] == [ITEM]
    point = {"name": POINT, "properties": {"recoveryPointTime": POINT_TIME}}
    points = read_points({"value": [point, {"name": "../x", "properties": point["properties"]}]})
    assert [each.id for each in points.entries] == [POINT]
    assert [each.id for each in read_jobs({"value": [JOB, {}]}).entries] == [JOB["name"]]


@pytest.mark.parametrize("body", [{}, {"value": None}, {"value": {}}, {"error": {"code": "x"}}])
def test_what_is_no_list_is_not_an_empty_one(body: dict[str, Any]) -> None:
    for read in (read_items, read_points, read_jobs):
        with pytest.raises(AnswerUnreadable):
            read(body)


@pytest.mark.parametrize(
    ("link", "token"),
    [
        ("https://management.azure.com/x?api-version=1&$skipToken=p%3D1%3D", "p=1="),
        ("https://management.azure.com/x?%24skipToken=aB%2bc%2Fd&x=1", "aB+c/d"),
        ("https://evil.example/x?$skipToken=ok", "ok"),  # only the token is used
        ("https://management.azure.com/x?$skipToken=%0d%0a", None),
        ("https://management.azure.com/x", None),
        (7, None),
    ],
)
def test_only_the_token_of_a_next_page_is_taken(link: object, token: str | None) -> None:
    assert read_items({"value": [], "nextLink": link}).after == token


def test_our_job_is_found_by_the_id_of_our_request() -> None:
    item, ours = parse_item(ITEM), "B9BBE874-d2aa-11ec-9640-c8f750f92764"
    others = read_job(job(activityId="other") | {"name": "job-2"})
    found = find_job([others, read_job(JOB)], item=item, request_id=ours, since=AT)
    assert found.job == read_job(JOB)
    assert found.others == ["job-2"]


@pytest.mark.parametrize(
    "jobs",
    [
        [],
        [job(activityId="other")],
        [job(activityId=None)],
        [job(containerName="iaasvmcontainerv2;rg-apps;web-2")],
        [job(startTime="2022-05-13T10:40:00Z")],
        [JOB, JOB | {"name": "job-2"}],
    ],
)
def test_no_other_job_is_taken_for_ours(jobs: list[dict[str, Any]]) -> None:
    """Not even the only one, and none if two claim to be ours."""
    found = find_job(
        map(read_job, jobs),
        item=parse_item(ITEM),
        request_id=JOB["properties"]["activityId"],
        since=AT,
    )
    assert found.job is None


def test_pauses_grow_and_azures_wish_is_kept_within_bounds() -> None:
    assert [pause_after(each) for each in (0, 1, 99)] == [PAUSES[0], PAUSES[1], PAUSES[-1]]
    assert polite(read_retry_after("86400"), PAUSES[0]) == MOST
    assert polite(read_retry_after("0"), PAUSES[0]) == timedelta(seconds=30)
    for bad in (None, "", "-1", "1e9", "\u0661", "9" * 10, "Mon, 30 Nov 2026 10:00:00 GMT"):
        assert read_retry_after(bad) is None
