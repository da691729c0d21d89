"""Approvals over HTTP: what clients send and get, and how long they wait."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import azure.functions as func
import pytest

from shared import wiring
from shared.blueprints.access import approvals
from shared.handling import capacity
from shared.handling.long_poll import LONGEST_WAIT, Waiters, read_wait
from tests.access_broker.approvals.desk import SCHEMA, TEMPLATE
from tests.blueprints.openid.web import Browser, Web, body_of
from tests.harness.service_harness import ORIGIN, ServiceHarness, new_authenticator
from tests.storage_transport import RecordingTransport

PROFILE = {
    "name": "pay",
    "title": "Payments",
    "kind": "custom",
    "parameters": {"schema": SCHEMA, "template": TEMPLATE},
    "who": {"users": ["alice"]},
    "approvers": {"number": 1, "users": ["bob"]},
}
DETAILS = {"type": "custom", "amount": 100, "to": "bob"}
ASKED = {"profile": "pay", "authorization_details": DETAILS, "reason": "the rent"}


@pytest.fixture
async def here(party: ServiceHarness) -> ServiceHarness:
    return party.restarted(ACCESS_PROFILES=json.dumps([PROFILE]))


@pytest.fixture
def web(here: ServiceHarness, monkeypatch: pytest.MonkeyPatch) -> Web:
    monkeypatch.setattr(wiring, "settings", lambda: here.settings)
    monkeypatch.setattr(wiring, "service", lambda: here.service)
    monkeypatch.setattr(wiring, "CLOCK", here.clock)
    return Web()


async def person(web: Web, party: ServiceHarness, username: str) -> Browser:
    browser = Browser(web, party, new_authenticator())
    await party.register(browser.key, username)
    await browser.sign_in()
    return browser


@pytest.fixture
async def alice(web: Web, here: ServiceHarness) -> Browser:
    return await person(web, here, "alice")


@pytest.fixture
async def bob(web: Web, here: ServiceHarness) -> Browser:
    return await person(web, here, "bob")


async def get(browser: Browser, path: str, **headers: str) -> func.HttpResponse:
    jar = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    return await browser.web.send("GET", path, Cookie=jar, **headers)


async def ask(alice: Browser, **changes: Any) -> str:  # noqa: ANN401
    response = await alice.send_json("/approvals", ASKED | changes)
    assert response.status_code == 201, response.get_body()
    approval_id: str = body_of(response)["id"]
    return approval_id


async def approve(browser: Browser, approval_id: str) -> func.HttpResponse:
    begun = body_of(await browser.send_json(f"/approvals/{approval_id}/begin", {}))
    credential = browser.key.get(begun["publicKey"])
    return await browser.send_json(f"/approvals/{approval_id}/finish", {"credential": credential})


async def test_a_person_asks_another_approves_and_the_client_uses_it_once(
    alice: Browser, bob: Browser
) -> None:
    asked = await alice.send_json("/approvals", ASKED)
    made = body_of(asked)
    path = f"/approvals/{made['id']}"
    assert asked.headers["Location"] == path
    assert made.keys() == {"id", "status", "approve_url", "expires_at"}
    assert made["approve_url"] == f"{ORIGIN}/approve#{made['id']}"

    (waiting,) = body_of(await get(bob, "/approvals"))["waiting"]
    seen = body_of(await get(bob, path))
    assert (waiting["id"], waiting["missing"]) == (made["id"], 1)
    assert waiting["summary"]["en"] == {"text": "Pay 100 € to “bob”.", "marks": []}
    (own,) = body_of(await get(alice, "/approvals"))["asked"]
    assert own["summary"] == waiting["summary"]
    assert (seen["role"], seen["mayApprove"], seen["mayRefuse"]) == ("approver", True, True)
    words = {each["name"]: each["value"] for each in seen["words"]["en"]}
    assert words["what"] == "Pay 100 € to “bob”."
    assert words["reason"] == "the rent"

    approved = await approve(bob, made["id"])
    assert (approved.status_code, body_of(approved)["status"]) == (200, "approved")
    own = body_of(await get(alice, path))
    assert (own["role"], own["mayWithdraw"], "code" in own) == ("asker", True, False)

    used = await alice.send_json(f"{path}/use", {})
    again = await alice.send_json(f"{path}/use", {})
    assert (used.status_code, body_of(used)["status"]) == (200, "used")
    assert (again.status_code, body_of(again)["type"]) == (409, f"{ORIGIN}/problems#approval-over")
    receipt = await get(alice, f"{path}/receipt")
    assert f"approval-{made['id']}.json" in receipt.headers["Content-Disposition"]
    assert len(body_of(receipt)["gestures"]) == 1


async def test_a_list_says_what_each_is_about_in_words_of_the_profile_that_was_signed(
    alice: Browser, here: ServiceHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ask(alice, authorization_details=DETAILS | {"to": "b\u202eob"})
    template = {"en": "Nothing happens", "de": "Es geschieht nichts"}
    parameters = {"schema": SCHEMA, "template": template}
    changed = here.restarted(ACCESS_PROFILES=json.dumps([PROFILE | {"parameters": parameters}]))
    monkeypatch.setattr(wiring, "service", lambda: changed.service)
    (listed,) = body_of(await get(alice, "/approvals"))["asked"]
    assert listed["summary"]["de"] == {
        "text": "details.amount “100”; details.to “b[U+202E]ob”",
        "marks": ["direction"],
    }


async def test_refusing_and_withdrawing(alice: Browser, bob: Browser) -> None:
    one, two = await ask(alice), await ask(alice)
    refused = await bob.send_json(f"/approvals/{one}/refuse", {"reason": "no\u202e"})
    assert body_of(refused)["refusal"]["reason"] == "no[U+202E]"
    assert body_of(await get(alice, f"/approvals/{one}"))["status"] == "refused"
    withdrawn = await alice.send_json(f"/approvals/{two}/withdraw", {})
    assert body_of(withdrawn)["status"] == "withdrawn"
    assert (await approve_begin(bob, two)).status_code == 409


async def test_a_long_reason_is_shown_to_its_end(alice: Browser, bob: Browser) -> None:
    approval_id, reason = await ask(alice), "x" * 490 + " \u202eend"
    refused = await bob.send_json(f"/approvals/{approval_id}/refuse", {"reason": reason})
    assert body_of(refused)["refusal"]["reason"] == "x" * 490 + " [U+202E]end"


async def test_a_reason_has_no_control_characters(alice: Browser, bob: Browser) -> None:
    path = f"/approvals/{await ask(alice)}"
    refused = await bob.send_json(f"{path}/refuse", {"reason": "no\x1b[2J"})
    assert (refused.status_code, body_of(await get(bob, path))["status"]) == (400, "pending")


async def approve_begin(browser: Browser, approval_id: str) -> func.HttpResponse:
    return await browser.send_json(f"/approvals/{approval_id}/begin", {})


_TO_X = '"to":"x"}}'
_PAY = '{"profile":"pay","authorization_details":{"type":"custom",'


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (_PAY + '"amount":1e999,' + _TO_X, "digits"),
        (_PAY + '"amount":0.10000000000000000001,' + _TO_X, "digits"),
        (_PAY + '"amount":1,"amount":2,' + _TO_X, "JSON object"),
        (
            _PAY + '"amount":1,' + _TO_X[:-1] + ',"authorizationDetails":{"type":"custom"}}',
            "one of",
        ),
        ('{"profile":"pay","authorization_details":"x"}', "must be one object"),
        (_PAY + '"amount":1,"to":"\\ud800"}}', "character"),
        (_PAY + '"amount":1},"x":1}', "known here"),
    ],
)
async def test_a_request_that_two_readers_read_in_two_ways_is_refused(
    alice: Browser, body: str, said: str
) -> None:
    """Sent as it is: a client's own JSON writer would make it whole."""
    jar = "; ".join(f"{name}={value}" for name, value in alice.cookies.items())
    headers = {"Origin": ORIGIN, "X-CSRF-Token": alice.csrf, "Cookie": jar}
    response = await alice.web.send(
        "POST", "/approvals", body.encode(), Content_Type="application/json", **headers
    )
    assert response.status_code == 400, response.get_body()
    assert said in body_of(response)["detail"]


class Pauses:
    """In place of time. `then` happens in the first pause."""

    def __init__(self, then: Callable[[], Awaitable[object]] | None = None) -> None:
        self.taken: list[float] = []
        self.busy: list[int] = []
        self._then = then

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        self.busy.append(capacity.REQUESTS._taken)
        if self._then is not None:
            then, self._then = self._then, None
            await then()


def waiting(monkeypatch: pytest.MonkeyPatch, pauses: Pauses, most: int = 16) -> Waiters:
    waiters = Waiters(most, sleep=pauses)
    monkeypatch.setattr(approvals, "WAITERS", waiters)
    return waiters


async def test_the_answer_waits_for_a_change(
    alice: Browser, bob: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    approval_id = await ask(alice)
    path = f"/approvals/{approval_id}"
    tag = (await get(alice, path)).headers["ETag"]
    pauses = Pauses(lambda: approve(bob, approval_id))
    waiting(monkeypatch, pauses)

    found = await get(alice, path, If_None_Match=tag, Prefer="wait=20")

    assert (found.status_code, body_of(found)["status"]) == (200, "approved")
    assert found.headers["ETag"] != tag
    assert pauses.busy == [0]  # no place of the requests that work


async def test_the_answer_comes_after_the_wait_if_nothing_changes(
    alice: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/approvals/{await ask(alice)}"
    tag = (await get(alice, path)).headers["ETag"]
    pauses = Pauses()
    waiting(monkeypatch, pauses)
    for prefer, lasts in (("wait=3", 3), ("respond-async, wait=99999", 20), ("wait=0", 0), ("", 0)):
        pauses.taken.clear()
        found = await get(alice, path, If_None_Match=tag, Prefer=prefer)
        assert (found.status_code, found.get_body()) == (304, b"")
        assert found.headers["ETag"] == tag
        assert sum(pauses.taken) == lasts
    pauses.taken.clear()
    assert (await get(alice, path, Prefer="wait=20")).status_code == 200
    assert (await get(alice, path, If_None_Match='"x"', Prefer="wait=20")).status_code == 200
    assert pauses.taken == []


async def test_only_so_many_wait_at_the_same_time(
    alice: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/approvals/{await ask(alice)}"
    tag = (await get(alice, path)).headers["ETag"]
    pauses = Pauses(lambda: get(alice, path, If_None_Match=tag, Prefer="wait=20"))
    waiting(monkeypatch, pauses, most=1)
    assert (await get(alice, path, If_None_Match=tag, Prefer="wait=1")).status_code == 304
    assert sum(pauses.taken) == 1  # the second one did not wait


async def test_a_wait_notices_the_end_of_the_session(
    alice: Browser, here: ServiceHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/approvals/{await ask(alice)}"
    tag = (await get(alice, path)).headers["ETag"]
    waiting(monkeypatch, Pauses(lambda: alice.web.send("DELETE", "/sessions", **_own(alice))))
    found = await get(alice, path, If_None_Match=tag, Prefer="wait=2")
    assert found.status_code == 401


def _own(browser: Browser) -> dict[str, str]:
    jar = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    return {"Origin": ORIGIN, "X-CSRF-Token": browser.csrf, "Cookie": jar}


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        ("wait=5", 5), ("WAIT = 7", 7), ('wait="8"', 8), ("a; wait=9", 9),
        ("wait=21", LONGEST_WAIT), ("", 0), ("wait", 0), ("wait=-1", 0), ("wait=1.5", 0),
        ("await=5", 0), ("wait=9999999", 0),
    ],
)  # fmt: skip
def test_a_preference_for_a_wait_is_read(prefer: str, seconds: int) -> None:
    req = func.HttpRequest("GET", "/", headers={"prefer": prefer}, body=b"")
    assert read_wait(req) == seconds


async def test_what_is_no_id_is_not_found(alice: Browser) -> None:
    for approval_id in ("x", "0" * 36, "0191D9E2-7B3C-7000-8000-000000000001"):
        assert (await get(alice, f"/approvals/{approval_id}")).status_code == 404


async def test_storage_calls(alice: Browser, bob: Browser, transport: RecordingTransport) -> None:
    """Each asks for the session and the account of whoever sends it, and most of them for those of
    who asked."""
    approval_id = await ask(alice)
    await approve(bob, approval_id)  # all keys are read

    async def counted(request: Awaitable[func.HttpResponse]) -> Any:  # noqa: ANN401
        transport.forget()
        answer = body_of(await request)
        taken[answer.get("status", "begun")] = (len(transport.calls), transport.round_trips)
        return answer

    taken: dict[str, tuple[int, int]] = {}
    approval_id = (await counted(alice.send_json("/approvals", ASKED)))["id"]
    path = f"/approvals/{approval_id}"
    begun = await counted(approve_begin(bob, approval_id))
    credential = bob.key.get(begun["publicKey"])
    await counted(bob.send_json(f"{path}/finish", {"credential": credential}))
    await counted(alice.send_json(f"{path}/use", {}))
    assert taken == {"pending": (6, 5), "begun": (9, 3), "approved": (18, 8), "used": (15, 7)}

    transport.forget()
    await get(alice, path)
    assert (len(transport.calls), transport.round_trips) == (7, 2)
    assert set(transport.names) == {"get Approvals", "get Accounts"}
