"""A request while the person is at our pages: sealed, with the time at which the browser brought
it. A gesture that was made later was made for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.openid.authorization.request import AuthorizationRequest
from shared.openid.authorization.request_format import (
    REQUEST,
    pack,
    read_written_request,
    unpack,
    write_request,
)
from shared.openid.request_lifetime import REQUEST_SECONDS
from shared.sealed import open_sealed, seal

_START = datetime(1970, 1, 1, tzinfo=UTC)
_UNIT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtRequest:
    request: AuthorizationRequest
    at: datetime


def seal_request(brought: BroughtRequest, *, random: bytes, sealing_key: bytes) -> str:
    members = write_request(brought.request) | {"at": (brought.at - _START) // _UNIT}
    return seal(
        REQUEST,
        pack(members),
        expires_at=int(brought.at.timestamp()) + REQUEST_SECONDS,
        random=random,
        sealing_key=sealing_key,
    )


def open_request(text: str, *, now: int, sealing_keys: Iterable[bytes]) -> BroughtRequest:
    """Raise SealInvalid."""
    members = unpack(open_sealed(REQUEST, text, now=now, sealing_keys=sealing_keys).content)
    return BroughtRequest(request=read_written_request(members), at=_START + members["at"] * _UNIT)
