"""Whether a caller still stands, and what that one may do.

A token is believed until it expires, a few minutes later. That is too long for whoever has been
suspended, signed out or relieved of a role: what they do in these minutes may last, and what they
read is read. So every story that a token opens asks here first, and storage decides: whether the
session or access pass of the token is still there, the credential that signed in still usable, and
which roles the account has now. Point reads, side by side with each other and with what the story
reads itself.

An identity provider decides what its own users may do. Only if one of them is linked to an account
here, the account must not be suspended.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared import base64url
from shared.accounts.handles import AccountLocator, UserHandle, locate_handle
from shared.accounts.roles import Role
from shared.audit.event import Actor, ActorType
from shared.errors import NotPermitted, TokenInvalid
from shared.identity_providers.identity import ProviderIdentity
from shared.principals import AccountHolder, Principal, subject_key
from shared.relying_party.callers.acts import Act, require_for_another
from shared.relying_party.callers.authority_status import Authorities
from shared.relying_party.callers.requirements import require_fresh
from shared.sessions.access_token import AccessToken, Scope
from shared.sessions.authority import NONE, authority_of
from shared.storage.accounts.accounts import AccountStore, StoredAccount
from shared.storage.accounts.links import LinkStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody who stands at the moment of asking."""

    principal: Principal
    account: UserHandle | None
    """The caller's own account here, if there is one."""
    roles: frozenset[Role]
    """Those that the account has now, or an identity provider gives."""

    def require(self, role: Role) -> None:
        if role not in self.roles:
            raise NotPermitted


class Callers:
    def __init__(
        self,
        *,
        authorities: Authorities,
        accounts: AccountStore,
        link_store: LinkStore,
        step_up_age: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self._authorities = authorities
        self._accounts = accounts
        self._link_store = link_store
        self._step_up_age = step_up_age
        self._clock = clock

    async def confirm(self, principal: Principal) -> Caller:
        """Raises TokenInvalid if the caller no longer stands."""
        if isinstance(principal, AccountHolder):
            return await self._confirm_holder(principal)
        return await self._confirm_provider_user(principal)

    async def require_role(self, principal: Principal, role: Role) -> Caller:
        """Raises TokenInvalid, NotPermitted."""
        caller = await self.confirm(principal)
        caller.require(role)
        return caller

    async def require_administrator(
        self, principal: Principal, act: Act, whom: AccountLocator
    ) -> Caller:
        """For what an administrator changes: a session of yesterday's must not do for that.

        Raises TokenInvalid, NotPermitted (without the role, or for oneself), StepUpRequired.
        """
        caller = await self.require_role(principal, Role.AUTHENTICATORS_ADMIN)
        require_for_another(act, caller.account, whom)
        self.require_fresh(principal)
        return caller

    async def still_administers(self, someone: Actor) -> bool:
        """Whether one who had the role has it now, as far as can be asked without a token: what an
        identity provider's user may do, only that one's next token tells."""
        if someone.standing is ActorType.USER:
            owner = await self._accounts.find_account_row(UserHandle(base64url.decode(someone.id)))
            has_role = owner is not None and Role.AUTHENTICATORS_ADMIN in owner.account.roles
            return has_role and owner is not None and not owner.account.suspended
        handle = await self._link_store.find(someone.id)
        owner = None if handle is None else await self._accounts.find_account_row(handle)
        return owner is None or not owner.account.suspended

    def require_fresh(self, principal: Principal) -> None:
        """Raises StepUpRequired."""
        require_fresh(principal, now=self._clock(), age=self._step_up_age)

    async def own_account(self, holder: AccountHolder) -> StoredAccount:
        """The account of a holder who stands, with all that is in it. Raises TokenInvalid."""
        owner, holds = await asyncio.gather(
            self._accounts.find_account(holder.handle), self.holds(holder.token)
        )
        if (
            owner is None
            or not holds
            or not owner.has_active_credential(holder.token.credential_hash)
        ):
            raise TokenInvalid
        return owner

    async def _confirm_holder(self, holder: AccountHolder) -> Caller:
        holds, roles = await asyncio.gather(
            self.holds(holder.token), self._roles_of_usable_credential(holder.token)
        )
        if not holds or roles is None:
            raise TokenInvalid
        return Caller(principal=holder, account=holder.handle, roles=roles)

    async def holds(self, token: AccessToken) -> bool:
        """Whether the session or access pass of a token is still there: one point read."""
        authority = authority_of(token)
        # Every token of ours rests on something: one that names nothing is none that counts.
        return authority != NONE and await self._authorities.holds(token.user_handle, authority)

    async def _roles_of_usable_credential(self, token: AccessToken) -> frozenset[Role] | None:
        """None if the credential that signed in is gone, or it or its account is suspended."""
        if token.scope is Scope.REGISTER:
            return frozenset()  # of an access pass: nothing has signed in, and it has no role
        if token.credential_hash is None:
            return None
        stored = await self._accounts.find_credential_by_hash(
            locate_handle(token.user_handle), token.credential_hash
        )
        # An account that was founded later under the same name has another handle.
        if stored is None or stored.record.user_handle != token.user_handle:
            return None
        return stored.record.roles if stored.record.is_active else None

    async def _confirm_provider_user(self, user: ProviderIdentity) -> Caller:
        handle = await self._link_store.find(subject_key(user.issuer, user.subject))
        if handle is not None:
            owner = await self._accounts.find_account_row(handle)
            if owner is not None and owner.account.suspended:
                raise TokenInvalid
        return Caller(principal=user, account=handle, roles=user.roles)
