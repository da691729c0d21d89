"""Accounts that exist before their first credential.

An identity provider's user gets one at the first visit, an administrator or a backend makes one
for a person who is to register. A provider's subject is tied to its account by a link, and the
account says so too: whichever of the two writes a crash leaves out is made up for at the next
visit. An account that exists is never taken over for having the right name.
"""

from dataclasses import replace
from datetime import timedelta

from shared.accounts.handles import UserHandle, locate_handle, locate_username, new_handle
from shared.accounts.names import Username, read_username
from shared.accounts.new_names import check_given_name, check_new_name, check_not_reserved
from shared.accounts.records import Link, UserAccount
from shared.accounts.roles import Role
from shared.audit.event import Actor, Kind
from shared.errors import MalformedRequest, StorageUnavailable, UsernameTaken
from shared.identity_providers.identity import ProviderIdentity
from shared.principals import subject_key
from shared.recording.actors import bearer, owner_of
from shared.relying_party.onboarding.links import Links
from shared.resources import Resources
from shared.storage.accounts.accounts import StoredAccount
from shared.storage.audit.statements import NoEvent

_HANDLE_RANDOM_BYTES = 16
ASKED_ANEW_AFTER = timedelta(days=1)


class Provisioning:
    def __init__(self, resources: Resources, *, links: Links) -> None:
        self._resources = resources
        self._links = links

    async def account_of_subject(self, user: ProviderIdentity) -> UserHandle:
        """Find the account of a provider's user, making it at the first visit.

        Raises UsernameTaken if somebody else has the name: only an administrator links accounts;
        LinkLimitReached, ConcurrentUse.
        """
        subject = subject_key(user.issuer, user.subject)
        linked = await self._resources.links.find(subject)
        owner = await self._resources.accounts.find_account(linked) if linked else None
        if owner is not None:
            await self._links.require_listed(owner, subject, by=bearer(user))
            return owner.account.handle
        if user.username is None:
            raise MalformedRequest("The token names no user, so no account can be created for it.")
        username = read_username(user.username)
        check_new_name(username)
        check_not_reserved(username)
        account = await self._new_account(username, user.display_name, subject=subject)
        link = self._links.new_link(subject, by=bearer(user))
        existing: StoredAccount | None = None
        if not await self._create(account, by=bearer(user), link=link):
            existing = await self.find(username)
            if existing is None or existing.account.subject != subject:
                raise UsernameTaken
            account = existing.account
        await self._links.tie(account, subject, by=bearer(user), listed_by=existing)
        return account.handle

    async def _create(self, account: UserAccount, *, by: Actor, link: Link | None = None) -> bool:
        """Return False if the name is taken."""
        accounts = self._resources.accounts
        attempt = self._resources.trail.attempt(
            Kind.ACCOUNT_CREATED,
            actor=by,
            target=owner_of(account),
            facts={"roles": ",".join(sorted(account.roles))},
        )
        await attempt.announce(accounts.partition(locate_handle(account.handle)))
        created = await accounts.create_account(account, link=link, event=attempt.success())
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
        """The account of that name, made if there is none; only a new one is given `roles`.

        Only `by_administrator` a new one has a reserved name, or one that looks like another.

        If its first credential is awaited still, it is from now on, give or take a day: so it stays
        for what its caller is about to do (`shared.relying_party.onboarding.unused_accounts`)."""
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
            # Not what was just written: another request may have made it in between.
            found = await self.find(username)
        elif self._asked_long_ago(found.account):
            awaited = replace(found.account, awaited_since=self._resources.clock())
            await self._resources.accounts.change_account(
                found, awaited, event=NoEvent("only the time until it is removed unused")
            )
            found = await self.find(username)  # which another request changed, or removed
        if found is None:
            raise StorageUnavailable
        return found

    def _asked_long_ago(self, account: UserAccount) -> bool:
        since = account.awaited_since
        return since is not None and self._resources.clock() - since > ASKED_ANEW_AFTER

    async def find(self, username: Username) -> StoredAccount | None:
        service_key = await self._resources.service_key.get()
        locator = locate_username(username, service_key=service_key)
        return await self._resources.accounts.find_account_at(locator)

    async def _new_account(
        self, username: Username, display_name: str | None, *, subject: str | None = None
    ) -> UserAccount:
        service_key = await self._resources.service_key.get()
        locator = locate_username(username, service_key=service_key)
        return UserAccount(
            handle=new_handle(locator, random=self._resources.random(_HANDLE_RANDOM_BYTES)),
            username=username.display,
            display_name=display_name or username.display,
            created_at=self._resources.clock(),
            subject=subject,
        )
