"""Who is who in the audit trail."""

from shared import base64url
from shared.accounts.handles import AccountLocator, UserHandle
from shared.accounts.names import Username
from shared.accounts.records import CredentialRecord, UserAccount
from shared.audit.event import Someone, Standing
from shared.relying_party.principals import AccountHolder, Principal, subject_key

SERVICE = Someone(standing=Standing.SERVICE, id="touchstone")


def user(handle: UserHandle | AccountLocator, *, name: str | None = None) -> Someone:
    """The locator alone where no account, and so no handle, is known yet."""
    return Someone(standing=Standing.USER, id=base64url.encode(handle), name=name)


def named(username: Username, locator: AccountLocator) -> Someone:
    return user(locator, name=username.display)


def owner_of(record: CredentialRecord | UserAccount) -> Someone:
    handle = record.handle if isinstance(record, UserAccount) else record.user_handle
    return user(handle, name=record.username)


def bearer(principal: Principal) -> Someone:
    if isinstance(principal, AccountHolder):
        return user(principal.handle)
    return Someone(
        standing=Standing.APPLICATION if principal.is_application else Standing.PROVIDER_USER,
        id=subject_key(principal.issuer, principal.subject),
        name=principal.username,
    )
