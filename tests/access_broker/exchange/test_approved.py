"""What needs an approval: it is asked for, given by somebody else, and its code counts once."""

import asyncio
import json
from dataclasses import replace

import pytest

from shared.access.exchange.request import TokenType
from shared.access_broker.approvals.asking import Wanted
from shared.principals import AccountHolder
from shared.relying_party.callers.client import Client as Sender
from tests.access_broker.approvals.desk import Desk, Someone
from tests.access_broker.exchange.exchanger import SQL, Application, Exchanger, Json
from tests.blueprints.openid.web import Browser, body_of
from tests.dpop import ClientKey
from tests.fakes.entra_tokens import Fault
from tests.harness.administrators import ADMINISTRATOR, handle_of
from tests.harness.record import record
from tests.harness.service_harness import ORIGIN
from tests.storage_transport import RecordingTransport

CODE = TokenType.APPROVAL_CODE.value
DETAILS = json.dumps([{"type": "azure-sql", "actions": ["read"]}])


@pytest.fixture
def desk(alice: Exchanger) -> Desk:
    service = alice.party.service
    return Desk(alice.party, service.profile_directory)  # type: ignore[arg-type]  # it finds


@pytest.fixture
async def bob(desk: Desk, alice: Exchanger) -> Someone:
    return await desk.person("bob")


async def asked(alice: Exchanger, **form: str) -> str:
    """The ID of the approval."""
    found = await alice.refused("approved", **form)
    assert found["error"] == "approval_required"
    approval: str = found["approval"]
    assert found["approve_url"] == f"{ORIGIN}/approve#{approval}"
    return approval


async def code_of(alice: Exchanger, desk: Desk, bob: Someone) -> str:
    approval = await desk.store.find(await asked(alice, authorization_details=DETAILS))
    assert approval is not None
    await desk.approve(approval.approval, bob)
    holder = await alice.party.holder(alice.token)
    code = (await desk.following.one(approval.approval.id, by=holder)).code
    assert code is not None
    return code


def with_code(code: str) -> dict[str, str | None]:
    return {"subject_token": code, "subject_token_type": CODE}


async def granted_events(alice: Exchanger) -> list[Json]:
    events = await record(alice.party)
    return [each for each in events if each["kind"] == "access.granted"]


async def test_a_code_becomes_a_token_once(alice: Exchanger, desk: Desk, bob: Someone) -> None:
    code = await code_of(alice, desk, bob)
    answers = await asyncio.gather(
        *(alice.exchange("approved", **with_code(code)) for _ in range(3))
    )
    assert sorted(each.status_code for each in answers) == [200, 400, 400]
    assert len(alice.entra.requests) == 1
    (token,) = (body_of(each)["access_token"] for each in answers if each.status_code == 200)
    assert alice.entra.verify(token, audience=SQL)
    assert (await alice.refused("approved", **with_code(code)))["error"] == "invalid_grant"
    (event,) = [each for each in await granted_events(alice) if each["outcome"] == "success"]
    assert {"approval", "profile", "correlation", "trace"} <= event["facts"].keys()


async def test_an_approval_is_asked_for_if_the_request_says_what_for(alice: Exchanger) -> None:
    assert "approval" not in await alice.refused("approved")
    await asked(alice, reason="Ticket 7")
    broken = await alice.refused("approved", authorization_details="[{")
    assert broken["error"] == "invalid_request"


async def test_a_code_is_of_one_key_one_profile_and_nobody_else(
    alice: Exchanger, desk: Desk, bob: Someone
) -> None:
    code = await code_of(alice, desk, bob)
    thief = replace(alice, key=ClientKey())
    assert (await thief.refused("approved", **with_code(code)))["error"] == "invalid_grant"
    assert (await alice.refused("second", **with_code(code)))["error"] == "invalid_target"
    made_up = await alice.refused("approved", **with_code(code[::-1]))
    assert made_up["error"] == "invalid_grant"
    beside = await alice.refused("approved", **with_code(code), authorization_details=DETAILS)
    assert beside["error"] == "invalid_request"
    scope = await alice.refused("approved", **with_code(code), scope=f"{SQL}/user_impersonation")
    assert scope["error"] == "invalid_scope"
    assert alice.entra.requests == []
    await alice.granted("approved", **with_code(code), scope=f"{SQL}/.default")


async def test_a_code_of_a_page_counts_in_the_cookie_of_its_session(
    alice: Exchanger, desk: Desk, bob: Someone
) -> None:
    browser = Browser(alice.web, alice.party, alice.authenticator)
    await browser.sign_in()
    cookie = next(iter(browser.cookies.values()))
    holder = AccountHolder(await alice.party.service.bearer_authentication.read_own(cookie))
    someone = Someone(alice.authenticator, bob.record, holder)
    approval = await desk.ask(someone, profile="approved", details=None)
    await desk.approve(approval, bob)
    code = (await desk.following.one(approval.id, by=holder)).code
    assert code is not None
    # Without the cookie it is worth nothing, whatever else is sent.
    assert (await alice.refused("approved", **with_code(code)))["error"] == "invalid_grant"
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": code,
        "subject_token_type": CODE,
        "audience": "approved",
    }
    sent = {"Cookie": browser._jar(), "Origin": ORIGIN}
    assert (await alice.web.post("/token", form)).status_code == 400
    assert (await alice.web.post("/token", form, **sent)).status_code == 403
    response = await alice.web.post("/token", form, X_CSRF_Token=browser.csrf, **sent)
    assert response.status_code == 200, response.get_body()


async def test_an_approval_of_somebody_who_is_suspended_opens_nothing(
    alice: Exchanger, desk: Desk, bob: Someone
) -> None:
    code = await code_of(alice, desk, bob)
    handle, credentials = await handle_of(alice.party), alice.party.service.credentials
    await credentials.suspend_account(handle, suspended=True, by=ADMINISTRATOR)
    assert (await alice.refused("approved", **with_code(code)))["error"] == "invalid_grant"
    assert alice.entra.requests == []


async def test_a_process_that_stops_after_the_use_leaves_an_attempt(
    alice: Exchanger, desk: Desk, bob: Someone
) -> None:
    code = await code_of(alice, desk, bob)
    alice.entra.faults = [Fault.SILENCE]
    asked = asyncio.create_task(alice.exchange("approved", **with_code(code)))
    await alice.entra.arrived.wait()
    asked.cancel()
    await asyncio.wait([asked])
    assert (await alice.refused("approved", **with_code(code)))["error"] == "invalid_grant"
    events = await granted_events(alice)
    assert [each["outcome"] for each in events if "approval" in each["facts"]] == ["attempted"]


async def test_storage_calls(
    alice: Exchanger, desk: Desk, bob: Someone, transport: RecordingTransport
) -> None:
    code = await code_of(alice, desk, bob)
    await alice.granted()  # all keys are read
    transport.forget()
    await alice.granted("approved", **with_code(code))
    assert transport.names == [
        "get Approvals",
        *("get Accounts", "get Accounts", "get Accounts"),  # Alice, her session, Bob
        *("insert AuditOutbox", "insert AuditOutbox"),
        "transact Approvals",
        "replace AuditOutbox",
    ]
    assert transport.round_trips == 6


async def test_a_client_that_asked_gets_the_token(
    alice: Exchanger, application: Application, desk: Desk, bob: Someone
) -> None:
    bearer = await alice.party.service.approval_senders.read_client(
        application.token, thumbprint=None
    )
    wanted = Wanted(profile="approved", details=None, reason=None)
    sender = Sender(address=None, user_agent="an app")
    approval = await desk.asking.ask(wanted, by=bearer, client=sender)
    await desk.approve(approval, bob)
    code = (await desk.following.one(approval.id, by=bearer)).code
    assert code is not None
    sent = {"subject_token": code, "subject_token_type": CODE}
    for client_id in ("other", "plain"):
        refused = await application.exchange("approved", client_id, **sent)
        assert (refused.status_code, body_of(refused)["error"]) == (400, "invalid_grant")
    assert (await alice.refused("approved", **with_code(code)))["error"] == "invalid_grant"
    assert alice.entra.requests == []

    granted = await application.exchange("approved", **sent)

    assert granted.status_code == 200, granted.get_body()
    assert alice.entra.verify(body_of(granted)["access_token"], audience=SQL)
    again = await application.exchange("approved", **sent)
    assert body_of(again)["error"] == "invalid_grant"
