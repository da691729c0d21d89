"""An access pass: its letters, its typed forms, and the time when it is valid."""

import re
import string
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import scrypt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.access_passes.access_pass import (
    ALPHABET,
    CLOCKS_APART,
    AccessPass,
    PassState,
    generate_pass,
    hash_pass,
    least_length,
    matches,
)
from shared.accounts.handles import UserHandle

NOW = datetime(2031, 5, 17, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
SALT = bytes(range(16))


def _pass(text: str = "ABCD1234", *, one_time: bool = False) -> AccessPass:
    return AccessPass(
        id=b"i" * 16,
        user_handle=UserHandle(bytes(32)),
        salt=SALT,
        digest=hash_pass(text, salt=SALT),
        created_at=NOW,
        starts_at=NOW,
        expires_at=NOW + timedelta(hours=1),
        one_time=one_time,
    )


def test_the_alphabet_has_no_similar_letters() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 32
    assert not set(ALPHABET) & set("ILOU")
    assert set(ALPHABET) <= set(string.digits + string.ascii_uppercase)


def test_all_letters_are_equally_likely() -> None:
    counted = Counter(generate_pass(bytes(range(256))))
    assert counted == dict.fromkeys(ALPHABET, 8)


@given(random=st.binary(min_size=8, max_size=48))
def test_a_pass_is_as_long_as_its_randomness(random: bytes) -> None:
    assert re.fullmatch(f"[{ALPHABET}]{{{len(random)}}}", generate_pass(random))


@settings(max_examples=10)  # each costs what a guess is meant to cost
@given(random=st.binary(min_size=8, max_size=12), data=st.data())
def test_a_pass_is_recognised_in_each_typed_form(random: bytes, data: st.DataObject) -> None:
    text = generate_pass(random)
    lookalikes = {"0": "0oO", "1": "1iIlL"}
    typed = "".join(
        data.draw(st.sampled_from(lookalikes.get(each, each + each.lower())))
        + data.draw(st.sampled_from(["", "-", " "]))
        for each in text
    )
    assert matches(_pass(text), hash_pass(f" {typed}", salt=SALT))


@pytest.mark.parametrize(
    "typed",
    [
        "ABCD1235",
        "ABCD123",
        "ABCD12344",
        "4321DCBA",
        "",
        "ABCD_1234",
        "\uff21BCD1234",
        "ABCD\u00a01234",
        "💥" * 8,
    ],
)
def test_another_text_does_not_match_the_pass(typed: str) -> None:
    assert not matches(_pass(), hash_pass(typed, salt=SALT))


def test_the_hash_depends_on_the_salt_and_is_slow_by_its_parameters() -> None:
    """Another library computes the same scrypt hash (RFC 7914) of the normalised text."""
    assert hash_pass("ABCD1234", salt=SALT) != hash_pass("ABCD1234", salt=bytes(16))
    expected = scrypt(b"ABCD1234", salt=SALT, n=2**14, r=8, p=1, dklen=32)
    assert hash_pass("abcd-l234", salt=SALT) == expected


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (-CLOCKS_APART - MOMENT, PassState.NOT_YET_VALID),
        (-CLOCKS_APART, PassState.ENABLED_BY_POLICY),
        (timedelta(hours=1) - MOMENT, PassState.ENABLED_BY_POLICY),
        (timedelta(hours=1), PassState.EXPIRED),
    ],
)
@pytest.mark.parametrize("one_time", [False, True])
def test_a_pass_is_valid_from_its_start_until_its_end(
    at: timedelta, state: PassState, one_time: bool
) -> None:
    assert _pass(one_time=one_time).state(NOW + at) is state


@pytest.mark.parametrize(
    ("one_time", "at", "state"),
    [
        (True, timedelta(minutes=10) - MOMENT, PassState.ENABLED_BY_POLICY),
        (True, timedelta(minutes=10), PassState.ONE_TIME_USED),
        (True, timedelta(hours=1) - MOMENT, PassState.ONE_TIME_USED),
        (True, timedelta(hours=1), PassState.EXPIRED),
        (False, timedelta(0), PassState.ENABLED_BY_POLICY),
    ],
)
def test_a_one_time_pass_ends_ten_minutes_after_its_first_use(
    one_time: bool, at: timedelta, state: PassState
) -> None:
    used = replace(_pass(one_time=one_time), used_at=NOW)
    assert used.state(NOW + at) is state


@pytest.mark.parametrize(
    ("one_time", "registered", "state"),
    [
        (True, 1, PassState.ONE_TIME_USED),
        (False, 1, PassState.ENABLED_BY_POLICY),
        (False, 2, PassState.USED),
    ],
)
def test_a_registration_uses_up_a_pass(one_time: bool, registered: int, state: PassState) -> None:
    allowed = 1 if one_time else 2
    used = replace(_pass(one_time=one_time), registrations=allowed, registered=registered)
    assert used.state(NOW) is state
    assert used.allows_registration(NOW) == (state is PassState.ENABLED_BY_POLICY)


@pytest.mark.parametrize(
    ("life", "length"),
    [
        (timedelta(minutes=10), 8),
        (timedelta(days=1), 8),
        (timedelta(days=1) + MOMENT, 9),
        (timedelta(days=5), 9),
        (timedelta(days=6), 10),
        (timedelta(days=30), 10),
        (timedelta(days=2_900_000), 17),
    ],
)
def test_a_longer_lifetime_needs_a_longer_pass(life: timedelta, length: int) -> None:
    assert least_length(life) == length


def test_the_states_of_a_pass_are_those_of_entra_and_one_more() -> None:
    assert {state.value for state in PassState} == {
        "EnabledByPolicy",
        "NotYetValid",
        "Expired",
        "OneTimeUsed",
        "Used",
    }


def test_the_repr_of_a_pass_hides_its_text() -> None:
    assert "ABCD1234" not in repr(_pass())
