"""What a webhook is told: enough to look, and nothing that opens anything."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from shared.access.approvals.approval import Approval, Asker, Gesture, Part, Refusal, Status
from shared.access.approvals.kept import read_state, write_state
from shared.access.approvals.statement import write_statement
from shared.access.approvals.webhooks.event_token import sign_event_token
from shared.access.approvals.webhooks.history import Step, history_of
from shared.access.approvals.webhooks.notice import notices_of
from shared.accounts.handles import UserHandle
from shared.errors import TokenInvalid
from shared.openid.tokens.access_token import read_access_token
from shared.openid.tokens.id_token import read_hint, read_hinted_session
from shared.openid.tokens.signed import NotOurs
from shared.sessions.access_token import verify_token
from tests.access.approvals.test_statement import HANDLE, request
from tests.openid.authorization.requesting import ISSUER, SETTINGS
from tests.sessions.claims import claims_of
from tests.sessions.issuing import NOW, our_key

ASKED = datetime(2031, 5, 17, 12, 0, 7, tzinfo=UTC)
ALICE = Asker(
    handle=HANDLE,
    username="alice",
    session=None,
    thumbprint=None,
    client=None,
    keys=frozenset(),
)
WEBHOOK = "https://hooks.example/approvals"


def approval(approvers: int = 2, *, bound: bool = False) -> Approval:
    asked = request({"type": "custom", "amount": 100}, reason="a secret reason")
    return Approval(
        id=asked.id,
        statement=write_statement(asked),
        profile="pay",
        asker=ALICE,
        approvers=approvers,
        bound_gesture=bound,
        created_at=ASKED,
        expires_at=asked.expires_at,
        webhooks=2,
    )


def gesture(by: str, part: Part = Part.APPROVE, *, minutes: int = 1) -> Gesture:
    return Gesture(
        part=part,
        by=UserHandle(by.encode().ljust(32)),
        username=by,
        credential=by.encode(),
        key=by.encode(),
        at=ASKED + timedelta(minutes=minutes),
        event="an event",
        proof=b"",
    )


def steps(of: Approval) -> list[tuple[Step, Status, int]]:
    return [(each.step, each.after.status, each.after.missing) for each in history_of(of)]


def test_a_history_has_what_happened_in_its_order() -> None:
    asked = approval()
    given = asked.with_gesture(gesture("bob"))
    approved = given.with_gesture(gesture("carol", minutes=2))
    used = approved.used(at=ASKED + timedelta(minutes=3), event="use")
    assert steps(used) == [
        (Step.REQUESTED, Status.PENDING, 2),
        (Step.GIVEN, Status.PENDING, 1),
        (Step.APPROVED, Status.APPROVED, 0),
        (Step.USED, Status.USED, 0),
    ]
    assert [each.at - ASKED for each in history_of(used)] == [
        timedelta(minutes=minutes) for minutes in range(4)
    ]
    at = ASKED + timedelta(minutes=2)
    refusal = Refusal(by=HANDLE, username="dave", reason="no", at=at)
    assert steps(given.refused(refusal))[2:] == [(Step.REFUSED, Status.REFUSED, 1)]
    assert steps(approved.withdrawn(at=at))[3:] == [(Step.WITHDRAWN, Status.WITHDRAWN, 0)]


def test_a_change_only_adds_to_the_history() -> None:
    """So a number that a notice has stays the number of one change."""
    asked = approval(1, bound=True)
    one = asked.with_gesture(gesture("bob"))
    two = one.with_gesture(gesture("alice", Part.ASK, minutes=2))
    for before, after in ((asked, one), (one, two), (two, two.withdrawn(at=ASKED))):
        numbers = range(len(steps(before)), len(steps(after)))
        assert steps(after)[: len(steps(before))] == steps(before)
        assert [(each.change, each.webhook) for each in notices_of(before, after)] == [
            (number, webhook) for number in numbers for webhook in (0, 1)
        ]
    assert steps(two)[1:] == [(Step.GIVEN, Status.PENDING, 0), (Step.APPROVED, Status.APPROVED, 0)]
    assert [*notices_of(two, two)] == []


def test_how_many_are_told_is_kept() -> None:
    asked = approval()
    assert read_state(asked.id, asked.statement, write_state(asked)) == asked


def signed(webhook: str = WEBHOOK) -> str:
    given = approval().with_gesture(gesture("bob"))
    return sign_event_token(
        [*history_of(given)][1],
        number=1,
        webhook=webhook,
        issuer=ISSUER,
        issued_at=ASKED + timedelta(minutes=5),
        key=our_key(),
    )


def test_a_webhook_is_told_what_the_documents_say() -> None:
    header = jwt.get_unverified_header(signed())
    assert header == {"alg": "RS256", "typ": "secevent+jwt", "kid": our_key().key_id}
    asked = approval()
    at = int(ASKED.timestamp())
    assert claims_of(signed()) == {
        "iss": ISSUER,
        "aud": WEBHOOK,
        "iat": at + 300,
        "toe": at + 60,
        "jti": f"{asked.id}.1.{_digest(WEBHOOK)[:16]}",
        "txn": asked.id,
        "events": {
            f"{ISSUER}/events/approval-given": {
                "approval": asked.id,
                "profile": "pay",
                "status": "pending",
                "asker": "alice",
                "missing": 1,
                "needs_asker": False,
                "approve_url": f"{ISSUER}/approve#{asked.id}",
                "expires_at": "2031-05-17T13:00:07Z",
                "statement_digest": _digest(asked.statement),
            }
        },
    }


def _digest(text: str) -> str:
    from base64 import urlsafe_b64encode
    from hashlib import sha256

    return urlsafe_b64encode(sha256(text.encode()).digest()).decode().rstrip("=")


def test_each_webhook_gets_a_token_with_an_id_of_its_own() -> None:
    """RFC 8417 section 2.2. The same one has the same ID again."""
    first, again, other = (
        claims_of(signed(each))["jti"] for each in (WEBHOOK, WEBHOOK, f"{WEBHOOK}/2")
    )
    assert first == again != other
    assert other.startswith(f"{approval().id}.1.")


def test_it_says_nothing_of_the_action() -> None:
    text = json.dumps(claims_of(signed()))
    assert not [word for word in ("amount", "100", "secret", "2001:db8") if word in text]


def test_it_is_no_other_token() -> None:
    """Whoever gets one, a webhook, could send it anywhere."""
    text = signed()
    keys: list[Any] = [our_key()]
    assert read_hinted_session(text, issuer=ISSUER, keys=keys) is None
    with pytest.raises(NotOurs):
        read_hint(text, client_id=WEBHOOK, issuer=ISSUER, keys=keys)
    with pytest.raises(NotOurs):
        read_access_token(text, audience=None, issuer=ISSUER, keys=keys, now=0)
    with pytest.raises(TokenInvalid):
        verify_token(text, keys=keys, settings=SETTINGS, now=NOW)
