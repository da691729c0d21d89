"""Challenges that contain the sealed state of their ceremony.

A challenge is 32 random bytes followed by the ceremony's state, which is encrypted and
authenticated with a key that only the service has. So a finish needs no read for the state, the
client can neither read nor change it, and a made-up challenge is refused without a request to
storage. Sealing cannot ensure single use. For that each challenge has a row in storage, and a
finish claims it by deleting it.

If the gesture is for something, the random bytes are a commitment to that: SHA-256 of a nonce and
the purpose. The nonce is in the state, and comes out at the finish. So others can check later what
the authenticator signed (`shared.webauthn.state.commit_to`).

The sealing key changes now and then. A challenge does not say which key sealed it
(`shared.sealed`).
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from shared.accounts.handles import HANDLE_BYTES, LOCATOR_BYTES, AccountLocator, UserHandle
from shared.errors import CeremonyNotFound
from shared.sealed import decrypt, encrypt
from shared.webauthn.state import (
    NONCE_BYTES,
    PURPOSE_BYTES,
    AuthenticationCeremony,
    Ceremony,
    RegistrationCeremony,
    commit_to,
)

RANDOM_BYTES = 32
_LABEL = b"challenge"
_HEAD = struct.Struct(">BI")
_FOUNDING, _ADDING, _AUTHENTICATION, _AUTHENTICATION_OF_USER = 1, 2, 3, 4
_BOUND_BYTES = PURPOSE_BYTES + NONCE_BYTES
_WITHOUT_LOCATOR, _WITH_LOCATOR = (0, _BOUND_BYTES), (LOCATOR_BYTES, LOCATOR_BYTES + _BOUND_BYTES)


@dataclass(frozen=True, slots=True)
class IssuedChallenge[C: Ceremony]:
    """A challenge that we issued, and that has not expired: its seal shows both, and carries the
    ceremony that it was issued for. Only storage knows whether it was answered before."""

    value: bytes
    ceremony: C


def challenge_digest(challenge: bytes) -> bytes:
    """The name of a challenge in storage. It needs only the random part."""
    return sha256(challenge[:RANDOM_BYTES]).digest()


def seal_challenge(ceremony: Ceremony, *, random: bytes, sealing_key: bytes) -> bytes:
    """For a gesture with a purpose, `random` is the commitment to it."""
    if len(random) != RANDOM_BYTES:
        raise ValueError(f"a challenge begins with {RANDOM_BYTES} random bytes")
    if not _begins_as_it_should(random, ceremony):
        raise ValueError("a challenge begins with the commitment to its purpose")
    return encrypt(_LABEL, _pack(ceremony), random=random, sealing_key=sealing_key)


def open_registration(
    challenge: bytes, *, now: int, sealing_keys: Iterable[bytes]
) -> IssuedChallenge[RegistrationCeremony]:
    ceremony = _open(challenge, now=now, sealing_keys=sealing_keys)
    if not isinstance(ceremony, RegistrationCeremony):
        raise CeremonyNotFound
    return IssuedChallenge(challenge, ceremony)


def open_authentication(
    challenge: bytes, *, now: int, sealing_keys: Iterable[bytes], purpose: bytes = b""
) -> IssuedChallenge[AuthenticationCeremony]:
    """Raise CeremonyNotFound also for a challenge that was issued for another purpose."""
    ceremony = _open(challenge, now=now, sealing_keys=sealing_keys)
    if not isinstance(ceremony, AuthenticationCeremony) or ceremony.purpose != purpose:
        raise CeremonyNotFound
    return IssuedChallenge(challenge, ceremony)


def _open(challenge: bytes, *, now: int, sealing_keys: Iterable[bytes]) -> Ceremony:
    """Raise CeremonyNotFound for a challenge that is not ours or has expired."""
    try:
        ceremony = _unpack(decrypt(_LABEL, challenge, sealing_keys=sealing_keys))
    except ValueError as error:
        raise CeremonyNotFound from error
    if ceremony.expires_at <= now or not _begins_as_it_should(challenge, ceremony):
        raise CeremonyNotFound
    return ceremony


def _begins_as_it_should(challenge: bytes, ceremony: Ceremony) -> bool:
    if not isinstance(ceremony, AuthenticationCeremony) or not ceremony.purpose:
        return True
    return challenge.startswith(commit_to(ceremony.purpose, nonce=ceremony.nonce))


def _pack(ceremony: Ceremony) -> bytes:
    if isinstance(ceremony, AuthenticationCeremony):
        kind = _AUTHENTICATION_OF_USER if ceremony.verify_user else _AUTHENTICATION
        content = (ceremony.locator or b"") + ceremony.purpose + ceremony.nonce
        return _HEAD.pack(kind, ceremony.expires_at) + content
    kind = _FOUNDING if ceremony.founding else _ADDING
    authority = bytes([len(ceremony.authority)]) + ceremony.authority
    names = f"{ceremony.username}\0{ceremony.display_name}".encode()
    return _HEAD.pack(kind, ceremony.expires_at) + ceremony.user_handle + authority + names


def _unpack(packed: bytes) -> Ceremony:
    kind, expires_at = _HEAD.unpack_from(packed)
    rest = packed[_HEAD.size :]
    if kind in (_AUTHENTICATION, _AUTHENTICATION_OF_USER):
        return _unpack_authentication(rest, expires_at, verify_user=kind == _AUTHENTICATION_OF_USER)
    names_at = HANDLE_BYTES + 1 + rest[HANDLE_BYTES]
    username, display_name = rest[names_at:].decode().split("\0")
    return RegistrationCeremony(
        expires_at=expires_at,
        user_handle=UserHandle(rest[:HANDLE_BYTES]),
        username=username,
        display_name=display_name,
        founding=kind == _FOUNDING,
        authority=rest[HANDLE_BYTES + 1 : names_at],
    )


def _unpack_authentication(
    packed: bytes, expires_at: int, *, verify_user: bool
) -> AuthenticationCeremony:
    """A locator, and a purpose with its nonce. Either may be missing, and their lengths differ.

    Raise ValueError for other lengths. An earlier version had no nonces.
    """
    if len(packed) not in (*_WITHOUT_LOCATOR, *_WITH_LOCATOR):
        raise ValueError("no state of a challenge")
    purpose_at = LOCATOR_BYTES if len(packed) in _WITH_LOCATOR else 0
    nonce_at = purpose_at + PURPOSE_BYTES
    return AuthenticationCeremony(
        expires_at=expires_at,
        locator=AccountLocator(packed[:purpose_at]) if purpose_at else None,
        verify_user=verify_user,
        purpose=packed[purpose_at:nonce_at],
        nonce=packed[nonce_at:],
    )
