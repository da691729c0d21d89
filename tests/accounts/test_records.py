"""L3 section 7.2 step 24: what a use can change in a credential record, and what it cannot."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.accounts.handles import UserHandle
from shared.accounts.records import CredentialDescriptor, CredentialId, CredentialRecord, Oddity

MORNING = datetime(2026, 3, 1, 8, tzinfo=UTC)
bounded = settings(max_examples=200)
counts = st.integers(0, 2**32 - 1)
moments = st.datetimes(timezones=st.just(UTC))
RECORD = CredentialRecord(
    id=CredentialId(b"id"),
    user_handle=UserHandle(bytes(32)),
    username="alice",
    display_name="Alice",
    name="Passkey",
    public_key=b"key",
    sign_count=10,
    aaguid=bytes(16),
    transports=("usb",),
    uv_initialized=False,
    backup_eligible=False,
    backup_state=False,
    attestation_format="none",
    attestation_type="none",
    created_at=MORNING,
    last_used_at=MORNING,
)


def used(record: CredentialRecord = RECORD, **changes: object) -> CredentialRecord:
    honest: dict[str, object] = {
        "sign_count": record.sign_count,
        "user_verified": False,
        "backup_state": record.backup_state,
        "at": record.last_used_at,
    }
    return record.used(**honest | changes)  # type: ignore[arg-type]


def test_a_descriptor_names_a_credential_and_its_transports() -> None:
    assert RECORD.descriptor == CredentialDescriptor(id=CredentialId(b"id"), transports=("usb",))


def test_a_use_without_changes_gives_an_equal_record() -> None:
    assert used(at=MORNING + timedelta(hours=15, minutes=59)) == RECORD


@pytest.mark.parametrize(("sent", "kept"), [(0, 10), (9, 10), (10, 10), (11, 11), (2**32 - 1,) * 2])
def test_a_sign_count_never_falls(sent: int, kept: int) -> None:
    assert used(sign_count=sent).sign_count == kept


def test_user_verification_is_never_unset() -> None:
    verified = used(user_verified=True)
    assert verified == replace(RECORD, uv_initialized=True)
    assert used(verified, user_verified=False) == verified


@pytest.mark.parametrize("state", [False, True])
def test_the_backup_state_is_that_of_the_last_use(state: bool) -> None:
    for before in (RECORD, replace(RECORD, backup_eligible=True, backup_state=True)):
        assert used(before, backup_state=state) == replace(before, backup_state=state)


def test_observations_are_kept_and_a_constant_count_until_it_grows() -> None:
    odd = used(odd=[Oddity.SIGN_COUNT_UNCHANGED])
    odd = used(odd, odd=[Oddity.BACKUP_ELIGIBILITY_APPEARED])
    assert odd.oddities == {Oddity.SIGN_COUNT_UNCHANGED, Oddity.BACKUP_ELIGIBILITY_APPEARED}
    assert used(odd) == odd
    assert used(odd, sign_count=11).oddities == {Oddity.BACKUP_ELIGIBILITY_APPEARED}


def test_a_synced_passkey_gives_no_warning_about_its_count() -> None:
    stayed, apart = Oddity.SIGN_COUNT_UNCHANGED, Oddity.SIGN_COUNTS_APART
    appeared = Oddity.BACKUP_ELIGIBILITY_APPEARED
    assert used(odd=[stayed]).warnings == [stayed]
    assert used(replace(RECORD, backup_eligible=True), odd=[stayed, apart]).warnings == []
    assert used(odd=[stayed, apart, appeared]).warnings == [appeared]


def test_a_record_has_the_time_of_the_last_count_growth() -> None:
    later = MORNING + timedelta(hours=1)
    assert RECORD.counted_at is None
    grown = used(sign_count=11, at=later)
    assert grown.counted_at == later
    assert used(grown, at=later + timedelta(hours=1)) == grown


@pytest.mark.parametrize("later", [timedelta(hours=16), timedelta(days=1), timedelta(days=365)])
def test_the_last_use_is_kept_to_the_day(later: timedelta) -> None:
    at = MORNING + later
    assert used(at=at) == replace(RECORD, last_used_at=at)


@pytest.mark.parametrize("suspended", [False, True])
@pytest.mark.parametrize("account_suspended", [False, True])
def test_a_credential_is_usable_unless_it_or_its_account_is_suspended(
    suspended: bool, account_suspended: bool
) -> None:
    record = replace(RECORD, suspended=suspended, account_suspended=account_suspended)
    assert record.is_active is not (suspended or account_suspended)
    assert used(record) == record


@bounded
@given(st.lists(st.tuples(counts, st.booleans(), moments), max_size=10))
def test_a_use_never_changes_the_identity_of_a_credential(
    uses: list[tuple[int, bool, datetime]],
) -> None:
    record = RECORD
    for sign_count, user_verified, at in uses:
        before, record = (
            record,
            used(record, sign_count=sign_count, user_verified=user_verified, at=at),
        )
        assert record.sign_count == max(before.sign_count, sign_count)
        assert record.uv_initialized >= before.uv_initialized
        assert record.last_used_at.date() == at.date()
    unchanging = replace(
        record,
        sign_count=10,
        counted_at=None,
        uv_initialized=False,
        last_used_at=RECORD.last_used_at,
    )
    assert unchanging == RECORD
