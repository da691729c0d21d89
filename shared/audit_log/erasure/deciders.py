"""Who requests or confirms an erasure, under which names, and whether with a new key."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from shared.accounts.handles import locate_handle
from shared.audit_log.erasure.known_names import Names, names_of_bearer
from shared.errors import NotPermitted
from shared.principals import AccountHolder, Principal
from shared.recording.actors import bearer
from shared.relying_party.callers.callers import Caller
from shared.storage.accounts.accounts import AccountStore
from shared.storage.audit.erasures import Administrator


class Deciders:
    def __init__(
        self, *, accounts: AccountStore, delay: timedelta, clock: Callable[[], datetime]
    ) -> None:
        """`delay` is the time that a request waits."""
        self._accounts = accounts
        self._delay = delay
        self._clock = clock

    async def describe(self, caller: Caller) -> Administrator:
        """Describe the caller, with the account's name, for the person who confirms the request."""
        known_as = await names_of_bearer(self._accounts, caller.principal, caller.account)
        someone = bearer(caller.principal)
        if caller.account is not None:
            owner = await self._accounts.find_account_row(caller.account)
            someone = replace(someone, name=owner.account.username if owner else someone.name)
        by_new_key = await self.comes_by_new_key(caller.principal)
        return Administrator(someone=someone, known_as=known_as, by_new_key=by_new_key)

    async def comes_by_new_key(self, by: Principal) -> bool:
        """Whether the key is newer than the time that a request waits. An administrator who issues
        an access pass for another one could sign in as that person, to request or to confirm."""
        if not isinstance(by, AccountHolder) or by.token.credential_hash is None:
            return False
        stored = await self._accounts.find_credential_by_hash(
            locate_handle(by.handle), by.token.credential_hash
        )
        return stored is None or stored.record.created_at > self._clock() - self._delay


def require_a_person(by: Principal) -> None:
    """Raise NotPermitted for an application: the requester may be the person who runs it."""
    if not isinstance(by, AccountHolder) and by.is_application:
        raise NotPermitted


def require_different_people(names: Names, others: Names) -> None:
    """Raise NotPermitted if both have a name in common."""
    if names & others:
        raise NotPermitted
