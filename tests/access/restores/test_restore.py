"""The states of a restore, and when it is given up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID

import pytest

from shared.access.restores.answers import Failure
from shared.access.restores.backoff import PAUSES
from shared.access.restores.job_answers import Job, Operation, Outcome
from shared.access.restores.restore import (
    FOLLOWED_FOR,
    LEASE,
    POSTED_WITHIN,
    SEARCHED_FOR,
    Restore,
    Status,
    request_id_of,
)

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
INTENT = Restore(id="approval", request_id="request", intended_at=NOW, due_at=NOW)
POSTING = INTENT.posting(NOW)
ACCEPTED = POSTING.accepted(NOW, operation="https://x", correlation="c", retry_after=None)


def test_the_id_of_a_request_follows_from_the_approval() -> None:
    one, other = "0191d9e2-7b3c-7000-8000-0123456789ab", "0191d9e2-7b3c-7000-8000-0123456789ac"
    read = UUID(request_id_of(one))
    assert (str(read), read.version, read.variant) == (request_id_of(one), 8, RFC_4122)
    assert request_id_of(other) != request_id_of(one)


def running(outcome: Outcome = Outcome.RUNNING, **more: object) -> Restore:
    job = replace(Job(id="job", outcome=outcome), **more)  # type: ignore[arg-type]
    return ACCEPTED.following(job, LATER, retry_after=None)


def test_nobody_else_works_on_it_during_a_lease() -> None:
    assert INTENT.leased(NOW).due_at == POSTING.due_at == NOW + LEASE
    assert INTENT.leased(NOW).status is Status.INTENDED  # so it is certain that nothing was sent


def test_what_was_certainly_not_accepted_is_intended_again() -> None:
    again = POSTING.not_posted(NOW, retry_after=timedelta(minutes=3))
    assert (again.status, again.posted_at) == (Status.INTENDED, None)
    assert again.due_at == NOW + timedelta(minutes=3)
    assert again.request_id == INTENT.request_id
    twice = again.posting(NOW).not_posted(NOW, retry_after=None)
    assert twice.due_at == NOW + PAUSES[1]


def test_an_operation_leads_to_its_job() -> None:
    succeeded = Operation(outcome=Outcome.COMPLETED, job="job")
    known = ACCEPTED.informed(succeeded, LATER, retry_after=None)
    assert (known.status, known.job) == (Status.RUNNING, "job")  # it has only begun
    assert not known.status.is_ended


@pytest.mark.parametrize(
    ("outcome", "status"),
    [(Outcome.FAILED, Status.FAILED), (Outcome.CANCELLED, Status.CANCELLED)],
)
def test_an_operation_that_fails_is_the_end(outcome: Outcome, status: Status) -> None:
    failed = Operation(outcome=outcome, failure=Failure("UserErrorX"))
    ended = ACCEPTED.informed(failed, LATER, retry_after=None)
    assert (ended.status, ended.failure, ended.ended_at) == (status, Failure("UserErrorX"), LATER)


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Outcome.RUNNING, Status.RUNNING),
        (Outcome.COMPLETED, Status.COMPLETED),
        (Outcome.FAILED, Status.FAILED),
        (Outcome.CANCELLED, Status.CANCELLED),
    ],
)
def test_a_job_tells_how_it_ended(outcome: Outcome, status: Status) -> None:
    assert running(outcome).status is status
    assert running(outcome).status.is_ended == (outcome is not Outcome.RUNNING)


def test_warnings_of_a_job_are_kept() -> None:
    assert running(Outcome.COMPLETED).failure is None
    warned = running(Outcome.COMPLETED, with_warnings=True)
    assert warned.failure == Failure("completed_with_warnings")


def test_pauses_are_longer_after_an_hour() -> None:
    job = Job(id="job", outcome=Outcome.RUNNING)
    assert running().due_at == LATER + PAUSES[0]
    much_later = NOW + timedelta(hours=2)
    assert ACCEPTED.following(job, much_later, retry_after=None).due_at == much_later + PAUSES[-1]


@pytest.mark.parametrize(
    ("restore", "limit"),
    [
        (INTENT, POSTED_WITHIN),
        (POSTING, SEARCHED_FOR),
        (replace(ACCEPTED, operation=None), SEARCHED_FOR),
        (ACCEPTED, FOLLOWED_FOR),
        (running(), FOLLOWED_FOR),
    ],
)
def test_each_state_is_given_up_at_last(restore: Restore, limit: timedelta) -> None:
    assert not restore.is_overdue(NOW + limit - timedelta(seconds=1))
    assert restore.is_overdue(NOW + limit)
