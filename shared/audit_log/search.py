"""Searches for events in the log. If a person is named, it uses the index of people. Otherwise it
reads the entries from the newest to the oldest."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from shared import base64url
from shared.accounts.handles import AccountLocator
from shared.accounts.names import Username
from shared.audit.event import Kind, Outcome
from shared.audit.facts import Fact
from shared.audit.instants import write_instant
from shared.audit.log_entry import LogEntry
from shared.audit_log.following.indexing import CURSOR
from shared.storage.audit.audit_log import AuditLog, Condition, Head
from shared.storage.audit.audit_rows import TILE
from shared.storage.audit.cursors import CursorStore
from shared.storage.audit.people_index import ACCOUNT_CHARACTERS, PeopleIndex, accounts_in
from shared.storage.tables.gather_limited import gather_limited

_MOST_TILES = 40
"""The most that one request reads: some 10,000 entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuery:
    limit: int
    before: int | None = None
    """All entries of the page have a lower index."""
    user: Username | None = None
    """The person who acted, or whose account it was."""
    kind: Kind | None = None
    outcome: Outcome | None = None
    since: datetime | None = None
    until: datetime | None = None

    def describe(self) -> dict[str, Fact]:
        """Everything but the user, who is the target of the event."""
        facts: dict[str, Fact | None] = {
            "limit": self.limit,
            "before": self.before,
            "kind": self.kind.value if self.kind else None,
            "outcome": self.outcome.value if self.outcome else None,
            "since": write_instant(self.since) if self.since else None,
            "until": write_instant(self.until) if self.until else None,
        }
        return {name: fact for name, fact in facts.items() if fact is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    entries: tuple[LogEntry, ...]
    """The newest first."""
    next: int | None
    """The place to continue. There may be more entries even if the page is empty."""
    size: int


@dataclass(frozen=True, slots=True)
class _Found:
    entries: list[LogEntry]
    reached: int
    """All entries from this index on were read."""


class Search:
    def __init__(self, log: AuditLog, index: PeopleIndex, cursors: CursorStore) -> None:
        self._log = log
        self._index = index
        self._cursors = cursors

    async def find(
        self, query: EventQuery, head: Head, locator: AccountLocator | None
    ) -> EventPage:
        """`locator` is that of the user in the query."""
        end = head.size if query.before is None else min(query.before, head.size)
        if locator is None:
            found = await self._walk(query, end, _condition(query))
        else:
            account = base64url.encode(locator)[:ACCOUNT_CHARACTERS]
            found = await self._find_account(query, end, account)
        return EventPage(entries=tuple(found.entries), next=found.reached or None, size=head.size)

    async def _find_account(self, query: EventQuery, end: int, account: str) -> _Found:
        indexed = (await self._cursors.load(CURSOR)).next
        newest = _Found([], end)
        if end > indexed:
            newest = await self._walk(query, end, _condition(query, account), floor=indexed)
            if len(newest.entries) == query.limit or newest.reached > indexed:
                return newest
        limit = query.limit - len(newest.entries)
        older = await self._look_up(query, newest.reached, account, limit)
        return _Found([*newest.entries, *older.entries], older.reached)

    async def _walk(
        self, query: EventQuery, end: int, condition: Condition, *, floor: int = 0
    ) -> _Found:
        found: list[LogEntry] = []
        for first in _tiles(end, floor):
            entries = await self._log.entries(first, limit=TILE, condition=condition)
            found += reversed([entry for entry in entries if entry.index < end])
            if len(found) >= query.limit:
                page = found[: query.limit]
                return _Found(page, page[-1].index)
            end = first
        return _Found(found, end)

    async def _look_up(self, query: EventQuery, end: int, account: str, limit: int) -> _Found:
        numbers = await self._index.find(
            account, before=end, limit=limit, condition=_condition(query)
        )
        read = await gather_limited(self._log.entry, numbers)
        # The index alone is not trusted: the entry itself must name the account.
        about = [entry for entry in read if entry and _is_about(entry, account)]
        return _Found(about, numbers[-1] if len(numbers) == limit else 0)


def _is_about(entry: LogEntry, account: str) -> bool:
    try:
        return account in accounts_in(entry.statement.read())
    except (ValueError, TypeError):  # a leaf that the service did not write
        return False


def _tiles(end: int, floor: int) -> Iterator[int]:
    """The first index of each partition below `end`, in descending order. The lowest one is
    `floor`."""
    last, lowest = (end - 1) // TILE, floor // TILE
    for tile in range(last, max(last - _MOST_TILES, lowest - 1), -1):
        yield max(tile * TILE, floor)


def _condition(query: EventQuery, account: str | None = None) -> Condition:
    asked = {
        ("Kind eq @kind", "kind"): query.kind,
        ("Outcome eq @outcome", "outcome"): query.outcome,
        ("At ge @since", "since"): query.since and write_instant(query.since),
        ("At lt @until", "until"): query.until and write_instant(query.until),
    }
    texts = [text for (text, _), value in asked.items() if value]
    given = {name: str(value) for (_, name), value in asked.items() if value}
    if account is not None:
        given |= {"user": account, "above": account + "~"}
        texts.append(
            # The SDK replaces a parameter only if spaces surround it.
            "( ( Target ge @user and Target lt @above ) or ( Actor ge @user and Actor lt @above ) )"
        )
    return Condition(" and ".join(texts), given)
