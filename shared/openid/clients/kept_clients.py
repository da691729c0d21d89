"""Clients in the form in which storage keeps them: three texts, none of which grows too long."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from shared import base64url
from shared.json_shape import Shape, parse_json, parse_object
from shared.openid.clients.client import Client, HashedSecret, Secrets
from shared.openid.clients.documents import read_client, write_client


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptClient:
    document: str
    """Without the logo."""
    logo: str
    secrets: str

    @property
    def state(self) -> str:
        """A digest of everything, for the audit log. It tells nothing of a secret."""
        text = "\n".join((self.document, self.logo, self.secrets))
        return base64url.encode(sha256(text.encode()).digest())


def keep(client: Client) -> KeptClient:
    document = write_client(client)
    logo = document.pop("logo", "")
    secrets = client.authentication
    hashed = secrets.hashed if isinstance(secrets, Secrets) else ()
    return KeptClient(
        document=json.dumps(document, ensure_ascii=False, separators=(",", ":")),
        logo=logo,
        secrets=json.dumps([_write_secret(each) for each in hashed], separators=(",", ":")),
    )


def read_kept(kept: KeptClient, client_id: str) -> Client:
    """Raise ValueError, KeyError, TypeError or MalformedRequest for what we did not write."""
    document = parse_object(kept.document.encode()) | ({"logo": kept.logo} if kept.logo else {})
    client = read_client(Shape(document), client_id)
    if not isinstance(client.authentication, Secrets):
        return client
    hashed = tuple(_read_secret(each) for each in _list(kept.secrets))
    return replace(client, authentication=Secrets(hashed))


def texts_in(document: str, member: str) -> tuple[str, ...]:
    """A list, without reading the rest. Raise ValueError or TypeError for what is no document."""
    texts = parse_object(document.encode()).get(member, [])
    return tuple(text for text in texts if isinstance(text, str))


def _list(text: str) -> list[Any]:
    value = parse_json(text)
    if not isinstance(value, list):
        raise TypeError("not a list")
    return value


def _write_secret(secret: HashedSecret) -> dict[str, str | None]:
    return {
        "sha256": base64url.encode(secret.digest),
        "madeAt": _write(secret.made_at),
        "expiresAt": _write(secret.expires_at),
    }


def _read_secret(members: dict[str, Any]) -> HashedSecret:
    digest = base64url.decode(members["sha256"])
    if len(digest) != sha256().digest_size:
        raise ValueError("not a digest")
    made_at, expires_at = _read(members["madeAt"]), _read(members["expiresAt"])
    return HashedSecret(digest, made_at=made_at, expires_at=expires_at)


def _write(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _read(text: str | None) -> datetime | None:
    moment = None if text is None else datetime.fromisoformat(text)
    if moment is not None and moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment
