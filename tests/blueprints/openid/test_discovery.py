"""What the provider publishes about itself is complete and true."""

import pytest

from shared.blueprints.oauth.grants import GRANTS
from shared.http.routes import methods_of
from shared.openid import discovery
from shared.signed_tokens.key_set import ALGORITHMS
from tests.blueprints.openid.web import Web, body_of
from tests.harness.service_harness import ORIGIN
from tests.storage_transport import RecordingTransport

ADDRESSES = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")
WANTED = {
    *("issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"),
    *("end_session_endpoint", "backchannel_logout_supported"),
    "backchannel_logout_session_supported",
    *("pushed_authorization_request_endpoint", "introspection_endpoint", "revocation_endpoint"),
    *("response_types_supported", "response_modes_supported", "grant_types_supported"),
    *("subject_types_supported", "id_token_signing_alg_values_supported", "scopes_supported"),
    *("token_endpoint_auth_methods_supported", "code_challenge_methods_supported"),
    *("token_endpoint_auth_signing_alg_values_supported", "dpop_signing_alg_values_supported"),
    *("authorization_response_iss_parameter_supported", "claims_supported"),
    *("client_id_metadata_document_supported", "acr_values_supported", "prompt_values_supported"),
    *("request_uri_parameter_supported", "request_parameter_supported"),
    *("claims_parameter_supported", "authorization_details_types_supported"),
    *("introspection_endpoint_auth_methods_supported",),
    *("revocation_endpoint_auth_methods_supported",),
}
"""What clients ask for: without some of these they send no PKCE, or refuse the provider."""


async def test_both_addresses_have_the_same_document(web: Web) -> None:
    first, second = [body_of(await web.send("GET", address)) for address in ADDRESSES]
    assert first == second
    assert first["issuer"] == ORIGIN
    assert first.keys() >= WANTED


async def test_exactly_the_endpoints_that_have_a_route_are_published(web: Web) -> None:
    """One without would break clients: they push requests as soon as they read where to."""
    document = body_of(await web.send("GET", ADDRESSES[0]))
    for name, path in discovery.ENDPOINTS.items():
        assert document.get(name) == (f"{ORIGIN}/{path}" if methods_of(path) else None)
    assert {name for name in document if name.endswith("_endpoint")} <= discovery.ENDPOINTS.keys()


async def test_what_is_published_is_what_is_done(web: Web) -> None:
    document = body_of(await web.send("GET", ADDRESSES[0]))
    assert document["grant_types_supported"] == list(GRANTS)
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["response_types_supported"] == ["code"]
    assert document["response_modes_supported"] == ["query", "form_post"]
    assert document["authorization_response_iss_parameter_supported"] is True
    assert set(document["token_endpoint_auth_signing_alg_values_supported"]) <= ALGORITHMS
    assert document["subject_types_supported"] == ["public", "pairwise"]


async def test_every_key_that_is_published_can_be_used_by_every_library(web: Web) -> None:
    """Some refuse the whole provider for one key of a type that they do not know."""
    keys = body_of(await web.send("GET", "/.well-known/jwks.json"))["keys"]
    assert keys
    assert {key["kty"] for key in keys} <= {"RSA", "EC"}
    assert {key["alg"] for key in keys} <= {"RS256", "PS256", "ES256"}
    assert {key["use"] for key in keys} == {"sig"}


async def test_the_algorithm_of_id_tokens_is_one_that_every_library_knows(web: Web) -> None:
    document = body_of(await web.send("GET", ADDRESSES[0]))
    algorithms = set(document["id_token_signing_alg_values_supported"])
    assert algorithms <= {"RS256", "PS256", "ES256"}


@pytest.mark.parametrize("address", [*ADDRESSES, "/.well-known/jwks.json"])
async def test_what_is_published_may_be_kept_and_costs_no_storage_call(
    web: Web, transport: RecordingTransport, address: str
) -> None:
    """Some clients read all of it before each step, three times for one sign-in."""
    transport.forget()
    response = await web.send("GET", address)
    assert response.headers["Cache-Control"] == "public, max-age=300"
    assert transport.names == []
