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


type Principal = AccountHolder | ProviderIdentity


def require_account(principal: Principal) -> AccountHolder:
    """One of our own tokens with the scope of a whole account; else TokenInvalid, NotPermitted."""
    if not isinstance(principal, AccountHolder):
        raise TokenInvalid
    if principal.token.scope is not Scope.ACCOUNT:
        raise NotPermitted
    return principal


def require_fresh(holder: AccountHolder, *, now: datetime, age: timedelta) -> None:
    """Raise StepUpRequired if the sign-in itself, not the token, is older than `age`."""
    if now - holder.token.auth_time > age:
        raise StepUpRequired(max_age=int(age.total_seconds()))


def require_newcomer(owner: StoredAccount) -> None:
    """Raise NotPermitted for an account with a credential or a role: adding a key takes it over."""
    if owner.credentials or owner.account.roles:
        raise NotPermitted


def require_own_credential(holder: AccountHolder, owner: StoredAccount) -> None:
    """Raise TokenInvalid if the credential that signed in is gone or suspended since.

    Else whoever has a lost key could put in another one while the last access token lasts.
    """
    if not owner.has_usable(holder.token.credential_hash):
        raise TokenInvalid
