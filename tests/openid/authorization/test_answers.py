"""Answers carry the state as it came, and say who answers."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.errors import AuthorizationDenied
from shared.openid.authorization.answers import (
    answer_with_code,
    answer_with_error,
    open_answer,
    seal_answer,
)
from shared.openid.authorization.request import ResponseMode, ReturnAddress
from shared.sealed import SealInvalid
from tests.openid.authorization.requesting import ISSUER

NASTY = '"><script>alert(1)</script>'


def to(uri: str = "https://app.example.com/cb", state: str | None = NASTY) -> ReturnAddress:
    return ReturnAddress(redirect_uri=uri, mode=ResponseMode.QUERY, state=state)


def test_a_code_comes_with_state_and_issuer() -> None:
    parts = urlsplit(answer_with_code(to(), "the code", issuer=ISSUER).location)
    assert parts._replace(query="").geturl() == "https://app.example.com/cb"
    assert parse_qs(parts.query) == {"code": ["the code"], "state": [NASTY], "iss": [ISSUER]}


def test_an_error_has_them_too() -> None:
    error = AuthorizationDenied("access_denied", "The person said no.")
    answer = answer_with_error(to(), error, issuer=ISSUER)
    assert answer.parameters == {
        "error": "access_denied",
        "error_description": "The person said no.",
        "state": NASTY,
        "iss": ISSUER,
    }


def test_no_state_is_made_up() -> None:
    assert "state" not in answer_with_code(to(state=None), "c", issuer=ISSUER).parameters


def test_the_query_of_a_redirect_uri_stays() -> None:
    for uri in ("https://app.example.com/cb?tenant=1", "https://app.example.com/cb?"):
        location = answer_with_code(to(uri, None), "c", issuer=ISSUER).location
        assert parse_qs(urlsplit(location).query) == (
            {"code": ["c"], "iss": [ISSUER]} | ({"tenant": ["1"]} if "tenant" in uri else {})
        )


def test_a_form_may_go_to_the_origin_of_the_client_alone() -> None:
    for uri, origin in {
        "https://app.example.com:8443/cb": "https://app.example.com:8443",
        "http://127.0.0.1:51004/": "http://127.0.0.1:51004",
        "https://app.example.com@app.example.com/": "https://app.example.com",
        "http://[::1]:5/x": "http:",
    }.items():
        assert answer_with_code(to(uri), "c", issuer=ISSUER).form_target == origin


def test_an_answer_is_sealed_for_our_page() -> None:
    answer = replace(answer_with_code(to(), "c", issuer=ISSUER), mode=ResponseMode.FORM_POST)
    text = seal_answer(answer, expires_at=60, random=bytes(32), sealing_key=bytes(32))
    assert open_answer(text, now=59, sealing_keys=[bytes(32)]) == answer
    with pytest.raises(SealInvalid):
        open_answer(text, now=60, sealing_keys=[bytes(32)])
