"""The audit log over HTTP: the queries of auditors, and what the answers leave out."""

import asyncio

import aiohttp
import pytest

from devhost.azurite import Azurite
from shared import base64url
from shared.accounts.roles import Role
from shared.audit.checkpoint import open_checkpoint, read_verifier
from shared.audit.log_entry import LogEntry, read_entry
from shared.audit.merkle import includes, is_consistent, leaf_hash
from tests.api import Api, Json, new_username
from tests.authenticator import SoftAuthenticator
from tests.http.administrators import age_keys, sign_in_as

TRACE = "0af7651916cd43dd8448eb211c80319c"


async def maintain(api: Api) -> None:
    """Let the timer run: it seals first, and then does all its other jobs."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{api.url}/admin/functions/maintain", json={}) as ran,
    ):
        assert ran.status == 202


@pytest.fixture
async def auditor(api: Api, azurite: Azurite) -> Json:
    return await sign_in_as(api, azurite.connection_string, Role.AUDIT_READ)


async def events(api: Api, auditor: Json, query: str) -> list[LogEntry]:
    reply = await api.get(f"/audit/events?{query}", token=auditor["access_token"])
    assert reply.status == 200, reply.raw
    return [read_entry(entry) for entry in reply.json["entries"]]


async def test_events_are_found_and_proven(
    api: Api, auditor: Json, authenticator: SoftAuthenticator
) -> None:
    username = new_username()
    await api.register(authenticator, username)
    await api.sign_in(authenticator, username)
    await maintain(api)
    signed_in, registered = await events(api, auditor, f"user={username}")
    assert registered.statement.read()["kind"] == "registration.finished"
    assert signed_in.statement.read()["kind"] == "authentication.finished"
    token = auditor["access_token"]
    sealed = (await api.get("/audit/checkpoint", token=token)).json
    signed = open_checkpoint(sealed["checkpoint"], map(read_verifier, sealed["keys"]))
    where = f"/audit/proofs/inclusion?index={signed_in.index}&size={signed.size}"
    proof = (await api.get(where, token=token)).json["proof"]
    assert includes(
        leaf_hash(signed_in.statement.leaf),
        index=signed_in.index,
        size=signed.size,
        proof=[base64url.decode(each) for each in proof],
        root=signed.root,
    )


async def test_no_host_of_these_tests_records_begins_by_chance(api: Api, auditor: Json) -> None:
    """Otherwise a test that counts events would find one more in one of a hundred runs."""
    await maintain(api)
    recorded = await events(api, auditor, "kind=policy.changed")
    changes = [entry.statement.read()["facts"].get("AUDIT_BEGUN_ONE_IN") for entry in recorded]
    assert {change for change in changes if change} == {"none -> 0"}


async def test_a_later_checkpoint_continues_an_earlier_one(
    api: Api, auditor: Json, authenticator: SoftAuthenticator
) -> None:
    token, seen = auditor["access_token"], []
    for _ in range(2):
        await api.register(authenticator, new_username())
        await maintain(api)
        sealed = (await api.get("/audit/checkpoint", token=token)).json
        seen.append(open_checkpoint(sealed["checkpoint"], map(read_verifier, sealed["keys"])))
    old, new = seen
    where = f"/audit/proofs/consistency?from={old.size}&to={new.size}"
    proof = (await api.get(where, token=token)).json["proof"]
    assert old.size < new.size
    assert is_consistent(
        old=old.size,
        old_root=old.root,
        new=new.size,
        new_root=new.root,
        proof=[base64url.decode(each) for each in proof],
    )


async def test_an_event_has_the_id_of_its_request(
    api: Api, auditor: Json, authenticator: SoftAuthenticator
) -> None:
    username = new_username()
    await api.register(authenticator, username)
    options = await api.begin_authentication(username)
    body = {"credential": authenticator.get(options, signature=b"nonsense")}
    headers = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
    refused = await api.send("POST", "/authenticate/finish", json=body, headers=headers)
    await maintain(api)
    (event, _) = await events(api, auditor, f"user={username}")
    recorded = event.statement.read()
    assert (recorded["outcome"], recorded["reason"]) == ("failure", "signature_invalid")
    assert recorded["trace"] == TRACE
    assert refused.json["instance"] == f"urn:uuid:{recorded['invocation']}"


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=101", "before=-1", "before=x", "kind=nothing", "outcome=maybe"),
        *("since=yesterday", "until=2031-01-01", "user=a%20b"),
    ],
)
async def test_a_malformed_query_is_refused(api: Api, auditor: Json, query: str) -> None:
    reply = await api.get(f"/audit/events?{query}", token=auditor["access_token"])
    assert reply.status == 400


@pytest.mark.parametrize(
    "query",
    [
        *("inclusion", "inclusion?index=1", "inclusion?index=9&size=9"),
        *("inclusion?index=0&size=999999999", "consistency?from=2&to=1", "consistency?from=a&to=1"),
    ],
)
async def test_a_malformed_proof_query_is_refused(api: Api, auditor: Json, query: str) -> None:
    await maintain(api)
    reply = await api.get(f"/audit/proofs/{query}", token=auditor["access_token"])
    assert reply.status == 400


async def test_a_person_is_erased_when_a_second_administrator_confirms(
    api: Api, azurite: Azurite, auditor: Json, authenticator: SoftAuthenticator
) -> None:
    username, tables = new_username(), azurite.connection_string
    await api.register(authenticator, username)
    admins = [await sign_in_as(api, tables, Role.AUTHENTICATORS_ADMIN) for _ in range(2)]
    first, second = [each["access_token"] for each in admins]
    await age_keys(tables, admins[0])
    asked = await api.post("/audit/erasures", {"username": username}, token=first)
    where = asked.headers["Location"]
    assert (asked.status, where) == (201, f"/audit/erasures/{asked.json['id']}")
    again = await api.post("/audit/erasures", {"username": username}, token=second)
    assert (again.status, again.problem) == (409, "erasure-under-way")
    assert (await api.get(where, token=second)).json == asked.json
    assert (asked.json["username"], asked.json["state"]) == (username, "waiting")
    own = await api.send("POST", f"{where}/confirm", token=first)
    assert (own.status, own.problem) == (403, "not-permitted")
    new = await api.send("POST", f"{where}/confirm", token=second)
    assert (new.status, new.problem) == (403, "not-permitted"), "its key is new"
    await age_keys(tables, admins[1])
    confirmed = await api.send("POST", f"{where}/confirm", token=second)
    assert (confirmed.status, confirmed.json["state"]) == (200, "confirmed")
    assert confirmed.json["confirmedBy"]["name"] != confirmed.json["requestedBy"]["name"]
    entry = await _until_erased(api, auditor, username)
    assert entry.statement.evidence is not None
    assert (await api.get(where, token=second)).status == 404


async def _until_erased(api: Api, auditor: Json, username: str) -> LogEntry:
    """Events that are recorded in the same second as the confirmation are sealed first."""
    async with asyncio.timeout(60):
        while True:
            await maintain(api)
            (entry,) = await events(api, auditor, f"user={username}&kind=registration.finished")
            if entry.statement.personal is None:
                return entry


async def test_an_erasure_can_be_withdrawn(api: Api, azurite: Azurite) -> None:
    admin = await sign_in_as(api, azurite.connection_string, Role.AUTHENTICATORS_ADMIN)
    token, body = admin["access_token"], {"username": new_username()}
    where = (await api.post("/audit/erasures", body, token=token)).headers["Location"]
    assert (await api.send("DELETE", where, token=token)).status == 204
    for method in ("DELETE", "GET"):
        gone = await api.send(method, where, token=token)
        assert (gone.status, gone.problem) == (404, "not-found")
    listed = (await api.get("/audit/erasures", token=token)).json["erasures"]
    assert body["username"] not in {each["username"] for each in listed}


async def test_a_limit_that_is_reached_is_recorded(api: Api, auditor: Json) -> None:
    username = new_username()
    guess = {"username": username, "accessPass": "00000000"}
    statuses: list[int] = []
    while 429 not in statuses and len(statuses) <= 2 * 5:  # as a window may end in between
        statuses.append((await api.post("/access-passes/redeem", guess)).status)
    assert 429 in statuses[5:]
    await maintain(api)
    found = await events(api, auditor, "kind=rate-limit.hit")
    assert "guess.account" in {event.statement.read()["facts"]["limit"] for event in found}
    failures = await events(api, auditor, f"user={username}&outcome=failure")
    assert len(failures) == len(statuses) - 1
