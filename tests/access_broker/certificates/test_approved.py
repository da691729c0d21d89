"""What needs an approval: its code becomes one certificate, in one transaction."""

import asyncio
from dataclasses import replace

import pytest

from tests.access.certificates.requests import csr
from tests.access_broker.approvals.desk import Desk, Someone
from tests.access_broker.certificates.conftest import person, serve
from tests.access_broker.certificates.people import CommandLine, Json, read
from tests.access_broker.profiles.test_listing import put_into
from tests.blueprints.openid.web import Browser, body_of
from tests.dpop import ClientKey
from tests.harness.administrators import ADMINISTRATOR, handle_of
from tests.harness.record import record
from tests.harness.service_harness import ORIGIN
from tests.storage_transport import RecordingTransport

DETAILS = {"type": "postgresql-certificate", "actions": ["read"]}


async def asked(alice: CommandLine, profile: str = "approved", **members: object) -> str:
    """The ID of the approval."""
    found = await alice.refused(profile, **members)
    assert (found["status"], found["slug"]) == (403, "approval-required")
    approval: str = found["approval"]
    assert found["approve_url"] == f"{ORIGIN}/approve#{approval}"
    return approval


async def code_of(
    alice: CommandLine, desk: Desk, bob: Someone, *, profile: str = "approved"
) -> str:
    approval = await desk.store.find(await asked(alice, profile, reason="Ticket 7"))
    assert approval is not None
    await desk.approve(approval.approval, bob)
    shown = body_of(await alice.send("GET", f"/approvals/{approval.approval.id}"))
    code: str = shown["code"]
    return code


async def outcomes(alice: CommandLine, kind: str) -> list[Json]:
    return [each for each in await record(alice.party) if each["kind"] == kind]


async def test_an_approval_is_asked_for_if_the_request_says_what_for(alice: CommandLine) -> None:
    plain = await alice.refused("approved")
    assert (plain["approve_url"], "approval" in plain) == (f"{ORIGIN}/requests", False)
    await asked(alice, reason="Ticket 7")
    await asked(alice, authorization_details=DETAILS)
    wrong = await alice.refused("approved", authorization_details={"type": "azure-sql"})
    assert wrong["slug"] == "malformed-request"
    assert (await alice.refused("reasoned"))["slug"] == "approval-required"


async def test_a_code_becomes_a_certificate_once(
    alice: CommandLine, desk: Desk, bob: Someone
) -> None:
    code = await code_of(alice, desk, bob)
    answers = await asyncio.gather(*(alice.ask("approved", approval=code) for _ in range(3)))
    assert sorted(each.status_code for each in answers) == [201, 403, 403]
    (issued,) = (body_of(each) for each in answers if each.status_code == 201)
    assert (await alice.refused("approved", approval=code))["slug"] == "approval-code-refused"
    assert len(await desk.party.stores.issued_certificates.live(now=desk.party.clock())) == 1
    (event,) = [
        each for each in await outcomes(alice, "certificate.issued") if each["outcome"] == "success"
    ]
    (used,) = [
        each for each in await outcomes(alice, "approval.used") if each["outcome"] == "success"
    ]
    assert event["facts"]["approval"] == used["facts"]["approval"] == issued["id"]


async def test_the_serial_number_is_the_receipts_id(
    alice: CommandLine, desk: Desk, bob: Someone
) -> None:
    code = await code_of(alice, desk, bob)
    issued = await alice.issued("approved", approval=code)
    assert read(issued).serial_number == int(issued["id"].replace("-", ""), 16)
    receipt = body_of(await alice.send("GET", f"/approvals/{issued['id']}/receipt"))
    assert issued["id"] in str(receipt)


async def test_two_processes_use_one_code_once(
    alice: CommandLine, desk: Desk, bob: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = await code_of(alice, desk, bob)
    other = alice.party.restarted()
    here = asyncio.create_task(alice.ask("approved", approval=code))
    await asyncio.sleep(0)  # it has begun
    serve(other, monkeypatch)
    there = await alice.ask("approved", approval=code)
    assert sorted([(await here).status_code, there.status_code]) == [201, 403]


async def test_a_code_is_of_one_key_one_profile_and_nobody_else(
    alice: CommandLine, desk: Desk, bob: Someone
) -> None:
    code = await code_of(alice, desk, bob)
    again = replace(alice, key=ClientKey())
    await again.sign_in()
    assert (await again.refused("approved", approval=code))["slug"] == "approval-code-refused"
    carol = await person(alice.party, alice.web, "carol")
    assert (await carol.refused("approved", approval=code))["slug"] == "approval-code-refused"
    assert (await alice.refused("orders", approval=code))["status"] == 404
    made_up = await alice.refused("approved", approval=code[::-1])
    assert made_up["slug"] == "approval-code-refused"
    await alice.issued("approved", approval=code)


async def test_a_page_of_the_same_person_has_not_asked(
    alice: CommandLine, desk: Desk, bob: Someone
) -> None:
    code = await code_of(alice, desk, bob)
    browser = Browser(alice.web, alice.party, alice.authenticator)
    await browser.sign_in()
    body = {"profile": "approved", "csr": csr(), "approval": code}
    assert (await browser.send_json("/certificates", body)).status_code == 403


async def test_an_approval_that_lapsed_gives_nothing(
    alice: CommandLine, desk: Desk, bob: Someone
) -> None:
    code = await code_of(alice, desk, bob)
    credentials = alice.party.service.credentials
    handle = await handle_of(alice.party, "bob")
    await credentials.suspend_account(handle, suspended=True, by=ADMINISTRATOR)
    assert (await alice.refused("approved", approval=code))["slug"] == "approval-code-refused"


async def test_the_words_say_which_database_and_which_role(alice: CommandLine) -> None:
    shown = body_of(await alice.send("GET", f"/approvals/{await asked(alice, reason='Ticket 7')}"))
    for language in ("en", "de"):
        said = {each["name"]: each["value"] for each in shown["words"][language]}
        assert said["database.server"] == "db.example.org:5432"
        assert (said["database.name"], said["database.role"]) == ("orders", "app_ro")
    listed = body_of(await alice.send("GET", "/approvals"))["asked"][0]["summary"]
    assert "“app_ro”" in listed["en"]["text"]


async def test_no_other_role_comes_of_an_approval(
    alice: CommandLine, desk: Desk, bob: Someone
) -> None:
    await put_into(alice.party, "support")
    code = await code_of(alice, desk, bob, profile="roles")
    await put_into(alice.party, "support", "dba")
    refused = await alice.refused("roles", approval=code)
    assert refused["slug"] == "approval-code-refused"
    await put_into(alice.party, "support")
    assert (await alice.issued("roles", approval=code))["role"] == "app_ro"


async def test_storage_calls(
    alice: CommandLine, desk: Desk, bob: Someone, transport: RecordingTransport
) -> None:
    code = await code_of(alice, desk, bob)
    await alice.issued()  # all keys are read
    transport.forget()
    await alice.issued("approved", approval=code)
    assert transport.names == [
        *("query Accounts", "get Accounts"),  # her account and her session
        "get Approvals",
        *("get Accounts", "get Accounts", "get Accounts"),  # Alice, her session, Bob
        *("insert AuditOutbox", "insert AuditOutbox"),
        "transact Approvals",
    ]
    assert transport.round_trips == 6
