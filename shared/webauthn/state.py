"""The state of a ceremony between begin and finish: one type for each kind of ceremony."""

from dataclasses import dataclass
from hashlib import sha256

from shared.accounts.handles import AccountLocator, UserHandle

PURPOSE_BYTES = 32
NONCE_BYTES = 32


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
    purpose: bytes = b""
    """What the gesture is for, as `make_purpose` writes it. Empty for a sign-in."""
    nonce: bytes = b""
    """Random, of a gesture that is for something: its challenge begins with `commit_to`."""


type Ceremony = RegistrationCeremony | AuthenticationCeremony


def make_purpose(kind: str, *bound: str) -> bytes:
    """What a gesture is for: a kind, and texts that it is bound to.

    It is the SHA-256 of the kind and of each text with its length, so that two lists of texts never
    give one purpose.
    """
    texts = [text.encode() for text in bound]
    parts = b"".join(len(text).to_bytes(4) + text for text in texts)
    return sha256(kind.encode() + b"\0" + parts).digest()


def commit_to(purpose: bytes, *, nonce: bytes) -> bytes:
    """The first bytes of a challenge that is for `purpose`, which the authenticator signs.

    Nobody can foresee them, and they tell nothing about the purpose. Who is given the nonce
    computes them, and so sees what was signed, without a secret of this service.
    """
    if len(nonce) != NONCE_BYTES:
        raise ValueError(f"a nonce has {NONCE_BYTES} bytes")
    return sha256(b"touchstone gesture\0" + nonce + purpose).digest()
