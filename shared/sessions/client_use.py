"""The clients of this OpenID provider that a person is signed in to with a session."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

MOST = 20
_LONGEST = 20_000
"""In characters, of all together: a client ID may be an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientUse:
    client_id: str
    since: datetime


def with_client(
    uses: Sequence[ClientUse], client_id: str, *, now: datetime
) -> tuple[ClientUse, ...]:
    """The oldest leave when there are too many."""
    kept = (*without_client(uses, client_id), ClientUse(client_id=client_id, since=now))[-MOST:]
    while len(write_uses(kept)) > _LONGEST:
        kept = kept[1:]
    return kept


def without_client(uses: Sequence[ClientUse], client_id: str) -> tuple[ClientUse, ...]:
    return tuple(use for use in uses if use.client_id != client_id)


def has_client(uses: Sequence[ClientUse], client_id: str) -> bool:
    return any(use.client_id == client_id for use in uses)


def write_uses(uses: Sequence[ClientUse]) -> str:
    return json.dumps([[use.client_id, int(use.since.timestamp())] for use in uses])


def read_uses(text: str) -> tuple[ClientUse, ...]:
    """Raise ValueError or TypeError for anything that `write_uses` did not write."""
    return tuple(
        ClientUse(client_id=client_id, since=datetime.fromtimestamp(since, UTC))
        for client_id, since in json.loads(text)
    )
