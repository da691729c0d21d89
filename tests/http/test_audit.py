"""The audit trail over HTTP: what auditors ask, and what they are not told."""

import aiohttp
import pytest

from devhost.azurite import Azurite
from shared import base64url
from shared.accounts.roles import Role
from shared.audit.checkpoint import open_checkpoint, read_verifier
from shared.audit.entry import Entry, read_entry
from shared.audit.merkle import includes, is_consistent, leaf_hash
from tests.api import Api, Json, new_username
from tests.authenticator import SoftAuthenticator
from tests.http.administrators import sign_in_as

TRACE = "0af7651916cd43dd8448eb211c80319c"


async def seal(api: Api) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{api.url}/admin/functions/seal_audit_log", json={}) as ran,
    ):
        assert ran.status == 202


@pytest.fixture
async def auditor(api: Api, azurite: Azurite) -> Json:
    return await sign_in_as(api, azurite.connection_string, Role.AUDIT_READ)


async def events(api: Api, auditor: Json, query: str) -> list[Entry]:
    reply = await api.get(f"/audit/events?{query}", token=auditor["access_token"])
    assert reply.status == 200, reply.raw
    return [read_entry(entry) for entry in reply.json["entries"]]


async def test_what_happened_is_found_and_proven(
    api: Api, auditor: Json, authenticator: SoftAuthenticator
) -> None:
    username = new_username()
    await api.register(authenticator, username)
    await api.sign_in(authenticator, username)
    await seal(api)
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


async def test_no_host_of_these_tests_puts_a_chance_begin_on_record(
    api: Api, auditor: Json
) -> None:
    """Or whoever counts events would find one more in a hundred times."""
    await seal(api)
    told = await events(api, auditor, "kind=policy.changed")
    changes = [entry.statement.read()["facts"].get("AUDIT_BEGUN_ONE_IN") for entry in told]
    assert {change for change in changes if change} == {"none -> 0"}


async def test_a_later_checkpoint_continues_an_earlier_one(
    api: Api, auditor: Json, authenticator: SoftAuthenticator
) -> None:
    token, seen = auditor["access_token"], []
    for _ in range(2):
        await api.register(authenticator, new_username())
        await seal(api)
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


async def test_an_event_names_the_call_that_it_comes_from(
    api: Api, auditor: Json, authenticator: SoftAuthenticator
) -> None:
    username = new_username()
    await api.register(authenticator, username)
    options = await api.begin_authentication(username)
    body = {"credential": authenticator.get(options, signature=b"nonsense")}
    headers = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
    refused = await api.send("POST", "/authenticate/finish", json=body, headers=headers)
    await seal(api)
    (event, _) = await events(api, auditor, f"user={username}")
    told = event.statement.read()
    assert (told["outcome"], told["reason"]) == ("failure", "signature_invalid")
    assert told["trace"] == TRACE
    assert refused.json["instance"] == f"urn:uuid:{told['invocation']}"


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=101", "before=-1", "before=x", "kind=nothing", "outcome=maybe"),
        *("since=yesterday", "until=2031-01-01", "user=a%20b"),
    ],
)
async def test_a_query_that_means_nothing_is_refused(api: Api, auditor: Json, query: str) -> None:
    reply = await api.get(f"/audit/events?{query}", token=auditor["access_token"])
    assert reply.status == 400


@pytest.mark.parametrize(
    "query",
    [
        *("inclusion", "inclusion?index=1", "inclusion?index=9&size=9"),
        *("inclusion?index=0&size=999999999", "consistency?from=2&to=1", "consistency?from=a&to=1"),
    ],
)
async def test_a_proof_of_nothing_is_refused(api: Api, auditor: Json, query: str) -> None:
    await seal(api)
    reply = await api.get(f"/audit/proofs/{query}", token=auditor["access_token"])
    assert reply.status == 400


async def test_a_person_is_erased(
    api: Api, azurite: Azurite, auditor: Json, authenticator: SoftAuthenticator
) -> None:
    username = new_username()
    await api.register(authenticator, username)
    await seal(api)
    admin = await sign_in_as(api, azurite.connection_string, Role.AUTHENTICATORS_ADMIN)
    body = {"username": username}
    erased = await api.post("/audit/erasures", body, token=admin["access_token"])
    assert erased.json["erased"] == 1
    (entry,) = await events(api, auditor, f"user={username}&kind=registration.finished")
    assert entry.statement.personal is None
    assert entry.statement.evidence is not None


async def test_a_limit_that_is_hit_is_on_record(api: Api, auditor: Json) -> None:
    username = new_username()
    guess = {"username": username, "accessPass": "00000000"}
    statuses: list[int] = []
    while 429 not in statuses and len(statuses) <= 2 * 5:  # as a window may end in between
        statuses.append((await api.post("/access-passes/redeem", guess)).status)
    assert 429 in statuses[5:]
    await seal(api)
    found = await events(api, auditor, "kind=rate-limit.hit")
    assert "guess.account" in {event.statement.read()["facts"]["limit"] for event in found}
    failures = await events(api, auditor, f"user={username}&outcome=failure")
    assert len(failures) == len(statuses) - 1
