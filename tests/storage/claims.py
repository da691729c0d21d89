"""Claims of challenges, each with the notice of an attempt."""

import json
import secrets
from datetime import UTC, datetime

from shared.audit.event_id import EVENT_ID_RANDOM_BYTES, new_event_id
from shared.audit.statement import Statement
from shared.storage.audit.statements import Partition
from shared.storage.challenges import ChallengeStore, shard_of_challenge

PLACE = Partition("Accounts", "somebody")
_AT = datetime(2026, 1, 1, tzinfo=UTC)


def notice_for(challenge: bytes) -> Statement:
    random = secrets.token_bytes(EVENT_ID_RANDOM_BYTES)
    shard = shard_of_challenge(challenge)
    event_id = new_event_id(_AT, sequence=0, random=random, last_digit=shard)
    return Statement(leaf=json.dumps({"id": event_id}).encode())


async def claim(
    challenges: ChallengeStore,
    challenge: bytes,
    *,
    expires_at: int,
    notice: Statement | None = None,
) -> bool:
    return await challenges.claim(
        challenge,
        expires_at=expires_at,
        notice=notice or notice_for(challenge),
        places=[PLACE],
    )
