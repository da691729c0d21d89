"""The cookie of a person at a protected host: a sealed value, so nobody else can make or read one.

It says whose session it rests on, and at which host it counts. Whether the session still stands is
asked elsewhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.access.web_addresses.hosts import Site
from shared.openid.authorization.request_format import pack, unpack
from shared.openid.tokens.granted_session import (
    GrantedSession,
    read_session,
    write_session,
)
from shared.sealed import SealInvalid, open_sealed, seal

KIND = "web visit"
COOKIE = "__Host-touchstone-web"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    origin: str
    session: GrantedSession


def seal_visit(visit: Visit, *, expires_at: int, random: bytes, sealing_key: bytes) -> str:
    content = pack({"origin": visit.origin, "session": write_session(visit.session)})
    return seal(KIND, content, expires_at=expires_at, random=random, sealing_key=sealing_key)


def open_visit(text: str, site: Site, *, now: int, sealing_keys: Iterable[bytes]) -> Visit:
    """Raise SealInvalid, also for one of another site."""
    opened = open_sealed(KIND, text, now=now, sealing_keys=sealing_keys)
    members = unpack(opened.content)
    if members["origin"] != site.origin:
        raise SealInvalid
    return Visit(origin=site.origin, session=read_session(members["session"]))
