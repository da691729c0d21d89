"""Who is who in the audit trail."""

from shared import base64url
from shared.accounts.handles import AccountLocator, UserHandle
from shared.accounts.names import Username
from shared.accounts.records import CredentialRecord, UserAccount
from shared.audit.event import Actor, ActorType
from shared.principals import AccountHolder, Principal, subject_key

SERVICE = Actor(standing=ActorType.SERVICE, id="touchstone")


def user(handle: UserHandle | AccountLocator, *, name: str | None = None) -> Actor:
    """The locator alone where no account, and so no handle, is known yet."""
    return Actor(standing=ActorType.USER, id=base64url.encode(handle), name=name)


def named(username: Username, locator: AccountLocator) -> Actor:
    return user(locator, name=username.display)


def owner_of(record: CredentialRecord | UserAccount) -> Actor:
    handle = record.handle if isinstance(record, UserAccount) else record.user_handle
    return user(handle, name=record.username)


def bearer(principal: Principal) -> Actor:
    if isinstance(principal, AccountHolder):
        return user(principal.handle)
    return Actor(
        standing=ActorType.APPLICATION if principal.is_application else ActorType.PROVIDER_USER,
        id=subject_key(principal.issuer, principal.subject),
        name=principal.username,
    )
