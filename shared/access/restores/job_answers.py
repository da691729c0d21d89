"""Answers of Azure Resource Manager about an operation, and about the job that it began."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from shared.access.restores.answers import (
    AnswerUnreadable,
    Failure,
    Page,
    as_object,
    failure_of,
    matching,
    optional_text,
    read_failure,
    read_page,
    text,
)

_is_job_id = re.compile("[A-Za-z0-9-]{1,64}").fullmatch


class Outcome(StrEnum):
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


_OF_OPERATION = {
    "inprogress": Outcome.RUNNING,
    "succeeded": Outcome.COMPLETED,
    "failed": Outcome.FAILED,
    "canceled": Outcome.CANCELLED,
}
_OF_JOB = {
    "inprogress": Outcome.RUNNING,
    "cancelling": Outcome.RUNNING,
    "completed": Outcome.COMPLETED,
    "completedwithwarnings": Outcome.COMPLETED,
    "failed": Outcome.FAILED,
    "cancelled": Outcome.CANCELLED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    outcome: Outcome
    job: str | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    id: str
    outcome: Outcome
    with_warnings: bool = False
    activity: str | None = None
    """The `x-ms-client-request-id` of the request that began it."""
    container: str | None = None
    began_at: datetime | None = None
    percent: int | None = None
    failure: Failure | None = None


def read_operation(body: Mapping[str, Any]) -> Operation:
    """Raise AnswerUnreadable."""
    outcome = _OF_OPERATION.get(text(body.get("status")).lower())
    if outcome is None:
        raise AnswerUnreadable("an operation of no known status")
    has_failed = outcome in (Outcome.FAILED, Outcome.CANCELLED)
    return Operation(
        outcome=outcome,
        job=matching(_is_job_id, as_object(body.get("properties")).get("jobId")),
        failure=read_failure(body, default=outcome.value) if has_failed else None,
    )


def read_job(body: Mapping[str, Any]) -> Job:
    """Raise AnswerUnreadable."""
    properties = as_object(body.get("properties"))
    status = text(properties.get("status")).lower()
    name = matching(_is_job_id, body.get("name"))
    if name is None or status not in _OF_JOB:
        raise AnswerUnreadable("a job without a name or of no known status")
    outcome = _OF_JOB[status]
    return Job(
        id=name,
        outcome=outcome,
        with_warnings=status == "completedwithwarnings",
        activity=optional_text(properties.get("activityId")),
        container=optional_text(
            properties.get("containerName") or properties.get("storageAccountName"), 300
        ),
        began_at=_read_time(properties.get("startTime")),
        percent=_percent(as_object(properties.get("extendedInfo")).get("progressPercentage")),
        failure=_failure(properties) if outcome is Outcome.FAILED else None,
    )


def read_jobs(body: Mapping[str, Any]) -> Page[Job]:
    """Raise AnswerUnreadable."""
    return read_page(body, read_job)


def _read_time(value: object) -> datetime | None:
    with suppress(ValueError):
        at = datetime.fromisoformat(text(value))
        return at if at.tzinfo is not None else None
    return None


def _failure(properties: Mapping[str, Any]) -> Failure:
    details = properties.get("errorDetails")
    first = as_object(details[0]) if isinstance(details, list) and details else {}
    return failure_of(first.get("errorCode"), first.get("errorString"), default="failed")


def _percent(value: object) -> int | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return int(value) if 0 <= value <= 100 else None
