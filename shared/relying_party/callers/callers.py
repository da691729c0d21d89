"""Whether a caller's token is still accepted, and what the caller may do.

A token is valid until it expires, a few minutes later. That is too long for a caller who was
suspended, was signed out or lost a role: changes in these minutes may last, and data that was read
cannot be taken back. So every story that needs a token first checks three things in storage: that
the session or access pass of the token still exists, that the credential that signed in is still
usable, and which roles the account has now. These are point reads. They run concurrently with each
other and with the reads of the story itself.

An identity provider decides what its own users may do. If such a user is linked to an account
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
    """A caller who was accepted at the moment of the check."""

    principal: Principal
    account: UserHandle | None
    """The caller's own account here, if there is one."""
    roles: frozenset[Role]
    """The roles that the account has now, or that an identity provider gives."""

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
        """Raises TokenInvalid if the caller is no longer accepted."""
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
        """Require the role and a recent sign-in, as for each change by an administrator.

        Raises TokenInvalid, NotPermitted (without the role, or for the own account),
        StepUpRequired.
        """
        caller = await self.require_role(principal, Role.AUTHENTICATORS_ADMIN)
        require_for_another(act, caller.account, whom)
        self.require_fresh(principal)
        return caller

    async def still_administers(self, someone: Actor) -> bool:
        """Whether someone who had the role still has it, as far as this is known without a token.
        The roles of an identity provider's user are known only from the user's next token."""
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
        """The whole account of a holder who is still accepted. Raises TokenInvalid."""
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
        """Whether the session or access pass of a token is still valid: one point read."""
        authority = authority_of(token)
        # Each of our tokens has an authority. A token without one is not accepted.
        return authority != NONE and await self._authorities.holds(token.user_handle, authority)

    async def _roles_of_usable_credential(self, token: AccessToken) -> frozenset[Role] | None:
        """None if the credential that signed in is gone, or it or its account is suspended."""
        if token.scope is Scope.REGISTER:
            return frozenset()  # for an access pass there was no sign-in, and there is no role
        if token.credential_hash is None:
            return None
        stored = await self._accounts.find_credential_by_hash(
            locate_handle(token.user_handle), token.credential_hash
        )
        # A later account with the same name has another handle.
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
