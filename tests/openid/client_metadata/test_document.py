from typing import Any

import pytest

from shared.openid.client_metadata.document import DocumentRefused, Permissions
from shared.openid.clients.client import Grant, PrivateKey, Public
from tests.openid.client_metadata.documents import CALLBACK, ID, document, read

KEYS = {"keys": [{"kty": "EC"}]}
SIGNING = {"token_endpoint_auth_method": "private_key_jwt"}


def test_a_document_describes_a_client_that_is_asked_about() -> None:
    client = read(document(logo_uri="https://app.example/logo.png", client_uri=ID, unknown=[1]))
    assert client.id == ID
    assert client.name == "app.example (An application)"
    assert client.logo is None
    assert client.redirect_uris == (CALLBACK,)
    assert client.authentication == Public()
    assert client.grants == {Grant.AUTHORIZATION_CODE}
    assert client.scopes == {"openid", "profile"}
    assert client.resources == ()
    assert not client.first_party
    assert not client.from_settings
    assert not client.bound_tokens


def test_a_client_may_ask_for_what_the_settings_give_to_all() -> None:
    permissions = Permissions(scopes=frozenset({"files"}), resources=("https://files.example",))
    client = read(document(scope="admin"), permissions=permissions)
    assert client.scopes == {"openid", "profile", "files"}
    assert client.resources == ("https://files.example",)


@pytest.mark.parametrize(
    ("named", "grants"),
    [
        (None, {Grant.AUTHORIZATION_CODE}),
        (["authorization_code", "refresh_token"], {Grant.AUTHORIZATION_CODE, Grant.REFRESH_TOKEN}),
        (["authorization_code", Grant.DEVICE_CODE, "implicit"], {Grant.AUTHORIZATION_CODE}),
    ],
)
def test_a_client_gets_no_grant_but_codes_and_refresh_tokens(
    named: list[str] | None, grants: set[Grant]
) -> None:
    client = read(document(grant_types=named))
    assert client.grants == grants
    assert ("offline_access" in client.scopes) == (Grant.REFRESH_TOKEN in grants)


@pytest.mark.parametrize(
    "uri",
    [
        *("https://app.example", "https://app.example/", "https://app.example/a/b.c"),
        *("http://localhost", "http://localhost/callback", "http://localhost:3000/callback"),
        *("http://127.0.0.1:1/", "http://[::1]:65535/a"),
    ],
)
def test_codes_may_go_to_the_origin_of_the_document_or_to_the_persons_machine(uri: str) -> None:
    assert read(document(redirect_uris=[uri])).redirect_uris == (uri,)


@pytest.mark.parametrize(
    "uri",
    [
        *("https://other.example/callback", "https://app.example.other.example/callback"),
        *("https://app.example:8443/callback", "https://app.example@other.example/callback"),
        *("http://app.example/callback", "https://localhost/callback", "https://127.0.0.1/c"),
        *(
            "http://localhost.other.example/c",
            "http://localhost@other.example/c",
            "http://10.0.0.1/",
        ),
        *(
            "http://127.0.0.1.other.example/",
            "http://localhost:3000:80/",
            "http://localhost\\@b.c/",
        ),
        *("https://app.example/../c", "https://app.example/c#d", "https://app.example/c?code=d"),
        *("https://app.example\\.other.example/", "https://app.example.", "javascript:alert(1)"),
        *("com.example.app:/callback", "//app.example/callback", "https://app.example/%2e%2e/c"),
    ],
)
def test_codes_go_nowhere_else(uri: str) -> None:
    assert read(document(redirect_uris=[uri, CALLBACK])).redirect_uris == (CALLBACK,)
    with pytest.raises(DocumentRefused, match="redirect_uris"):
        read(document(redirect_uris=[uri]))


@pytest.mark.parametrize("keys", [{"jwks": KEYS}, {"jwks_uri": "https://app.example/keys"}])
def test_a_client_may_sign_assertions(keys: dict[str, Any]) -> None:
    expected = PrivateKey(keys=keys.get("jwks"), keys_uri=keys.get("jwks_uri"))
    assert read(document(**SIGNING, **keys)).authentication == expected


def test_a_client_may_bind_its_tokens() -> None:
    assert read(document(dpop_bound_access_tokens=True)).bound_tokens


@pytest.mark.parametrize(
    ("changes", "member"),
    [
        ({"client_id": f"{ID}/"}, "client_id"),
        ({"client_id": ID.upper()}, "client_id"),
        ({"client_id": "https://app.example:443/oauth/client.json"}, "client_id"),
        ({"client_id": None}, "client_id"),
        ({"client_id": [ID]}, "client_id"),
        ({"client_name": None}, "client_name"),
        ({"client_name": "x" * 65}, "client_name"),
        ({"client_name": "safe\u202eelpmaxe.rehto"}, "client_name"),
        ({"client_name": "a\nb"}, "client_name"),
        ({"redirect_uris": None}, "redirect_uris"),
        ({"redirect_uris": []}, "redirect_uris"),
        ({"redirect_uris": CALLBACK}, "redirect_uris"),
        ({"redirect_uris": [CALLBACK] * 21}, "redirect_uris"),
        ({"client_secret": "s"}, "client_secret"),
        ({"client_secret": None, "client_secret_expires_at": 0}, "client_secret_expires_at"),
        ({"token_endpoint_auth_method": "client_secret_basic"}, "token_endpoint_auth_method"),
        ({"token_endpoint_auth_method": "client_secret_post"}, "token_endpoint_auth_method"),
        ({"token_endpoint_auth_method": "client_secret_jwt"}, "token_endpoint_auth_method"),
        ({"token_endpoint_auth_method": "tls_client_auth"}, "token_endpoint_auth_method"),
        (SIGNING, "jwks"),
        ({**SIGNING, "jwks": KEYS, "jwks_uri": "https://app.example/keys"}, "jwks"),
        ({**SIGNING, "jwks_uri": "https://other.example/keys"}, "jwks_uri"),
        ({**SIGNING, "jwks_uri": "https://app.example.other.example/keys"}, "jwks_uri"),
        ({**SIGNING, "jwks_uri": "http://localhost/keys"}, "jwks_uri"),
        ({"grant_types": ["client_credentials"]}, "grant_types"),
        ({"grant_types": ["refresh_token"]}, "grant_types"),
        ({"dpop_bound_access_tokens": "yes"}, "dpop_bound_access_tokens"),
    ],
)
def test_a_document_with_a_wrong_member_is_refused(changes: dict[str, Any], member: str) -> None:
    with pytest.raises(DocumentRefused, match=f"^{member} "):
        read(document(**changes))
