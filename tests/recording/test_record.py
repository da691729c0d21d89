"""The audit log records for each act who did what to whom, and with which outcome."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared import base64url
from shared.accounts.names import read_username
from shared.audit.event import Source
from shared.errors import (
    AuthenticationRejected,
    ConcurrentUse,
    CredentialLimitReached,
    MalformedRequest,
    NotPermitted,
    PassRefused,
    TokenInvalid,
    TooManyRequests,
    UsernameTaken,
)
from shared.recording.actors import SERVICE
from shared.recording.request_source import serving
from shared.relying_party.callers.client import Client
from shared.relying_party.onboarding.pass_terms import PassRequest
from shared.sessions.session import hash_credential
from shared.storage.tables.table import version
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import ADMINISTRATOR, ALICE, account, handle_of, holder, identity
from tests.harness.record import Event, brief, entries, record
from tests.harness.service_harness import ORIGIN, Clock, ServiceHarness, new_authenticator
from tests.sessions.claims import claims_of
from tests.storage_faults import after, once, unreachable
from tests.storage_transport import Call, RecordingTransport, Send, Storage


async def last(party: ServiceHarness) -> Event:
    return (await record(party))[-1]


async def test_a_registration_and_a_sign_in_are_recorded_with_evidence(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    source = Source(address="192.0.2.7", user_agent="tests", invocation="i", trace="ab" * 16)
    with serving(source):
        made = await party.register(alices, "alice")
        tokens = (await party.sign_in(alices, "alice")).tokens
    registration, sign_in = await record(party)
    assert brief([registration, sign_in]) == [
        ("registration.finished", "success"),
        ("authentication.finished", "success"),
    ]
    alice = {"type": "user", "id": base64url.encode(made.user_handle)}
    for event in (registration, sign_in):
        assert event["actor"] == event["target"] == alice
        assert event["credential"]["hash"] == base64url.encode(hash_credential(made.id))
        assert event["credential"]["uv"] is True
        assert (event["origin"], event["rpId"]) == (ORIGIN, "touchstone.example")
        assert (event["invocation"], event["trace"]) == ("i", "ab" * 16)
    assert registration["facts"] == {"founding": True, "authority": "none"}
    assert sign_in["session"] == base64url.encode(tokens.session.id)
    assert sign_in["credential"]["signCount"] == 2
    _, entry = await entries(party)
    assert entry.statement.personal
    assert entry.statement.evidence
    assert entry.statement.personal.read() == {
        "actorName": "alice",
        "targetName": "alice",
        "address": "192.0.2.7",
        "userAgent": "tests",
        "credentialName": "Passkey",
    }
    assert set(entry.statement.evidence.read()) == {
        "clientDataJSON",
        "authenticatorData",
        "signature",
    }


async def test_a_leaf_has_no_personal_data_and_no_secret(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    with serving(Source(address="192.0.2.7", user_agent="an agent")):
        await party.register(alices, "alice-the-person")
        tokens = (await party.sign_in(alices, "alice-the-person")).tokens
    await record(party)
    for entry in await entries(party):
        text = entry.statement.leaf.decode()
        assert not [
            word
            for word in ("alice-the-person", "192.0.2.7", "an agent", "Passkey")
            if word in text
        ]
        whole = json.dumps(entry.describe())
        assert tokens.access_token not in whole
        assert tokens.refresh_token not in whole


async def test_names_can_be_left_out(party: ServiceHarness, alices: SoftAuthenticator) -> None:
    anonymous = party.restarted(AUDIT_NAMES="false")
    await anonymous.register(alices, "alice")
    await record(anonymous)
    (entry,) = await entries(anonymous)
    assert entry.statement.personal is None
    assert "alice" not in json.dumps(entry.describe())


async def test_a_refused_assertion_is_recorded_with_its_reason(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    assertion = alices.get(await party.begin_authentication("alice"), signature=b"nonsense")
    with pytest.raises(AuthenticationRejected):
        await party.finish_authentication(assertion)
    event = await last(party)
    assert brief([event]) == [("authentication.finished", "failure")]
    assert event["reason"] == "signature_invalid"
    assert "actor" not in event
    assert "uv" not in event["credential"]


async def test_an_unknown_credential_is_recorded_as_unknown(
    party: ServiceHarness, mallorys: SoftAuthenticator
) -> None:
    mallorys.create(await party.begin_registration("mallory"))
    with pytest.raises(AuthenticationRejected):
        await party.finish_authentication(mallorys.get(await party.begin_authentication()))
    assert (await last(party))["reason"] == "credential_unknown"


async def test_a_taken_name_is_recorded_as_failure(
    party: ServiceHarness, alices: SoftAuthenticator, mallorys: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    with pytest.raises(UsernameTaken):
        await party.register(mallorys, "alice")
    event = await last(party)
    assert (event["outcome"], event["reason"]) == ("failure", "username_taken")


async def test_a_sign_in_that_lost_a_race_is_recorded_as_failure(
    party: ServiceHarness, transport: RecordingTransport, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    response = alices.get(await party.begin_authentication("alice"))
    other = alices.get(await party.begin_authentication("alice"))

    transport.fault = once(after(lambda: party.finish_authentication(other)), "transact Accounts")
    with pytest.raises(ConcurrentUse):
        await party.finish_authentication(response)
    outcomes = [(event["outcome"], event.get("reason")) for event in await record(party)]
    assert outcomes.count(("failure", "concurrent_use")) == 1
    assert outcomes.count(("success", None)) == 2


async def test_an_accepted_lower_sign_count_has_its_own_event(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    lenient = party.restarted(SIGN_COUNT_POLICY="report")
    await lenient.register(alices, "alice")
    options = await lenient.begin_authentication("alice")
    await lenient.finish_authentication(alices.get(options, sign_count=0))
    kinds = [event["kind"] for event in await record(lenient)]
    assert sorted(kinds)[1:] == ["credential.sign-count-regressed", "registration.finished"]


async def test_a_lower_count_after_a_lost_race_is_marked(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    """The holder of a copied key can begin early; an alert counts these events."""
    await party.register(alices, "alice")
    early = await party.begin_authentication("alice")
    await party.sign_in(alices, "alice")
    with pytest.raises(ConcurrentUse):
        await party.finish_authentication(alices.get(early, sign_count=1))
    event = await last(party)
    assert (event["outcome"], event["reason"]) == ("failure", "concurrent_use")
    assert event["facts"] == {"countFell": True}


@pytest.mark.parametrize(
    ("eligible", "recorded"),
    [
        (False, "credential.sign-count-unchanged"),
        (True, "credential.backup-eligibility-appeared"),
    ],
    ids=["constant", "synced"],
)
async def test_a_constant_anomaly_of_an_authenticator_is_recorded_once(
    party: ServiceHarness, eligible: bool, recorded: str
) -> None:
    key = new_authenticator()
    await party.register(key, "alice")
    for _ in range(3):
        options = await party.begin_authentication("alice")
        await party.finish_authentication(key.get(options, sign_count=1, backup_eligible=eligible))
    kinds = [event["kind"] for event in await record(party)]
    assert [kind for kind in kinds if kind.startswith("credential.")] == [recorded]


async def test_separate_counts_of_a_synced_passkey_are_recorded_once(
    party: ServiceHarness, storage: Storage
) -> None:
    key = new_authenticator()
    await party.register(key, "alice")
    versions: list[str] = []
    for count in (51, 3, 4, 5, 6):
        answer = key.get(
            await party.begin_authentication("alice"), sign_count=count, backup_eligible=True
        )
        await party.finish_authentication(answer)
        (row,) = await storage.rows("Accounts", prefix="credential:")
        versions.append(version(row))
    assert versions[-1] == versions[-2]
    (recorded,) = [e for e in await record(party) if e["kind"] == "credential.sign-count-regressed"]
    assert recorded["facts"] == {"synced": True}


async def test_an_anomaly_of_a_sign_in_that_lost_a_race_is_not_recorded(
    party: ServiceHarness, transport: RecordingTransport
) -> None:
    """It was refused; the anomaly of the sign-in that won is recorded once."""
    key = new_authenticator()
    await party.register(key, "alice")
    begun = [await party.begin_authentication("alice") for _ in range(2)]
    response, other = [key.get(each, backup_eligible=True, backup_state=True) for each in begun]

    transport.fault = once(after(lambda: party.finish_authentication(other)), "transact Accounts")
    with pytest.raises(ConcurrentUse):
        await party.finish_authentication(response)
    kinds = [event["kind"] for event in await record(party)]
    assert kinds.count("credential.backup-state-changed") == 1
    assert await party.stores.outbox.read(limit=10) == []


async def test_a_refresh_and_a_reuse_of_a_token_are_recorded(
    party: ServiceHarness, alices: SoftAuthenticator, clock: Clock
) -> None:
    await party.register(alices, "alice")
    tokens = (await party.sign_in(alices, "alice")).tokens
    successor = await party.refresh(tokens.refresh_token)
    clock.advance(minutes=5)
    await party.refresh(successor.refresh_token)
    with pytest.raises(TokenInvalid):
        await party.refresh(tokens.refresh_token)
    refreshed, _, reused = (await record(party))[2:]
    assert brief([refreshed, reused]) == [
        ("token.refreshed", "success"),
        ("token.reused", "failure"),
    ]
    assert refreshed["session"] == reused["session"] == base64url.encode(tokens.session.id)
    assert not await party.keeps_session(tokens)


async def test_a_reuse_of_a_token_is_recorded_with_the_tokens_owner(
    party: ServiceHarness, alices: SoftAuthenticator, clock: Clock
) -> None:
    made = await party.register(alices, "alice")
    tokens = (await party.sign_in(alices, "alice")).tokens
    successor = await party.refresh(tokens.refresh_token)
    clock.advance(minutes=5)
    await party.refresh(successor.refresh_token)
    with pytest.raises(TokenInvalid):
        await party.refresh(tokens.refresh_token)
    reused = await last(party)
    assert reused["target"] == {"type": "user", "id": base64url.encode(made.user_handle)}
    assert "actor" not in reused


async def test_a_refresh_that_came_too_late_is_recorded_without_a_token(
    party: ServiceHarness, alices: SoftAuthenticator, transport: RecordingTransport
) -> None:
    await party.register(alices, "alice")
    tokens = (await party.sign_in(alices, "alice")).tokens

    handle = tokens.session.sign_in.user_handle
    end_it = after(lambda: party.service.sessions.end(handle, by=SERVICE))
    transport.fault = once(end_it, "transact Accounts")
    with pytest.raises(TokenInvalid):
        await party.refresh(tokens.refresh_token)
    (refused,) = [event for event in await record(party) if event["kind"] == "token.refreshed"]
    assert (refused["outcome"], refused["reason"]) == ("failure", "session_unknown")
    assert not {"token", "actor"} & refused.keys()


async def test_a_registration_of_a_taken_name_is_recorded_without_an_actor(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    with pytest.raises(UsernameTaken):
        await party.register(new_authenticator(), "alice")
    refused = await last(party)
    assert (refused["kind"], refused["outcome"]) == ("registration.finished", "failure")
    assert "actor" not in refused


async def test_the_recorded_tokens_are_the_issued_ones(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    first = (await party.sign_in(alices, "alice")).tokens
    # Two tabs refresh, and both get the same successor.
    later = [await party.refresh(first.refresh_token) for _ in range(2)]
    recorded = [event["token"] for event in (await record(party))[1:]]
    assert recorded == [claims_of(each.access_token)["jti"] for each in (first, *later)]


async def test_an_administrators_acts_name_the_administrator(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    await party.sign_in(alices, "alice")
    credentials = party.service.credentials
    (stored,) = (await account(party)).records
    await party.service.account_lookup.account_of(await handle_of(party), by=ADMINISTRATOR)
    await credentials.suspend_credential(
        await handle_of(party), stored.id, suspended=True, by=ADMINISTRATOR
    )
    await credentials.suspend_credential(
        await handle_of(party), stored.id, suspended=False, by=ADMINISTRATOR
    )
    await credentials.suspend_account(await handle_of(party), suspended=True, by=ADMINISTRATOR)
    await credentials.remove_of(await handle_of(party), stored.id, by=ADMINISTRATOR)
    events = (await record(party))[2:]
    assert {event["actor"]["type"] for event in events} == {"application"}
    assert {event["target"]["id"] for event in events} == {base64url.encode(stored.user_handle)}
    assert sorted(brief(events)) == [
        ("account.read", "success"),
        ("account.suspended", "success"),
        ("credential.removed", "success"),
        ("credential.resumed", "success"),
        ("credential.suspended", "success"),
        ("session.ended", "success"),
    ]


async def test_a_caller_without_the_role_is_recorded_as_failure(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    with pytest.raises(NotPermitted):
        await party.service.account_lookup.account_of(await handle_of(party), by=identity())
    event = await last(party)
    assert brief([event]) == [("account.read", "failure")]
    assert event["reason"] == "not_permitted"


async def test_changes_by_the_user_are_recorded(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    made = await party.register(alices, "alice")
    own = await holder(party, (await party.sign_in(alices, "alice")).tokens.access_token)
    await party.service.credentials.rename(own, made.id, name="Blue key")
    await party.service.credentials.remove_own(own, made.id, even_the_last=True)
    events = (await record(party))[2:]
    assert sorted(brief(events)) == [
        ("credential.removed", "success"),
        ("credential.renamed", "success"),
        ("session.ended", "success"),
    ]
    assert all(event["actor"] == event["target"] for event in events)


async def test_a_pass_is_recorded_from_issue_to_refusal(party: ServiceHarness) -> None:
    passes = party.service.passes
    request = PassRequest(
        username=read_username("bob"),
        display_name=None,
        lifetime=None,
        one_time=True,
        starts_at=None,
    )
    issued = await passes.issue(request, by=ADMINISTRATOR)
    with pytest.raises(PassRefused):
        await party.service.redeeming.redeem(request.username, "WRONG", client=party.client)
    await party.service.redeeming.redeem(request.username, issued.text, client=party.client)
    party.clock.advance(minutes=11)  # the time of a one-time pass is over
    with pytest.raises(PassRefused):
        await party.service.redeeming.redeem(request.username, issued.text, client=party.client)
    events = await record(party)
    assert [(event["kind"], event["outcome"], event.get("reason")) for event in events] == [
        ("account.created", "success", None),
        ("pass.issued", "success", None),
        ("pass.redeemed", "failure", "pass_wrong"),
        ("pass.redeemed", "success", None),
        ("pass.redeemed", "failure", "pass_used"),
    ]
    assert events[1]["pass"] == events[3]["pass"] == base64url.encode(issued.access_pass.id)
    whole = json.dumps([entry.describe() for entry in await entries(party)])
    assert issued.text not in whole


async def test_each_ended_session_is_recorded(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    handles = [
        (await party.sign_in(alices, "alice")).tokens.session.sign_in.user_handle for _ in range(2)
    ]
    assert await party.service.sessions.end(handles[0], by=SERVICE) == 2
    kinds = [event["kind"] for event in await record(party)]
    assert kinds.count("session.ended") == 2


async def test_a_share_of_the_begun_ceremonies_is_recorded(party: ServiceHarness) -> None:
    every, none = party.restarted(AUDIT_BEGUN_ONE_IN="1"), party.restarted(AUDIT_BEGUN_ONE_IN="0")
    for chosen in (every, none):
        await chosen.begin_authentication("alice")
        await chosen.begin_registration("alice")
    events = await record(party)
    assert sorted(brief(events)) == [
        ("authentication.begun", "success"),
        ("registration.begun", "success"),
    ]
    assert all(event["facts"] == {"oneIn": 1} for event in events)


@pytest.mark.parametrize(
    "impossible",
    [
        {"lifetime": timedelta(days=400)},
        {"starts_at": datetime.max.replace(tzinfo=UTC)},
    ],
    ids=lambda given: next(iter(given)),
)
async def test_an_impossible_pass_writes_nothing(
    party: ServiceHarness, impossible: dict[str, Any]
) -> None:
    request = PassRequest(
        **{
            "username": ALICE,
            "display_name": None,
            "lifetime": None,
            "one_time": None,
            "starts_at": None,
            **impossible,
        }
    )
    with pytest.raises(MalformedRequest):
        await party.service.passes.issue(request, by=ADMINISTRATOR)
    assert await record(party) == []
    assert await party.storage.rows("Accounts") == []


async def test_a_forbidden_change_is_recorded_with_its_object(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    made = await party.register(alices, "alice")
    credentials, unauthorized = party.service.credentials, identity()
    for forbidden in (
        credentials.remove_of(await handle_of(party), made.id, by=unauthorized),
        credentials.suspend_credential(
            await handle_of(party), made.id, suspended=True, by=unauthorized
        ),
        party.service.links.add(
            await handle_of(party), issuer="https://provider.example", subject="x", by=unauthorized
        ),
    ):
        with pytest.raises(NotPermitted):
            await forbidden
    removal, suspension, link = (await record(party))[1:]
    hashed = {"hash": base64url.encode(hash_credential(made.id))}
    assert removal["credential"] == suspension["credential"] == hashed
    assert link["facts"]["subject"]


async def test_a_refused_begin_is_not_recorded_as_begun(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    every = party.restarted(
        AUDIT_BEGUN_ONE_IN="1", CREDENTIALS_PER_ACCOUNT="1", RATE_LIMITS="begin.address=2/24h"
    )
    every.client = Client(address="192.0.2.1", user_agent="tests")
    await every.register(alices, "alice")
    token = (await every.sign_in(alices)).tokens.access_token
    with pytest.raises(CredentialLimitReached):
        await every.begin_registration("alice", token=token)
    for refused in (every.begin_authentication("alice"), every.begin_registration("bob")):
        with pytest.raises(TooManyRequests):
            await refused
    kinds = [event["kind"] for event in await record(party) if event["kind"].endswith(".begun")]
    assert sorted(kinds) == ["authentication.begun", "registration.begun"]


async def test_changed_settings_and_keys_are_recorded_once(
    party: ServiceHarness, clock: Clock
) -> None:
    await party.service.configuration_watch.detect_changes()
    await party.service.configuration_watch.detect_changes()
    clock.advance(seconds=1)
    changed = party.restarted(USER_VERIFICATION="preferred")
    await changed.service.configuration_watch.detect_changes()
    await changed.service.configuration_watch.detect_changes()
    events = await record(party)
    assert sorted(event["kind"] for event in events) == [
        "policy.changed",
        "policy.changed",
        *(["signing-key.rotated"] * 2),
    ]
    policy = [event for event in events if event["kind"] == "policy.changed"]
    assert policy[-1]["facts"] == {"USER_VERIFICATION": "required -> preferred"}


async def test_a_second_registration_is_recorded_with_its_authority(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    token = (await party.sign_in(alices, "alice")).tokens.access_token
    await party.register(new_authenticator(), "alice", token=token)
    assert (await last(party))["facts"] == {"founding": False, "authority": "session"}


async def test_a_sign_in_above_its_limit_leaves_no_attempt(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    limited = party.restarted(RATE_LIMITS="authentication.address=1/5m")
    limited.client = Client(address="192.0.2.1", user_agent="tests")
    await limited.register(alices, "alice")
    for refused in (AuthenticationRejected, TooManyRequests):
        options = await limited.begin_authentication("alice")
        with pytest.raises(refused):
            await limited.finish_authentication(alices.get(options, signature=b"nonsense"))
    assert len(await record(limited)) == 2


async def test_a_sign_in_is_refused_even_if_that_cannot_be_recorded(
    party: ServiceHarness, transport: RecordingTransport, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    assertion = alices.get(await party.begin_authentication("alice"), signature=b"nonsense")

    async def no_settling(call: Call, send: Send) -> object:
        return await (unreachable(send) if call.name == "replace AuditOutbox" else send())

    transport.fault = no_settling
    with pytest.raises(AuthenticationRejected):
        await party.finish_authentication(assertion)
    transport.fault = None
    assert (await last(party))["outcome"] == "attempted"
