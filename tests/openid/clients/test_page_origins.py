"""Pages of clients may read answers to their own client, and no other page may."""

import pytest

from shared.openid.clients.client import Secrets
from shared.openid.clients.page_origins import is_origin, may_read
from tests.openid.asking_client import client

HERE = "https://app.example.com"


@pytest.mark.parametrize(
    ("uri", "origin"),
    [
        (f"{HERE}/callback", HERE),
        (f"{HERE}:443/callback", HERE),
        (f"{HERE}:8443", f"{HERE}:8443"),
        ("http://localhost/callback", "http://localhost:5173"),
        ("http://127.0.0.1:3000/callback", "http://127.0.0.1:3001"),
        ("http://[::1]/callback", "http://[::1]:80"),
    ],
)
def test_a_page_of_an_origin_that_codes_are_sent_to_may_read(uri: str, origin: str) -> None:
    several = client(redirect_uris=("com.example.app:/callback", uri))
    assert may_read(several, origin)
    assert not may_read(client(redirect_uris=(uri,), authentication=Secrets(())), origin)


@pytest.mark.parametrize(
    "origin",
    [
        *("", "null", "*", "https://evil.example", f"{HERE}.evil.example", f"{HERE}:8443"),
        *("http://app.example.com", "https://sub.app.example.com", "https://APP.example.com"),
        *(f"{HERE}/", f"{HERE}/callback", f"{HERE}:", f"{HERE}@evil.example", f"{HERE}, {HERE}"),
        *("http://localhost", "com.example.app:", "https://xapp.example.com"),
    ],
)
def test_no_other_page_may(origin: str) -> None:
    assert not may_read(client(redirect_uris=(f"{HERE}/callback", "com.example.app:/x")), origin)


def test_only_an_origin_of_the_web_is_one() -> None:
    assert is_origin("https://app.example.com:8443")
    for other in ("null", "*", "", "https://", "https://a.example/", "file://", "app://a"):
        assert not is_origin(other)
