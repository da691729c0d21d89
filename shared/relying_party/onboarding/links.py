"""Links: which users of identity providers stand for an account. Added, seen, removed; by whom.

A link is in two places: by its subject, where it opens the account, and listed with the account,
where its owner sees it. It is listed before it opens, and opens no more before it leaves the list,
so a process that ends in between leaves nothing that opens unseen.
"""

import asyncio
import re

from shared.accounts.handles import UserHandle, locate_handle
from shared.accounts.records import Link, UserAccount, hash_subject
from shared.audit.event import Actor, Kind
from shared.audit.facts import Fact
from shared.audit.statement import Statement
from shared.errors import (
    ConcurrentUse,
    LinkLimitReached,
    MalformedRequest,
    NotFound,
    NotPermitted,
    SubjectLinked,
)
from shared.identity_providers.provider import issuers_of
from shared.principals import AccountHolder, Principal, subject_key
from shared.recording.actors import bearer, owner_of, user
from shared.recording.attempt import Attempt
from shared.relying_party.callers.acts import Act
from shared.relying_party.callers.callers import Callers
from shared.resources import Resources
from shared.storage.accounts.accounts import MOST_LINKS, StoredAccount
from shared.storage.audit.statements import NoEvent

_is_issuer = re.compile("https://[!-~]+").fullmatch
_is_subject = re.compile("(?:client:)?(?:[A-Za-z0-9_.~/-]|%[0-9A-F]{2})+").fullmatch

_EVENT_OF_LINK = NoEvent("the event is beside the link's own row")


class Links:
    def __init__(self, resources: Resources, *, callers: Callers) -> None:
        self._resources = resources
        self._callers = callers

    async def add(self, handle: UserHandle, *, issuer: str, subject: str, by: Principal) -> None:
        """Let one more identity provider's user stand for an account.

        Raises MalformedRequest, TokenInvalid, NotPermitted, StepUpRequired, NotFound,
        SubjectLinked, LinkLimitReached, ConcurrentUse.
        """
        _check_written_as_read(issuer, subject)
        key = subject_key(issuer, subject)
        facts: dict[str, Fact] = {"subject": key}
        attempt = self._resources.trail.attempt(
            Kind.ACCOUNT_LINKED, actor=bearer(by), target=user(handle), facts=facts
        )
        async with attempt:
            owner = await self._account_for(Act.LINK, handle, by=by)
            self._check_issuer(issuer)
            _refuse_own_subject(by, key)
            await self._require_free(key, handle)
        await self.tie(owner.account, key, by=bearer(by), listed_by=owner)

    def _check_issuer(self, issuer: str) -> None:
        """Else the link would open nothing, until a setting of later means somebody else by it."""
        if issuer not in issuers_of(self._resources.settings.providers):
            raise MalformedRequest(
                "issuer must be one that IDENTITY_PROVIDERS names; of a provider for several "
                "tenants, with the tenant in it."
            )

    async def _require_free(self, subject: str, handle: UserHandle) -> None:
        linked = await self._resources.links.find(subject)
        if linked not in (None, handle) and await self._exists(linked):
            raise SubjectLinked

    async def _exists(self, handle: UserHandle | None) -> bool:
        accounts = self._resources.accounts
        return handle is not None and await accounts.find_account_row(handle) is not None

    async def tie(
        self,
        account: UserAccount,
        subject: str,
        *,
        by: Actor,
        listed_by: StoredAccount | None = None,
    ) -> None:
        """Have the subject stand for the account. `listed_by` is the account that is to list it,
        if it may not yet. Raises SubjectLinked, LinkLimitReached, ConcurrentUse."""
        links = self._resources.links
        attempt = self._resources.trail.attempt(
            Kind.ACCOUNT_LINKED, actor=by, target=owner_of(account), facts={"subject": subject}
        )
        async with attempt:
            await attempt.announce(links.partition(subject))
            if listed_by is not None:
                await self._list(listed_by, self.new_link(subject, by=by), event=_EVENT_OF_LINK)
            if not await links.add(subject, account.handle, event=attempt.success()):
                await self._take_over(subject, account.handle, attempt)

    def new_link(self, subject: str, *, by: Actor) -> Link:
        return Link(
            subject=subject,
            added_at=self._resources.clock(),
            added_by_kind=by.standing.value,
            added_by=by.id,
        )

    async def _list(self, owner: StoredAccount, link: Link, *, event: Statement | NoEvent) -> None:
        if owner.lists(link.id):
            return
        if len(owner.links) >= MOST_LINKS:
            raise LinkLimitReached
        if not await self._resources.accounts.add_link(owner, link, event=event):
            raise ConcurrentUse

    async def require_listed(self, owner: StoredAccount, subject: str, *, by: Actor) -> None:
        """An earlier version listed no links: then this one is listed before it opens anything.

        Raises LinkLimitReached, ConcurrentUse."""
        link = self.new_link(subject, by=by)
        if owner.lists(link.id):
            return
        # It was found before the account was read, and may have been removed in between. Whoever
        # removes it after this has it on the list first, which gives the account another version.
        if await self._resources.links.find(subject) != owner.account.handle:
            raise ConcurrentUse
        attempt = self._resources.trail.attempt(
            Kind.ACCOUNT_LINKED,
            actor=by,
            target=owner_of(owner.account),
            facts={"subject": subject, "again": True},
        )
        async with attempt:
            accounts, locator = self._resources.accounts, locate_handle(owner.account.handle)
            await attempt.announce(accounts.partition(locator))
            await self._list(owner, link, event=attempt.success())

    async def _take_over(self, subject: str, handle: UserHandle, attempt: Attempt) -> None:
        """A subject that is linked stays with its account, as long as there is that account."""
        links = self._resources.links
        stored = await links.find_by(hash_subject(subject))
        if stored is not None and stored.handle == handle:
            await attempt.succeed(facts={"again": True})
            return
        if stored is not None and await self._exists(stored.handle):
            raise SubjectLinked
        if stored is None or not await links.replace(stored, handle, event=attempt.success()):
            raise ConcurrentUse

    async def remove_of(self, handle: UserHandle, link_id: bytes, *, by: Principal) -> None:
        """For administrators. Raises what `add` does, but for its conflicts."""
        async with self._removal(handle, by=bearer(by)) as attempt:
            owner = await self._account_for(Act.UNLINK, handle, by=by)
            await self._remove(owner, link_id, attempt)

    async def remove_own(self, holder: AccountHolder, link_id: bytes) -> None:
        """Raises TokenInvalid, StepUpRequired, NotFound, ConcurrentUse."""
        async with self._removal(holder.handle, by=bearer(holder)) as attempt:
            owner = await self._callers.own_account(holder)
            self._callers.require_fresh(holder)
            await self._remove(owner, link_id, attempt)

    def _removal(self, handle: UserHandle, *, by: Actor) -> Attempt:
        trail = self._resources.trail
        return trail.attempt(Kind.ACCOUNT_UNLINKED, actor=by, target=user(handle))

    async def _remove(self, owner: StoredAccount, link_id: bytes, attempt: Attempt) -> None:
        resources, account = self._resources, owner.account
        link = next((each for each in owner.links if each.id == link_id), None)
        if link is None:
            raise NotFound
        attempt.add_details(target=owner_of(account), facts={"subject": link.subject})
        await attempt.announce(resources.links.partition(link.subject))
        # First, or the next visit would take the missing link for a crash, and make it up; and a
        # registration that rests on the link could be stored after it.
        if not await resources.accounts.disown(owner, link, event=_EVENT_OF_LINK):
            raise ConcurrentUse
        await self._close(link, account.handle, attempt)
        await resources.accounts.forget_link(account.handle, link, event=_EVENT_OF_LINK)

    async def _close(self, link: Link, handle: UserHandle, attempt: Attempt) -> None:
        links = self._resources.links
        stored = await links.find_by(link.id)
        if stored is None or stored.handle != handle:  # it was listed, and opened nothing
            await attempt.succeed(facts={"again": True})
        elif not await links.remove(stored, event=attempt.success()):
            raise ConcurrentUse

    async def _account_for(self, act: Act, handle: UserHandle, *, by: Principal) -> StoredAccount:
        owner, _ = await asyncio.gather(
            self._resources.accounts.find_account(handle),
            self._callers.require_administrator(by, act, locate_handle(handle)),
        )
        if owner is None:
            raise NotFound
        return owner


def _check_written_as_read(issuer: str, subject: str) -> None:
    """Raise MalformedRequest unless a token can have it, as
    `shared.identity_providers.token_verification` reads tokens."""
    if not _is_issuer(issuer):
        raise MalformedRequest("issuer must be an https address, as tokens have it.")
    if not _is_subject(subject):
        raise MalformedRequest(
            "subject must be the value of the provider's subject claims, each percent-encoded, "
            "with / between them."
        )


def _refuse_own_subject(by: Principal, subject: str) -> None:
    """Whoever a provider vouches for would stand for somebody else from then on."""
    if not isinstance(by, AccountHolder) and subject_key(by.issuer, by.subject) == subject:
        raise NotPermitted
