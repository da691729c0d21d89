"""No text of a stranger is in the part of an event that is kept for ever.

That part, the leaf, is public and cannot be erased. What is personal can be, and evidence is kept
apart; both are only committed to.
"""

import json
import secrets
from collections.abc import Mapping
from typing import Any

import pytest

from devhost.azurite import Azurite
from shared.audit.event import Kind
from shared.settings import TablesSettings
from shared.storage.tables.client import connect
from shared.storage.tables.table import Table
from tests.api import Api, new_username
from tests.authenticator import SoftAuthenticator, base64url

TABLES = ("Accounts", "AuditLog", "AuditOutbox", "Links")
_LARGEST_LEAF = 1280


@pytest.fixture
def text() -> str:
    """Of 704 characters, as much as is kept whole of an answer that is not verified; and of its own
    for each test."""
    return secrets.token_hex(8) * 44


async def _events(azurite: Azurite) -> list[Mapping[str, bytes]]:
    """All rows with an event, in every table."""
    found: list[Mapping[str, bytes]] = []
    async with connect(TablesSettings(connection_string=azurite.connection_string)) as service:
        for name in TABLES:
            async for page in Table(service, name).pages("PartitionKey ge @first", {"first": ""}):
                found += [row for row in page if "Leaf" in row]
    return found


def _evidence(rows: list[Mapping[str, bytes]]) -> bytes:
    """All that authenticators sent, as it was."""
    parts = [json.loads(row["Evidence"]) for row in rows if row["Evidence"]]
    texts = (each for part in parts for each in part.values() if isinstance(each, str))
    return b"\n".join(map(base64url.decode, texts))


async def _assert_in_evidence_alone(azurite: Azurite, text: str) -> None:
    rows = await _events(azurite)
    assert text.encode() in _evidence(rows)
    _assert_not_public(rows, text)


def _assert_not_public(rows: list[Mapping[str, bytes]], text: str) -> None:
    for row in rows:
        assert text[:16].encode() not in row["Leaf"]
        # The service records all its settings when it seals, which may be at any minute.
        if json.loads(row["Leaf"])["kind"] != Kind.POLICY_CHANGED:
            assert len(row["Leaf"]) < _LARGEST_LEAF


@pytest.mark.parametrize("member", ["origin", "top_origin"])
async def test_texts_of_a_sign_in_are_only_in_evidence(
    api: Api, azurite: Azurite, authenticator: SoftAuthenticator, text: str, member: str
) -> None:
    username = new_username()
    await api.register(authenticator, username)
    lie: dict[str, Any] = {member: text}
    for lies in (lie, lie | {"signature": b"nonsense"}):
        options = await api.begin_authentication(username)
        reply = await api.finish_authentication(authenticator.get(options, **lies))
        assert reply.status == 403
    await _assert_in_evidence_alone(azurite, text)


@pytest.mark.parametrize("member", ["origin", "top_origin"])
async def test_texts_of_a_refused_registration_are_only_in_evidence(
    api: Api, azurite: Azurite, authenticator: SoftAuthenticator, text: str, member: str
) -> None:
    lie: dict[str, Any] = {member: text}
    options = await api.begin_registration(new_username())
    reply = await api.finish_registration(authenticator.create(options, **lie))
    assert reply.status == 422
    await _assert_in_evidence_alone(azurite, text)


async def test_texts_of_a_valid_registration_are_only_in_evidence(
    api: Api, azurite: Azurite, authenticator: SoftAuthenticator, text: str
) -> None:
    """Its names are personal data; the client's other members and its transports are not."""
    short = text[:32]
    options = await api.begin_registration(f"{short}@example.com", displayName=short)
    credential = authenticator.create(
        options, client_data_extra={"more": text}, attachment=short, client_extension_results={}
    )
    credential["response"]["transports"] = [short]
    assert (await api.finish_registration(credential, name=short)).status == 201
    await _assert_in_evidence_alone(azurite, text)


async def test_texts_of_a_request_are_not_public(api: Api, azurite: Azurite, text: str) -> None:
    """Its headers, and members that are no ceremony's."""
    headers = {
        "User-Agent": text,
        "X-Forwarded-For": text,
        "traceparent": text,
        "Origin": f"https://{text}.example",
    }
    guess = {"username": text[:32], "accessPass": text[:48]}
    for path, body in (
        ("/access-passes/redeem", guess),
        ("/authenticate/begin", {"username": text[:32]}),
        ("/authenticate/finish", {"credential": text}),
        ("/register/finish", {"credential": {"id": text}}),
    ):
        reply = await api.send("POST", path, json=body, headers=headers)
        assert 200 <= reply.status < 500
    rows = await _events(azurite)
    assert [row for row in rows if text[:32].encode() in row["Personal"]]
    _assert_not_public(rows, text)
