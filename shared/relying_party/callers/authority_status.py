"""What a registration rests on: a session or an access pass, or the link to a provider's user.

A token is believed until it expires, a few minutes later. That is too long where something lasting
comes of it: who has lost a session, or a pass, must not see a thief's new credential outlive them.
So a registration asks storage at its begin, and again at its finish, whether its authority still
holds; what it is travels in the sealed challenge.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.accounts.handles import UserHandle, locate_handle
from shared.identity_providers.provider import Provider, issuers_of
from shared.principals import issuer_of
from shared.sessions.authority import ENROLMENT, LINK, PASS, SESSION, session_of
from shared.storage.accounts.accounts import StoredAccount
from shared.storage.accounts.links import LinkStore
from shared.storage.accounts.passes import PassStore
from shared.storage.sessions import SessionStore
from shared.storage.tables.table import Operation


@dataclass(frozen=True, slots=True)
class AuthorityStatus:
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
    if authority[:1] != LINK:
        return True
    trusted = issuers_of(providers)
    return any(
        authority == LINK + link.id and issuer_of(link.subject) in trusted for link in owner.links
    )


class Authorities:
    def __init__(
        self,
        *,
        session_store: SessionStore,
        pass_store: PassStore,
        link_store: LinkStore,
        clock: Callable[[], datetime],
    ) -> None:
        self._session_store = session_store
        self._pass_store = pass_store
        self._link_store = link_store
        self._clock = clock

    async def holds(self, handle: UserHandle, authority: bytes) -> bool:
        """One point read, and none if there is nothing that could end."""
        return (await self.find_status(handle, authority)).holds

    async def find_status(self, handle: UserHandle, authority: bytes) -> AuthorityStatus:
        """As `holds`."""
        kind, rest, now = authority[:1], authority[1:], self._clock()
        if kind == SESSION:
            day, session_id = session_of(authority)
            stored = await self._session_store.find_at(locate_handle(handle), day, session_id)
            if stored is None or not stored.session.is_live(now):
                return AuthorityStatus(False)
            return AuthorityStatus(True, stored.session.sign_in.credential_hash)
        if kind == PASS:
            found = await self._pass_store.find(locate_handle(handle))
            if found is None or found.access_pass.id != rest:
                return AuthorityStatus(False)
            holds = found.access_pass.allows_registration(now)
            return AuthorityStatus(holds, spends=(self._pass_store.spending(found),))
        if kind == ENROLMENT:
            found = await self._pass_store.find(locate_handle(handle))
            return AuthorityStatus(found is None or not found.access_pass.allows_registration(now))
        if kind == LINK:
            link = await self._link_store.find_by(rest)
            return AuthorityStatus(link is not None and link.handle == handle)
        return AuthorityStatus(True)
