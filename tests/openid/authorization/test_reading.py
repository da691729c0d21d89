"""Authorization requests are read strictly, and errors go where they are safe."""

import json

import pytest

from shared.errors import AuthorizationDenied, RedirectUnverified
from shared.openid.authorization.parameters import read_parameters
from shared.openid.authorization.reading import read_client_id
from shared.openid.authorization.request import Prompt, ResponseMode
from shared.openid.authorization.request_format import (
    pack,
    read_written_request,
    unpack,
    write_request,
)
from shared.openid.clients.client import Grant
from tests.openid.asking_client import REDIRECT_URI, client
from tests.openid.authorization.requesting import (
    CHALLENGE,
    PARAMETERS,
    SETTINGS,
    address,
    read,
    request,
    sent,
)

RESOURCE = "https://orders.example.com/"


def refusal(**changes: str | None) -> tuple[str, str]:
    with pytest.raises(AuthorizationDenied) as raised:
        request(**changes)
    return raised.value.name, raised.value.description


def verify_address(pairs: list[tuple[str, str]]) -> None:
    read_client_id(read_parameters(pairs))
    address(pairs)


def test_a_request_is_read() -> None:
    found = request(
        prompt="login consent",
        max_age="0",
        login_hint="alice",
        ui_locales="de en",
        response_mode="form_post",
        dpop_jkt="k" * 43,
    )
    assert (found.client_id, found.scope, found.nonce) == ("app", ("openid",), "the nonce")
    assert found.answer_to.mode is ResponseMode.FORM_POST
    assert found.answer_to.state == "the state"
    assert found.prompt == {Prompt.LOGIN, Prompt.CONSENT}
    assert (found.max_age, found.login_hint, found.ui_locales) == (0, "alice", ("de", "en"))
    assert (found.code_challenge, found.dpop_jkt) == (CHALLENGE, "k" * 43)


def test_a_request_survives_being_written() -> None:
    found = request(
        client(resources=(RESOURCE,)),
        prompt="login",
        max_age="60",
        resource=RESOURCE,
        claims='{"id_token": {"acr": {"essential": true, "values": ["phr"]}}}',
        authorization_details='[{"type": "approval", "of": 1}]',
        login_hint="ä",
        ui_locales="de",
        dpop_jkt="k" * 43,
    )
    assert read_written_request(unpack(pack(write_request(found)))) == found
    bare = request(scope=None, state=None, nonce=None)
    assert read_written_request(unpack(pack(write_request(bare)))) == bare


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_without_one_client_and_one_address_nothing_is_sent(name: str) -> None:
    """The parameter is missing, empty or repeated."""
    missing, empty = sent(**{name: None}), sent(**{name: ""})
    for pairs in (missing, empty, [*sent(), (name, "https://evil.example")]):
        with pytest.raises(RedirectUnverified):
            verify_address(pairs)


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example/callback",
        REDIRECT_URI + "/",
        REDIRECT_URI + "?x=1",
        REDIRECT_URI.upper(),
        "https://app.example.com@evil.example/callback",
        "https://app.example.com/callback/../evil",
        "javascript:alert(1)",
    ],
)
def test_a_redirect_uri_that_is_not_registered_gets_nothing(uri: str) -> None:
    with pytest.raises(RedirectUnverified):
        address(sent(redirect_uri=uri))


@pytest.mark.parametrize("name", sorted(PARAMETERS.keys() - {"client_id", "redirect_uri"}))
def test_a_repeated_parameter_is_refused(name: str) -> None:
    with pytest.raises(AuthorizationDenied, match=f"{name} may occur once"):
        read([*sent(), (name, PARAMETERS[name])])


def test_unknown_parameters_are_ignored() -> None:
    extra = [("x-client-SKU", "ID_NET10_0"), ("haschrome", "1"), ("haschrome", "1"), ("prompt", "")]
    assert read([*sent(), *extra]) == request()


@pytest.mark.parametrize(("name", "longest"), [("state", 4096), ("nonce", 2048)])
def test_clients_may_keep_thousands_of_characters_in_a_request(name: str, longest: int) -> None:
    request(**{name: "x" * longest})
    assert refusal(**{name: "x" * (longest + 1)})[0] == "invalid_request"


def test_a_state_that_cannot_be_sent_back_is_left_out_of_the_error() -> None:
    assert address(sent(state="x" * 4097)).state is None
    assert address(sent(response_mode="fragment")).mode is ResponseMode.QUERY


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"request": "e30.e30."}, "request_not_supported"),
        ({"request_uri": "https://evil.example/r"}, "request_uri_not_supported"),
        ({"scope": "openid db:write"}, "invalid_scope"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "create"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"max_age": "1" * 10}, "invalid_request"),
        ({"max_age": "٣"}, "invalid_request"),
        ({"dpop_jkt": "short"}, "invalid_request"),
        ({"claims": "[]"}, "invalid_request"),
        ({"claims": "{"}, "invalid_request"),
        ({"claims": '{"id_token": {"acr": {"essential": 1}}}'}, "invalid_request"),
        ({"resource": RESOURCE}, "invalid_target"),
        ({"authorization_details": "{}"}, "invalid_authorization_details"),
        ({"authorization_details": "[]"}, "invalid_authorization_details"),
        ({"authorization_details": '[{"type": "other"}]'}, "invalid_authorization_details"),
        ({"authorization_details": '[{"type": ["approval"]}]'}, "invalid_authorization_details"),
        ({"id_token_hint": "x.y.z"}, "invalid_request"),
        ({"nonce": "\ud800"}, "invalid_request"),
    ],
)
def test_what_is_wrong_has_its_name(changes: dict[str, str | None], error: str) -> None:
    assert refusal(**changes)[0] == error


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge": None},
        {"code_challenge": "short"},
    ],
)
def test_pkce_cannot_be_downgraded(changes: dict[str, str | None]) -> None:
    assert refusal(**changes)[0] == "invalid_request"


def test_a_configuration_without_a_way_on_is_told_apart() -> None:
    """The bare defaults of ASP.NET Core ask for an ID token, and show an empty page for errors."""
    with pytest.raises(AuthorizationDenied) as raised:
        request(response_type="id_token", response_mode="form_post")
    assert raised.value.is_misconfigured
    assert 'options.ResponseType = "code"' in raised.value.description
    with pytest.raises(AuthorizationDenied) as raised:
        request(max_age="soon")
    assert not raised.value.is_misconfigured


@pytest.mark.parametrize("name", ["response_type", "scope", "prompt", "max_age", "resource"])
def test_no_error_repeats_what_was_sent(name: str) -> None:
    assert "<script>" not in refusal(**{name: "<script>"})[1]


def test_a_client_without_the_grant_gets_no_code() -> None:
    with pytest.raises(AuthorizationDenied) as raised:
        request(client(grants=frozenset({Grant.DEVICE_CODE})))
    assert raised.value.name == "unauthorized_client"


def test_form_post_needs_an_address_of_the_web() -> None:
    uri = "com.example.app:/callback"
    native = client(redirect_uris=(uri,))
    with pytest.raises(AuthorizationDenied):
        request(native, redirect_uri=uri, response_mode="form_post")
    request(native, redirect_uri=uri)


def test_standard_scopes_that_a_client_may_not_have_are_left_out() -> None:
    narrow = client(scopes=frozenset({"openid"}), grants=frozenset({Grant.AUTHORIZATION_CODE}))
    assert request(narrow, scope="openid profile email offline_access").scope == ("openid",)
    online = client(grants=frozenset({Grant.AUTHORIZATION_CODE}))
    assert request(online, scope="openid offline_access").scope == ("openid",)


def test_several_resources_may_be_named() -> None:
    both = client(resources=(RESOURCE, "https://bills.example.com"))
    pairs = [*sent(), *(("resource", each) for each in both.resources)]
    assert read(pairs, both).resources == both.resources
    with pytest.raises(AuthorizationDenied):
        read([*pairs, ("resource", "https://other.example.com")], both)


@pytest.mark.parametrize(
    "own",
    [
        SETTINGS.issuer,
        SETTINGS.account_audience,
        SETTINGS.audience,
        f"{SETTINGS.issuer}/userinfo",
    ],
)
def test_an_audience_of_ours_is_for_no_client(own: str) -> None:
    """Even if it was registered by mistake: as the default, too."""
    careless = client(resources=(own,))
    for resource in (own, None):
        with pytest.raises(AuthorizationDenied) as raised:
            request(careless, resource=resource)
        assert raised.value.name == "invalid_target"


@pytest.mark.parametrize(
    ("acr", "possible"),
    [
        ({"essential": True, "value": "phr"}, True),
        ({"essential": True, "values": ["phrh", "phr"]}, True),
        ({"essential": True}, True),
        ({"value": "phrh"}, True),
        ({"essential": True, "value": "phrh"}, False),
        ({"essential": True, "values": ["urn:mace:incommon:iap:silver"]}, False),
    ],
)
def test_only_an_essential_acr_that_no_sign_in_has_is_refused(
    acr: dict[str, object], *, possible: bool
) -> None:
    claims = json.dumps({"id_token": {"acr": acr}})
    if possible:
        request(claims=claims, acr_values="phrh")
    else:
        assert refusal(claims=claims)[0] == "unmet_authentication_requirements"


def test_a_client_that_needs_hardware_gets_no_sign_in_yet() -> None:
    with pytest.raises(AuthorizationDenied) as raised:
        request(client(acr="phrh"))
    assert raised.value.name == "unmet_authentication_requirements"
    request(client(acr="phr"))
