"""Adds and removes links between accounts and users of identity providers."""

import asyncio
import re
from collections.abc import Callable, Container
from functools import partial

from shared.accounts.handles import UserHandle, locate_handle
from shared.accounts.records import Link
from shared.audit.event import Actor, Kind
from shared.audit.facts import Fact
from shared.errors import ConcurrentUse, MalformedRequest, NotFound, NotPermitted
from shared.principals import AccountHolder, Principal, subject_key
from shared.recording.actors import bearer, owner_of, user
from shared.recording.attempt import Attempt
from shared.recording.audit_recorder import AuditRecorder
from shared.relying_party.callers.acts import Act
from shared.relying_party.callers.callers import Callers
from shared.relying_party.onboarding.linked_subjects import EVENT_OF_LINK, LinkedSubjects
from shared.relying_party.onboarding.provider_groups import ProviderGroups
from shared.storage.accounts.accounts import AccountStore, StoredAccount
from shared.storage.accounts.links import LinkStore

# Without TLS it can only be our own, on a development machine.
_is_issuer = re.compile("(?:https://|http://localhost[:/])[!-~]+").fullmatch
_is_subject = re.compile("(?:client:)?(?:[A-Za-z0-9_.~/-]|%[0-9A-F]{2})+").fullmatch


class Links:
    def __init__(
        self,
        *,
        linked_subjects: LinkedSubjects,
        provider_groups: ProviderGroups,
        link_store: LinkStore,
        accounts: AccountStore,
        issuers: Container[str],
        can_name: Callable[[str, str], bool],
        callers: Callers,
        recorder: AuditRecorder,
    ) -> None:
        """`issuers` are those of the trusted identity providers, and ours for Entra. `can_name`
        tells whether an issuer can name a subject."""
        self._linked_subjects = linked_subjects
        self._provider_groups = provider_groups
        self._link_store = link_store
        self._accounts = accounts
        self._issuers = issuers
        self._can_name = can_name
        self._callers = callers
        self._recorder = recorder

    async def add(self, handle: UserHandle, *, issuer: str, subject: str, by: Principal) -> None:
        """Link one more user of an identity provider to an account.

        Raises MalformedRequest, TokenInvalid, NotPermitted, StepUpRequired, NotFound,
        SubjectLinked, LinkLimitReached, ConcurrentUse.
        """
        _check_written_as_read(issuer, subject)
        key = subject_key(issuer, subject)
        facts: dict[str, Fact] = {"subject": key}
        attempt = self._recorder.attempt(
            Kind.ACCOUNT_LINKED, actor=bearer(by), target=user(handle), facts=facts
        )
        async with attempt:
            owner = await self._account_for(Act.LINK, handle, by=by)
            self._check_issuer(issuer, subject)
            _refuse_own_subject(by, key)
            await self._linked_subjects.require_free(key, handle)
        await self._linked_subjects.tie(owner.account, key, by=bearer(by), listed_by=owner)

    def _check_issuer(self, issuer: str, subject: str) -> None:
        """Otherwise the link would open nothing, until a later setting gives it another meaning."""
        if issuer not in self._issuers:
            raise MalformedRequest(
                "issuer must be one that IDENTITY_PROVIDERS names, with the tenant in it if it has "
                "several, or the issuer for Entra if EXTERNAL_MFA is set."
            )
        if not self._can_name(issuer, subject):
            raise MalformedRequest(
                "subject must be a tenant ID of EXTERNAL_MFA and an object ID, both in lower case, "
                "with / between them."
            )

    async def remove_of(self, handle: UserHandle, link_id: bytes, *, by: Principal) -> None:
        """Only for administrators. Raises TokenInvalid, NotPermitted, StepUpRequired, NotFound,
        ConcurrentUse."""
        async with self._removal(handle, by=bearer(by)) as attempt:
            owner = await self._account_for(Act.UNLINK, handle, by=by)
            await self._remove(owner, link_id, attempt, by=bearer(by))

    async def remove_own(self, holder: AccountHolder, link_id: bytes) -> None:
        """Raises TokenInvalid, StepUpRequired, NotFound, ConcurrentUse."""
        async with self._removal(holder.handle, by=bearer(holder)) as attempt:
            owner = await self._callers.own_account(holder)
            self._callers.require_fresh(holder)
            await self._remove(owner, link_id, attempt, by=bearer(holder))

    def _removal(self, handle: UserHandle, *, by: Actor) -> Attempt:
        return self._recorder.attempt(Kind.ACCOUNT_UNLINKED, actor=by, target=user(handle))

    async def _remove(
        self, owner: StoredAccount, link_id: bytes, attempt: Attempt, *, by: Actor
    ) -> None:
        account = owner.account
        link = next((each for each in owner.links if each.id == link_id), None)
        if link is None:
            raise NotFound
        await attempt.announce(
            self._link_store.partition(link.subject),
            target=owner_of(account),
            facts={"subject": link.subject},
        )
        # This is first: otherwise the next visit would restore the missing link, as after a crash,
        # and a registration by the link could be stored after its removal.
        if not await self._accounts.disown(owner, link, event=EVENT_OF_LINK):
            raise ConcurrentUse
        await self._close(link, account.handle, attempt)
        # The link opens nothing any more, so no sign-in brings its groups back.
        await self._provider_groups.strip(account.handle, link.subject, by=by)
        await self._accounts.forget_link(account.handle, link, event=EVENT_OF_LINK)

    async def _close(self, link: Link, handle: UserHandle, attempt: Attempt) -> None:
        store = self._link_store
        stored = await store.find_by(link.id)
        if stored is None or stored.handle != handle:  # the link was listed, but opened nothing
            await attempt.succeed(facts={"again": True})
        else:
            await attempt.commit(partial(store.remove, stored))

    async def _account_for(self, act: Act, handle: UserHandle, *, by: Principal) -> StoredAccount:
        owner, _ = await asyncio.gather(
            self._accounts.find_account(handle),
            self._callers.require_administrator(by, act, locate_handle(handle)),
        )
        if owner is None:
            raise NotFound
        return owner


def _check_written_as_read(issuer: str, subject: str) -> None:
    """Raise MalformedRequest unless a token can name this user, in the form in which
    `shared.identity_providers.token_verification` reads it."""
    if not _is_issuer(issuer):
        raise MalformedRequest("issuer must be an https address, as tokens have it.")
    if not _is_subject(subject):
        raise MalformedRequest(
            "subject must be the value of the provider's subject claims, each percent-encoded, "
            "with / between them."
        )


def _refuse_own_subject(by: Principal, subject: str) -> None:
    """Otherwise the caller could sign in to the account of somebody else."""
    if not isinstance(by, AccountHolder) and subject_key(by.issuer, by.subject) == subject:
        raise NotPermitted
