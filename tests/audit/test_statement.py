"""A leaf commits to its parts, and reveals nothing about erased parts."""

import json
import secrets
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.audit.event import Actor, ActorType, Deployment, Event, Kind, Outcome, Source
from shared.audit.event_id import new_event_id
from shared.audit.facts import CredentialFacts
from shared.audit.instants import read_instant, write_instant
from shared.audit.log_entry import LogEntry, log_line, read_entry, read_frontier
from shared.audit.statement import Part, is_committed_to, make_statement

AT = datetime(2031, 5, 17, 12, 0, 0, 5, tzinfo=UTC)
ALICE = Actor(standing=ActorType.USER, id="handle", name="alice")
EVENT = Event(
    id=new_event_id(AT, sequence=0, random=bytes(8)),
    at=AT,
    kind=Kind.AUTHENTICATION,
    outcome=Outcome.SUCCESS,
    deployment=Deployment(rp_id="touchstone.example", tenant="https://touchstone.example"),
    source=Source(address="192.0.2.7", user_agent="agent", invocation="i", trace="t"),
    actor=ALICE,
    target=ALICE,
    credential=CredentialFacts(hash=bytes(32), user_verified=False, sign_count=0),
    evidence={"signature": b"\x00\xff"},
)


def test_a_leaf_has_the_public_members_in_one_spelling() -> None:
    statement = make_statement(EVENT, random=bytes)
    members = json.loads(statement.leaf)
    spelt = json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert statement.leaf == spelt.encode()
    assert statement.read() == members
    assert members["credential"] == {"hash": "A" * 43, "uv": False, "signCount": 0}
    assert members["actor"] == {"type": "user", "id": "handle"}
    assert statement.id == EVENT.id


def test_a_leaf_commits_to_its_parts() -> None:
    statement = make_statement(EVENT, random=secrets.token_bytes)
    leaf, personal, evidence = statement.read(), statement.personal, statement.evidence
    assert personal is not None
    assert evidence is not None
    assert is_committed_to(personal, leaf, "personal")
    assert is_committed_to(evidence, leaf, "evidence")
    assert not is_committed_to(personal, leaf, "evidence")
    assert not is_committed_to(Part(salt=bytes(16), content=personal.content), leaf, "personal")
    assert not is_committed_to(Part(salt=personal.salt, content=b"{}"), leaf, "personal")
    assert not is_committed_to(personal, {}, "personal")
    assert not is_committed_to(personal, {"personal": 7}, "personal")
    assert not is_committed_to(personal, {"personal": "\udfffé"}, "personal")
    assert evidence.read() == {"signature": "AP8"}


def test_equal_parts_have_different_commitments() -> None:
    first, second = (make_statement(EVENT, random=secrets.token_bytes).read() for _ in range(2))
    assert first["personal"] != second["personal"]


def test_a_missing_part_has_no_commitment() -> None:
    bare = Event(
        id=EVENT.id,
        at=AT,
        kind=Kind.POLICY_CHANGED,
        outcome=Outcome.SUCCESS,
        deployment=EVENT.deployment,
    )
    statement = make_statement(bare, random=bytes)
    assert (statement.personal, statement.evidence) == (None, None)
    assert statement.read().keys() == {"v", "id", "at", "kind", "outcome", "rpId", "tenant"}


def test_the_leaf_does_not_change_without_the_person() -> None:
    statement = make_statement(EVENT, random=bytes)
    forgotten = statement.without_person()
    assert forgotten.leaf == statement.leaf
    assert forgotten.evidence == statement.evidence
    assert b"alice" not in json.dumps(LogEntry(index=0, statement=forgotten).describe()).encode()


def test_an_entry_is_read_from_its_line() -> None:
    entry = LogEntry(index=7, statement=make_statement(EVENT, random=bytes))
    assert read_entry(json.loads(json.dumps(entry.describe()))) == entry
    bare = LogEntry(index=7, statement=entry.statement.without_person())
    assert read_entry(bare.describe()) == bare


@pytest.mark.parametrize("index", [-1, True, "7", None, 1.5])
def test_an_index_is_a_whole_number(index: object) -> None:
    with pytest.raises(ValueError, match="whole number"):
        read_entry({"index": index, "leaf": "{}"})


def test_the_frontier_of_a_file_is_read() -> None:
    line = log_line("touchstone.example", first=3, frontier=[bytes(32), bytes(32)])
    assert read_frontier(line["log"]).size == 3


def test_ids_sort_by_time_then_by_count() -> None:
    later = AT + timedelta(milliseconds=1)
    ids = [
        new_event_id(AT, sequence=0, random=b"\xff" * 8),
        new_event_id(AT, sequence=1, random=bytes(8)),
        new_event_id(later, sequence=0, random=bytes(8)),
    ]
    assert ids == sorted(ids)
    assert [each[14] for each in ids] == ["7"] * 3
    assert {each[19] for each in ids} <= set("89ab")
    with pytest.raises(ValueError, match="random bytes"):
        new_event_id(AT, sequence=0, random=b"")


def test_the_last_digit_of_an_id_can_be_given() -> None:
    given_ids = [new_event_id(AT, sequence=0, random=bytes(8), last_digit=d) for d in "05f"]
    free = new_event_id(AT, sequence=0, random=bytes(8))
    assert given_ids == [free[:-1] + d for d in "05f"]


@given(st.datetimes(min_value=datetime(1970, 1, 2)))  # noqa: DTZ001  hypothesis wants it so
def test_instants_are_read_back_and_sort_as_texts(at: datetime) -> None:
    moment = at.replace(tzinfo=UTC)
    assert read_instant(write_instant(moment)) == moment
    assert len(write_instant(moment)) == 27


@pytest.mark.parametrize("text", ["", "2031-05-17", "2031-05-17T12:00:00Z", "2031-05-17T12:00:00"])
def test_an_instant_has_one_spelling(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a time as events have it|isoformat"):
        read_instant(text)
