"""Where people may be sent back to: what a client may register."""

import pytest

from shared.openid.clients.addresses import LONGEST, ValueRefused
from shared.openid.clients.redirect_uris import check_redirect_uri

GOOD = (
    "https://app.example/callback",
    "https://app.example",
    "https://app.example:8443/callback",
    "https://app.example/callback?tenant=a&next=%2Fhome",
    "https://xn--bcher-kva.example/callback",
    "https://10.0.0.5/callback",
    "https://[2001:db8::1]/callback",
    "https://localhost/callback",
    "http://127.0.0.1/callback",
    "http://127.0.0.1:8080/callback",
    "http://[::1]/callback",
    "http://localhost",
)
OF_APPS = ("com.example.app:/callback", "com.example-2.app:/a/b?c=d")
TRICKS = {
    "http elsewhere": "http://app.example/callback",
    "host that begins like ours": "http://localhost.evil.example/callback",
    "address that begins like ours": "http://127.0.0.1.evil.example/callback",
    "other loopback address": "http://127.0.0.2/callback",
    "short loopback": "http://127.1/callback",
    "loopback as a number": "http://2130706433/callback",
    "loopback in hexadecimal": "http://0x7f000001/callback",
    "loopback in octal": "http://0177.0.0.1/callback",
    "all addresses": "http://0.0.0.0/callback",
    "long form of IPv6": "http://[0:0:0:0:0:0:0:1]/callback",
    "IPv4 in IPv6": "http://[::ffff:127.0.0.1]/callback",
    "long form of IPv6 with https": "https://[2001:db8:0::1]/callback",
    "number in brackets": "https://[1]/callback",
    "IPv6 with a zone": "https://[fe80::1%25eth0]/callback",
    "number as the host": "https://3232235777/callback",
    "hexadecimal label at the end": "https://app.0x7f/callback",
    "script": "javascript:alert(1)",
    "script with a dot": "javascript.x:alert(1)",
    "data": "data:text/html,x",
    "file": "file:///etc/passwd",
    "scheme without a dot": "myapp:/callback",
    "app's scheme with a host": "com.example.app://callback",
    "app's scheme without a path": "com.example.app:callback",
    "app's scheme in upper case": "com.Example.app:/callback",
    "app's scheme with dots in the path": "com.example.app:/a/../b",
    "app's scheme with a space": "com.example.app:/call back",
    "app's scheme with a parameter of an answer": "com.example.app:/callback?code=x",
    "wildcard host": "https://*.example/callback",
    "wildcard path": "https://app.example/*",
    "user information": "https://app.example@evil.example/callback",
    "user and password": "https://a:b@evil.example/callback",
    "backslash": "https://app.example\\@evil.example/callback",
    "backslashes for slashes": "https:\\\\app.example/callback",
    "one slash": "https:/app.example/callback",
    "three slashes": "https:///app.example/callback",
    "no scheme": "//app.example/callback",
    "no host": "https:///callback",
    "upper-case scheme": "HTTPS://app.example/callback",
    "upper-case host": "https://App.example/callback",
    "host too long": f"https://{'.'.join(['a' * 60] * 5)}/callback",
    "host with a dot at its end": "https://app.example./callback",
    "empty label": "https://app..example/callback",
    "label with a hyphen first": "https://-app.example/callback",
    "international host": "https://b\u00fccher.example/callback",
    "look-alike": "https://\u0430pp.example/callback",
    "full-width dot": "https://app\uff0eexample/callback",
    "encoded host": "https://%61pp.example/callback",
    "port zero": "https://app.example:0/callback",
    "port with a zero first": "https://app.example:0443/callback",
    "port too high": "https://app.example:65536/callback",
    "port without a number": "https://app.example:/callback",
    "dots": "https://app.example/a/../callback",
    "one dot": "https://app.example/./callback",
    "encoded dots": "https://app.example/a/%2E%2e/callback",
    "encoded slash": "https://app.example/a%2Fcallback",
    "encoded backslash": "https://app.example/a%5ccallback",
    "encoded line feed": "https://app.example/callback?x=%0Aa",
    "encoded null": "https://app.example/callback%00",
    "half an encoding": "https://app.example/callback%2",
    "line feed": "https://app.example/callback\n",
    "tab": "https://app.example/call\tback",
    "space": "https://app.example/call back",
    "fragment": "https://app.example/callback#x",
    "empty fragment": "https://app.example/callback#",
    "quotation mark": 'https://app.example/callback"x',
    "apostrophe": "https://app.example/callback'x",
    "angle bracket": "https://app.example/callback<x",
    "semicolon of a policy": "https://app.example;script-src/callback",
    "parameter of an answer": "https://app.example/callback?code=x",
    "encoded parameter of an answer": "https://app.example/callback?%73tate=x",
    "empty parameter of an answer": "https://app.example/callback?a=b&iss",
    "brackets in the path": "https://app.example/[x]",
    "too long": "https://app.example/" + "a" * LONGEST,
    "nothing": "",
}


@pytest.mark.parametrize("public", [True, False])
def test_usual_addresses_may_be_registered(*, public: bool) -> None:
    for uri in GOOD:
        check_redirect_uri(uri, public=public)


def test_only_public_clients_have_schemes_of_apps() -> None:
    for uri in OF_APPS:
        check_redirect_uri(uri, public=True)
        with pytest.raises(ValueRefused, match="no secret or key"):
            check_redirect_uri(uri, public=False)


@pytest.mark.parametrize("uri", TRICKS.values(), ids=TRICKS.keys())
def test_a_trick_may_not_be_registered(uri: str) -> None:
    with pytest.raises(ValueRefused) as refused:
        check_redirect_uri(uri, public=True)
    assert uri == "" or uri not in str(refused.value)


def test_the_refusal_of_a_fragment_says_so() -> None:
    with pytest.raises(ValueRefused, match="must have no fragment"):
        check_redirect_uri("https://app.example/callback#x", public=True)
