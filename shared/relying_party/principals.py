"""Who a bearer token stands for. What that one may do is asked in `callers`, of storage: a token
says what was so when it was issued."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.accounts.handles import UserHandle
from shared.errors import NotPermitted, StepUpRequired, TokenInvalid
from shared.providers.identity import ProviderIdentity
from shared.storage.accounts import StoredAccount
from shared.tokens.access_token import AccessToken, Scope


@dataclass(frozen=True, slots=True)
class AccountHolder:
    """The bearer of one of our own tokens."""

    token: AccessToken

    @property
    def handle(self) -> UserHandle:
        return self.token.user_handle


def subject_key(issuer: str, subject: str) -> str:
    """One string for a provider's user; a space is in no issuer."""
    return f"{issuer} {subject}"


def issuer_of(subject: str) -> str:
    """Of a `subject_key`."""
    return subject.partition(" ")[0]


_LEAST_ASSURANCE = 2
"""Two factors (NIST SP 800-63B-4 section 2.2)."""

type Principal = AccountHolder | ProviderIdentity


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

    Whoever has an access pass for it is seen elsewhere (`authority.find_standing`).
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
    if not owner.has_usable(holder.token.credential_hash):
        raise TokenInvalid
