"""Codes carry all that the token endpoint compares, and nobody else makes or reads them."""

from datetime import timedelta

import pytest

from shared import base64url
from shared.errors import AuthorizationDenied
from shared.openid.authorization.code import code_for, open_code, seal_code
from shared.openid.authorization.request_format import PUSHED_REQUEST, REQUEST
from shared.openid.tokens.granted_session import GrantedSession
from shared.openid.tokens.sign_in import Person
from shared.sealed import SealInvalid, open_sealed
from tests.openid.asking_client import client
from tests.openid.authorization.requesting import request
from tests.sessions.issuing import CREDENTIAL_HASH, HANDLE, NOW, SESSION_ID

KEY = bytes(32)
PERSON = Person(username="alice", display_name="Alice", groups=("dba",))
SESSION = GrantedSession(
    user_handle=HANDLE,
    id=SESSION_ID,
    credential_hash=CREDENTIAL_HASH,
    signed_in_at=NOW + timedelta(microseconds=1),
    user_verified=True,
    ends_at=NOW + timedelta(hours=1),
    use=1,
)


def sealed(**parameters: str) -> str:
    asking = client(resources=("https://orders.example.com",))
    code = code_for(request(asking, **parameters), SESSION, PERSON)
    return seal_code(code, expires_at=1060, random=bytes(range(32)), sealing_key=KEY)


def test_a_code_tells_what_it_was_made_for() -> None:
    text = sealed(
        resource="https://orders.example.com",
        dpop_jkt="k" * 43,
        authorization_details='[{"type":"approval"}]',
    )
    code = open_code(text, now=1000, sealing_keys=[KEY]).code
    assert (code.client_id, code.redirect_uri) == ("app", "https://app.example.com/callback")
    assert (code.session, code.nonce, code.scope) == (SESSION, "the nonce", ("openid",))
    assert (code.resources, code.dpop_jkt) == (("https://orders.example.com",), "k" * 43)
    assert code.authorization_details == ({"type": "approval"},)


def test_a_code_names_the_person_only_to_a_client_that_gets_the_names() -> None:
    named, nameless = sealed(scope="openid profile groups"), sealed(scope="openid")
    assert open_code(named, now=1000, sealing_keys=[KEY]).code.person == PERSON
    assert open_code(nameless, now=1000, sealing_keys=[KEY]).code.person.username == ""


def test_a_code_ends_after_a_minute() -> None:
    open_code(sealed(), now=1059, sealing_keys=[KEY])
    with pytest.raises(SealInvalid):
        open_code(sealed(), now=1060, sealing_keys=[KEY])


def test_a_code_is_no_request_and_shows_nothing() -> None:
    for kind in (REQUEST, PUSHED_REQUEST):
        with pytest.raises(SealInvalid):
            open_sealed(kind, sealed(), now=1000, sealing_keys=[KEY])
    assert b"app" not in base64url.decode(sealed())


def test_a_changed_code_opens_nowhere() -> None:
    data = bytearray(base64url.decode(sealed()))
    data[-1] ^= 1
    with pytest.raises(SealInvalid):
        open_code(base64url.encode(bytes(data)), now=1000, sealing_keys=[KEY])


def test_the_longest_request_still_fits_into_an_address() -> None:
    longest = {"nonce": "x" * 2048, "state": "x" * 2048}
    text = sealed(**longest, login_hint="x" * 400)
    assert open_code(text, now=1000, sealing_keys=[KEY]).code.nonce == longest["nonce"]
    assert len(text) < 7_000
    with pytest.raises(AuthorizationDenied, match="too long together"):
        sealed(**longest, login_hint="x" * 900)
