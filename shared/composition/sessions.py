"""Stories about sessions and their tokens."""

from shared.composition.parts import Parts
from shared.relying_party.sessions.refreshing import Refreshing
from shared.relying_party.sessions.sessions import Sessions
from shared.relying_party.sessions.stray_sessions import StraySessions


def make_sessions(parts: Parts) -> Sessions:
    return Sessions(parts.resources)


def make_refreshing(parts: Parts, sessions: Sessions) -> Refreshing:
    return Refreshing(parts.resources, sessions)


def make_stray_sessions(parts: Parts, sessions: Sessions) -> StraySessions:
    return StraySessions(parts.resources, sessions)
