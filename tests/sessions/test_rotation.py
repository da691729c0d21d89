"""A session knows its own secrets in their order, and nobody else's."""

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
        session = session.rotated(successor=secret, now=now, limits=LIMITS, binding=BEARER)
    return session


def _judge(session: Session, secret: bytes, *, now: datetime = NOW) -> TokenStatus:
    return classify_secret(session, secret, now=now, grace=LIMITS.grace, service_key=SERVICE_KEY)


def test_a_session_begins_with_its_secret_and_its_lives() -> None:
    session = _session()
    assert _judge(session, SECRET) is TokenStatus.CURRENT
    assert (session.expires_at, session.idle_expires_at) == (
        NOW + LIMITS.absolute,
        NOW + LIMITS.idle,
    )
    assert session.rotations == 0


def test_a_rotation_changes_the_secret_the_count_and_the_idle_life() -> None:
    session, later = _session(), NOW + timedelta(minutes=7)
    rotated = session.rotated(successor=_chain(1)[1], now=later, limits=LIMITS, binding=BEARER)
    assert rotated == replace(
        session,
        current=hash_secret(_chain(1)[1]),
        rotations=1,
        rotated_at=later,
        idle_expires_at=later + LIMITS.idle,
    )


@given(rotations=st.integers(0, 12), data=st.data())
def test_each_secret_of_the_chain_is_known_for_what_it_is(
    rotations: int, data: st.DataObject
) -> None:
    session, chain = _rotated(rotations), _chain(rotations)
    place = data.draw(st.integers(0, rotations))
    late = data.draw(st.booleans())
    now = NOW + LIMITS.grace + MOMENT if late else NOW + LIMITS.grace
    behind = rotations - place
    expected = {
        0: TokenStatus.CURRENT,
        1: TokenStatus.UNANSWERED if late else TokenStatus.JUST_SPENT,
    }
    assert _judge(session, chain[place], now=now) is expected.get(behind, TokenStatus.SPENT)


def _present(session: Session, token: tuple[bytes, int], *, now: datetime) -> Session | None:
    """The session after a refresh with that secret, of that number; None if it ends by it."""
    secret, issue = token
    judged = classify_secret(
        session, secret, issue=issue, now=now, grace=LIMITS.grace, service_key=SERVICE_KEY
    )
    if judged is TokenStatus.CURRENT:
        return session.rotated(
            successor=next_secret(secret, service_key=SERVICE_KEY),
            now=now,
            limits=LIMITS,
            binding=BEARER,
            used_issue=issue,
        )
    if judged is TokenStatus.UNANSWERED:
        return session.reissued(now=now, limits=LIMITS)
    return session if judged is TokenStatus.JUST_SPENT else None


def _given_out(session: Session) -> tuple[bytes, int]:
    return _chain(session.rotations)[-1], session.issue


@given(
    lost=st.lists(st.booleans(), max_size=12),
    waits=st.lists(st.integers(0, 3000), min_size=12, max_size=12),
)
def test_a_client_that_loses_answers_is_never_taken_for_a_thief(
    lost: list[bool], waits: list[int]
) -> None:
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
def test_two_that_hold_a_token_are_found_out_when_each_has_refreshed_twice(
    turns: list[bool], waits: list[int]
) -> None:
    """Later than the grace, each gets another number, and one only can be used."""
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


def test_of_all_numbers_of_a_secret_one_can_be_used() -> None:
    """Whichever is presented first; one of them never arrived anywhere, if the holder is honest."""
    rotated = _rotated(1)
    late = NOW + LIMITS.grace + MOMENT
    reissued = _present(rotated, (SECRET, 0), now=late)
    assert reissued is not None
    assert (reissued.issue, reissued.current) == (1, rotated.current)
    assert _judge(reissued, SECRET, now=late + LIMITS.grace) is TokenStatus.JUST_SPENT
    for used, other in ((0, 1), (1, 0)):
        secret = _chain(1)[1]
        after = _present(reissued, (secret, used), now=late)
        assert after is not None
        assert _present(after, (secret, used), now=late) == after
        assert _present(after, (secret, other), now=late) is None


def test_a_token_is_retried_so_often_and_no_more() -> None:
    session, now = _rotated(1), NOW
    for _ in range(MOST_RETRIES):
        now += LIMITS.grace + MOMENT
        after = _present(session, (SECRET, 0), now=now)
        assert after is not None
        session = after
    assert _judge(session, SECRET, now=now) is TokenStatus.JUST_SPENT
    now += LIMITS.grace + MOMENT
    assert _judge(session, SECRET, now=now) is TokenStatus.TOO_OFTEN
    followed = _present(session, _given_out(session), now=now)
    assert followed is not None
    assert followed.issue == 0


@given(presented=st.lists(st.integers(0, 8), max_size=30))
def test_whatever_is_presented_in_whatever_order_the_session_walks_the_chain(
    presented: list[int],
) -> None:
    """Holders present any secret of the chain, known to them or yet to come; time stands still."""
    session, chain = _session(), _chain(9)
    for place in presented:
        before = session.rotations
        judged = _judge(session, chain[place])
        if judged is TokenStatus.CURRENT:
            successor = next_secret(chain[place], service_key=SERVICE_KEY)
            session = session.rotated(successor=successor, now=NOW, limits=LIMITS, binding=BEARER)
        assert (judged is TokenStatus.CURRENT) == (place == before)
        assert (judged is TokenStatus.JUST_SPENT) == (place == before - 1)
        assert (judged is TokenStatus.SPENT) == (place < before - 1)
        assert (judged is TokenStatus.FOREIGN) == (place > before)
        assert session.current == hash_secret(chain[session.rotations])


@given(secret=st.binary(min_size=32, max_size=32), rotations=st.integers(0, 5))
def test_a_foreign_secret_is_foreign_at_any_time(secret: bytes, rotations: int) -> None:
    if secret not in _chain(rotations):
        for now in (NOW, NOW + LIMITS.absolute):
            assert _judge(_rotated(rotations), secret, now=now) is TokenStatus.FOREIGN


def test_without_the_service_key_nobody_runs_ahead() -> None:
    guessed = next_secret(SECRET, service_key=bytes(32))
    assert guessed != _chain(1)[1]
    assert _judge(_rotated(1), guessed) is TokenStatus.FOREIGN


def test_a_clock_that_is_behind_does_not_make_a_tab_a_thief() -> None:
    """Two instances' clocks differ by seconds."""
    session = _rotated(1, now=NOW + timedelta(seconds=3))
    assert _judge(session, SECRET) is TokenStatus.JUST_SPENT


@pytest.mark.parametrize(("rotations", "known"), [(4, True), (5, True), (6, False)])
def test_how_far_back_a_secret_is_known_is_bounded(
    monkeypatch: pytest.MonkeyPatch, rotations: int, known: bool
) -> None:
    monkeypatch.setattr(module, "MAX_STEPS", 5)
    expected = TokenStatus.SPENT if known else TokenStatus.FOREIGN
    assert _judge(_rotated(rotations), SECRET) is expected


def test_the_bound_is_beyond_what_a_session_can_rotate() -> None:
    """A month, refreshed each five minutes, as pages do; nobody is taken for a stranger in it."""
    assert timedelta(days=30) / timedelta(minutes=5) < MAX_STEPS


@pytest.mark.parametrize(
    ("idle", "absolute", "is_live"),
    [(MOMENT, MOMENT, True), (timedelta(0), MOMENT, False), (MOMENT, timedelta(0), False)],
)
def test_a_session_lives_until_the_first_of_its_ends(
    idle: timedelta, absolute: timedelta, is_live: bool
) -> None:
    session = replace(_session(), idle_expires_at=NOW + idle, expires_at=NOW + absolute)
    assert session.is_live(NOW) is is_live


def test_a_session_holds_no_secret_that_could_be_presented() -> None:
    session = _rotated(3)
    for secret in _chain(4):
        assert repr(secret) not in repr(session)
        assert _judge(session, hash_secret(secret)) is TokenStatus.FOREIGN


@pytest.mark.parametrize("minutes", [6, 31, 59])
def test_when_a_session_was_used_is_shown_to_the_hour(minutes: int) -> None:
    """Within one hour nobody sees that its owner has refreshed."""
    session = replace(_session(), sign_in=replace(_session().sign_in, at=NOW - LIMITS.idle))
    before = replace(session, rotated_at=NOW, idle_expires_at=NOW + LIMITS.idle)
    later = NOW + timedelta(minutes=minutes)
    after = before.rotated(successor=_chain(1)[1], now=later, limits=LIMITS, binding=BEARER)
    assert after.seems_used_at() == before.seems_used_at() == NOW
    assert after.seems_over_at() == before.seems_over_at() == NOW + timedelta(hours=2)


def test_what_is_shown_contradicts_nothing() -> None:
    session = replace(_session(), sign_in=replace(_session().sign_in, at=NOW + MOMENT))
    assert session.seems_used_at() == NOW + MOMENT
    ending = replace(session, expires_at=NOW + timedelta(minutes=5))
    assert ending.seems_over_at() == NOW + timedelta(minutes=5)
