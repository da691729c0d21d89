"""What a request to sign somebody out says, and where it may lead."""

from dataclasses import replace

import pytest

from shared.errors import RedirectUnverified
from shared.openid.authorization.parameters import read_parameters
from shared.openid.clients.client import Client
from shared.openid.logout.request import (
    LogoutRequest,
    check_logout,
    open_logout,
    read_logout,
    seal_logout,
)
from shared.openid.tokens.id_token import HintedSession, sign_id_token
from shared.sealed import SealInvalid
from tests.openid.asking_client import client
from tests.openid.authorization.requesting import ISSUER
from tests.openid.tokens.test_tokens import ACCESS, ID_TOKEN, access_token, id_token
from tests.sessions.issuing import other_key, our_key

HOME = "https://app.example.com/signed-out"
APP = client(post_logout_redirect_uris=(HOME, f"{HOME}?tenant=1"))
HINT = HintedSession(client_id="app", name="a name")
KEY = bytes(32)


def asked(*clients: Client, **parameters: str) -> LogoutRequest:
    read = read_logout(read_parameters(parameters.items()), issuer=ISSUER, keys=[our_key()])
    return check_logout(read, clients)


def test_an_expired_id_token_names_the_session() -> None:
    old = id_token(replace(ID_TOKEN, expires_at=1))
    assert asked(APP, id_token_hint=old).hint == HINT
    assert asked(APP, id_token_hint=old, client_id="app").hint == HINT


@pytest.mark.parametrize(
    "text",
    [
        access_token(replace(ACCESS, audience=("app",))),
        sign_id_token(ID_TOKEN, issuer=ISSUER, key=other_key()),
        sign_id_token(ID_TOKEN, issuer="https://evil.example", key=our_key()),
        "x",
    ],
    ids=["access token", "key", "issuer", "text"],
)
def test_a_forged_hint_proves_nothing(text: str) -> None:
    assert asked(APP, id_token_hint=text, client_id="app").hint is None


def test_a_hint_of_another_client_is_refused() -> None:
    with pytest.raises(RedirectUnverified):
        asked(APP, id_token_hint=id_token(), client_id="other")


def test_the_state_comes_back() -> None:
    found = asked(APP, client_id="app", post_logout_redirect_uri=HOME, state="a b&c")
    assert found.location == f"{HOME}?state=a+b%26c"
    found = asked(APP, client_id="app", post_logout_redirect_uri=f"{HOME}?tenant=1", state="x")
    assert found.location == f"{HOME}?tenant=1&state=x"
    assert asked(APP, client_id="app", post_logout_redirect_uri=HOME).location == HOME
    assert asked(APP, client_id="app", state="x").location is None


@pytest.mark.parametrize(
    "uri",
    [
        f"{HOME}/",
        f"{HOME}?",
        f"{HOME}#x",
        HOME.upper(),
        f"{HOME}/../signed-out",
        "https://app.example.com@evil.example/signed-out",
        "https://app.example.com/callback",
        "javascript:alert(1)",
        "//evil.example",
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_registered(uri: str) -> None:
    """An open redirect. That a client has it for its codes is not enough."""
    for clients in ([APP], []):
        with pytest.raises(RedirectUnverified):
            asked(*clients, post_logout_redirect_uri=uri)


def test_the_name_is_shown_if_it_is_certain_who_asks() -> None:
    other = client(id="other", name="Another", post_logout_redirect_uris=(HOME,))
    assert asked(APP, post_logout_redirect_uri=HOME).client_name == "An application"
    both = asked(APP, other, post_logout_redirect_uri=HOME)
    assert (both.client_name, both.location) == (None, HOME)


@pytest.mark.parametrize(
    "parameters",
    [{"state": "x" * 4097}, {"id_token_hint": "x" * 9000}, {"ui_locales": "\ud800"}],
    ids=["state", "hint", "text"],
)
def test_what_is_too_long_or_no_text_is_refused(parameters: dict[str, str]) -> None:
    with pytest.raises(RedirectUnverified):
        asked(APP, **parameters)


def test_a_repeated_address_is_refused() -> None:
    pairs = [("post_logout_redirect_uri", HOME)] * 2
    with pytest.raises(RedirectUnverified):
        read_logout(read_parameters(pairs), issuer=ISSUER, keys=[our_key()])


def test_only_the_service_makes_a_request_of_our_page() -> None:
    request = LogoutRequest(
        client_name="Ä", hint=HINT, location=f"{HOME}?state=x", ui_locales=("de",)
    )
    text = seal_logout(request, expires_at=100, random=bytes(32), sealing_key=KEY)
    assert open_logout(text, now=99, sealing_keys=[KEY]) == request
    for now, key, sealed in ((100, KEY, text), (99, b"x" * 32, text), (99, KEY, text[:-1])):
        with pytest.raises(SealInvalid):
            open_logout(sealed, now=now, sealing_keys=[key])
