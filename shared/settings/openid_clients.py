"""OPENID_CLIENTS: a JSON list of clients that administrators cannot change.

An entry has the members of `POST /clients`, its ID, and the hashes of its secrets.
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar, NoReturn, TypeGuard

from shared.environment import InvalidSetting
from shared.json_shape import parse_json
from shared.members import Members
from shared.openid.clients.client import Client, HashedSecret, Secrets
from shared.openid.clients.client_rules import ClientRules
from shared.openid.clients.client_secrets import MOST_ALIVE
from shared.openid.clients.documents import ID, MEMBERS, read_client
from shared.openid.clients.own_names import OwnNames

_NAME = "OPENID_CLIENTS"
_MOST_ENTRIES = 200
_DIGEST_BYTES = 32
_TIME = "%Y-%m-%dT%H:%M:%SZ"


class ClientEntry(Members):
    __slots__ = ()
    characters: ClassVar[str] = "printable characters"

    def refuse(self, name: str, problem: str) -> NoReturn:
        raise InvalidSetting(f"{self.path}{name}: {problem}")

    def is_text(self, value: object, limit: int) -> TypeGuard[str]:
        return isinstance(value, str) and 0 < len(value) <= limit and value.isprintable()


def parse_clients(text: str, own: OwnNames) -> tuple[Client, ...]:
    """Raise InvalidSetting, whose text is `OPENID_CLIENTS[1].redirectUris[0]: what is wrong`."""
    rules = ClientRules(own)
    clients: dict[str, Client] = {}
    for entry in ClientEntry({_NAME: _parse(text)}).inners(_NAME, limit=_MOST_ENTRIES):
        client = _read_entry(entry, rules)
        if client.id in clients:
            entry.refuse("id", "is that of another entry")
        clients[client.id] = client
    return tuple(clients.values())


def _parse(text: str) -> object:
    try:
        return parse_json(text)
    except ValueError as error:
        raise InvalidSetting(f"{_NAME}: is not JSON, or has a member twice") from error


def _read_entry(entry: ClientEntry, rules: ClientRules) -> Client:
    entry.only(*MEMBERS, "secrets")
    client_id = entry.text("id")
    if not ID.fullmatch(client_id):
        entry.refuse("id", "must be 1 to 64 letters, digits, dots, hyphens or underscores")
    client = replace(read_client(entry, client_id), from_settings=True)
    rules.check(entry, client)
    secrets = tuple(map(_read_secret, entry.inners("secrets", limit=MOST_ALIVE)))
    if not secrets:
        return client
    if not isinstance(client.authentication, Secrets):
        entry.refuse("secrets", "are only for a client whose authentication.method is secret")
    return replace(client, authentication=Secrets(secrets))


def _read_secret(secret: ClientEntry) -> HashedSecret:
    secret.only("sha256", "expiresAt")
    try:
        digest = bytes.fromhex(secret.text("sha256"))
    except ValueError:
        digest = b""
    if len(digest) != _DIGEST_BYTES:
        secret.refuse("sha256", "must be 64 hexadecimal digits, of the SHA-256 of the secret")
    return HashedSecret(digest, expires_at=_read_end(secret))


def _read_end(secret: ClientEntry) -> datetime | None:
    text = secret.optional_text("expiresAt")
    try:
        return None if text is None else datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    except ValueError:
        secret.refuse("expiresAt", "must be a time such as 2031-05-17T12:00:00Z")
