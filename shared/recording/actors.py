"""Names people, applications and the service in events."""

from shared import base64url
from shared.accounts.handles import AccountLocator, UserHandle
from shared.accounts.names import Username
from shared.accounts.records import CredentialRecord, UserAccount
from shared.audit.event import Actor, ActorType
from shared.identity_providers.identity import ProviderIdentity
from shared.principals import AccountHolder, Principal, subject_key

SERVICE = Actor(standing=ActorType.SERVICE, id="touchstone")

type Person = Principal | UserAccount | CredentialRecord | UserHandle | AccountLocator
"""The sender of a request, or the owner of an account or credential. If the account was not read,
only the handle or locator is known, and no name."""


def operator(token_version: str) -> Actor:
    return Actor(standing=ActorType.OPERATOR, id=token_version)


def actor_of(person: Actor | Person | None) -> Actor | None:
    if isinstance(person, AccountHolder | ProviderIdentity):
        return bearer(person)
    if isinstance(person, UserAccount | CredentialRecord):
        return owner_of(person)
    return user(person) if isinstance(person, bytes) else person


def user(handle: UserHandle | AccountLocator, *, name: str | None = None) -> Actor:
    """Only the locator is given if no account, and so no handle, is known yet."""
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
