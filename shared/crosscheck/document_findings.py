"""Differences between tables and log, of the documents that administrators write: clients of the
OpenID provider, and access profiles."""

from collections.abc import Iterator, Mapping

from shared.crosscheck.finding import Finding, things_of
from shared.crosscheck.recorded import Record
from shared.crosscheck.stored import Stored


def document_findings(stored: Stored, record: Record) -> Iterator[Finding]:
    """Whoever can write the tables could send people's codes somewhere else, or open what only few
    may ask for."""
    yield from _findings("client", stored.clients, record, frozenset({"clients"}))
    yield from _findings("profile", stored.profiles, record, frozenset({"profiles"}))


def _findings(
    kind: str, states: Mapping[str, str], record: Record, partition: frozenset[str]
) -> Iterator[Finding]:
    for key in {*states, *(thing[1] for thing in things_of(record, kind))}:
        thing, state = (kind, key), states.get(key, "")
        if state not in {each.detail for each in record.latest(thing)}:
            what = "is not as the last events left it" if state else "is missing"
            yield Finding(f"{kind} {key} {what}, and no event says so", thing, partition)
