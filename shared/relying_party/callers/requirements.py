"""What a request requires of its caller, by the token and the account."""

from datetime import datetime, timedelta

from shared.errors import NotPermitted, StepUpRequired, TokenInvalid
from shared.principals import AccountHolder, Principal
from shared.sessions.access_token import Scope
from shared.storage.accounts.accounts import StoredAccount

_LEAST_ASSURANCE = 2
"""Two factors (NIST SP 800-63B-4 section 2.2)."""


def require_account(principal: Principal) -> AccountHolder:
    """Require one of our own tokens for a whole account; else raise TokenInvalid, NotPermitted."""
    if not isinstance(principal, AccountHolder):
        raise TokenInvalid
    if principal.token.scope is not Scope.ACCOUNT:
        raise NotPermitted
    return principal


def require_fresh(principal: Principal, *, now: datetime, age: timedelta) -> None:
    """Raise StepUpRequired unless the person signed in within `age`, with user verification.

    The time of the sign-in decides, not that of the token, which may have been refreshed since.
    User verification is required here even if the settings allow sign-ins without it: a key that
    somebody found must not be enough. A provider decides how its users sign in, but its token has
    to say when they did. An application does not sign in, so its token must be as recent.
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
    """Raise NotPermitted if the account has an owner: a new key would take it over.

    `Authorities.find_status` checks whether there is an access pass for it.
    """
    account = owner.account
    # None once the account has had a credential, and in rows of earlier versions.
    if account.awaited_since is None or owner.credentials:
        raise NotPermitted
    if account.subject or owner.links or account.roles:
        raise NotPermitted


def require_own_credential(holder: AccountHolder, owner: StoredAccount) -> None:
    """Raise TokenInvalid if the credential that signed in is gone or suspended since.

    Else a person with a lost key could add another one while the last access token is valid.
    """
    if not owner.has_active_credential(holder.token.credential_hash):
        raise TokenInvalid
