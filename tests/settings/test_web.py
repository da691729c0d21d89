"""Which proxies may ask about web pages."""

from hashlib import sha256
from ipaddress import ip_network

import pytest

from shared.environment import InvalidSetting, Values
from shared.settings.web import read_web

DIGEST = sha256(b"a secret").digest()


def test_nobody_may_ask_if_nothing_is_set() -> None:
    settings = read_web(Values({}))
    assert (settings.secrets, settings.networks) == ((), ())


def test_secrets_and_networks_are_lists() -> None:
    settings = read_web(
        Values(
            {
                "PROXY_SECRETS": f"{DIGEST.hex()},{'0' * 64}",
                "PROXY_NETWORKS": "10.1.0.0/16,fd00::/8",
            }
        )
    )
    assert settings.secrets == (DIGEST, bytes(32))
    assert settings.networks == (ip_network("10.1.0.0/16"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PROXY_SECRETS", "a secret"),
        ("PROXY_SECRETS", DIGEST.hex()[1:]),
        ("PROXY_SECRETS", DIGEST.hex().upper()),
        # Made with a variable that was not set. Whoever sends no secret would be a proxy.
        ("PROXY_SECRETS", sha256(b"").hexdigest()),
        ("PROXY_SECRETS", f"{DIGEST.hex()},{sha256(b'').hexdigest()}"),
        ("PROXY_NETWORKS", "10.1.0.1/16"),
        ("PROXY_NETWORKS", "proxies"),
        ("VERIFY_SECONDS", "301"),
    ],
)
def test_others_are_refused(name: str, value: str) -> None:
    with pytest.raises(InvalidSetting, match=f"^{name}: "):
        read_web(Values({name: value}))
