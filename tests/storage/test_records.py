"""A record is read from storage as it was written."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.accounts.records import Oddity
from shared.storage.accounts.credential_entities import credential_columns, read_credential
from shared.storage.accounts.entities import credential_row
from tests.storage.records import (
    NOW,
    Accounts,
    account_of,
    found,
    locator_of,
    new_credential,
    new_handle,
    record,
)

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=64)
# The range of Table Storage; a float has no exact microseconds after 2242.
INSTANTS = st.datetimes(datetime(1601, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
MEMBERS: dict[str, st.SearchStrategy[Any]] = {
    "id": st.binary(max_size=1015).map(lambda data: data + secrets.token_bytes(8)),
    "username": NAMES,
    "display_name": NAMES,
    "name": NAMES,
    "public_key": st.binary(min_size=1, max_size=3000),
    "sign_count": st.integers(0, 2**32 - 1),
    "aaguid": st.binary(min_size=16, max_size=16),
    "transports": st.sets(
        st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=","), min_size=1),
        max_size=8,
    ).map(lambda transports: tuple(sorted(transports))),
    "uv_initialized": st.booleans(),
    "backup_eligible": st.booleans(),
    "backup_state": st.booleans(),
    "attestation_format": st.sampled_from(["none", "packed", "tpm"]),
    "attestation_type": st.sampled_from(["none", "self", "basic"]),
    "created_at": INSTANTS,
    "last_used_at": INSTANTS,
    "counted_at": st.none() | INSTANTS,
    "oddities": st.frozensets(st.sampled_from(Oddity)),
}
ON_STORAGE = settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])


@ON_STORAGE
@given(members=st.fixed_dictionaries(MEMBERS))
async def test_any_credential_is_read_back(accounts: Accounts, members: dict[str, Any]) -> None:
    credential = record(new_handle(), **members)
    assert await found(accounts, credential)
    stored = await accounts.find_credential(locator_of(credential.user_handle), credential.id)
    assert stored is not None
    assert stored.record == credential
    assert await accounts.everything(credential.user_handle) == (
        account_of(credential),
        [credential],
    )


@pytest.mark.parametrize(
    "members",
    [
        {"id": bytes(range(256)) * 3 + bytes(255)},
        {"id": b"\x00"},
        {"sign_count": 2**31},
        {"sign_count": 2**32 - 1},
        {"transports": ()},
        {"username": "\N{HEBREW LETTER ALEF}" * 64, "name": "\N{GRINNING FACE}" * 64},
        {"username": "it's", "display_name": '<b> & "quotes" \\ / %27'},
        {"last_used_at": NOW.replace(microsecond=1)},
    ],
    ids=lambda members: ",".join(members),
)
async def test_extreme_credentials_are_read_back(
    accounts: Accounts, members: dict[str, Any]
) -> None:
    credential = record(new_handle(), **members)
    await found(accounts, credential)
    assert await accounts.everything(credential.user_handle) == (
        account_of(credential),
        [credential],
    )


@ON_STORAGE
@given(
    count=st.integers(0, 2**32 - 1),
    flags=st.tuples(st.booleans(), st.booleans(), st.booleans()),
    later=st.timedeltas(timedelta(0), timedelta(days=10_000)),
)
async def test_changes_of_a_sign_in_are_read_back(
    accounts: Accounts, count: int, flags: tuple[bool, bool, bool], later: timedelta
) -> None:
    credential = record(new_handle())
    await found(accounts, credential)
    locator = locator_of(credential.user_handle)
    stored = await accounts.find_credential(locator, credential.id)
    assert stored is not None
    used = replace(
        credential,
        sign_count=count,
        uv_initialized=flags[0],
        backup_eligible=flags[1],
        backup_state=flags[2],
        last_used_at=NOW + later,
        counted_at=NOW + later,
        oddities=frozenset({Oddity.SIGN_COUNT_UNCHANGED} if flags[0] else ()),
    )
    assert await accounts.use(stored, used)
    again = await accounts.find_credential(locator, credential.id)
    assert again is not None
    assert again.record == used
    assert not await accounts.use(stored, credential)


async def test_an_account_has_all_its_credentials_in_one_answer(accounts: Accounts) -> None:
    first = record(new_handle())
    await found(accounts, first)
    others = [record(first.user_handle) for _ in range(4)]
    for other in others:
        assert await accounts.add_credential(new_credential(other))
    descriptors = await accounts.list_descriptors(locator_of(first.user_handle))
    assert {descriptor.id for descriptor in descriptors} == {
        credential.id for credential in [first, *others]
    }
    account = await accounts.everything(first.user_handle)
    assert account is not None
    assert len(account[1]) == 5


def test_rows_of_other_versions_can_be_read() -> None:
    """Rows of earlier versions have no oddities, those of later versions may have more."""
    credential = record(new_handle(), oddities=frozenset({Oddity.SIGN_COUNT_UNCHANGED}))
    row = credential_columns(credential) | {"RowKey": credential_row(credential.id)}
    later = {**row, "Oddities": "moved-house,sign-count-unchanged", "CountedAt": None}
    assert read_credential(later) == credential
    earlier = {name: value for name, value in row.items() if name != "Oddities"}
    assert read_credential(earlier) == replace(credential, oddities=frozenset())


async def test_the_largest_evidence_is_kept(accounts: Accounts) -> None:
    credential = new_credential(record(new_handle()))
    evidence = replace(
        credential.evidence, attestation_object=bytes(16_384), client_data_json=bytes(8_192)
    )
    account = account_of(credential.record)
    assert await accounts.found_account(account, replace(credential, evidence=evidence))


async def test_a_former_account_of_the_same_name_is_not_found(accounts: Accounts) -> None:
    credential = record(new_handle())
    await found(accounts, credential)
    former = new_handle(credential.user_handle[:16])
    assert await accounts.find_account(former) is None
