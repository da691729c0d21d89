"""Which of a vault's jobs is ours, after an answer was lost.

Azure Backup keeps the `x-ms-client-request-id` of the request that began a job as the job's
`activityId`. Recordings of Azure's own command line show it: its jobs have the UUIDs of version 1
that only the command line makes. So somebody else's restore of the same machine at the same time is
not taken for ours. A job without that mark is never taken, even if it is the only one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.access.azure_names.backup_item import BackupItem
from shared.access.restores.job_answers import Job
from shared.access.restores.requests import CLOCK_DIFFERENCE


@dataclass(frozen=True, slots=True)
class Found:
    job: Job | None
    others: Sequence[str]
    """IDs of restores of the same machine that may be ours or somebody else's."""


def find_job(jobs: Iterable[Job], *, item: BackupItem, request_id: str, since: datetime) -> Found:
    near = [job for job in jobs if _is_candidate(job, item, since)]
    ours = [job for job in near if (job.activity or "").lower() == request_id.lower()]
    others = [job.id for job in near if job not in ours]
    return Found(ours[0] if len(ours) == 1 else None, others)


def _is_candidate(job: Job, item: BackupItem, since: datetime) -> bool:
    is_later = job.began_at is None or job.began_at >= since - CLOCK_DIFFERENCE
    return is_later and item.is_container(job.container or "")
