"""What is read of Entra's form, and what is refused."""

import json

import pytest

from shared.openid.external_mfa.configuration import CLOUDS, ExternalMfa
from shared.openid.external_mfa.request import (
    LONGEST_HINT,
    LONGEST_STATE,
    NotFromEntra,
    Refused,
    read_request,
    read_state,
)
from shared.openid.external_mfa.requirements import Requirements
from tests.fakes.entra import CLIENT_ID, LOGIN, REQUEST_ID, TENANT, Entra, claims_asked

ENTRA = Entra()
CONFIGURATION = ExternalMfa(
    issuer="https://touchstone.example/entra",
    client_id=CLIENT_ID,
    tenants=(TENANT,),
    login=LOGIN,
    self_linking=False,
)


def test_the_form_of_entra_is_read() -> None:
    form = ENTRA.form()

    request = read_request(form)

    assert read_state(form, CONFIGURATION) == form["state"]
    assert (request.nonce, request.hint) == (form["nonce"], form["id_token_hint"])
    assert request.requirements == Requirements("possessionorinherence", "fido")
    assert request.request_id == REQUEST_ID


@pytest.mark.parametrize("name", ["state", "client-request-id"])
def test_what_entra_may_leave_out_is_not_required(name: str) -> None:
    form = ENTRA.form({name: None})

    assert read_state(form, CONFIGURATION) == form.get("state")
    assert read_request(form).request_id == form.get("client-request-id", "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("client_id", None),
        ("client_id", CLIENT_ID.replace("6", "7")),
        ("redirect_uri", None),
        ("redirect_uri", "https://evil.example/common/federation/externalauthprovider"),
        ("redirect_uri", f"{ENTRA.redirect_uri}/"),
        ("redirect_uri", f"{ENTRA.redirect_uri}?to=https://evil.example"),
        ("redirect_uri", ENTRA.redirect_uri.upper()),
        ("redirect_uri", ENTRA.redirect_uri.replace(LOGIN, CLOUDS["usgov"])),
        ("state", ""),
        ("state", "s" * (LONGEST_STATE + 1)),
        ("state", "line\nbreak"),
        ("state", "\u00fc"),
    ],
)
def test_nothing_is_sent_to_an_address_that_is_not_the_one_of_the_cloud(
    name: str, value: str | None
) -> None:
    with pytest.raises(NotFromEntra) as refused:
        read_state(ENTRA.form({name: value}), CONFIGURATION)

    assert "evil" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("response_type", "code", "unsupported_response_type"),
        ("response_type", "id_token token", "unsupported_response_type"),
        ("response_mode", "query", "invalid_request"),
        ("response_mode", None, "invalid_request"),
        ("scope", "profile", "invalid_scope"),
        ("nonce", None, "invalid_request"),
        ("nonce", "", "invalid_request"),
        ("nonce", "n" * 513, "invalid_request"),
        ("id_token_hint", None, "invalid_request"),
        ("id_token_hint", "h" * (LONGEST_HINT + 1), "invalid_request"),
        ("claims", None, "invalid_request"),
        ("claims", "{", "invalid_request"),
        ("claims", "[]", "invalid_request"),
        ("claims", "{}", "invalid_request"),
        ("claims", json.dumps({"id_token": {"acr": "phr", "amr": []}}), "invalid_request"),
        ("claims", '{"id_token":{},"id_token":{}}', "invalid_request"),
        ("claims", "9" * 4000, "invalid_request"),
        ("claims", claims_asked(acr=["knowledge"]), "unmet_authentication_requirements"),
        ("claims", claims_asked(acr=["inherence"]), "unmet_authentication_requirements"),
        ("claims", claims_asked(acr=["knowledgeorinherence"]), "unmet_authentication_requirements"),
        ("claims", claims_asked(amr=["otp", "sms"]), "unmet_authentication_requirements"),
        ("claims", claims_asked(amr=["hwk", "swk"]), "unmet_authentication_requirements"),
        ("claims", claims_asked(amr=["face", "fpt"]), "unmet_authentication_requirements"),
        ("claims", claims_asked(acr=[]), "unmet_authentication_requirements"),
    ],
)
def test_entra_is_told_what_is_wrong(name: str, value: str | None, error: str) -> None:
    with pytest.raises(Refused) as refused:
        read_request(ENTRA.form({name: value}))

    assert refused.value.error == error


@pytest.mark.parametrize(
    ("acr", "amr", "chosen"),
    [
        (["possessionorinherence"], ["pop", "fido"], ("possessionorinherence", "fido")),
        (["possession"], ["hwk", "pop", "swk"], ("possession", "pop")),
        (["knowledge", "knowledgeorpossession"], ["fido"], ("knowledgeorpossession", "fido")),
        (
            ["knowledgeorpossessionorinherence", "possession"],
            ["fido"],
            ("knowledgeorpossessionorinherence", "fido"),
        ),
    ],
)
def test_the_answer_is_one_of_those_asked_for_and_true_of_a_passkey(
    acr: list[str], amr: list[str], chosen: tuple[str, str]
) -> None:
    request = read_request(ENTRA.form({"claims": claims_asked(acr, amr)}))

    assert request.requirements == Requirements(*chosen)


def test_one_value_may_be_asked_for_instead_of_a_list() -> None:
    claims = {"id_token": {"acr": {"value": "possession"}, "amr": {"value": "fido"}}}

    request = read_request(ENTRA.form({"claims": json.dumps(claims)}))

    assert request.requirements == Requirements("possession", "fido")


def test_a_request_id_that_is_no_guid_is_left_out() -> None:
    form = ENTRA.form({"client-request-id": "<script>"})

    assert read_request(form).request_id == ""
