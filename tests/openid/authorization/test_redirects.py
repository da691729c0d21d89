"""Where a client may have people sent to: exactly where it was registered, but for a port of the
person's own machine."""

import pytest

from shared.openid.authorization.redirects import matches
from tests.openid.asking_client import client

REGISTERED = (
    "https://app.example/callback",
    "https://app.example/callback?tenant=a",
    "http://127.0.0.1:8080/callback",
    "http://[::1]/callback?x=1",
    "com.example.app:/callback",
)
MATCHING = (
    *REGISTERED,
    "http://127.0.0.1/callback",
    "http://127.0.0.1:1/callback",
    "http://127.0.0.1:65535/callback",
    "http://[::1]:5000/callback?x=1",
)
OTHERS = {
    "https with a port": "https://app.example:444/callback",
    "https with the default port": "https://app.example:443/callback",
    "path below": "https://app.example/callback/x",
    "slash at the end": "https://app.example/callback/",
    "other case": "https://app.example/Callback",
    "other query": "https://app.example/callback?tenant=b",
    "more query": "https://app.example/callback?tenant=a&x=y",
    "fragment": "https://app.example/callback#",
    "http for https": "http://app.example/callback",
    "subdomain": "https://x.app.example/callback",
    "user information": "https://app.example@evil.example/callback",
    "dots": "https://app.example/x/../callback",
    "encoded": "https://app.example/%63allback",
    "space": "https://app.example/callback ",
    "localhost for the address": "http://localhost:8080/callback",
    "IPv6 for IPv4": "http://[::1]:8080/callback",
    "other path": "http://127.0.0.1:8080/other",
    "other query on the machine": "http://[::1]/callback?x=2",
    "no query on the machine": "http://[::1]/callback",
    "port as user information": "http://127.0.0.1:80@evil.example/callback",
    "user on the machine": "http://evil@127.0.0.1:8080/callback",
    "host after the address": "http://127.0.0.1.evil.example/callback",
    "host after the port": "http://127.0.0.1:8080.evil.example/callback",
    "port zero": "http://127.0.0.1:0/callback",
    "port too high": "http://127.0.0.1:65536/callback",
    "empty port": "http://127.0.0.1:/callback",
    "two ports": "http://127.0.0.1:80:81/callback",
    "https on the machine": "https://127.0.0.1:8080/callback",
    "upper-case scheme": "HTTP://127.0.0.1:8080/callback",
    "line feed": "http://127.0.0.1:8080/callback\n",
    "other app": "com.example.app2:/callback",
    "app with a host": "com.example.app://callback",
    "nothing": "",
}


@pytest.mark.parametrize("uri", MATCHING)
def test_what_was_registered_matches(uri: str) -> None:
    assert matches(client(redirect_uris=REGISTERED), uri)


@pytest.mark.parametrize("uri", OTHERS.values(), ids=OTHERS.keys())
def test_nothing_else_matches(uri: str) -> None:
    assert not matches(client(redirect_uris=REGISTERED), uri)
