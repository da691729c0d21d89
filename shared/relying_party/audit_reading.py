"""The audit trail for its readers: events, checkpoints, proofs. Reading events is an event too."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from shared import base64url
from shared.accounts.handles import AccountLocator, locate_username
from shared.accounts.names import Username
from shared.accounts.roles import Role
from shared.audit.checkpoint import Verifier
from shared.audit.entry import Entry
from shared.audit.event import Fact, Kind, Outcome, write_instant
from shared.audit.introduction import introduce
from shared.errors import MalformedRequest, NotFound
from shared.relying_party.callers import Callers
from shared.relying_party.people import bearer, named
from shared.relying_party.principals import Principal
from shared.relying_party.proofs import Proofs
from shared.relying_party.resources import Resources
from shared.storage.audit_log import TILE, Condition, Head

_MOST_TILES = 40
"""That a request looks through: some 10,000 entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuery:
    limit: int
    before: int | None = None
    """The index that all entries of the page are below."""
    user: Username | None = None
    """Who acted, or whose account it was."""
    kind: Kind | None = None
    outcome: Outcome | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    entries: tuple[Entry, ...]
    """The newest first."""
    next: int | None
    """Where to go on; there may be more even if the page is empty."""
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedLog:
    note: str
    size: int
    sealed_at: datetime
    verifiers: tuple[Verifier, ...]
    introductions: tuple[str, ...]
    """Of each key by those that are older than it, the oldest first."""


class AuditReading:
    def __init__(self, resources: Resources, proofs: Proofs, *, callers: Callers) -> None:
        self._resources = resources
        self._callers = callers
        self._proofs = proofs

    async def events(self, query: EventQuery, *, by: Principal) -> EventPage:
        """Raises NotPermitted."""
        user = query.user
        locator = None if user is None else await self._locate(user)
        attempt = self._resources.trail.attempt(
            Kind.AUDIT_READ,
            actor=bearer(by),
            target=None if user is None or locator is None else named(user, locator),
            facts=_describe(query),
        )
        async with attempt:
            head = await self._head(by)
            page = await self._search(query, head, _condition(query, locator))
            await attempt.succeed()
            return page

    async def _locate(self, user: Username) -> AccountLocator:
        return locate_username(user, service_key=await self._resources.service_key())

    async def _search(self, query: EventQuery, head: Head, condition: Condition) -> EventPage:
        end = head.size if query.before is None else min(query.before, head.size)
        found: list[Entry] = []
        for first in _tiles(end):
            entries = await self._matching(first, end, condition)
            found += reversed(entries)
            if len(found) >= query.limit:
                break
            end = first
        page = tuple(found[: query.limit])
        reached = page[-1].index if len(found) >= query.limit else end
        return EventPage(entries=page, next=reached or None, size=head.size)

    async def _matching(self, first: int, end: int, condition: Condition) -> list[Entry]:
        entries = await self._resources.log.entries(first, limit=TILE, condition=condition)
        return [entry for entry in entries if entry.index < end]

    async def checkpoint(self, *, by: Principal) -> SealedLog:
        """Raises NotPermitted, or NotFound as long as nothing was sealed."""
        head = await self._head(by)
        if head.checkpoint is None or head.sealed_at is None:
            raise NotFound
        origin = self._resources.settings.policy.rp_id
        keys = await self._resources.checkpoint_keys()
        return SealedLog(
            note=head.checkpoint,
            size=head.size,
            sealed_at=head.sealed_at,
            verifiers=tuple(key.verifier(origin) for key in keys),
            introductions=tuple(
                introduce(key, origin=origin, by=keys[place + 1 :])
                for place, key in reversed(list(enumerate(keys[:-1])))
            ),
        )

    async def inclusion(self, index: int, size: int, *, by: Principal) -> list[bytes]:
        """Raises NotPermitted, or MalformedRequest if the log has no such leaf or size."""
        await self._require_size(size, by=by)
        try:
            return await self._proofs.inclusion(index, size)
        except ValueError as error:
            raise MalformedRequest("index must be below size.") from error

    async def consistency(self, old: int, new: int, *, by: Principal) -> list[bytes]:
        """Raises NotPermitted, or MalformedRequest if the log has no such sizes."""
        await self._require_size(new, by=by)
        try:
            return await self._proofs.consistency(old, new)
        except ValueError as error:
            raise MalformedRequest("from must not be above to.") from error

    async def _require_size(self, size: int, *, by: Principal) -> None:
        if size > (await self._head(by)).size:
            raise MalformedRequest("The log is not as large as that.")

    async def _head(self, by: Principal) -> Head:
        """For auditors. Raises TokenInvalid, NotPermitted."""
        head, _ = await asyncio.gather(
            self._resources.log.head(), self._callers.require_role(by, Role.AUDIT_READ)
        )
        return head


def _tiles(end: int) -> Iterator[int]:
    """The first index of each partition below `end`, from the last one down."""
    last = (end - 1) // TILE
    yield from (tile * TILE for tile in range(last, max(last - _MOST_TILES, -1), -1))


def _condition(query: EventQuery, locator: AccountLocator | None) -> Condition:
    asked = {
        ("Kind eq @kind", "kind"): query.kind,
        ("Outcome eq @outcome", "outcome"): query.outcome,
        ("At ge @since", "since"): query.since and write_instant(query.since),
        ("At lt @until", "until"): query.until and write_instant(query.until),
    }
    texts = [text for (text, _), value in asked.items() if value]
    given = {name: str(value) for (_, name), value in asked.items() if value}
    if locator is not None:
        # A handle begins with its locator, and 21 characters of base64url with 126 bits of it.
        begins = base64url.encode(locator)[:21]
        given |= {"user": begins, "above": begins + "~"}
        texts.append(
            # The SDK takes parameters for words between spaces.
            "( ( Target ge @user and Target lt @above ) or ( Actor ge @user and Actor lt @above ) )"
        )
    return Condition(" and ".join(texts), given)


def _describe(query: EventQuery) -> dict[str, Fact]:
    """All of it but whom it is about, who is the target."""
    facts: dict[str, Fact | None] = {
        "limit": query.limit,
        "before": query.before,
        "kind": query.kind.value if query.kind else None,
        "outcome": query.outcome.value if query.outcome else None,
        "since": write_instant(query.since) if query.since else None,
        "until": write_instant(query.until) if query.until else None,
    }
    return {name: fact for name, fact in facts.items() if fact is not None}
