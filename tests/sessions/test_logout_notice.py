"""When a client is told that a session has ended, and whether it has."""

from dataclasses import replace
from datetime import timedelta

from shared.sessions.binding import COOKIE
from shared.sessions.client_grant import ClientGrant
from shared.sessions.client_use import with_client, without_client
from shared.sessions.logout_notice import LogoutNotice, notices_of
from shared.sessions.session import Session, SessionLimits, SignIn, begin_session
from tests.sessions.issuing import CREDENTIAL_HASH, HANDLE, NOW, SESSION_ID

LATER = NOW + timedelta(seconds=1)
LIMITS = SessionLimits(
    absolute=timedelta(days=1), idle=timedelta(hours=1), grace=timedelta(seconds=10)
)


def new_session() -> Session:
    return begin_session(
        SignIn(user_handle=HANDLE, credential_hash=CREDENTIAL_HASH, user_verified=True, at=NOW),
        session_id=SESSION_ID,
        secret=bytes(32),
        user_agent="",
        limits=LIMITS,
        binding=COOKIE,
    )


def used_by(*clients: str) -> Session:
    session = new_session()
    for each in clients:
        session = replace(session, clients=with_client(session.clients, each, now=NOW))
    return session


def notice(session: Session) -> LogoutNotice:
    (found,) = notices_of(session, now=NOW)
    return found


def test_each_client_of_a_session_is_told() -> None:
    found = [*notices_of(used_by("a", "b"), now=NOW)]
    assert [each.client_id for each in found] == ["a", "b"]
    assert {(each.session_id, each.known_as) for each in found} == {
        (new_session().id, new_session().id)
    }
    assert [*notices_of(used_by(), now=NOW)] == []


def test_offline_access_ends_under_the_name_that_the_client_knows() -> None:
    grant = ClientGrant(client_id="a", scope=(), resources=(), session_id=b"the person's one")
    own = replace(new_session(), grant=grant)
    found = notice(own)
    assert (found.client_id, found.session_id) == ("a", own.id)
    assert found.known_as == b"the person's one"
    assert found.is_unfounded(own)
    assert not found.is_unfounded(None)


def test_a_notice_counts_if_what_it_tells_has_ended() -> None:
    session = used_by("a")
    found = notice(session)
    assert found.is_unfounded(session)
    assert not found.is_unfounded(None)
    assert not found.is_unfounded(replace(session, clients=()))


def test_who_signs_in_again_has_not_undone_the_end() -> None:
    session = used_by("a")
    again = with_client(without_client(session.clients, "a"), "a", now=LATER)
    assert not notice(session).is_unfounded(replace(session, clients=again))
