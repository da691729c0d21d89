"""What a client has to be told when a session ends that it is used for."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.accounts.handles import UserHandle
from shared.sessions.client_use import ClientUse, use_of
from shared.sessions.session import Session

GIVEN_UP_AFTER = timedelta(days=1)
UNFOUNDED_AFTER = timedelta(hours=1)
"""A notice is written before the session ends. If that still stands, its end failed: no request
takes that long."""
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=1)
_MOST_DOUBLED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoutNotice:
    client_id: str
    user_handle: UserHandle
    session_id: bytes
    """The session whose end is told."""
    known_as: bytes
    """The session that the client knows: the person's, even if its own has ended."""
    use: int | None
    """The number of the client's use of it; None for a session that is the client's own."""
    noted_at: datetime
    due_at: datetime
    attempts: int = 0

    def is_unfounded(self, session: Session | None) -> bool:
        """Whether what it tells of has not ended."""
        if session is None:
            return False
        if self.use is None:
            return True
        found = use_of(session.clients, self.client_id)
        return found is not None and found.number == self.use

    def tried(self, now: datetime) -> "LogoutNotice":
        """Before it is sent, so that nobody else sends it meanwhile. The pauses grow."""
        doubled = min(self.attempts, _MOST_DOUBLED)  # a row may say any number
        pause = min(_FIRST_PAUSE * 2**doubled, _LONGEST_PAUSE)
        return replace(self, attempts=self.attempts + 1, due_at=now + pause)


def notices_of(session: Session, *, now: datetime) -> Iterator[LogoutNotice]:
    """For all clients that the session is used for."""
    yield from notices_of_uses(session, session.clients, now=now)
    if session.grant is not None:
        yield LogoutNotice(
            client_id=session.grant.client_id,
            user_handle=session.sign_in.user_handle,
            session_id=session.id,
            known_as=session.grant.session_id,
            use=None,
            noted_at=now,
            due_at=now,
        )


def notices_of_uses(
    session: Session, uses: tuple[ClientUse, ...], *, now: datetime
) -> Iterator[LogoutNotice]:
    for use in uses:
        yield LogoutNotice(
            client_id=use.client_id,
            user_handle=session.sign_in.user_handle,
            session_id=session.id,
            known_as=session.id,
            use=use.number,
            noted_at=now,
            due_at=now,
        )
