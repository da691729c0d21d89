"""L3 section 7.1 step 9 and section 7.2 step 12: an origin is equal to one of ours."""

from dataclasses import replace
from typing import Any

import pytest

from shared.errors import AuthenticationRejected, MalformedRequest, Reason, RegistrationRejected
from tests.webauthn.relying_party import (
    ORIGIN,
    POLICY,
    Registered,
    asked_to_create,
    register,
    saying,
    soft_authenticator,
)

APP = "android:apk-key-hash:" + "A" * 43
FOREIGN: dict[str, str] = {
    "another-site": "https://evil.example",
    "subdomain": "https://www.example.org",
    "deep-subdomain": "https://a.b.example.org",
    "parent-domain": "https://org",
    "sibling": "https://example.net",
    "prefixed-name": "https://notexample.org",
    "name-as-prefix": "https://example.org.evil.example",
    "name-as-suffix": "https://evil.example/example.org",
    "other-port": "https://example.org:8443",
    "default-port": "https://example.org:443",
    "port-zero": "https://example.org:0",
    "empty-port": "https://example.org:",
    "http": "http://example.org",
    "http-localhost": "http://localhost",
    "https-localhost": "https://localhost",
    "websocket": "wss://example.org",
    "extension": "chrome-extension://example.org",
    "file": "file:///example.org",
    "no-scheme": "example.org",
    "no-scheme-but-slashes": "//example.org",
    "one-slash": "https:/example.org",
    "backslashes": "https:\\\\example.org",
    "userinfo": "https://user@example.org",
    "userinfo-of-ours": "https://example.org@evil.example",
    "slash": "https://example.org/",
    "path": "https://example.org/login",
    "query": "https://example.org?x",
    "fragment": "https://example.org#x",
    "leading-space": " https://example.org",
    "trailing-space": "https://example.org ",
    "trailing-newline": "https://example.org\n",
    "inner-tab": "https://exa\tmple.org",
    "nul": "https://example.org\0",
    "upper-case-host": "https://EXAMPLE.org",
    "upper-case-scheme": "HTTPS://example.org",
    "trailing-dot": "https://example.org.",
    "double-dot": "https://example..org",
    "percent-encoded": "https://example%2eorg",
    "full-width": "https://\uff45xample.org",
    "ideographic-stop": "https://example\u3002org",
    "cyrillic-e": "https://\u0435xample.org",
    "punycode": "https://xn--xample-2of.org",
    "zero-width": "https://exam\u200bple.org",
    "byte-order-mark": "\ufeffhttps://example.org",
    "wildcard": "*",
    "wildcard-host": "https://*.example.org",
    "null": "null",
    "two-origins": "https://example.org,https://evil.example",
    "two-origins-spaced": "https://example.org https://evil.example",
    "rp-id": "example.org:443",
    "ipv4": "https://93.184.215.14",
    "ipv6": "https://[::1]",
    "app": APP,
    "ios-app": "ios:bundle-id:org.example",
    "longest-text": "https://" + "a" * 1016,
}
NO_TEXT: dict[str, Any] = {
    "null": None,
    "empty": "",
    "zero": 0,
    "number": 1,
    "huge-number": 300_000_000,
    "true": True,
    "list": [ORIGIN],
    "object": {"origin": ORIGIN},
    "lone-surrogate": "https://example.org\ud800",
    "too-long": "https://" + "a" * 1017,
}


@pytest.mark.parametrize("origin", FOREIGN.values(), ids=FOREIGN)
def test_rejects_registration(origin: str) -> None:
    message = soft_authenticator().create(asked_to_create(), origin=origin)
    with pytest.raises(RegistrationRejected) as refused:
        register(message)
    assert refused.value.reason is Reason.ORIGIN_NOT_ALLOWED


@pytest.mark.parametrize("origin", FOREIGN.values(), ids=FOREIGN)
def test_rejects_assertion(alice: Registered, origin: str) -> None:
    with pytest.raises(AuthenticationRejected) as refused:
        alice.authenticate(alice.sign(origin=origin))
    assert refused.value.reason is Reason.ORIGIN_NOT_ALLOWED


@pytest.mark.parametrize("origin", NO_TEXT.values(), ids=NO_TEXT)
def test_an_origin_is_a_text(alice: Registered, origin: object) -> None:
    lie = saying(origin=origin)
    message = soft_authenticator().create(asked_to_create(), client_data=lie)
    with pytest.raises(MalformedRequest, match=r"^clientDataJSON\.origin "):
        register(message)
    with pytest.raises(MalformedRequest, match=r"^clientDataJSON\.origin "):
        alice.authenticate(alice.sign(client_data=lie))


@pytest.mark.parametrize("origin", [ORIGIN, "https://login.example.org:8443", APP])
def test_each_of_several_origins_is_accepted(alice: Registered, origin: str) -> None:
    policy = replace(POLICY, origins=("https://login.example.org:8443", ORIGIN, APP))
    verified = register(
        soft_authenticator().create(asked_to_create(), origin=origin), policy=policy
    )
    signed_in = alice.authenticate(alice.sign(origin=origin), policy=policy)
    assert verified.user_verified
    assert signed_in.user_verified


def test_an_app_is_known_by_its_whole_key_hash(alice: Registered) -> None:
    policy = replace(POLICY, origins=(APP,))
    with pytest.raises(AuthenticationRejected) as refused:
        alice.authenticate(alice.sign(origin=APP[:-1] + "B"), policy=policy)
    assert refused.value.reason is Reason.ORIGIN_NOT_ALLOWED
