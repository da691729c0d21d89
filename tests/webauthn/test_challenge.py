"""A challenge opens for the service that sealed it, for its own ceremony, until it expires."""

import struct
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.accounts.handles import HANDLE_BYTES, LOCATOR_BYTES, AccountLocator, UserHandle
from shared.errors import CeremonyNotFound
from shared.sealed import encrypt
from shared.webauthn.challenge import (
    RANDOM_BYTES,
    challenge_digest,
    open_authentication,
    open_registration,
    seal_challenge,
)
from shared.webauthn.state import (
    PURPOSE_BYTES,
    AuthenticationCeremony,
    Ceremony,
    RegistrationCeremony,
    commit_to,
    make_purpose,
)
from tests.webauthn.relying_party import EXPIRY, HANDLE, NAMED, REGISTRATION, USERNAMELESS

KEY, OTHER_KEY = b"k" * 32, b"K" * 32
RANDOM = bytes(range(100, 132))
BEFORE = EXPIRY - 1
PURPOSE, OTHER_PURPOSE = (
    make_purpose("transfer", "10", "bob"),
    make_purpose("transfer", "10b", "ob"),
)
bounded = settings(max_examples=200)

moments = st.integers(1, 2**32 - 1)
# Prepared names hold no control characters
names = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=64)
keys = st.binary(min_size=32, max_size=32)
randoms = st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES)
registrations = st.builds(
    RegistrationCeremony,
    expires_at=moments,
    user_handle=st.binary(min_size=HANDLE_BYTES, max_size=HANDLE_BYTES).map(UserHandle),
    username=names,
    display_name=names,
    founding=st.booleans(),
    authority=st.binary(max_size=255),
)
sign_ins = st.builds(
    AuthenticationCeremony,
    expires_at=moments,
    locator=st.none()
    | st.binary(min_size=LOCATOR_BYTES, max_size=LOCATOR_BYTES).map(AccountLocator),
    verify_user=st.booleans(),
)
purposes = st.binary(min_size=PURPOSE_BYTES, max_size=PURPOSE_BYTES)


def for_purpose(
    ceremony: AuthenticationCeremony, purpose: bytes, nonce: bytes = RANDOM
) -> AuthenticationCeremony:
    return replace(ceremony, purpose=purpose, nonce=nonce if purpose else b"")


def seal(ceremony: Ceremony, *, sealing_key: bytes = KEY) -> bytes:
    random = RANDOM
    if isinstance(ceremony, AuthenticationCeremony) and ceremony.purpose:
        random = commit_to(ceremony.purpose, nonce=ceremony.nonce)
    return seal_challenge(ceremony, random=random, sealing_key=sealing_key)


def opens(challenge: bytes, *, now: int = BEFORE, sealing_keys: Sequence[bytes] = (KEY,)) -> bool:
    """Whether it opens as either kind of ceremony; any error except CeremonyNotFound is raised."""
    opened = 0
    for open_challenge in (open_registration, open_authentication):
        try:
            open_challenge(challenge, now=now, sealing_keys=sealing_keys)
        except CeremonyNotFound:
            continue
        opened += 1
    return opened > 0


@bounded
@given(registrations, randoms, keys)
def test_a_registration_is_read_back_unchanged(
    ceremony: RegistrationCeremony, random: bytes, key: bytes
) -> None:
    challenge = seal_challenge(ceremony, random=random, sealing_key=key)
    assert challenge.startswith(random)
    opened = open_registration(challenge, now=ceremony.expires_at - 1, sealing_keys=[key]).ceremony
    assert opened == ceremony


@bounded
@given(sign_ins, st.just(b"") | purposes, randoms, keys)
def test_an_authentication_is_read_back_unchanged(
    sign_in: AuthenticationCeremony, purpose: bytes, nonce: bytes, key: bytes
) -> None:
    ceremony = for_purpose(sign_in, purpose, nonce)
    opened = open_authentication(
        seal(ceremony, sealing_key=key),
        now=ceremony.expires_at - 1,
        sealing_keys=[key],
        purpose=purpose,
    ).ceremony
    assert opened == ceremony


def test_a_challenge_for_a_purpose_begins_with_what_whoever_has_the_nonce_computes() -> None:
    challenge = seal(for_purpose(NAMED, PURPOSE))
    assert challenge[:32] == sha256(b"touchstone gesture\0" + RANDOM + PURPOSE).digest()


@pytest.mark.parametrize("beginning", [RANDOM, commit_to(OTHER_PURPOSE, nonce=RANDOM)])
def test_a_challenge_for_a_purpose_begins_with_nothing_else(beginning: bytes) -> None:
    with pytest.raises(ValueError, match="commitment"):
        seal_challenge(for_purpose(NAMED, PURPOSE), random=beginning, sealing_key=KEY)


@pytest.mark.parametrize("kind", [3, 4])
@pytest.mark.parametrize("locator", [b"", bytes(LOCATOR_BYTES)], ids=["nameless", "named"])
def test_a_gesture_of_an_earlier_version_does_not_open(kind: int, locator: bytes) -> None:
    """It had no nonce. It was open for minutes."""
    earlier = struct.pack(">BI", kind, EXPIRY) + locator + PURPOSE
    challenge = encrypt(b"challenge", earlier, random=RANDOM, sealing_key=KEY)
    for purpose in (b"", PURPOSE):
        with pytest.raises(CeremonyNotFound):
            open_authentication(challenge, now=BEFORE, sealing_keys=[KEY], purpose=purpose)


def test_a_nonce_has_its_length() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commit_to(PURPOSE, nonce=b"")


@bounded
@given(st.binary(max_size=200))
def test_no_bytes_that_were_not_sealed_open(made_up: bytes) -> None:
    assert not opens(made_up)


@pytest.mark.parametrize("ceremony", [REGISTRATION, NAMED, USERNAMELESS])
def test_no_challenge_opens_with_any_bit_changed(ceremony: Ceremony) -> None:
    challenge = seal(ceremony)
    assert opens(challenge)
    for position in range(len(challenge) * 8):
        changed = bytearray(challenge)
        changed[position // 8] ^= 1 << position % 8
        assert not opens(bytes(changed)), position


@pytest.mark.parametrize("ceremony", [REGISTRATION, NAMED, USERNAMELESS])
def test_a_shorter_or_longer_challenge_does_not_open(ceremony: Ceremony) -> None:
    challenge = seal(ceremony)
    for length in range(len(challenge)):
        assert not opens(challenge[:length])
        assert not opens(challenge[len(challenge) - length :])
    assert not opens(challenge + b"\0")
    assert not opens(challenge * 2)


def test_the_halves_of_two_challenges_do_not_fit() -> None:
    one = seal(NAMED)
    other = seal_challenge(NAMED, random=bytes(RANDOM_BYTES), sealing_key=KEY)
    assert not opens(one[:RANDOM_BYTES] + other[RANDOM_BYTES:])


@pytest.mark.parametrize("ceremony", [REGISTRATION, NAMED, USERNAMELESS])
@pytest.mark.parametrize("sealing_keys", [[OTHER_KEY], [KEY[:-1]], [b""], [], [OTHER_KEY, b""]])
def test_another_service_opens_nothing(ceremony: Ceremony, sealing_keys: list[bytes]) -> None:
    assert not opens(seal(ceremony), sealing_keys=sealing_keys)


@pytest.mark.parametrize("ceremony", [REGISTRATION, NAMED, USERNAMELESS])
def test_any_of_the_sealing_keys_opens(ceremony: Ceremony) -> None:
    for sealing_keys in ([KEY, OTHER_KEY], [OTHER_KEY, KEY], [b"", OTHER_KEY, KEY]):
        assert opens(seal(ceremony), sealing_keys=sealing_keys)
        assert not opens(seal(ceremony), now=EXPIRY, sealing_keys=sealing_keys)


def test_a_challenge_does_not_open_as_the_other_kind() -> None:
    for ceremony in (NAMED, USERNAMELESS):
        with pytest.raises(CeremonyNotFound):
            open_registration(seal(ceremony), now=BEFORE, sealing_keys=[KEY])
    with pytest.raises(CeremonyNotFound):
        open_authentication(seal(REGISTRATION), now=BEFORE, sealing_keys=[KEY])


@pytest.mark.parametrize("ceremony", [NAMED, USERNAMELESS])
@pytest.mark.parametrize("issued_for", [b"", PURPOSE, OTHER_PURPOSE], ids=["none", "one", "other"])
@pytest.mark.parametrize("opened_for", [b"", PURPOSE, OTHER_PURPOSE], ids=["none", "one", "other"])
def test_a_challenge_opens_only_for_the_purpose_that_it_was_issued_for(
    ceremony: AuthenticationCeremony, issued_for: bytes, opened_for: bytes
) -> None:
    challenge = seal(for_purpose(ceremony, issued_for))

    def open_it() -> None:
        open_authentication(challenge, now=BEFORE, sealing_keys=[KEY], purpose=opened_for)

    if issued_for == opened_for:
        open_it()
    else:
        with pytest.raises(CeremonyNotFound):
            open_it()


@pytest.mark.parametrize("ceremony", [REGISTRATION, NAMED, USERNAMELESS])
def test_a_challenge_is_open_until_the_second_it_expires(ceremony: Ceremony) -> None:
    assert opens(seal(ceremony), now=EXPIRY - 1)
    for now in (EXPIRY, EXPIRY + 1, 2**33):
        assert not opens(seal(ceremony), now=now)


def test_a_challenge_hides_its_ceremony() -> None:
    challenge = seal(REGISTRATION)
    for secret in (HANDLE, b"alice", b"Alice", EXPIRY.to_bytes(4)):
        assert secret not in challenge


def test_equal_ceremonies_are_sealed_differently() -> None:
    other = seal_challenge(NAMED, random=bytes(RANDOM_BYTES), sealing_key=KEY)
    assert seal(NAMED)[RANDOM_BYTES:] != other[RANDOM_BYTES:]


@pytest.mark.parametrize("length", [0, RANDOM_BYTES - 1, RANDOM_BYTES + 1])
def test_a_challenge_needs_its_randomness(length: int) -> None:
    with pytest.raises(ValueError, match="32 random bytes"):
        seal_challenge(NAMED, random=bytes(length), sealing_key=KEY)


def test_a_challenge_is_stored_under_the_digest_of_its_random_part() -> None:
    assert challenge_digest(RANDOM) == challenge_digest(seal(NAMED))
    assert challenge_digest(RANDOM) != challenge_digest(bytes(RANDOM_BYTES))
    assert RANDOM not in challenge_digest(RANDOM)
    assert len(challenge_digest(RANDOM)) == 32


def test_a_challenge_has_a_length_that_browsers_accept() -> None:
    longest = RegistrationCeremony(
        expires_at=EXPIRY,
        user_handle=HANDLE,
        username="\U0001f511" * 64,
        display_name="\U0001f511" * 64,
        founding=True,
    )
    assert len(seal(longest)) < 1024


@pytest.mark.parametrize("username", ["ali\0ce", "\0", "a\0b\0c"])
def test_an_unreadable_sealed_ceremony_is_not_found(username: str) -> None:
    """Prepared names contain no NUL, so only another version of the service could seal this."""
    assert not opens(seal(replace(REGISTRATION, username=username)))
