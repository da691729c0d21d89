"""What a registration rests on, as its sealed challenge carries it: a session, a pass, a link to a
provider's user, or a role."""

import struct

from shared.accounts.records import hash_subject
from shared.sessions.access_token import AccessToken
from shared.sessions.refresh_token import day_of

NONE = b""
"""Nothing that could end: anybody may register."""
ENROLMENT = b"e"
"""A backend's role to enrol newcomers: it holds as long as the account is nobody's, which is seen
from the account, and nobody has an access pass for it."""
SESSION, PASS, LINK = b"s", b"p", b"l"
_DAY = struct.Struct(">I")


def authority_of(token: AccessToken) -> bytes:
    if token.pass_id is not None:
        return PASS + token.pass_id
    if token.session_id is None:
        return NONE
    # A token of an earlier version does not say that: it rests on nothing until it is refreshed.
    day = day_of(token.session_ends_at.timestamp()) if token.session_ends_at else 0
    return SESSION + _DAY.pack(day) + token.session_id


def authority_of_subject(subject: str) -> bytes:
    """An identity provider vouched for its user, who is linked to the account."""
    return LINK + hash_subject(subject)


def describe_authority(authority: bytes) -> str:
    """For the record: "session", "pass", "provider", "enrolment", or "none"."""
    names = {SESSION: "session", PASS: "pass", LINK: "provider", ENROLMENT: "enrolment"}
    return names.get(authority[:1], "none")


def session_of(authority: bytes) -> tuple[int, bytes]:
    """The day on which it ends, and its ID."""
    rest = authority[1:]
    return int(_DAY.unpack(rest[: _DAY.size])[0]), rest[_DAY.size :]
