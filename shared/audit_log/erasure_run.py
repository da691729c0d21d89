"""Erasures that are due are carried out: what is personal goes from each entry of a person.

The whole log is gone through, by what the entries themselves say and not by the index of people,
in steps that are noted in the request's row. So any number of instances may do it at once, each may
end at any moment, and whoever comes next goes on. Before the first step, everything that was told
before the request became due has to be sealed, or what waits would escape.

A row alone erases nothing: the log itself has to tell of the request, and of its confirmation, and
not of its end.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import batched

from shared.audit.event import Kind
from shared.audit_log.erasure_grounds import ErasureGrounds
from shared.audit_log.known_names import Names, name_of
from shared.audit_log.trusted_log import TrustedLog
from shared.errors import LogInconsistent, NotPermitted
from shared.recording.actors import SERVICE, user
from shared.recording.audit_recorder import Attempt
from shared.relying_party.callers.callers import Callers
from shared.resources import Resources
from shared.storage.audit.audit_log import TILE, Leaf
from shared.storage.audit.erasures import Erasure
from shared.storage.audit.people_index import people_in
from shared.storage.tables.gather_limited import AT_ONCE, gather_limited

logger = logging.getLogger("touchstone.audit")

_READ = 1000
LOST_ROLE = "requester_lost_role"


@dataclass(frozen=True, slots=True)
class _Done:
    """Of some entries of the person: from how many the personal part is gone, how many keep it."""

    entries: int = 0
    named: int = 0


class ErasureRun:
    def __init__(
        self,
        resources: Resources,
        *,
        callers: Callers,
        trusted_log: TrustedLog,
        grounds: ErasureGrounds,
    ) -> None:
        self._resources = resources
        self._callers = callers
        self._trusted_log = trusted_log
        self._grounds = grounds

    async def carry_out(self, *, until: datetime) -> int:
        """Go on with each erasure that is due, beginning no step after `until`; return how many
        came to their end.

        Raises StorageUnavailable, KeysUnavailable.
        """
        erasures = await self._resources.erasures.all()
        if not erasures:
            return 0
        await self._tag_anew(erasures)
        now = await self._resources.outbox.now()
        due = [each for each in erasures if each.due_at <= now]
        return sum([await self._try(each, until) for each in due])

    async def _tag_anew(self, erasures: Iterable[Erasure]) -> None:
        """A request waits for longer than an old checkpoint key is kept enabled beside a new one.
        What is due now goes on in a minute then, as its row has another version."""
        key = await self._resources.current_keys.statement_key()
        for each in erasures:
            if each.key_id != key.id:
                await self._resources.erasures.note(each)

    async def _try(self, erasure: Erasure, until: datetime) -> bool:
        """An entry that cannot be read holds up one, and not the others."""
        try:
            return await self._go_on(erasure, until)
        except LogInconsistent as error:
            logger.error("the audit log contradicts itself, and delays an erasure: %s", error)
            return False

    async def _go_on(self, erasure: Erasure, until: datetime) -> bool:
        at: Erasure | None = erasure if erasure.begun else await self._begin(erasure)
        while at is not None and at.next < (at.size or 0):
            if self._resources.clock() >= until:
                return False
            at = await self._step(at)
        return at is not None and await self._finish(at)

    async def _begin(self, erasure: Erasure) -> Erasure | None:
        """None if it is not to be begun now, or another instance did."""
        # Until the row was written, too, as it may be one that somebody put back.
        if await self._waits(max(erasure.due_at, erasure.written)):
            return None
        head = await self._trusted_log.signed_head()
        if not await self._grounds.hold(erasure, head):
            return None
        if not await self._stands(erasure):
            await self._give_up(erasure)
            return None
        return await self._resources.erasures.note(replace(erasure, size=head.size))

    async def _waits(self, before: datetime) -> bool:
        """Whether something that was told before is not sealed yet. What the service did not tell
        never will be."""
        pending = await self._resources.outbox.written_before(before, limit=_READ)
        return len(pending) == _READ or bool(await self._trusted_log.accepted(pending))

    async def _stands(self, erasure: Erasure) -> bool:
        """Whether those who decided it are administrators still."""
        decided = [erasure.requested_by, erasure.confirmed_by]
        people = [each.someone for each in decided if each]
        return all([await self._callers.still_administers(someone) for someone in people])

    async def _step(self, erasure: Erasure) -> Erasure | None:
        """Note how far it is; None if another instance goes on with it."""
        tiles = range(erasure.next - erasure.next % TILE, erasure.size or 0, TILE)
        step = next(batched(tiles, AT_ONCE, strict=False))

        async def erase(tile: int) -> _Done:
            return await self._erase_in(tile, erasure)

        done = await gather_limited(erase, step)
        moved = replace(
            erasure,
            next=min(step[-1] + TILE, erasure.size or 0),
            entries=erasure.entries + sum(each.entries for each in done),
            named=erasure.named + sum(each.named for each in done),
        )
        return await self._resources.erasures.note(moved)

    async def _erase_in(self, tile: int, erasure: Erasure) -> _Done:
        """In one partition. Counted is what is so afterwards, whoever did it: so a repetition after
        a crash comes to the same numbers."""
        leaves = await self._resources.log.leaves(tile, limit=TILE)
        own = [
            (index, leaf)
            for index, leaf in leaves.items()
            if index < (erasure.size or 0) and "personal" in leaf and _is_about(leaf, erasure)
        ]
        deciders = _deciders(erasure)
        named = [index for index, leaf in own if _names(leaf, "actor") & deciders]
        gone = [index for index, _ in own if index not in named]
        await gather_limited(self._forget, gone)
        return _Done(entries=len(gone), named=len(named))

    async def _forget(self, index: int) -> None:
        log = self._resources.log
        entry = await log.entry(index)
        if entry is not None and entry.statement.personal:
            await log.forget_person(entry, key=await self._resources.current_keys.statement_key())

    async def _finish(self, erasure: Erasure) -> bool:
        """The event that tells of it takes the place of the request."""
        attempt = self._attempt(erasure)
        attempt.add_details(facts={"entries": erasure.entries, "named": erasure.named})
        await attempt.announce(self._resources.erasures.partition)
        removed = await self._resources.erasures.remove(erasure, event=attempt.success())
        if not removed:  # another instance was faster
            await attempt.withdraw()
        return removed

    async def _give_up(self, erasure: Erasure) -> None:
        attempt = self._attempt(erasure)
        attempt.add_details(reason=LOST_ROLE)
        await attempt.announce(self._resources.erasures.partition)
        refused = attempt.failure(NotPermitted())
        if not await self._resources.erasures.remove(erasure, event=refused):
            await attempt.withdraw()

    def _attempt(self, erasure: Erasure) -> Attempt:
        return self._resources.trail.attempt(
            Kind.PERSON_ERASED,
            actor=SERVICE,
            target=user(erasure.person),
            facts={"request": erasure.id},
        )


def _is_about(leaf: Leaf, erasure: Erasure) -> bool:
    return bool(_names(leaf, "actor", "target") & erasure.known_as)


def _deciders(erasure: Erasure) -> Names:
    """What they did to the person stays named, until others decide."""
    confirmed_by = erasure.confirmed_by
    return erasure.requested_by.known_as | (confirmed_by.known_as if confirmed_by else frozenset())


def _names(leaf: Leaf, *roles: str) -> Names:
    return frozenset(name_of(what, someone) for what, someone in people_in(leaf, *roles))
