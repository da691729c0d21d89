"""The callers that bearer tokens stand for.

A token says what was true when it was issued. What its bearer may do now is read from storage
(`shared.relying_party.callers.callers`).
"""

from dataclasses import dataclass

from shared.accounts.handles import UserHandle
from shared.identity_providers.identity import ProviderIdentity
from shared.sessions.access_token import AccessToken


@dataclass(frozen=True, slots=True)
class AccountHolder:
    """The bearer of one of our own tokens."""

    token: AccessToken

    @property
    def handle(self) -> UserHandle:
        return self.token.user_handle


def subject_key(issuer: str, subject: str) -> str:
    """One text for a provider's user. An issuer never contains a space."""
    return f"{issuer} {subject}"


def issuer_of(subject: str) -> str:
    """The issuer in a `subject_key`."""
    return subject.partition(" ")[0]


type Principal = AccountHolder | ProviderIdentity
