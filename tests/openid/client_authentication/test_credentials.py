import base64
from urllib.parse import quote_plus

import pytest

from shared.errors import ClientFault, ClientRefused, MalformedRequest
from shared.openid.client_authentication.credentials import (
    JWT_BEARER,
    Assertion,
    Credentials,
    NoProof,
    Secret,
    read_credentials,
)
from tests.openid.client_authentication.signing import CLIENT_ID, SIGNER, claims

SIGNED = {"client_assertion_type": JWT_BEARER, "client_assertion": SIGNER.sign(claims())}
SECRET = "s3c:% &"
NAMED = {"client_id": CLIENT_ID}
IN_BODY = {**NAMED, "client_secret": SECRET}


def basic(client_id: str = CLIENT_ID, secret: str = SECRET) -> str:
    text = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return f"Basic {base64.b64encode(text.encode()).decode()}"


def read(authorization: str | None = None, **form: str) -> Credentials | None:
    return read_credentials(authorization, form)


def test_a_secret_comes_in_the_header_or_in_the_body() -> None:
    for found in (read(basic()), read(**IN_BODY), read(basic(), **NAMED)):
        assert found is not None
        assert found.client_id == CLIENT_ID
        assert isinstance(found.proof, Secret)
        assert found.proof.text == SECRET
    assert [found and found.in_header for found in (read(basic()), read(**IN_BODY))] == [
        True,
        False,
    ]


def test_both_parts_of_the_header_are_encoded_as_in_a_form() -> None:
    found = read(basic("https://app.example/c d", "a+b"))
    assert found is not None
    assert found.client_id == "https://app.example/c d"
    assert isinstance(found.proof, Secret)
    assert found.proof.text == "a+b"


@pytest.mark.parametrize("authorization", [None, basic(secret=""), "Bearer token", "DPoP token"])
def test_a_client_without_a_secret_only_names_itself(authorization: str | None) -> None:
    found = read(authorization, **NAMED)
    assert found is not None
    assert found.client_id == CLIENT_ID
    assert isinstance(found.proof, NoProof)


def test_an_assertion_names_the_client_that_signed_it() -> None:
    for found in (read(**SIGNED), read(**SIGNED, **NAMED)):
        assert found is not None
        assert found.client_id == CLIENT_ID
        assert isinstance(found.proof, Assertion)


@pytest.mark.parametrize("authorization", [None, "Bearer token", "DPoP token"])
def test_a_request_may_name_no_client(authorization: str | None) -> None:
    assert read(authorization, grant_type="refresh_token") is None


def test_a_secret_is_not_shown() -> None:
    assert "s3c" not in repr(read(**IN_BODY))


@pytest.mark.parametrize(
    ("authorization", "form"),
    [
        (basic(), IN_BODY),
        (basic(), {"client_secret": "s"}),
        (basic(secret=""), IN_BODY),
        (basic(), SIGNED),
        (basic(secret=""), SIGNED),
        (None, {**IN_BODY, **SIGNED}),
    ],
)
def test_two_proofs_are_refused(authorization: str | None, form: dict[str, str]) -> None:
    with pytest.raises(MalformedRequest, match="one way"):
        read(authorization, **form)


@pytest.mark.parametrize(
    ("authorization", "form"),
    [
        (basic(), {"client_id": "other"}),
        (basic(secret=""), {"client_id": "other"}),
        (basic(client_id=""), {}),
        (basic(client_id="a\nb"), {}),
        (basic(client_id="\u00e4"), {}),
        (basic(client_id="a" * 513), {}),
        (basic(secret="a" * 1025), {}),
        ("Basic", {}),
        ("Basic !", {}),
        ("basic YXBw", {}),  # no colon
        ("Basic YXBwOnM", {}),  # no padding
        ("Basic w6Q6cw==", {}),  # not ASCII
        (f"Basic {base64.b64encode(b'app:%ff').decode()}", {}),  # not UTF-8
        (None, {"client_secret": "s"}),
        (None, {"client_id": "a" * 513}),
        (None, {"client_assertion": SIGNED["client_assertion"]}),
        (None, {"client_assertion_type": JWT_BEARER}),
        (None, {**SIGNED, "client_assertion_type": JWT_BEARER.replace("jwt", "saml2")}),
    ],
)
def test_what_names_no_client_is_malformed(authorization: str | None, form: dict[str, str]) -> None:
    with pytest.raises(MalformedRequest):
        read(authorization, **form)


@pytest.mark.parametrize(
    "assertion",
    [
        *("", "a.b", "a.b.c", "a.b.c.d", SIGNER.sign(claims(iss=None))),
        SIGNER.sign(claims(), header={"crit": ["b64"]}),
        SIGNER.sign(claims(), header={"kid": "a b"}),
    ],
)
def test_an_assertion_that_is_no_token_is_refused(assertion: str) -> None:
    with pytest.raises(ClientRefused) as refused:
        read(**{**SIGNED, "client_assertion": assertion})
    assert refused.value.reason is ClientFault.ASSERTION
