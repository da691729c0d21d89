"""The authority of a registration: a session, an access pass, or the link to a provider's user.

A token is accepted until it expires, a few minutes later. That is too long for a registration, as
its result lasts. If a session or a pass is stolen and then ended, the thief must not be able to add
a credential that outlives it. So a registration asks storage at its begin, and again at its finish,
whether its authority is still valid. The sealed challenge carries the authority.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.accounts.handles import UserHandle, locate_handle
from shared.identity_providers.provider import Provider, issuers_of
from shared.principals import issuer_of
from shared.sessions.authority import ENROLMENT, LINK, PASS, SESSION
from shared.storage.accounts.accounts import StoredAccount
from shared.storage.accounts.links import LinkStore
from shared.storage.accounts.passes import PassStore
from shared.storage.sessions import SessionStore
from shared.storage.tables.table import Operation


@dataclass(frozen=True, slots=True)
class AuthorityStatus:
    """Whether an authority is valid now."""

    holds: bool
    credential_hash: bytes | None = None
    """The hash of the credential that signed in for the authority, if there is one. The account
    shows whether this credential is still active. Its session ends a moment after it, or not at all
    if the process ends in between."""
    also: tuple[Operation, ...] = ()
    """Parts of the transaction of a registration: they use up a part of the authority, or require
    that it has not ended."""


def lists_authority(
    owner: StoredAccount, authority: bytes, *, providers: Sequence[Provider]
) -> bool:
    """False for a link that the account no longer lists, or whose issuer is no longer trusted.
    Always true for an authority that is not a link."""
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
        """Whether the authority is valid: one point read, or none if it cannot end."""
        return (await self.find_status(handle, authority)).holds

    async def find_status(self, handle: UserHandle, authority: bytes) -> AuthorityStatus:
        """Needs the same reads as `holds`."""
        kind, rest, now = authority[:1], authority[1:], self._clock()
        if kind == SESSION:
            stored = await self._session_store.find(locate_handle(handle), rest)
            if stored is None or not stored.session.is_live(now):
                return AuthorityStatus(False)
            lasting = (self._session_store.requiring(stored),)
            return AuthorityStatus(True, stored.session.sign_in.credential_hash, also=lasting)
        if kind == PASS:
            found = await self._pass_store.find(locate_handle(handle))
            if found is None or found.access_pass.id != rest:
                return AuthorityStatus(False)
            holds = found.access_pass.allows_registration(now)
            return AuthorityStatus(holds, also=(self._pass_store.spending(found),))
        if kind == ENROLMENT:
            found = await self._pass_store.find(locate_handle(handle))
            return AuthorityStatus(found is None or not found.access_pass.allows_registration(now))
        if kind == LINK:
            link = await self._link_store.find_by(rest)
            return AuthorityStatus(link is not None and link.handle == handle)
        return AuthorityStatus(True)
