"""A session recognises its own secrets in their order, and no others."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.accounts.handles import UserHandle
from shared.sessions import rotation as module
from shared.sessions.binding import BEARER
from shared.sessions.rotation import (
    MAX_STEPS,
    MOST_RETRIES,
    TokenStatus,
    classify_secret,
    next_secret,
)
from shared.sessions.session import Session, SessionLimits, SignIn, begin_session, hash_secret

NOW = datetime(2031, 5, 17, 12, tzinfo=UTC)
SERVICE_KEY, SECRET = bytes(range(32)), b"s" * 32
LIMITS = SessionLimits(
    absolute=timedelta(days=1), idle=timedelta(hours=1), grace=timedelta(seconds=10)
)
MOMENT = timedelta(microseconds=1)


def _session() -> Session:
    sign_in = SignIn(
        user_handle=UserHandle(bytes(32)), credential_hash=bytes(32), user_verified=True, at=NOW
    )
    return begin_session(
        sign_in,
        session_id=b"i" * 16,
        secret=SECRET,
        user_agent="tests",
        limits=LIMITS,
        binding=BEARER,
    )


def _chain(length: int) -> list[bytes]:
    secrets = [SECRET]
    for _ in range(length):
        secrets.append(next_secret(secrets[-1], service_key=SERVICE_KEY))
    return secrets


def _rotated(times: int, *, now: datetime = NOW) -> Session:
    session = _session()
    for secret in _chain(times)[1:]:
        session = session.rotated(successor=secret, now=now, limits=LIMITS)
    return session


def _status_of(session: Session, secret: bytes, *, now: datetime = NOW) -> TokenStatus:
    return classify_secret(session, secret, now=now, grace=LIMITS.grace, service_key=SERVICE_KEY)


def test_a_session_begins_with_its_secret_and_its_lives() -> None:
    session = _session()
    assert _status_of(session, SECRET) is TokenStatus.CURRENT
    assert (session.expires_at, session.idle_expires_at) == (
        NOW + LIMITS.absolute,
        NOW + LIMITS.idle,
    )
    assert session.rotations == 0


def test_a_rotation_changes_the_secret_the_count_and_the_idle_life() -> None:
    session, later = _session(), NOW + timedelta(minutes=7)
    rotated = session.rotated(successor=_chain(1)[1], now=later, limits=LIMITS)
    assert rotated == replace(
        session,
        current=hash_secret(_chain(1)[1]),
        rotations=1,
        rotated_at=later,
        idle_expires_at=later + LIMITS.idle,
    )


@given(rotations=st.integers(0, 12), data=st.data())
def test_each_secret_of_the_chain_has_its_state(rotations: int, data: st.DataObject) -> None:
    session, chain = _rotated(rotations), _chain(rotations)
    place = data.draw(st.integers(0, rotations))
    late = data.draw(st.booleans())
    now = NOW + LIMITS.grace + MOMENT if late else NOW + LIMITS.grace
    behind = rotations - place
    expected = {
        0: TokenStatus.CURRENT,
        1: TokenStatus.UNANSWERED if late else TokenStatus.JUST_SPENT,
    }
    assert _status_of(session, chain[place], now=now) is expected.get(behind, TokenStatus.SPENT)


def _present(session: Session, token: tuple[bytes, int], *, now: datetime) -> Session | None:
    """The session after a refresh with that secret and number; None if the refresh ends it."""
    secret, issue = token
    status = classify_secret(
        session, secret, issue=issue, now=now, grace=LIMITS.grace, service_key=SERVICE_KEY
    )
    if status is TokenStatus.CURRENT:
        return session.rotated(
            successor=next_secret(secret, service_key=SERVICE_KEY),
            now=now,
            limits=LIMITS,
            used_issue=issue,
        )
    if status is TokenStatus.UNANSWERED:
        return session.reissued(now=now, limits=LIMITS)
    return session if status is TokenStatus.JUST_SPENT else None


def _given_out(session: Session) -> tuple[bytes, int]:
    return _chain(session.rotations)[-1], session.issue


@given(
    lost=st.lists(st.booleans(), max_size=12),
    waits=st.lists(st.integers(0, 3000), min_size=12, max_size=12),
)
def test_lost_answers_are_not_token_theft(lost: list[bool], waits: list[int]) -> None:
    session, now = _session(), NOW
    held = _given_out(session)
    for is_lost, wait in zip(lost, waits, strict=False):
        now += timedelta(seconds=wait)
        after = _present(session, held, now=now)
        assert after is not None
        session = after
        held = held if is_lost else _given_out(session)


@given(
    turns=st.lists(st.booleans(), min_size=8, max_size=20),
    waits=st.lists(st.integers(11, 900), min_size=20, max_size=20),
)
def test_two_holders_of_a_token_are_detected_after_two_refreshes_each(
    turns: list[bool], waits: list[int]
) -> None:
    """After the grace period each one gets another number, and only one of these can be used."""
    session, now = _session(), NOW
    held = dict.fromkeys((True, False), _given_out(session))
    taken = {True: 0, False: 0}
    for who, wait in zip(turns, waits, strict=False):
        now += timedelta(seconds=wait)
        after = _present(session, held[who], now=now)
        if after is None:
            return
        session, taken[who] = after, taken[who] + 1
        held[who] = _given_out(session)
        assert min(taken.values()) < 2


def test_of_all_retries_of_a_secret_only_one_is_used() -> None:
    """The first one presented is used; with an honest holder the other one never arrived."""
    rotated = _rotated(1)
    late = NOW + LIMITS.grace + MOMENT
    reissued = _present(rotated, (SECRET, 0), now=late)
    assert reissued is not None
    assert (reissued.issue, reissued.current) == (1, rotated.current)
    assert _status_of(reissued, SECRET, now=late + LIMITS.grace) is TokenStatus.JUST_SPENT
    for used, other in ((0, 1), (1, 0)):
        secret = _chain(1)[1]
        after = _present(reissued, (secret, used), now=late)
        assert after is not None
        assert _present(after, (secret, used), now=late) == after
        assert _present(after, (secret, other), now=late) is None


def test_a_token_has_a_limited_number_of_retries() -> None:
    session, now = _rotated(1), NOW
    for _ in range(MOST_RETRIES):
        now += LIMITS.grace + MOMENT
        after = _present(session, (SECRET, 0), now=now)
        assert after is not None
        session = after
    assert _status_of(session, SECRET, now=now) is TokenStatus.JUST_SPENT
    now += LIMITS.grace + MOMENT
    assert _status_of(session, SECRET, now=now) is TokenStatus.TOO_OFTEN
    followed = _present(session, _given_out(session), now=now)
    assert followed is not None
    assert followed.issue == 0


@given(presented=st.lists(st.integers(0, 8), max_size=30))
def test_secrets_in_any_order_move_the_session_only_along_the_chain(
    presented: list[int],
) -> None:
    """Holders present any secret of the chain, earlier or later ones; time does not move."""
    session, chain = _session(), _chain(9)
    for place in presented:
        before = session.rotations
        status = _status_of(session, chain[place])
        if status is TokenStatus.CURRENT:
            successor = next_secret(chain[place], service_key=SERVICE_KEY)
            session = session.rotated(successor=successor, now=NOW, limits=LIMITS)
        assert (status is TokenStatus.CURRENT) == (place == before)
        assert (status is TokenStatus.JUST_SPENT) == (place == before - 1)
        assert (status is TokenStatus.SPENT) == (place < before - 1)
        assert (status is TokenStatus.FOREIGN) == (place > before)
        assert session.current == hash_secret(chain[session.rotations])


@given(secret=st.binary(min_size=32, max_size=32), rotations=st.integers(0, 5))
def test_a_foreign_secret_is_always_refused(secret: bytes, rotations: int) -> None:
    if secret not in _chain(rotations):
        for now in (NOW, NOW + LIMITS.absolute):
            assert _status_of(_rotated(rotations), secret, now=now) is TokenStatus.FOREIGN


def test_later_secrets_cannot_be_computed_without_the_service_key() -> None:
    guessed = next_secret(SECRET, service_key=bytes(32))
    assert guessed != _chain(1)[1]
    assert _status_of(_rotated(1), guessed) is TokenStatus.FOREIGN


def test_a_slow_clock_is_not_token_theft() -> None:
    """Two instances' clocks differ by seconds."""
    session = _rotated(1, now=NOW + timedelta(seconds=3))
    assert _status_of(session, SECRET) is TokenStatus.JUST_SPENT


@pytest.mark.parametrize(("rotations", "known"), [(4, True), (5, True), (6, False)])
def test_only_a_limited_number_of_old_secrets_is_recognised(
    monkeypatch: pytest.MonkeyPatch, rotations: int, known: bool
) -> None:
    monkeypatch.setattr(module, "MAX_STEPS", 5)
    expected = TokenStatus.SPENT if known else TokenStatus.FOREIGN
    assert _status_of(_rotated(rotations), SECRET) is expected


def test_a_session_cannot_rotate_beyond_the_recognised_secrets() -> None:
    """A month with a refresh each five minutes, as pages do; no refresh is refused."""
    assert timedelta(days=30) / timedelta(minutes=5) < MAX_STEPS


@pytest.mark.parametrize(
    ("idle", "absolute", "is_live"),
    [(MOMENT, MOMENT, True), (timedelta(0), MOMENT, False), (MOMENT, timedelta(0), False)],
)
def test_a_session_ends_at_its_first_time_limit(
    idle: timedelta, absolute: timedelta, is_live: bool
) -> None:
    session = replace(_session(), idle_expires_at=NOW + idle, expires_at=NOW + absolute)
    assert session.is_live(NOW) is is_live


def test_a_session_does_not_contain_a_usable_secret() -> None:
    session = _rotated(3)
    for secret in _chain(4):
        assert repr(secret) not in repr(session)
        assert _status_of(session, hash_secret(secret)) is TokenStatus.FOREIGN


@pytest.mark.parametrize("minutes", [6, 31, 59])
def test_when_a_session_was_used_is_shown_to_the_hour(minutes: int) -> None:
    """A refresh within the same hour is not visible."""
    session = replace(_session(), sign_in=replace(_session().sign_in, at=NOW - LIMITS.idle))
    before = replace(session, rotated_at=NOW, idle_expires_at=NOW + LIMITS.idle)
    later = NOW + timedelta(minutes=minutes)
    after = before.rotated(successor=_chain(1)[1], now=later, limits=LIMITS)
    assert after.seems_used_at() == before.seems_used_at() == NOW
    assert after.seems_over_at() == before.seems_over_at() == NOW + timedelta(hours=2)


def test_the_shown_times_are_consistent() -> None:
    session = replace(_session(), sign_in=replace(_session().sign_in, at=NOW + MOMENT))
    assert session.seems_used_at() == NOW + MOMENT
    ending = replace(session, expires_at=NOW + timedelta(minutes=5))
    assert ending.seems_over_at() == NOW + timedelta(minutes=5)
