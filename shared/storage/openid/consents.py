"""What people allowed clients to have, in the partition of their account.

The rows sort after sessions, so that no query of an account reads them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.accounts.handles import UserHandle, locate_handle
from shared.audit.statement import Statement
from shared.storage.accounts.account_reader import TABLE
from shared.storage.audit.statements import Partition, transact_with_event
from shared.storage.tables.row_keys import digest_key, partition_key
from shared.storage.tables.rows import Row
from shared.storage.tables.table import Operation, Table
from shared.storage.tables.values import read_instant

_PREFIX = "~consent:"
_AFTER = "~consent;"
_MOST = 1000
_LONGEST = 30_000
"""In characters: a column of Table Storage has 32,768."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    client_id: str
    scopes: Mapping[str, frozenset[str]]
    """By resource. To write at one and to read at another is not to write at both."""
    at: datetime

    @property
    def scope(self) -> frozenset[str]:
        return frozenset[str]().union(*self.scopes.values())

    @property
    def resources(self) -> frozenset[str]:
        return frozenset(self.scopes)

    def covers(self, scope: Collection[str], resources: Iterable[str]) -> bool:
        return all(
            each in self.scopes and self.scopes[each].issuperset(scope) for each in resources
        )


def with_consent(
    earlier: Consent | None,
    client_id: str,
    *,
    scope: Iterable[str],
    resources: Iterable[str],
    at: datetime,
) -> Consent:
    """What is allowed now, together with what was allowed before."""
    before = {} if earlier is None else earlier.scopes
    now = {each: before.get(each, frozenset[str]()).union(scope) for each in resources}
    consent = Consent(client_id=client_id, scopes={**before, **now}, at=at)
    if len(_write_scopes(consent.scopes)) > _LONGEST:
        return Consent(client_id=client_id, scopes=now, at=at)  # the rest is asked again
    return consent


def consent_row(client_id: str) -> str:
    return _PREFIX + digest_key(client_id.encode())


class ConsentStore:
    def __init__(self, accounts: Table) -> None:
        self._accounts = accounts

    async def put(self, handle: UserHandle, consent: Consent, *, event: Statement) -> bool:
        row = _keys(handle, consent.client_id) | {
            "UserHandle": bytes(handle),
            "ConsentedClient": consent.client_id,
            "Resources": _write_scopes(consent.scopes),
            "ConsentedAt": consent.at,
        }
        return await self._transact(handle, Operation("upsert", row), event)

    async def remove(self, handle: UserHandle, client_id: str, *, event: Statement) -> bool:
        """Return False if there was none."""
        return await self._transact(handle, Operation("delete", _keys(handle, client_id)), event)

    async def of_account(self, handle: UserHandle) -> list[Consent]:
        rows = await self._accounts.query(
            "PartitionKey eq @account and RowKey ge @first and RowKey lt @after",
            {
                "account": partition_key(locate_handle(handle)),
                "first": _PREFIX,
                "after": _AFTER,
            },
            limit=_MOST,
        )
        return [consent for row in rows if (consent := read_consent(row, handle)) is not None]

    async def _transact(self, handle: UserHandle, change: Operation, event: Statement) -> bool:
        partition = Partition(TABLE, partition_key(locate_handle(handle)))
        return await transact_with_event(self._accounts, [change], partition=partition, event=event)


def read_consent(row: Row, handle: UserHandle) -> Consent | None:
    """None if it is of an earlier account with the same name."""
    if row["UserHandle"] != handle:
        return None
    return Consent(
        client_id=row["ConsentedClient"],
        scopes=_read_scopes(row["Resources"]),
        at=read_instant(row["ConsentedAt"]),
    )


def _write_scopes(scopes: Mapping[str, frozenset[str]]) -> str:
    """A line for each resource. Neither a resource nor a scope has a space."""
    return "\n".join(" ".join((each, *sorted(scopes[each]))) for each in sorted(scopes))


def _read_scopes(text: str) -> dict[str, frozenset[str]]:
    lines = (line.split(" ") for line in text.split("\n"))
    return {resource: frozenset(scope) for resource, *scope in lines}


def _keys(handle: UserHandle, client_id: str) -> dict[str, Any]:
    return {
        "PartitionKey": partition_key(locate_handle(handle)),
        "RowKey": consent_row(client_id),
    }
