"""The groups that identity providers name for their users, on the row of the account.

They are written at a sign-in at the provider, if they changed, and removed together with the link.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from shared.accounts.group_texts import state_of_groups
from shared.accounts.groups import LinkedGroup, groups_of_link
from shared.accounts.handles import UserHandle, locate_handle
from shared.accounts.records import UserAccount, hash_subject
from shared.audit.event import Actor, Kind
from shared.audit.facts import Fact
from shared.errors import ConcurrentUse
from shared.identity_providers.identity import ProviderIdentity
from shared.principals import subject_key
from shared.recording.actors import bearer, owner_of
from shared.recording.audit_recorder import AuditRecorder
from shared.storage.accounts.accounts import AccountStore, StoredAccount
from shared.storage.accounts.links import LinkStore

_ATTEMPTS = 3
_MOST_TEXT = 2000


class ProviderGroups:
    def __init__(
        self, *, accounts: AccountStore, link_store: LinkStore, recorder: AuditRecorder
    ) -> None:
        self._accounts = accounts
        self._link_store = link_store
        self._recorder = recorder

    async def note(self, owner: StoredAccount, user: ProviderIdentity) -> None:
        """Write the groups that the user's token names, if they are not those of the account.

        Raises ConcurrentUse: an account must not keep groups that its person has lost.
        """
        subject = subject_key(user.issuer, user.subject)
        link = hash_subject(subject)
        for _ in range(_ATTEMPTS):
            after = with_groups(owner.account, link, user.groups)
            if after == owner.account:
                return
            facts: dict[str, Fact] = {"subject": subject}
            if user.groups is None:
                facts["unknown"] = True
            if await self._write(owner, after, by=bearer(user), facts=facts):
                return
            owner = await self._read_again(owner, subject)
        raise ConcurrentUse

    async def strip(self, handle: UserHandle, subject: str, *, by: Actor) -> None:
        """Remove the groups of a link. Raises ConcurrentUse."""
        for _ in range(_ATTEMPTS):
            owner = await self._accounts.find_account_row(handle)
            if owner is None:
                return
            after = with_groups(owner.account, hash_subject(subject), ())
            if after == owner.account:
                return
            if await self._write(owner, after, by=by, facts={"subject": subject}):
                return
        raise ConcurrentUse

    async def _write(
        self, owner: StoredAccount, after: UserAccount, *, by: Actor, facts: dict[str, Fact]
    ) -> bool:
        attempt = self._recorder.attempt(
            Kind.ACCOUNT_GROUPS_CHANGED, actor=by, target=owner_of(after), facts=facts
        )
        await attempt.announce(self._accounts.partition(locate_handle(after.handle)))
        change = partial(self._accounts.change_row, owner, after)
        written = await attempt.try_commit(change, facts=_difference(owner.account, after))
        if not written:
            await attempt.withdraw()
        return written

    async def _read_again(self, owner: StoredAccount, subject: str) -> StoredAccount:
        """The link may have been removed in the meantime, with its groups."""
        handle = owner.account.handle
        found = await self._accounts.find_account_row(handle)
        if found is None or await self._link_store.find(subject) != handle:
            raise ConcurrentUse
        return found


def with_groups(account: UserAccount, link: bytes, names: Iterable[str] | None) -> UserAccount:
    return replace(account, linked_groups=groups_of_link(account.linked_groups, link, names))


def _difference(before: UserAccount, after: UserAccount) -> dict[str, Fact]:
    """The names, as long as they are not too many for an event, and how many they are."""
    added = after.linked_groups - before.linked_groups
    removed = before.linked_groups - after.linked_groups
    return {**_names("added", added), **_names("removed", removed), "state": state_of_groups(after)}


def facts_of_new(account: UserAccount) -> dict[str, Fact]:
    """The groups that an account is made with."""
    if not account.linked_groups:
        return {}
    return _names("added", account.linked_groups) | {"state": state_of_groups(account)}


def _names(fact: str, groups: Iterable[LinkedGroup]) -> dict[str, Fact]:
    names = sorted({group.name for group in groups})
    text = json.dumps(names, ensure_ascii=False)
    return {fact: text if len(text) <= _MOST_TEXT else len(names)} if names else {}
