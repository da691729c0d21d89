"""The state of a ceremony between begin and finish: one type for each kind of ceremony."""

from dataclasses import dataclass

from shared.accounts.handles import AccountLocator, UserHandle


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationCeremony:
    expires_at: int
    """In Unix seconds."""
    user_handle: UserHandle
    username: str
    display_name: str
    founding: bool
    """True if it makes the account; False if it adds a credential to an existing one."""
    authority: bytes = b""
    """The authority to add a credential, which the finish checks again. It is opaque here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationCeremony:
    expires_at: int
    """In Unix seconds."""
    locator: AccountLocator | None
    """The account of the username given at begin; None for discoverable credentials."""
    verify_user: bool = False
    """Require user verification, whatever the policy says."""


type Ceremony = RegistrationCeremony | AuthenticationCeremony
