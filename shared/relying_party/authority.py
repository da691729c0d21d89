"""What a registration rests on: a session or an access pass, or the link to a provider's user.

A token is believed until it expires, a few minutes later. That is too long where something lasting
comes of it: who has lost a session, or a pass, must not see a thief's new credential outlive them.
So a registration asks storage at its begin, and again at its finish, whether its authority still
holds; what it is travels in the sealed challenge.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from shared.accounts.handles import UserHandle, locate_handle
from shared.accounts.records import hash_subject
from shared.providers.provider import Provider, issuers_of
from shared.relying_party.principals import issuer_of
from shared.relying_party.resources import Resources
from shared.sessions.refresh_token import day_of
from shared.storage.accounts import StoredAccount
from shared.storage.tables import Operation
from shared.tokens.access_token import AccessToken

NONE = b""
"""Nothing that could end: anybody may register."""
ENROLMENT = b"e"
"""A backend's role to enrol newcomers: it holds as long as the account is nobody's, which is seen
from the account, and nobody has an access pass for it."""
_SESSION, _PASS, _LINK = b"s", b"p", b"l"
_DAY = struct.Struct(">I")


def authority_of(token: AccessToken) -> bytes:
    if token.pass_id is not None:
        return _PASS + token.pass_id
    if token.session_id is None:
        return NONE
    # A token of an earlier version does not say that: it rests on nothing until it is refreshed.
    day = day_of(token.session_ends_at.timestamp()) if token.session_ends_at else 0
    return _SESSION + _DAY.pack(day) + token.session_id


def authority_of_subject(subject: str) -> bytes:
    """An identity provider vouched for its user, who is linked to the account."""
    return _LINK + hash_subject(subject)


def describe_authority(authority: bytes) -> str:
    """For the record: "session", "pass", "provider", "enrolment", or "none"."""
    names = {_SESSION: "session", _PASS: "pass", _LINK: "provider", ENROLMENT: "enrolment"}
    return names.get(authority[:1], "none")


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left of an authority."""

    holds: bool
    credential_hash: bytes | None = None
    """Of the credential that signed in for it, if one did. Whether that one still counts is seen
    from the account: a session ends a moment after it, or never if a process ends in between."""
    spends: tuple[Operation, ...] = ()
    """What a registration uses up of it."""


def lists_authority(
    owner: StoredAccount, authority: bytes, *, providers: Sequence[Provider]
) -> bool:
    """False for a link that the account does not list any more, or whose issuer is trusted no more.
    What does not rest on a link is on no list."""
    if authority[:1] != _LINK:
        return True
    trusted = issuers_of(providers)
    return any(
        authority == _LINK + link.id and issuer_of(link.subject) in trusted for link in owner.links
    )


async def authority_holds(resources: Resources, handle: UserHandle, authority: bytes) -> bool:
    """One point read, and none if there is nothing that could end."""
    return (await find_standing(resources, handle, authority)).holds


async def find_standing(resources: Resources, handle: UserHandle, authority: bytes) -> Standing:
    """As `authority_holds`."""
    kind, rest, now = authority[:1], authority[1:], resources.clock()
    if kind == _SESSION:
        (day,), session_id = _DAY.unpack(rest[: _DAY.size]), rest[_DAY.size :]
        stored = await resources.sessions.find_at(locate_handle(handle), day, session_id)
        if stored is None or not stored.session.is_live(now):
            return Standing(False)
        return Standing(True, stored.session.sign_in.credential_hash)
    if kind == _PASS:
        found = await resources.passes.find(locate_handle(handle))
        if found is None or found.access_pass.id != rest:
            return Standing(False)
        holds = found.access_pass.allows_registration(now)
        return Standing(holds, spends=(resources.passes.spending(found),))
    if kind == ENROLMENT:
        found = await resources.passes.find(locate_handle(handle))
        return Standing(found is None or not found.access_pass.allows_registration(now))
    if kind == _LINK:
        link = await resources.links.find_by(rest)
        return Standing(link is not None and link.handle == handle)
    return Standing(True)
