"""A subject of an identity provider is tied to an account, by the two rows of a link.

One row is found by the subject; it opens the account. The other lists the link with the account,
so that the owner can see it. A link is listed before it opens the account. It is removed from the
list after it no longer opens the account. So a process that stops in between leaves no link that
opens an account and is not listed.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from shared.accounts.handles import UserHandle, locate_handle
from shared.accounts.records import Link, UserAccount, hash_subject
from shared.audit.event import Actor, Kind
from shared.audit.statement import Statement
from shared.errors import ConcurrentUse, LinkLimitReached, SubjectLinked
from shared.recording.actors import owner_of
from shared.recording.attempt import Attempt
from shared.recording.audit_recorder import AuditRecorder
from shared.storage.accounts.accounts import MOST_LINKS, AccountStore, StoredAccount
from shared.storage.accounts.links import LinkStore
from shared.storage.audit.statements import NoEvent

EVENT_OF_LINK = NoEvent("the event is beside the link's own row")


class LinkedSubjects:
    def __init__(
        self,
        *,
        link_store: LinkStore,
        accounts: AccountStore,
        recorder: AuditRecorder,
        clock: Callable[[], datetime],
    ) -> None:
        self._link_store = link_store
        self._accounts = accounts
        self._recorder = recorder
        self._clock = clock

    async def require_free(self, subject: str, handle: UserHandle) -> None:
        """Raise SubjectLinked if it is linked to another account."""
        linked = await self._link_store.find(subject)
        if linked not in (None, handle) and await self._exists(linked):
            raise SubjectLinked

    async def _exists(self, handle: UserHandle | None) -> bool:
        return handle is not None and await self._accounts.find_account_row(handle) is not None

    async def tie(
        self,
        account: UserAccount,
        subject: str,
        *,
        by: Actor,
        listed_by: StoredAccount | None = None,
    ) -> None:
        """`listed_by` is the account, if it perhaps does not list the link yet.

        Raises SubjectLinked, LinkLimitReached, ConcurrentUse.
        """
        store = self._link_store
        attempt = self._recorder.attempt(
            Kind.ACCOUNT_LINKED, actor=by, target=owner_of(account), facts={"subject": subject}
        )
        async with attempt:
            await attempt.announce(store.partition(subject))
            if listed_by is not None:
                await self._list(listed_by, self.new_link(subject, by=by), event=EVENT_OF_LINK)
            if not await attempt.try_commit(partial(store.add, subject, account.handle)):
                await self._take_over(subject, account.handle, attempt)

    def new_link(self, subject: str, *, by: Actor) -> Link:
        return Link(
            subject=subject,
            added_at=self._clock(),
            added_by_kind=by.standing.value,
            added_by=by.id,
        )

    async def _list(self, owner: StoredAccount, link: Link, *, event: Statement | NoEvent) -> None:
        if owner.lists(link.id):
            return
        if len(owner.links) >= MOST_LINKS:
            raise LinkLimitReached
        if not await self._accounts.add_link(owner, link, event=event):
            raise ConcurrentUse

    async def require_listed(
        self, owner: StoredAccount, subject: str, *, by: Actor
    ) -> StoredAccount:
        """List a link of an earlier version, which listed none, before it opens the account. Return
        the account as it is then.

        Raises LinkLimitReached, ConcurrentUse.
        """
        link = self.new_link(subject, by=by)
        if owner.lists(link.id):
            return owner
        # The link was found before the account was read, and may have been removed in between. A
        # removal that comes later puts it on the list first, which changes the account's version.
        if await self._link_store.find(subject) != owner.account.handle:
            raise ConcurrentUse
        attempt = self._recorder.attempt(
            Kind.ACCOUNT_LINKED,
            actor=by,
            target=owner_of(owner.account),
            facts={"subject": subject, "again": True},
        )
        async with attempt:
            await attempt.announce(self._accounts.partition(locate_handle(owner.account.handle)))
            await self._list(owner, link, event=attempt.success())
        return await self._read_again(owner.account.handle)

    async def _read_again(self, handle: UserHandle) -> StoredAccount:
        found = await self._accounts.find_account(handle)
        if found is None:
            raise ConcurrentUse
        return found

    async def _take_over(self, subject: str, handle: UserHandle, attempt: Attempt) -> None:
        """A linked subject stays with its account as long as that account exists."""
        store = self._link_store
        stored = await store.find_by(hash_subject(subject))
        if stored is not None and stored.handle == handle:
            await attempt.succeed(facts={"again": True})
            return
        if stored is not None and await self._exists(stored.handle):
            raise SubjectLinked
        if stored is None:
            raise ConcurrentUse
        await attempt.commit(partial(store.replace, stored, handle))
