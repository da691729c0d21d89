"""L3 section 7.2 steps 19 and 22: whether this is still the credential that was registered.

Each step leaves a choice to the relying party, and both can lock an honest owner out. Synced copies
of a passkey count separately, some keys always send the same count, and two clients that share a
passkey may disagree on whether it is eligible for backup.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from shared.accounts.records import CredentialRecord, Oddity
from shared.errors import AuthenticationRejected, ConcurrentUse, Reason
from shared.webauthn.authenticator_data import Flags
from shared.webauthn.policy import BackupEligibilityPolicy, CeremonyPolicy, SignCountPolicy

CLOCK_SKEW = timedelta(seconds=2)
"""The most by which the clocks of two instances differ. Both follow the storage's clock."""


class Observation(StrEnum):
    """An irregularity that is accepted, but reported."""

    SIGN_COUNT_REGRESSION = "sign_count_regression"
    SIGN_COUNTS_APART = "sign_counts_apart"
    """The count fell, of a passkey that may be synced."""
    SIGN_COUNT_UNCHANGED = "sign_count_unchanged"
    BACKUP_ELIGIBILITY_APPEARED = "backup_eligibility_appeared"
    BACKUP_ELIGIBILITY_VANISHED = "backup_eligibility_vanished"
    BACKUP_STATE_CHANGED = "backup_state_changed"


REMEMBERED = {
    Observation.SIGN_COUNTS_APART: Oddity.SIGN_COUNTS_APART,
    Observation.SIGN_COUNT_UNCHANGED: Oddity.SIGN_COUNT_UNCHANGED,
    Observation.BACKUP_ELIGIBILITY_APPEARED: Oddity.BACKUP_ELIGIBILITY_APPEARED,
    Observation.BACKUP_ELIGIBILITY_VANISHED: Oddity.BACKUP_ELIGIBILITY_VANISHED,
}
"""Observations that are reported once, as they may come again at each sign-in."""


def observe_backup(
    flags: Flags, record: CredentialRecord, policy: CeremonyPolicy
) -> Iterator[Observation]:
    """Step 19. The record keeps the value of the registration. So two clients that disagree do not
    change it in turn."""
    if flags.backup_eligible != record.backup_eligible:
        strict = policy.backup_eligibility is BackupEligibilityPolicy.STRICT
        if flags.backup_eligible:
            if strict:
                raise AuthenticationRejected(Reason.BACKUP_ELIGIBILITY_APPEARED)
            yield Observation.BACKUP_ELIGIBILITY_APPEARED
        else:
            if strict:
                raise AuthenticationRejected(Reason.BACKUP_ELIGIBILITY_VANISHED)
            yield Observation.BACKUP_ELIGIBILITY_VANISHED
    if flags.backup_state != record.backup_state:
        yield Observation.BACKUP_STATE_CHANGED


def observe_sign_count(
    count: int,
    flags: Flags,
    record: CredentialRecord,
    policy: CeremonyPolicy,
    *,
    began_at: datetime,
) -> Iterator[Observation]:
    """Step 22. Raise ConcurrentUse for a count that another sign-in may have overtaken."""
    if count > record.sign_count or count == record.sign_count == 0:
        return
    fell = count < record.sign_count
    apart = flags.backup_eligible or record.synced
    if fell and not apart and _overlaps(record, began_at):
        raise ConcurrentUse
    refused = policy.sign_count is SignCountPolicy.REFUSE and fell and not apart
    if refused or policy.sign_count is SignCountPolicy.STRICT:
        raise AuthenticationRejected(Reason.SIGN_COUNT_REGRESSION)
    if apart:
        # Two copies may send the same count, and a later fall is accepted, so there is no warning.
        yield from [Observation.SIGN_COUNTS_APART] if fell else []
    else:
        yield Observation.SIGN_COUNT_REGRESSION if fell else Observation.SIGN_COUNT_UNCHANGED


def _overlaps(record: CredentialRecord, began_at: datetime) -> bool:
    """Whether this sign-in began before the answer with the greater count arrived. Then the answers
    may have overtaken each other, and a lower count is no sign of a clone."""
    return record.counted_at is not None and began_at <= record.counted_at + CLOCK_SKEW
