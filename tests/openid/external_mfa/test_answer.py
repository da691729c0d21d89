"""Entra accepts an answer as it is made, and refuses each that differs from its contract."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import jwt
import pytest

from shared.keys.signing_key import SigningKey
from shared.openid.external_mfa.answer import confirmed
from shared.openid.external_mfa.configuration import ExternalMfa
from shared.openid.external_mfa.discovery import discovery_document
from shared.openid.external_mfa.pending import PendingRequest
from tests.fakes.entra import CLIENT_ID, LOGIN, OBJECT_ID, SUBJECT, TENANT, Entra, Json, Refused

CONFIGURATION = ExternalMfa(
    issuer="https://touchstone.example/entra",
    client_id=CLIENT_ID,
    tenants=(TENANT,),
    login=LOGIN,
    self_linking=False,
)
ENTRA = Entra()
ASKED = ENTRA.ask()
REQUEST = PendingRequest(
    tenant=TENANT,
    object_id=OBJECT_ID,
    subject=SUBJECT,
    username="ada@contoso.example",
    nonce=ASKED.nonce,
    state=ASKED.state,
    acr="possessionorinherence",
    amr="fido",
    request_id="",
)
LENGTH = {"Content-Length": "1"}


def judged(
    fields: Mapping[str, str],
    key: SigningKey,
    *,
    metadata: Mapping[str, Any] | None = None,
    jwk: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] = LENGTH,
) -> Json:
    return ENTRA.judge(
        fields,
        ASKED,
        discovery_url=f"{CONFIGURATION.issuer}/.well-known/openid-configuration",
        metadata=metadata or discovery_document(CONFIGURATION),
        key_set={"keys": [jwk or key.public_jwk()]},
        headers=headers,
    )


def answer(key: SigningKey, request: PendingRequest = REQUEST) -> Mapping[str, str]:
    return confirmed(request, configuration=CONFIGURATION, key=key, now=ENTRA.now).fields


def forged(key: SigningKey, claims: Mapping[str, object]) -> Mapping[str, str]:
    """The answer with other claims, by the same key."""
    fields = answer(key)
    honest = jwt.decode(fields["id_token"], options={"verify_signature": False})
    header = {"kid": key.key_id}
    token = jwt.encode({**honest, **claims}, key.private_key, algorithm="RS256", headers=header)
    return {**fields, "id_token": token}


def test_an_answer_is_accepted(signing_key: SigningKey) -> None:
    assert judged(answer(signing_key), signing_key)["sub"] == SUBJECT


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "other"},
        {"nonce": "other"},
        {"subject": OBJECT_ID},
        {"acr": "possession"},
        {"acr": "knowledge"},
        {"amr": "pwd"},
        {"amr": "face,fido"},
    ],
    ids=repr,
)
def test_an_answer_to_something_else_is_refused(
    signing_key: SigningKey, changed: dict[str, str]
) -> None:
    with pytest.raises(Refused):
        judged(answer(signing_key, replace(REQUEST, **changed)), signing_key)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://touchstone.example"},
        {"aud": TENANT},
        {"amr": ["fido", "pop"]},
        {"amr": "fido"},
        {"amr": []},
        {"exp": 1},
        {"iat": 4_000_000_000},
    ],
    ids=repr,
)
def test_a_token_with_another_claim_is_refused(
    signing_key: SigningKey, claims: dict[str, object]
) -> None:
    with pytest.raises(Refused):
        judged(forged(signing_key, claims), signing_key)


@pytest.mark.parametrize("member", [{"x5c": []}, {"kid": "another"}], ids=repr)
def test_a_key_that_entra_cannot_use_is_refused(
    signing_key: SigningKey, member: dict[str, object]
) -> None:
    with pytest.raises(Refused):
        judged(answer(signing_key), signing_key, jwk=signing_key.public_jwk() | member)


@pytest.mark.parametrize(
    "member",
    [
        {"issuer": "https://other.example/entra"},
        {"authorization_endpoint": "https://touchstone.example/authorize"},
        {"scopes_supported": []},
        {"response_types_supported": ["code"]},
        {"id_token_signing_alg_values_supported": ["ES256"]},
    ],
    ids=repr,
)
def test_metadata_that_entra_cannot_use_are_refused(
    signing_key: SigningKey, member: dict[str, object]
) -> None:
    metadata = discovery_document(CONFIGURATION) | member

    with pytest.raises(Refused):
        judged(answer(signing_key), signing_key, metadata=metadata)


def test_a_document_without_its_length_is_refused(signing_key: SigningKey) -> None:
    with pytest.raises(Refused, match="Content-Length"):
        judged(answer(signing_key), signing_key, headers={})
