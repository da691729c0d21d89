"""What the server remembers between the two steps of a ceremony: one type for each kind."""

from dataclasses import dataclass

from shared.accounts.handles import AccountLocator, UserHandle


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationCeremony:
    expires_at: int
    """Unix seconds."""
    user_handle: UserHandle
    username: str
    display_name: str
    founding: bool
    """True if it makes the account; False if it adds a credential to an existing one."""
    authority: bytes = b""
    """What the right to add rests on, to be asked again at the finish; opaque here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationCeremony:
    expires_at: int
    """Unix seconds."""
    locator: AccountLocator | None
    """The account of the username given at begin; None for discoverable credentials."""
    verify_user: bool = False
    """Require user verification, whatever the policy says."""


type Ceremony = RegistrationCeremony | AuthenticationCeremony
