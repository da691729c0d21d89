"""OPENID_CLIENTS: what it holds, and that a refusal names the place."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from shared.openid.clients.client import Client, HashedSecret, Secrets
from shared.settings import InvalidSetting, read_settings
from tests.openid.clients.documents import Json, app, client, web
from tests.test_settings import LEAST

DIGEST = sha256(b"secret").digest()
FIRST = web(id="orders")


def read(*entries: object, text: str | None = None) -> tuple[Client, ...]:
    given = json.dumps(entries) if text is None else text
    return read_settings(LEAST | {"OPENID_CLIENTS": given}).clients


def test_without_the_setting_there_are_no_clients() -> None:
    assert read_settings(LEAST).clients == ()
    assert read(text="[]") == ()


def test_an_entry_is_a_client_that_nobody_changes() -> None:
    assert read(FIRST, app(id="cli")) == (
        replace(client(web(), "orders"), from_settings=True),
        replace(client(app(), "cli"), from_settings=True),
    )


def test_an_entry_has_hashes_of_secrets() -> None:
    secrets = [
        {"sha256": DIGEST.hex(), "expiresAt": "2031-05-17T12:00:00Z"},
        {"sha256": DIGEST.hex().upper()},
    ]
    (read_client,) = read(FIRST | {"secrets": secrets})
    end = datetime(2031, 5, 17, 12, tzinfo=UTC)
    hashed = HashedSecret(DIGEST, expires_at=end), HashedSecret(DIGEST)
    assert read_client.authentication == Secrets(hashed)


BAD: dict[str, tuple[str, Json]] = {
    "no ID": ("[0].id", {"id": None}),
    "ID with a slash": ("[0].id", {"id": "a/b"}),
    "address as the ID": ("[0].id", {"id": "https://a.example"}),
    "unknown member": ("[0].redirectURIs", {"redirectURIs": []}),
    "redirect URI": ("[0].redirectUris[0]", {"redirectUris": ["http://evil.example"]}),
    "nested": ("[0].authentication.jwksUri", {
        "authentication": {"method": "privateKey", "jwksUri": "http://a.example"}}),
    "rule of ours": ("[0].resources[0]", {"resources": [LEAST["ISSUER"]]}),
    "secret itself": ("[0].secrets[0].secret", {"secrets": [{"secret": "tss_x"}]}),
    "short digest": ("[0].secrets[0].sha256", {"secrets": [{"sha256": "00"}]}),
    "secret for a digest": ("[0].secrets[0].sha256", {"secrets": [{"sha256": "tss_x"}]}),
    "end without a zone": ("[0].secrets[0].expiresAt", {
        "secrets": [{"sha256": DIGEST.hex(), "expiresAt": "2031-05-17T12:00:00"}]}),
    "three secrets": ("[0].secrets", {"secrets": [{"sha256": DIGEST.hex()}] * 3}),
    "secret of a public client": ("[0].secrets", {
        "authentication": {"method": "none"}, "secrets": [{"sha256": DIGEST.hex()}]}),
    "text for an entry's list": ("[0].scopes", {"scopes": "openid"}),
}  # fmt: skip


@pytest.mark.parametrize(("where", "members"), BAD.values(), ids=BAD.keys())
def test_a_refusal_names_the_place(where: str, members: Json) -> None:
    with pytest.raises(InvalidSetting) as refused:
        read(FIRST | members)
    assert str(refused.value).startswith(f"OPENID_CLIENTS{where}: ")
    assert "tss_x" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "OPENID_CLIENTS: must be a list"),
        ("[", "OPENID_CLIENTS: is not JSON"),
        ('[{"id": "a", "id": "b"}]', "OPENID_CLIENTS: is not JSON, or has a member twice"),
        ("[1]", r"OPENID_CLIENTS\[0\]: must be an object"),
    ],
)
def test_what_is_no_list_of_clients_is_refused(text: str, message: str) -> None:
    with pytest.raises(InvalidSetting, match=f"^{message}"):
        read(text=text)


def test_two_entries_with_one_id_are_refused() -> None:
    with pytest.raises(InvalidSetting, match=r"^OPENID_CLIENTS\[1\].id: is that of another entry"):
        read(FIRST, FIRST)
