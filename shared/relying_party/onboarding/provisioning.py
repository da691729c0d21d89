"""Makes accounts that exist before their first credential.

A user of an identity provider gets an account at the first visit. An administrator or a backend
makes one for a person who is to register. A link ties a provider's subject to its account, and the
account names the subject too. If a crash leaves one of the two out, the next visit adds it. An
existing account is never taken over because it has the right name.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from shared.accounts.handles import UserHandle, locate_handle, locate_username, new_handle
from shared.accounts.names import Username, read_username
from shared.accounts.new_names import check_given_name, check_new_name, check_not_reserved
from shared.accounts.records import Link, UserAccount, hash_subject
from shared.accounts.roles import Role
from shared.audit.event import Actor, Kind
from shared.errors import MalformedRequest, StorageUnavailable, UsernameTaken
from shared.identity_providers.identity import ProviderIdentity
from shared.principals import subject_key
from shared.recording.actors import bearer, owner_of
from shared.recording.audit_recorder import AuditRecorder
from shared.relying_party.onboarding.linked_subjects import LinkedSubjects
from shared.relying_party.onboarding.provider_groups import (
    ProviderGroups,
    facts_of_new,
    with_groups,
)
from shared.storage.accounts.accounts import AccountStore, StoredAccount
from shared.storage.accounts.links import LinkStore
from shared.storage.audit.statements import NoEvent
from shared.storage.service_key import ServiceKey

_HANDLE_RANDOM_BYTES = 16
ASKED_ANEW_AFTER = timedelta(days=1)


class Provisioning:
    def __init__(
        self,
        *,
        accounts: AccountStore,
        link_store: LinkStore,
        linked_subjects: LinkedSubjects,
        provider_groups: ProviderGroups,
        service_key: ServiceKey,
        recorder: AuditRecorder,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        self._accounts = accounts
        self._link_store = link_store
        self._linked_subjects = linked_subjects
        self._provider_groups = provider_groups
        self._service_key = service_key
        self._recorder = recorder
        self._clock = clock
        self._random = random

    async def account_of_subject(self, user: ProviderIdentity) -> UserHandle:
        """Return the account of a provider's user, and make it at the first visit.

        Raises UsernameTaken if another account has the name, as only an administrator links
        accounts; LinkLimitReached, ConcurrentUse.
        """
        subject = subject_key(user.issuer, user.subject)
        linked = await self._link_store.find(subject)
        owner = await self._accounts.find_account(linked) if linked else None
        if owner is not None:
            owner = await self._linked_subjects.require_listed(owner, subject, by=bearer(user))
            await self._provider_groups.note(owner, user)
            return owner.account.handle
        if user.username is None:
            raise MalformedRequest("The token names no user, so no account can be created for it.")
        username = read_username(user.username)
        check_new_name(username)
        check_not_reserved(username)
        account = await self._new_account(username, user.display_name, subject=subject)
        account = with_groups(account, hash_subject(subject), user.groups)
        link = self._linked_subjects.new_link(subject, by=bearer(user))
        existing: StoredAccount | None = None
        if not await self._create(account, by=bearer(user), link=link):
            existing = await self.find(username)
            if existing is None or existing.account.subject != subject:
                raise UsernameTaken
            account = existing.account
        await self._linked_subjects.tie(account, subject, by=bearer(user), listed_by=existing)
        if existing is not None:
            await self._provider_groups.note(existing, user)
        return account.handle

    async def _create(self, account: UserAccount, *, by: Actor, link: Link | None = None) -> bool:
        """Return False if the name is taken."""
        attempt = self._recorder.attempt(
            Kind.ACCOUNT_CREATED,
            actor=by,
            target=owner_of(account),
            facts={"roles": ",".join(sorted(account.roles)), **facts_of_new(account)},
        )
        await attempt.announce(self._accounts.partition(locate_handle(account.handle)))
        created = await attempt.try_commit(
            partial(self._accounts.create_account, account, link=link)
        )
        if not created:
            await attempt.refuse(UsernameTaken())
        return created

    async def ensure(
        self,
        username: Username,
        display_name: str | None,
        *,
        by: Actor,
        roles: frozenset[Role] = frozenset(),
        by_administrator: bool = False,
    ) -> StoredAccount:
        """Return the account with this name, and make it if there is none.

        Only a new account gets `roles`. Only `by_administrator` may it have a reserved name, or one
        that looks like another name. If the account has no credential yet, the day of this call is
        stored with it, so that it is not removed as unused.
        """
        found = await self.find(username)
        if found is None:
            if by_administrator:
                check_given_name(username)
            else:
                check_new_name(username)
                check_not_reserved(username)
            account = await self._new_account(username, display_name)
            awaited = replace(account, roles=roles, awaited_since=account.created_at)
            await self._create(awaited, by=by)
            # Another request may have made it in between.
            found = await self.find(username)
        elif self._asked_long_ago(found.account):
            awaited = replace(found.account, awaited_since=self._clock())
            await self._accounts.change_account(
                found, awaited, event=NoEvent("only the time until it is removed unused")
            )
            found = await self.find(username)  # another request may have changed or removed it
        if found is None:
            raise StorageUnavailable
        return found

    def _asked_long_ago(self, account: UserAccount) -> bool:
        since = account.awaited_since
        return since is not None and self._clock() - since > ASKED_ANEW_AFTER

    async def find(self, username: Username) -> StoredAccount | None:
        service_key = await self._service_key.get()
        locator = locate_username(username, service_key=service_key)
        return await self._accounts.find_account_at(locator)

    async def _new_account(
        self, username: Username, display_name: str | None, *, subject: str | None = None
    ) -> UserAccount:
        service_key = await self._service_key.get()
        locator = locate_username(username, service_key=service_key)
        return UserAccount(
            handle=new_handle(locator, random=self._random(_HANDLE_RANDOM_BYTES)),
            username=username.display,
            display_name=display_name or username.display,
            created_at=self._clock(),
            subject=subject,
        )
