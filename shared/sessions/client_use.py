"""The clients of this OpenID provider that a person is signed in to with a session."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MOST = 20
_LONGEST = 20_000
"""In characters, of all together: a client ID may be an address."""
_START = datetime(1970, 1, 1, tzinfo=UTC)
_UNIT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientUse:
    client_id: str
    since: datetime
    """Also the name of this use: if it ends, and the client is used again, that is another one."""

    @property
    def number(self) -> int:
        """What tokens that rest on it name it by."""
        return (self.since - _START) // _UNIT


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


def use_of(uses: Sequence[ClientUse], client_id: str) -> ClientUse | None:
    return next((use for use in uses if use.client_id == client_id), None)


def write_uses(uses: Sequence[ClientUse]) -> str:
    return json.dumps([[use.client_id, use.number] for use in uses])


def read_uses(text: str) -> tuple[ClientUse, ...]:
    """Raise ValueError or TypeError for anything that `write_uses` did not write."""
    return tuple(
        ClientUse(client_id=client_id, since=_START + number * _UNIT)
        for client_id, number in json.loads(text)
    )
