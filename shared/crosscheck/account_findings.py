"""Differences between tables and log, of accounts and credentials."""

from collections.abc import Iterator
from itertools import chain

from shared.crosscheck.finding import Finding, is_there, make_finding, things_of
from shared.crosscheck.recorded import Record
from shared.crosscheck.step import Step, Thing
from shared.crosscheck.stored import Account, Credential, Stored


def account_findings(stored: Stored, record: Record) -> Iterator[Finding]:
    for account in stored.accounts.values():
        thing: Thing = ("account", account.handle)
        for text in _of_account(account, record, thing):
            yield make_finding(f"account {account.handle} {text}", thing, account.handle)
    for thing in things_of(record, "account"):
        if thing[1] not in stored.accounts and is_there(record, thing):
            text = f"account {thing[1]} is missing, and no event says that it was removed"
            yield make_finding(text, thing, thing[1])


def _of_account(account: Account, record: Record, thing: Thing) -> Iterator[str]:
    if not record.of(thing, Step.BEGAN):
        yield "exists, and no event says that it was created"
    elif not is_there(record, thing):
        yield "exists, and an event says that it was removed"
    elif account.roles not in {step.detail for step in record.of(thing, Step.BEGAN)}:
        yield "has roles that no event gave it"
    states = {step.detail for step in record.latest(("groups", account.handle))}
    if account.groups not in (states or {""}):
        yield "has groups that the last events did not leave it"
    yield from _of_state(account, record, thing)


def credential_findings(stored: Stored, record: Record) -> Iterator[Finding]:
    for key, credential in stored.credentials.items():
        thing: Thing = ("credential", *key)
        account = stored.accounts.get(credential.handle)
        for text in chain(_of_credential(credential, record, thing), _repeats(credential, account)):
            which = f"credential {credential.hash} of account {credential.handle}"
            yield make_finding(f"{which} {text}", thing, credential.handle)
    for thing in things_of(record, "credential"):
        if (thing[1], thing[2]) not in stored.credentials and is_there(record, thing):
            text = f"credential {thing[2]} of account {thing[1]} is missing, and no event says so"
            yield make_finding(text, thing, thing[1])


def _of_credential(credential: Credential, record: Record, thing: Thing) -> Iterator[str]:
    if not record.of(thing, Step.BEGAN):
        yield "exists, and no event says that it was registered"
    elif not is_there(record, thing):
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


def _differs(record: Record, thing: Thing, *, suspended: bool) -> bool:
    latest = record.latest(thing, Step.SUSPENDED, Step.RESUMED)
    return suspended not in {each.step is Step.SUSPENDED for each in latest or ()} | (
        set() if latest else {False}
    )


def _state(suspended: bool) -> str:
    return "suspended" if suspended else "not suspended"


def _is_named_otherwise(record: Record, thing: Thing, name: str) -> bool:
    """Events have no names if a setting excludes them, or if the person was erased."""
    names = {each.detail for each in record.latest(thing, Step.NAMED)}
    return bool(names) and all(names) and name not in names
