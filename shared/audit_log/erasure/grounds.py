"""The grounds of an erasure. The signed log must have its request and its confirmation, and must
not have its withdrawal or its end.

An intruder who can write to the tables could put back an old row of a request. The service would
then erase a person and sign an event of it, without any warning.
"""

import logging
from typing import Any

from shared import base64url
from shared.audit.continuity import Discontinuity
from shared.audit.event import Kind, Outcome
from shared.audit.instants import write_instant
from shared.audit.log_entry import LogEntry
from shared.audit.merkle import includes, leaf_hash
from shared.audit_log.proofs import Proofs
from shared.audit_log.trusted_log import TrustedLog
from shared.storage.audit.audit_log import Head
from shared.storage.audit.audit_rows import TILE
from shared.storage.audit.erasures import Administrator, Erasure
from shared.storage.audit.event_ids import EventIds
from shared.storage.tables.gather_limited import gather_limited

logger = logging.getLogger("touchstone.audit")

type Leaf = dict[str, Any]


class ErasureGrounds:
    def __init__(self, event_ids: EventIds, proofs: Proofs, trusted_log: TrustedLog) -> None:
        self._event_ids = event_ids
        self._proofs = proofs
        self._trusted_log = trusted_log

    async def hold(self, erasure: Erasure, head: Head) -> bool:
        """Check the grounds under a signed head. False while one of the events is not sealed."""
        try:
            request = await self._find(erasure.id, head)
            confirmation = await self._find(erasure.confirmation, head)
            if request is not None:
                await self._require_no_end(erasure, request.index, head)
        except (_Unfounded, Discontinuity) as error:
            logger.error("the audit log contradicts itself: an erasure %s", error)
            return False
        if request is None or (erasure.confirmed_by and confirmation is None):
            logger.warning("an erasure waits until its event is in the log")
            return False
        confirmed = None if confirmation is None else confirmation.statement.read()
        wrong = _contradiction(erasure, request.statement.read(), confirmed)
        if wrong:
            logger.error("the audit log contradicts itself: an erasure %s", wrong)
        return wrong is None

    async def _require_no_end(self, erasure: Erasure, since: int, head: Head) -> None:
        """Read the entries since the request, each proven under the head; once, at the begin."""

        async def search(first: int) -> bool:
            entries = await self._trusted_log.signed_entries(first, head, bare=True)
            return any(_is_end(entry.statement.read(), erasure) for entry in entries)

        tiles = range(since - since % TILE, head.size, TILE)
        if any(await gather_limited(search, tiles)):
            raise _Unfounded("had ended before its row was put back")

    async def _find(self, event_id: str, head: Head) -> LogEntry | None:
        entry = await self._event_ids.find(event_id) if event_id else None
        if entry is None or entry.index >= head.size:
            return None
        proof = await self._proofs.inclusion(entry.index, head.size)
        leaf, root = leaf_hash(entry.statement.leaf), head.frontier.root
        if not includes(leaf, index=entry.index, size=head.size, proof=proof, root=root):
            raise _Unfounded("refers to an entry that differs from the signed one")
        return entry


class _Unfounded(Exception):
    pass


def _contradiction(erasure: Erasure, request: Leaf, confirmation: Leaf | None) -> str | None:
    if not _is_request(request, erasure):
        return "was not requested as its row says"
    by = erasure.confirmed_by
    if by is None:
        due = request["facts"]["dueAt"] == write_instant(erasure.due_at)
        return None if due else "is due at another time than the log says"
    if confirmation is None or not _is_confirmation(confirmation, erasure, by):
        return "was not confirmed as its row says"
    return None


def _is_end(leaf: Leaf, erasure: Erasure) -> bool:
    """Whether the event says that the erasure was withdrawn, carried out or given up."""
    kind, outcome = leaf["kind"], leaf["outcome"]
    withdrawn = (kind, outcome) == (Kind.ERASURE_WITHDRAWN, Outcome.SUCCESS)
    over = kind == Kind.PERSON_ERASED and outcome != Outcome.ATTEMPTED
    return (withdrawn or over) and bool(leaf["facts"]["request"] == erasure.id)


def _is_request(leaf: Leaf, erasure: Erasure) -> bool:
    is_event = _is_event_of(leaf, Kind.ERASURE_REQUESTED, erasure.requested_by)
    return is_event and leaf["target"]["id"] == base64url.encode(erasure.person)


def _is_confirmation(leaf: Leaf, erasure: Erasure, by: Administrator) -> bool:
    is_event = _is_event_of(leaf, Kind.ERASURE_CONFIRMED, by)
    return is_event and leaf["facts"]["request"] == erasure.id


def _is_event_of(leaf: Leaf, kind: Kind, by: Administrator) -> bool:
    done = (leaf["kind"], leaf["outcome"]) == (kind, Outcome.SUCCESS)
    return done and leaf["actor"]["id"] == by.someone.id
