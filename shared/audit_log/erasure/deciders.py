"""Who asks for an erasure, or confirms it: under which names, and with how new a key."""

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
        """`delay` is for how long a request waits."""
        self._accounts = accounts
        self._delay = delay
        self._clock = clock

    async def describe(self, caller: Caller) -> Administrator:
        """With the name of the own account, for whoever is to confirm the request."""
        known_as = await names_of_bearer(self._accounts, caller.principal, caller.account)
        someone = bearer(caller.principal)
        if caller.account is not None:
            owner = await self._accounts.find_account_row(caller.account)
            someone = replace(someone, name=owner.account.username if owner else someone.name)
        by_new_key = await self.comes_by_new_key(caller.principal)
        return Administrator(someone=someone, known_as=known_as, by_new_key=by_new_key)

    async def comes_by_new_key(self, by: Principal) -> bool:
        """Whether the key is younger than a request would wait: whoever issued an access pass for
        another administrator could come as that one, to ask or to confirm."""
        if not isinstance(by, AccountHolder) or by.token.credential_hash is None:
            return False
        stored = await self._accounts.find_credential_by_hash(
            locate_handle(by.handle), by.token.credential_hash
        )
        return stored is None or stored.record.created_at > self._clock() - self._delay


def require_a_person(by: Principal) -> None:
    """Raise NotPermitted for an application: whoever runs it may be the one who asked."""
    if not isinstance(by, AccountHolder) and by.is_application:
        raise NotPermitted


def require_different_people(names: Names, others: Names) -> None:
    """Raise NotPermitted if some name is in both."""
    if names & others:
        raise NotPermitted
