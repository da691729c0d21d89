"""Differences between tables and log, of sessions, access passes and links."""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.crosscheck.finding import Finding, is_there, make_finding, things_of
from shared.crosscheck.recorded import Record
from shared.crosscheck.step import Step, Thing
from shared.crosscheck.stored import Pass, Session, Stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The limits of the comparison."""

    at: str
    """The time of the check. All times are texts as in events."""
    sessions_since: str
    """Sessions that began earlier may have ended and been removed."""
    restored: bool = False
    """The tables are from a backup, which has no sessions and passes. These may be missing."""


def session_findings(stored: Stored, record: Record, span: Span) -> Iterator[Finding]:
    for session in stored.sessions.values():
        thing: Thing = ("session", session.id)
        for text in _of_session(session, record, thing):
            which = f"session {session.id} of account {session.handle}"
            yield make_finding(f"{which} {text}", thing, session.handle)
    if span.restored:
        return
    since = max(span.sessions_since, record.changed_at)
    for thing in things_of(record, "session"):
        began = record.of(thing, Step.BEGAN)
        over = record.of(thing, Step.ENDED) or thing[1] in stored.sessions
        if began and not over and began[0].at > since:
            text = f"session {thing[1]} is missing, and no event says that it ended"
            yield make_finding(text, thing, began[0].handle)


def _of_session(session: Session, record: Record, thing: Thing) -> Iterator[str]:
    began = record.of(thing, Step.BEGAN)
    if not began:
        yield "exists, and no event says that it was opened"
    elif (began[0].handle, began[0].detail) != (session.handle, session.credential):
        yield "belongs to another account or credential than the event of its sign-in says"
    if record.of(thing, Step.ENDED):
        yield "exists, and an event says that it ended"
    used = len(record.of(thing, Step.USED))
    if used != session.rotations:
        yield f"was refreshed {session.rotations} times, and {used} events say so"


def pass_findings(stored: Stored, record: Record, span: Span) -> Iterator[Finding]:
    for found in stored.passes.values():
        thing: Thing = ("passes", found.handle)
        for text in _of_pass(found, record, thing):
            which = f"access pass {found.id} of account {found.handle}"
            yield make_finding(f"{which} {text}", thing, found.handle)
    for thing in [] if span.restored else things_of(record, "passes"):
        latest = record.latest(thing, Step.BEGAN, Step.ENDED)
        left = bool(latest) and all(
            each.step is Step.BEGAN and each.detail.rpartition(" ")[2] > span.at for each in latest
        )
        kept = is_there(record, ("account", thing[1]))
        if left and kept and thing[1] not in stored.passes:
            text = f"the access pass of account {thing[1]} is missing, and no event says so"
            yield make_finding(text, thing, thing[1])


def _of_pass(found: Pass, record: Record, thing: Thing) -> Iterator[str]:
    latest = record.latest(thing, Step.BEGAN, Step.ENDED)
    if not any(each.detail.startswith(f"{found.id} ") for each in latest):
        yield "exists, and is not the one of the last events"
    if found.used and not record.of(("pass", found.id), Step.USED):
        yield "was used, and no event says so"
    if found.registered > len(record.of(thing, Step.USED)):
        yield f"was used for {found.registered} registrations, and events have fewer"


def link_findings(stored: Stored, record: Record) -> Iterator[Finding]:
    for key in {*stored.links, *(thing[1] for thing in things_of(record, "link"))}:
        thing, link = ("link", key), stored.links.get(key)
        whose = "" if link is None else link.handle
        latest = record.latest(thing, Step.BEGAN, Step.ENDED)
        if not any((each.handle if each.step is Step.BEGAN else "") == whose for each in latest):
            state = f"leads to account {whose}" if whose else "is missing"
            text = f"link {key} {state}, and the last events differ"
            yield Finding(text, thing, frozenset({key}))
