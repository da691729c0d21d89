"""A client of the provider as a person sees it: all that it has of the account."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from shared.openid.clients.client import Client
from shared.sessions.session import Session
from shared.storage.openid.consents import Consent


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    session: Session
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    client_id: str
    signed_in: tuple[SignedIn, ...]
    """With these sessions of the person."""
    offline: tuple[Session, ...]
    """Its own, with which it has access while the person is signed out."""
    consent: Consent | None
    client: Client | None = None
    """None if it is not registered, or no longer."""

    @property
    def id(self) -> bytes:
        """For paths: a client ID may be an address."""
        return sha256(self.client_id.encode()).digest()


def find_applications(
    sessions: Iterable[Session], consents: Iterable[Consent]
) -> list[Application]:
    sessions = list(sessions)
    allowed = {each.client_id: each for each in consents}
    used = (use.client_id for session in sessions for use in session.clients)
    owning = (session.grant.client_id for session in sessions if session.grant)
    return [
        Application(
            client_id=client_id,
            signed_in=tuple(_signed_in(sessions, client_id)),
            offline=tuple(each for each in sessions if _is_of(each, client_id)),
            consent=allowed.get(client_id),
        )
        for client_id in sorted({*allowed, *used, *owning})
    ]


def _signed_in(sessions: Iterable[Session], client_id: str) -> Iterable[SignedIn]:
    for session in sessions:
        for use in session.clients:
            if use.client_id == client_id:
                yield SignedIn(session=session, since=use.since)


def _is_of(session: Session, client_id: str) -> bool:
    return session.grant is not None and session.grant.client_id == client_id
