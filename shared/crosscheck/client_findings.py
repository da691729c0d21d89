"""Differences between tables and log, of clients of the OpenID provider."""

from collections.abc import Iterator

from shared.crosscheck.finding import Finding, things_of
from shared.crosscheck.recorded import Record
from shared.crosscheck.stored import Stored

_PARTITION = frozenset({"clients"})


def client_findings(stored: Stored, record: Record) -> Iterator[Finding]:
    """Whoever can write the tables could send people, and their codes, somewhere else."""
    for key in {*stored.clients, *(thing[1] for thing in things_of(record, "client"))}:
        thing, state = ("client", key), stored.clients.get(key, "")
        if state not in {each.detail for each in record.latest(thing)}:
            what = "is not as the last events left it" if state else "is missing"
            yield Finding(f"client {key} {what}, and no event says so", thing, _PARTITION)
