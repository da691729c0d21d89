"""What a client has to be told when a session ends that it is used for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.accounts.handles import UserHandle
from shared.notice import Notice
from shared.sessions.client_use import ClientUse, use_of
from shared.sessions.session import Session

UNFOUNDED_AFTER = timedelta(hours=1)
"""A notice is written before the session ends. If that still stands, its end failed: no request
takes that long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoutNotice(Notice):
    client_id: str
    user_handle: UserHandle
    session_id: bytes
    """The session whose end is told."""
    known_as: bytes
    """The session that the client knows: the person's, even if its own has ended."""
    use: int | None
    """The number of the client's use of it; None for a session that is the client's own."""

    def is_unfounded(self, session: Session | None) -> bool:
        """Whether what it tells of has not ended."""
        if session is None:
            return False
        if self.use is None:
            return True
        found = use_of(session.clients, self.client_id)
        return found is not None and found.number == self.use


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
