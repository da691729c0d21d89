"""What a request needs of its bearer, as far as the token and the account tell."""

from datetime import datetime, timedelta

from shared.errors import NotPermitted, StepUpRequired, TokenInvalid
from shared.principals import AccountHolder, Principal
from shared.sessions.access_token import Scope
from shared.storage.accounts.accounts import StoredAccount

_LEAST_ASSURANCE = 2
"""Two factors (NIST SP 800-63B-4 section 2.2)."""


def require_account(principal: Principal) -> AccountHolder:
    """One of our own tokens with the scope of a whole account; else TokenInvalid, NotPermitted."""
    if not isinstance(principal, AccountHolder):
        raise TokenInvalid
    if principal.token.scope is not Scope.ACCOUNT:
        raise NotPermitted
    return principal


def require_fresh(principal: Principal, *, now: datetime, age: timedelta) -> None:
    """Raise StepUpRequired unless the person signed in within `age`, and verified.

    It is the sign-in itself that counts, not the token, which may have been refreshed since. Here
    it takes user verification, whatever sign-ins are let in: a key that was found on a desk must
    not do. How people prove who they are to a provider is its own affair; when they did, it has to
    tell. An application signs in nowhere, so its token must be as fresh.
    """
    if isinstance(principal, AccountHolder):
        token = principal.token
        if token.aal < _LEAST_ASSURANCE or now - token.auth_time > age:
            raise StepUpRequired(max_age=_seconds(age), acr_values=(f"aal{_LEAST_ASSURANCE}",))
        return
    age, at = principal.longest_age or age, principal.authenticated_at
    if at is None or now - at > age:
        raise StepUpRequired(max_age=_seconds(age))


def _seconds(age: timedelta) -> int:
    return int(age.total_seconds())


def require_newcomer(owner: StoredAccount) -> None:
    """Raise NotPermitted for an account that is somebody's: adding a key takes it over.

    Whoever has an access pass for it is seen elsewhere (`authority.find_authority_status`).
    """
    account = owner.account
    # Nobody's credential is awaited once there was one, nor do rows of earlier versions say so.
    if account.awaited_since is None or owner.credentials:
        raise NotPermitted
    if account.subject or owner.links or account.roles:
        raise NotPermitted


def require_own_credential(holder: AccountHolder, owner: StoredAccount) -> None:
    """Raise TokenInvalid if the credential that signed in is gone or suspended since.

    Else whoever has a lost key could put in another one while the last access token lasts.
    """
    if not owner.has_active_credential(holder.token.credential_hash):
        raise TokenInvalid
