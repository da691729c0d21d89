"""docs/forward-authentication.md: what it shows is what the service does."""

import re
from typing import Any

import jwt
import pytest

from shared.access.web.identity import HEADERS
from shared.keys.signing_key import SigningKey
from tests.access_broker.web.protected import WIKI, Guest
from tests.documents import FENCED, REPOSITORY
from tests.harness.service_harness import ORIGIN

PAGE = (REPOSITORY / "docs" / "forward-authentication.md").read_text(encoding="utf-8")
SHOWN = {found[2]: found[3] for found in FENCED.finditer(PAGE)}
NGINX = "".join(found[3] for found in FENCED.finditer(PAGE) if found[2] == "nginx")
PROXIES = ("nginx", "Traefik", "Caddy")


def _section(heading: str) -> str:
    return PAGE.partition(f"\n### {heading}\n")[2].partition("\n##")[0]


def test_each_header_has_a_row() -> None:
    assert re.findall(r"^\| `(X-Auth-\w+)` \|", PAGE, re.MULTILINE) == list(HEADERS)


@pytest.mark.parametrize("proxy", PROXIES)
def test_a_proxy_passes_on_each_header(proxy: str) -> None:
    section = _section(proxy)
    assert [name for name in HEADERS if name not in section] == []


def test_nginx_sets_each_header_from_the_answer() -> None:
    for name in HEADERS:
        variable = name.removeprefix("X-").lower().replace("-", "_")
        answered = name.lower().replace("-", "_")
        assert f"auth_request_set ${variable} $upstream_http_{answered};" in NGINX
        assert f"proxy_set_header {name} ${variable};" in NGINX


async def test_an_application_verifies_the_token_as_shown(
    visitor: Guest, signing_key: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Keys:
        def __init__(self, address: str) -> None:
            assert address.endswith("/.well-known/jwks.json")

        def get_signing_key_from_jwt(self, _token: str) -> object:
            return signing_key.public_key

    monkeypatch.setattr(jwt, "PyJWKClient", Keys)
    shown = SHOWN["python"].replace("https://login.example.com", ORIGIN)
    shown = shown.replace("https://app.example.com", f"https://{WIKI}")
    found: dict[str, Any] = {}
    exec(shown, found)  # noqa: S102  of our own page
    monkeypatch.setattr(jwt.api_jwt.PyJWT, "_validate_exp", lambda *_: None)
    monkeypatch.setattr(jwt.api_jwt.PyJWT, "_validate_iat", lambda *_: None)
    answer = await visitor.open()
    claims = found["person"](answer.headers["X-Auth-Token"])
    assert (claims["preferred_username"], claims["aud"]) == ("alice", f"https://{WIKI}")
    with pytest.raises(jwt.InvalidTokenError):
        found["person"](jwt.encode(claims, signing_key.private_key, algorithm="RS256"))
