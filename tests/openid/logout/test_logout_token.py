"""Logout tokens: what they say, and that nobody takes one for another token."""

from dataclasses import replace
from typing import Any

import jwt
import pytest

from shared.errors import TokenInvalid
from shared.openid.logout.logout_token import LogoutToken, sign_logout_token
from shared.openid.tokens.access_token import read_access_token
from shared.openid.tokens.id_token import read_hint, read_hinted_session
from shared.openid.tokens.signed import NotOurs
from shared.sessions.access_token import verify_token
from tests.fakes.logout_receiver import EVENT, LogoutReceiver, Refused
from tests.fakes.tls import Tls
from tests.openid.authorization.requesting import ISSUER, SETTINGS
from tests.openid.tokens.test_tokens import NOW_SECONDS, id_token
from tests.sessions.claims import claims_of
from tests.sessions.issuing import NOW, other_key, our_key

TOKEN = LogoutToken(
    client_id="app", subject="a subject", session="a name", id="an ID", issued_at=NOW_SECONDS
)


def signed(token: LogoutToken = TOKEN) -> str:
    return sign_logout_token(token, issuer=ISSUER, key=our_key())


@pytest.fixture
def receiver() -> LogoutReceiver:
    no_tls: Any = Tls
    return LogoutReceiver(
        tls=no_tls,
        issuer=ISSUER,
        client_id="app",
        keys=lambda: [our_key()],
        now=lambda: NOW_SECONDS + 1.0,
    )


def test_a_client_accepts_it(receiver: LogoutReceiver) -> None:
    header = jwt.get_unverified_header(signed())
    assert header == {"alg": "RS256", "typ": "logout+jwt", "kid": our_key().key_id}
    assert receiver.accept(signed()) == {
        "iss": ISSUER,
        "sub": "a subject",
        "sid": "a name",
        "aud": "app",
        "iat": NOW_SECONDS,
        "exp": NOW_SECONDS + 120,
        "jti": "an ID",
        "events": {EVENT: {}},
    }


def changed(typ: str = "logout+jwt", **changes: object) -> str:
    claims = {**claims_of(signed()), **changes}
    said = {name: value for name, value in claims.items() if value is not None}
    headers = {"typ": typ, "kid": our_key().key_id}
    return jwt.encode(said, our_key().private_key, algorithm="RS256", headers=headers)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (sign_logout_token(TOKEN, issuer=ISSUER, key=other_key()), "key"),
        (signed()[:-8] + "AAAAAAAA", "InvalidSignatureError"),
        (signed(replace(TOKEN, client_id="other")), "InvalidAudienceError"),
        (signed(replace(TOKEN, issued_at=NOW_SECONDS - 120)), "time"),
        (changed(iss="https://evil.example"), "InvalidIssuerError"),
        (changed(events=None), "events"),
        (changed(events={"other": {}}), "events"),
        (changed(nonce="x"), "nonce"),
        (changed(sub=None, sid=None), "neither sub nor sid"),
        (changed("JWT"), "header"),
        (id_token(), "header"),
    ],
)
def test_the_fake_client_refuses_what_a_real_one_refuses(
    receiver: LogoutReceiver, text: str, why: str
) -> None:
    with pytest.raises(Refused, match=f"^{why}$"):
        receiver.accept(text)


def test_the_fake_client_takes_a_token_once(receiver: LogoutReceiver) -> None:
    receiver.accept(signed())
    with pytest.raises(Refused, match="jti"):
        receiver.accept(signed())


def test_it_is_no_other_token() -> None:
    """Whoever gets one, a client, could send it anywhere."""
    text = signed()
    assert read_hinted_session(text, issuer=ISSUER, keys=[our_key()]) is None
    with pytest.raises(NotOurs):
        read_hint(text, client_id="app", issuer=ISSUER, keys=[our_key()])
    with pytest.raises(NotOurs):
        read_access_token(text, audience=None, issuer=ISSUER, keys=[our_key()], now=NOW_SECONDS)
    with pytest.raises(TokenInvalid):
        verify_token(text, keys=[our_key()], settings=SETTINGS, now=NOW)
