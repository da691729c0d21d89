"""Where tables and log differ, in plain sentences with IDs alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from shared.crosscheck.known import agree
from shared.crosscheck.recorded import Record, Step, Thing
from shared.crosscheck.stored import Account, Beside, Credential, Pass, Session, Stored, person
from shared.crosscheck.traces import has_notice, traces_left


@dataclass(frozen=True, slots=True)
class Finding:
    text: str
    thing: Thing
    """What it is about."""
    people: frozenset[str] = frozenset()
    """Whose partitions it is about."""


@dataclass(slots=True)
class Report:
    wrong: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        if self.wrong:
            return 1
        return 2 if self.unsettled else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What can be asked."""

    at: str
    """When it is asked; as events have it, as all of these."""
    sessions_since: str
    """Sessions that began earlier may be over, and be removed."""
    restored: bool = False
    """Sessions and access passes are not brought back from a backup, so that they are missing tells
    nothing."""


def compare(stored: Stored, record: Record, span: Span) -> Report:
    report = Report()
    moving = {_of_place(each) for each in stored.beside if each.leaf is not None}
    for finding in chain(
        _accounts(stored, record),
        _credentials(stored, record),
        _sessions(stored, record, span),
        _passes(stored, record, span),
        _links(stored, record),
        _known(stored, record),
    ):
        settles = finding.thing in record.new or not moving.isdisjoint(finding.people)
        (report.unsettled if settles else report.wrong).append(finding.text)
    report.wrong += traces_left(stored, record)
    report.unsettled += (
        f"event {each.event_id} in {each.place} was written while this check ran"
        for each in stored.beside
        if each.new and each.leaf is not None and not has_notice(each, stored)
    )
    return report


def _known(stored: Stored, record: Record) -> Iterator[Finding]:
    for name, state in stored.known.items():
        if not agree(state, record.known.get(name, {})):
            text = f"the recorded {name} differs from the last events"
            yield _finding(text, ("known", name))


def _of_place(beside: Beside) -> str:
    """The person, or the link."""
    return beside.partition.split("-", 1)[1] if beside.table == "Sessions" else beside.partition


def _finding(text: str, thing: Thing, *handles: str) -> Finding:
    return Finding(text, thing, frozenset(person(handle) for handle in handles if handle))


def _accounts(stored: Stored, record: Record) -> Iterator[Finding]:
    for account in stored.accounts.values():
        thing: Thing = ("account", account.handle)
        for text in _of_account(account, record, thing):
            yield _finding(f"account {account.handle} {text}", thing, account.handle)
    for thing in _things(record, "account"):
        if thing[1] not in stored.accounts and _is_there(record, thing):
            text = f"account {thing[1]} is missing, and no event says that it was removed"
            yield _finding(text, thing, thing[1])


def _of_account(account: Account, record: Record, thing: Thing) -> Iterator[str]:
    if not record.of(thing, Step.BEGAN):
        yield "exists, and no event says that it was created"
    elif not _is_there(record, thing):
        yield "exists, and an event says that it was removed"
    elif account.roles not in {told.detail for told in record.of(thing, Step.BEGAN)}:
        yield "has roles that no event gave it"
    yield from _of_state(account, record, thing)


def _credentials(stored: Stored, record: Record) -> Iterator[Finding]:
    for key, credential in stored.credentials.items():
        thing: Thing = ("credential", *key)
        account = stored.accounts.get(credential.handle)
        for text in chain(_of_credential(credential, record, thing), _repeats(credential, account)):
            which = f"credential {credential.hash} of account {credential.handle}"
            yield _finding(f"{which} {text}", thing, credential.handle)
    for thing in _things(record, "credential"):
        if (thing[1], thing[2]) not in stored.credentials and _is_there(record, thing):
            text = f"credential {thing[2]} of account {thing[1]} is missing, and no event says so"
            yield _finding(text, thing, thing[1])


def _of_credential(credential: Credential, record: Record, thing: Thing) -> Iterator[str]:
    if not record.of(thing, Step.BEGAN):
        yield "exists, and no event says that it was registered"
    elif not _is_there(record, thing):
        yield "exists, and an event says that it was removed"
    yield from _of_state(credential, record, thing)


def _of_state(one: Account | Credential, record: Record, thing: Thing) -> Iterator[str]:
    if _differs(record, thing, suspended=one.suspended):
        yield f"is {_state(one.suspended)}, and the events do not say so"
    if _is_named_otherwise(record, thing, one.name):
        yield "has a name that no event gave it"


def _repeats(credential: Credential, account: Account | None) -> Iterator[str]:
    if account is None:
        yield "has no account"
    elif (credential.roles, credential.account_suspended) != (account.roles, account.suspended):
        yield "differs from its account"


def _sessions(stored: Stored, record: Record, span: Span) -> Iterator[Finding]:
    for session in stored.sessions.values():
        thing: Thing = ("session", session.id)
        for text in _of_session(session, record, thing):
            which = f"session {session.id} of account {session.handle}"
            yield _finding(f"{which} {text}", thing, session.handle)
    if span.restored:
        return
    since = max(span.sessions_since, record.asked_since)
    for thing in _things(record, "session"):
        began = record.of(thing, Step.BEGAN)
        over = record.of(thing, Step.ENDED) or thing[1] in stored.sessions
        if began and not over and began[0].at > since:
            text = f"session {thing[1]} is missing, and no event says that it ended"
            yield _finding(text, thing, began[0].handle)


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


def _passes(stored: Stored, record: Record, span: Span) -> Iterator[Finding]:
    for found in stored.passes.values():
        thing: Thing = ("passes", found.handle)
        for text in _of_pass(found, record, thing):
            which = f"access pass {found.id} of account {found.handle}"
            yield _finding(f"{which} {text}", thing, found.handle)
    for thing in [] if span.restored else _things(record, "passes"):
        latest = record.latest(thing, Step.BEGAN, Step.ENDED)
        left = bool(latest) and all(
            each.step is Step.BEGAN and each.detail.rpartition(" ")[2] > span.at for each in latest
        )
        kept = _is_there(record, ("account", thing[1]))
        if left and kept and thing[1] not in stored.passes:
            text = f"the access pass of account {thing[1]} is missing, and no event says so"
            yield _finding(text, thing, thing[1])


def _of_pass(found: Pass, record: Record, thing: Thing) -> Iterator[str]:
    latest = record.latest(thing, Step.BEGAN, Step.ENDED)
    if not any(each.detail.startswith(f"{found.id} ") for each in latest):
        yield "exists, and is not the one of the last events"
    if found.used and not record.of(("pass", found.id), Step.USED):
        yield "was used, and no event says so"
    if found.registered > len(record.of(thing, Step.USED)):
        yield f"was used for {found.registered} registrations, and events have fewer"


def _links(stored: Stored, record: Record) -> Iterator[Finding]:
    for key in {*stored.links, *(thing[1] for thing in _things(record, "link"))}:
        thing, link = ("link", key), stored.links.get(key)
        whose = "" if link is None else link.handle
        told = record.latest(thing, Step.BEGAN, Step.ENDED)
        if not any((each.handle if each.step is Step.BEGAN else "") == whose for each in told):
            state = f"leads to account {whose}" if whose else "is missing"
            text = f"link {key} {state}, and the last events differ"
            yield Finding(text, thing, frozenset({key}))


def _things(record: Record, sort: str) -> Iterable[Thing]:
    return [thing for thing in record.things if thing[0] == sort]


def _is_there(record: Record, thing: Thing) -> bool:
    """By the number of times, as which of two events was later is not always told."""
    return len(record.of(thing, Step.BEGAN)) > len(record.of(thing, Step.ENDED))


def _differs(record: Record, thing: Thing, *, suspended: bool) -> bool:
    latest = record.latest(thing, Step.SUSPENDED, Step.RESUMED)
    return suspended not in {each.step is Step.SUSPENDED for each in latest or ()} | (
        set() if latest else {False}
    )


def _state(suspended: bool) -> str:
    return "suspended" if suspended else "not suspended"


def _is_named_otherwise(record: Record, thing: Thing, name: str) -> bool:
    """Names are no part of events where the setting says so, and of nobody who was forgotten."""
    told = {each.detail for each in record.latest(thing, Step.NAMED)}
    return bool(told) and all(told) and name not in told
